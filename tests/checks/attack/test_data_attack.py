"""The adversary on settings of one's own: variations, moves and shrinking keep kinds, and falsehoods are found."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import sympy as sp
from flint import fmpq
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from flatcert import Obligation
from flatcert.checks.attack.adversary import attack, attackable, tightest
from flatcert.checks.attack.aiming import aimed
from flatcert.checks.attack.ground import NoMove
from flatcert.checks.attack.grounds import ground
from flatcert.checks.attack.of_data.variations import FreeData, logarithm, power
from flatcert.checks.attack.points import roundings
from flatcert.checks.attack.question import Question
from flatcert.checks.attack.search import EFFORTS
from flatcert.checks.attack.shrinking import shrink
from flatcert.checks.attack.simpler import complexity, numbers, positions, readable, shapes, unit_sized
from flatcert.checks.deciding.ways import decider
from flatcert.checks.instances import data_pool
from flatcert.checks.instances.data import Data, make_data
from flatcert.checks.instances.data_strategies import data
from flatcert.kinds import (
    integer,
    matrix,
    nonnegative,
    positive,
    psd,
    real,
    sequence,
    signs,
    size,
    symmetric,
    vector,
)
from flatcert.language import Sum, dot, largest_eigenvalue, norm_squared, spectral_norm
from flatcert.theory.language.setting import Setting

m, n, k = size("m"), size("n"), sp.Symbol("k", integer=True)
RICH = Setting("rich", x=real(), y=nonnegative(), z=positive(), j=integer(), v=vector(m), A=matrix(m, n),
               B=symmetric(n), Q=psd(m), s=signs(n), a=sequence(positive(), k, 1, n), X=sequence(psd(m), k, 0, n))
PRODUCT = Setting("product", U=matrix(m, n), V=matrix(n, m), Y=matrix(m, m))
NUMBERS = Setting("numbers", x=real(), y=real(), z=positive())
U, V, Y = (PRODUCT[name] for name in "UVY")
x, y, z = (NUMBERS[name] for name in "xyz")
EXACT = (norm_squared(U * V - Y), "==", 0)

cases = data(RICH, "any")


def of(setting: Setting, relation: object, *given_relations: object) -> Obligation:
    """An obligation on all instances of a setting."""
    return Obligation("any", relation, space="any", given=given_relations, setting=setting)


ANYTHING = ground(of(RICH, (RICH["x"], "<=", 1)))


def assert_kinds(case: Data) -> None:
    """The instance is made again from what it holds; whatever breaks a kind is refused there."""
    make_data(case.setting, {**case.arrays, **case.sizes})


@given(cases)
def test_a_variation_starts_where_it_says(case: Data) -> None:
    variation = FreeData(case, ANYTHING.completed)
    again = variation.at(variation.start)
    assert again.sizes == case.sizes and again["j"] == case["j"] and (again["s"] == case["s"]).all()
    for name in case.setting.data:
        for new, old in zip(again.parts(name), case.parts(name), strict=True):
            scale = 1 + max((abs(float(entry.p) / float(entry.q)) for entry in np.ravel(old)), default=0)
            if scale < 1e5:  # further out coordinates are cut
                assert all(abs(float(q.p) / float(q.q)) < 1e-6 * scale for q in np.ravel(new - old))


@settings(max_examples=40)
@given(cases, arrays(np.float64, 80, elements=st.floats(-1e9, 1e9)), st.integers(0, 6))
def test_every_point_of_a_variation_keeps_the_kinds(case: Data, point: np.ndarray, rounding: int) -> None:
    variation = FreeData(case, ANYTHING.completed)
    here = np.resize(point, variation.start.shape)
    assert_kinds(variation.at(here))
    assert_kinds(variation.at(roundings(here)[rounding]))


@given(st.fractions(-300, 300), st.fractions(-300, 300))
def test_positive_numbers_move_by_an_increasing_function_that_keeps_rationals(one: object, other: object) -> None:
    low, high = sorted(fmpq(f.numerator, f.denominator) for f in (one, other))
    assert 0 < power(low) <= power(high)
    assert low == high or power(low) < power(high)


@given(st.floats(1e-80, 1e80))
def test_the_logarithm_is_the_inverse(value: float) -> None:
    exact = fmpq(*value.as_integer_ratio())
    again = power(fmpq(*logarithm(exact).as_integer_ratio()))
    assert abs(again - exact) <= exact * fmpq(1, 10**12)


@settings(max_examples=60)
@given(cases, st.data(), st.fractions("1/1000000", 10**6))
def test_every_move_keeps_the_kinds(case: Data, drawn: st.DataObject, step: object) -> None:
    move = drawn.draw(st.sampled_from(ANYTHING.moves()))
    try:
        moved = move(case, fmpq(step.numerator, step.denominator))
    except NoMove:
        return
    assert_kinds(moved)
    assert moved.sizes == case.sizes


def test_moves_change_numbers_matrices_and_everything_at_once() -> None:
    case = make_data(RICH, {"x": 1, "y": 1, "z": 1, "j": 1, "v": [1], "A": [[1]], "B": [[1]], "Q": [[1]], "s": [1],
                            "a": [1], "X": [[[1]], [[1]]]})
    seen = [move(case, fmpq(3)) for move in ANYTHING.moves()]
    changed = [{name for name in RICH.data if str(moved.describe()[name]) != str(case.describe()[name])}
               for moved in seen]
    assert {"x"} in changed and {"j"} in changed and {"Q"} in changed and {"a"} in changed
    assert set(RICH.data) - {"s", "j"} in changed
    with pytest.raises(NoMove):
        next(move for move, names in zip(ANYTHING.moves(), changed, strict=True) if names == {"j"})(case, fmpq(1, 2))


@settings(max_examples=15)
@given(cases, st.sampled_from([(0, 0), (1, 1), (2, 1), (3, 2)]))
def test_shrinking_keeps_the_kinds_and_what_it_shrinks(case: Data, wanted: tuple[int, int]) -> None:
    """Down to the simplest instance where nothing else is asked for than half of an integer."""
    half, simplest = fmpq(wanted[0], 2), wanted[1]
    start = case.changed({"x": max(abs(case["x"]), half)}, case.name)
    small = shrink(start, lambda candidate: bool(abs(candidate["x"]) >= half))
    assert_kinds(small)
    assert complexity(small) <= complexity(start)
    assert small.sizes == {"m": 1, "n": 1} and small["z"] == 1 and small["x"] == simplest
    assert readable(small) and sum(entry != 0 for entry in numbers(small)) <= 5


@given(cases)
def test_a_size_that_shrinks_loses_one_index_everywhere(case: Data) -> None:
    *by_size, _ = shapes(case)
    for by, name in zip(by_size, case.sizes, strict=True):
        found = list(by(case))
        assert len(found) == (case.sizes[name] if case.sizes[name] > 1 else 0)
        for one in found:
            assert one.sizes == {**case.sizes, name: case.sizes[name] - 1}
            assert len(one["a"]) == one["n"] and len(one["X"]) == one["n"] + 1


def test_a_symmetric_matrix_becomes_diagonal_where_no_entry_alone_may_vanish() -> None:
    """Each off-diagonal entry holds the others up: without it the matrix has a negative eigenvalue."""
    spread = Setting("spread", Q=psd(n))
    case = make_data(spread, {"Q": [[2, 2, 2], [2, 2, 2], [2, 2, 2]]})
    small = shrink(case, lambda one: one["n"] == 3 and one["Q"].trace() >= 5)
    assert (small["Q"] == np.diag(np.diag(small["Q"]))).all() and small["Q"].trace() <= 6


@given(cases)
def test_positions_are_all_numbers_and_units_are_one(case: Data) -> None:
    assert len(positions(case)) == len(numbers(case))
    sized = unit_sized(case)
    assert_kinds(sized)
    assert sized["j"] == case["j"]
    for name in ("A", "Q", "X", "a"):
        entries = [abs(entry) for part in sized.parts(name) for entry in np.ravel(part)]
        assert not any(entries) or max(entries) == 1


@settings(max_examples=30)
@given(data(PRODUCT, "any"))
def test_data_that_hypotheses_give_are_recomputed(case: Data) -> None:
    """After completion, in every variation and after every move, the hypothesis holds exactly."""
    grounds = ground(of(PRODUCT, (norm_squared(Y), "<=", 1), EXACT))
    whole = grounds.completed(case)
    assert (whole["Y"] == whole["U"] @ whole["V"]).all()
    variation = FreeData(whole, grounds.completed, frozenset({"Y"}))
    other = variation.at(variation.start + 1)
    assert (other["Y"] == other["U"] @ other["V"]).all()
    for move in grounds.moves():
        moved = move(whole, fmpq(2))
        assert (moved["Y"] == moved["U"] @ moved["V"]).all()


@pytest.mark.parametrize("relations", [((x, "==", 2 * y + 1),), ((3 * x - 6 * y - 3, "==", 0),),
                                       ((2 * y + 1, "==", x), (z, "==", y**2 + 1))])
def test_numbers_that_equalities_give_are_recomputed(relations: tuple[object, ...]) -> None:
    grounds = ground(of(NUMBERS, (x, "<=", 1), *relations))
    case = grounds.completed(make_data(NUMBERS, {"x": 0, "y": 3, "z": 1}))
    question = Question(of(NUMBERS, (x, ">=", -(10**9)), *relations))
    assert question.decide(case).verdict == "held"


def test_nothing_is_recomputed_that_leaves_its_kind_or_its_own_expression() -> None:
    case = make_data(NUMBERS, {"x": 0, "y": 3, "z": 1})
    for relation in ((z, "==", -(y**2)), (x, "==", x**2 + 1), (x * y, "==", 1), (x, "==", sp.sqrt(z + 1))):
        assert ground(of(NUMBERS, (x, "<=", 1), relation)).completed(case).describe() == case.describe()


FALSE = {
    "a point that no family holds": of(NUMBERS, ((x - sp.Rational(137, 100)) ** 2 + (y + sp.Rational(11, 7)) ** 2, ">=",
                                                 sp.Rational(1, 10**4))),
    "a narrow cone": of(NUMBERS, (x**2 + y**2, ">=", sp.Rational(201, 100) * x * y), (x, ">", 0), (y, ">", 0)),
    "an exact factorization": of(PRODUCT, (norm_squared(U) + norm_squared(V), ">=",
                                           2 * spectral_norm(Y) + sp.Rational(1, 100)), EXACT),
    "a spectral norm": of(PRODUCT, (norm_squared(U), "<=", spectral_norm(U) ** 2)),
    "a sequence": of(RICH, (Sum(RICH["a"](k), (k, 1, n)) ** 2, "<=", Sum(RICH["a"](k) ** 2, (k, 1, n)))),
    "a vector": of(RICH, (dot(RICH["v"], RICH["Q"] * RICH["v"]), "<=",
                          largest_eigenvalue(RICH["Q"]) * norm_squared(RICH["v"]) * sp.Rational(99, 100))),
}


@pytest.mark.parametrize("name", FALSE)
def test_falsehoods_are_found_and_made_small(name: str) -> None:
    """The counterexample is decided again from its text."""
    obligation = FALSE[name]
    found = attack(Question(obligation), EFFORTS["ci"]).counterexample
    assert found is not None
    case = data_pool.named(obligation.setting, found.exact)
    assert decider(obligation).decide(case).verdict == "refuted"
    assert max(case.sizes.values(), default=1) <= 2 and readable(case)


TRUE = {
    "means": of(NUMBERS, (2 * x * y, "<=", x**2 + y**2)),
    "cauchy": of(RICH, (dot(RICH["v"], RICH["Q"] * RICH["v"]), "<=",
                        largest_eigenvalue(RICH["Q"]) * norm_squared(RICH["v"]))),
    "factors": of(PRODUCT, (norm_squared(U) + norm_squared(V), ">=", 2 * spectral_norm(Y)), EXACT),
}


@pytest.mark.parametrize("name", TRUE)
def test_true_statements_withstand_and_are_tight(name: str) -> None:
    assert attackable(TRUE[name])
    first, second = (replace(tightest(TRUE[name], 1), seconds=0.0) for _ in range(2))
    assert first == second  # a function of its seed
    assert first.counterexample is None and first.ratio == 1.0 and first.decided > 10


@pytest.mark.parametrize("relation, given_relations, size_wanted", [
    ((n, "<=", 6), (), 7), ((RICH["j"], "<=", 12), (), None), ((RICH["z"], ">=", sp.Rational(1, 500)), (), None),
    ((RICH["y"], "<=", 1), ((RICH["x"], "==", sp.Rational(22, 7)), (RICH["y"], ">=", RICH["x"] / 4)), None),
])
def test_conjectures_are_aimed_at_their_numbers(
    relation: object, given_relations: tuple[object, ...], size_wanted: int | None
) -> None:
    question = Question(of(RICH, relation, *given_relations))
    drawn = [data_pool.instance(RICH, "small", 0, i) for i in range(12)]
    verdicts = {question.decide(case).verdict for case in aimed(question, drawn, 60)}
    assert "refuted" in verdicts
