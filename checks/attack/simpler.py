"""What shrinking asks of an instance, answered for each kind of instance, and which numbers are simpler than others."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from functools import singledispatch
from typing import Any

from flint import fmpq

SIMPLER = (0, 1, -1, 2, 3)
"""The values that are tried first for every entry."""
LARGEST = 100
"""A number is easy to read if its numerator and its denominator are at most this."""


@singledispatch
def numbers(case: object) -> Sequence[fmpq]:
    """All numbers that a reader of the instance sees."""
    raise NotImplementedError(type(case).__name__)


@singledispatch
def complexity(case: object) -> tuple[int, int, int, int]:
    """A key that is larger for instances that are harder to read: by shape first, then by the entries."""
    raise NotImplementedError(type(case).__name__)


@singledispatch
def shapes(case: object) -> Sequence[Callable[[Any], Iterator[Any]]]:
    """The ways to make an instance smaller, the most effective first."""
    raise NotImplementedError(type(case).__name__)


@singledispatch
def positions(case: object) -> Sequence[Any]:
    """The places of an instance's numbers."""
    raise NotImplementedError(type(case).__name__)


@singledispatch
def at_position(case: object, position: object) -> Iterator[Any]:
    """The instance with a simpler number at a position."""
    raise NotImplementedError(type(case).__name__)


@singledispatch
def unit_sized(case: object) -> Any:
    """The instance with its parts scaled so that their largest entries are 1.

    Entries far from 1 in size shrink badly, because no simple numbers are near them.
    """
    raise NotImplementedError(type(case).__name__)


def readable(case: object) -> bool:
    """Whether all numbers of an instance are easy to read."""
    return all(max(abs(x.p), x.q) <= LARGEST for x in numbers(case))


def cost(entry: fmpq) -> int:
    """The order of entries: 0, then 1, then integers by their digits, then halves, then all others."""
    if entry == 0:
        return 0
    top, bottom = int(abs(entry.p)), int(entry.q)
    return 1 + 2 * (top.bit_length() - 1) + 3 * (bottom.bit_length() - 1) + 3 * (bottom & (bottom - 1) != 0)


def simpler_numbers(entry: fmpq) -> list[fmpq]:
    """Numbers that are simpler than a number, the simplest first."""
    exact = Fraction(int(entry.p), int(entry.q))
    near = [Fraction(round(exact * q), q) for q in (1, 2, 4)] + [exact.limit_denominator(q) for q in (3, 10, 100)]
    digits = Fraction(2) ** ((int(entry.p).bit_length() - int(entry.q).bit_length()) // 2)
    smaller = [digits if entry > 0 else -digits, Fraction(round(exact / 2)), Fraction(int(exact))]
    return [fmpq(x.numerator, x.denominator) for x in dict.fromkeys([*map(Fraction, SIMPLER), *smaller, *near])
            if cost(fmpq(x.numerator, x.denominator)) < cost(entry)
            or (x == -exact and entry < 0)]
