"""Sums, products and roots of irrational numbers: against SymPy's minimal polynomials, and by the laws of a field."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from functools import reduce
from operator import add, mul

import numpy as np
import pytest
import sympy as sp
from flint import arb, ctx, fmpq, fmpq_mat, fmpq_poly
from hypothesis import assume, given
from hypothesis import strategies as st

from flatcert.checks.arithmetic.algebraic import MAX_DEGREE, RealRoot, chosen, ordered_roots
from flatcert.checks.arithmetic.exact import Exact, Undecidable, exact, lifted, of_root, top_root
from flatcert.checks.arithmetic.exact_ring import ExactRing
from flatcert.numeric.linalg.rational import charpoly, rational_array
from flatcert.numeric.linalg.scalars import Array

HALF, THIRD = Fraction(1, 2), Fraction(1, 3)
X = sp.Symbol("x")
OFF = 1 + fmpq(1, 10**40)


def root(value: int | Exact, order: int = 2) -> Exact:
    return lifted(value) ** Fraction(1, order)


@st.composite
def numbers(draw: st.DrawFn, degree: int = 2) -> Exact:
    """Real roots of small polynomials: rationals, radicals and others, of both signs."""
    coefficients = [*draw(st.lists(st.integers(-3, 3), min_size=2, max_size=degree)), 1]
    roots = ordered_roots(fmpq_poly(coefficients))
    assume(roots)
    return of_root(draw(st.sampled_from(roots)))


@st.composite
def symmetric(draw: st.DrawFn, least: int = 2, most: int = 4) -> Array:
    d = draw(st.integers(least, most))
    upper = np.array(draw(st.lists(st.integers(-3, 3), min_size=d * d, max_size=d * d))).reshape(d, d)
    return rational_array(np.triu(upper) + np.triu(upper, 1).T)


def eigenvalues(matrix: Array) -> list[Exact]:
    return [of_root(value) for value in ordered_roots(charpoly(matrix))]


radicals = st.tuples(st.integers(-4, 4), st.integers(1, 6), st.integers(1, 3))


@given(radicals, radicals, st.sampled_from([add, mul]), st.integers(1, 2), st.integers(-1, 1))
def test_sympy_finds_the_same_minimal_polynomial(
    first: tuple[int, int, int], second: tuple[int, int, int], operation: Callable[..., Exact], power: int, shift: int
) -> None:
    """SymPy computes it by resultants of its own, and factors over the integers."""
    ours = operation(*(c * root(q, n) for c, q, n in (first, second))) ** power + shift
    theirs = operation(*(c * sp.root(q, n) for c, q, n in (first, second))) ** power + shift
    expected = sp.Poly(sp.minimal_polynomial(theirs, X), X).monic()
    found = ours.algebraic().polynomial
    assert [sp.Rational(int(c.p), int(c.q)) for c in found.coeffs()] == expected.all_coeffs()[::-1]
    with ctx.workprec(200):
        assert abs(ours.ball(200) - arb(str(sp.N(theirs, 50)))) < 1e-40


@given(numbers(3), numbers(), numbers())
def test_field_laws(x: Exact, y: Exact, z: Exact) -> None:
    """Both sides meet only where every sum and product is the right root of the right polynomial."""
    assert (x + y).compare(y + x) == (x * y).compare(y * x) == 0
    assert ((x + y) + -y).compare(x) == 0
    assert ((x + y) * (x + -y)).compare(x**2 + -(y**2)) == 0
    assert ((x + y) + z).compare(x + (y + z)) == ((x * y) * z).compare(x * (y * z)) == 0
    assert (x * (y + z)).compare(x * y + x * z) == 0
    if y.sign:
        assert ((x * y) * y**-1).compare(x) == 0


@given(numbers(3), numbers(3))
def test_order_is_that_of_the_difference(x: Exact, y: Exact) -> None:
    """A difference is zero, or its polynomial has a positive or a negative root; balls order the two numbers."""
    assert x.compare(y) == (x + -y).sign == -y.compare(x)
    assert (x + y).compare((x + y) * exact(OFF)) == -(x + y).sign


TIES = {
    "sqrt 2 + sqrt 3": lambda: (root(2) + root(3), root(5 + 2 * root(6))),
    "1 + sqrt 2": lambda: (1 + root(2), root(3 + root(8))),
    "cardano": lambda: (root(2 + root(5), 3) + -root(-2 + root(5), 3), exact(1)),
    "ramanujan": lambda: (root(-1 + root(2, 3), 3), root(9, 3) ** -1 * (1 + -root(2, 3) + root(4, 3))),
    "three roots": lambda: (root(2) + root(3) + root(5) + -root(3) + -root(5), root(2)),
    "golden powers": lambda: (top_root(fmpq_poly([-1, -1, 1])) ** 5, 3 + 5 * top_root(fmpq_poly([-1, -1, 1]))),
    "a sum of eigenvalues": lambda: (top_root(fmpq_poly([-1, -1, 0, 1])) + 1, top_root(fmpq_poly([-1, -1, 0, 1])) ** 3),
    "high radicals": lambda: (root(2, 90) * root(3, 90), root(6, 90)),
}


@pytest.mark.parametrize("name", TIES)
def test_ties_are_decided_and_near_ties_are_not_ties(name: str) -> None:
    left, right = TIES[name]()
    assert left.compare(right) == right.compare(left) == 0
    assert left.compare(right * exact(OFF)) == -1
    assert (left * exact(OFF)).compare(right) == 1


@given(symmetric())
def test_eigenvalues_add_up_to_the_trace_and_multiply_to_the_determinant(matrix: Array) -> None:
    """The sum and the product are rational again, found from irrational numbers alone."""
    values = eigenvalues(matrix)
    assert reduce(add, values).rational() == np.trace(matrix)
    assert reduce(mul, values).rational() == fmpq_mat(matrix.tolist()).det()
    assert (reduce(add, values) * exact(OFF)).compare(exact(np.trace(matrix))) == (np.trace(matrix) > 0) - (
        np.trace(matrix) < 0)


def test_five_irrational_eigenvalues_add_up_to_the_trace() -> None:
    """The largest matrix without symmetry of which that is in reach: two and two eigenvalues have degree 10."""
    matrix = rational_array(np.diag([3, 1, 4, 1, 5]) + np.eye(5, k=1) + np.eye(5, k=-1))
    values = eigenvalues(matrix)
    assert all(value.algebraic().degree == 5 for value in values)
    assert reduce(add, values).rational() == 14


@given(numbers(3), st.integers(1, 4))
def test_powers_and_roots_undo_each_other(x: Exact, order: int) -> None:
    assume(x.sign)
    size = abs(x)
    assert (root(size, order) ** order).compare(size) == 0
    assert root((1 + size) ** order, order).compare(1 + size) == 0
    assert ((1 + size) ** -order * (1 + size) ** order).rational() == 1


@given(symmetric(2, 2), symmetric(2, 2), numbers(), numbers())
def test_the_top_eigenvalue_of_an_algebraic_matrix(a: Array, b: Array, x: Exact, y: Exact) -> None:
    """``x A + y B`` of size 2 as a matrix of algebraic degree, and by the quadratic formula on its entries."""
    ring, identity = ExactRing(), rational_array(np.eye(2, dtype=int))
    matrix = ring.add_matrices([ring.scale(x, a), ring.scale(y, b)])
    found = ring.weighted_top(matrix, identity)
    entries = [x * p + y * q for p, q in zip(a.flat, b.flat, strict=True)]
    middle, apart = fmpq(1, 2) * (entries[0] + entries[3]), fmpq(1, 2) * (entries[0] + -entries[3])
    radius = found + -middle
    assert radius.sign >= 0
    assert (radius**2).compare(apart**2 + entries[1] ** 2) == 0
    assert (-ring.weighted_top(-matrix, identity)).compare(middle + -radius) == 0
    for same in (matrix, np.array(entries, dtype=object).reshape(2, 2)):
        try:
            values = [ring.eigenvalue(same, index) for index in (0, -1)]
        except Undecidable as error:  # the entries alone do not show that they are sums over x and y
            assert same is not matrix and "three matrices" in str(error)
        else:
            assert [value.compare(middle + side) for value, side in zip(values, (radius, -radius), strict=True)] == [
                0, 0]


def test_the_middle_eigenvalue_of_an_algebraic_matrix() -> None:
    """The path of three nodes with weights ``2^(1/2)`` and ``3^(1/2)``: eigenvalues ``0, +- 5^(1/2)``."""
    first, second = [[0, 1, 0], [1, 0, 0], [0, 0, 0]], [[0, 0, 0], [0, 0, 1], [0, 1, 0]]
    ring = ExactRing()
    matrix = ring.add_matrices([ring.scale(root(q), rational_array(part)) for q, part in ((2, first), (3, second))])
    values = [ring.eigenvalue(matrix, index) for index in range(3)]
    assert [value.compare(other) for value, other in zip(values, (root(5), exact(0), -root(5)), strict=True)] == [0] * 3


@given(symmetric(2, 3), st.data())
def test_the_coordinates_of_a_unit_eigenvector(matrix: Array, data: st.DataObject) -> None:
    """Each coordinate leaves the field of the eigenvalue; the sum of their squares is 1 all the same."""
    ring, size = ExactRing(), len(matrix)
    start = rational_array(np.array(data.draw(st.lists(st.integers(-3, 3), min_size=size, max_size=size))))
    try:
        unit = ring.top_vector(matrix, start)
    except ZeroDivisionError:
        return
    coordinates = [lifted(ring.dot(unit, axis)) for axis in rational_array(np.eye(size, dtype=int))]
    assert reduce(add, [x**2 for x in coordinates]).compare(exact(1)) == 0
    top = top_root(charpoly(matrix))
    for row, x in zip(matrix, coordinates, strict=True):
        assert lifted(ring.dot(unit, row)).compare(top * x) == 0


def test_an_enclosure_that_touches_two_roots_is_no_proof() -> None:
    """The number may then be either of them."""
    polynomial = fmpq_poly([-2, 0, 1]) * fmpq_poly([-3, 1])
    assert chosen(polynomial, lambda bits: arb(3, 0.1)) == RealRoot(fmpq_poly([-3, 1]), 0)
    assert chosen(polynomial, lambda bits: arb(2, 2 if bits < 1000 else 0.7)) == RealRoot(fmpq_poly([-2, 0, 1]), 1)
    with pytest.raises(Undecidable, match="too close"):
        chosen(polynomial, lambda bits: arb(2, 1))


def test_beyond_the_degree_nothing_is_decided() -> None:
    """The sum of seven square roots is one of them times a number of degree 64; eight square roots double that."""
    primes = (2, 3, 5, 7, 11, 13)
    six = reduce(add, map(root, primes))
    with ctx.workprec(128):
        assert six.ball(128).overlaps(reduce(add, [arb(n).sqrt() for n in primes]))
    assert six.algebraic().degree == 64 < MAX_DEGREE < 128
    with pytest.raises(Undecidable, match=f"a degree above {MAX_DEGREE}"):
        six + root(17) + root(19)


def test_with_very_long_coefficients_nothing_is_decided() -> None:
    """Roots that differ by hundreds of orders of magnitude: one such sum took an hour."""
    far = [ordered_roots(fmpq_poly([-n, 1, 0, fmpq(n) ** power]))[0] for n, power in ((2, 4000), (3, 4000), (5, 4000))]
    with pytest.raises(Undecidable, match="long coefficients"):
        reduce(add, far)
