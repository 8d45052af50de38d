"""Closed forms: the derivations are recomputed and survive no tampering; the rules refuse near misses."""

from __future__ import annotations

from typing import Any

import closed_forms as numbers
import mpmath
import pytest
import sympy as sp

from flatcert.theory.algebra.algebra import Judgment
from flatcert.theory.deep_linear.flow import aligned_flow as closed_forms
from flatcert.theory.deep_linear.flow import planar_flow
from flatcert.theory.deep_linear.flow.aligned_flow import DEEP, leading_time, n, primitive, series, term
from flatcert.theory.language.claim import Given
from flatcert.theory.language.nodes import Relation
from flatcert.theory.language.quantities import L, e, norm_w, time
from flatcert.theory.language.quantities import slope as slope_along
from flatcert.theory.proof.derivation import Derivation, Refused, Rule, Step
from flatcert.theory.proof.rules.differential_equations import (
    eliminate,
    explicit_derivative,
    half_angle,
    increasing,
    separate,
    solve,
    uniqueness,
)
from flatcert.theory.proof.rules.power_series import (
    compare_series,
    gauss_series,
    geometric_series,
    squeeze,
    termwise_derivative,
)
from flatcert.theory.setting.initial_value import T_0, below, phi, s, sigma, sigma_0, x_0

y = sigma
y_0 = y.func(0)


def accepts(
    rule: Rule[...], statement: tuple[Any, str, Any], *premises: Judgment, data: Any = None,
    given: tuple[Given, ...] = (),
) -> bool:
    """Whether a rule accepts a statement from premises, denominators included."""
    step = Step(Relation(*statement), rule, tuple(range(len(premises))), data=data, hypotheses=given)
    facts = frozenset[Given]().union(given, *(p.facts for p in premises))
    try:
        Derivation._verify(step, premises, facts)
    except Refused:
        return False
    return True


def judgment(lhs: Any, op: str, rhs: Any, *facts: Given) -> Judgment:
    return Judgment(Relation(lhs, op, rhs), frozenset(facts))


def rate(function: sp.Expr, value: sp.Expr) -> Judgment:
    return judgment(sp.Derivative(function, time), "==", value)


def test_uniqueness_needs_a_smooth_equation() -> None:
    """``y' = 3 y^{2/3}`` from 0 has the solutions 0 and ``t^3``; a delay has more than one as well."""
    start = judgment(y_0, "==", 0)
    rough = 3 * sp.Pow(y**2, sp.Rational(1, 3))
    back = rate(time**3, rough.xreplace({y: time**3}))
    assert not accepts(uniqueness, (y, "==", time**3), rate(y, rough), start, back)
    delayed = y.func(2 * time)
    assert not accepts(uniqueness, (y, "==", time), rate(y, delayed), start, rate(time, delayed))
    assert accepts(uniqueness, (y, "==", time), rate(y, sp.S.One), start, rate(time, sp.S.One))


def test_a_solution_exists_for_all_times_or_is_refused() -> None:
    """``y' = y^2`` from 1 is ``1/(1 - t)``, which ends at 1."""
    blow, start = 1 / (1 - time), judgment(y_0, "==", 1)
    assert not accepts(uniqueness, (y, "==", blow), rate(y, y**2), start, rate(blow, blow**2))
    assert not accepts(explicit_derivative, (sp.Derivative(blow, time), "==", blow**2))
    decay = 1 / (1 + time)
    assert accepts(uniqueness, (y, "==", decay), rate(y, -(y**2)), start, rate(decay, -(decay**2)))
    assert not accepts(uniqueness, (y, "==", decay), rate(y, -(y**2)), judgment(y_0, "==", 2), rate(decay, -(decay**2)))
    assert not accepts(uniqueness, (y, "==", decay), rate(y, -(y**2)), start, rate(decay, -2 * decay**2))


def test_a_derivative_is_taken_before_a_hypothesis_is_used() -> None:
    """Given ``sigma_0 < x*`` the algebra writes ``x*`` as a sum with ``sigma_0``; it does not depend on it."""
    given = (Relation(sigma_0, "<", norm_w),)
    assert not accepts(explicit_derivative, (sp.Derivative(norm_w, sigma_0), "==", 1), given=given)
    assert accepts(explicit_derivative, (sp.Derivative(norm_w, sigma_0), "==", 0), given=given)
    assert not accepts(explicit_derivative, (sp.Derivative(sp.exp(2 * time), time), "==", sp.exp(2 * time)))


