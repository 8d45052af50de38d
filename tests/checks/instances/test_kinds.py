"""Families of settings of one's own: every instance satisfies its kinds, is a pure function, and reads back."""

from __future__ import annotations

from itertools import islice

import numpy as np
import pytest
import sympy as sp
from flint import fmpq
from hypothesis import given, settings
from hypothesis import strategies as st

from flatcert.checks.arithmetic.exact import lifted
from flatcert.checks.arithmetic.exact_ring import ExactRing
from flatcert.checks.arithmetic.rings import BallRing, FloatRing
from flatcert.checks.evaluation.data_scope import DataScope
from flatcert.checks.evaluation.evaluate import evaluate
from flatcert.checks.instances import data_pool, kinds
from flatcert.checks.instances.data import Data, NoInstance, dimensions, make_data
from flatcert.checks.instances.data_strategies import data
from flatcert.checks.instances.family import Family
from flatcert.checks.instances.spelling import spelled
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
from flatcert.language import Expectation, Sum, dot, norm_squared
from flatcert.numeric.linalg.rational import is_psd, is_symmetric, rational_array
from flatcert.theory.language.kinds import Entries, Kind, Structure
from flatcert.theory.language.setting import Setting

m, n, k = size("m"), size("n"), sp.Symbol("k", integer=True)
RICH = Setting("rich", x=real(), y=nonnegative(), z=positive(), j=integer(), v=vector(m), A=matrix(m, n),
               B=symmetric(n), Q=psd(m), s=signs(n))
SEQUENCES = Setting("sequences", a=sequence(positive(), k, 1, n), b=sequence(integer(), k, 0, n),
                    X=sequence(psd(m), k, 2, n), u=sequence(vector(m), k, 1, 2))
NARROW = Setting("narrow", A=matrix(m - 1, m), c=sequence(real(), k, 1, n - 1))
SETTINGS = (RICH, SEQUENCES, NARROW)
IDS = [one.name for one in SETTINGS]

instances = st.sampled_from(SETTINGS).flatmap(lambda setting: data(setting, "any"))

ALLOWED = {Entries.REAL: lambda x: True, Entries.INTEGER: lambda x: x.q == 1, Entries.NONNEGATIVE: lambda x: x >= 0,
           Entries.POSITIVE: lambda x: x > 0, Entries.SIGN: lambda x: x in (fmpq(1), fmpq(-1))}


def parts(case: Data, name: str) -> list[object]:
    """The members of a sequence, or the only part of another datum."""
    found = case.arrays[name]
    return list(found) if isinstance(found, tuple) else [found]


def satisfied(kind: Kind, part: object, case: Data) -> bool:
    if not isinstance(part, np.ndarray):
        return not kind.sizes and ALLOWED[kind.entries](part)
    return (part.shape == dimensions(kind, case.sizes) and all(map(ALLOWED[kind.entries], part.flat))
            and (kind.structure is Structure.NONE or is_symmetric(part))
            and (kind.structure is not Structure.PSD or bool(is_psd(part))))


@given(instances)
def test_every_instance_satisfies_its_kinds_and_reads_back(case: Data) -> None:
    for name, kind in case.setting.data.items():
        assert all(satisfied(kind, part, case) for part in parts(case, name)), name
    again = data_pool.named(case.setting, spelled(case))
    assert {**again.describe(), "name": ""} == {**case.describe(), "name": ""}
    assert again.sizes == case.sizes


@settings(max_examples=30)
@given(st.sampled_from(SETTINGS), st.data(), st.integers(0, 10**6), st.integers(0, 10**6))
def test_an_instance_is_a_function_of_family_seed_and_index(
    setting: Setting, drawn: st.DataObject, seed: int, index: int
) -> None:
    family = drawn.draw(st.sampled_from([one.name for one in kinds.families(setting) if not one.finite]))
    first = data_pool.instance(setting, family, seed, index)
    data_pool.instance.cache_clear()
    again = data_pool.instance(setting, family, seed, index)
    assert again is not first and again.describe() == first.describe() and again.sizes == first.sizes
    assert data_pool.named(setting, first.name).describe() == first.describe()


@pytest.mark.parametrize("setting", SETTINGS, ids=IDS)
def test_degenerate_instances_come_first_and_differ(setting: Setting) -> None:
    count = kinds.families(setting)[0].count
    assert count is not None and 20 <= count <= kinds.MANY
    listed = list(islice(data_pool.pool(setting, "any", 0), count + 1))
    assert listed[0].name == "degenerate:0:0" and listed[count].name == "small:0:0"
    assert len({str((case.describe() | {"name": ""}, case.sizes)) for case in listed[:count]}) == count


def test_degenerate_instances_hold_what_theorems_stumble_over() -> None:
    """Joint zeros and ones in all sizes from 1 to 3, rank one, the identity, repeated and zero eigenvalues."""
    listed = list(islice(data_pool.pool(RICH, "any", 0), kinds.families(RICH)[0].count))
    sizes = {(case["m"], case["n"]) for case in listed}
    assert sizes == {(a, b) for a in (1, 2, 3) for b in (1, 2, 3)}

    def holds(name: str, shape: tuple[int, int], entries: object) -> bool:
        wanted = rational_array(entries)
        return any(x.shape == shape and (x == wanted).all() for case in listed for x in parts(case, name))

    zero = [case for case in listed if not case["v"].any() and not case["A"].any() and not case["Q"].any()
            and case["x"] == 0 and case["y"] == 0]
    assert {(case["m"], case["n"]) for case in zero} == sizes
    assert holds("A", (2, 3), [[1] * 3] * 2) and holds("A", (2, 3), [[1, 0, 0], [0, 0, 0]])
    assert holds("Q", (3, 3), np.eye(3, dtype=int)) and holds("Q", (2, 2), [[1, 0], [0, 0]])
    assert holds("Q", (3, 3), np.diag([2, 2, 1])) and holds("Q", (2, 2), [[1, 0], [0, 4]])
    assert {case["z"] for case in listed} >= {fmpq(1), fmpq(2), fmpq(1, 2)}


