"""Signs of polynomials on boxes: exact values at rational points, and in one number Sturm's theorem, agree."""

from __future__ import annotations

from fractions import Fraction
from itertools import product

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from flatcert.theory.algebra.bernstein import is_nonnegative_on_box
from flatcert.theory.algebra.sturm import Interval, keeps_sign

Terms = dict[tuple[int, ...], Fraction]
numbers = st.fractions(-2, 2, max_denominator=3)


@st.composite
def boxes(draw: st.DrawFn, count: int) -> list[Interval]:
    found = []
    for _ in range(count):
        low, high = sorted(draw(st.lists(numbers, min_size=2, max_size=2, unique=True)))
        found.append(Interval(low, high, draw(st.booleans()), draw(st.booleans())))
    return found


@st.composite
def questions(draw: st.DrawFn, count: int, degree: int = 2) -> tuple[Terms, list[Interval]]:
    """A polynomial, which is often about zero at its least, and a box."""
    box = draw(boxes(count))
    every = list(product(range(degree + 1), repeat=count))
    terms = {k: draw(numbers) for k in draw(st.lists(st.sampled_from(every), min_size=1, max_size=5, unique=True))}
    if draw(st.booleans()):  # its least value at the corners becomes zero
        corners = product(*((i.low, i.high) for i in box))
        origin = (0,) * count
        terms[origin] = terms.get(origin, Fraction(0)) - min(value(terms, corner) for corner in corners)
    return terms, box


def value(terms: Terms, at: tuple[Fraction, ...]) -> Fraction:
    total = Fraction(0)
    for exponents, c in terms.items():
        for x, e in zip(at, exponents, strict=True):
            c *= x**e
        total += c
    return total


@given(st.integers(1, 3).flatmap(questions), st.booleans(), st.data())
def test_nothing_is_accepted_that_is_negative_at_a_rational_point(
    question: tuple[Terms, list[Interval]], strict: bool, data: st.DataObject
) -> None:
    terms, box = question
    assume(is_nonnegative_on_box(terms, box, strict, 30))
    for _ in range(20):
        at = tuple(data.draw(st.fractions(i.low, i.high, max_denominator=24)) for i in box)
        inside = all(not (i.low_is_open and x == i.low) and not (i.high_is_open and x == i.high)
                     for x, i in zip(at, box, strict=True))
        assert value(terms, at) >= 0 and (value(terms, at) > 0 or not strict or not inside)


@given(questions(1, 4), st.booleans())
def test_in_one_number_it_accepts_no_more_than_the_theorem_of_sturm(
    question: tuple[Terms, list[Interval]], strict: bool
) -> None:
    terms, (interval,) = question
    if is_nonnegative_on_box(terms, [interval], strict, 30):
        assert keeps_sign([terms.get((n,), Fraction(0)) for n in range(5)], interval, strict)


UNIT = Interval(Fraction(0), Fraction(1))
OPEN = Interval(Fraction(0), Fraction(1), True, True)


@pytest.mark.parametrize(("terms", "box", "nonnegative", "positive"), [
    ({(1, 1): 1}, [UNIT, UNIT], True, False),
    ({(1, 1): 1}, [OPEN, OPEN], True, True),
    ({(1, 1): 1}, [OPEN, UNIT], True, False),
    ({(0, 0): 1, (1, 1): -1}, [UNIT, UNIT], True, False),
    ({(0, 0): 1, (1, 1): -1}, [UNIT, OPEN], True, True),
    ({(2, 0): 1, (1, 1): -2, (0, 2): 1, (0, 0): Fraction(1, 50)}, [UNIT, UNIT], True, True),
    ({(2, 0): 1, (1, 1): -2, (0, 2): 1, (0, 0): Fraction(-1, 50)}, [UNIT, UNIT], False, False),
    ({(0, 0): 0}, [UNIT, UNIT], True, False),
    ({}, [UNIT, UNIT], True, False),
])
def test_examples(terms: Terms, box: list[Interval], nonnegative: bool, positive: bool) -> None:
    exact = {k: Fraction(c) for k, c in terms.items()}
    assert (is_nonnegative_on_box(exact, box, False, 60), is_nonnegative_on_box(exact, box, True, 60)) == (
        nonnegative, positive)


def test_a_zero_inside_is_not_decided_by_bisections() -> None:
    third = {(0,): Fraction(1, 9), (1,): Fraction(-2, 3), (2,): Fraction(1)}  # (x - 1/3)^2
    assert not is_nonnegative_on_box(third, [UNIT], False, 200)
    assert keeps_sign([third[n,] for n in range(3)], UNIT, False)
