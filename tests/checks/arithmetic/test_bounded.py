"""float64 with proved error bounds: every enclosure holds the exact rational, whatever the operations were."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from flint import fmpq
from hypothesis import given
from hypothesis import strategies as st

from flatcert.checks.arithmetic.bounded import Bounded, BoundedRing
from flatcert.numeric.linalg.scalars import Array

RING = BoundedRing()
rationals = st.builds(Fraction, st.integers(-10**20, 10**20), st.integers(1, 10**6))
Number = tuple[Bounded, Fraction]


def entered(value: Fraction) -> Number:
    return RING.number(fmpq(value.numerator, value.denominator)), value


def contains(found: Bounded, exact: Fraction) -> bool:
    """Whether the enclosure holds the number; one that is not known holds every number."""
    (middle,), (radius,) = found.middle, np.broadcast_to(found.error, (1,))
    if not np.isfinite(middle) or not np.isfinite(radius):
        return True
    return abs(Fraction(float(middle)) - exact) <= Fraction(float(radius))


OPERATIONS: list[Callable[[Any, Any], Any]] = [
    lambda x, y: x + y, lambda x, y: x - y, lambda x, y: x * y, lambda x, y: x / y, lambda x, y: -x,
    lambda x, y: abs(y)]
DIVISION = 3


@given(st.lists(rationals, min_size=2, max_size=4), st.lists(st.sampled_from(range(6)), min_size=1, max_size=12))
def test_an_enclosure_holds_the_exact_number(start: list[Fraction], steps: list[int]) -> None:
    """The same operations in float64 with bounds and over the rationals."""
    numbers = [entered(value) for value in start]
    for step in steps:
        (x, exact_x), (y, exact_y) = numbers[-2:]
        if step == DIVISION and exact_y == 0:
            continue
        with np.errstate(all="ignore"):
            made = OPERATIONS[step](x, y), OPERATIONS[step](exact_x, exact_y)
        assert contains(*made)
        numbers.append(made)


@given(st.builds(Fraction, st.integers(1, 10**15), st.integers(1, 10**6)), st.integers(1, 9), st.integers(-9, 9))
def test_a_root_is_enclosed_by_its_powers(value: Fraction, degree: int, power: int) -> None:
    """``x^{p/q}`` lies where its ``q``-th power is ``x^p``; the bound is near to the rounding error."""
    found = RING.power(entered(value)[0], Fraction(power, degree))
    low, high = (Fraction(float(found.middle[0])) + sign * Fraction(float(np.broadcast_to(found.error, (1,))[0]))
                 for sign in (-1, 1))
    reduced = Fraction(power, degree)
    assert 0 < low <= high < low * (1 + Fraction(1, 10**12))
    assert low**reduced.denominator <= value**reduced.numerator <= high**reduced.denominator


def test_a_wrong_guess_of_a_root_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    """No library of functions is trusted: a power that is off by a hundredth only makes the bound wide."""
    honest = np.float64(2.0) ** 0.5

    class Off(np.ndarray[tuple[int], np.dtype[np.float64]]):
        def __pow__(self, exponent: object) -> Array:  # type: ignore[override]
            return np.asarray(self) ** exponent * 1.01  # type: ignore[operator]

    found = RING.power(Bounded(np.array([2.0]).view(Off)), Fraction(1, 2))
    (middle,), (radius,) = np.asarray(found.middle), np.asarray(found.radius)
    assert abs(middle - honest) > 0.01 and abs(middle - honest) < radius < 0.05


@given(st.integers(1, 6), st.integers(1, 6), st.integers(1, 10**9), st.integers(0, 2**32 - 1))
def test_products_of_matrices(rows: int, inner: int, size: int, seed: int) -> None:
    """Of integers of any size, and of thirds of them, which have errors, against the exact product."""
    rng = np.random.default_rng(seed)
    left, right = rng.integers(-size, size + 1, (rows, inner)), rng.integers(-size, size + 1, (inner, rows))
    exact = left.astype(object) @ right.astype(object)
    x, y, third = Bounded(left.astype(float)[None]), Bounded(right.astype(float)[None]), RING.number(fmpq(1, 3))
    for found, wanted in ((x @ y, exact), ((third * x) @ (third * y), exact / Fraction(9)), ((x @ y).T, exact.T)):
        radius = np.broadcast_to(found.error, found.middle.shape)
        assert found.middle.shape == (1, rows, rows)
        for at in np.ndindex(rows, rows):
            off = Fraction(float(found.middle[(0, *at)])) - Fraction(wanted[at])
            assert abs(off) <= Fraction(float(radius[(0, *at)]))
    assert contains((x @ y).trace(), Fraction(int(exact.trace())))
    assert contains((x @ y).sum(), Fraction(int(exact.sum())))


def test_small_integers_are_exact_and_large_ones_are_not() -> None:
    """Equality is decided of exact numbers only."""
    small, large = Bounded(np.array([2.0**20])), Bounded(np.array([2.0**30]))
    assert (small * small).radius is None and (large * large).radius is not None
    gap = small * small - Bounded(np.array([2.0**40]))
    assert gap.zero.all() and not gap.positive.any() and not gap.negative.any()
    gap = large * large - Bounded(np.array([2.0**50])) * Bounded(np.array([2.0**10]))
    assert not (gap.zero | gap.positive | gap.negative).any()


@pytest.mark.parametrize("value", [np.inf, np.nan, 1e200])
def test_what_overflows_is_not_known(value: float) -> None:
    with np.errstate(all="ignore"):
        square = Bounded(np.array([value])) * Bounded(np.array([value]))
        gap = square - Bounded(np.array([1.0]))
    assert not (gap.zero | gap.positive | gap.negative).any()


def test_nothing_is_known_of_a_quotient_by_what_may_be_zero() -> None:
    third = RING.number(fmpq(1, 3))
    nothing = third * Bounded(np.array([3.0])) - Bounded(np.array([1.0]))
    quotient = Bounded(np.array([1.0])) / nothing
    assert not (quotient.positive | quotient.negative).any()
    with pytest.raises(ValueError, match="101 terms"):
        Bounded(np.ones((1, 101))).sum()
