"""Batches against one instance at a time and against balls: no answer depends on the company an instance is in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import islice
from typing import Any

import numpy as np
import pytest
from flint import arb, ctx
from hypothesis import given
from hypothesis import strategies as st
from sympy import Identity

from flatcert.checks.arithmetic.rings import BallRing, FloatRing
from flatcert.checks.attack.question import Question
from flatcert.checks.deciding.ways import decider
from flatcert.checks.deep_linear.deciding.on_instances import OnInstances
from flatcert.checks.deep_linear.deciding.quantifiers import expansions
from flatcert.checks.deep_linear.evaluation.batches import FEW, sides
from flatcert.checks.deep_linear.evaluation.scope import BINDINGS, RealScope
from flatcert.checks.deep_linear.evaluation.stacked_scope import AFRESH, STACKED
from flatcert.checks.deep_linear.instances.instance import Instance, make
from flatcert.checks.deep_linear.instances.pool import instance, pool
from flatcert.checks.deep_linear.instances.strategies import small_instances
from flatcert.checks.evaluation.abstract_scope import Pair
from flatcert.checks.evaluation.evaluate import evaluate
from flatcert.theory.language.claim import Obligation
from flatcert.theory.language.nodes import Relation, SubProduct, norm_squared, weighted_top
from flatcert.theory.language.quantities import VOCABULARY, L, S, d, theta
from flatcert.theory.library import BUILT_IN

COUNT, TOLERANCE = 40, 1e-9
WILD = {"tiny", "huge", "wild", "deep"}
"""Families whose sizes leave nothing to compare an absolute error with."""
SCREENED = [(c.id, o) for c in BUILT_IN for o in c.obligations
            if o.decide in ("ordered", "exists") and o.space != "solution"]
LOWER = BUILT_IN.claim("sharpness-lower").obligation("minimizers")
MASTER = BUILT_IN.claim("kernel-agm").obligation("all-weights")


def label(part: object) -> str:
    return part if isinstance(part, str) else part.name if isinstance(part, Obligation) else repr(part)


def afresh(pairs: Sequence[Pair]) -> list[Pair]:
    """The same instances, of which nothing is remembered."""
    copies = {id(pair.case): replace(pair.case) for pair in pairs}
    return [Pair(copies[id(pair.case)], pair.values) for pair in pairs]


def pairs_of(obligation: Obligation, cases: Sequence[Instance]) -> list[Pair]:
    return [Pair(case, values) for case in cases if decider(obligation).supposed(case)
            for values in expansions(obligation, case)]


def alone(obligation: Obligation, pairs: Sequence[Pair]) -> Any:
    return np.concatenate([sides(obligation.relation, [pair], obligation.direct) for pair in afresh(pairs)])


def ball_sides(obligation: Obligation, pair: Pair) -> tuple[arb, arb]:
    with ctx.workprec(256):
        scope = RealScope(pair.case, BallRing(256), pair.values, direct=obligation.direct)
        lhs, rhs = (arb(evaluate(side, scope)) for side in (obligation.relation.lhs, obligation.relation.rhs))
        return lhs, rhs


def close(x: Any, y: Any) -> Any:
    return (np.abs(x - y) <= TOLERANCE * (1 + np.abs(y))) | ~(np.isfinite(x) | np.isfinite(y))


@pytest.mark.parametrize("claim_id, obligation", SCREENED, ids=label)
def test_a_batch_gives_what_each_instance_gives_alone_and_balls_agree(claim_id: str, obligation: Obligation) -> None:
    """Three routes: stacks, one instance, balls. Where balls show that both sides cancel, floats may differ."""
    drawn = (instance(*key) for key in pool(obligation.space, 3) if key[0] not in WILD)
    pairs = pairs_of(obligation, list(islice(drawn, COUNT)))
    assert pairs
    together, single = sides(obligation.relation, afresh(pairs), obligation.direct), alone(obligation, pairs)
    known = 0
    for pair, x, y in zip(pairs, together, single, strict=True):
        try:
            exact = ball_sides(obligation, pair)
        except ZeroDivisionError:
            assert not np.isfinite(x).all() and not np.isfinite(y).all()
            continue
        if all(ball.is_finite() and ball.rad() < arb(10) ** -20 * (1 + abs(ball)) for ball in exact):
            known += 1
            assert close(x, y).all(), (pair.case.name, x, y)
            assert close(x, [float(ball) for ball in exact]).all(), (pair.case.name, x, exact)
    assert known >= len(pairs) / 4


@pytest.mark.parametrize("claim_id, obligation", [c for c in SCREENED if c[0] in (
    "sharpness-lower", "sharpness-lower-tight", "min-sharpness-bracket", "norm-control")], ids=label)
def test_sizes_beyond_float64_stay_where_they_are(claim_id: str, obligation: Obligation) -> None:
    """Instances that overflow or underflow have no answer; their neighbours do not feel it."""
    cases = [instance(family, 3, i) for i in range(12) for family in ("huge", "gaussian", "tiny", "wild")]
    pairs = pairs_of(obligation, cases)
    slacks = OnInstances(obligation).slacks
    found, single = slacks(afresh(pairs)), [slacks([pair])[0] for pair in afresh(pairs)]
    assert np.allclose(found, single, rtol=1e-6, atol=1e-9, equal_nan=True)
    assert np.isfinite(found).any() and np.isnan(found).any()


many = st.lists(small_instances(), min_size=2, max_size=2 * FEW)


@pytest.mark.parametrize("obligation", [
    LOWER, MASTER, BUILT_IN.claim("near-rank-one").obligation("norms"),
    BUILT_IN.claim("residual-kernel").obligation("above"),
    BUILT_IN.claim("sharpness").obligation("eigenvalue")], ids=label)
@given(many, many, st.randoms(use_true_random=False))
def test_the_order_and_the_company_do_not_matter(
    obligation: Obligation, first: list[Instance], second: list[Instance], random: Any
) -> None:
    left, right = ([Pair(case, values) for case in cases for values in expansions(obligation, case)]
                   for cases in (first, second))
    relation, direct = obligation.relation, obligation.direct
    both = sides(relation, afresh([*left, *right]), direct)
    apart = [sides(relation, afresh(pairs), direct) for pairs in (left, right)]
    assert close(both, np.concatenate(apart)).all()
    order = random.sample(range(len(both)), len(both))
    pairs = afresh([*left, *right])
    assert close(sides(relation, [pairs[i] for i in order], direct), both[order]).all()


def test_no_pairs_have_no_sides() -> None:
    assert sides(LOWER.relation, []).shape == (0, 2)


def test_an_instance_without_the_quantity_is_left_out_alone() -> None:
    """``theta`` needs a regressor, not zero: by hand ``2 (i^2 - 1 + 3) / (2 i)^{2/3}``, for five that have it."""
    fine = [make(f"fine {i}", [[1]], [[[i]], [[1]], [[2]]]) for i in range(1, 6)]
    zero = make("zero", [[1]], [[[0]], [[1]], [[2]]])
    found = sides(Relation(theta, ">=", S), [Pair(case, {}) for case in (*fine[:3], zero, *fine[3:])])
    assert np.isnan(found[3]).all()
    by_hand = [2 * (i * i - 1 + 3) / (2 * i) ** (2 / 3) for i in range(1, 6)]
    np.testing.assert_allclose(np.delete(found, 3, axis=0)[:, 0], by_hand, rtol=1e-12)


def test_identities_are_as_large_as_each_instance_has_them() -> None:
    """The empty product of layers is one of the width between them: ``|I|_F^2 = d_1``, in batches of all widths."""
    cases = [make(f"width {m}", [[1]], [[[1]] * m, [[1] * m]]) for m in (1, 2, 3, 4, 5, 2)]
    relation = Relation(norm_squared(SubProduct(1, 2)), "<=", weighted_top(Identity(d)))
    found = sides(relation, [Pair(case, {}) for case in cases])
    assert found.tolist() == [[case.widths[1], 1.0] for case in cases]
    square = [make(f"d = {n}", np.eye(n, dtype=int) * n, [[[1] * n]]) for n in (1, 2, 3, 1, 2, 3, 3, 3)]
    found = sides(Relation(weighted_top(-Identity(d)), "<=", L), [Pair(case, {}) for case in square])
    np.testing.assert_allclose(found, [[-case.dimension, 1.0] for case in square], rtol=1e-12)


def test_minimizers_and_others_in_one_batch() -> None:
    """At minimizers ``S`` is taken by the reduction, elsewhere from the dense Hessian: ``d = 1``, by hand."""
    cases = [make(f"{w}", [[1]], [[[w]], [[1]]], regressor=[target]) for w, target in
             ((1, 1), (2, 2), (3, 3), (1, 3), (2, 1), (4, 4))]
    hessians = [np.linalg.eigvalsh(2 * np.array([[1, 2 * w - t], [2 * w - t, w * w]]))[-1]
                for w, t in ((1, 1), (2, 2), (3, 3), (1, 3), (2, 1), (4, 4))]
    np.testing.assert_allclose(sides(LOWER.relation, [Pair(case, {}) for case in cases])[:, 0], hessians, rtol=1e-12)


def test_what_was_computed_is_remembered_with_the_instance(monkeypatch: pytest.MonkeyPatch) -> None:
    """One statement converts the exact arrays; the next, of the same scalars, needs none of them."""
    cases = [instance("gaussian", 5, i) for i in range(40)]
    pairs = afresh(pairs_of(LOWER, cases))
    before = OnInstances(LOWER).slacks(pairs)

    def refuse(*_: Any) -> Any:
        raise AssertionError

    monkeypatch.setattr(FloatRing, "array", refuse)
    doubled = replace(LOWER, relation=replace(LOWER.relation, rhs=2 * LOWER.relation.rhs))
    np.testing.assert_allclose(OnInstances(doubled).slacks(pairs), before - np.log(2), atol=1e-12)


def test_what_stacks_are_for_is_bound() -> None:
    defined = {name for name, word in VOCABULARY.items() if word.definition is not None}
    assert set(BINDINGS) | defined >= STACKED | AFRESH
    assert not STACKED & AFRESH


@pytest.mark.parametrize("claim_id, name", [
    ("kernel-agm", "all-weights"), ("min-sharpness-kink", "low-eigenvalue"), ("norm-control", "norm")])
def test_many_are_decided_and_searched_as_each_is(claim_id: str, name: str) -> None:
    """Verdicts, routes and values are equal; what floats measured is so up to rounding."""
    obligation = BUILT_IN.claim(claim_id).obligation(name)
    cases = [instance(*key) for key in islice(pool(obligation.space, 2), 30)]
    apart = [decider(obligation).decide(replace(case)) for case in cases]
    for outcome, one in zip(decider(obligation).decide_all(cases), apart, strict=True):
        assert (outcome.verdict, outcome.bits, outcome.route) == (one.verdict, one.bits, one.route)
        assert (outcome.ratio or 0) == pytest.approx(one.ratio or 0, rel=1e-9)
    found = Question(obligation).slacks([replace(case) for case in cases])
    single = [Question(obligation).slack(replace(case)) for case in cases]
    assert found == pytest.approx(single, rel=1e-6, abs=1e-9, nan_ok=True)
