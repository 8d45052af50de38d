"""Re-check certificates with the standard library alone: ``python checker.py DIR [FILE]...``.

A certificate (CERTIFICATES.md) holds a statement as trees, an exact instance (a network with its problem, or data by
name, each of a kind that the checker verifies), values of the quantified names and a verdict. The checker computes
every quantity from the instance, checks the hypotheses and compares the two sides: in outward-rounded dyadic intervals
of doubling precision, and once with radicals in exact form, which decides ties. Derivatives are Taylor coefficients
along lines.
What it accepts is true of the file. Only `flatcert check` knows whether the statement is that of the claim named there.
Used without proof: claims `min-sharpness` and `min-sharpness-dual` (any c > 0 bounds S_min from above, any mixture of
directions from below); and that gradient flow lies in its enclosure (unless it cannot) and ends at a minimizer.
"""
from __future__ import annotations

import hashlib
import json
import re
import sys
from collections import namedtuple
from collections.abc import Callable
from fractions import Fraction
from functools import reduce
from itertools import pairwise, product
from math import floor, gcd, lcm, log2
from pathlib import Path
from types import SimpleNamespace
from typing import Any, TypeAlias, TypeVar

FORMAT, PRECISIONS = 2, ((64, False), (128, False), (256, True), (512, False), (1024, False))
MOST_BITS, LARGEST, WORK = 2_000_000, 200_000, 10_000_000  # Of exact powers, of intervals, of a certificate
ZERO, ONE, HALF = Fraction(0), Fraction(1), Fraction(1, 2)
Scalar: TypeAlias = "Fraction | Number"  # A known rational number, or a real number in an interval
Matrix: TypeAlias = "list[list[Scalar]]"  # A list of rows; a vector is a column
Value: TypeAlias = "Scalar | Matrix"
Json: TypeAlias = Any  # Of any shape: what a file says may be anything
V = TypeVar("V", "Scalar", "Matrix")  # One of the two, the same for arguments and result

class Rejected(Exception):
    """The certificate is malformed, or says something that does not hold."""
class Undecided(Exception):
    """Neither the intervals nor the exact forms tell which of two numbers is larger, or the work is too much."""
def require(condition: bool, otherwise: str) -> None:
    """Raise Rejected with the sentence ``otherwise`` unless the condition is true."""
    if not condition:
        raise Rejected(otherwise)
def checkable(condition: bool, otherwise: str) -> None:
    """Raise Undecided with the sentence ``otherwise`` unless the condition is true."""
    if not condition:
        raise Undecided(f"not checkable here: {otherwise}")

context = SimpleNamespace(bits=64, exact=False, work=0)  # Precision, whether forms are kept, work that may be done

