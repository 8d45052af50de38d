"""Integers modulo a prime and rationals, for polynomial identities."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TypeVar

from flint import fmpq, nmod

from ...numeric.linalg.scalars import Array
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

    def entry(self, value: fmpq) -> nmod:
        return nmod(int(value.p), PRIME) / nmod(int(value.q), PRIME)


class RationalRing(_Polynomials[fmpq]):
    """The rationals: a counterexample in them can be read."""

    def entry(self, value: fmpq) -> fmpq:
        return value
