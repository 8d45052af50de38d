"""Taylor series of second order in many variables, over any ring: exact first and second derivatives.

A series is a number, or a matrix of numbers, with its derivatives in ``n`` variables at a point. They are computed
along with the value by the rules of calculus: no difference quotient, and no symbolic derivative.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

import numpy as np
from flint import arb

from ...numeric.linalg.scalars import Array
from .exact import Exact, lifted


class Series:
    """A value of shape ``s``, its first derivatives ``(*s, n)`` and its second ones ``(*s, n, n)``; None is zero.

    >>> x = Series(np.array(3), np.array([1, 0]))
    >>> y = Series(np.array(5), np.array([0, 1]))
    >>> (x * x * y).first.tolist(), (x * x * y).second.tolist()
    ([30, 9], [[10, 6], [6, 0]])
    """

    __array_ufunc__ = None  # an array on the left then leaves the operation to the series

    def __init__(self, value: Array, first: Array | None = None, second: Array | None = None) -> None:
        self.value, self.first, self.second = value, first, second

    @property
    def shape(self) -> tuple[int, ...]:
        return self.value.shape

    @property
    def T(self) -> Series:
        return self._each(lambda x: x.swapaxes(0, 1))

    def trace(self) -> Series:
        return self._each(lambda x: array(x.trace(axis1=0, axis2=1)))

    def sum(self) -> Series:
        dimensions = self.value.ndim
        return self._each(lambda x: array(x.reshape(-1, *x.shape[dimensions:]).sum(axis=0)))

    def reshape(self, *shape: int) -> Series:
        dimensions = self.value.ndim
        return self._each(lambda x: x.reshape(*shape, *x.shape[dimensions:]))

    def __getitem__(self, place: Any) -> Series:
        return self._each(lambda x: array(x[place]))

    def __neg__(self) -> Series:
        return self._each(lambda x: array(-x))

    def __abs__(self) -> Series:
        known = sign(self.value.item())
        if known == 0 and self.first is not None:
            raise ZeroDivisionError("the absolute value has no derivative at zero")
        if known is None:  # a ball around zero: the derivatives are not known
            return self.through(abs(self.value.item()), arb("nan"), arb("nan"))
        return -self if known < 0 else self

    def __add__(self, other: Operand) -> Series:
        other = series(other)
        return Series(array(self.value + other.value), _sum(self.first, other.first), _sum(self.second, other.second))

    __radd__ = __add__

    def __mul__(self, other: Operand) -> Series:
        return self._product(series(other), _entrywise)

    __rmul__ = __mul__

    def __matmul__(self, other: Operand) -> Series:
        return self._product(series(other), _contracted)

    def __rmatmul__(self, other: Operand) -> Series:
        return series(other) @ self

    def through(self, value: Any, slope: Any, bend: Any) -> Series:
        """A function of a number, given its value and its first two derivatives there."""
        if self.first is None:
            return Series(array(value))
        outer = np.multiply.outer(self.first, self.first) * bend
        return Series(array(value), self.first * slope,
                      outer if self.second is None else self.second * slope + outer)

    def _product(self, other: Series, product: Callable[[Array, Array, int, int], Array]) -> Series:
        def term(left: Array | None, right: Array | None, i: int, j: int) -> Array | None:
            return None if left is None or right is None else product(left, right, i, j)

        cross = term(self.first, other.first, 1, 1)
        both = None if cross is None else cross + cross.swapaxes(-1, -2)
        return Series(
            product(self.value, other.value, 0, 0),
            _sum(term(self.first, other.value, 1, 0), term(self.value, other.first, 0, 1)),
            _sum(_sum(term(self.second, other.value, 2, 0), term(self.value, other.second, 0, 2)), both))

    def _each(self, function: Callable[[Array], Array]) -> Series:
        first, second = (None if x is None else function(x) for x in (self.first, self.second))
        return Series(function(self.value), first, second)


Operand: TypeAlias = "Series | Array | int"


def array(value: Any) -> Array:
    """An array as it is, a number as an array without axes."""
    if isinstance(value, np.ndarray | np.generic):
        return np.asarray(value)
    made = np.empty((), dtype=object)
    made[()] = value
    return made


def series(value: Any) -> Series:
    """A series as it is; an array or a number as a constant."""
    return value if isinstance(value, Series) else Series(array(value))


def _sum(left: Array | None, right: Array | None) -> Array | None:
    return right if left is None else left if right is None else array(left + right)


def _entrywise(left: Array, right: Array, i: int, j: int) -> Array:
    """Products of entries; ``i`` axes of the left array and ``j`` of the right one are those of derivatives."""
    columns = right.ndim - j
    return array(left.reshape((*left.shape, *[1] * j)) * right.reshape(
        (*right.shape[:columns], *[1] * i, *right.shape[columns:])))


def _contracted(left: Array, right: Array, i: int, j: int) -> Array:
    """Products of matrices, with the same meaning of ``i`` and ``j``."""
    if left.shape[1] != right.shape[0]:
        raise ValueError("the matrices do not fit")
    product = np.tensordot(left, right, axes=(1, 0))  # rows, i axes, columns, j axes
    return np.moveaxis(product, 1 + i, 1)


def sign(value: Any) -> int | None:
    """The sign of a number; None where it is not known."""
    if isinstance(value, Exact):
        return value.compare(lifted(0))
    return 1 if value > 0 else -1 if value < 0 else 0 if value == 0 else None
