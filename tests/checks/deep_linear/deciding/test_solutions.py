"""Initial value problems: what holds is held, what is false is refuted, by more than one route."""

from __future__ import annotations

from dataclasses import replace
from itertools import islice

import mpmath
import pytest
import sympy as sp
from flint import arb, ctx, fmpq

from flatcert.checks.arithmetic.laurent import TERMS, Laurent, coefficients, hypergeometric, monomial
from flatcert.checks.deciding.ways import decider
from flatcert.checks.deep_linear.deciding.initial_value_conditions import conditions
from flatcert.checks.deep_linear.deciding.initial_values import DEGREE, Case
from flatcert.checks.deep_linear.deciding.transcendental import atoms, in_balls, in_field
from flatcert.checks.evaluation.evaluate import UnknownNode
from flatcert.checks.verifying import units as work
from flatcert.checks.verifying.replay import replay
from flatcert.checks.verifying.verify import verify
from flatcert.theory import library as registry
from flatcert.theory.deep_linear.flow import aligned_flow, planar_flow
from flatcert.theory.language.claim import Claim, Obligation, operator
from flatcert.theory.language.nodes import Relation
from flatcert.theory.language.quantities import e, norm_w, time
from flatcert.theory.setting.initial_value import T_0, flow_of, s, start_of, x, x_0

CLAIMS: dict[str, Claim] = {
    claim.id: claim for claim, _proof in (*aligned_flow.THEOREMS, *planar_flow.THEOREMS)}
OBLIGATIONS = [(name, o) for name, claim in CLAIMS.items() for o in claim.obligations]
SOLUTIONS = [(name, o) for name, o in OBLIGATIONS if o.decide == "solution"]
NAMED = {"ids": lambda x: x if isinstance(x, str) else x.name}


@pytest.mark.parametrize(("name", "obligation"), OBLIGATIONS, **NAMED)
def test_obligations_hold_and_no_real_case_refutes_them(name: str, obligation: Obligation) -> None:
    verdicts = [decider(obligation).decide(case).verdict for case in islice(decider(obligation).cases(7), 24)]
    assert verdicts.count("held") >= 18 and set(verdicts) <= {"held", "not applicable"}
    for case in islice(decider(obligation).readable_cases(), 24):
        assert decider(obligation).decide(case).verdict != "refuted"


@pytest.mark.parametrize(("name", "obligation"), OBLIGATIONS, **NAMED)
def test_mutants_die_by_balls_and_the_token_replays(name: str, obligation: Obligation) -> None:
    for mutant in obligation.mutants:
        found = work.refute(name, mutant.of(obligation))
        assert found is not None and found.values and found.instance["name"].startswith("real:0:")
        again = replay(found.token)
        assert (again.verdict, again.route) == ("refuted", "balls")
        assert again.values == found.values and again.statement == found.statement


@pytest.mark.parametrize(("name", "obligation"), SOLUTIONS, **NAMED)
def test_mutants_die_in_the_field_too(name: str, obligation: Obligation) -> None:
    """The field and the balls share only the differentiation: random values against real ones."""
    for mutant in obligation.mutants:
        false = mutant.of(obligation)
        assert {decider(false).decide(case).verdict for case in islice(decider(false).cases(1), 6)} == {"refuted"}


def test_a_false_formula_is_reported_with_a_readable_counterexample(monkeypatch: pytest.MonkeyPatch) -> None:
    claim = CLAIMS["aligned-flow-2"]
    (obligation,) = claim.obligations
    false = replace(obligation.mutants[0].of(obligation), name="solution", mutants=())
    monkeypatch.setitem(registry.BUILT_IN.claims, claim.id, replace(claim, obligations=(false,)))
    run = verify([claim.id], workers=0)
    assert (run.verdict, run.exit_code) == ("refuted", 1)
    (found, *_) = run.reports[claim.id].tallies["solution"].counterexamples
    assert set(found.values) == {"e", "norm_w", "time", "x_0"}
    assert replay(found.token).verdict == "refuted"


def ivp(formula: sp.Expr, rate: sp.Expr, op: str = "==") -> Obligation:
    return Obligation("made up", Relation(x, op, formula), space="solution", decide="solution",
                      given=(flow_of(x, rate), start_of(x, x_0)))


