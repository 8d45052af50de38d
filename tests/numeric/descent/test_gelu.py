"""GELU: the compiled function against 40 digits, derivatives and products with the Hessian against autograd."""

from __future__ import annotations

from itertools import pairwise

import autograd.numpy as anp
import mpmath
import numpy as np
import pytest
from autograd import grad, hessian
from autograd.scipy.special import erf
from hypothesis import given
from hypothesis import strategies as st
from numba import njit

from flatcert.numeric.descent.gelu import (
    Samples,
    gelu,
    gelu_gradient,
    gelu_hessian_product,
    gelu_risk,
    gelu_slopes,
)
from flatcert.numeric.descent.gelu_lanes import exp_lanes, gelu_lanes
from flatcert.numeric.descent.lanes import load, store


@njit
def evaluated(x, values, slopes, exponentials):
    for i in range(0, x.size, 8):
        value, slope = gelu_lanes(load(x, i))
        store(values, i, value)
        store(slopes, i, slope)
        store(exponentials, i, exp_lanes(load(x, i)))


def exact(x):
    x = mpmath.mpf(float(x))
    below = mpmath.erfc(-x / mpmath.sqrt(2)) / 2
    return x * below, below + x * mpmath.exp(-x * x / 2) / mpmath.sqrt(2 * mpmath.pi)


def test_the_compiled_function_is_accurate_to_rounding():
    """Relative to ``max(1, |x|)`` on both sides, and relative to the value itself for ``x > −3``."""
    rng = np.random.default_rng(0)
    edges = [0.0, -0.0, 1e-300, -1e-300, 4.0, -4.0, 36.0, -36.0]
    x = np.concatenate([edges, 2 * rng.normal(size=600), rng.uniform(-36, 36, size=392)])
    values, slopes, exponentials = np.empty((3, x.size))
    evaluated(x, values, slopes, exponentials)
    with mpmath.workdps(40):
        for x_i, value, slope, exponential in zip(x, values, slopes, exponentials, strict=True):
            true, true_slope = exact(x_i)
            assert abs(value - true) <= 4e-16 * max(1, abs(x_i))
            assert abs(slope - true_slope) <= 8e-16
            if x_i > -3:
                assert abs(value - true) <= 5e-15 * abs(true)
            assert abs(exponential / mpmath.exp(float(x_i)) - 1) <= 1e-15


def test_far_out_and_no_numbers():
    x = np.array([60.0, -60.0, 1e200, -1e200, np.inf, -np.inf, np.nan, -700.0])
    values, slopes, exponentials = np.empty((3, 8))
    evaluated(x, values, slopes, exponentials)
    assert values[0] == 60 and values[2] == 1e200 and slopes[0] == slopes[2] == 1
    assert abs(values[[1, 7]]).max() < 1e-280
    assert abs(slopes[[1, 7]]).max() < 1e-280
    # A network that has left the range of float64 must not look as if it were back.
    assert not np.isfinite(values[[4, 5, 6]]).any()


def test_numpy_and_compiled_agree():
    x = np.linspace(-8, 8, 800)
    values, slopes, exponentials = np.empty((3, x.size))
    evaluated(x, values, slopes, exponentials)
    np.testing.assert_allclose(gelu(x), values, rtol=1e-13, atol=1e-16)
    np.testing.assert_allclose(gelu_slopes(x)[0], slopes, rtol=1e-12, atol=1e-15)


def drawn(seed, dimension, depth, samples=7):
    rng = np.random.default_rng(seed)
    widths = [dimension, *rng.integers(1, 4, size=depth - 1), 1]
    weights = [rng.normal(size=(upper, lower)) for lower, upper in pairwise(widths)]
    return rng, weights, Samples(rng.normal(size=(samples, dimension)), rng.normal(size=samples))


def flat_risk(weights, samples):
    shapes = [w.shape for w in weights]
    ends = np.cumsum([rows * columns for rows, columns in shapes])

    def risk(flat):
        h = samples.features.T
        for k, (shape, end) in enumerate(zip(shapes, ends, strict=True)):
            h = anp.dot(anp.reshape(flat[end - shape[0] * shape[1] : end], shape), h)
            if k < len(shapes) - 1:
                h = h * (1 + erf(h / np.sqrt(2))) / 2
        return anp.mean((h[0] - samples.target) ** 2)

    return risk


def flat(blocks):
    return np.concatenate([block.ravel() for block in blocks])


@given(seed=st.integers(0, 2**32), dimension=st.integers(1, 3), depth=st.integers(1, 4))
def test_gradient_and_hessian_are_those_of_autograd(seed, dimension, depth):
    rng, weights, samples = drawn(seed, dimension, depth)
    risk = flat_risk(weights, samples)
    assert gelu_risk(weights, samples) == pytest.approx(risk(flat(weights)), rel=1e-12)
    slope = grad(risk)(flat(weights))
    np.testing.assert_allclose(flat(gelu_gradient(weights, samples)), slope, rtol=1e-9, atol=1e-9 * abs(slope).max())
    dense = hessian(risk)(flat(weights))
    direction = [rng.normal(size=w.shape) for w in weights]
    product = dense @ flat(direction)
    np.testing.assert_allclose(flat(gelu_hessian_product(weights, samples, direction)), product, rtol=1e-8,
                               atol=1e-9 * abs(product).max())


def test_a_batch_is_its_members():
    rng = np.random.default_rng(0)
    weights = [rng.normal(size=(5, 3, 2)), rng.normal(size=(5, 1, 3))]
    directions = [rng.normal(size=w.shape) for w in weights]
    samples = Samples(rng.normal(size=(6, 2)), rng.normal(size=6))
    together = gelu_hessian_product(weights, samples, directions)
    for i in range(5):
        alone = gelu_hessian_product([w[i] for w in weights], samples, [x[i] for x in directions])
        for a, b in zip(together, alone, strict=True):
            np.testing.assert_allclose(a[i], b, rtol=1e-12, atol=1e-14)
