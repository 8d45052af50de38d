"""Gradient flow along ``w*`` has a closed form at depths 1 and 2, and a closed time from depth 3 on.

An obligation here is an initial value problem: the hypotheses are the equation and the start, the
conclusion is the solution.
"""

from __future__ import annotations

from functools import partial

import sympy as sp

from ...language.claim import Claim, Obligation, scaled, swapped, without
from ...language.nodes import Relation
from ...language.quantities import L, e, norm_w, time
from ...proof.builder import Proof
from ...proof.rules.differential_equations import explicit_derivative, increasing, separate, solve, uniqueness
from ...proof.rules.inequalities import scale, sign
from ...proof.rules.logic import chain, hypothesis
from ...proof.rules.power_series import compare_series, gauss_series, geometric_series, squeeze, termwise_derivative
from ...setting.initial_value import SERIES_INDEX as n
from ...setting.initial_value import below, flow_of, other_equation, s, sigma, sigma_0, start_of, x, x_0
from .common import at_solution


def aligned_rate(depth: int, y: sp.Expr) -> sp.Expr:
    """Return the right side of `aligned-flow` at a depth.

    >>> aligned_rate(2, x_0)
    4*e*x_0*(norm_w - x_0)
    """
    return 2 * e * depth * y ** (2 - sp.Rational(2, depth)) * (norm_w - y)


EXPONENT_1, EXPONENT_2 = -2 * e * time, -4 * e * norm_w * time

_solution = partial(Obligation, space="solution", decide="solution")

