"""The sign of a polynomial in one number on an interval, in exact arithmetic: Sturm's theorem counts its roots.

A polynomial is the list of its rational coefficients, the constant term first.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

__all__ = ["Interval", "keeps_sign"]

Coefficients = Sequence[Fraction]


@dataclass(frozen=True)
class Interval:
    """The numbers from ``low`` to ``high``. An end that is ``None`` is infinite; an open end is not in the interval."""

    low: Fraction | None = None
    high: Fraction | None = None
    low_is_open: bool = False
    high_is_open: bool = False


def keeps_sign(coefficients: Coefficients, where: Interval, strict: bool) -> bool:
    """Whether a polynomial is nonnegative on an interval with interior, or positive if ``strict``.

    >>> square = [Fraction(1), Fraction(-2), Fraction(1)]
    >>> keeps_sign(square, Interval(), False), keeps_sign(square, Interval(), True)
    (True, False)
    >>> keeps_sign(square, Interval(Fraction(1), None, low_is_open=True), True)
    True
    """
    polynomial = _trimmed(coefficients)
    if not polynomial:
        return not strict
    for end, is_open, sign in ((where.low, where.low_is_open, 1), (where.high, where.high_is_open, -1)):
        while end is not None and _value(polynomial, end) == 0:
            if strict and not is_open:
                return False
            # The factor x - low, or high - x, is nonnegative, and positive where the end is excluded.
            polynomial = [sign * c for c in _divided(polynomial, [-end, Fraction(1)])[0]]
    changing = [Fraction(1)]
    for order, factor in enumerate(_square_free(polynomial), 1):
        if strict or order % 2:
            changing = _times(changing, factor)
    return _sign_at_start(polynomial, where) > 0 and _roots(changing, where) == 0


def _roots(polynomial: Coefficients, where: Interval) -> int:
    """How many roots a polynomial without multiple roots, and none at the ends, has in an interval: Sturm's theorem."""
    chain = [list(polynomial), _derivative(polynomial)]
    while chain[-1]:
        chain.append([-c for c in _divided(chain[-2], chain[-1])[1]])
    return _changes([_sign(x, where.low, -1) for x in chain]) - _changes([_sign(x, where.high, 1) for x in chain])


def _changes(signs: Sequence[int]) -> int:
    found = [sign for sign in signs if sign]
    return sum(x != y for x, y in pairwise(found))


def _sign_at_start(polynomial: Coefficients, where: Interval) -> int:
    """The sign at the lower end, which is no root."""
    return _sign(polynomial, where.low, -1)


def _sign(polynomial: Coefficients, end: Fraction | None, side: int) -> int:
    """The sign at an end, or if there is none at infinity on that side."""
    if not polynomial:
        return 0
    value = polynomial[-1] * (1 if len(polynomial) % 2 else side) if end is None else _value(polynomial, end)
    return (value > 0) - (value < 0)


def _square_free(polynomial: Coefficients) -> Iterator[list[Fraction]]:
    """The factors of multiplicity 1, 2, ..., by Yun's algorithm; their product with multiplicities is a multiple."""
    slope = _derivative(polynomial)
    common = _common_factor(polynomial, slope)
    rest, slope = _divided(polynomial, common)[0], _divided(slope, common)[0]
    while len(rest) > 1:
        slope = _minus(slope, _derivative(rest))
        factor = _common_factor(rest, slope)
        yield factor
        rest, slope = _divided(rest, factor)[0], _divided(slope, factor)[0]


def _common_factor(one: Coefficients, other: Coefficients) -> list[Fraction]:
    """The greatest common divisor, with leading coefficient 1."""
    x, y = list(one), list(other)
    while y:
        x, y = y, _divided(x, y)[1]
    return [c / x[-1] for c in x]


def _divided(one: Coefficients, other: Coefficients) -> tuple[list[Fraction], list[Fraction]]:
    """The quotient and the remainder."""
    rest, quotient = list(one), [Fraction(0)] * max(0, len(one) - len(other) + 1)
    for n in reversed(range(len(quotient))):
        quotient[n] = rest[n + len(other) - 1] / other[-1]
        for k, c in enumerate(other):
            rest[n + k] -= quotient[n] * c
    return quotient, _trimmed(rest)


def _times(one: Coefficients, other: Coefficients) -> list[Fraction]:
    found = [Fraction(0)] * (len(one) + len(other) - 1)
    for n, c in enumerate(one):
        for k, d in enumerate(other):
            found[n + k] += c * d
    return found


def _minus(one: Coefficients, other: Coefficients) -> list[Fraction]:
    size = max(len(one), len(other))
    return _trimmed([(one[n] if n < len(one) else 0) - (other[n] if n < len(other) else Fraction(0))
                     for n in range(size)])


def _derivative(polynomial: Coefficients) -> list[Fraction]:
    return [n * c for n, c in enumerate(polynomial)][1:]


def _value(polynomial: Coefficients, at: Fraction) -> Fraction:
    total = Fraction(0)
    for c in reversed(polynomial):
        total = total * at + c
    return total


def _trimmed(polynomial: Coefficients) -> list[Fraction]:
    """Without zeros at the end; nothing for the zero polynomial."""
    found = list(polynomial)
    while found and not found[-1]:
        found.pop()
    return found
