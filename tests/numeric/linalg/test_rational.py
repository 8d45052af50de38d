"""Exact linear algebra: defining identities, and SymPy as the other library."""

from decimal import Decimal
from fractions import Fraction

import mpmath
import numpy as np
import pytest
import sympy
from flint import arb, fmpq, fmpz
from hypothesis import given
from hypothesis import strategies as st
from numeric_instances import integers

from flatcert.numeric.linalg.rational import (
    charpoly,
    is_psd,
    ldl,
    minimum_norm_solution,
    project_on_range,
    rank_factor,
    rational,
    rational_array,
    simplest_rational,
)

seeds = st.integers(0, 2**32)
sizes = st.integers(1, 5)


@pytest.mark.parametrize(
    "value",
    [fmpq(-3, 8), -0.375, Fraction(-3, 8), Decimal("-0.375"), "-3/8", "-37.5e-2", mpmath.mpf("-0.375")],
)
def test_every_type_reads_exactly(value):
    assert rational(value) == fmpq(-3, 8)


def test_integers_and_balls_read_exactly():
    assert rational(7) == rational(fmpz(7)) == rational(np.int64(7)) == rational(arb(7)) == 7


@pytest.mark.parametrize(
    "value", [float("nan"), float("inf"), "x", mpmath.inf, mpmath.nan, arb(1) / 3, arb("nan"), arb("inf")]
)
def test_what_is_no_rational_gets_a_sentence(value):
    with pytest.raises(ValueError, match="rational number"):
        rational(value)


@given(sizes, sizes, seeds)
def test_factors_of_any_rank(d, rank, seed):
    factor = integers(np.random.default_rng(seed), d, rank)
    matrix = factor @ factor.T
    lower, pivots = ldl(matrix)
    assert (((lower * pivots) @ lower.T) == matrix).all()
    thin, positive = rank_factor(matrix)
    assert (((thin * positive) @ thin.T) == matrix).all()
    assert thin.shape[1] == sympy.Matrix(d, d, [int(x.p) for x in matrix.flat]).rank()
    assert is_psd(matrix)


@given(sizes, seeds)
def test_definiteness_agrees_with_eigenvalues(d, seed):
    half = np.random.default_rng(seed).integers(-3, 4, (d, d))
    matrix = half + half.T + 4 * np.eye(d, dtype=int)
    smallest = np.linalg.eigvalsh(matrix)[0]
    if abs(smallest) > 1e-9:
        assert is_psd(matrix) == (ldl(matrix) is not None) == (smallest > 0)


@given(sizes, sizes, seeds)
def test_projection_and_minimum_norm_solution(d, rank, seed):
    rng = np.random.default_rng(seed)
    factor, w = integers(rng, d, rank), integers(rng, d)
    matrix = factor @ factor.T
    projection = project_on_range(matrix, w)
    assert (factor.T @ (w - projection) == 0).all()
    assert (project_on_range(matrix, projection) == projection).all()
    # Σ⁺Σ is that very projection.
    assert (minimum_norm_solution(matrix, matrix @ w) == projection).all()


def test_charpoly_against_sympy():
    matrix = np.array([[1, 2, 0], [2, -1, 3], [0, 3, 5]])
    expected = sympy.Matrix(matrix).charpoly().all_coeffs()
    assert [int(c.p) for c in charpoly(matrix).coeffs()] == expected[::-1]


@given(st.fractions(max_denominator=60), st.fractions(max_denominator=60))
def test_simplest_rational_is_the_simplest(x, y):
    low, high = min(x, y), max(x, y)
    best = simplest_rational(low, high)
    found = Fraction(int(best.p), int(best.q))
    assert low <= found <= high
    assert all(-(-low * q // 1) > high * q // 1 for q in range(1, found.denominator))


def test_empty_interval_gets_a_sentence():
    with pytest.raises(ValueError, match="empty"):
        simplest_rational(1, 0)


def test_arrays_of_mixed_numbers():
    assert list(rational_array([0.5, 2, Fraction(1, 3)])) == [fmpq(1, 2), 2, fmpq(1, 3)]
