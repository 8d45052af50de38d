"""Derivations of the closed forms: put into the equation where explicit, from Gauss's series where not."""

from __future__ import annotations

from collections.abc import Callable

import sympy as sp

from ...language.nodes import Relation
from ...language.quantities import L, e, norm_w, time
from ...proof.derivation import Derivation, Proof
from ...proof.rules.differential_equations import (
    ELIMINATION,
    EXPLICIT_DERIVATIVE,
    HALF_ANGLE,
    INCREASE,
    SEPARATION,
    SOLVING,
    UNIQUENESS,
)
from ...proof.rules.inequalities import SCALING, SIGN
from ...proof.rules.logic import HYPOTHESIS, IDENTITY, REWRITING, TRANSITIVITY
from ...proof.rules.power_series import COMPARISON, GAUSS_SERIES, GEOMETRIC_SERIES, SQUEEZE, TERMWISE_DERIVATIVE
from ...setting.initial_value import SERIES_INDEX as n
from ...setting.initial_value import T_0, below, flow_of, phi, s, sigma, sigma_0, start_of, x, x_0
from . import aligned_flow as forms
from . import planar_flow as planar
from .aligned_flow import DEEP, leading_time, primitive


def suppose(proof: Proof, relation: Relation) -> int:
    """A hypothesis as a step."""
    return proof.step(HYPOTHESIS, relation, given=(relation,))


def at_solution(equation: Relation, solution: sp.Expr) -> Relation:
    """The equation of ``x`` with a function put in for it."""
    return Relation(sp.Derivative(solution, time), "==", equation.rhs.xreplace({x: solution}))


def aligned_flow_1() -> Derivation:
    """SymPy solves the linear equation; the solution is put back, and is the only one."""
    proof = Proof("aligned-flow-1")
    goal = forms.ALIGNED_FLOW_1.obligation("solution").relation
    equation = suppose(proof, flow_of(x, forms.aligned_rate(1, x)))
    start = suppose(proof, start_of(x, x_0))
    solved = proof.step(SOLVING, at_solution(proof[equation], goal.rhs), equation, start, data="1st_linear")
    return proof.done(solution=proof.step(UNIQUENESS, goal, equation, start, solved))


def aligned_flow_2() -> Derivation:
    """SymPy solves Bernoulli's equation; the denominator times ``e^{4ex*t}`` grows from ``x*/x_0``."""
    proof = Proof("aligned-flow-2")
    goal = forms.ALIGNED_FLOW_2.obligation("solution").relation
    growth = sp.exp(-forms.EXPONENT_2)
    lifted = growth - 1 + norm_w / x_0
    slope = proof.step(EXPLICIT_DERIVATIVE, (sp.Derivative(lifted, time), "==", 4 * e * norm_w * growth))
    grows = proof.step(INCREASE, (lifted, ">=", norm_w / x_0), slope)
    positive = proof.step(SIGN, (norm_w / x_0, ">", 0), given=("E > 0",))
    above = proof.step(TRANSITIVITY, (lifted, ">", 0), grows, positive)
    denominator = proof.step(SCALING, (1 / (goal.rhs / norm_w), ">", 0), above, data=1 / growth)
    equation = suppose(proof, flow_of(x, forms.aligned_rate(2, x)))
    start = suppose(proof, start_of(x, x_0))
    solved = proof.step(SOLVING, at_solution(proof[equation], goal.rhs), equation, start, denominator,
                        data="Bernoulli")
    return proof.done(solution=proof.step(UNIQUENESS, goal, equation, start, solved, denominator))


def term(y: sp.Expr) -> sp.Expr:
    """``y^{2+nL}/(2 e x*^{n+2} (2+nL))``: the series of ``T`` after its first term."""
    return y ** (2 + n * L) / (2 * e * norm_w ** (n + 2) * (2 + n * L))


def series(expr: sp.Expr) -> sp.Expr:
    """The sum over ``n >= 0``."""
    return sp.Sum(expr, (n, 0, sp.oo))


