"""Rational matrices with exact factors: sums ``alpha A + beta B``, in the operations that arrays have, too."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from operator import matmul, mul
from typing import TypeAlias

import numpy as np
from flint import fmpq

from ...numeric.linalg.rational import rational_array
from ...numeric.linalg.scalars import Array, convert_array
from .exact import Exact, Undecidable, exact, lifted

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
    """The matrices with their factors. An array has the factor 1; where entries are irrational, each has its own."""
    if isinstance(matrix, Combination):
        return matrix.parts
    if not any(isinstance(entry, Exact) for entry in matrix.flat):
        return (ScaledMatrix(exact(1), matrix),)
    return tuple(ScaledMatrix(lifted(entry), _unit(matrix.shape, place)) for place, entry in np.ndenumerate(matrix))


def _unit(shape: tuple[int, ...], place: tuple[int, ...]) -> Array:
    found = rational_array(np.zeros(shape, dtype=int))
    found[place] = fmpq(1)
    return found


def scaled(factor: Exact, matrix: Array) -> ExactMatrix:
    """A rational matrix times an exact number: an array where the number is rational."""
    if factor.order > 1 or factor.root is not None:
        return ScaledMatrix(factor, matrix)
    product: Array = factor.rational() * matrix
    return product


def total(parts: Iterable[ScaledMatrix]) -> ExactMatrix:
    """The sum of matrices. Raises Undecidable where three factors have no rational ratios."""
    groups = _grouped(list(parts))
    if len(groups) > 2:
        raise Undecidable("a sum of three matrices with incommensurable factors")
    return MixedMatrix(*groups) if len(groups) == 2 else scaled(groups[0].factor, groups[0].matrix)


def _grouped(parts: list[ScaledMatrix]) -> list[ScaledMatrix]:
    """The same sum with one term for all factors whose ratios are rational; at least one term."""
    groups: list[ScaledMatrix] = []
    for part in [part for part in parts if part.factor.sign and part.matrix.any()] or parts[:1]:
        for i, group in enumerate(groups):
            with suppress(Undecidable):
                ratio = (part.factor * group.factor**-1).rational()
                groups[i] = ScaledMatrix(group.factor, group.matrix + ratio * part.matrix)
                break
        else:
            groups.append(part)
    return groups


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
