"""Deciding: ties exactly, near-ties by precision, and never by floats."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import sympy as sp
from flint import arb, ctx, fmpq

from flatcert.checks.arithmetic.rings import BallRing
from flatcert.checks.deciding.balls import PRECISIONS, compare
from flatcert.checks.deciding.decider import Decider
from flatcert.checks.deciding.ordered import Ordered
from flatcert.checks.deciding.verdicts import Verdict
from flatcert.checks.deciding.ways import decider
from flatcert.checks.deep_linear.deciding.hypotheses import predicate
from flatcert.checks.deep_linear.evaluation.scope import RealScope
from flatcert.checks.deep_linear.instances.instance import Instance, make
from flatcert.checks.verifying import units as work
from flatcert.theory.language.claim import Obligation, operator, scaled
from flatcert.theory.language.hypotheses import stated
from flatcert.theory.language.nodes import Relation
from flatcert.theory.language.quantities import E, L, S, a, b, e, lambda_max, lambda_min, norm_p
from flatcert.theory.library import BUILT_IN

LOWER = BUILT_IN.claim("sharpness-lower").obligation("minimizers")
TIGHT = BUILT_IN.claim("sharpness-lower-tight").obligation("minimizers")
_14 = [[1, 0], [0, 4]]
ORDERED = [(c.id, o) for c in BUILT_IN for o in c.obligations if o.decide != "identity"]


def scalars(depth: int, value: Any = 1, covariance: Any = 1) -> Instance:
    return make(f"scalars {depth}", [[covariance]], [[[value]]] * depth)


def plain(lhs: Any, op: str, rhs: Any, given: tuple[Any, ...] = ()) -> Obligation:
    return Obligation("made up", Relation(sp.sympify(lhs), op, sp.sympify(rhs)), given=given)


@pytest.mark.parametrize("depth", [1, 2, 3, 4, 7])
@pytest.mark.parametrize("obligation", [LOWER, TIGHT], ids=["lower", "tight"])
def test_equality_in_dimension_one_is_a_tie(depth: int, obligation: Obligation) -> None:
    """At ``W = (1, .., 1)`` both sides are ``2 L``, by hand; balls alone can never say so."""
    outcome = decider(obligation).decide(scalars(depth))
    assert (outcome.verdict, outcome.route, outcome.ratio) == ("held", "tie", 1.0)
    strict = decider(operator("strict", ">").of(obligation)).decide(scalars(depth))
    assert (strict.verdict, strict.route) == ("refuted", "tie")


@pytest.mark.parametrize("digits, bits", [(25, 128), (100, 512), (300, 1024)])
def test_near_ties_are_decided_by_precision(digits: int, bits: int) -> None:
    """``S >= 2 L (1 -+ 10^-digits)`` at ``S = 2 L``: no tie, and beyond any float."""
    near = sp.Rational(1, 10**digits)
    below = decider(scaled("nearly", 1 - near).of(LOWER)).decide(scalars(3))
    above = decider(scaled("nearly", 1 + near).of(LOWER)).decide(scalars(3))
    assert (below.verdict, above.verdict) == ("held", "refuted")
    assert max(below.bits, above.bits) <= bits
    assert {below.route, above.route} <= {"exact", "balls", "witness"}


def test_irrational_eigenvalues_tie() -> None:
    """``S = 2 Lambda = 5 + sqrt 5`` at ``L = 1``: the Hessian's eigenvalue and the covariance's."""
    case = make("golden", [[2, 1], [1, 3]], [[[1, 2]]])
    outcome = decider(BUILT_IN.claim("min-sharpness").obligation("depth-one")).decide(case)
    assert (outcome.verdict, outcome.route) == ("held", "tie")
    for op, expected in ((">", "refuted"), ("<", "refuted"), ("<=", "held"), ("!=", "refuted")):
        verdict = decider(plain(S, op, 2 * norm_p**2 * lambda_max)).decide(case).verdict
        assert verdict == expected


def test_the_eigenvalue_of_a_larger_polynomial_ties() -> None:
    """The dense Hessian (degree 6) and ``Sigma M`` (degree 2) have one irrational top eigenvalue."""
    case = make("two layers", [[2, 1], [1, 3]], [[[1, 2], [0, 1]], [[1, 1]]])
    outcome = decider(BUILT_IN.claim("sharpness").obligation("eigenvalue")).decide(case)
    assert (outcome.verdict, outcome.route) == ("held", "tie")


PREDICATE_CASES: dict[str, tuple[Instance, Instance]] = {
    "minimizer": (scalars(2), make("no", [[1]], [[[1]], [[1]]], regressor=[2])),
    "E > 0": (scalars(2), scalars(2, 0)),
    "L >= 2": (scalars(2), scalars(1)),
    "L >= 3": (scalars(3), scalars(2)),
    "L == 1": (scalars(1), scalars(2)),
    "w* eigenvector": (make("yes", _14, [[[0, 2]]]), make("no", _14, [[[1, 2]]])),
    "q_1 != 0": (scalars(2), make("no", [[1]], [[[3]], [[0]]])),
    "plain": (scalars(2), make("no", [[1]], [[[1]], [[1]]], readout=[2])),
    "w == w*": (make("yes", _14, [[[1, 2]]]), make("no", [[1, 0], [0, 0]], [[[1, 2]]])),
    "w along w*": (make("yes", _14, [[[3, 6]]], regressor=[1, 2]), make("no", _14, [[[-3, -6]]], regressor=[1, 2])),
    "square": (make("yes", _14, [[[1, 2], [3, 4]]], readout=[1, 1]), make("no", _14, [[[1, 2]], [[1]]])),
    "balanced": (make("yes", _14, [[[3, 4]], [[5]]]), make("no", _14, [[[3, 4]], [["4.999"]]])),
}


def test_every_hypothesis_in_use_has_a_case_by_hand() -> None:
    used = {g for c in BUILT_IN for o in c.obligations for g in o.given if isinstance(g, str)}
    assert used <= set(PREDICATE_CASES) <= set(stated())


@pytest.mark.parametrize("name", PREDICATE_CASES)
def test_predicates_by_hand(name: str) -> None:
    yes, no = PREDICATE_CASES[name]
    assert predicate(name, yes)
    assert not predicate(name, no)
    false = plain(1, ">", 2, (name,))
    assert decider(false).decide(yes).verdict == "refuted"
    assert decider(false).decide(no).verdict == "not applicable"


def test_minimizer_is_decided_exactly() -> None:
    """A regressor off by ``2^-200`` is no minimizer, though no float could tell."""
    near = make("near", [[1]], [[[1]]], regressor=[1 + fmpq(1, 2**200)])
    assert not predicate("minimizer", near)
    assert predicate("E > 0", make("tiny", [[fmpq(1, 2**4000)]], [[[fmpq(1, 2**4000)]]]))


def test_a_hypothesis_that_is_a_relation() -> None:
    """``diag(1, 4)``, ``L = 2``: ``L e = 2 < 4`` at ``e_1`` and ``8 > 4`` at ``e_2``; at ``diag(1, 2)`` a tie."""
    low, high = (BUILT_IN.claim("min-sharpness-kink").obligation(n) for n in ("low-eigenvalue", "high-eigenvalue"))
    first, second = make("e1", _14, [[[1, 0]], [[1]]]), make("e2", _14, [[[0, 1]], [[1]]])
    tie = make("tie", [[1, 0], [0, 2]], [[[1, 0]], [[1]]])
    assert [decider(low).decide(c).verdict for c in (first, second, tie)] == ["held"] + 2 * ["not applicable"]
    assert [decider(high).decide(c).verdict for c in (first, second, tie)] == ["not applicable", "held", "held"]


def test_undefined_sides_are_not_applicable() -> None:
    assert decider(plain(S, ">=", 1 / (lambda_max - e))).decide(scalars(2)).verdict == "not applicable"


@pytest.mark.parametrize("op", [">", ">=", "<", "<=", "==", "!="])
def test_overlapping_balls_decide_nothing(op: str) -> None:
    """Three answers: ``not (x > y)`` does not give ``x <= y``, and nan gives nothing."""
    wide, inside, nan = arb(1, 1), arb(1.5, 0.1), arb("nan")
    assert BallRing(64).answer(op, wide, inside) is None
    assert BallRing(64).answer(op, inside, wide) is None
    assert BallRing(64).answer(op, nan, inside) is None
    assert BallRing(64).answer(op, inside, inside) is None
    assert BallRing(64).answer(op, arb(1), arb(2)) is (op in ("<", "<=", "!="))
    assert BallRing(64).answer(op, arb(2), arb(1)) is (op in (">", ">=", "!="))
    assert BallRing(64).answer(op, arb(2), arb(2)) is (op in ("<=", ">=", "=="))  # points
    assert BallRing(64).answer(op, nan, nan) is None


def test_an_equality_of_nested_radicals_is_a_tie() -> None:
    """``sqrt 2 + sqrt 3 = sqrt(5 + 2 sqrt 6)``, by algebraic numbers; a near miss is none."""
    case = make("two", [[2]], [[[1]]])  # E = 2
    nested = sp.Pow(5 + 2 * sp.sqrt(3) * sp.sqrt(E), sp.Rational(1, 2))
    for op, verdict in {"==": "held", "<=": "held", "<": "refuted", "!=": "refuted"}.items():
        outcome = decider(plain(sp.sqrt(E) + sp.sqrt(3), op, nested)).decide(case)
        assert (outcome.verdict, outcome.route) == (verdict, "tie")
    near = nested * (1 + sp.Rational(1, 10**200))
    assert decider(plain(sp.sqrt(E) + sp.sqrt(3), "<", near)).decide(case).verdict == "held"


def test_an_equality_out_of_reach_is_inconclusive() -> None:
    """``(2^(1/97) + 1)^2 = 2^(2/97) + 2^(98/97) + 1``: true, but the degree is above that of algebraic numbers."""
    case = make("two", [[2]], [[[1]]])  # E = 2
    root = E ** sp.Rational(1, 97)
    for op in ("==", "<=", "<", "!="):
        outcome = decider(plain((root + 1) ** 2, op, root**2 + 2 * root + 1)).decide(case)
        assert (outcome.verdict, outcome.bits) == ("inconclusive", PRECISIONS[-1])


@pytest.mark.parametrize("lie", [-5.0, 0.0, 5.0, np.nan])
@pytest.mark.parametrize("case", [scalars(2), make("wide", _14, [[[1, 1]], [[2]]])], ids=lambda c: c.name)
def test_a_lying_float_screen_decides_nothing(
    monkeypatch: pytest.MonkeyPatch, lie: float, case: Instance
) -> None:
    """Whatever the floats say, the verdicts on true and false statements stay."""
    false = scaled("false", 2).of(LOWER)
    tall = scaled("false", 100).of(LOWER)
    before = [decider(o).decide(case).verdict for o in (LOWER, TIGHT, tall, false)]
    monkeypatch.setattr(Ordered, "slacks", lambda _, pairs: np.full(len(pairs), lie))
    assert [decider(o).decide(case).verdict for o in (LOWER, TIGHT, tall, false)] == before
    assert before[:3] == ["held", "held", "refuted"]


@pytest.mark.parametrize("claim_id, obligation", ORDERED[::4], ids=lambda x: x if isinstance(x, str) else x.name)
def test_a_screen_that_suspects_everything_refutes_nothing_true(
    monkeypatch: pytest.MonkeyPatch, claim_id: str, obligation: Obligation
) -> None:
    """The search for counterexamples then decides every instance, and true statements survive it."""
    monkeypatch.setattr(Ordered, "slacks", lambda _, pairs: np.full(len(pairs), -1.0))
    monkeypatch.setattr(Decider, "tried", 60)
    assert work.refute(claim_id, obligation) is None


def test_a_screen_that_trusts_everything_lets_mutants_survive_but_not_pass(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A blind screen must show up as survivors, which fail the run."""
    monkeypatch.setattr(Ordered, "slacks", lambda _, pairs: np.full(len(pairs), 9.0))
    results, _ = work.mutants_unit("flatcert", "sharpness-lower")
    assert [r.counterexample for r in results] == [None] * len(results)


