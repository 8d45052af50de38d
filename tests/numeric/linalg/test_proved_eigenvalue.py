"""Floats with proved errors against exact definiteness: what is not positive definite is never called so."""

from __future__ import annotations

import numpy as np
import pytest
from flint import arb, arb_mat, ctx
from hypothesis import given, settings
from hypothesis import strategies as st

from flatcert.numeric.linalg.eigenvalues import ball_matrix, top_eigenvalue
from flatcert.numeric.linalg.proved_eigenvalue import proved_least_above, proved_top, proved_top_of_balls
from flatcert.numeric.linalg.rational import is_psd, rational, rational_array


@st.composite
def edges(draw):
    """Symmetric float matrices near the edge of the cone: singular ones, moved by a few units in the last place."""
    size = draw(st.integers(1, 6))
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    factor = rng.integers(-3, 4, size=(size, draw(st.integers(1, size)))) * 2.0 ** draw(st.sampled_from([0, -3, -500]))
    matrix = factor @ factor.T
    matrix = matrix + np.diag(rng.integers(-4, 5, size=size) * draw(st.sampled_from([0.0, 2.0**-52, 5e-324, 2.0**-30])))
    return np.tril(matrix) + np.tril(matrix, -1).T


@settings(max_examples=150)
@given(edges())
def test_the_proof_never_claims_what_exact_arithmetic_denies(matrix):
    """``C + δI ⪰ 0``, decided over the rationals."""
    delta = proved_least_above(matrix)
    if delta is not None:
        shifted = rational_array(matrix)
        for i in range(len(matrix)):
            shifted[i, i] += rational(delta)
        assert is_psd(shifted)


@settings(max_examples=100)
@given(edges(), st.integers(-500, 500))
def test_the_enclosure_contains_the_certified_eigenvalue(matrix, exponent):
    scaled = np.ldexp(matrix, exponent)
    found = proved_top(scaled)
    exact = top_eigenvalue(rational_array(scaled))
    assert found.overlaps(exact)
    assert float(found.rad()) <= 1e-11 * np.abs(scaled).max() + 1e-300
    with ctx.workprec(128):
        assert proved_top_of_balls(ball_matrix(scaled)).value.overlaps(exact)


@pytest.mark.parametrize("entry", [np.nan, np.inf, 1e308, 5e-324])
def test_extreme_entries_prove_nothing_false(entry):
    matrix = np.array([[entry, 0.0], [0.0, -entry]])
    assert proved_least_above(matrix) is None
    found = proved_top(matrix)
    assert found.contains(entry) if np.isfinite(entry) else not found.is_finite()


@pytest.mark.parametrize("size", [80, 200])
def test_clustered_and_indefinite(size):
    """The eigenvalue of largest magnitude is negative, and the top one is hidden in a cluster."""
    rng = np.random.default_rng(size)
    basis = np.linalg.qr(rng.normal(size=(size, size)))[0]
    values = np.full(size, 1.0)
    values[0], values[-1] = -100.0, 1 + 1e-9
    matrix = (basis * values) @ basis.T
    found = proved_top((matrix + matrix.T) / 2)
    assert found.overlaps(arb(1 + 1e-9)) and float(found.rad()) < 1e-9


@settings(max_examples=20)
@given(st.integers(2, 30), st.integers(0, 2**32))
def test_an_indefinite_matrix_is_refused(size, seed):
    """Positive definite but for one direction, by more than the rounding that the bound allows."""
    rng = np.random.default_rng(seed)
    basis = np.linalg.qr(rng.normal(size=(size, size)))[0]
    values = rng.uniform(0.5, 1.0, size=size)
    values[0] = -1e-9
    matrix = (basis * values) @ basis.T
    delta = proved_least_above((matrix + matrix.T) / 2)
    assert delta is None or delta >= 0.99e-9


def test_balls_that_differ_across_the_diagonal():
    """The matrix of ones is in the balls: those below the diagonal are wide, those above exact."""
    matrix = arb_mat(40, 40, [arb(1) if j > i else arb(0, 1) for i in range(40) for j in range(40)])
    assert proved_top_of_balls(matrix).value.contains(40)
