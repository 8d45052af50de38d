"""Numbers ``p(theta) / sqrt(n(theta))`` for one algebraic number ``theta``: entries of eigenvectors.

The entries of an eigenvector are polynomials in the eigenvalue over one square root, so that a dot product is one, too:
the degree of the field does not rise on the way, as it would for sums of :class:`~.exact.Exact` numbers.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from flint import arb, ctx, fmpq, fmpq_poly

from .algebraic import GENERATOR, RealRoot, Undecidable, evaluated, inverse, sign_of
from .exact import Exact, exact, lifted, of_root

ONE = fmpq_poly([1])


@dataclass(frozen=True)
class FieldNumber:
    """``value(theta) / sqrt(squared(theta))``.

    >>> golden = RealRoot(fmpq_poly([-1, -1, 1]), 1)
    >>> inverse = FieldNumber(fmpq_poly([-1, 1]), ONE, golden)
    >>> (generator(golden) * inverse).exact().rational()
    1
    """

    value: fmpq_poly
    squared: fmpq_poly
    theta: RealRoot

    def __mul__(self, other: FieldNumber | Exact | fmpq | int) -> FieldNumber:
        other = other if isinstance(other, FieldNumber) else self._of(lifted(other))
        self._same_field(other)
        return FieldNumber(self.value * other.value % self.theta.polynomial,
                           self.squared * other.squared % self.theta.polynomial, self.theta)

    __rmul__ = __mul__

    def __add__(self, other: FieldNumber) -> FieldNumber:
        self._same_field(other)
        if not self.value or not other.value:
            return self if self.value else other
        if self.squared != other.squared:
            raise Undecidable("a sum over two square roots")
        return FieldNumber(self.value + other.value, self.squared, self.theta)

    def exact(self) -> Exact:
        """The number in the form of :class:`~.exact.Exact`. Raises :class:`~.algebraic.Undecidable`."""
        if not self.value:
            return exact(0)
        modulus = self.theta.polynomial
        square = self.theta.at(self.value**2 * inverse(self.squared, modulus) % modulus)
        size = of_root(square) ** Fraction(1, 2)
        return size if sign_of(self.ball) > 0 else -size

    def ball(self, bits: int) -> arb:
        """An enclosure at a working precision of ``bits``."""
        theta = self.theta.ball(bits)
        with ctx.workprec(bits):
            return evaluated(self.value, theta) / evaluated(self.squared, theta).sqrt()

    def _of(self, number: Exact) -> FieldNumber:
        """A rational, or its square root, in this field."""
        if number.root is not None or number.order > 2:
            raise Undecidable("a radical in a field of eigenvalues")
        if number.order == 1 or not number.sign:
            return rational(number.sign * number.q, self.theta)
        return FieldNumber(number.sign * ONE, ONE / number.q, self.theta)

    def _same_field(self, other: FieldNumber) -> None:
        if self.theta != other.theta:
            raise Undecidable("numbers of two fields")


def rational(value: fmpq, theta: RealRoot) -> FieldNumber:
    """A rational in the field of an algebraic number."""
    return FieldNumber(value * ONE, ONE, theta)


def generator(theta: RealRoot) -> FieldNumber:
    """An algebraic number in its own field."""
    return FieldNumber(GENERATOR % theta.polynomial, ONE, theta)
