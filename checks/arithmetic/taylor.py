"""Series of second order as a ring, over any other ring: a statement that is evaluated in it is differentiated."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property, reduce
from typing import Any

import numpy as np
from flint import fmpq

from ...numeric.linalg.scalars import Array
from .exact import Exact, Undecidable
from .ring import AnyRing, Ring
from .series import Series, array, series, sign


@dataclass(frozen=True)
class TaylorRing(Ring[Series, Series]):
    """Series over another ring. A function without a derivative at a point raises ZeroDivisionError there."""

    base: AnyRing

    def entry(self, value: fmpq) -> Series:
        return Series(array(self.base.entry(value)))

    def array(self, values: Array) -> Series:
        return Series(self.base.array(values))

    def constant(self, value: Any) -> Series:
        """A value of the base ring."""
        if isinstance(value, Series):
            raise Undecidable("a derivative of a derivative")
        return Series(array(_short(value)))

    def power(self, base: Series, exponent: Fraction) -> Series:
        x = base.value.item()

        def term(factor: Fraction, lowered: int) -> Any:
            if not factor:
                return self.zero
            return self.base.entry(fmpq(factor.numerator, factor.denominator)) * _short(
                self.base.power(x, exponent - lowered))

        if base.first is None:
            return Series(array(term(Fraction(1), 0)))
        return base.through(term(Fraction(1), 0), term(exponent, 1), term(exponent * (exponent - 1), 2))

    def exp(self, value: Series) -> Series:
        found = _short(self.base.exp(value.value.item()))
        return value.through(found, found, found)

    def log(self, value: Series) -> Series:
        x = value.value.item()
        slope = _short(self.base.power(x, Fraction(-1)))
        return value.through(_short(self.base.log(x)), slope, -slope * slope)

    def largest(self, values: list[Series]) -> Series:
        """The largest, where it is apart from the others or equal to them as a series."""
        return reduce(self._larger, values)

    def _larger(self, left: Series, right: Series) -> Series:
        found = sign((left + -right).value.item())
        if found is None:  # balls that overlap: half the sum and half the distance
            return (left + right + abs(left + -right)) * self.entry(fmpq(1, 2))
        if found == 0 and (left.first is not None or right.first is not None):
            raise ZeroDivisionError("a maximum has no derivative where two of its terms are equal")
        return left if found >= 0 else right

    def determinant(self, matrix: Series | Array) -> Series:
        """By the recursion of Faddeev and Le Verrier."""
        matrix, size = series(matrix), matrix.shape[0]
        identity, current = self._identity(size), self._identity(size)
        factor = self.entry(fmpq(1))
        for order in range(1, size + 1):
            moved = matrix @ current
            factor = moved.trace() * self.entry(fmpq(-1, order))
            current = moved + identity * factor
        return -factor if size % 2 else factor

    def solve(self, matrix: Series | Array, right: Series | Array) -> Series:
        """``(A + E)^{-1} = A^{-1} - A^{-1} E A^{-1} + A^{-1} E A^{-1} E A^{-1}`` up to terms of third order."""
        matrix = series(matrix)
        inverse = Series(self.base.solve(matrix.value, self._identity(matrix.shape[0]).value))
        error = -(inverse @ Series(matrix.value * 0, matrix.first, matrix.second))
        found = inverse @ series(right)
        return found + error @ found + error @ (error @ found)

    @cached_property
    def zero(self) -> Any:
        """The zero of the base ring."""
        return self.base.entry(fmpq(0))

    def _identity(self, size: int) -> Series:
        return self.array(np.array([[fmpq(int(i == j)) for j in range(size)] for i in range(size)], dtype=object))


def _short(value: Any) -> Any:
    """An exact number as a rational where it is one, which is faster."""
    if isinstance(value, Exact):
        try:
            return value.rational()
        except Undecidable:
            return value
    return value
