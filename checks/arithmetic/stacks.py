"""Stacks: float64 numbers of many instances at once, evaluated as if they were numbers of one instance.

A stack of ``n`` scalars, vectors or matrices is one array whose first axis runs over the instances. Its operators act
on the other axes, so that ``evaluate`` and the bindings need not know how many instances they serve.

Instances of different shapes go into one stack, too: their arrays are filled up with zeros, which changes no sum,
product, transpose or trace. Operations that the zeros would change are refused: a stack has no ``shape``, and
eigenvalues of filled-up matrices need their sizes (:meth:`StackRing.weighted_top`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import ClassVar, TypeAlias

import numpy as np
from flint import fmpq
from numpy.typing import NDArray

from ...numeric.linalg.scalars import Array
from .ring import Ring
from .rings import weighted_tops

Rows = NDArray[np.float64]
Operand: TypeAlias = "Stack | Array | float"
"""A stack; or a number or an array that is the same for all instances."""


class Ragged(Exception):
    """The zeros that fill up matrices of different sizes would change the result."""


class Stack:
    """``n`` float64 numbers, vectors or matrices: ``rows`` is ``(n,)``, ``(n, d)`` or ``(n, m, d)``.

    An operand that is no stack, a number or an array, is the same for all instances.

    >>> matrices, vectors = Stack(np.ones((5, 2, 3))), Stack(np.ones((5, 3)))
    >>> (matrices @ vectors).rows.shape, (2 * (vectors @ vectors)).rows
    ((5, 2), array([6., 6., 6., 6., 6.]))
    """

    __array_ufunc__ = None  # an array on the left then leaves the operation to the stack

    def __init__(self, rows: Rows) -> None:
        self.rows = rows

    @classmethod
    def of(cls, arrays: Sequence[Array]) -> Stack:
        """The stack of vectors or of matrices, one an instance, filled up with zeros to one shape.

        >>> Stack.of([np.ones(1), np.ones(2)]).rows.tolist()
        [[1.0, 0.0], [1.0, 1.0]]
        """
        shapes = {array.shape for array in arrays}
        if len(shapes) == 1:
            return cls(np.array(arrays))
        rows = np.zeros((len(arrays), *map(max, zip(*shapes, strict=True))))
        for row, array in zip(rows, arrays, strict=True):
            row[tuple(map(slice, array.shape))] = array
        return cls(rows)

    @property
    def shape(self) -> tuple[int, ...]:
        """Always raises Ragged: an identity matrix of this shape would be larger than those of the instances."""
        raise Ragged

    @property
    def T(self) -> Stack:
        return Stack(self.rows.mT)

    def reshape(self, *shape: int) -> Stack:
        return Stack(self.rows.reshape(len(self.rows), *shape))

    def sum(self) -> Stack:
        return Stack(self.rows.sum(axis=tuple(range(1, self.rows.ndim))))

    def trace(self) -> Stack:
        return Stack(self.rows.trace(axis1=1, axis2=2))

    def __neg__(self) -> Stack:
        return Stack(-self.rows)

    def __abs__(self) -> Stack:
        return Stack(np.abs(self.rows))

    def __pow__(self, exponent: float) -> Stack:
        return Stack(self.rows**exponent)

    def __add__(self, other: Operand) -> Stack:
        left, right = _aligned(self, other)
        return Stack(left + right)

    __radd__ = __add__

    def __mul__(self, other: Operand) -> Stack:
        left, right = _aligned(self, other)
        return Stack(left * right)

    __rmul__ = __mul__

    def __truediv__(self, other: Operand) -> Stack:
        left, right = _aligned(self, other)
        return Stack(left / right)

    def __matmul__(self, other: Operand) -> Stack:
        return _product(self, other)

    def __rmatmul__(self, other: Operand) -> Stack:
        return _product(other, self)


def rows_of(value: Operand) -> Rows:
    """The rows of a stack; of anything else one row, the same for all instances."""
    return value.rows if isinstance(value, Stack) else np.asarray(value, dtype=float)[None]


def floats_of(arrays: Sequence[Array]) -> list[Rows]:
    """Rational arrays in float64, by one conversion. Raises OverflowError where an entry is too large.

    >>> from ...numeric.linalg.rational import rational_array
    >>> floats_of([rational_array([[1, "1/2"]]), rational_array([3])])
    [array([[1. , 0.5]]), array([3.])]
    """
    if not arrays:
        return []
    flat = np.concatenate([array.ravel() for array in arrays]).astype(float)
    ends = np.cumsum([array.size for array in arrays]).tolist()
    return [flat[end - array.size : end].reshape(array.shape) for array, end in zip(arrays, ends, strict=True)]


def _aligned(left: Operand, right: Operand) -> tuple[Rows, Rows]:
    """The rows of both. The axes beyond the first pair up from the right, as in NumPy for one instance."""
    pair = rows_of(left), rows_of(right)
    most = max(rows.ndim for rows in pair)
    first, second = (rows.reshape(len(rows), *[1] * (most - rows.ndim), *rows.shape[1:]) for rows in pair)
    return first, second


def _product(left: Operand, right: Operand) -> Stack:
    """``left @ right``; vectors are rows on the left and columns on the right."""
    first, second = rows_of(left), rows_of(right)
    row, column = first.ndim == 2, second.ndim == 2
    made = (first[:, None, :] if row else first) @ (second[:, :, None] if column else second)
    if column:
        made = made[..., 0]
    return Stack(made[:, 0] if row else made)


@dataclass(frozen=True)
class StackRing(Ring[Operand, Operand]):
    """float64 for stacks: eigenvalues, roots and functions of all their rows in one call of NumPy.

    ``dimensions`` are those of the instances; ``alike`` says whether all their matrices have the same sizes.
    """

    dimensions: tuple[int, ...]
    alike: bool
    rounded: ClassVar[bool] = True

    def entry(self, value: fmpq) -> float:
        return float(value)

    def array(self, values: Stack | Array) -> Stack | Array:
        return values if isinstance(values, Stack) else values.astype(float)

    def power(self, base: Operand, exponent: Fraction) -> Operand:
        return (base if isinstance(base, Stack) else np.float64(base)) ** float(exponent)

    def exp(self, value: Operand) -> Stack:
        return Stack(np.exp(rows_of(value)))

    def log(self, value: Operand) -> Stack:
        return Stack(np.log(rows_of(value)))

    def largest(self, values: list[Operand]) -> Stack:
        return Stack(np.maximum.reduce(np.broadcast_arrays(*map(rows_of, values))))

    def top(self, matrix: Operand) -> Stack:
        return self.eigenvalue(matrix, 0)

    def eigenvalue(self, matrix: Operand, index: int) -> Stack:
        return Stack(np.linalg.eigvalsh(self._full(matrix))[..., -1 - index].astype(float))

    def singular_value(self, matrix: Operand, index: int) -> Stack:
        found = np.linalg.svd(self._full(matrix), compute_uv=False).astype(float)
        return Stack(found[..., index] if index < found.shape[-1] else np.zeros(len(found)))

    def determinant(self, matrix: Operand) -> Stack:
        return Stack(np.linalg.det(self._full(matrix)))

    def solve(self, matrix: Operand, right: Operand) -> Stack:
        """Raises a subclass of ValueError where one of the matrices is singular."""
        return Stack(np.linalg.solve(self._full(matrix), self._full(right)).astype(float))

    def _full(self, matrix: Operand) -> Rows:
        """Matrices that no zeros fill up."""
        if not self.alike:
            raise Ragged
        return rows_of(matrix)

    def weighted_top(self, matrix: Operand, covariance: Operand) -> Stack:
        """One call of LAPACK for all instances of a dimension."""
        found = np.empty(len(self.dimensions))
        weights = rows_of(covariance)
        every = np.broadcast_to(rows_of(matrix), weights.shape)
        for d in set(self.dimensions):
            of = np.equal(self.dimensions, d)
            found[of] = _tops(every[of, :d, :d], weights[of, :d, :d])
        return Stack(found)


def _tops(matrices: Rows, covariances: Rows) -> Rows:
    """``weighted_tops``; nan where LAPACK does not converge, as it does not on numbers that have overflowed."""
    try:
        return weighted_tops(matrices, covariances)
    except np.linalg.LinAlgError:
        if len(matrices) == 1:
            return np.array([np.nan])
        half = len(matrices) // 2
        return np.concatenate([_tops(matrices[part], covariances[part])
                               for part in (slice(half), slice(half, None))])
