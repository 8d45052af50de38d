"""Real algebraic numbers: a root of an irreducible rational polynomial, named by its place among the real roots.

A number has one such name, so two numbers are equal where their names are. Sums and products are eigenvalues of
Kronecker sums and products of companion matrices; enclosures tell which eigenvalue. No polynomial of a degree above
:data:`MAX_DEGREE` is formed: :class:`Undecidable` is raised instead.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from flint import arb, arb_poly, ctx, fmpq, fmpq_poly

from ...numeric.linalg.rational import charpoly, rational_array
from ...numeric.linalg.scalars import Array
from .polynomial_roots import real_roots

MAX_DEGREE = 81
"""The highest degree of a polynomial that is formed: a sum of two numbers of degree 9 is found in about 0.2 s."""

MAX_WORK = 200_000_000
"""No characteristic polynomial is computed where the bits of all entries times the squared size are more: 0.2 s."""

MAX_LENGTH = 10**10
"""No root of a polynomial is chosen where its degree times the squared bits of all coefficients is more.

At the limit that takes under a second where the roots are of one size, and five where some are ``2^400`` times smaller.
"""

MAX_POWER = 400
"""No integer power of a number is taken where the degree times the exponent is larger."""

PRECISIONS = (128, 512, 2048, 8192)
"""The bits of the enclosures that are tried, in turn, to tell numbers apart."""

GENERATOR = fmpq_poly([0, 1])


class Undecidable(Exception):
    """Exact arithmetic does not reach this number or comparison; balls may."""


@dataclass(frozen=True)
class RealRoot:
    """A real root of an irreducible monic polynomial: ``index`` counts the real roots in increasing order, from 0.

    >>> root2, root3 = ordered_roots(fmpq_poly([-2, 0, 1]))[1], ordered_roots(fmpq_poly([-3, 0, 1]))[1]
    >>> (root2 + root3).polynomial, root2 * root3 == ordered_roots(fmpq_poly([-6, 0, 1]))[1]
    (x^4 + (-10)*x^2 + 1, True)
    """

    polynomial: fmpq_poly
    index: int

    @property
    def degree(self) -> int:
        return int(self.polynomial.degree())

    def ball(self, bits: int) -> arb:
        """An enclosure that separates the number from the polynomial's other roots."""
        return real_roots(self.polynomial, bits)[self.index]

    def companion(self) -> Array:
        """A rational matrix whose eigenvalues are the roots of the polynomial."""
        return multiplication(GENERATOR, self.polynomial)

    def __add__(self, other: RealRoot) -> RealRoot:
        return chosen(norm(self.companion(), _identity(self.degree), other),
                      lambda bits: self.ball(bits) + other.ball(bits))

    def __mul__(self, other: RealRoot) -> RealRoot:
        companion = self.companion()
        return chosen(norm(0 * companion, companion, other), lambda bits: self.ball(bits) * other.ball(bits))

    def __neg__(self) -> RealRoot:
        """The same root of ``f(-x)``, where the order of the roots is turned around."""
        turned = fmpq_poly([c * (-1) ** (self.degree - i) for i, c in enumerate(self.polynomial.coeffs())])
        return RealRoot(turned, len(real_roots(self.polynomial, PRECISIONS[0])) - 1 - self.index)

    def at(self, value: fmpq_poly) -> RealRoot:
        """A polynomial at this number."""
        if value.degree() < 1:
            return RealRoot(GENERATOR - value[0], 0)
        if value == GENERATOR:
            return self
        require_degree(self.degree)
        return chosen(
            _charpoly(multiplication(value, self.polynomial)), lambda bits: evaluated(value, self.ball(bits)))

    def power(self, exponent: int) -> fmpq_poly:
        """A power of a number that is not zero, as a polynomial in the number."""
        if self.degree * abs(exponent) > MAX_POWER:
            raise Undecidable("a high power of an algebraic number")
        base = GENERATOR if exponent >= 0 else inverse(GENERATOR, self.polynomial)
        product = fmpq_poly([1])
        for _ in range(abs(exponent)):
            product = product * base % self.polynomial
        return product

    def root(self, order: int) -> RealRoot:
        """The positive root of an order of a positive number."""
        if order == 1:
            return self
        require_degree(self.degree * order)
        coefficients = [fmpq(0)] * (self.degree * order + 1)
        coefficients[::order] = self.polynomial.coeffs()
        return chosen(fmpq_poly(coefficients), lambda bits: self.ball(bits).root(order))


def bit_size(value: fmpq) -> int:
    """Bits of numerator and denominator together."""
    return int(value.p.bit_length() + value.q.bit_length())


def require_degree(degree: int) -> None:
    """Raise :class:`Undecidable` where a polynomial of this degree is too large to form."""
    if degree > MAX_DEGREE:
        raise Undecidable(f"an algebraic number of a degree above {MAX_DEGREE}")