ALIGNED_FLOW_1 = Claim(
    id="aligned-flow-1",
    title="Aligned flow at depth 1",
    kind="dynamics",
    origins=("standard",),
    requires=("aligned-flow",),
    note="The equation is that of aligned-flow at L = 1, with x the norm of w.",
    obligations=(
        _solution("solution", Relation(x, "==", norm_w + (x_0 - norm_w) * sp.exp(EXPONENT_1)),
                  given=(flow_of(x, aligned_rate(1, x)), start_of(x, x_0)),
                  mutants=(swapped("e^{-2et} -> e^{-4et}", {sp.exp(EXPONENT_1): sp.exp(2 * EXPONENT_1)}),
                           swapped("e^{-2et} -> e^{2et}", {sp.exp(EXPONENT_1): sp.exp(-EXPONENT_1)}),
                           swapped("start and target exchanged", {x_0: norm_w, norm_w: x_0}),
                           other_equation("2e -> 3e in the equation", sp.Rational(3, 2)),
                           without(start_of(x, x_0)))),
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
        _solution("solution", Relation(x, "==", LOGISTIC),
                  given=("E > 0", flow_of(x, aligned_rate(2, x)), start_of(x, x_0)),
                  mutants=(swapped("exponent 4 -> 2", {sp.exp(EXPONENT_2): sp.exp(EXPONENT_2 / 2)}),
                           swapped("exponent without x*", {sp.exp(EXPONENT_2): sp.exp(EXPONENT_2 / norm_w)}),
                           swapped("x*/x_0 -> x_0/x*", {norm_w / x_0: x_0 / norm_w}),
                           swapped("x*/x_0 - 1 -> x*/x_0", {norm_w / x_0 - 1: norm_w / x_0}),
                           other_equation("4e -> 2e in the equation", sp.Rational(1, 2)))),
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
ASYMPTOTICS = Relation(sp.Limit(SCALED_TIME, sigma_0, 0), "==", sp.S.One)
CORRECTION = (L - 2) / 2 * sigma_0**L / (norm_w - sigma_0**L)

_escaping = partial(Obligation, space="solution", given=(*DEEP, below(sigma_0)))

ALIGNED_FLOW_TIME = Claim(
    id="aligned-flow-time",
    title="Aligned flow from depth 3 on: the time as a hypergeometric function",
    kind="dynamics",
    requires=("aligned-flow",),
    statement=ASYMPTOTICS,
    note="The equation is that of aligned-flow for the L-th root of the norm of w. Only the term of the start grows "
    "as the start tends to 0: it is the time to escape, up to a constant, and the last two statements bound it.",
    obligations=(
        _solution("primitive", Relation(sp.Derivative(primitive(s), s), "==", 1 / sigma_rate(s)),
                  given=(*DEEP, below(s)),
                  mutants=(scaled("2e -> e", 2),
                           swapped("sigma^{L-1} -> sigma^{L-2}", {s ** (1 - L): s ** (2 - L)}),
                           swapped("2/L -> 1/L", {2 / L: 1 / L}, "lhs"),
                           swapped("x* - sigma^L -> x* + sigma^L", {norm_w - s**L: norm_w + s**L}),
                           swapped("L - 2 -> L - 1", {L - 2: L - 1}, "lhs"))),
        _solution("time", Relation(primitive(sigma) - primitive(sigma_0), "==", time),
                  given=(*DEEP, below(sigma), flow_of(sigma, sigma_rate(sigma)), start_of(sigma, sigma_0)),
                  mutants=(scaled("twice the time", 2),
                           swapped("sigma^{2-L} -> sigma^{1-L}", {sigma ** (2 - L): sigma ** (1 - L)}, "lhs"),
                           swapped("without T(sigma_0)", {-primitive(sigma_0): sp.S.Zero}, "lhs"),
                           other_equation("2e -> 4e in the equation", 2))),
        _escaping("escape-upper", Relation(-primitive(sigma_0), "<=", leading_time(sigma_0)),
              mutants=(scaled("1 -> 0.99", sp.Rational(99, 100)),
                       swapped("L - 2 -> L - 1", {L - 2: L - 1}),
                       swapped("2e -> 3e", {e: sp.Rational(3, 2) * e}))),
        _escaping("escape-lower", Relation(-primitive(sigma_0), ">=", leading_time(sigma_0) * (1 - CORRECTION)),
              mutants=(scaled("1 -> 1.01", sp.Rational(101, 100)),
                       swapped("(L-2)/2 -> (L-2)/4", {-CORRECTION: -CORRECTION / 2}),
                       swapped("minus -> plus", {-CORRECTION: CORRECTION}))),
    ),
)


def aligned_flow_1(p: Proof) -> dict[str, int]:
    """SymPy solves the linear equation. The solution is put back, and no other solution exists."""
    goal = ALIGNED_FLOW_1.obligation("solution")
    equation, start = (hypothesis(p, fact) for fact in goal.given)
    solved = solve(p, at_solution(p[equation], goal.relation.rhs), equation, start, "1st_linear")
    return {"solution": uniqueness(p, equation, start, solved)}


def aligned_flow_2(p: Proof) -> dict[str, int]:
    """SymPy solves Bernoulli's equation. The denominator times ``e^{4ex*t}`` grows from ``x*/x_0``."""
    goal, growth = ALIGNED_FLOW_2.obligation("solution"), sp.exp(-EXPONENT_2)
    lifted = growth - 1 + norm_w / x_0
    slope = explicit_derivative(p, (sp.Derivative(lifted, time), "==", 4 * e * norm_w * growth))
    positive = sign(p.given("E > 0"), (norm_w / x_0, ">", 0))
    above = chain(p, increasing(p, slope), positive)
    denominator = scale(p, above, 1 / growth, to=(norm_w / LOGISTIC, ">", 0))
    equation, start = (hypothesis(p, fact) for fact in goal.given[1:])
    solved = solve(p, at_solution(p[equation], LOGISTIC), equation, start, "Bernoulli", denominator)
    return {"solution": uniqueness(p, equation, start, solved, denominator)}


def term(y: sp.Expr) -> sp.Expr:
    """Return ``y^{2+nL}/(2 e x*^{n+2} (2+nL))``, a term of the series of ``T`` after the first one."""
    return y ** (2 + n * L) / (2 * e * norm_w ** (n + 2) * (2 + n * L))


def series(expr: sp.Expr) -> sp.Expr:
    """Return the sum over ``n >= 0``."""
    return sp.Sum(expr, (n, 0, sp.oo))


def aligned_flow_time(p: Proof) -> dict[str, int]:
    """The series of ``T``, differentiated term by term, is geometric. The same series bounds ``T``."""
    near = p.given(*DEEP, below(s))
    slope, first = sp.diff(term(s), s), sp.diff(-leading_time(s), s)
    expanded = gauss_series(near, (primitive(s), "==", -leading_time(s) + series(term(s))))
    derived = termwise_derivative(p, (sp.Derivative(primitive(s), s), "==", first + series(slope)), expanded)
    prime = chain(p, derived, geometric_series(near, (p[derived].rhs, "==", 1 / sigma_rate(s))))
    equation, start = (hypothesis(p, fact) for fact in ALIGNED_FLOW_TIME.obligation("time").given[-2:])
    passed = separate(p.given(below(sigma)), prime, equation, start)
    upper, lower = _escape(p)
    return {"primitive": prime, "time": passed, "escape-upper": upper, "escape-lower": lower,
            "statement": _asymptotics(p, upper, lower)}


def _escape(p: Proof) -> tuple[int, int]:
    """Derive the upper and the lower bound on the time to escape, from the series of ``T`` at the start."""
    near = p.given("E > 0", below(sigma_0))
    deep = near.given("L >= 3")
    leading, rest = leading_time(sigma_0), series(term(sigma_0))
    expanded = gauss_series(deep, (-primitive(sigma_0), "==", leading - rest))
    positive = compare_series(near, (0, "<=", rest))
    upper = chain(p, expanded, scale(deep, positive, 1, to=(leading - rest, "<=", leading)))
    larger = series(sigma_0 ** (2 + n * L) / (4 * e * norm_w ** (n + 2)))
    total = sigma_0**2 / (4 * e * norm_w * (norm_w - sigma_0**L))
    compared = compare_series(near, (rest, "<=", larger))
    bounded = chain(p, compared, geometric_series(near, (larger, "==", total)))
    more = scale(deep, bounded, 1, to=(leading - rest, ">=", leading - total))
    return upper, chain(p, expanded, more, to=ALIGNED_FLOW_TIME.obligation("escape-lower").relation)


def _asymptotics(p: Proof, upper: int, lower: int) -> int:
    """Derive that both bounds, over the leading term, tend to 1."""
    near, factor = p.given(below(s)), 1 / leading_time(sigma_0)
    rest = factor * primitive(s)
    above = scale(near, upper, factor, to=(SCALED_TIME, "<=", 1 + rest))
    beneath = scale(near, lower, factor, to=(SCALED_TIME, ">=", 1 - CORRECTION + rest))
    return squeeze(p, ASYMPTOTICS, above, beneath)


THEOREMS = (
    (ALIGNED_FLOW_1, aligned_flow_1),
    (ALIGNED_FLOW_2, aligned_flow_2),
    (ALIGNED_FLOW_TIME, aligned_flow_time),
)
