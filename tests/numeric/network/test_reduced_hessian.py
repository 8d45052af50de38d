"""The reduced Hessian against the dense one: exact characteristic polynomials, floats, 50 digits; wide layers."""

from __future__ import annotations

import mpmath
import numpy as np
import pytest
from flint import arb, ctx, fmpq
from hypothesis import given, settings
from hypothesis import strategies as st
from numeric_instances import integers, networks, random_network, relative_radius

from flatcert.numeric.linalg.eigenvalues import top_eigenvalue
from flatcert.numeric.linalg.rational import charpoly, rational, rational_array
from flatcert.numeric.linalg.scalars import convert_array, to_mpf
from flatcert.numeric.network.enclosed_sharpness import BALL_LIMIT, enclosed_sharpness, enclosure_cost
from flatcert.numeric.network.hessian import hessian
from flatcert.numeric.network.narrowing import narrowed
from flatcert.numeric.network.network import DeepLinearNetwork
from flatcert.numeric.network.problem import RegressionProblem
from flatcert.numeric.network.reduced_hessian import ReducedHessian
from flatcert.numeric.network.sharpness import sharpness


@st.composite
def instances(draw, max_depth=4, max_width=3):
    """Any weights, some layers zero, any covariance: layers with ``q_k = 0`` or ``h_{k−1} = 0`` are among them."""
    network = draw(networks(max_depth, max_width))
    kept = draw(st.lists(st.booleans() | st.just(True), min_size=network.depth, max_size=network.depth))
    weights = [weight * fmpq(int(keep)) for weight, keep in zip(network.weights, kept, strict=True)]
    readout = network.readout if network.has_readout else None
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    factor = integers(rng, network.dimension, draw(st.integers(1, network.dimension)))
    return RegressionProblem(factor @ factor.T, integers(rng, network.dimension)), DeepLinearNetwork(weights, readout)


@settings(max_examples=60)
@given(instances())
def test_it_has_the_exact_characteristic_polynomial_but_for_zeros(instance):
    problem, network = instance
    exact = charpoly(hessian(problem, network)).coeffs()
    with ctx.workprec(300):
        reduced = ReducedHessian(problem, network)
        matrix = reduced.matrix()
        found = matrix.charpoly().coeffs() if reduced.size else [arb(1)]
        zeros = network.weight_count - reduced.size
        assert zeros >= 0 and reduced.has_kernel == (zeros > 0)
        assert all(x == 0 for x in exact[:zeros])
        assert all(ball.contains(arb(x)) for ball, x in zip(found, exact[zeros:], strict=True))
    assert max(float(ball.rad()) for ball in found) < 1e-30 * max(1.0, *(abs(float(x)) for x in exact))
    rounded = reduced.rounded()
    assert np.allclose(rounded.matrix, np.reshape([float(x) for x in matrix.entries()], rounded.matrix.shape))


@settings(max_examples=30)
@given(instances())
def test_the_enclosure_is_that_of_the_dense_hessian(instance):
    problem, network = instance
    found = enclosed_sharpness(problem, network)
    dense = top_eigenvalue(hessian(problem, network))
    assert found.overlaps(dense)
    assert found.is_zero() or float(found.rad()) <= 2.0**-100 * (1 + float(abs(dense).upper()))


@settings(max_examples=10)
@given(networks(max_depth=4, max_width=3), st.integers(-40, 40))
def test_fifty_digits_at_ill_conditioned_weights(network, exponent):
    """Layers that differ by 24 decimal orders, an ill-conditioned covariance."""
    weights = [w * fmpq(2) ** (exponent * (-1) ** k) for k, w in enumerate(network.weights)]
    network = DeepLinearNetwork(weights, network.readout if network.has_readout else None)
    d = network.dimension
    covariance = np.diag([fmpq(10) ** -(5 * i) for i in range(d)]) + rational_array(np.zeros((d, d), dtype=int))
    problem = RegressionProblem(covariance, rational_array(np.ones(d, dtype=int)))
    with mpmath.workdps(120):
        dense = convert_array(hessian(problem, network), to_mpf)
        values = mpmath.eigsy(mpmath.matrix(dense.tolist()), eigvals_only=True)
        low, high = bounds(enclosed_sharpness(problem, network))
        slack = mpmath.mpf("1e-50") * max(abs(x) for x in values)
        assert low - slack <= max(values) <= high + slack
        assert high - low <= mpmath.mpf("1e-28") * max(abs(x) for x in values)


def bounds(ball):
    with ctx.workprec(400):
        return to_mpf(ball.lower()), to_mpf(ball.upper())


def wide(widths, seed, scale=4):
    rng = np.random.default_rng(seed)
    network = random_network(rng, widths, readout=False)
    return DeepLinearNetwork([w / scale for w in network.weights]), rng


@pytest.mark.parametrize("widths", [(2, 40, 40, 1), (3, 30, 30, 30, 1)])
def test_beyond_the_limit_of_balls_floats_are_proved(widths):
    network, rng = wide(widths, 0)
    problem = RegressionProblem(rational_array(np.eye(widths[0], dtype=int)), integers(rng, widths[0]))
    assert enclosure_cost(network.widths).size > BALL_LIMIT or widths[1] == 40
    found = enclosed_sharpness(problem, network)
    value = sharpness(problem.astype(float), network.astype(float), minimizer=False).value
    assert abs(float(found.mid()) - value) <= 1e-9 * value
    assert relative_radius(found) <= 1e-9
    with ctx.workprec(128):
        reduced = ReducedHessian(problem, network)
        rounded = reduced.rounded()
        assert rounded.error < 1e-12 * value
    assert abs(np.linalg.eigvalsh(rounded.matrix)[-1] - value) <= 1e-11 * value


