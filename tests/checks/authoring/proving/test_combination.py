"""Nonnegative combinations: exact multipliers, or none."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from flatcert.checks.authoring.proving.combination import Column, combination
from flatcert.checks.authoring.proving.polynomials import Polynomial, added

ONE, X, Y = ((Fraction(n),) for n in range(3))
NUMBERS = st.fractions(min_value=-3, max_value=3, max_denominator=6)
POLYNOMIALS = st.dictionaries(st.sampled_from([ONE, X, Y]), NUMBERS.filter(bool), min_size=1)


@settings(deadline=None)
@given(st.lists(POLYNOMIALS, min_size=1, max_size=4), st.data())
def test_a_combination_that_exists_is_found_and_adds_up(polynomials: list[Polynomial], data: st.DataObject) -> None:
    goal: Polynomial = {}
    for each in polynomials:
        goal = added(goal, each, data.draw(st.integers(0, 4).map(Fraction)))
    found = combination(goal, [Column(each) for each in polynomials], strict=False)
    assert found is not None and all(value > 0 for value in found.values())
    total: Polynomial = {}
    for n, value in found.items():
        total = added(total, polynomials[n], value)
    assert total == goal


def test_no_combination_is_said_to_be_none() -> None:
    column = Column({X: Fraction(1), ONE: Fraction(-1)})
    assert combination({X: Fraction(-1)}, [column], strict=False) is None
    assert combination({Y: Fraction(1)}, [column], strict=False) is None


def test_nothing_adds_up_to_nothing_and_is_not_strict() -> None:
    """The goal that ``t/t >= 1`` leaves over a setting without a number that has a sign."""
    assert combination({}, [], strict=False) == {} and combination({}, [], strict=True) is None


def test_a_strict_goal_needs_a_strict_column() -> None:
    weak, strict = Column({X: Fraction(1)}), Column({X: Fraction(1)}, cost=9, strict=True)
    assert combination({X: Fraction(2)}, [weak], strict=True) is None
    found = combination({X: Fraction(2)}, [weak, strict], strict=True)
    assert found is not None and found[1] > 0


def test_multipliers_are_exact() -> None:
    third, seventh = {X: Fraction(1, 3)}, {Y: Fraction(1, 7)}
    assert combination({X: Fraction(1), Y: Fraction(1)}, [Column(third), Column(seventh)], strict=False) == {
        0: Fraction(3), 1: Fraction(7)}
