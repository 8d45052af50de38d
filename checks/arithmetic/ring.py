"""The operations that every kind of number must offer before a statement is evaluated in it."""

from __future__ import annotations

from abc import ABC, abstractmethod
from fractions import Fraction
from typing import Any, ClassVar, Generic, TypeAlias, TypeVar

from flint import fmpq

from ...numeric.linalg.scalars import Array, convert_array
from .exact import Exact, Undecidable

Number = TypeVar("Number")
Matrix = TypeVar("Matrix")


class Ring(ABC, Generic[Number, Matrix]):
    """A kind of number: ``Number`` are its scalars, ``Matrix`` its vectors and matrices.

    Every ring reads rationals, adds, multiplies and takes integer powers. A ring that lacks one of the other functions
    raises :class:`~.exact.Undecidable`. Gram matrices are rational, and a covariance is rational unless the ring is
    ``rounded``.
    """

    rounded: ClassVar[bool] = False
    """Whether covariances are rounded to the ring before eigenvalues are taken."""

    @abstractmethod
    def entry(self, value: fmpq) -> Number:
        """A rational as an entry of a vector or a matrix."""

    def number(self, value: fmpq) -> Number:
        """A rational as a scalar."""
        return self.entry(value)

    def array(self, values: Array) -> Matrix | Array:
        """A rational vector or matrix."""
        return convert_array(values, self.entry)

    @abstractmethod
    def power(self, base: Number, exponent: Fraction) -> Number: ...

    def scale(self, factor: Any, matrix: Any) -> Matrix:
        """A scalar times a matrix."""
        product: Matrix = factor * matrix
        return product

    def add_matrices(self, terms: list[Any]) -> Matrix:
        total: Matrix = sum(terms[1:], terms[0])
        return total

    def dot(self, left: Any, right: Any) -> Number:
        """The sum of the products of the entries. Raises ValueError where the shapes do not fit."""
        product: Number = (left * right).sum()
        return product

    def lift(self, value: Exact) -> Number:
        """An exact real number as a scalar."""
        raise self._lacks("real numbers")

    def exp(self, value: Number) -> Number:
        raise self._lacks("exponentials")

    def log(self, value: Number) -> Number:
        raise self._lacks("logarithms")

    def largest(self, values: list[Number]) -> Number:
        raise self._lacks("an order")

    def answer(self, op: str, lhs: Number, rhs: Number) -> bool | None:
        """Whether a comparison holds; None where the ring cannot tell."""
        raise self._lacks("an order")

    def top(self, matrix: Array) -> Number:
        """The largest eigenvalue of a symmetric matrix."""
        raise self._lacks("eigenvalues")

    def eigenvalue(self, matrix: Matrix | Array, index: int) -> Number:
        """An eigenvalue of a symmetric matrix: 0 is the index of the largest, -1 that of the smallest."""
        raise self._lacks("eigenvalues")

    def singular_value(self, matrix: Matrix | Array, index: int) -> Number:
        """A singular value: 0 is the index of the largest; zero where the matrix has no more."""
        raise self._lacks("singular values")

    def determinant(self, matrix: Matrix | Array) -> Number:
        """The determinant of a square matrix."""
        raise self._lacks("determinants")

    def solve(self, matrix: Matrix | Array, right: Matrix | Array) -> Matrix:
        """The ``X`` with ``A X = B``. Raises ZeroDivisionError where ``A`` is known to be singular."""
        raise self._lacks("inverse matrices")

    def weighted_top(self, matrix: Matrix, covariance: Any) -> Number:
        """``lambda_max(Sigma^{1/2} A Sigma^{1/2})`` of a symmetric ``A``."""
        raise self._lacks("eigenvalues")

    def root_of_top(self, gram: Array) -> Number:
        """The largest singular value of a matrix, from a Gram matrix of it."""
        raise self._lacks("singular values")

    def root_of_second(self, gram: Array) -> Number:
        """The second singular value; zero of a single row or column."""
        raise self._lacks("singular values")

    def root_of_bottom(self, gram: Array) -> Number:
        """The smallest singular value."""
        raise self._lacks("singular values")

    def top_vector(self, gram: Array, start: Array) -> Matrix:
        """The normalized projection of a rational vector on the top eigenspace."""
        raise self._lacks("eigenvectors")

    def _lacks(self, what: str) -> Undecidable:
        return Undecidable(f"{type(self).__name__} has no {what}")


AnyRing: TypeAlias = Ring[Any, Any]
"""A ring of which no more is known."""