def test_a_wrong_start_and_a_wrong_equation_are_told_apart_from_the_truth() -> None:
    growth = x_0 * sp.exp(e * time)
    for obligation, wanted in ((ivp(growth, e * x), "held"), (ivp(growth + 1, e * x), "refuted"),
                               (ivp(growth, 2 * e * x), "refuted"), (ivp(x_0 + time, sp.S.One), "held")):
        assert decider(obligation).decide(Case("field", 0, 0)).verdict == wanted
        real = {decider(obligation).decide(case).verdict for case in islice(decider(obligation).readable_cases(), 6)}
        assert real == ({"inconclusive"} if wanted == "held" else {"refuted"})


def test_a_formula_that_is_right_only_at_the_start_is_refuted() -> None:
    """Both sides agree at ``t = 0``, and their derivatives as well."""
    late = x_0 * (1 + time + time**2)
    assert work.refute("aligned-flow-1", ivp(late, x)) is not None


def test_operators_other_than_equality() -> None:
    growth = x_0 * sp.exp(time)
    verdicts = {op: decider(ivp(growth, x, op)).decide(Case("field", 0, 0)).verdict
                for op in ("==", "!=", "<=", ">=", "<", ">")}
    assert verdicts == {"==": "held", "!=": "refuted", "<=": "held", ">=": "held", "<": "refuted", ">": "refuted"}
    wrong = decider(ivp(2 * growth, x, "<=")).decide(Case("field", 0, 0))
    assert wrong.verdict == "inconclusive"  # x <= 2x is true, and a field does not know
    assert decider(ivp(growth, x, "<=")).decide(Case("real", 0, 0)).verdict == "inconclusive"


def test_a_bound_is_decided_with_its_hypothesis() -> None:
    claim = CLAIMS["aligned-flow-time"]
    upper = claim.obligation("escape-upper")
    seen = {decider(upper).decide(case).verdict for case in islice(decider(upper).cases(0), 120)}
    assert seen == {"held", "not applicable"}  # sigma_0^L < x* is a hypothesis, not a habit
    reversed_ = operator("reversed", ">=").of(upper)
    assert work.refute(claim.id, reversed_) is not None


def test_what_is_no_initial_value_problem_is_inconclusive() -> None:
    strange = ivp(x_0 + sp.besselj(1, time), x)
    assert decider(strange).decide(Case("field", 0, 0)).verdict == "inconclusive"
    assert decider(strange).decide(Case("real", 0, 0)).verdict == "inconclusive"
    assert work.refute("aligned-flow-1", strange) is None
    nonlinear = replace(strange, given=(Relation(sp.Derivative(x, time) ** 2, "==", x),))
    assert decider(nonlinear).decide(Case("field", 0, 0)).verdict == "inconclusive"


def test_tokens_name_a_family_of_parameters() -> None:
    assert decider(SOLUTIONS[0][1]).named("real:0:3").value("x_0") == Case("real", 0, 3).value("x_0")
    with pytest.raises(KeyError, match="no family 'classics'"):
        replay("aligned-flow-1/solution@classics:0:0")
    assert replay("aligned-flow-1/solution@field:0:5").verdict == "held"


def degree(expr: sp.Expr) -> tuple[int, int]:
    """Bounds on the degrees of numerator and denominator, without cancelling."""
    if expr.is_Number or expr.is_Symbol:
        return int(expr.is_Symbol), 0
    if expr.is_Pow:
        (top, bottom), n = degree(expr.base), int(expr.exp)
        return (top * n, bottom * n) if n >= 0 else (-bottom * n, -top * n)
    parts = [degree(arg) for arg in expr.args]
    below = sum(bottom for _top, bottom in parts)
    return (sum(top for top, _bottom in parts) if expr.is_Mul else max(t + below - b for t, b in parts)), below


@pytest.mark.parametrize(("name", "obligation"), SOLUTIONS, **NAMED)
def test_the_degree_bound_of_the_error_probability(name: str, obligation: Obligation) -> None:
    for depth in (3, 8):
        for condition in conditions(obligation.relation, obligation.given, depth).general:
            if not condition.has(sp.hyper):
                assert sum(degree(atoms(condition).rational)) <= DEGREE
    assert 0 < decider(obligation).error(1000) < 1e-12


