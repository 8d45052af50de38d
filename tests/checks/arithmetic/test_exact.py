"""Exact numbers, against SymPy's algebraic numbers and mpmath at 60 digits."""

from __future__ import annotations

from fractions import Fraction

import mpmath as mp
import numpy as np
import pytest
import sympy as sp
from flint import arb, ctx, fmpq, fmpq_poly, fmpz
from hypothesis import assume, given
from hypothesis import strategies as st

from flatcert.checks.arithmetic.exact import LONG, Exact, Undecidable, exact, integer_root, rational_power, top_root
from flatcert.checks.arithmetic.exact_ring import ExactRing
from flatcert.checks.arithmetic.rings import BallRing
from flatcert.numeric.linalg.rational import charpoly, rational_array

small = st.builds(fmpq, st.integers(1, 60), st.integers(1, 12))
signed = st.builds(fmpq, st.integers(-60, 60), st.integers(1, 12))
exponents = st.builds(Fraction, st.integers(-6, 6), st.integers(1, 5))
radicals = st.builds(lambda q, e: exact(q) ** e, small, exponents)
X = sp.Symbol("x")


def in_sympy(q: fmpq) -> sp.Rational:
    return sp.Rational(int(q.p), int(q.q))


def encloses(number: Exact, value: sp.Expr) -> bool:
    """Whether the number's ball is narrow and within 1e-55 of SymPy's value at 60 digits."""
    with ctx.workprec(300):
        ball, other = number.ball(200), arb(str(sp.N(value, 60)))
        return bool(abs(ball - other) <= (1 + abs(other)) / 10**55) and ball.rel_accuracy_bits() > 150


@st.composite
def symmetric(draw: st.DrawFn) -> np.ndarray:
    """Small integer symmetric matrices: rational, irrational and repeated eigenvalues."""
    d = draw(st.integers(1, 4))
    upper = np.array(draw(st.lists(st.integers(-3, 3), min_size=d * d, max_size=d * d))).reshape(d, d)
    return np.triu(upper) + np.triu(upper, 1).T


@given(small, exponents, small, exponents)
def test_radicals_compare_as_in_sympy(q: fmpq, e: Fraction, r: fmpq, f: Fraction) -> None:
    """SymPy factors into primes, so equal radicals have one form; mpmath orders the others."""
    left = in_sympy(q) ** sp.Rational(e.numerator, e.denominator)
    right = in_sympy(r) ** sp.Rational(f.numerator, f.denominator)
    with mp.workdps(60):
        gap = mp.mpf(sp.N(left, 60)) - mp.mpf(sp.N(right, 60))
        expected = 0 if left == right else int(mp.sign(gap))
        assert left == right or abs(gap) > mp.mpf(10) ** -50
    assert (exact(q) ** e).compare(exact(r) ** f) == expected


@given(small, st.integers(1, 6), st.integers(1, 6), st.integers(1, 6))
def test_ties_of_differently_written_radicals(q: fmpq, m: int, n: int, k: int) -> None:
    """``(q^k)^(m/(k n)) = q^(m/n)``: a rational power taken first, or not at all."""
    left = exact(q**k) ** Fraction(m, k * n)
    right = exact(q) ** Fraction(m, n)
    assert left.compare(right) == 0
    assert left.compare(right * exact(fmpq(10**40 + 1, 10**40))) == -1
    assert left.compare(right * exact(fmpq(10**40 - 1, 10**40))) == 1


@given(radicals, exponents, exponents)
def test_laws_of_powers(x: Exact, e: Fraction, f: Fraction) -> None:
    """Two ways to the same number, which meet only if every power is exact."""
    assert (x**e * x**f).compare(x ** (e + f)) == 0
    assert ((x**e) ** f).compare(x ** (e * f)) == 0
    assert (x**e * x**-e).rational() == 1