def test_what_sympy_solves_is_compared() -> None:
    linear, start = rate(y, 1 - y), judgment(y_0, "==", x_0)
    right = 1 + (x_0 - 1) * sp.exp(-time)
    for solution, good in ((right, True), (1 + x_0 * sp.exp(-time), False), (right + sp.exp(-2 * time), False)):
        goal = (sp.Derivative(solution, time), "==", 1 - solution)
        assert accepts(solve, goal, linear, start, data="1st_linear") is good


def test_increase_needs_a_nonnegative_slope_of_a_smooth_function() -> None:
    assert accepts(increasing, (time**2, ">=", 0), rate(time**2, 2 * time))
    assert not accepts(increasing, (-(time**2), ">=", 0), rate(-(time**2), -2 * time))
    assert not accepts(increasing, (time**2, ">=", 1), rate(time**2, 2 * time))
    pole = 1 / (1 - time)
    assert not accepts(increasing, (pole, ">=", 1), rate(pole, pole**2))  # false from t = 1 on


def test_polar_coordinates() -> None:
    first, second = (Judgment(relation) for relation in planar_flow.PLANE)
    for wrong in (2 * planar_flow.PLANAR_NORM.rhs, planar_flow.PLANAR_ANGLE.rhs):
        assert not accepts(eliminate, (planar_flow.PLANAR_NORM.lhs, "==", wrong), first, second)
    assert not accepts(eliminate, (planar_flow.PLANAR_NORM.lhs, "==", planar_flow.PLANAR_NORM.rhs), first, first)
    half = judgment(sp.tan(phi / 2), "==", T_0)
    assert accepts(half_angle, (sp.cos(phi), "==", (1 - T_0**2) / (1 + T_0**2)), half)
    assert not accepts(half_angle, (sp.cos(phi), "==", (1 + T_0**2) / (1 - T_0**2)), half)
    assert not accepts(half_angle, (sp.cos(phi / 2), "==", (1 - T_0**2) / (1 + T_0**2)), half)


def test_gauss_series_and_what_it_needs() -> None:
    goal, given = (primitive(s), "==", -leading_time(s) + series(term(s))), (*DEEP, below(s))
    assert accepts(gauss_series, goal, given=given)
    assert not accepts(gauss_series, goal, given=DEEP)  # it diverges beyond
    for wrong in (2 * term(s), term(s).xreplace({2 + n * L: 2 + n}), s * term(s), term(s) * n):
        assert not accepts(gauss_series, (primitive(s), "==", -leading_time(s) + series(wrong)), given=given)
    assert not accepts(gauss_series, (primitive(s), "==", leading_time(s) + series(term(s))), given=given)


def test_series_are_differentiated_and_summed_inside_the_radius() -> None:
    premise = judgment(primitive(s), "==", -leading_time(s) + series(term(s)), *DEEP, below(s))
    first, slope = sp.diff(-leading_time(s), s), sp.diff(term(s), s)
    assert accepts(termwise_derivative, (sp.Derivative(primitive(s), s), "==", first + series(slope)), premise)
    assert not accepts(termwise_derivative, (sp.Derivative(primitive(s), s), "==", series(slope)), premise)
    outside = Judgment(premise.relation, frozenset(DEEP))
    assert not accepts(termwise_derivative, (sp.Derivative(primitive(s), s), "==", first + series(slope)), outside)
    pointwise = Judgment(premise.relation, premise.facts | {Relation(s, "==", sp.S.Half)})
    assert not accepts(termwise_derivative, (sp.Derivative(primitive(s), s), "==", first + series(slope)), pointwise)
    q = sp.Rational(1, 2)
    assert accepts(geometric_series, (series(q**n), "==", 2))
    assert not accepts(geometric_series, (series(q**n), "==", 1))
    assert not accepts(geometric_series, (series(sp.Integer(2) ** n), "==", -1))
    assert accepts(compare_series, (series(q**n / (n + 1)), "<=", series(q**n)))
    assert not accepts(compare_series, (series(q**n), "<=", series(q**n / (n + 1))))
    assert not accepts(compare_series, (0, "<=", series((-q) ** n)))


