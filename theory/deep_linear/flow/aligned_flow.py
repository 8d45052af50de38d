"""Gradient flow along ``w*`` has a closed form at depths 1 and 2, and a closed time from depth 3 on.

An obligation here is an initial value problem: the hypotheses are the equation and the start, the
conclusion is the solution.
"""

from __future__ import annotations

import sympy as sp

from ...language.claim import Claim, Obligation, scaled, swapped, without
from ...language.nodes import Relation
from ...language.quantities import L, e, norm_w, time
from ...proof.builder import Proof
from ...proof.rules.differential_equations import EXPLICIT_DERIVATIVE, INCREASE, SEPARATION, SOLVING, UNIQUENESS
from ...proof.rules.inequalities import SCALING, SIGN
from ...proof.rules.logic import TRANSITIVITY
from ...proof.rules.power_series import COMPARISON, GAUSS_SERIES, GEOMETRIC_SERIES, SQUEEZE, TERMWISE_DERIVATIVE
from ...setting.initial_value import SERIES_INDEX as n
from ...setting.initial_value import below, flow_of, other_equation, s, sigma, sigma_0, start_of, x, x_0
from .common import at_solution, suppose


def aligned_rate(depth: int, y: sp.Expr) -> sp.Expr:
    """Return the right side of `aligned-flow` at a depth.

    >>> aligned_rate(2, x_0)
    4*e*x_0*(norm_w - x_0)
    """
    return 2 * e * depth * y ** (2 - sp.Rational(2, depth)) * (norm_w - y)


EXPONENT_1, EXPONENT_2 = -2 * e * time, -4 * e * norm_w * time

ALIGNED_FLOW_1 = Claim(
    id="aligned-flow-1",
    title="Aligned flow at depth 1",
    kind="dynamics",
    origins=("standard",),
    requires=("aligned-flow",),
    note="The equation is that of aligned-flow at L = 1, with x the norm of w.",
    obligations=(
        Obligation(
            "solution",
            Relation(x, "==", norm_w + (x_0 - norm_w) * sp.exp(EXPONENT_1)),
            space="solution",
            given=(flow_of(x, aligned_rate(1, x)), start_of(x, x_0)),
            decide="solution",
            mutants=(
                swapped("e^{-2et} -> e^{-4et}", {sp.exp(EXPONENT_1): sp.exp(2 * EXPONENT_1)}),
                swapped("e^{-2et} -> e^{2et}", {sp.exp(EXPONENT_1): sp.exp(-EXPONENT_1)}),
                swapped("start and target exchanged", {x_0: norm_w, norm_w: x_0}),
                other_equation("2e -> 3e in the equation", sp.Rational(3, 2)),
                without(start_of(x, x_0)),
            ),
        ),
    ),
)

LOGISTIC = norm_w / (1 + (norm_w / x_0 - 1) * sp.exp(EXPONENT_2))

ALIGNED_FLOW_2 = Claim(
    id="aligned-flow-2",
    title="Aligned flow at depth 2 is logistic",
    kind="dynamics",
    origins=("standard",),
    requires=("aligned-flow",),
    note="The equation is that of aligned-flow at L = 2, with x the norm of w.",
    obligations=(
        Obligation(
            "solution",
            Relation(x, "==", LOGISTIC),
            space="solution",
            given=("E > 0", flow_of(x, aligned_rate(2, x)), start_of(x, x_0)),
            decide="solution",
            mutants=(
                swapped("exponent 4 -> 2", {sp.exp(EXPONENT_2): sp.exp(EXPONENT_2 / 2)}),
                swapped("exponent without x*", {sp.exp(EXPONENT_2): sp.exp(EXPONENT_2 / norm_w)}),
                swapped("x*/x_0 -> x_0/x*", {norm_w / x_0: x_0 / norm_w}),
                swapped("x*/x_0 - 1 -> x*/x_0", {norm_w / x_0 - 1: norm_w / x_0}),
                other_equation("4e -> 2e in the equation", sp.Rational(1, 2)),
            ),
        ),
    ),
)


def leading_time(y: sp.Expr) -> sp.Expr:
    """Return ``y^{2-L}/(2 e x* (L-2))``."""
    return y ** (2 - L) / (2 * e * norm_w * (L - 2))


def primitive(y: sp.Expr) -> sp.Expr:
    """Return ``T(y)``, the time to a value ``y`` of ``sigma`` up to a constant."""
    return -leading_time(y) * sp.hyper((1, (2 - L) / L), (2 / L,), y**L / norm_w)


def sigma_rate(y: sp.Expr) -> sp.Expr:
    """Return the right side of `aligned-flow` for ``sigma = x^{1/L}``."""
    return 2 * e * y ** (L - 1) * (norm_w - y**L)


