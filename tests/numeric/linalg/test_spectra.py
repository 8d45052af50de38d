"""Certified eigenvalues: the enclosure contains the truth, and is narrow."""

import mpmath
import numpy as np
import pytest
import sympy
from flint import arb, arb_mat, ctx, fmpq
from hypothesis import given
from hypothesis import strategies as st
from numeric_instances import integers, relative_radius

from flatcert.numeric.linalg.definite import ball_ldl, ball_ldl_positive
from flatcert.numeric.linalg.eigenvalues import (
    ball_matrix,
    eigenvalue_range,
    range_factor,
    top_eigenvalue,
    weighted_top,
)
from flatcert.numeric.linalg.pencil import top_of_pencil
from flatcert.numeric.linalg.rational import rational, rational_array
from flatcert.numeric.linalg.scalars import as_array, convert_array, to_mpf

seeds = st.integers(0, 2**32)


def top_weighted_by(matrix, covariance):
    return weighted_top(as_array(matrix), range_factor(covariance))


@given(st.integers(1, 6), seeds)
def test_top_eigenvalue_of_indefinite_matrices(d, seed):
    half = integers(np.random.default_rng(seed), d, d)
    matrix = half + half.T
    top = top_eigenvalue(matrix)
    values = np.linalg.eigvalsh(matrix.astype(float))
    assert abs(float(top) - values[-1]) <= 1e-13 * np.abs(values).max()
    assert top.rad() <= arb(2) ** -120 * float(np.abs(values).max())


@given(st.integers(1, 5), st.integers(1, 5), seeds)
def test_weighted_eigenvalue_is_that_of_the_other_gram_matrix(d, rank, seed):
    """``Σ = FFᵀ``: the top of ``Σ^{1/2}MΣ^{1/2}`` is that of ``FᵀMF``, a rational matrix."""
    rng = np.random.default_rng(seed)
    factor, other = integers(rng, d, rank), integers(rng, d, d)
    kernel = other @ other.T
    enclosure = top_weighted_by(kernel, factor @ factor.T)
    assert enclosure.overlaps(top_eigenvalue(factor.T @ kernel @ factor))
    assert relative_radius(enclosure) <= 2.0**-120


def test_the_enclosure_contains_the_algebraic_number():
    """The top eigenvalue of ``tridiag(1, 2, 1)`` of size n is ``2 + 2 cos(π/(n+1))``."""
    for n in (2, 3, 8, 30):
        matrix = rational_array(2 * np.eye(n) + np.eye(n, k=1) + np.eye(n, k=-1))
        top = top_eigenvalue(matrix)
        with ctx.workprec(400):
            truth = 2 + 2 * (arb.pi() / (n + 1)).cos()
            assert top.overlaps(truth)
        assert relative_radius(top) <= 2.0**-120


@pytest.mark.parametrize("gap", [0.0, 2.0**-20, 2.0**-45, 2.0**-60, 2.0**-100, 2.0**-127, 2.0**-200])
@pytest.mark.parametrize("seed", range(3))
def test_clustered_top_eigenvalues(gap, seed):
    """Eigenvalues 1 and 1 − gap, turned by an exact rational rotation."""
    rng = np.random.default_rng(seed)
    v = integers(rng, 5) + 1
    reflection = rational_array(np.eye(5)) - np.outer(v, v) * (2 / (v @ v))
    values = rational_array([1, 0, 0.5, 0.25, -2])
    values[1] = 1 - rational(gap)
    for bits in (32, 64, 128):
        top = top_eigenvalue((reflection * values) @ reflection.T, bits)
        with ctx.workprec(200):
            assert top.contains(1)
        assert relative_radius(top) <= 2.0 ** -min(bits - 4, 64)


def test_extreme_scales():
    low, high = eigenvalue_range(rational_array(np.diag([1e-200, 1.0, 1e200])))
    assert float(low) == pytest.approx(1e-200)
    assert float(high) == pytest.approx(1e200)
    assert relative_radius(low) <= 2.0**-100
    top = top_weighted_by(np.diag([1e200, 1.0]), np.diag([1e-200, 1e180]))
    assert float(top) == pytest.approx(1e180)


