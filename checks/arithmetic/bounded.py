"""Stacks of float64 numbers with proved error bounds, which may decide.

A :class:`Bounded` holds a float64 number for each of many instances, and a bound on its distance from the true number.
The bounds rest on IEEE 754 with rounding to nearest (Higham, *Accuracy and Stability of Numerical Algorithms*, sections
2 and 3): a sum, product or quotient is off by ``u = 2^-53`` relative to itself, and an inner product of ``k`` terms by
``k u / (1 - k u)`` relative to the sum of the sizes of its terms, in whatever order they are added, with or without
fused operations. Roots are guessed by NumPy and then enclosed by their powers, so that no library of functions is
trusted. Integers below ``2^53`` are exact and carry no bound.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from math import prod
from typing import TypeAlias

import numpy as np
from flint import fmpq
from numpy.typing import NDArray

from ...numeric.linalg.scalars import Array
from .ring import Ring
from .stacks import Rows

_U = 2.0**-53
_MARGIN = 1 + 2.0**-44
"""Covers the rounding of the bound itself: fewer than 256 operations on numbers that are not negative."""
_TINY = 2.0**-1000
"""Covers results that fall below the normal numbers, where errors are not relative."""
_EXACT = 2.0**53
_TERMS = 100
"""The most terms of a sum, so that the margin covers its bound."""

Operand: TypeAlias = "Bounded | Array"
Where: TypeAlias = NDArray[np.bool_]
"""For which entries something is so."""


@dataclass(frozen=True, eq=False)
class Bounded:
    """Numbers or matrices of many instances: ``|middle - true| <= radius``, the instances along the first axis.

    Without a radius the middle is the number itself, and an integer. A number that is not finite, or has such a radius,
    is not known.

    >>> third = BoundedRing().number(fmpq(1, 3))
    >>> bool(third.radius[0] < 1e-15), (Bounded(np.array([2.0])) - third).positive.tolist()
    (True, [True])
    """

    middle: Rows
    radius: Rows | None = None

    __array_ufunc__ = None  # an array on the left then leaves the operation to the stack

    @cached_property
    def most(self) -> float:
        """The largest size of a middle."""
        return float(np.abs(self.middle).max(initial=0.0))

    @property
    def error(self) -> Rows | float:
        return 0.0 if self.radius is None else self.radius

    @property
    def positive(self) -> Where:
        """Where the number is certainly positive."""
        found: Where = self.middle > self.error
        return found

    @property
    def negative(self) -> Where:
        """Where the number is certainly negative."""
        found: Where = -self.middle > self.error
        return found

    @property
    def zero(self) -> Where:
        """Where the number is certainly zero."""
        found: Where = (self.middle == 0) & (np.asarray(self.error) == 0)
        return found

    @property
    def T(self) -> Bounded:
        return self._each(lambda rows: rows.mT)

    def _each(self, function: Callable[[Rows], Rows]) -> Bounded:
        return Bounded(function(self.middle), None if self.radius is None else function(self.radius))

    def reshape(self, *shape: int) -> Bounded:
        return self._each(lambda rows: rows.reshape(len(rows), *shape))

    def __neg__(self) -> Bounded:
        return Bounded(-self.middle, self.radius)

    def __abs__(self) -> Bounded:
        return Bounded(np.abs(self.middle), self.radius)

    def __add__(self, other: Operand) -> Bounded:
        left, right = _aligned(self, other)
        middle = left.middle + right.middle
        return _rounded(middle, left, right, left.error + right.error)

    __radd__ = __add__

    def __sub__(self, other: Operand) -> Bounded:
        return self + -lifted(other)

    def __mul__(self, other: Operand) -> Bounded:
        left, right = _aligned(self, other)
        middle = left.middle * right.middle
        return _rounded(middle, left, right, _crossed(left, right, np.multiply))

    __rmul__ = __mul__

    def __truediv__(self, other: Operand) -> Bounded:
        left, right = _aligned(self, other)
        with np.errstate(all="ignore"):
            middle = left.middle / right.middle
            least = np.abs(right.middle) - right.error  # rounded once, which the margin covers
            error = (left.error + np.abs(middle) * (1 + 4 * _U) * right.error + _TINY) / (least * (1 - 4 * _U))
            return Bounded(middle, np.where(least > 0, (error + _U * np.abs(middle)) * _MARGIN + _TINY, np.nan))

    def __matmul__(self, other: Operand) -> Bounded:
        return _product(self, lifted(other))

    def __rmatmul__(self, other: Operand) -> Bounded:
        return _product(lifted(other), self)

    def sum(self) -> Bounded:
        """The sum of the entries of each instance."""
        axes = tuple(range(1, self.middle.ndim))
        terms = _few(prod(self.middle.shape[1:]))
        middle = self.middle.sum(axis=axes)
        if self.radius is None and terms * self.most < _EXACT:
            return Bounded(middle)
        sizes = np.abs(self.middle).sum(axis=axes)
        errors = np.broadcast_to(self.error, self.middle.shape).sum(axis=axes)
        return Bounded(middle, (errors + terms * _U * sizes) * _MARGIN + _TINY)

    def trace(self) -> Bounded:
        return self._each(lambda rows: rows.diagonal(axis1=1, axis2=2)).sum()


def lifted(value: Operand) -> Bounded:
    """A stack as it is; an array of integers as the same for all instances."""
    return value if isinstance(value, Bounded) else Bounded(np.asarray(value, dtype=float)[None])


def _few(terms: int) -> int:
    if terms > _TERMS:
        raise ValueError(f"a sum of {terms} terms: error bounds are proved for {_TERMS}")
    return terms


def _aligned(left: Operand, right: Operand) -> tuple[Bounded, Bounded]:
    """Both with as many axes: those beyond the first pair up from the right, as in NumPy for one instance."""
    pair = lifted(left), lifted(right)
    most = max(one.middle.ndim for one in pair)
    first, second = (
        one if one.middle.ndim == most else one._each(
            lambda rows: rows.reshape(len(rows), *[1] * (most - rows.ndim), *rows.shape[1:]))
        for one in pair)
    return first, second


def _crossed(left: Bounded, right: Bounded, times: Callable[[Rows, Rows], Rows]) -> Rows | float:
    """What the errors of two factors add to that of their product."""
    found: Rows | float = 0.0
    if right.radius is not None:
        found = times(np.abs(left.middle), right.radius)
    if left.radius is not None:
        found = found + times(left.radius, np.abs(right.middle) + right.error)
    return found


def _rounded(middle: Rows, left: Bounded, right: Bounded, error: Rows | float) -> Bounded:
    """The result of one operation. It is exact where it is one on integers, and small."""
    found = Bounded(middle)
    if left.radius is None and right.radius is None and found.most < _EXACT:
        return found
    return Bounded(middle, (error + _U * np.abs(middle)) * _MARGIN + _TINY)


def _product(left: Bounded, right: Bounded) -> Bounded:
    terms = _few(left.middle.shape[-1])
    middle = left.middle @ right.middle
    if left.radius is None and right.radius is None and terms * left.most * right.most < _EXACT:
        return Bounded(middle)
    sizes = np.abs(left.middle) @ np.abs(right.middle)
    return Bounded(middle, (_crossed(left, right, np.matmul) + (terms + 2) * _U * sizes) * _MARGIN + _TINY)


class BoundedRing(Ring[Bounded, Bounded]):
    """Stacks with proved error bounds: a ring without functions, in which roots are enclosed by their powers."""

    def entry(self, value: fmpq) -> Bounded:
        nearest = float(value)
        exact = nearest.is_integer() and abs(nearest) < _EXACT and value == int(nearest)
        middle = np.array([nearest])
        return Bounded(middle) if exact else Bounded(middle, 4 * _U * np.abs(middle) + _TINY)

    def array(self, values: Array) -> Bounded:
        raise self._lacks("arrays of rationals")

    def power(self, base: Bounded, exponent: Fraction) -> Bounded:
        """A power, of a base that is certainly positive where the exponent is no integer; else it is not known."""
        root = base if exponent.denominator == 1 else _root(base, exponent.denominator)
        found = _whole_power(root, abs(exponent.numerator))
        return found if exponent >= 0 else lifted(np.ones(())) / found


def _whole_power(base: Bounded, exponent: int) -> Bounded:
    """By repeated squares."""
    found, square = lifted(np.ones(())), base
    while exponent:
        if exponent % 2:
            found = found * square
        exponent //= 2
        if exponent:
            square = square * square
    return found


def _root(base: Bounded, degree: int) -> Bounded:
    """The root of a degree: a guess ``y``, and a bound on its error by the distance of ``y^degree`` from the base.

    With ``base = y^q (1 + x)`` and ``|x| <= 1/2`` the root is ``y (1 + x)^{1/q}``, and
    ``|(1 + x)^{1/q} - 1| <= 2 |x| / q``, because the derivative is at most ``1 / (q (1 - |x|))``.
    """
    with np.errstate(all="ignore"):
        guess = Bounded(base.middle ** (1 / degree), np.zeros_like(base.middle))
        power = _whole_power(guess, degree)
        least = power.middle - power.error
        gap = (base - power)
        off = (np.abs(gap.middle) + gap.error) * _MARGIN / least
        known = (base.middle > base.error) & (least > 0) & (off <= 0.5)
        radius = np.abs(guess.middle) * off * (2 / degree) * _MARGIN + _TINY
    return Bounded(guess.middle, np.where(known, radius, np.nan))