DEEP = ("E > 0", "L >= 3")
SCALED_TIME = (primitive(s) - primitive(sigma_0)) / leading_time(sigma_0)
"""The time from ``sigma_0`` to ``sigma``, over its leading term."""
CORRECTION = (L - 2) / 2 * sigma_0**L / (norm_w - sigma_0**L)

ALIGNED_FLOW_TIME = Claim(
    id="aligned-flow-time",
    title="Aligned flow from depth 3 on: the time as a hypergeometric function",
    kind="dynamics",
    origins=("ours",),
    requires=("aligned-flow",),
    statement=Relation(sp.Limit(SCALED_TIME, sigma_0, 0), "==", sp.S.One),
    note="The equation is that of aligned-flow for the L-th root of the norm of w. Only the term of the start grows "
    "as the start tends to 0: it is the time to escape, up to a constant, and the last two obligations bound it.",
    obligations=(
        Obligation(
            "primitive",
            Relation(sp.Derivative(primitive(s), s), "==", 1 / sigma_rate(s)),
            space="solution",
            given=(*DEEP, below(s)),
            decide="solution",
            mutants=(
                scaled("2e -> e", 2),
                swapped("sigma^{L-1} -> sigma^{L-2}", {s ** (1 - L): s ** (2 - L)}),
                swapped("2/L -> 1/L", {2 / L: 1 / L}, "lhs"),
                swapped("x* - sigma^L -> x* + sigma^L", {norm_w - s**L: norm_w + s**L}),
                swapped("L - 2 -> L - 1", {L - 2: L - 1}, "lhs"),
            ),
        ),
        Obligation(
            "time",
            Relation(primitive(sigma) - primitive(sigma_0), "==", time),
            space="solution",
            given=(*DEEP, below(sigma), flow_of(sigma, sigma_rate(sigma)), start_of(sigma, sigma_0)),
            decide="solution",
            mutants=(
                scaled("twice the time", 2),
                swapped("sigma^{2-L} -> sigma^{1-L}", {sigma ** (2 - L): sigma ** (1 - L)}, "lhs"),
                swapped("without T(sigma_0)", {-primitive(sigma_0): sp.S.Zero}, "lhs"),
                other_equation("2e -> 4e in the equation", 2),
            ),
        ),
        Obligation(
            "escape-upper",
            Relation(-primitive(sigma_0), "<=", leading_time(sigma_0)),
            space="solution",
            given=(*DEEP, below(sigma_0)),
            mutants=(
                scaled("1 -> 0.99", sp.Rational(99, 100)),
                swapped("L - 2 -> L - 1", {L - 2: L - 1}),
                swapped("2e -> 3e", {e: sp.Rational(3, 2) * e}),
            ),
        ),
        Obligation(
            "escape-lower",
            Relation(-primitive(sigma_0), ">=", leading_time(sigma_0) * (1 - CORRECTION)),
            space="solution",
            given=(*DEEP, below(sigma_0)),
            mutants=(
                scaled("1 -> 1.01", sp.Rational(101, 100)),
                swapped("(L-2)/2 -> (L-2)/4", {-CORRECTION: -CORRECTION / 2}),
                swapped("minus -> plus", {-CORRECTION: CORRECTION}),
            ),
        ),
    ),
)


def aligned_flow_1(proof: Proof) -> dict[str, int]:
    """SymPy solves the linear equation. The solution is put back, and no other solution exists."""
    goal = ALIGNED_FLOW_1.obligation("solution").relation
    equation = suppose(proof, flow_of(x, aligned_rate(1, x)))
    start = suppose(proof, start_of(x, x_0))
    solved = proof.step(SOLVING, at_solution(proof[equation], goal.rhs), equation, start, data="1st_linear")
    return {"solution": proof.step(UNIQUENESS, goal, equation, start, solved)}


def aligned_flow_2(proof: Proof) -> dict[str, int]:
    """SymPy solves Bernoulli's equation. The denominator times ``e^{4ex*t}`` grows from ``x*/x_0``."""
    goal = ALIGNED_FLOW_2.obligation("solution").relation
    growth = sp.exp(-EXPONENT_2)
    lifted = growth - 1 + norm_w / x_0
    slope = proof.step(EXPLICIT_DERIVATIVE, (sp.Derivative(lifted, time), "==", 4 * e * norm_w * growth))
    grows = proof.step(INCREASE, (lifted, ">=", norm_w / x_0), slope)
    positive = proof.step(SIGN, (norm_w / x_0, ">", 0), given=("E > 0",))
    above = proof.step(TRANSITIVITY, (lifted, ">", 0), grows, positive)
    denominator = proof.step(SCALING, (1 / (goal.rhs / norm_w), ">", 0), above, data=1 / growth)
    equation = suppose(proof, flow_of(x, aligned_rate(2, x)))
    start = suppose(proof, start_of(x, x_0))
    solved = proof.step(SOLVING, at_solution(proof[equation], goal.rhs), equation, start, denominator,
                        data="Bernoulli")
    return {"solution": proof.step(UNIQUENESS, goal, equation, start, solved, denominator)}


