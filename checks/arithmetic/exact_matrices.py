"""Rational matrices with exact factors: sums ``alpha A + beta B``, in the operations that arrays have, too."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from operator import matmul, mul
from typing import TypeAlias

import numpy as np
from flint import fmpq

from ...numeric.linalg.scalars import Array, convert_array
from .exact import Exact, Undecidable, exact

ExactMatrix: TypeAlias = "Array | Combination"


class Combination(ABC):
    """A combination of rational matrices. What leaves its form raises :class:`~.exact.Undecidable`."""

    __array_ufunc__ = None  # an array on the left then leaves the operation to the combination

    @property
    @abstractmethod
    def parts(self) -> tuple[ScaledMatrix, ...]:
        """The matrices with their factors."""

    @property
    def shape(self) -> tuple[int, ...]:
        return self.parts[0].matrix.shape

    @property
    def T(self) -> ExactMatrix:
        return total(ScaledMatrix(part.factor, part.matrix.T) for part in self.parts)

    def trace(self) -> Exact:
        return sum((part.factor * part.matrix.trace() for part in self.parts), exact(0))

    def sum(self) -> Exact:
        return sum((part.factor * part.matrix.sum() for part in self.parts), exact(0))

    def __mul__(self, other: ExactMatrix) -> ExactMatrix:
        return _product(self, other, mul)

    __rmul__ = __mul__

    def __matmul__(self, other: ExactMatrix) -> ExactMatrix:
        return _product(self, other, matmul)

    def __rmatmul__(self, other: Array) -> ExactMatrix:
        return _product(other, self, matmul)


@dataclass(frozen=True)
class ScaledMatrix(Combination):
    """A rational matrix times an exact number: ``r I + beta w w^T`` with commensurable radicals."""

    factor: Exact
    matrix: Array

    @property
    def parts(self) -> tuple[ScaledMatrix, ...]:
        return (self,)

    def __neg__(self) -> ScaledMatrix:
        return ScaledMatrix(-self.factor, self.matrix)


@dataclass(frozen=True)
class MixedMatrix(Combination):
    """``alpha A + beta B`` with ``alpha`` and ``beta`` whose ratio is not known to be rational."""

    first: ScaledMatrix
    second: ScaledMatrix

    @property
    def parts(self) -> tuple[ScaledMatrix, ...]:
        return (self.first, self.second)

    def __neg__(self) -> MixedMatrix:
        return MixedMatrix(-self.first, -self.second)


def parts_of(matrix: ExactMatrix) -> tuple[ScaledMatrix, ...]:
    """The matrices with their factors; an array has the factor 1."""
    return matrix.parts if isinstance(matrix, Combination) else (ScaledMatrix(exact(1), matrix),)


def scaled(factor: Exact, matrix: Array) -> ExactMatrix:
    """A rational matrix times an exact number: an array where the number is rational."""
    if factor.order > 1 or factor.root is not None:
        return ScaledMatrix(factor, matrix)
    product: Array = factor.rational() * matrix
    return product


def total(parts: Iterable[ScaledMatrix]) -> ExactMatrix:
    """The sum of matrices; those whose factors have a rational ratio are one. Raises Undecidable for three."""
    given = list(parts)
    groups: list[ScaledMatrix] = []
    for part in [part for part in given if part.factor.sign and part.matrix.any()] or given[:1]:
        for i, group in enumerate(groups):
            ratio = _rational_ratio(part.factor, group.factor)
            if ratio is not None:
                groups[i] = ScaledMatrix(group.factor, group.matrix + ratio * part.matrix)
                break
        else:
            groups.append(part)
    if len(groups) > 2:
        raise Undecidable("a sum of three matrices with incommensurable factors")
    return MixedMatrix(*groups) if len(groups) == 2 else scaled(groups[0].factor, groups[0].matrix)


def single(matrix: ExactMatrix) -> ScaledMatrix:
    """A rational matrix with its factor. Raises :class:`~.exact.Undecidable` for two of them."""
    part, *rest = parts_of(matrix)
    if rest:
        raise Undecidable("a matrix with two incommensurable factors")
    return ScaledMatrix(part.factor, convert_array(part.matrix, _rational))


def rational(matrix: ExactMatrix) -> Array:
    """A matrix of rationals. Raises :class:`~.exact.Undecidable`."""
    if not isinstance(matrix, np.ndarray):
        raise Undecidable("a matrix with an irrational factor")
    return convert_array(matrix, _rational)


def _rational(entry: Exact | fmpq | int) -> fmpq:
    return entry.rational() if isinstance(entry, Exact) else fmpq(entry)


def _product(left: ExactMatrix, right: ExactMatrix, operation: Callable[[Array, Array], Array]) -> ExactMatrix:
    """A product that is linear in both matrices."""
    return total(ScaledMatrix(x.factor * y.factor, operation(x.matrix, y.matrix))
                 for x in parts_of(left) for y in parts_of(right))


def _rational_ratio(number: Exact, unit: Exact) -> fmpq | None:
    try:
        return (number * unit**-1).rational()
    except Undecidable:
        return None