@given(radicals, radicals, radicals, exponents)
def test_laws_of_products_and_order(x: Exact, y: Exact, z: Exact, e: Fraction) -> None:
    """Commutative, associative, antisymmetric; multiplying by a positive number keeps the order."""
    assert (x * y).compare(y * x) == (x * (y * z)).compare((x * y) * z) == 0
    assert ((x * y) ** e).compare(x**e * y**e) == 0
    assert x.compare(y) == -y.compare(x) == (x * z).compare(y * z) == (-y).compare(-x)


@given(radicals, signed, signed, signed)
def test_commensurable_sums_distribute(x: Exact, p: fmpq, q: fmpq, r: fmpq) -> None:
    """``p x + q x + r x`` by additions of radicals, and by one sum of rationals."""
    total = x * p + x * q + r * x
    assert total.compare(x * exact(p + q + r)) == 0


@given(symmetric())
def test_top_root_is_sympys_largest_root(matrix: np.ndarray) -> None:
    """SymPy isolates the roots of its own characteristic polynomial."""
    number = top_root(charpoly(rational_array(matrix)))
    largest = sp.Poly(sp.Matrix(matrix).charpoly(X).as_expr(), X).real_roots()[-1]
    assert encloses(number, largest) if largest != 0 else number.sign == 0
    assert (number.root is None and number.order == 1) == bool(largest.is_rational)


@given(symmetric(), symmetric())
def test_top_roots_tie_across_polynomials(matrix: np.ndarray, other: np.ndarray) -> None:
    """The larger of two spectra is that of the block-diagonal matrix, another polynomial."""
    f, g = charpoly(rational_array(matrix)), charpoly(rational_array(other))
    left, right = top_root(f), top_root(g)
    top = left if left.compare(right) >= 0 else right
    assert top_root(f * g).compare(top) == 0
    # det(x - cA) = c^d f(x/c): the scaled matrix against the scaled number
    assert top_root(charpoly(rational_array(6 * matrix))).compare(6 * left) == 0


@given(symmetric(), symmetric())
def test_top_roots_compare_as_in_sympy(matrix: np.ndarray, other: np.ndarray) -> None:
    """SymPy's algebraic numbers are compared by its own root isolation."""
    left, right = (top_root(charpoly(rational_array(m))) for m in (matrix, other))
    x, y = (sp.Poly(sp.Matrix(m).charpoly(X).as_expr(), X).real_roots()[-1] for m in (matrix, other))
    gap = sp.N(x - y, 60, maxn=200, chop=sp.Rational(1, 10**55))
    assert left.compare(right) == sp.sign(gap)


def test_a_root_and_a_radical_tie() -> None:
    """``sqrt(2)`` as a root and as a radical; the golden ratio ``phi`` below ``phi^2 = 1 + phi``."""
    root2 = top_root(fmpq_poly([-2, 0, 1]))
    assert root2 == exact(2) ** Fraction(1, 2)  # one form, too
    assert root2.compare(exact(2) ** Fraction(1, 2)) == 0
    assert root2.compare(exact(fmpq(577, 408))) == -1
    phi = top_root(charpoly(rational_array([[1, 1], [1, 0]])))
    assert top_root(charpoly(rational_array([[2, 1], [1, 1]]))).compare(phi * 1) == 1
    assert top_root(fmpq_poly([-2, 0, 1]) * fmpq_poly([-3, 1])).compare(exact(3)) == 0


@pytest.mark.parametrize("digits", [60, 200, 1000, 5000])
def test_a_smaller_common_root_is_no_tie(digits: int) -> None:
    """Both have the roots of ``x^2 - 2``, but top roots near ``sqrt 5`` that differ by ``10^-digits``."""
    shared, near = fmpq_poly([-2, 0, 1]), fmpq(1, 10**digits)
    left, right = (top_root(shared * fmpq_poly([-5 - gap, 0, 1])) for gap in (fmpq(0), near))
    try:
        assert left.compare(right) == -right.compare(left) == -1
    except Undecidable:
        assert digits == 5000  # too close for any precision that is tried