def term(y: sp.Expr) -> sp.Expr:
    """Return ``y^{2+nL}/(2 e x*^{n+2} (2+nL))``, a term of the series of ``T`` after the first one."""
    return y ** (2 + n * L) / (2 * e * norm_w ** (n + 2) * (2 + n * L))


def series(expr: sp.Expr) -> sp.Expr:
    """Return the sum over ``n >= 0``."""
    return sp.Sum(expr, (n, 0, sp.oo))


def aligned_flow_time(proof: Proof) -> dict[str, int]:
    """The series of ``T``, differentiated term by term, is geometric. The same series bounds ``T``."""
    claim = ALIGNED_FLOW_TIME
    slope, first = sp.diff(term(s), s), sp.diff(-leading_time(s), s)
    expanded = proof.step(GAUSS_SERIES, (primitive(s), "==", -leading_time(s) + series(term(s))),
                          given=(*DEEP, below(s)))
    derived = proof.step(TERMWISE_DERIVATIVE, (sp.Derivative(primitive(s), s), "==", first + series(slope)), expanded)
    summed = proof.step(GEOMETRIC_SERIES, (first + series(slope), "==", 1 / sigma_rate(s)),
                        given=(*DEEP, below(s)))
    prime = proof.step(TRANSITIVITY, claim.obligation("primitive").relation, derived, summed)
    equation, start = (suppose(proof, x) for x in claim.obligation("time").given[-2:] if isinstance(x, Relation))
    passed = proof.step(SEPARATION, claim.obligation("time").relation, prime, equation, start, given=(below(sigma),))
    upper, lower = _escape(proof)
    return {"primitive": prime, "time": passed, "escape-upper": upper, "escape-lower": lower,
            "statement": _asymptotics(proof, upper, lower)}


def _escape(proof: Proof) -> tuple[int, int]:
    """Derive the upper and the lower bound on the time to escape, from the series of ``T`` at the start."""
    claim, given = ALIGNED_FLOW_TIME, (*DEEP, below(sigma_0))
    leading, rest = leading_time(sigma_0), series(term(sigma_0))
    expanded = proof.step(GAUSS_SERIES, (-primitive(sigma_0), "==", leading - rest), given=given)
    positive = proof.step(COMPARISON, (0, "<=", rest), given=("E > 0", below(sigma_0)))
    less = proof.step(SCALING, (leading - rest, "<=", leading), positive, data=sp.S.One, given=("L >= 3",))
    upper = proof.step(TRANSITIVITY, claim.obligation("escape-upper").relation, expanded, less)
    larger = sigma_0 ** (2 + n * L) / (4 * e * norm_w ** (n + 2))
    total = sigma_0**2 / (4 * e * norm_w * (norm_w - sigma_0**L))
    compared = proof.step(COMPARISON, (rest, "<=", series(larger)), given=("E > 0", below(sigma_0)))
    summed = proof.step(GEOMETRIC_SERIES, (series(larger), "==", total), given=("E > 0", below(sigma_0)))
    bounded = proof.step(TRANSITIVITY, (rest, "<=", total), compared, summed)
    more = proof.step(SCALING, (leading - rest, ">=", leading - total), bounded, data=sp.S.One, given=("L >= 3",))
    lower = proof.step(TRANSITIVITY, claim.obligation("escape-lower").relation, expanded, more)
    return upper, lower


def _asymptotics(proof: Proof, upper: int, lower: int) -> int:
    """Derive that both bounds, over the leading term, tend to 1."""
    scale = 1 / leading_time(sigma_0)
    rest = scale * primitive(s)
    above = proof.step(SCALING, (SCALED_TIME, "<=", 1 + rest), upper, data=scale, given=(below(s),))
    beneath = proof.step(SCALING, (SCALED_TIME, ">=", 1 - CORRECTION + rest), lower, data=scale,
                         given=(below(s),))
    goal = ALIGNED_FLOW_TIME.statement
    assert goal is not None
    return proof.step(SQUEEZE, goal, above, beneath)


THEOREMS = (
    (ALIGNED_FLOW_1, aligned_flow_1),
    (ALIGNED_FLOW_2, aligned_flow_2),
    (ALIGNED_FLOW_TIME, aligned_flow_time),
)