def test_the_numbers_of_a_sequence_differ_in_some_degenerate_instance() -> None:
    listed = islice(data_pool.pool(SEQUENCES, "any", 0), kinds.families(SEQUENCES)[0].count)
    assert any(len(set(case["a"])) == 3 for case in listed)


def test_families_reach_all_scales() -> None:
    def largest(family: str) -> fmpq:
        return max(abs(x) for i in range(20) for x in data_pool.instance(RICH, family, 0, i)["A"].flat)

    assert largest("tiny") < fmpq(1, 10**4) and largest("huge") > 10**6 and largest("small") <= 3


def test_a_family_that_is_declared_again_draws_anew() -> None:
    numbers = Setting("numbers", x=real())
    data_pool.add(numbers, Family("own", lambda rng, index: make_data(numbers, {"x": 1}), 1))
    assert data_pool.instance(numbers, "own", 0, 0)["x"] == 1
    data_pool.add(numbers, Family("own", lambda rng, index: make_data(numbers, {"x": 2}), 1))
    assert data_pool.instance(numbers, "own", 0, 0)["x"] == 2


def test_a_setting_without_instances_says_so() -> None:
    with pytest.raises(ValueError, match="has no instance"):
        kinds.families(Setting("none", A=matrix(m - 30, m)))


def test_a_size_is_shown_where_no_shape_shows_it() -> None:
    case = make_data(NARROW, {"A": [[1, 2]], "c": [3], "n": 2})
    assert case.describe() == {"name": "given", "A": [["1", "2"]], "c": ["3"], "n": "2"}
    assert "n" not in make_data(SEQUENCES, {"a": [1], "b": [1, 2], "X": [], "u": [[1], [1]]}).describe()


@pytest.mark.parametrize("given_data, said", [
    ({"A": [[1, 2]], "c": [], "n": 1, "m": 3}, "m says m = 3"),
    ({"A": [[1, 2]], "c": [], "n": "x", "m": 2}, "n is not exact"),
    ({"A": [[1, 2]], "c": [], "n": 0, "m": 2}, "n is a size"),
    ({"A": [[1, 2]], "c": [], "n": "5/2", "m": 2}, "n is a size"),
    ({"A": [[1, 2]], "c": 3, "n": 1, "m": 2}, "c is to be a sequence"),
    ({"A": [[1, 2]], "c": [1, 2], "n": 2, "m": 2}, "c has 2 members, and is to have 1"),
    ({"A": [[1, 2]], "c": [], "m": 2}, "follows from no shape"),
])
def test_what_is_no_instance_is_refused_in_a_sentence(given_data: dict[str, object], said: str) -> None:
    with pytest.raises(NoInstance, match=said):
        make_data(NARROW, given_data)


@given(data(SEQUENCES, "any"))
def test_sums_over_a_sequence_agree_in_every_ring(case: Data) -> None:
    """The index may be named by itself, too, and is another number in each term."""
    a, b, u = (SEQUENCES[name] for name in "abu")
    statement = Sum(k * a(k) ** 2 + b(k), (k, 1, n)) + Sum(norm_squared(u(k)), (k, 1, 2)) / n + m
    exact = lifted(evaluate(statement, DataScope(case, ExactRing()))).rational()
    numbers, columns = case["a"], case["u"]
    by_hand = sum((fmpq(i) * numbers[i - 1] ** 2 + case["b"][i] for i in range(1, case["n"] + 1)), fmpq(0))
    by_hand += sum((x * x for column in columns for x in column.flat), fmpq(0)) / case["n"] + case["m"]
    assert exact == by_hand
    assert evaluate(statement, DataScope(case, BallRing(128))).overlaps(by_hand)
    assert np.isclose(float(evaluate(statement, DataScope(case, FloatRing()))), float(by_hand.p) / float(by_hand.q))


@settings(max_examples=25)
@given(data(RICH, "any"))
def test_expectations_over_signs_that_are_data_forget_the_signs_of_the_instance(case: Data) -> None:
    """``E <s, x>^2 = |x|^2`` for independent signs, with members of sequences and words among the rest."""
    s, A = RICH["s"], RICH["A"]
    scope = DataScope(case, ExactRing())
    mean = evaluate(Expectation(norm_squared(A * s) + dot(s, s), s), scope)
    assert lifted(mean).compare(lifted(evaluate(norm_squared(A) + n, scope))) == 0


def test_expectations_and_members_of_sequences_go_together() -> None:
    rademacher = Setting("rademacher", s=signs(2), a=sequence(real(), k, 1, 2))
    s, a = rademacher["s"], rademacher["a"]
    case = make_data(rademacher, {"s": [1, 1], "a": [3, 4]})
    mean = Expectation(dot(s, s) * a(1) + a(2), s)
    assert lifted(evaluate(mean, DataScope(case, ExactRing()))).rational() == 10