def test_a_limit_is_squeezed_between_continuous_functions() -> None:
    f = slope_along
    value = {bound: accepts(squeeze, (sp.Limit(f, sigma_0, 0), "==", 1), judgment(f, "<=", bound),
                            judgment(f, ">=", 1 - sigma_0), data=None)
             for bound in (1 + sigma_0**2, 1 + 1 / (1 + sigma_0), 1 + sp.sin(sigma_0), 1 + 1 / sigma_0)}
    assert list(value.values()) == [True, False, False, False]
    lower, upper = judgment(f, ">=", 1 - sigma_0), judgment(f, "<=", 1 + sigma_0)
    assert not accepts(squeeze, (sp.Limit(f, sigma_0, 1), "==", 1), upper, lower)
    assert not accepts(squeeze, (sp.Limit(f, sigma_0, 0), "==", 0), upper, lower)
    assert not accepts(squeeze, (sp.Limit(f, sigma_0, 0), "==", 1), upper, upper)
    for near, allowed in ((below(sigma_0), True), (Relation(sp.S.One, "<", sigma_0), False)):
        assumed = Judgment(upper.relation, frozenset({"E > 0", near}))
        assert accepts(squeeze, (sp.Limit(f, sigma_0, 0), "==", 1), assumed, lower) is allowed


def test_separation_supposes_along_the_solution_what_the_primitive_does() -> None:
    prime = judgment(sp.Derivative(primitive(s), s), "==", 1 / closed_forms.sigma_rate(s), *DEEP, below(s))
    equation = rate(sigma, closed_forms.sigma_rate(sigma))
    start = judgment(sigma.func(0), "==", sigma_0)
    goal = (primitive(sigma) - primitive(sigma_0), "==", time)
    assert accepts(separate, goal, prime, equation, start, given=(below(sigma),))
    assert not accepts(separate, goal, prime, equation, start)
    assert not accepts(separate, goal, prime, rate(sigma, sigma), start, given=(below(sigma),))
    tied = judgment(sigma.func(0), "==", sigma_0, below(s))
    assert not accepts(separate, goal, prime, equation, tied, given=(below(sigma),))


@pytest.mark.parametrize("depth", [3, 5])
def test_the_formulas_are_those_of_the_numerical_part(depth: int) -> None:
    """Written twice, in SymPy and in mpmath: the same to 25 digits."""
    at = {e: sp.Rational(3, 4), norm_w: sp.Rational(6, 5), x_0: sp.Rational(2, 7), T_0: sp.Rational(1, 2),
          time: sp.Rational(2, 3), s: sp.Rational(9, 10), sigma_0: sp.Rational(1, 3), L: sp.Integer(depth)}

    def value(expr: sp.Expr) -> Any:
        return mpmath.mpf(str(sp.N(expr.subs(at), 35)))

    with mpmath.workdps(35):
        pairs = [(value(claim.obligations[0].relation.rhs),
                  numbers.aligned_flow("2/3", "2/7", "6/5", "3/4", d))
                 for d, claim in ((1, closed_forms.ALIGNED_FLOW_1), (2, closed_forms.ALIGNED_FLOW_2))]
        x_at, x_start = (mpmath.mpf(9) / 10) ** depth, (mpmath.mpf(1) / 3) ** depth
        pairs.append((value(primitive(s) - primitive(sigma_0)),
                      numbers.aligned_time(x_at, x_start, "6/5", "3/4", depth)))
        pairs.append((value(leading_time(sigma_0)), numbers.escape_time(x_start, "6/5", "3/4", depth)))
        state = numbers.planar_flow("2/3", "2/7", "1/2", "6/5", "3/4")
        pairs += [(value(planar_flow.PLANAR), state.norm),
                  (value(planar_flow.HALF_TANGENT), mpmath.tan(state.angle / 2))]
        for ours, theirs in pairs:
            assert abs(ours - theirs) < mpmath.mpf(10) ** -25 * abs(theirs)