def ordered_roots(polynomial: fmpq_poly) -> list[RealRoot]:
    """All real roots of a polynomial in increasing order, each as often as its multiplicity.

    >>> [root.ball(64).str(2, radius=False) for root in ordered_roots(fmpq_poly([1, -1, -1, 1]))]
    ['-1.0', '1.0', '1.0']
    """
    factors, bits = polynomial.factor()[1], PRECISIONS[0]
    while True:  # distinct irreducible polynomials have no common root, so some precision separates all roots
        found = sorted(((ball, RealRoot(_monic(factor), index), multiplicity) for factor, multiplicity in factors
                        for index, ball in enumerate(real_roots(factor, bits))), key=lambda entry: entry[0].mid())
        if not any(left.overlaps(right) for (left, *_), (right, *_) in pairwise(found)):
            return [root for _, root, multiplicity in found for _ in range(multiplicity)]
        bits *= 2


def chosen(polynomial: fmpq_poly, enclosure: Callable[[int], arb]) -> RealRoot:
    """The real root of a polynomial that lies in given enclosures, a function of the precision in bits.

    The caller knows that one does. Raises :class:`Undecidable` where no precision excludes all others.

    >>> chosen(fmpq_poly([-2, 1]) * fmpq_poly([-3, 0, 1]), lambda bits: arb(1.7, 0.1)).polynomial
    x^2 + (-3)
    """
    _require_short(polynomial)
    factors = [factor for factor, _ in polynomial.factor()[1]]
    for bits in PRECISIONS:
        with ctx.workprec(bits):
            ball = enclosure(bits)
            factors = [factor for factor in factors if evaluated(factor, ball).contains(0)]
        near = [(factor, index) for factor in factors
                for index, root in enumerate(real_roots(factor, bits)) if root.overlaps(ball)]
        if len(near) == 1:  # every other root is outside
            return RealRoot(_monic(near[0][0]), near[0][1])
    raise Undecidable("algebraic numbers too close to separate")


def norm(constant: Array, slope: Array, number: RealRoot) -> fmpq_poly:
    """The product of the characteristic polynomials of ``constant + s slope``, over all roots ``s`` of a polynomial.

    >>> norm(rational_array([[0]]), rational_array([[3]]), RealRoot(fmpq_poly([-2, 0, 1]), 1))
    x^2 + (-18)
    """
    require_degree(len(constant) * number.degree)
    return _charpoly(np.kron(constant, _identity(number.degree)) + np.kron(slope, number.companion()))


def sign_of(enclosure: Callable[[int], arb]) -> int:
    """The sign of a number that is not zero, from its enclosures, a function of the precision in bits."""
    for bits in PRECISIONS:
        with ctx.workprec(bits):
            ball = enclosure(bits)
        if not ball.contains(0):
            return 1 if ball > 0 else -1
    raise Undecidable("an algebraic number too close to zero")


def evaluated(polynomial: fmpq_poly, point: arb) -> arb:
    """A polynomial at a ball, at the current precision."""
    return arb_poly(polynomial)(point)


def inverse(value: fmpq_poly, modulus: fmpq_poly) -> fmpq_poly:
    """One over a polynomial modulo an irreducible one."""
    found: fmpq_poly = value.xgcd(modulus)[1]
    return found


def multiplication(value: fmpq_poly, modulus: fmpq_poly) -> Array:
    """The matrix of the multiplication by ``value`` modulo a polynomial; of the generator it is the companion matrix.

    >>> multiplication(GENERATOR, fmpq_poly([-2, 0, 1]))
    array([[0, 1],
           [2, 0]], dtype=object)
    """
    size, rows, row = modulus.degree(), [], value % modulus
    for _ in range(size):
        rows.append([row[i] for i in range(size)])
        row = row * GENERATOR % modulus
    return rational_array(rows)


def _require_short(polynomial: fmpq_poly) -> None:
    """Raise :class:`Undecidable` where the roots of a polynomial would take too long to isolate."""
    if polynomial.degree() * sum(int(c).bit_length() for c in polynomial.numer().coeffs()) ** 2 > MAX_LENGTH:
        raise Undecidable("an algebraic number with long coefficients")


def _charpoly(matrix: Array) -> fmpq_poly:
    if len(matrix) ** 2 * sum(bit_size(entry) for entry in matrix.flat) > MAX_WORK:
        raise Undecidable("an algebraic number with long coefficients")
    return charpoly(matrix)


def _monic(polynomial: fmpq_poly) -> fmpq_poly:
    return polynomial / polynomial.leading_coefficient()


def _identity(size: int) -> Array:
    return rational_array(np.eye(size, dtype=int))
