"""Exact real numbers for ties: radicals of rationals, and largest roots of polynomials.

Balls never decide an equality, and tight statements are equalities. Here a number
is ``sign * q^(1/N) * t^e`` with a rational ``q >= 0``, a rational ``e`` and ``t`` the largest
real root of a rational polynomial (``e = 0``: no root). An operation that would leave this form raises
:class:`Undecidable`.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import gcd

from flint import arb, ctx, fmpq, fmpq_mat, fmpq_poly, fmpz

from .polynomial_roots import TopRoot, rational_root_within, real_roots, root_at

MAX_BITS = 4_000_000
"""No rational larger than this is formed. Exact powers of wild weights would be."""


MAX_DEGREE = 400
"""No power of a root is compared whose degree times exponent is larger."""


class Undecidable(Exception):
    """Exact arithmetic does not reach this number or comparison; balls may."""


def bit_size(value: fmpq) -> int:
    """Bits of numerator and denominator together."""
    return int(value.p.bit_length() + value.q.bit_length())


def rational_power(value: fmpq, exponent: int) -> fmpq:
    """``value**exponent``, refused (:class:`Undecidable`) when too large to form."""
    if bit_size(value) * abs(exponent) > MAX_BITS:
        raise Undecidable("an exact power is too large to form")
    return value**exponent


def integer_root(value: fmpz, order: int) -> fmpz | None:
    """The exact ``order``-th root of a nonnegative integer, or None.

    >>> integer_root(fmpz(27), 3), integer_root(fmpz(28), 3)
    (3, None)
    """
    if value <= 1 or order == 1:
        return value
    if order > value.bit_length():
        return None
    root = value.root(order)
    return root if root**order == value else None


def rational_root(value: fmpq, order: int) -> fmpq | None:
    """The exact ``order``-th root of a nonnegative rational, or None."""
    top, bottom = integer_root(value.p, order), integer_root(value.q, order)
    return None if top is None or bottom is None else fmpq(top, bottom)


@dataclass(frozen=True)
class Exact:
    """``sign * q^(1/order) * root^power``, see the module. Build with :func:`exact`.

    >>> half = exact(fmpq(1, 2))
    >>> (exact(8) ** Fraction(1, 3)).compare(exact(2)), half.compare(exact(1))
    (0, -1)
    >>> (exact(2) ** Fraction(1, 2) * exact(8) ** Fraction(1, 2)).compare(exact(4))
    0
    """

    sign: int
    q: fmpq
    order: int = 1
    root: TopRoot | None = None
    power: Fraction = Fraction(0)

    def __mul__(self, other: Exact | fmpq | int) -> Exact:
        if not isinstance(other, (Exact, fmpq, int)):
            return NotImplemented
        other = lifted(other)
        if not self.sign or not other.sign:
            return exact(0)
        if self.root is not None and other.root is not None and self.root != other.root:
            raise Undecidable("a product of two irrational eigenvalues")
        common = self.order * other.order // gcd(self.order, other.order)
        product = rational_power(self.q, common // self.order) * rational_power(
            other.q, common // other.order)
        return _reduced(self.sign * other.sign, product, common, self.root or other.root,
                        self.power + other.power)

    def __pow__(self, exponent: Fraction | int) -> Exact:
        exponent = Fraction(exponent)
        if exponent == 0:
            return exact(1)
        if self.sign == 0:
            if exponent < 0:
                raise ZeroDivisionError("a negative power of zero")
            return self
        if exponent.denominator != 1 and (self.sign < 0 or not self._root_is_positive()):
            raise Undecidable("a root of a negative number")
        sign = self.sign if exponent.numerator % 2 else 1
        return _reduced(sign, rational_power(self.q, exponent.numerator),
                        self.order * exponent.denominator, self.root, self.power * exponent)

    def _root_is_positive(self) -> bool:
        return self.root is None or bool(self.root.ball(128) > 0)

    __rmul__ = __mul__

    def __add__(self, other: Exact | fmpq | int) -> Exact:
        other = lifted(other)
        if not self.sign or not other.sign:
            return self if self.sign else other
        if (self.root, self.power) != (other.root, other.power):
            raise Undecidable("a sum with an irrational eigenvalue")
        ratio = Exact(other.sign, other.q, other.order) * Exact(self.sign, self.q, self.order) ** -1
        if ratio.order != 1:
            raise Undecidable("a sum of incommensurable radicals")
        return self * exact(1 + ratio.sign * ratio.q)

    __radd__ = __add__

    def __neg__(self) -> Exact:
        return Exact(-self.sign, self.q, self.order, self.root, self.power)

    def __abs__(self) -> Exact:
        return -self if self.compare(exact(0)) < 0 else self

    def rational(self) -> fmpq:
        """The value, when it is rational. Raises :class:`Undecidable`."""
        if self.sign == 0:
            return fmpq(0)
        if self.order != 1 or self.root is not None:
            raise Undecidable("an irrational number")
        return self.sign * self.q

    def ball(self, bits: int) -> arb:
        """An enclosure at a working precision of ``bits``."""
        with ctx.workprec(bits):
            value = self.sign * arb(self.q).root(self.order)
            if self.root is None:
                return value
            top = self.root.ball(bits)
            if self.power.denominator > 1:
                top = top.root(self.power.denominator)
            return value * top ** int(self.power.numerator)

    def compare(self, other: Exact) -> int:
        """-1, 0 or 1 as the value is below, at or above ``other``."""
        if (self.root, self.power) == (other.root, other.power) and self._root_is_positive():
            return _compare_radicals(self, other)
        for bits in (128, 512, 2048, 8192):
            left, right = self.ball(bits), other.ball(bits)
            if left < right:
                return -1
            if left > right:
                return 1
            if bits > 128 and _same_root(self, other, bits):
                return 0
        raise Undecidable("two irrational eigenvalues too close to separate")


def exact(value: int | fmpq) -> Exact:
    """A rational as an :class:`Exact` number."""
    value = fmpq(value)
    return Exact(1 if value > 0 else -1 if value < 0 else 0, abs(value))


def lifted(value: Exact | fmpq | int) -> Exact:
    """The number as :class:`Exact`."""
    return value if isinstance(value, Exact) else exact(value)


def top_root(polynomial: fmpq_poly) -> Exact:
    """The largest real root of a polynomial with only real roots; a rational when it is one."""
    (enclosure,) = real_roots(polynomial, 128)[-1:]
    root = rational_root_within(polynomial, enclosure)
    return Exact(1, fmpq(1), 1, TopRoot(polynomial), Fraction(1)) if root is None else exact(root)


def root_of(polynomial: fmpq_poly, index: int) -> Exact:
    """A root of a polynomial with only real roots, by its index from the largest, with multiplicity.

    Raises :class:`Undecidable` where it is irrational and between others of its irreducible factor.
    """
    enclosure, factor = root_at(polynomial, index, 128)
    roots = real_roots(factor, 128)
    if factor.degree() == 1 or enclosure.overlaps(roots[-1]):
        return top_root(factor)
    if enclosure.overlaps(roots[0]):
        return -top_root(factor(fmpq_poly([0, -1])))
    raise Undecidable("an irrational eigenvalue between others")


def second_root(polynomial: fmpq_poly) -> Exact:
    """The second largest root, with multiplicity, of a polynomial with only real roots.

    Raises :class:`Undecidable` where it is irrational and below the largest.

    >>> near = 1 + fmpq(1, 10**100)
    >>> second_root(fmpq_poly([-1, 1]) * fmpq_poly([-near, 1])).rational()
    1
    """
    if _top_is_multiple(polynomial):
        return top_root(polynomial)
    root = rational_root_within(polynomial, real_roots(polynomial, 128)[-2])
    if root is None:
        raise Undecidable("an irrational second eigenvalue")
    return exact(root)


def second_ball(polynomial: fmpq_poly, bits: int) -> arb:
    """An enclosure of the second largest root, with multiplicity, of a polynomial with only real roots."""
    return real_roots(polynomial, bits)[-1 if _top_is_multiple(polynomial) else -2]


def _top_is_multiple(polynomial: fmpq_poly) -> bool:
    multiple = polynomial.gcd(polynomial.derivative())
    if multiple.degree() < 1:
        return False
    return top_root(multiple).compare(top_root(polynomial)) == 0


def _reduced(
    sign: int, q: fmpq, order: int, root: TopRoot | None = None, power: Fraction = Fraction(0)
) -> Exact:
    """Lower the order while ``q`` is a perfect power, so that equal numbers look equal."""
    root = root if power else None
    for divisor in _divisors(order):
        taken = rational_root(q, divisor)
        if taken is not None:
            return Exact(sign, taken, order // divisor, root, power)
    return Exact(sign, q, order, root, power)


def _divisors(order: int) -> list[int]:
    return [m for m in range(order, 1, -1) if order % m == 0]


def _compare_radicals(left: Exact, right: Exact) -> int:
    if left.sign != right.sign or left.sign == 0:
        return (left.sign > right.sign) - (left.sign < right.sign)
    common = left.order * right.order // gcd(left.order, right.order)
    p = rational_power(left.q, common // left.order)
    q = rational_power(right.q, common // right.order)
    return left.sign * ((p > q) - (p < q))


def _polynomial(number: Exact) -> fmpq_poly:
    """A polynomial that has the number among its roots."""
    if number.root is None:
        return fmpq_poly([-number.q, *[0] * (number.order - 1), number.sign**number.order])
    step = number.power.denominator
    if number.order != 1 or not (step == 1 or number._root_is_positive()):
        raise Undecidable("an irrational eigenvalue times an irrational radical")
    # The roots of f(x / s) are those of f times s; the positive root of f(x^m) is the m-th root of that of f.
    coefficients = _powers(number.root.polynomial, abs(number.power.numerator)).coeffs()
    spread = [fmpq(0)] * (step * (len(coefficients) - 1) + 1)
    for i, c in enumerate(coefficients if number.power > 0 else coefficients[::-1]):  # reversed: the inverse roots
        spread[step * i] = c * rational_power(number.sign * number.q, -step * i)
    return fmpq_poly(spread)


def _powers(polynomial: fmpq_poly, exponent: int) -> fmpq_poly:
    """A polynomial that has the powers of all roots among its own: of a power of the companion matrix.

    >>> _powers(fmpq_poly([-2, 0, 1]), 2)
    x^2 + (-4)*x + 4
    """
    if exponent == 1:
        return polynomial
    degree = polynomial.degree()
    if degree * exponent > MAX_DEGREE:
        raise Undecidable("a high power of an irrational eigenvalue")
    leading, companion = polynomial[degree], fmpq_mat(degree, degree)
    for i in range(degree):
        companion[i, degree - 1] = -polynomial[i] / leading
        if i:
            companion[i, i - 1] = fmpq(1)
    return (companion**exponent).charpoly()


def _same_root(left: Exact, right: Exact, bits: int) -> bool:
    """Whether two numbers are equal for certain: balls show that both are one common root of their polynomials.

    >>> low = top_root(fmpq_poly([-1, 3, -1])) ** -1  # of x^2 - 3x + 1
    >>> low.compare(-top_root(fmpq_poly([1, 3, 1])))
    0
    """
    f, g = _polynomial(left), _polynomial(right)
    common = f.gcd(g)
    if common.degree() < 1:
        return False
    places = [(real_roots(p, bits), number.ball(bits)) for p, number in ((f, left), (g, right))]
    return any(all(_place(root, roots) == _place(ball, roots) is not None for roots, ball in places)
               for root in real_roots(common, bits))


def _place(ball: arb, enclosures: list[arb]) -> int | None:
    """The index of the root that a ball holds, given that it holds one; None where several are possible."""
    found = [i for i, enclosure in enumerate(enclosures) if enclosure.overlaps(ball)]
    return found[0] if len(found) == 1 else None