def test_the_worst_outcome_over_the_quantifiers_counts() -> None:
    """``u = w*`` holds and a direction orthogonal to it refutes: refuted; severities are ordered."""
    assert tuple(Verdict) == ("refuted", "inconclusive", "held", "not applicable")
    master = BUILT_IN.claim("kernel-agm").obligation("all-weights")
    flipped = operator("reversed", "<=").of(master)
    case = make("two", [[1, 0], [0, 1]], [[[1, 0]], [[1]]], u=[0, 1])
    at_regressor = {"u": case.regressor.reshape(-1, 1)}
    assert decider(flipped).decide_at(case, at_regressor).verdict == "held"  # equality there
    assert decider(flipped).decide(case).verdict == "refuted"
    assert decider(master).decide(case).verdict == "held"


def test_every_relation_of_numbers_by_hand() -> None:
    """``E = 4, a = 4, b = 4, lambda = Lambda = 4`` at ``Sigma = 4``, ``w* = 1``: all comparisons known."""
    case = scalars(2, covariance=4)
    for left, right, sign in ((a, b, 0), (E, 2 * a, -1), (lambda_max, lambda_min / 2, 1), (L, sp.Integer(2), 0)):
        for op, true in ((">", sign > 0), (">=", sign >= 0), ("<", sign < 0), ("<=", sign <= 0),
                         ("==", sign == 0), ("!=", sign != 0)):
            assert compare(Relation(left, op, right), lambda ring: RealScope(case, ring)).verdict is Verdict.of(true)


def test_the_precision_is_restored() -> None:
    with ctx.workprec(77):
        decider(LOWER).decide(make("wide", _14, [[[1, 1]], [[2]]]))
        assert ctx.prec == 77