@pytest.mark.parametrize("scale", [1e-100, 1e100, 1e308])
def test_far_from_one(scale):
    """Entries of the Hessian beyond float64 are scaled, in the float path too."""
    network = wide((2, 50, 50, 1), 3)[0]
    factor = fmpq(*scale.as_integer_ratio())
    problem = RegressionProblem(rational_array(np.eye(2, dtype=int)), rational_array([0, 0]))
    assert enclosure_cost(network.widths).size > BALL_LIMIT
    one = enclosed_sharpness(problem, network)
    other = enclosed_sharpness(problem, DeepLinearNetwork([w * factor for w in network.weights]))
    with ctx.workprec(128):
        assert (other / (one * arb(factor) ** 4)).overlaps(arb(1)) and relative_radius(other) < 1e-8


@pytest.mark.parametrize("widths, narrow", [((2, 9, 1), (2, 4, 1)), ((1, 6, 2, 7, 1), (1, 4, 2, 4, 1))])
@pytest.mark.parametrize("kind", ["any", "dependent", "idle", "minimizer", "zero"])
def test_narrowing_keeps_the_eigenvalues(widths, narrow, kind):
    network, rng = wide(widths, 7)
    weights = list(network.weights)
    if kind == "dependent":  # the Gram matrix is singular: balls prove nothing, rationals do
        weights[1] = weights[0].T[:1] if widths[2] == 1 else np.vstack([weights[0].T, 2 * weights[0].T])
    if kind == "idle":
        weights[0][0], weights[1][:, 0] = fmpq(0), fmpq(0)
    if kind == "zero":
        weights = [w * fmpq(0) for w in weights]
    network = DeepLinearNetwork(weights)
    regressor = network.regressor() if kind == "minimizer" else integers(rng, widths[0]) + 5
    problem = RegressionProblem(rational_array(np.eye(widths[0], dtype=int)), regressor)
    image = narrowed(network)
    assert all(a <= b for a, b in zip(image.widths, narrow, strict=True))
    dense = np.linalg.eigvalsh(hessian(problem, network).astype(float))
    small = np.linalg.eigvalsh(hessian(problem.astype(float), image.astype(float)))
    scale = abs(dense).max()
    assert all(abs(dense - x).min() <= 1e-13 * scale for x in small)
    assert all(abs(small - x).min() <= 1e-13 * scale for x in dense)
    assert abs(float(enclosed_sharpness(problem, network).mid()) - dense[-1]) <= 1e-13 * scale


def test_one_wide_layer_takes_a_small_eigenproblem():
    """2-3000-1: against Lanczos on Hessian-vector products."""
    network = wide((2, 3000, 1), 5, scale=64)[0]
    problem = RegressionProblem(rational_array([[2, 1], [1, 3]]), rational_array([1, -4]))
    found = sharpness(problem, network)
    assert relative_radius(found.value) < 2.0**-100
    value = sharpness(problem.astype(float), network.astype(float)).value
    assert float(found.value.mid()) == pytest.approx(value, rel=1e-9)


def test_too_large_is_refused_before_it_starts():
    rows = [np.full(shape, fmpq(0), dtype=object) for shape in ((500, 2), *[(500, 500)] * 11, (1, 500))]
    problem = RegressionProblem(rational_array(np.eye(2, dtype=int)), rational_array([1, 1]))
    with pytest.raises(ValueError, match=r"eigenproblem of size \d+, about .* minutes"):
        sharpness(problem, DeepLinearNetwork(rows), minimizer=False)


def as_balls(array, radius=0.0):
    return convert_array(np.asarray(array, dtype=float), lambda x: arb(x, radius))


@pytest.mark.parametrize("exchanged", [(), (0,), (2,), (0, 1, 2)])
def test_floats_among_balls_are_not_multiplied_in_float64(exchanged):
    """Float layers beside ball layers, a float read-out, a float problem: all are exact dyadic rationals."""
    rng = np.random.default_rng(0)
    weights, readout = [rng.standard_normal(shape) for shape in ((3, 2), (3, 3), (2, 3))], rng.standard_normal(2)
    problem = RegressionProblem.from_covariance(np.eye(2), rng.standard_normal(2))
    exact = DeepLinearNetwork([rational_array(w) for w in weights], rational_array(readout))
    mixed = [as_balls(w) if k in exchanged else w for k, w in enumerate(weights)]
    found = enclosed_sharpness(problem, DeepLinearNetwork(mixed, readout))
    assert found.overlaps(enclosed_sharpness(problem.astype(rational), exact)) and relative_radius(found) < 1e-30


@pytest.mark.parametrize("radius", [1e-3, 0.3])
@pytest.mark.parametrize("widths", [(2, 3, 3, 1), (2, 50, 50, 1), (2, 60, 60, 60, 1)])
def test_wide_balls_are_enclosed_or_refused(widths, radius):
    """Balls that leave the length of a vector open: the dense Hessian up to 400 weights, one sentence beyond."""
    network = DeepLinearNetwork([as_balls(w.astype(float), radius) for w in wide(widths, 0)[0].weights])
    problem = RegressionProblem.from_covariance(np.eye(2), [1.0, -2.0])
    middle = network.astype(lambda x: float(x.mid()))
    value = arb(sharpness(problem, middle, minimizer=False).value)
    try:
        found = sharpness(problem, network).value
    except ValueError as error:
        assert network.weight_count > 400 and "balls are too wide" in str(error)
    else:
        assert found.is_finite() and found.contains(value)
