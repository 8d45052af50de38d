"""The ring of exact numbers, which decides ties."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from functools import reduce
from typing import TypeAlias

import numpy as np
from flint import arb, ctx, fmpq, fmpq_mat

from ...numeric.linalg.rational import charpoly, rational_matrix, small_gram, solution
from ...numeric.linalg.scalars import Array, convert_array
from . import eigenvectors, number_field
from .exact import Exact, Undecidable, exact, lifted, root_of, second_root, top_root
from .ring import Ring

Scalar: TypeAlias = Exact | fmpq
ExactMatrix: TypeAlias = "Array | ScaledMatrix | MixedMatrix"

_HALF = Fraction(1, 2)


def sign_answers(op: str, sign: int) -> bool:
    """Whether ``x op 0`` holds for a number ``x`` of this sign.

    >>> sign_answers("<=", -1), sign_answers("!=", 0)
    (True, False)
    """
    return {">": sign > 0, ">=": sign >= 0, "<": sign < 0, "<=": sign <= 0, "==": sign == 0, "!=": sign != 0}[op]


@dataclass(frozen=True)
class ScaledMatrix:
    """A rational matrix times an exact number: ``r I + beta w w^T`` with commensurable radicals."""

    factor: Exact
    matrix: Array


@dataclass(frozen=True)
class MixedMatrix:
    """``alpha A + beta B`` with incommensurable ``alpha`` and ``beta``, ``B`` of rank one."""

    first: ScaledMatrix
    second: ScaledMatrix


@dataclass(frozen=True)
class ExactRing(Ring[Scalar, ExactMatrix]):
    """Exact real numbers; an operation that leaves their form raises :class:`~.exact.Undecidable`."""

    def answer(self, op: str, lhs: Scalar, rhs: Scalar) -> bool:
        return sign_answers(op, lifted(lhs).compare(lifted(rhs)))

    def entry(self, value: fmpq) -> fmpq:
        return value

    def number(self, value: fmpq) -> Exact:
        return exact(value)

    def array(self, values: Array) -> Array:
        return values

    def lift(self, value: Exact) -> Exact:
        return value

    def power(self, base: Scalar, exponent: Fraction) -> Exact:
        return lifted(base) ** exponent

    def exp(self, value: Scalar) -> Exact:
        if lifted(value).sign:
            raise Undecidable("an exponential that is not 1")
        return exact(1)

    def log(self, value: Scalar) -> Exact:
        if lifted(value).compare(exact(1)):
            raise Undecidable("a logarithm that is not 0")
        return exact(0)

    def largest(self, values: list[Scalar]) -> Exact:
        return reduce(lambda x, y: x if x.compare(y) >= 0 else y, map(lifted, values))

    def top(self, matrix: Array) -> Exact:
        return top_root(charpoly(matrix))

    def eigenvalue(self, matrix: ExactMatrix, index: int) -> Exact:
        return root_of(charpoly(_rational(matrix)), index)

    def singular_value(self, matrix: ExactMatrix, index: int) -> Exact:
        gram = small_gram(_rational(matrix))
        return self.eigenvalue(gram, index) ** _HALF if index < len(gram) else exact(0)

    def determinant(self, matrix: ExactMatrix) -> Exact:
        return exact(rational_matrix(_rational(matrix)).det())

    def solve(self, matrix: ExactMatrix, right: ExactMatrix) -> Array:
        return solution(_rational(matrix), _rational(right))

    def root_of_top(self, gram: Array) -> Exact:
        return self.top(gram) ** _HALF

    def root_of_second(self, gram: Array) -> Exact:
        return second_root(charpoly(gram)) ** _HALF if len(gram) > 1 else exact(0)

    def root_of_bottom(self, gram: Array) -> Exact:
        return exact(0) if eigenvectors.is_singular(gram) else (
            eigenvectors.least_positive_root(charpoly(gram)) ** _HALF)

    def top_vector(self, gram: Array, start: Array) -> Array:
        minimal = number_field.minimal_polynomial(charpoly(gram))
        found = eigenvectors.projected(
            gram, start, number_field.top(minimal), lambda value: number_field.rational(value, minimal))
        length = np.dot(found, found)
        if not length.value:
            raise ZeroDivisionError("the vector is orthogonal to the top eigenspace")
        unit = convert_array(found, lambda entry: replace(entry, squared=length.value))
        return unit if minimal.degree() > 1 else convert_array(unit, number_field.FieldNumber.exact)

    def dot(self, left: Array, right: Array) -> Scalar:
        product = (left * right).sum()
        return product.exact() if isinstance(product, number_field.FieldNumber) else product

    def scale(self, factor: Scalar, matrix: Array) -> Array | ScaledMatrix:
        try:
            product: Array = lifted(factor).rational() * matrix
            return product
        except Undecidable:
            return ScaledMatrix(lifted(factor), matrix)

    def add_matrices(self, terms: list[Array | ScaledMatrix]) -> ExactMatrix:
        if not any(isinstance(term, ScaledMatrix) for term in terms):
            return super().add_matrices(terms)
        scaled = [_scaled(term) for term in terms]
        scaled = [term for term in scaled if term.factor.sign] or scaled[:1]
        unit = scaled[0].factor
        total = scaled[0].matrix
        try:
            for term in scaled[1:]:
                total = total + (term.factor * unit**-1).rational() * term.matrix
        except Undecidable:
            scaled.sort(key=lambda term: -_rank(term.matrix))
            if len(scaled) != 2 or _rank(scaled[1].matrix) != 1:
                raise
            return MixedMatrix(*scaled)
        return ScaledMatrix(unit, total)

    def weighted_top(self, matrix: ExactMatrix, covariance: Array) -> Exact:
        if isinstance(matrix, MixedMatrix):
            return _mixed_top(matrix, covariance)
        scaled = _scaled(matrix)
        if scaled.factor.sign and not scaled.factor.ball(128) > 0:
            raise Undecidable("the top eigenvalue of a negative multiple")
        # The nonzero eigenvalues of Sigma^{1/2} A Sigma^{1/2} are those of Sigma A.
        return scaled.factor * self.top(covariance @ scaled.matrix)


def _rational(matrix: ExactMatrix) -> Array:
    """A matrix of rationals. Raises :class:`~.exact.Undecidable`."""
    if not isinstance(matrix, np.ndarray):
        raise Undecidable("a matrix with an irrational factor")
    return convert_array(matrix, lambda entry: entry.rational() if isinstance(entry, Exact) else fmpq(entry))


def _scaled(matrix: Array | ScaledMatrix) -> ScaledMatrix:
    return matrix if isinstance(matrix, ScaledMatrix) else ScaledMatrix(exact(1), matrix)


def _mixed_top(mixed: MixedMatrix, covariance: Array) -> Exact:
    """The top eigenvalue where it does not depend on ``beta`` (``w*`` an eigenvector below the top).

    As ``B`` has rank one, the characteristic polynomial of ``Sigma (A + t B)`` is affine in
    ``t``, so a common factor of the polynomials at ``t = 0`` and ``t = 1`` divides all of them. If
    that factor has all eigenvalues but one, the trace gives the last one, and balls must show that it
    is below the largest of the others.
    """
    (alpha, a), (beta, b) = ((term.factor, covariance @ term.matrix) for term in (mixed.first, mixed.second))
    still = charpoly(a)
    shared = still.gcd(charpoly(a + b))
    degree = shared.degree()
    if alpha.ball(128) > 0 and degree == still.degree() - 1 > 0:
        top = alpha * top_root(shared)
        rest = np.trace(a) + shared[degree - 1] / shared[degree]
        with ctx.workprec(512):
            if top.ball(512) > alpha.ball(512) * arb(rest) + beta.ball(512) * arb(np.trace(b)):
                return top
    raise Undecidable("the top eigenvalue of incommensurable terms")


def _rank(matrix: Array) -> int:
    return fmpq_mat(matrix.tolist()).rank()
