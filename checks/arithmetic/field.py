"""Integers modulo a prime and rationals, for polynomial identities."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TypeVar

from flint import fmpq, nmod, nmod_mat

from ...numeric.linalg.rational import rational_matrix, solution
from ...numeric.linalg.scalars import Array, object_array
from .exact import Undecidable
from .ring import Ring

PRIME = 2**61 - 1
"""The field of Schwartz-Zippel: a Mersenne prime."""

Coefficient = TypeVar("Coefficient", nmod, fmpq)


@dataclass(frozen=True)
class _Polynomials(Ring[Coefficient, Array]):
    """A field in which no roots are taken: it evaluates polynomials and their quotients."""

    def power(self, base: Coefficient, exponent: Fraction) -> Coefficient:
        if exponent.denominator != 1:
            raise Undecidable("a root in a polynomial identity")
        return base ** int(exponent.numerator)


class FieldRing(_Polynomials[nmod]):
    """Integers modulo :data:`PRIME`. They decide identities at random points, up to a stated probability of error."""

    def determinant(self, matrix: Array) -> nmod:
        return _residues(matrix).det()

    def solve(self, matrix: Array, right: Array) -> Array:
        return object_array(_residues(matrix).solve(_residues(right)).entries(), right.shape)

    def entry(self, value: fmpq) -> nmod:
        return nmod(int(value.p), PRIME) / nmod(int(value.q), PRIME)


def _residues(matrix: Array) -> nmod_mat:
    rows, columns = matrix.shape
    return nmod_mat(rows, columns, [int(entry) for entry in matrix.flat], PRIME)


class RationalRing(_Polynomials[fmpq]):
    """The rationals: a counterexample in them can be read."""

    def determinant(self, matrix: Array) -> fmpq:
        return rational_matrix(matrix).det()

    def solve(self, matrix: Array, right: Array) -> Array:
        return solution(matrix, right)

    def entry(self, value: fmpq) -> fmpq:
        return value