def test_exponentials_of_one_monomial_are_powers_of_one_value() -> None:
    case = Case("field", 0, 0)
    assert in_field(sp.exp(3 * e * time) * sp.exp(-e * time) - sp.exp(e * time) ** 2, case.value) == 0
    assert in_field(sp.exp(e * time / 2) ** 2 - sp.exp(e * time), case.value) == 0
    assert in_field(sp.exp(e * time) - sp.exp(norm_w * time), case.value) != 0
    assert in_field(sp.exp(time - sp.log(T_0)) * T_0 - sp.exp(time), case.value) == 0


@pytest.mark.parametrize("dependent", [
    sp.log(2 * T_0) - sp.log(T_0), sp.exp(1 / (1 + e)), sp.exp(sp.log(T_0) * time), sp.exp(sp.exp(time))])
def test_parts_that_could_depend_on_each_other_get_no_values_of_their_own(dependent: sp.Expr) -> None:
    with pytest.raises(UnknownNode):
        in_field(dependent, Case("field", 0, 0).value)


def test_balls_enclose_what_mpmath_computes() -> None:
    case = Case("real", 0, 2)
    z = sp.Rational(1, 3) * s
    expr = sp.exp(-2 * e * time) * sp.log(T_0) + sp.hyper((1, sp.Rational(-1, 5)), (sp.Rational(4, 5),), z)
    at = {v: sp.Rational(str(case.value(v.name))) for v in (e, time, T_0, s)}
    with ctx.workprec(160):
        ball = in_balls(expr, case.value, 160)
        with mpmath.workdps(40):
            expected = arb(mpmath.nstr(mpmath.mpf(str(sp.N(expr.subs(at), 45))), 40))
        assert abs(ball - expected) < arb(10) ** -35 and ball.rad() < arb(10) ** -40


@pytest.mark.parametrize("near", ["1/2", "27/32", "8/9", "99/100"])
def test_the_series_near_one_is_seen_to_be_of_integer_difference(near: str) -> None:
    """Where a + b - c is an integer, Arb must be told, or what it finds near 1 is nothing."""
    z = sp.Rational(near)
    with ctx.workprec(160), mpmath.workdps(60):
        ball = in_balls(sp.hyper((1, sp.Rational(-1, 3)), (sp.Rational(2, 3),), z), Case("real", 0, 0).value, 160)
        third = mpmath.mpf(1) / 3
        expected = mpmath.hyp2f1(1, -third, 2 * third, mpmath.mpf(z.p) / z.q)
        assert abs(ball - arb(mpmath.nstr(expected, 50))) < arb(10) ** -40


def known(series: Laurent) -> dict[int, fmpq]:
    return {series.shift + i: c for i, c in enumerate(series.series.coeffs()) if c != 0}


def test_laurent_series_are_a_field() -> None:
    with coefficients():
        v = monomial(1)
        a = monomial(-2, 3) + v + monomial(0, fmpq(1, 2))
        assert known(a) == {-2: 3, 0: fmpq(1, 2), 1: 1}
        assert known(a * a**-1) == {0: 1} and known((a**3) * (a**-3)) == {0: 1}
        assert (a + a * monomial(0, -1)).is_zero
        with pytest.raises(ZeroDivisionError):
            (a + a * monomial(0, -1)) ** -1


def test_gauss_series_against_sympy() -> None:
    a, b, c = fmpq(1), fmpq(-1, 3), fmpq(2, 3)
    with coefficients():
        found = known(hypergeometric(a, b, c, monomial(3, fmpq(1, 2))))
    assert set(found) == set(range(0, TERMS, 3))
    for n in range(5):
        exact = sp.rf(1, n) * sp.rf(sp.Rational(-1, 3), n) / (sp.rf(sp.Rational(2, 3), n) * sp.factorial(n)) / 2**n
        assert str(exact) == str(found[3 * n])
    with pytest.raises(ZeroDivisionError):
        hypergeometric(a, b, c, monomial(0))