@pytest.mark.parametrize("digits", [60, 200])
def test_a_common_root_just_below_the_top_is_no_tie(digits: int) -> None:
    """One polynomial has a larger root ``10^-digits`` above the shared one: only precision tells."""
    shared = fmpq_poly([-2, 0, 1])
    above = top_root(shared * fmpq_poly([fmpq(-2) - fmpq(1, 10**digits), 0, 1]))
    assert above.compare(top_root(shared)) == 1
    assert top_root(shared).compare(above) == -1


@given(st.integers(0, 10**12), st.integers(1, 9))
def test_integer_root(n: int, order: int) -> None:
    """``n^order`` has the root ``n``; SymPy's ``integer_nthroot`` says which others have one."""
    assert integer_root(fmpz(n) ** order, order) == n
    root, is_exact = sp.integer_nthroot(n, order)
    assert integer_root(fmpz(n), order) == (root if is_exact else None)


@given(st.integers(2, 12), st.integers(-1, 1))
def test_integers_of_many_bits_are_powers_where_their_roots_are(order: int, more: int) -> None:
    """Remainders exclude most of them; what is a power is never excluded."""
    root = fmpz(3) ** (3 * LONG // order) + 2
    assert integer_root(root**order + more, order) == (None if more else root)


@pytest.mark.parametrize(
    "make",
    [
        lambda: exact(2) ** Fraction(1, 7) + exact(3) ** Fraction(1, 13),
        lambda: top_root(fmpq_poly([-1, -1, *[0] * 8, 1])) * top_root(fmpq_poly([-3, -1, *[0] * 8, 1])),
        lambda: top_root(fmpq_poly([-1, -1, *[0] * 80, 1])) + exact(1),
        lambda: (exact(2) ** Fraction(1, 2)).rational(),
        lambda: rational_power(fmpq(3), 10**8),
    ],
    ids=["sum of high radicals", "product of high roots", "high root plus one", "irrational", "huge"],
)
def test_what_is_out_of_reach_is_refused(make: object) -> None:
    with pytest.raises(Undecidable):
        make()  # type: ignore[operator]


@pytest.mark.parametrize("negative", [exact(-2), -top_root(fmpq_poly([-2, 0, 1]))], ids=["rational", "root"])
@pytest.mark.parametrize("exponent", [Fraction(1, 2), Fraction(-3, 4), Fraction(1, 3)])
def test_a_root_of_a_negative_number_is_not_defined(negative: Exact, exponent: Fraction) -> None:
    """It is no real number, as a quotient by zero is none; balls say the same where they see the sign."""
    with pytest.raises(ZeroDivisionError):
        negative**exponent
    with pytest.raises(ZeroDivisionError):
        BallRing(64).power(negative.ball(64), exponent)


@pytest.mark.parametrize("value", [exact(0), exact(-1)])
def test_a_logarithm_of_a_number_that_is_not_positive_is_not_defined(value: Exact) -> None:
    with pytest.raises(ZeroDivisionError):
        ExactRing().log(value)
    with pytest.raises(ZeroDivisionError):
        BallRing(64).log(value.ball(64))


def test_zero() -> None:
    zero = exact(0)
    assert (zero + exact(5)).rational() == 5
    assert (zero * exact(5)).compare(zero) == 0
    assert (zero ** Fraction(1, 3)).sign == 0
    assert (zero**0).rational() == 1  # 0^0 = 1 at L = 1
    with pytest.raises(ZeroDivisionError):
        zero**-1


@given(radicals, radicals)
def test_balls_contain_the_number(x: Exact, y: Exact) -> None:
    """Arb's enclosures and the integer comparison may never contradict each other."""
    assume(x.compare(y) != 0)
    if x.ball(256) < y.ball(256):
        assert x.compare(y) == -1
    else:
        assert x.ball(256) > y.ball(256)
        assert x.compare(y) == 1