def aligned_flow_time() -> Derivation:
    """``T`` as a series, differentiated term by term: a geometric series. The same series bounds ``T``."""
    proof = Proof("aligned-flow-time")
    claim = forms.ALIGNED_FLOW_TIME
    slope, first = sp.diff(term(s), s), sp.diff(-leading_time(s), s)
    expanded = proof.step(GAUSS_SERIES, (primitive(s), "==", -leading_time(s) + series(term(s))),
                          given=(*DEEP, below(s)))
    derived = proof.step(TERMWISE_DERIVATIVE, (sp.Derivative(primitive(s), s), "==", first + series(slope)), expanded)
    summed = proof.step(GEOMETRIC_SERIES, (first + series(slope), "==", 1 / forms.sigma_rate(s)),
                        given=(*DEEP, below(s)))
    prime = proof.step(TRANSITIVITY, claim.obligation("primitive").relation, derived, summed)
    equation, start = (suppose(proof, x) for x in claim.obligation("time").given[-2:] if isinstance(x, Relation))
    passed = proof.step(SEPARATION, claim.obligation("time").relation, prime, equation, start, given=(below(sigma),))
    upper, lower = _escape(proof)
    return proof.done(primitive=prime, time=passed, escape_upper=upper, escape_lower=lower,
                      statement=_asymptotics(proof, upper, lower))


def _escape(proof: Proof) -> tuple[int, int]:
    claim, given = forms.ALIGNED_FLOW_TIME, (*DEEP, below(sigma_0))
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
    """Both bounds over the leading term tend to 1."""
    scale = 1 / leading_time(sigma_0)
    rest = scale * primitive(s)
    above = proof.step(SCALING, (forms.SCALED_TIME, "<=", 1 + rest), upper, data=scale, given=(below(s),))
    beneath = proof.step(SCALING, (forms.SCALED_TIME, ">=", 1 - forms.CORRECTION + rest), lower, data=scale,
                         given=(below(s),))
    goal = forms.ALIGNED_FLOW_TIME.statement
    assert goal is not None
    return proof.step(SQUEEZE, goal, above, beneath)


def planar_flow_2() -> Derivation:
    """Polar coordinates; then the angle, which makes the equation of the norm explicit."""
    proof = Proof("planar-flow-2")
    claim = planar.PLANAR_FLOW_2
    plane = [suppose(proof, relation) for relation in planar.PLANE]
    polar_norm = proof.step(ELIMINATION, planar.PLANAR_NORM, *plane)
    polar_angle = proof.step(ELIMINATION, planar.PLANAR_ANGLE, *plane)
    return proof.done(polar_norm=polar_norm, polar_angle=polar_angle, angle=_angle(proof),
                      norm=_norm(proof, claim.obligation("norm").relation.rhs))


def _angle(proof: Proof) -> int:
    equation = suppose(proof, planar.PLANAR_ANGLE)
    start = suppose(proof, start_of(phi, 2 * sp.atan(T_0)))
    angle = 2 * sp.atan(planar.HALF_ANGLE)
    back = proof.step(EXPLICIT_DERIVATIVE, (
        sp.Derivative(angle, time), "==", proof[equation].rhs.xreplace({phi: angle})))
    solved = proof.step(UNIQUENESS, (phi, "==", angle), equation, start, back)
    return proof.step(IDENTITY, (sp.tan(phi / 2), "==", planar.HALF_ANGLE), solved)


def _norm(proof: Proof, solution: sp.Expr) -> int:
    half = suppose(proof, Relation(sp.tan(phi / 2), "==", planar.HALF_ANGLE))
    cosine = proof.step(HALF_ANGLE, (sp.cos(phi), "==", sp.tanh(planar.TAU)), half)
    polar = suppose(proof, planar.PLANAR_NORM)
    equation = proof.step(REWRITING, flow_of(x, 4 * e * x * (norm_w * sp.tanh(planar.TAU) - x)), polar, cosine)
    start = suppose(proof, start_of(x, x_0))
    denominator = planar.CONSTANT + planar.swept(planar.TAU)
    slope = proof.step(EXPLICIT_DERIVATIVE, (sp.Derivative(denominator, time), "==", 4 * e * sp.cosh(planar.TAU) ** 2),
                       given=("E > 0",))
    first = sp.cosh(sp.log(T_0)) ** 2 / x_0
    grows = proof.step(INCREASE, (denominator, ">=", first), slope)
    positive = proof.step(SIGN, (first, ">", 0))
    above = proof.step(TRANSITIVITY, (denominator, ">", 0), grows, positive)
    back = proof.step(EXPLICIT_DERIVATIVE, at_solution(proof[equation], solution), above)
    return proof.step(UNIQUENESS, (x, "==", solution), equation, start, back, above)


PROOFS: dict[str, Callable[[], Derivation]] = {
    "aligned-flow-1": aligned_flow_1,
    "aligned-flow-2": aligned_flow_2,
    "aligned-flow-time": aligned_flow_time,
    "planar-flow-2": planar_flow_2,
}