def test_zero_empty_and_negative_tops():
    assert top_eigenvalue(rational_array(np.zeros((3, 3)))) == 0
    assert top_weighted_by(np.eye(2), np.zeros((2, 2))) == 0
    assert top_eigenvalue(rational_array([[-2, 0], [0, -1]])).contains(-1)
    assert top_eigenvalue(rational_array([[0, 1], [1, 0]])).contains(1)


def test_wide_balls_give_wide_but_right_enclosures():
    wide = arb(1, 0.01)
    top = top_eigenvalue(np.array([[wide, arb(0)], [arb(0), wide]], dtype=object))
    assert top.contains(arb(1.005))
    assert top.contains(arb(0.995))
    assert top.rad() < 0.05


def test_nan_entries_stay_nan():
    matrix = np.array([[arb("nan")]], dtype=object)
    assert top_eigenvalue(matrix).is_nan()
    assert weighted_top(matrix, range_factor([[1]])).is_nan()


@given(st.integers(1, 5), st.integers(1, 5), seeds)
def test_smallest_eigenvalue_of_psd_matrices(d, rank, seed):
    factor = integers(np.random.default_rng(seed), d, rank)
    matrix = factor @ factor.T
    low, high = eigenvalue_range(matrix)
    singular = sympy.Matrix(d, d, [int(x.p) for x in matrix.flat]).rank() < d
    assert (low == 0) == singular
    values = np.linalg.eigvalsh(matrix.astype(float))
    assert float(low) == pytest.approx(values[0], abs=1e-12 * (1 + values[-1]))
    assert float(high) == pytest.approx(values[-1], abs=1e-12)


def test_other_scalars():
    matrix = np.array([[2.0, 1.0], [1.0, 2.0]])
    assert eigenvalue_range(np.stack([matrix, 2 * matrix]))[1] == pytest.approx([3, 6])
    with mpmath.workdps(40):
        low, high = eigenvalue_range(convert_array(matrix, to_mpf))
        assert abs(high - 3) < mpmath.mpf("1e-38")
        assert abs(low - 1) < mpmath.mpf("1e-38")
    with pytest.raises(TypeError, match="not for symbols"):
        top_eigenvalue(np.array([[sympy.Symbol("x")]], dtype=object))


@given(st.integers(1, 40), seeds)
def test_ball_ldl_proves_and_never_overclaims(d, seed):
    rng = np.random.default_rng(seed)
    half = rng.integers(-3, 4, (d, d)).astype(float)
    with ctx.workprec(128):
        gram = ball_matrix(half @ half.T)
        identity = ball_matrix(np.eye(d))
        assert ball_ldl_positive(gram + identity)
        # One direction is pushed below zero.
        spoiled = gram - ball_matrix(np.outer(half[:, 0], half[:, 0]) * 2)
        assert not ball_ldl_positive(spoiled - identity)


def test_ball_ldl_reconstructs():
    with ctx.workprec(128):
        matrix = ball_matrix(np.array([[4.0, 2.0, 0.0], [2.0, 3.0, 1.0], [0.0, 1.0, 5.0]]))
        lower, pivots = ball_ldl(matrix, 100)
        diagonal = arb_mat(3, 3)
        for i, pivot in enumerate(pivots):
            diagonal[i, i] = pivot
        assert (lower * diagonal * lower.transpose()).contains(matrix)
        assert ball_ldl(ball_matrix(np.ones((2, 2))), 100) is None


def test_pencil_with_weights():
    with ctx.workprec(128):
        value, vector = top_of_pencil(arb_mat([[2, 0], [0, 3]]), [arb(1), arb(2)])
        assert value.contains(2)
        assert abs(vector[1, 0]) < 1e-20


def test_rational_enclosures_do_not_depend_on_the_global_precision():
    matrix = np.array([[fmpq(1, 3), fmpq(1, 7)], [fmpq(1, 7), fmpq(2, 3)]], dtype=object)
    with ctx.workprec(10):
        low = top_eigenvalue(matrix)
    assert low.rad() < 1e-30


def test_a_singular_covariance_adds_the_eigenvalue_zero() -> None:
    """``-I`` seen through ``diag(1, 0)`` has the eigenvalues -1 and 0; the range knows only -1."""
    assert top_weighted_by([[-1, 0], [0, -1]], [[1, 0], [0, 0]]) == 0
