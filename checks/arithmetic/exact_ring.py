"""The ring of exact numbers, which decides ties."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import reduce
from typing import TypeAlias

import numpy as np
from flint import arb, ctx, fmpq, fmpq_mat

from ...numeric.linalg.rational import charpoly, rational_array, rational_matrix, small_gram, solution
from ...numeric.linalg.scalars import Array, convert_array
from . import eigenvectors, number_field
from .algebraic import chosen, norm, ordered_roots
from .exact import Exact, Undecidable, exact, lifted, of_root, root_of, top_root
from .exact_matrices import ExactMatrix, MixedMatrix, ScaledMatrix, parts_of, rational, scaled, single, total
from .ring import Ring
from .rings import BallRing

Scalar: TypeAlias = Exact | fmpq

_HALF = Fraction(1, 2)


def sign_answers(op: str, sign: int) -> bool:
    """Whether ``x op 0`` holds for a number ``x`` of this sign.

    >>> sign_answers("<=", -1), sign_answers("!=", 0)
    (True, False)
    """
    return {">": sign > 0, ">=": sign >= 0, "<": sign < 0, "<=": sign <= 0, "==": sign == 0, "!=": sign != 0}[op]


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
        if lifted(value).sign <= 0:
            raise ZeroDivisionError("a logarithm of a number that is not positive")
        if lifted(value).compare(exact(1)):
            raise Undecidable("a logarithm that is not 0")
        return exact(0)

    def largest(self, values: list[Scalar]) -> Exact:
        return reduce(lambda x, y: x if x.compare(y) >= 0 else y, map(lifted, values))

    def top(self, matrix: Array) -> Exact:
        return top_root(charpoly(matrix))

    def eigenvalue(self, matrix: ExactMatrix, index: int) -> Exact:
        found = total(parts_of(matrix))
        if isinstance(found, MixedMatrix):
            one = rational_array(np.eye(found.shape[0], dtype=int))
            return _algebraic_eigenvalue(found, one, lambda bits, balls: BallRing(bits).eigenvalue(balls, index))
        (part,) = parts_of(found)
        return abs(part.factor) * root_of(charpoly(part.matrix * part.factor.sign), index)

    def singular_value(self, matrix: ExactMatrix, index: int) -> Exact:
        part = single(matrix)
        gram = small_gram(part.matrix)
        return abs(part.factor) * root_of(charpoly(gram), index) ** _HALF if index < len(gram) else exact(0)

    def determinant(self, matrix: ExactMatrix) -> Exact:
        part = single(matrix)
        return part.factor ** len(part.matrix) * exact(rational_matrix(part.matrix).det())

    def solve(self, matrix: ExactMatrix, right: ExactMatrix) -> Array:
        return solution(rational(matrix), rational(right))

    def root_of_top(self, gram: Array) -> Exact:
        return self.top(gram) ** _HALF

    def root_of_second(self, gram: Array) -> Exact:
        return root_of(charpoly(gram), 1) ** _HALF if len(gram) > 1 else exact(0)

    def root_of_bottom(self, gram: Array) -> Exact:
        return exact(0) if eigenvectors.is_singular(gram) else (
            eigenvectors.least_positive_root(charpoly(gram)) ** _HALF)

    def top_vector(self, gram: Array, start: Array) -> Array:
        top = ordered_roots(charpoly(gram))[-1]
        found = eigenvectors.projected(
            gram, start, number_field.generator(top), lambda value: number_field.rational(value, top))
        length = np.dot(found, found)
        if not length.value:
            raise ZeroDivisionError("the vector is orthogonal to the top eigenspace")
        unit = convert_array(found, lambda entry: replace(entry, squared=length.value))
        return unit if top.degree > 1 else convert_array(unit, number_field.FieldNumber.exact)

    def dot(self, left: Array, right: Array) -> Scalar:
        product = (left * right).sum()
        return product.exact() if isinstance(product, number_field.FieldNumber) else product

    def scale(self, factor: Scalar, matrix: ExactMatrix) -> ExactMatrix:
        factor = lifted(factor)
        if isinstance(matrix, np.ndarray):
            return scaled(factor, matrix)
        return total(ScaledMatrix(factor * part.factor, part.matrix) for part in parts_of(matrix))

    def add_matrices(self, terms: list[ExactMatrix]) -> ExactMatrix:
        if all(isinstance(term, np.ndarray) for term in terms):
            return super().add_matrices(terms)
        return total(part for term in terms for part in parts_of(term))

    def weighted_top(self, matrix: ExactMatrix, covariance: Array) -> Exact:
        found = total(parts_of(matrix))
        # The eigenvalues of Sigma^{1/2} A Sigma^{1/2} are those of Sigma A.
        if isinstance(found, MixedMatrix):
            return _unmoved_top(found, covariance) or _algebraic_eigenvalue(
                found, covariance, lambda bits, balls: BallRing(bits).weighted_top(balls, covariance))
        (part,) = parts_of(found)
        return abs(part.factor) * self.top(covariance @ (part.matrix * part.factor.sign))


def _unmoved_top(mixed: MixedMatrix, covariance: Array) -> Exact | None:
    """The top eigenvalue where ``B`` has rank one and leaves it (``w*`` an eigenvector below the top); else None.

    The characteristic polynomial of ``Sigma (A + t B)`` is then affine in
    ``t``, so a common factor of the polynomials at ``t = 0`` and ``t = 1`` divides all of them. If
    that factor has all eigenvalues but one, the trace gives the last one, and balls must show that it
    is below the largest of the others.
    """
    first, second = sorted(parts_of(mixed), key=lambda term: -_rank(term.matrix))
    (alpha, a), (beta, b) = ((term.factor, covariance @ term.matrix) for term in (first, second))
    still = charpoly(a)
    shared = still.gcd(charpoly(a + b))
    degree = shared.degree()
    if _rank(second.matrix) == 1 and alpha.sign > 0 and degree == still.degree() - 1 > 0:
        top = alpha * top_root(shared)
        rest = np.trace(a) + shared[degree - 1] / shared[degree]
        with ctx.workprec(512):
            if top.ball(512) > alpha.ball(512) * arb(rest) + beta.ball(512) * arb(np.trace(b)):
                return top
    return None


def _algebraic_eigenvalue(mixed: MixedMatrix, left: Array, enclosure: Callable[[int, Array], arb]) -> Exact:
    """An eigenvalue of ``left (alpha A + beta B)``, chosen by its enclosures.

    Without the factor ``|alpha|`` it is an eigenvalue of a rational matrix, see :func:`~.algebraic.norm`. For a number
    of bits and the matrix ``(alpha A + beta B) / |alpha|`` in balls, ``enclosure`` returns a ball of the eigenvalue.
    """
    unit = abs(mixed.first.factor)
    a, b = mixed.first.matrix * mixed.first.factor.sign, mixed.second.matrix
    t = (mixed.second.factor * unit**-1).algebraic()

    def enclosed(bits: int) -> arb:
        return enclosure(bits, convert_array(a, arb) + t.ball(bits) * convert_array(b, arb))

    return unit * of_root(chosen(norm(left @ a, left @ b, t), enclosed))


def _rank(matrix: Array) -> int:
    return fmpq_mat(matrix.tolist()).rank()
