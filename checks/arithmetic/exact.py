"""Exact real numbers for ties: radicals of rationals, algebraic numbers, and products of both.

Balls never decide an equality, and tight statements are equalities. Here a number
is ``sign * q^(1/N) * t^e`` with a rational ``q >= 0``, a rational ``e`` and a positive algebraic number ``t`` that is
no radical (``e = 0``: without ``t``). Radicals of any order are multiplied and compared by integers. Other sums and
products are formed by :mod:`~.algebraic`, and raise :class:`Undecidable` where their degree is too high.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from itertools import count, islice
from math import lcm

from flint import arb, ctx, fmpq, fmpq_poly, fmpz

from .algebraic import PRECISIONS, RealRoot, Undecidable, bit_size, chosen, ordered_roots, sign_of

__all__ = ["Exact", "Undecidable", "exact", "integer_root", "lifted", "of_root", "rational_power",
           "rational_root", "root_of", "second_ball", "top_root"]

LONG = 10_000
"""A root of an integer with more bits is taken only where remainders do not exclude that it is an integer."""

MAX_BITS = 4_000_000
"""No rational larger than this is formed. Exact powers of wild weights would be."""


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
    if value.bit_length() > LONG and any(pow(int(value % p), (p - 1) // order, p) > 1 for p in _primes(order)):
        return None
    root = value.root(order)
    return root if root**order == value else None


@cache
def _primes(order: int) -> tuple[int, ...]:
    """Five primes ``p``, modulo each of which only one residue in ``order`` (and 0) is a power of that order.

    >>> _primes(3)
    (7, 13, 19, 31, 37)
    """
    return tuple(islice((p for p in count(order + 1, order) if fmpz(p).is_prime()), 5))


def rational_root(value: fmpq, order: int) -> fmpq | None:
    """The exact ``order``-th root of a nonnegative rational, or None."""
    top, bottom = integer_root(value.p, order), integer_root(value.q, order)
    return None if top is None or bottom is None else fmpq(top, bottom)


@dataclass(frozen=True)
class Exact:
    """``sign * q^(1/order) * root^power``, see the module. Build with :func:`exact`, :func:`of_root`.

    >>> half = exact(fmpq(1, 2))
    >>> (exact(8) ** Fraction(1, 3)).compare(exact(2)), half.compare(exact(1))
    (0, -1)
    >>> root2, root3 = exact(2) ** Fraction(1, 2), exact(3) ** Fraction(1, 2)
    >>> ((root2 + root3) ** 2).compare(5 + 2 * root2 * root3)
    0
    """

    sign: int
    q: fmpq
    order: int = 1
    root: RealRoot | None = None
    power: Fraction = Fraction(0)

    def __mul__(self, other: Exact | fmpq | int) -> Exact:
        if not isinstance(other, (Exact, fmpq, int)):
            return NotImplemented
        other = lifted(other)
        if not self.sign or not other.sign:
            return exact(0)
        if self.root is not None and other.root is not None and self.root != other.root:
            order = lcm(self.power.denominator, other.power.denominator)
            left, right = (number._root_part() ** order for number in (self, other))
            joint = of_root(left.algebraic() * right.algebraic()) ** Fraction(1, order)
            return self._radical() * other._radical() * joint
        common = lcm(self.order, other.order)
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
        if exponent.denominator != 1 and self.sign < 0:
            raise ZeroDivisionError("a root of a negative number")
        sign = self.sign if exponent.numerator % 2 else 1
        return _reduced(sign, rational_power(self.q, exponent.numerator),
                        self.order * exponent.denominator, self.root, self.power * exponent)

    __rmul__ = __mul__

    def __add__(self, other: Exact | fmpq | int) -> Exact:
        other = lifted(other)
        if not self.sign or not other.sign:
            return self if self.sign else other
        unit = self._radical()
        ratio = other._radical() * unit**-1
        if ratio.order == 1 and (self.root, self.power) == (other.root, other.power):
            return self * exact(1 + ratio.rational())
        return unit * _sum(self._root_part(), ratio * other._root_part())

    __radd__ = __add__

    def __neg__(self) -> Exact:
        return Exact(-self.sign, self.q, self.order, self.root, self.power)

    def __abs__(self) -> Exact:
        return -self if self.sign < 0 else self

    def _radical(self) -> Exact:
        return Exact(self.sign, self.q, self.order)

    def _root_part(self) -> Exact:
        return Exact(1, fmpq(1), 1, self.root, self.power)

    def rational(self) -> fmpq:
        """The value, when it is rational. Raises :class:`Undecidable`."""
        if self.sign == 0:
            return fmpq(0)
        if self.order != 1 or self.root is not None:
            raise Undecidable("an irrational number")
        return self.sign * self.q

    def algebraic(self) -> RealRoot:
        """The number by its irreducible polynomial. Raises :class:`Undecidable` above the highest degree."""
        order = lcm(self.order, self.power.denominator)
        scale = rational_power(self.q, order // self.order)
        to_the_order = RealRoot(fmpq_poly([-scale, 1]), 0) if self.root is None else self.root.at(
            scale * self.root.power(int(order * self.power)))
        size = to_the_order.root(order)
        return -size if self.sign < 0 else size

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
        if self.sign != other.sign or (self.root, self.power) == (other.root, other.power):
            return _compare_radicals(self, other)
        for bits in PRECISIONS:
            left, right = self.ball(bits), other.ball(bits)
            if left < right:
                return -1
            if left > right:
                return 1
            if bits == PRECISIONS[0] and _equal(self, other):
                return 0
        raise Undecidable("two algebraic numbers too close to separate")


def exact(value: int | fmpq) -> Exact:
    """A rational as an :class:`Exact` number."""
    value = fmpq(value)
    return Exact(1 if value > 0 else -1 if value < 0 else 0, abs(value))


def lifted(value: Exact | fmpq | int) -> Exact:
    """The number as :class:`Exact`."""
    return value if isinstance(value, Exact) else exact(value)


def of_root(root: RealRoot) -> Exact:
    """An algebraic number in the form: a radical where it is one, else a root of a polynomial in no power of ``x``.

    >>> print(of_root(ordered_roots(fmpq_poly([-2, 0, 0, 1]))[-1]))
    Exact(sign=1, q=2, order=3, root=None, power=Fraction(0, 1))
    """
    if root.degree == 1:
        return exact(-root.polynomial[0])
    if sign_of(root.ball) < 0:
        return -of_root(-root)
    lowered, step = root.polynomial.deflation()
    if step > 1:
        return of_root(chosen(lowered, lambda bits: root.ball(bits) ** step)) ** Fraction(1, step)
    return Exact(1, fmpq(1), 1, root, Fraction(1))


def root_of(polynomial: fmpq_poly, index: int) -> Exact:
    """A real root, counted with multiplicity: 0 is the index of the largest, -1 of the smallest.

    >>> near = 1 + fmpq(1, 10**100)
    >>> root_of(fmpq_poly([-1, 1]) * fmpq_poly([-near, 1]), 1).rational()
    1
    """
    return of_root(ordered_roots(polynomial)[-1 - index])


def top_root(polynomial: fmpq_poly) -> Exact:
    """The largest real root of a polynomial that has one."""
    return root_of(polynomial, 0)


def second_ball(polynomial: fmpq_poly, bits: int) -> arb:
    """An enclosure of the second largest root, with multiplicity, of a polynomial with two real roots."""
    return ordered_roots(polynomial)[-2].ball(bits)


def _reduced(
    sign: int, q: fmpq, order: int, root: RealRoot | None = None, power: Fraction = Fraction(0)
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
    common = lcm(left.order, right.order)
    p = rational_power(left.q, common // left.order)
    q = rational_power(right.q, common // right.order)
    return left.sign * ((p > q) - (p < q))


def _sum(left: Exact, right: Exact) -> Exact:
    """The sum of numbers of different forms. Where both lie in the field of one root, its degree does not rise."""
    roots = [number.root for number in (left, right) if number.root is not None]
    if roots and all(number.order == number.power.denominator == 1 and number.root in (None, roots[0])
                     for number in (left, right)):
        terms = [number.sign * number.q * roots[0].power(int(number.power)) for number in (left, right)]
        return of_root(roots[0].at(terms[0] + terms[1]))
    return of_root(left.algebraic() + right.algebraic())


def _equal(left: Exact, right: Exact) -> bool:
    """Whether two numbers of one sign are known to be equal, by powers of them that are free of radicals."""
    order = lcm(left.order, right.order, left.power.denominator, right.power.denominator)
    try:
        first, second = (abs(number) ** order for number in (left, right))
        return first.algebraic() == second.algebraic()
    except Undecidable:
        return False
