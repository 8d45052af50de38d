"""Numbers ``p(theta) / sqrt(n(theta))`` for the largest root ``theta`` of a polynomial: entries of its eigenvectors.

An eigenvector of an irrational eigenvalue is no array of radicals. Its entries are polynomials in the eigenvalue over
one square root, and so is a dot product. Where its square is rational, :meth:`FieldNumber.exact` returns it as an
:class:`~.exact.Exact` number.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from flint import arb, arb_poly, ctx, fmpq, fmpq_poly

from .exact import Exact, Undecidable, exact, lifted
from .polynomial_roots import TopRoot, real_roots

ONE = fmpq_poly([1])


@dataclass(frozen=True)
class FieldNumber:
    """``value(theta) / sqrt(squared(theta))``, ``theta`` the largest real root of an irreducible polynomial.

    >>> golden = fmpq_poly([-1, -1, 1])
    >>> inverse = FieldNumber(fmpq_poly([-1, 1]), ONE, golden)
    >>> (top(golden) * inverse).exact().rational()
    1
    """

    value: fmpq_poly
    squared: fmpq_poly
    minimal: fmpq_poly

    def __mul__(self, other: FieldNumber | Exact | fmpq | int) -> FieldNumber:
        other = other if isinstance(other, FieldNumber) else self._of(lifted(other))
        self._same_field(other)
        return FieldNumber(self.value * other.value % self.minimal, self.squared * other.squared % self.minimal,
                           self.minimal)

    __rmul__ = __mul__

    def __add__(self, other: FieldNumber) -> FieldNumber:
        self._same_field(other)
        if not self.value or not other.value:
            return self if self.value else other
        if self.squared != other.squared:
            raise Undecidable("a sum over two square roots")
        return FieldNumber(self.value + other.value, self.squared, self.minimal)

    def exact(self) -> Exact:
        """The number, where its square is rational. Raises :class:`~.exact.Undecidable`."""
        if not self.value:
            return exact(0)
        _, inverse, _ = self.squared.xgcd(self.minimal)
        square = self.value**2 * inverse % self.minimal
        if square.degree() > 0:
            raise Undecidable("a number whose square is irrational")
        size = exact(square[0]) ** Fraction(1, 2)
        return size if self._is_positive() else -size

    def ball(self, bits: int) -> arb:
        """An enclosure at a working precision of ``bits``."""
        with ctx.workprec(bits):
            theta = TopRoot(self.minimal).ball(bits)
            return arb_poly(self.value)(theta) / arb_poly(self.squared)(theta).sqrt()

    def _is_positive(self) -> bool:
        for bits in (128, 512, 2048):
            value = self.ball(bits)
            if not value.contains(0):
                return bool(value > 0)
        raise Undecidable("a number too close to zero")

    def _of(self, number: Exact) -> FieldNumber:
        """A rational, or its square root, in this field."""
        if number.root is not None or number.order > 2:
            raise Undecidable("a radical in a field of eigenvalues")
        if number.order == 1 or not number.sign:
            return rational(number.sign * number.q, self.minimal)
        return FieldNumber(number.sign * ONE, ONE / number.q, self.minimal)

    def _same_field(self, other: FieldNumber) -> None:
        if self.minimal != other.minimal:
            raise Undecidable("numbers of two fields")


def rational(value: fmpq, minimal: fmpq_poly) -> FieldNumber:
    """A rational in the field of a polynomial's largest root."""
    return FieldNumber(value * ONE, ONE, minimal)


def top(minimal: fmpq_poly) -> FieldNumber:
    """The largest real root of an irreducible polynomial, in its own field."""
    return FieldNumber(fmpq_poly([0, 1]) % minimal, ONE, minimal)


def minimal_polynomial(polynomial: fmpq_poly) -> fmpq_poly:
    """The irreducible factor of which the largest real root of a polynomial is a root, monic.

    >>> minimal_polynomial(fmpq_poly([-2, 0, 1]) * fmpq_poly([-1, 1]))
    x^2 + (-2)
    """
    top = TopRoot(polynomial).ball(128)
    factors = [factor for factor, _ in polynomial.factor()[1]
               if any(root.overlaps(top) for root in real_roots(factor, 128)[-1:])]
    if len(factors) != 1:
        raise Undecidable("eigenvalues too close to separate")
    return factors[0] / factors[0].leading_coefficient()