def spend(operations: int, words: int = 1) -> None:
    """Count operations; a product takes longer the more ``words`` its factors have (the product of their sizes)."""
    context.work -= operations * (1 + words // 500)
    if context.work < 0:
        raise Undecided("it takes more work than a certificate may")
def size(x: object) -> int:
    """Return the words of an exact number, 1 for an interval, and for a matrix the size of its largest entry."""
    if isinstance(x, list):
        return max(map(size, x), default=1)
    if isinstance(x, Jet):
        return max(map(size, x.parts))
    return 1 + bits_of(x) // 64 if isinstance(x, Fraction | int) else 1
def bits_of(x: Fraction | int) -> int:  # Of the numerator and the denominator
    return x.numerator.bit_length() + x.denominator.bit_length()

# The number sign(q) (|q| t^m)^(1/n), where t > 0 is the f[0]-th largest root of the polynomial f[1:], unless m = 0
Form = namedtuple("Form", "q n f m", defaults=(1, (), 0))
class Number:
    """A real number in [lo, hi], with its form where that is known. A known rational number is a Fraction instead."""
    def __init__(self, lo: Fraction, hi: Fraction, form: Form | None = None) -> None:
        self.lo, self.hi = rounded(lo, False), rounded(hi, True)
        self.form = form or (Form(lo) if context.exact and lo == hi != 0 else None)
    def __add__(self, other: Scalar | int) -> Scalar:
        if not isinstance(other, Number) and other == 0:
            return self
        other = lift(other)
        ratio = product_form(other.form, power_form(self.form, Fraction(-1)))
        if ratio == Form(Fraction(-1)):
            return ZERO
        form = product_form(self.form, Form(1 + ratio.q)) if ratio and ratio == Form(ratio.q) else None
        return made(self.lo + other.lo, self.hi + other.hi, form)
    def __mul__(self, other: Scalar | int) -> Scalar:
        if self is other:  # so that a square is never negative
            return power(self, Fraction(2))
        if not isinstance(other, Number) and other == 0:
            return ZERO
        other = lift(other)
        ends = [x * y for x in (self.lo, self.hi) for y in (other.lo, other.hi)]
        return made(min(ends), max(ends), product_form(self.form, other.form))
    __radd__, __rmul__ = __add__, __mul__
class Jet(Number):
    """A number that moves along a line: its coefficients at 1, t and t^2. Whatever needs its size is undecided."""
    def __init__(self, *parts: Scalar) -> None:
        self.parts = parts
    def __getattr__(self, name: str) -> Any:
        raise Undecided("the derivative of what is no smooth function, or of an eigenvalue")
    def __add__(self, other: Scalar | int) -> Scalar:
        return Jet(*(x + y for x, y in zip(self.parts, parts(other), strict=True)))
    def __mul__(self, other: Scalar | int) -> Scalar:
        spend(9)
        (a, b, c), (d, e, f) = self.parts, parts(other)
        return Jet(a * d, a * e + b * d, a * f + b * e + c * d) if isinstance(other, Jet) else Jet(a * d, b * d, c * d)
    def through(self, value: Scalar, slope: Scalar, bend: Scalar) -> Jet:
        """Return a function of it, from the value, the derivative and half of the second derivative there."""
        _, b, c = self.parts
        return Jet(value, slope * b, slope * c + bend * (b * b))
    __radd__, __rmul__ = __add__, __mul__
def parts(x: Value | int) -> tuple[Scalar, ...]:  # The coefficients of a number at 1, t and t^2
    return x.parts if isinstance(x, Jet) else (x if isinstance(x, Number) else rational(x), ZERO, ZERO)

def rounded(x: Fraction, up: bool) -> Fraction:
    """Return a dyadic number of the working precision that is not below x, or not above x."""
    n, d = x.numerator, x.denominator
    shift = context.bits - n.bit_length() + d.bit_length()
    if abs(shift) > LARGEST:
        raise Undecided("a number too large or too small")
    spend(1, abs(shift) // 8)
    n, d = (n << shift, d) if shift >= 0 else (n, d << -shift)
    whole = -(-n // d) if up else n // d
    return Fraction(whole, 1 << shift) if shift >= 0 else Fraction(whole << -shift)

def lift(x: Value | int) -> Number:  # An exact number as a Number
    return x if isinstance(x, Number) else Number(rational(x), rational(x))
def made(lo: Fraction, hi: Fraction, form: Form | None) -> Scalar:  # The number of that form in [lo, hi]
    return Fraction(form.q) if form and form == Form(form.q) else Number(lo, hi, form)
def rational(x: Value | int) -> Fraction:  # An exact number, where there may be an interval or a matrix
    if isinstance(x, Fraction | int):
        return Fraction(x)
    raise Undecided("a number is not rational") if isinstance(x, Number) else TypeError("a matrix in place of a number")

def product_form(a: Form | None, b: Form | None) -> Form | None:
    """Return the form of a product, None where it has none."""
    if a is None or b is None or (a.m * b.m and a.f != b.f):
        return None
    n = lcm(a.n, b.n)
    if n >= 10**4 or any(bits_of(x.q) * (n // x.n) > MOST_BITS for x in (a, b)):
        return None
    q = abs(a.q) ** (n // a.n) * abs(b.q) ** (n // b.n)
    return reduced(a.q * b.q > 0, q, n, a.f or b.f, a.m * (n // a.n) + b.m * (n // b.n))
def power_form(a: Form | None, e: Fraction) -> Form | None:
    """Return the form of a^e, None where it has none."""
    if (not a or (a.q < 0 and e.denominator > 1) or e.denominator >= 10**4
            or bits_of(a.q) * abs(e.numerator) > MOST_BITS):
        return None
    positive = a.q > 0 or e.numerator % 2 == 0
    return reduced(positive, abs(a.q) ** e.numerator, a.n * e.denominator, a.f, a.m * e.numerator)
def reduced(positive: bool, q: Fraction, n: int, f: tuple[int, ...], m: int) -> Form:
    """Return the form with the least root n, so that a rational number looks rational."""
    for g in (g for g in range(n, 1, -1) if n % g == m % g == 0):
        r = Fraction(whole_root(q.numerator, g), whole_root(q.denominator, g))
        if r**g == q:
            return Form(r if positive else -r, n // g, f if m else (), m // g)
    return Form(q if positive else -q, n, f if m else (), m)

def whole_root(x: int, n: int) -> int:
    """Return the integer part of x^(1/n), by Newton's method from above."""
    if n == 1 or x < 2:
        return x
    def step(y: int) -> int:  # ends no lower than the root
        return ((n - 1) * y + x // int(y ** (n - 1))) // n
    spend(1, 5 * size(x) ** 2)
    log = log2(x) / n
    y = step((((int(2 ** (log % 1) * 2**52) + 2**16) << floor(log)) >> 52) + 1)
    while (z := step(y)) < y:
        y = z
    return y
def rooted(x: Fraction, n: int, up: bool) -> Fraction:  # x^(1/n) of x >= 0
    shift = context.bits - (x.numerator.bit_length() - x.denominator.bit_length()) // n
    whole = whole_root(floor(x * Fraction(2) ** (n * shift)), n)
    return (whole + up) * Fraction(2) ** -shift if x else x
def raised(x: Fraction, n: int, up: bool) -> Fraction:  # x^n of x >= 0, rounded at every step
    result = ONE
    for bit in bin(n)[2:]:
        result = rounded(result * result * (x if bit == "1" else 1), up)
    return result
def power(x: Value, e: Value) -> Scalar:
    """Return x^e for a rational e. Raises ZeroDivisionError where it is not defined."""
    if isinstance(x, list) or isinstance(e, list | Number) or max(abs(e.numerator), e.denominator) > 10**6:
        raise Rejected("a power of a matrix, or an exponent that is no small rational number")
    if e in (0, 1):
        return ONE if e == 0 else x
    if isinstance(x, Jet):
        a = x.parts[0]
        return x.through(power(a, e), e * power(a, e - 1), e * (e - 1) / 2 * power(a, e - 2))
    if not isinstance(x, Number):
        if x == 0 and e > 0:
            return ZERO
        if x == 0 or (x < 0 and e.denominator > 1):
            raise ZeroDivisionError("a quotient by zero, or a root of a negative number")
        if e.denominator == 1 and bits_of(x) * abs(e.numerator) <= 1 << 14:
            return x**e.numerator
    x, n, d = lift(x), abs(e.numerator), e.denominator
    if (e < 0 and x.lo <= 0 <= x.hi) or (d > 1 and x.lo < 0) or d * context.bits > MOST_BITS:
        raise Undecided("a quotient by, or a root of, an interval around zero, or a root of too high an order")
    lo, hi = (rounded(1 / x.hi, False), rounded(1 / x.lo, True)) if e < 0 else (x.lo, x.hi)
    lo, hi = (rooted(lo, d, False), rooted(hi, d, True)) if d > 1 else (lo, hi)
    near, far = sorted((abs(lo), abs(hi)))
    near, far = raised(ZERO if lo < 0 < hi else near, n, False), raised(far, n, True)
    low, high = (near if lo >= 0 or n % 2 == 0 else -far), (far if hi > 0 or n % 2 == 0 else -near)
    return made(low, high, power_form(x.form, e))
def exponential(x: Scalar) -> Scalar:
    """Return e^x: Taylor's series of y = x / 2^k with its remainder, squared k times."""
    if isinstance(x, Jet):
        found = exponential(x.parts[0])
        return x.through(found, found, HALF * found)
    k = floor(max(abs(lift(x).lo), abs(lift(x).hi))).bit_length() + 1
    y, terms = lift(x) * Fraction(1, 1 << k), [lift(ONE)]
    for i in range(1, context.bits):
        terms.append(lift(y * Fraction(1, i) * terms[-1]))
    rest = 2 * max(abs(terms[-1].lo), abs(terms[-1].hi))  # the terms more than halve
    return power(sum(terms, Number(-rest, rest)), Fraction(1 << k))

def compare(x: Value, y: Value) -> int | None:
    """Return the sign of x - y, None where it is not known. Raises TypeError for matrices."""
    if isinstance(x, Fraction) and isinstance(y, Fraction):
        return (x - y > 0) - (x - y < 0)
    x, y = lift(x), lift(y)
    if x.hi < y.lo or x.lo > y.hi:
        return -1 if x.hi < y.lo else 1
    ratio = product_form(x.form, power_form(y.form, Fraction(-1)))
    if not ratio or not x.form or ratio.q <= 0 or ratio.m:
        return None
    return 0 if ratio.q == 1 else 1 if (ratio.q > 1) == (x.form.q > 0) else -1
def larger(x: Scalar, y: Scalar) -> Scalar:  # The maximum of two numbers
    if isinstance(x, Jet) or isinstance(y, Jet):
        sign = compare(parts(x)[0], parts(y)[0])
        if not sign:
            raise Undecided("a maximum where it has no derivative")
        return x if sign > 0 else y
    sign, ends = compare(x, y), (max(lift(x).lo, lift(y).lo), max(lift(x).hi, lift(y).hi))
    return Number(*ends) if sign is None else x if sign >= 0 else y

def times(x: Value, y: V) -> V:
    """Return the product of a matrix or a number with a matrix, or of two numbers."""
    entries = [len(a) * len(a[0]) if isinstance(a, list) else 1 for a in (x, y)]
    spend(max(*entries, len(x) * entries[1] if isinstance(x, list) else 1), size(x) * size(y))
    if isinstance(x, list) and isinstance(y, list):
        return [[sum((a * b for a, b in zip(row, c, strict=True)), ZERO) for c in turned(y)] for row in x]
    if isinstance(y, list):
        return [[x * a for a in row] for row in y]
    return (x if isinstance(x, Number) else rational(x)) * y
def plus(x: V, y: V) -> V:  # Of two matrices or two numbers
    spend(len(x) * len(x[0]) if isinstance(x, list) else 1, size(x) * size(y))
    if isinstance(x, list):
        return [[a + b for a, b in zip(r, s, strict=True)] for r, s in zip(x, y, strict=True)]
    return x + y
def minus(x: V, y: V) -> V:
    return plus(x, times(Fraction(-1), y))
def turned(x: Matrix) -> Matrix:  # The transpose
    return [list(column) for column in zip(*x, strict=True)]
def dot(x: Matrix, y: Matrix) -> Scalar:  # The sum of the products of the entries
    spend(len(x) * len(x[0]), size(x) * size(y))
    return sum((a * b for r, s in zip(x, y, strict=True) for a, b in zip(r, s, strict=True)), ZERO)
def identity(n: int) -> Matrix:
    spend(n * n)
    return [[Fraction(i == j) for j in range(n)] for i in range(n)]
def symmetric(a: Matrix) -> Matrix:  # The symmetric part
    return times(HALF, plus(a, turned(a)))

def distance(x: Scalar) -> Fraction:  # From zero, at least
    head = lift(parts(x)[0])
    return max(head.lo, -head.hi)
def eliminated(a: Matrix, b: Matrix) -> tuple[Scalar, Matrix]:
    """Return the determinant of a, and the x with a x = b; no x where a is singular. By Gauss and Jordan."""
    rows, n = [[*r, *t] for r, t in zip(a, b, strict=True)], len(turned(a))
    determinant: Scalar = ONE
    require(len(a) == n, "not defined: an inverse or a determinant of a matrix that is not square")
    for k in range(n):
        furthest = max(((distance(row[k]), i) for i, row in enumerate(rows) if i >= k and row[k]), default=None)
        if furthest is None:
            return ZERO, []
        i = furthest[1]
        rows[k], rows[i], pivot = rows[i], rows[k], rows[i][k]
        if parts(pivot)[0] == 0:
            raise Undecided("the derivative of an inverse or a determinant of a singular matrix")
        determinant = determinant * pivot * (1 if i == k else -1)
        rows[k] = times(power(pivot, Fraction(-1)), [rows[k]])[0]
        rows = [row if j == k else minus([row], times(row[k], [rows[k]]))[0] for j, row in enumerate(rows)]
    return determinant, [row[n:] for row in rows]
def solution(a: Matrix, b: Matrix) -> Matrix:
    """Return the x with a x = b. Raises ZeroDivisionError where a is singular."""
    _, x = eliminated(a, b)
    if not x:
        raise ZeroDivisionError("the inverse of a singular matrix")
    return x
def kronecker(a: Matrix, b: Matrix) -> Matrix:
    spend(len(a) * len(a[0]) * len(b) * len(b[0]), size(a) * size(b))
    return [[x * y for x in r for y in t] for r in a for t in b]

def moved(point: list[Matrix], directions: list[Matrix]) -> list[Matrix]:  # The point + t directions
    return [[[Jet(x, y, ZERO) if y else x for x, y in zip(*rows, strict=True)] for rows in zip(*pair, strict=True)]
            for pair in zip(point, directions, strict=True)]
def units(point: list[Matrix]) -> list[list[Matrix]]:
    """Return the directions that move one entry of matrices by 1."""
    places = [(k, i, j) for k, m in enumerate(point) for i in range(len(m)) for j in range(len(m[0]))]
    spend(len(places) ** 2)
    return [[[[Fraction(at == (k, i, j)) for j in range(len(m[0]))] for i in range(len(m))]
             for k, m in enumerate(point)] for at in places]
def gradient(f: Callable[[list[Matrix]], Value], point: list[Matrix]) -> list[Matrix]:
    """Return the derivatives of a function of matrices, shaped as these."""
    found = iter([parts(f(moved(point, unit)))[1] for unit in units(point)])
    return [[[next(found) for _ in row] for row in m] for m in point]
def hessian(f: Callable[[list[Matrix]], Value], point: list[Matrix]) -> Matrix:
    """Return the second derivatives of a function of matrices, by its coefficients at t^2 along lines."""
    directions = units(point)
    bend = [[parts(f(moved(point, [*map(plus, a, b)])))[2] for b in directions[:i]] for i, a in enumerate(directions)]
    alone = [parts(f(moved(point, unit)))[2] for unit in directions]
    return [[2 * x if i == j else bend[max(i, j)][min(i, j)] + -1 * (x + y) for j, y in enumerate(alone)]
            for i, x in enumerate(alone)]

def outside(w: Matrix, basis: list[Matrix]) -> Matrix:
    """Return w less its projections on the columns of an orthogonal basis."""
    return reduce(lambda w, b: minus(w, times(rational(dot(w, b)) / rational(dot(b, b)), b)), basis, w)
def row_space(a: Matrix) -> list[Matrix]:  # An orthogonal basis, of columns
    basis: list[Matrix] = []
    for row in a:
        b = outside(turned([row]), basis)
        basis += [b] if rational(dot(b, b)) else []
    return basis
def projected(sigma: Matrix, w: Matrix) -> Matrix:  # On the range of sigma
    return minus(w, outside(w, row_space(sigma)))
def psd(a: Matrix) -> bool:  # Whether a symmetric rational matrix is positive semidefinite, by an exact LDL^T
    rows = [[rational(x) for x in row] for row in a]
    for k, pivot in enumerate(rows):
        if pivot[k] < 0 or (pivot[k] == 0 and any(pivot[k:])):
            return False
        for row in rows[k + 1:] if pivot[k] else []:
            spend(3 * len(row), size(row) * size(pivot))
            row[:] = [x - row[k] / pivot[k] * y for x, y in zip(row, pivot, strict=True)]
    return True

def charpoly(a: Matrix) -> tuple[int, ...]:
    """Return the characteristic polynomial over the integers, constant term first (Faddeev and LeVerrier)."""
    n, d = len(a), lcm(*(rational(x).denominator for row in a for x in row))
    b, c, m = [[int(rational(x) * d) for x in row] for row in a], [0] * n + [1], [[0] * n for _ in range(n)]
    for k in range(1, n + 1):
        spend(n**3, size(b) * size(m))
        m = [[sum(x * y for x, y in zip(row, column, strict=True)) + c[n - k + 1] * (i == j)
              for j, column in enumerate(zip(*m, strict=True))] for i, row in enumerate(b)]
        c[n - k] = -sum(b[i][j] * m[j][i] for i in range(n) for j in range(n)) // k
    common = gcd(*(y * d**i for i, y in enumerate(c)))
    return tuple(x * d**k // common for k, x in enumerate(c))

def taylor(f: tuple[int, ...], x: Fraction) -> list[int]:
    """Return the coefficients of f at x, up to positive factors."""
    n = len(f) - 1
    g = [c * x.denominator ** (n - k) for k, c in enumerate(f)]
    spend(1 + n * n // 50, 5 * size(g) * size(x))
    for i in range(n):
        for j in range(n - 1, i - 1, -1):
            g[j] += x.numerator * g[j + 1]
    return g
def above(f: tuple[int, ...], x: Fraction) -> int:  # How many roots exceed x: by Descartes, as all are real
    return sum(s != t for s, t in pairwise([c > 0 for c in taylor(f, x) if c]))
def multiplicity(f: tuple[int, ...], x: Fraction) -> int:  # How many roots are equal to x
    return next(i for i, c in enumerate(taylor(f, x)) if c)

def root(f: tuple[int, ...], j: int) -> Scalar:
    """Return the j-th largest root, exact if it is zero (or rational, while forms are kept)."""
    require(0 < j < len(f), "not defined: an eigenvalue that does not exist")
    if above(f, ZERO) + multiplicity(f, ZERO) < j:  # negative
        return -1 * root(tuple(c * (-1) ** (len(f) - 1 - k) for k, c in enumerate(f)), len(f) - j)
    if above(f, ZERO) < j:
        return ZERO
    high = max(c.bit_length() for c in f) + 1  # Cauchy's bound, for roots and for their inverses
    low, bits = -high, context.bits + (high + f[-1].bit_length() if context.exact and high < 4000 else 0)
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if above(f, Fraction(2) ** middle) >= j else (low, middle)
    lo, hi = Fraction(2) ** low, Fraction(2) ** high
    for _ in range(bits):
        half = (lo + hi) / 2
        lo, hi = (half, hi) if above(f, half) >= j else (lo, half)
    exact = Fraction(floor(hi * f[-1]), f[-1])  # denominators of rational roots divide the leading coefficient
    if context.exact and exact > lo and above(f, exact) < j <= above(f, exact) + multiplicity(f, exact):
        return exact
    return Number(lo, hi, Form(ONE, 1, (j, *f), 1) if context.exact else None)

def top(a: Matrix, sigma: Matrix | None = None) -> Scalar:
    """Return the largest eigenvalue of Sigma^{1/2} A Sigma^{1/2}, which Sigma A shares; A is made symmetric."""
    a, base = symmetric(a), sigma or identity(len(a))
    radicals = [x for row in a for x in row if isinstance(x, Number)]
    if radicals and radicals[0].form and radicals[0].lo > 0:  # a rational matrix times one number?
        scaled = times(power(radicals[0], Fraction(-1)), a)
        if not any(isinstance(x, Number) for row in scaled for x in row):
            return radicals[0] * top(scaled, sigma)
    if radicals:
        found = lift(top([[(lift(x).lo + lift(x).hi) / 2 for x in row] for row in a], sigma))
        far = sum(lift(x).hi - lift(x).lo for row in a for x in row) * max(ONE, rational(dot(base, identity(len(a)))))
        return Number(found.lo - far, found.hi + far)  # no further than the matrix, in norm
    value, image = root(charpoly(times(base, a)), 1), times(base, times(a, base))
    if isinstance(value, Number) and (not psd(minus(times(value.hi, base), image))
                                      or psd(minus(times(value.lo, base), image))):
        raise Undecided("LDL^T does not confirm an eigenvalue")
    return value
def extreme(a: Matrix, sign: int) -> Scalar:
    """Return the largest (sign 1) or the smallest (sign -1) eigenvalue of a symmetric matrix."""
    pairs = [pair for r, t in zip(a, turned(a), strict=True) for pair in zip(r, t, strict=True)]
    require(not any(compare(x, y) for x, y in pairs), "not defined: the eigenvalue of a matrix that is not symmetric")
    return sign * top(times(Fraction(sign), a))
def spectral(a: Matrix, j: int) -> Scalar:  # The j-th singular value
    require(j > 0, "not defined: a singular value before the first")
    gram = times(a, turned(a)) if len(a) <= len(a[0]) else times(turned(a), a)
    return power(top(gram) if j == 1 else root(charpoly(gram), j), HALF) if j <= len(gram) else ZERO

def top_vector(a: Matrix, start: Matrix) -> Matrix:
    """Return the projection of ``start`` on the top eigenspace, normalized: f(A) / (A - top)^m applied to it."""
    a, f = symmetric(a), charpoly(symmetric(a))
    value = root(f, 1)
    m = above(f, value.lo) if isinstance(value, Number) else multiplicity(f, value)
    if isinstance(value, Number) and m > 1:
        raise Undecided("a multiple eigenvalue")
    c: list[Scalar] = [Fraction(x) for x in reversed(f)]
    for _ in range(m):  # synthetic division
        c = reduce(lambda made, x: [*made, made[-1] * value + x], c[1:-1], c[:1])
    vector = reduce(lambda v, x: plus(times(a, v), times(x, start)), c, times(ZERO, start))
    return times(power(dot(vector, vector), -HALF), vector)

class Case:
    """A problem and weights; w* is any vector in the range of Sigma, by default the one that the weights attain."""
    def __init__(self, sigma: Matrix, weights: list[Matrix], p: Matrix, w_star: Matrix | None) -> None:
        self.sigma, self.W, self.p, self.L = sigma, weights, p, len(weights)
        self.P = reduce(lambda made, layer: [*made, times(layer, made[-1])], weights, [identity(len(sigma))])
        self.q = reduce(lambda made, layer: [times(turned(layer), made[0]), *made], reversed(weights), [p])
        self.w, self.w_star = self.q[0], projected(sigma, self.q[0]) if w_star is None else w_star
        self.g = times(Fraction(2), times(sigma, minus(self.w, self.w_star)))
    def kernel(self) -> Matrix:  # M, the sum of |q_k|^2 P_{k-1}^T P_{k-1}
        return reduce(plus, [times(dot(q, q), times(turned(P), P)) for P, q in zip(self.P, self.q[1:], strict=False)])
    def regressor(self, layers: list[Matrix]) -> Matrix:
        return reduce(lambda q, layer: times(turned(layer), q), reversed(layers), self.p)
    def risk(self, layers: list[Matrix]) -> Scalar:
        error = minus(self.regressor(layers), self.w_star)
        return dot(error, times(self.sigma, error))
    def line(self, directions: list[Matrix], i: int) -> Matrix:
        """Return the coefficient at t^i of the regressor of W + t directions."""
        return [[parts(x)[i] for x in row] for row in self.regressor(moved(self.W, directions))]
    def derivative(self, pull: Matrix) -> list[Matrix]:
        """Return the derivative of pull^T w in every weight, shaped as the weights."""
        return gradient(lambda layers: dot(pull, self.regressor(layers)), self.W)
    def hessian(self) -> Matrix:
        return hessian(self.risk, self.W)
    def sharpness(self, direct: bool) -> Scalar:
        """Return the top eigenvalue of the Hessian: at a minimizer, where it is 2 J^T Sigma J, from M = J J^T."""
        minimizer = not direct and not any(map(any, self.g))
        return 2 * top(self.kernel(), self.sigma) if minimizer else top(self.hessian())

def least_sharpness(case: Case, witness: Json) -> Scalar:
    """Return S_min, between what c proves (above) and what weighted directions prove (below)."""
    n, share = case.L, Fraction(1, case.L)
    energy, p2 = rational(dot(case.w_star, times(case.sigma, case.w_star))), dot(case.p, case.p)
    if n == 1 or energy == 0:
        return 2 * p2 * top(case.sigma) if n == 1 else ZERO
    c, pairs = number(witness["c"]), [(number(x), column(u)) for x, u in witness["dual"]]
    require(c > 0 and all(x >= 0 for x, _ in pairs), "the witness of S_min is not positive")
    kernel = plus(identity(len(case.sigma)), times((n - 1) * c / energy, times(case.w_star, turned(case.w_star))))
    upper = 2 * top(kernel, case.sigma) * (power(energy / c, 1 - share) * power(p2, share))
    mix = reduce(plus, [times(x, times(u, turned(u))) for x, u in pairs])
    image, square = times(case.sigma, case.w_star), times(case.sigma, case.sigma)
    mean = power(p2 * dot(mix, square), share) * power(dot(image, times(mix, image)), 1 - share)
    lower = 2 * n / rational(dot(mix, case.sigma)) * mean
    return upper if compare(lower, upper) == 0 else Number(lift(lower).lo, lift(upper).hi)

def number(x: str) -> Fraction:
    """Return the rational number that a text such as "-3/4" stands for. Raises TypeError for anything but a text."""
    require(re.fullmatch("-?[0-9]+(/[0-9]+)?", x) is not None, "malformed: a text that is no rational number")
    return Fraction(x)
def listed(x: Json) -> Json:
    """Return a list that is not empty."""
    require(isinstance(x, list) and x != [], "malformed: an empty list, or no list at all")
    return x
def matrix(rows: Json) -> Matrix:
    return [[number(x) for x in listed(row)] for row in listed(rows)]
def column(entries: Json) -> Matrix:
    return [[number(x)] for x in listed(entries)]

def whole(x: Value) -> int:
    """Return an index or a limit of a sum, which is a small whole number."""
    x = rational(x)
    require(x.denominator == 1 and abs(x) < 10**5, "not defined: an index that is no small whole number")
    return int(x)

Scope = namedtuple("Scope", "case state values witness direct kind")  # What trees are evaluated in

def scope(data: Json) -> Scope:
    """Return the scope of a certificate. Raises Rejected if its instance or its enclosure cannot be."""
    instance, ball, stated, values = data["instance"], data["enclosure"], data["statement"], data["values"]
    types = [type(x) for x in (values, stated["direct"], stated["given"])]
    require(types == [dict, bool, list], "values are no object, hypotheses no list, or direct is no truth value")
    if "data" in stated:  # of a setting of one's own
        require(not values.keys() & instance["data"].keys(), "a datum is quantified, too")
        return Scope(None, None, described(stated["data"], {**instance["data"], **values}), None, False, None)
    sigma, p, layers = matrix(instance["covariance"]), column(instance["readout"]), listed(instance["weights"])
    w_star = None if instance["regressor"] is None else column(instance["regressor"])
    pair = stated["space"] == "pairs"
    kind = "limit" if stated["space"] == "limit" else "time" if stated["decide"] == "enclosed" and not pair else None
    in_range = sigma == turned(sigma) and psd(sigma) and (w_star is None or projected(sigma, w_star) == w_star)
    require(in_range and any(map(any, p)), "no PSD covariance with a regressor in its range, or a read-out of zero")
    case = state = Case(sigma, [matrix(x) for x in layers], p, w_star)
    require((ball and ball["kind"]) == ("pair" if pair else kind), "an enclosure of another kind than the statement's")
    if ball is not None:
        reach, centre = number(ball["radius"]), [matrix(x) for x in listed(ball["centre"])]
        near = Number(-reach, reach)
        fits = [[*map(len, m)] for m in centre] == [[*map(len, m)] for m in case.W]
        require(fits and (reach == 0 if pair else reach >= 0), "the enclosure is none of these weights")
        inside = [[[x if pair else x + near for x in row] for row in m] for m in centre]
        state = Case(sigma, inside, p, case.w_star)
    s = Scope(case, state, {x: quantified(x, y) for x, y in values.items()}, data["witness"], stated["direct"], kind)
    if kind:
        possible(s)
    return s

ENTRIES: dict[str, Callable[[Scalar], bool]] = {
    "real": lambda x: True, "nonnegative": lambda x: rational(x) >= 0, "positive": lambda x: rational(x) > 0,
    "sign": lambda x: x in (-1, 1), "integer": lambda x: rational(x).denominator == 1,
    "size": lambda x: whole(x) > 0,
}
STRUCTURES: dict[str, Callable[[Matrix], bool]] = {
    "": lambda a: True, "symmetric": lambda a: a == turned(a),
    "positive semidefinite": lambda a: a == turned(a) and psd(a),
}
def described(kinds: Json, found: Json) -> dict[str, Value]:
    """Return the data by name, a member of a sequence by name[index]. Rejects what is not of its kind."""
    require(kinds.keys() == found.keys() and all(map(str.isidentifier, kinds)), "other data than the statement's")
    values: dict[str, Value] = {}
    sizes = {name: number(x) for name, x in found.items() if kinds[name]["entries"] == "size"}
    s = Scope(None, None, sizes, None, False, None)  # of shapes
    for name, kind in kinds.items():
        shape, ends = ([whole(value(tree, s)) for tree in kind[key]] for key in ("shape", "range"))
        indices = [f"[{k}]" for k in range(ends[0], ends[1] + 1)] if ends else [""]
        members = found[name] if ends else [found[name]]
        require(isinstance(members, list), "malformed: a sequence that is no list")
        for index, one in zip(indices, members, strict=True):
            m = matrix(one) if shape else [[scalar(one)]]
            fits = [len(m), *{len(row) for row in m}] == (shape or [1, 1])
            fits = fits and all(ENTRIES[kind["entries"]](x) for row in m for x in row)
            require(fits and STRUCTURES[kind["structure"]](m), f"{name + index} is not of its kind")
            values[name + index] = m if shape else m[0][0]
    return values

def possible(s: Scope) -> None:
    """Reject an enclosure that no gradient flow can reach. Where one can, the checker trusts the file that it does."""
    start, state = s.case, s.state
    risk, later = start.risk(start.W), state.risk(state.W)
    same = [*zip(imbalance(start), imbalance(state), strict=True)]
    same += [(x, ZERO) for row in state.g for x in row] if s.kind == "limit" else []
    far = [dot(minus(x, y), minus(x, y)) for x, y in zip(start.W, state.W, strict=True)]
    # By Cauchy and Schwarz, as the squared gradient integrates to the fall of the risk
    away = s.kind == "time" and compare(sum(far, ZERO), times(s.values["time"], risk + -1 * later)) == 1
    require(not away and not any(compare(x, y) for x, y in same), "no gradient flow from there reaches the enclosure")
def imbalance(c: Case) -> list[Scalar]:  # The entries of W_k W_k^T - W_{k+1}^T W_{k+1}, which gradient flow conserves
    return [x for a, b in pairwise(c.W) for row in minus(times(a, turned(a)), times(turned(b), b)) for x in row]

def scalar(x: Json) -> Scalar:  # A rational number, or a root of a positive one
    if not isinstance(x, dict):
        return number(x)
    require(number(x["of"]) > 0, "the root of a number that is not positive")
    return power(number(x["of"]), Fraction(1, x["root"]))
def quantified(name: str, x: Json) -> Value | list[Matrix]:
    """Return a quantified value: a positive number, perhaps a radical; a column; for Xi a matrix a layer."""
    if isinstance(x, list):
        return [matrix(m) for m in x] if name == "Xi" else column(x)
    found = scalar(x)
    require(isinstance(found, Number) or found > 0, f"{name} must be positive")
    return found
def member(layers: list[Matrix], k: Value, first: int) -> Matrix:  # Indices start with first; ValueError outside
    return layers[range(first, first + len(layers)).index(whole(k))]

NODES: dict[str, Callable[..., Value]] = {
    "one": lambda s: [[ONE]],
    "L": lambda s: Fraction(s.case.L), "p": lambda s: s.case.p, "w": lambda s: s.case.w,
    "w_star": lambda s: s.case.w_star, "Sigma": lambda s: s.case.sigma, "M": lambda s: s.case.kernel(),
    "S": lambda s: s.case.sharpness(s.direct), "hessian": lambda s: s.case.hessian(),
    "S_min": lambda s: least_sharpness(s.case, s.witness), "rows": lambda s, x: Fraction(len(x)),
    "identity": lambda s, n=None: s.case.P[0] if n is None else identity(whole(n)),
    "W": lambda s, k: member(s.case.W, k, 1), "P": lambda s, k: member(s.case.P, k, 0),
    "q": lambda s, k: member(s.case.q, k, 0), "derivative": lambda s, k, x: member(s.case.derivative(x), k, 1),
    "Xi": lambda s, k: member(s.values["Xi"], k, 1), "line": lambda s, i: s.case.line(s.values["Xi"], whole(i)),
    "flow": lambda s: times(Fraction(-1), s.case.line(s.case.derivative(s.case.g), 1)),
    "between": lambda s, j, k: reduce(lambda made, i: times(member(s.case.W, Fraction(i), 1), made),
                                      range(whole(j) + 1, whole(k)), identity(len(member(s.case.P, j, 0)))),
    "second_derivative": lambda s: 2 * parts(s.case.risk(moved(s.case.W, s.values["Xi"])))[2],
    "lambda_pos": lambda s: root(charpoly(s.case.sigma), above(charpoly(s.case.sigma), ZERO)),
    "add": lambda s, *x: reduce(plus, x), "pow": lambda s, x, e: power(x, e), "max": lambda s, *x: reduce(larger, x),
    "mul": lambda s, *factors: reduce(lambda x, y: times(x, y) if isinstance(y, list) else times(y, x), factors),
    "dot": lambda s, x, y: dot(x, y), "norm_squared": lambda s, x: dot(x, x), "transpose": lambda s, x: turned(x),
    "trace": lambda s, x: dot(x, identity(len(x))), "abs": lambda s, x: larger(x, -1 * x),
    "rank": lambda s, x: Fraction(len(row_space(x))), "weighted_top": lambda s, x: top(x, s.case.sigma),
    "weighted_bottom": lambda s, x: root(charpoly(times(s.case.sigma, symmetric(x))), len(x)),
    "least_singular": lambda s, x: power(root(charpoly(times(turned(x), x)), len(x[0])), HALF),
    "exp": lambda s, x: exponential(x), "top_vector": lambda s, a, x: top_vector(a, x),
    "spectral": lambda s, x: spectral(x, 1), "second_singular": lambda s, x: spectral(x, 2),
    "singular_value": lambda s, x, k: spectral(x, whole(k)),
    "nuclear_norm": lambda s, x: reduce(plus, [spectral(x, j + 1) for j in range(min(len(x), len(x[0])))]),
    "largest_eigenvalue": lambda s, x: extreme(x, 1), "smallest_eigenvalue": lambda s, x: extreme(x, -1),
    "determinant": lambda s, x: eliminated(x, identity(len(x)))[0], "solve": lambda s, a, b: solution(a, b),
    "inverse": lambda s, x: solution(x, identity(len(x))), "kronecker": lambda s, x, y: kronecker(x, y),
    "hadamard": lambda s, x, y: [[a * b for a, b in zip(r, t, strict=True)] for r, t in zip(x, y, strict=True)],
    "zero": lambda s, m, n: [[ZERO] * whole(n)] * whole(m),
}

def name_of(tree: Json, s: Scope) -> str:  # Of a datum, or of a member of a sequence
    return tree[1] if tree[0] == "given" else f"{tree[1]}[{whole(value(tree[2], s))}]"
def value(tree: Json, s: Scope) -> Value:
    """Return the value of a tree [node, argument, ...]: a number or a matrix."""
    op, args = listed(tree)[0], tree[1:]
    spend(1)
    if op == "rational":
        return number(*args)
    if op in ("given", "member"):
        found: Value = s.values[name_of(tree, s)]
        return found
    if op == "state":  # what is within is read of the enclosed weights
        return value(args[0], s._replace(case=s.state))
    def at(values: dict[str, Value]) -> Value:
        return value(args[0], s._replace(values={**s.values, **values}))
    if op in ("sum", "largest", "product"):
        low, high = (whole(value(limit, s)) for limit in args[2:])
        terms = [at({args[1]: Fraction(k)}) for k in range(low, high + 1)]
        join = NODES[{"sum": "add", "largest": "max", "product": "mul"}[op]]
        return join(s, *terms) if terms else ONE if op == "product" else ZERO
    if op == "expectation":  # over all columns of signs
        spend(2 ** whole(value(args[2], s)))
        columns = product((ONE, -ONE), repeat=whole(value(args[2], s)))
        terms = [at({args[1]: [[sign] for sign in signs]}) for signs in columns]
        return NODES["mul"](s, Fraction(1, len(terms)), NODES["add"](s, *terms))
    if op == "gradient" or (op == "hessian" and args):
        if any(isinstance(x, Jet) for m in s.values.values() if isinstance(m, list) for row in m for x in row):
            raise Undecided("the derivative of a derivative")
        names = [name_of(x, s) for x in listed(args[1:])]
        require(len({*names}) == len(names), "not defined: a derivative in one matrix twice")
        require(op == "hessian" or len(names) == 1, "malformed: a gradient in several matrices")
        point = [s.values[name] for name in names]
        def f(matrices: list[Matrix]) -> Value:
            return at(dict(zip(names, matrices, strict=True)))
        return gradient(f, point)[0] if op == "gradient" else hessian(f, point)
    operands = [value(x, s) for x in args]
    if op == "dot" and args[0] == args[1]:
        operands[1] = operands[0]  # its terms are squares
    return NODES[op](s, *operands)

def holds(relation: Json, s: Scope) -> bool:
    """Return whether a relation is true. Only equations may be between matrices."""
    op, x, y = relation["op"], value(relation["lhs"], s), value(relation["rhs"], s)
    pairs: list[tuple[Value, Value]] = [(x, y)]
    if op in ("==", "!=") and isinstance(x, list) and isinstance(y, list):
        pairs = [pair for r, t in zip(x, y, strict=True) for pair in zip(r, t, strict=True)]
    signs = [compare(*pair) for pair in pairs]
    if None in signs:
        raise Undecided("the two sides are too close")
    sign = max((x for x in signs if x is not None), key=abs)
    return {"<": sign < 0, "<=": sign <= 0, "==": sign == 0, "!=": sign != 0, ">=": sign >= 0, ">": sign > 0}[op]

# Proofs: exponents are rational functions of the depth L, pairs of polynomials; lists of coefficients, constant first
Poly: TypeAlias = "tuple[Fraction, ...]"
Ratio: TypeAlias = "tuple[Poly, Poly]"  # In lowest terms; the denominator has leading coefficient 1
Atom: TypeAlias = "tuple[Any, ...]"  # ("word", name), ("prime", p) or ("sum", terms)
Monomial: TypeAlias = "dict[Atom, Ratio]"  # The exponent of each atom, never zero
NOTHING, WHOLE = ((), (ONE,)), ((ONE,), (ONE,))  # The exponents 0 and 1

def poly(coefficients: Json) -> Poly:  # Without leading zeros
    found = tuple(coefficients)
    require(len(found) < 30, "malformed: a polynomial of too high a degree")
    while found and found[-1] == 0:
        found = found[:-1]
    return found
def poly_times(a: Poly, b: Poly) -> Poly:
    spend(1 + len(a) * len(b), sum(map(size, (*a, *b))))
    return poly(sum((a[i] * b[n - i] for i in range(len(a)) if 0 <= n - i < len(b)), ZERO)
                for n in range(len(a) + len(b)))
def poly_plus(a: Poly, b: Poly) -> Poly:
    n = max(len(a), len(b))
    return poly(x + y for x, y in zip((*a, *[ZERO] * (n - len(a))), (*b, *[ZERO] * (n - len(b))), strict=True))
def divided(a: Poly, b: Poly) -> tuple[Poly, Poly]:  # Quotient and remainder
    quotient: Poly = ()
    while len(a) >= len(b):
        term = (*[ZERO] * (len(a) - len(b)), a[-1] / b[-1])
        quotient, a = poly_plus(quotient, term), poly_plus(a, poly_times((-ONE,), poly_times(term, b)))
    return quotient, a
def ratio(top: Poly, bottom: Poly) -> Ratio:
    if not bottom:
        raise ZeroDivisionError("an exponent with denominator zero")
    a, b = top, bottom
    while b:
        a, b = b, divided(a, b)[1]
    top, bottom = divided(top, a)[0], divided(bottom, a)[0]
    return tuple(x / bottom[-1] for x in top), tuple(x / bottom[-1] for x in bottom)
def ratio_times(x: Ratio, y: Ratio) -> Ratio:
    return ratio(poly_times(x[0], y[0]), poly_times(x[1], y[1]))
def ratio_plus(x: Ratio, y: Ratio) -> Ratio:
    return ratio(poly_plus(poly_times(x[0], y[1]), poly_times(y[0], x[1])), poly_times(x[1], y[1]))
def constant(x: Fraction | int) -> Ratio:
    return (poly([Fraction(x)]), (ONE,))
def as_constant(x: Ratio) -> Fraction | None:  # None where it depends on the depth
    return (x[0] or (ZERO,))[0] if len(x[0]) < 2 and len(x[1]) == 1 else None
def poly_at(a: Poly, depth: int) -> Fraction:
    return sum((x * depth**n for n, x in enumerate(a)), ZERO)
def sign_of(x: Ratio, least: int, alone: bool) -> str | None:
    """Return "positive" or "nonnegative" if x is that at every whole depth from ``least`` on, or at ``least`` alone."""
    far = max((floor(1 + max(map(abs, a)) / abs(a[-1])) for a in x if a), default=0)  # Cauchy: no roots beyond
    if not alone and far > least + 2000:
        raise Undecided("an exponent changes its sign at too large a depth")
    depths = range(least, least + 1 if alone else max(far, least) + 2)
    spend(len(depths) * (len(x[0]) + len(x[1])))
    if not all(poly_at(x[1], depth) for depth in depths):
        return None
    values = [poly_at(x[0], depth) / poly_at(x[1], depth) for depth in depths]
    return "positive" if all(v > 0 for v in values) else "nonnegative" if all(v >= 0 for v in values) else None

def joined(one: Monomial, other: Monomial, exponent: Ratio = WHOLE) -> Monomial:
    """Return the product of a monomial and a power of another one."""
    found = dict(one)
    for atom, x in other.items():
        total = ratio_plus(found.pop(atom, NOTHING), ratio_times(exponent, x))
        found.update({atom: total} if total[0] else {})
    return found
def exponent_of(tree: Json) -> Ratio:
    """Return the rational function of the depth that a tree is."""
    op, args = listed(tree)[0], tree[1:]
    spend(1)
    if op == "rational":
        return constant(number(*args))
    if tree == ["word", "L"]:
        return (ZERO, ONE), (ONE,)
    if op in ("add", "mul"):
        return reduce(ratio_plus if op == "add" else ratio_times, map(exponent_of, args))
    checkable(op == "pow" and as_constant(exponent_of(args[1])) in (1, -1), "an exponent of another kind")
    x = exponent_of(args[0])
    return x if as_constant(exponent_of(args[1])) == 1 else ratio(x[1], x[0])
def primes(x: Fraction) -> Monomial:
    """Return a positive number as a product of powers of primes."""
    checkable(x > 0 and max(x.numerator, x.denominator) < 10**9, "a factor that is not positive, or a large one")
    found: Monomial = {}
    for n, sign in ((x.numerator, 1), (x.denominator, -1)):
        p = 2
        while n > 1:
            p = p if n % p == 0 else n if p * p > n else p + 1
            if n % p == 0:
                n //= p
                found = joined(found, {("prime", p): constant(sign)})
    return found

Terms: TypeAlias = "dict[frozenset[tuple[Atom, Ratio]], Fraction]"  # A sum: the coefficient of each monomial
def term(monomial: Monomial, coefficient: Fraction) -> Terms:
    for atom in [atom for atom in monomial if atom[0] == "prime"]:
        exponent = as_constant(monomial[atom])
        if exponent is not None and exponent.denominator == 1:
            coefficient *= Fraction(atom[1]) ** int(exponent)
            monomial = joined(monomial, {atom: constant(-exponent)})
    return {frozenset(monomial.items()): coefficient}
def terms_plus(x: Terms, y: Terms) -> Terms:
    found = {key: x.get(key, ZERO) + y.get(key, ZERO) for key in (*x, *y)}
    return {key: value for key, value in found.items() if value}
def terms_times(x: Terms, y: Terms) -> Terms:
    spend(1 + 20 * len(x) * len(y))
    return reduce(terms_plus, (term(joined(dict(a), dict(b)), p * q) for a, p in x.items() for b, q in y.items()), {})
def expanded(tree: Json) -> Terms:
    """Return a tree as a sum of monomials with coefficients."""
    op, args = listed(tree)[0], tree[1:]
    spend(1)
    if op == "rational":
        return {frozenset(): number(*args)} if number(*args) else {}
    if op in ("add", "mul"):
        return reduce(terms_plus if op == "add" else terms_times, map(expanded, args))
    n = as_constant(exponent_of(args[1])) if op == "pow" else None
    if n is not None and n.denominator == 1 and 0 < n < 7:
        return reduce(terms_times, [expanded(args[0])] * int(n))
    return term(monomial_of(tree), ONE)
def order(x: Ratio) -> int:  # The sign of x at all large depths
    return (x[0][-1] > 0) - (x[0][-1] < 0) if x[0] else 0
def from_terms(terms: Terms) -> Monomial:
    """Return a sum as a monomial; a sum of several terms is an atom, without the factors that its terms share."""
    checkable(bool(terms), "a factor that is zero")
    common: Monomial = {}
    keys = [dict(key) for key in terms]
    for atom in {atom for key in keys for atom in key}:
        least = keys[0].get(atom, NOTHING)
        for key in keys:
            x = key.get(atom, NOTHING)
            least = x if order(ratio_plus(x, ratio_times(constant(-1), least))) < 0 else least
        common |= {atom: least} if least[0] else {}
    rest = [(tuple(sorted(joined(key, common, constant(-1)).items(), key=repr)), terms[frozenset(key.items())])
            for key in keys]
    rest.sort(key=repr)
    scale = abs(rest[0][1]) if len(rest) > 1 else rest[0][1]
    whole_sum: Monomial = {} if len(rest) == 1 else {("sum", tuple((key, x / scale) for key, x in rest)): WHOLE}
    return joined(joined(primes(scale), common), whole_sum)
def monomial_of(tree: Json) -> Monomial:
    """Return the product of powers of words, primes and sums that a tree is."""
    op, args = listed(tree)[0], tree[1:]
    spend(1)
    if op == "rational":
        return primes(number(*args))
    if op == "word":
        require(isinstance(args[0], str), "malformed: a word that is no text")
        return {("word", args[0]): WHOLE}
    if op == "mul":
        return reduce(joined, map(monomial_of, args), {})
    if op == "pow":
        return joined({}, monomial_of(args[0]), exponent_of(args[1]))
    checkable(op == "add", "a node that no product of powers has")
    return from_terms(expanded(tree))

def upward(relation: Json) -> tuple[Json, str, Json]:  # With the smaller side first
    op, lhs, rhs = relation["op"], relation["lhs"], relation["rhs"]
    require(op in ("<", "<=", "==", ">=", ">"), "malformed: an operator of another kind")
    return (rhs, op.replace(">", "<"), lhs) if op in (">", ">=") else (lhs, op, rhs)
def at_depth(tree: Json, depth: int) -> Json:  # With a number in place of the depth
    if not isinstance(tree, list):
        return tree
    return ["rational", str(depth)] if tree == ["word", "L"] else [at_depth(x, depth) for x in tree]
def gap(relation: Json) -> Terms:  # The larger side less the smaller one
    lhs, _, rhs = upward(relation)
    return terms_plus(expanded(rhs), terms_times(expanded(lhs), {frozenset(): -ONE}))
def follows(wanted: Json, given: Json) -> bool:
    """Whether one comparison is a positive multiple of another one, with something that is positive added or not."""
    (_, op, _), (_, strong, _) = upward(wanted), upward(given)
    large, small = gap(wanted), gap(given)
    lead = next((key for key in small if key), None)
    if lead is None or op == "==" or (strong == "==" and wanted != given):
        return bool(wanted == given)
    scale = large.get(lead, ZERO) / small[lead]
    extra = terms_plus(large, terms_times(small, {frozenset(): -scale}))
    more = extra.get(frozenset(), ZERO)
    return scale > 0 and set(extra) <= {frozenset()} and (more > 0 or (more == 0 and (op == "<=" or strong == "<")))

def is_met(wanted: Json, given: list[Json]) -> bool:
    """Whether a hypothesis is among those given, or a bound by a number follows from one of them."""
    return wanted in given or ("op" in wanted and any("op" in one and follows(wanted, one) for one in given))
def words_in(tree: Json) -> set[Atom]:
    if not isinstance(tree, list):
        return set()
    return {("word", tree[1])} if tree[:1] == ["word"] else {word for x in tree for word in words_in(x)}
def positive_in(tree: Json, nonnegative: set[Atom]) -> set[Atom]:
    """Return what is positive because the number that a tree stands for is."""
    if tree[0] == "word" or (tree[0] == "pow" and words_in(tree[1]) <= nonnegative and tree[1][0] == "word"):
        return words_in(tree[:2])
    found = monomial_of(tree) if tree[0] == "add" else {}
    return {atom for atom in found if atom[0] == "sum" and all(x == atom or x[0] == "prime" for x in found)}

Depths = namedtuple("Depths", "least alone")  # All whole depths from the least one on, or the least one alone
def sign_of_sum(atom: Atom, sign_at: Callable[[Atom], str], depths: Depths) -> str:
    """Return the sign of a sum: its terms are polynomials in the depth less the least one, times what has a sign."""
    depth, groups = ("word", "L"), dict[Any, dict[int, Fraction]]()
    low = min((x for key, _ in atom[1] if (x := as_constant(dict(key).get(depth, NOTHING))) is not None), default=ZERO)
    for key, coefficient in atom[1]:
        power_of = as_constant(dict(key).get(depth, NOTHING))
        if power_of is None or (power_of - low).denominator != 1 or power_of - low > 20:
            return "real"
        rest = tuple((x, exponent) for x, exponent in key if x != depth)
        groups.setdefault(rest, {})[int(power_of - low)] = coefficient
    found = set()
    for rest, coefficients in groups.items():
        f, signs = poly(coefficients.get(n, ZERO) for n in range(max(coefficients) + 1)), {sign_at(x) for x, _ in rest}
        shifted: Poly = ()
        for x in reversed(f):  # Horner's scheme in the depth less the least one
            shifted = poly_plus(poly_times(shifted, (Fraction(depths.least), ONE)), (x,))
        ahead = (poly_at(f, depths.least),) if depths.alone else shifted
        if not signs <= {"positive", "nonnegative"} or any(x < 0 for x in ahead):
            return "real"
        found.add("positive" if ahead and ahead[0] > 0 and signs <= {"positive"} else "nonnegative")
    return "positive" if "positive" in found else "nonnegative"

def exponent_in(pair: Json) -> Ratio:
    top, bottom = (poly(number(x) for x in part) for part in pair)
    return ratio(top, bottom)
def size_at_least_one(base: Json) -> tuple[Monomial, bool]:
    """Return a product of powers of whole numbers as a monomial, and whether it exceeds 1. It is no less than 1."""
    n, product_of = lcm(*(number(x).denominator for _, x in base)), ONE
    for p, x in base:
        require(whole(number(p)) > 1 and abs(number(x) * n) < 1000, "malformed: a product of powers of numbers")
        product_of *= number(p) ** int(number(x) * n)
    require(product_of >= 1, "a number is called at least one that is less")
    return reduce(joined, (joined({}, primes(number(p)), constant(number(x))) for p, x in base), {}), product_of > 1

def proved_case(conclusion: Json, case: Json, given: list[Json], words: dict[str, str]) -> list[Json]:
    """Check that the larger side of a conclusion is the smaller one times powers of facts; return the facts."""
    depths, used, strict = Depths(case["least"], case["alone"]), list[Json](), False
    depth = [{"lhs": ["word", "L"], "op": ">=", "rhs": ["rational", str(depths.least)]},
             *([{"lhs": ["word", "L"], "op": "==", "rhs": ["rational", str(depths.least)]}] if depths.alone else [])]
    total, pieces, named, known = dict[Atom, Ratio](), list[Monomial](), set[Atom](), {("word", "L"), ("word", "d")}
    nonnegative = {("word", name) for name, sign in words.items() if sign in ("positive", "nonnegative")}
    known |= {("word", name) for name, sign in words.items() if sign == "positive"}
    for one in (x for x in given if x.get("op") in ("<", ">")):
        lhs, _, rhs = upward(one)
        apart = from_terms(gap(one))
        known |= positive_in(rhs, nonnegative) if lhs == ["rational", "0"] else {
            x for x in apart if x[0] == "sum" and all(y == x or y[0] == "prime" for y in apart)}
    def placed(relation: Json) -> tuple[Json, str, Json]:
        lhs, op, rhs = upward(relation)
        return (at_depth(lhs, depths.least), op, at_depth(rhs, depths.least)) if depths.alone else (lhs, op, rhs)
    goal = placed(conclusion)
    for fact in case["facts"]:
        lhs, op, rhs = placed(fact["statement"])
        if fact["from"] == "number":
            bounds = {"L": depths.least, "d": 1}
            require(op == "<=" and rhs[0] == "word" and rhs[1] in bounds and lhs[0] == "rational"
                    and number(lhs[1]) <= bounds[rhs[1]], "a bound by a number is none")
        else:
            used.append(fact)
            checkable(all(is_met(one, [*given, *depth]) for one in fact["given"]),
                      f"what {fact['from']} supposes is not among the hypotheses")
        if "as" in fact:
            require(follows(fact["as"], fact["statement"]), "a fact is used in a form that does not follow from it")
            lhs, op, rhs = placed(fact["as"])
        named |= words_in(lhs) | words_in(rhs)
        if lhs[0] == "rational" and number(lhs[1]) > 0 and op != "==":
            known |= positive_in(rhs, nonnegative)
        if lhs == ["rational", "0"]:
            require(op == "<", "a number is called positive that may be zero")
            known |= positive_in(rhs, nonnegative)
            continue
        x = exponent_in(fact["power"])
        sign = sign_of(x, *depths)
        require(op == "==" or sign is not None, "a fact has a power that is negative at some depth")
        strict = strict or (op == "<" and sign == "positive")
        pieces += [monomial_of(lhs), monomial_of(rhs)]
        total = joined(joined(total, pieces[-1], x), pieces[-2], ratio_times(constant(-1), x))
    for base, pair in case["numbers"]:
        (factor, exceeds), x = size_at_least_one(base), exponent_in(pair)
        sign = sign_of(x, *depths)
        require(sign is not None, "a number has a power that is negative at some depth")
        strict, total = strict or (exceeds and sign == "positive"), joined(total, factor, x)
    smaller, larger = monomial_of(goal[0]), monomial_of(goal[2])
    require(joined(larger, smaller, constant(-1)) == total, "the facts do not multiply to the conclusion")
    require(goal[1] == "<=" or strict, "the conclusion is strict, and no fact is")
    named |= words_in(goal[0]) | words_in(goal[2])
    checkable(named <= nonnegative | known, "a word may be negative")
    def sign_at(atom: Atom) -> str:
        if atom[0] == "prime" or atom in known:
            return "positive"
        return sign_of_sum(atom, sign_at, depths) if atom[0] == "sum" else "nonnegative"
    for atom in {atom for monomial in (*pieces, smaller, larger) for atom in monomial}:
        # Where a word is zero, so is the smaller side, and the larger one is no less
        vanishes = atom[0] == "word" and goal[1] == "<=" and sign_of(
            smaller.get(atom, NOTHING), *depths) == "positive" and sign_of(larger.get(atom, NOTHING), *depths)
        checkable(bool(vanishes) or sign_at(atom) == "positive",
                  f"{atom[1] if atom[0] == 'word' else 'a sum'} may not be positive")
    return used
def proof(data: Json) -> str:
    """Return what the combination of facts in a certificate proves. Raises Rejected, Undecided."""
    statement, words = data["statement"], data["words"]
    given, used = statement["given"] + data["existing"], list[Json]()
    wanted = ["<=", ">="] if statement["op"] == "==" else [statement["op"]]
    require([part["op"] for part in data["proof"]] == wanted, "the parts of the proof are not those of the conclusion")
    least, last = 1, False
    for one in (x for x in given if x.get("lhs") == ["word", "L"] and x["rhs"][0] == "rational"):
        if one["op"] in (">=", "=="):
            least, last = max(least, whole(number(one["rhs"][1]))), last or one["op"] == "=="
    for part in data["proof"]:
        following = least
        for case in part["cases"]:
            types = type(case["least"]), type(case["alone"])
            require(types == (int, bool) and case["least"] == following < 1000, "the cases are not those of all depths")
            following += 1
            conclusion = {"lhs": statement["lhs"], "op": part["op"], "rhs": statement["rhs"]}
            used += [fact for fact in proved_case(conclusion, case, given, words) if fact not in used]
        ends = part["cases"][-1]["alone"]
        require(all(case["alone"] for case in part["cases"][:-1]) and (last or not ends), "a depth has no case")
    weights = " and that there are such weights" if data["existing"] else ""
    return f"given {len(used)} facts{weights}, proved: {data['id']}"

def digest(data: Json) -> str:  # SHA-256 of JSON with sorted keys and no white space
    return hashlib.sha256(json.dumps(data, sort_keys=True, separators=(",", ":")).encode()).hexdigest()
def read(file: Path) -> Json:
    """Return the data of a file that has one meaning only: readers differ on two equal keys, and on decimals."""
    def unique(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
        require(len(dict(pairs)) == len(pairs), "a key stands there twice")
        return dict(pairs)
    def refuse(text: str) -> None:
        raise Rejected(f"the number {text[:20]} is none of the format")
    return json.loads(file.read_text("utf-8"), object_pairs_hook=unique, parse_float=refuse, parse_constant=refuse)

def check(data: Json) -> str:
    """Return what a certificate proves, in a sentence. Raises Rejected, Undecided."""
    try:
        context.work = WORK
        statement, rest = data["statement"], {k: x for k, x in data.items() if k != "digest"}
        said = [type(data["format"]), *(data[k] for k in ("format", "digest", "hash")), data["id"].isprintable()]
        require(said == [int, FORMAT, digest(rest), digest(statement), True],
                "the format, the digest or the hash of the statement is another, or the id is not printable")
        if data.get("kind") == "proof":
            return proof(data)
        for context.bits, context.exact in PRECISIONS:
            try:
                s = scope(data)
                for hypothesis in statement["given"]:
                    require(holds(hypothesis, s), f"the hypothesis {hypothesis['name']!r} does not hold")
                answer = "held" if holds(statement, s) else "refuted"
                require(data["verdict"] == answer, f"the statement is not {data['verdict']} there")
                return "given the enclosure, " * bool(s.kind) + f"{data['verdict']}: {data['id']}"
            except Undecided as error:
                reason = error
        raise Undecided(f"{reason} at {context.bits} bits")
    except MemoryError:
        raise Undecided("it takes more memory than there is") from None
    except (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError) as error:
        raise Rejected(f"it is malformed, or not defined there ({type(error).__name__}: {error})") from None

def main(arguments: list[str]) -> int:
    """Print an answer a file. Return 0: all are accepted, 1: one is rejected, 2: there is none, 3: one is undecided."""
    paths, codes = [Path(name) for name in arguments], []
    for file in sorted(file for path in paths for file in (path.glob("*.json") if path.is_dir() else [path])):
        try:
            code, text = 0, f"accepted, {check(read(file))}"
        except (OSError, RecursionError, Rejected, Undecided, ValueError) as error:
            code, text = (3, f"undecided, {error}") if isinstance(error, Undecided) else (1, f"rejected, {error}")
        print(f"{file.name}: {text}".encode("ascii", "backslashreplace").decode())
        codes.append(code)
    print(f"{len(codes)} certificates, {codes.count(0)} accepted")
    return min((code for code in codes if code), default=0) if codes else 2
if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
