"""Gradient and Hessian against exact Taylor coefficients and finite differences."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numeric_instances import coefficient, integers, minimizers, moved, networks, random_directions

from flatcert.numeric.network.hessian import gradient, hessian, hessian_operator, hessian_product
from flatcert.numeric.network.network import DeepLinearNetwork
from flatcert.numeric.network.problem import RegressionProblem

seeds = st.integers(0, 2**32)


def random_problem(rng, d):
    factor = integers(rng, d, int(rng.integers(1, d + 1)))
    return RegressionProblem(factor @ factor.T, factor @ integers(rng, factor.shape[1]), 2)


def hessian_form(problem, network, directions):
    """The second derivative ``2 ẇᵀΣẇ + gᵀẅ`` of the risk along ``Ξ`` (claim `hessian`)."""
    velocity = network.jacobian(directions)
    slope = problem.risk_gradient(network.regressor())
    return 2 * velocity @ problem.covariance @ velocity + slope @ network.second_derivative(directions)


def flat(blocks):
    return np.concatenate([block.ravel() for block in blocks])


@given(networks(), seeds)
def test_the_risk_along_a_line_has_these_derivatives(network, seed):
    """``R(W + tΞ)`` is a polynomial in ``t``: no step size, no tolerance."""
    rng = np.random.default_rng(seed)
    problem = random_problem(rng, network.dimension)
    directions = random_directions(rng, network)
    series = problem.risk(moved(network, directions))
    assert coefficient(series, 0) == problem.risk(network)
    assert coefficient(series, 1) == flat(gradient(problem, network)) @ flat(directions)
    assert 2 * coefficient(series, 2) == hessian_form(problem, network, directions)


@settings(max_examples=40)
@given(networks(max_depth=4, max_width=3), seeds)
def test_dense_form_and_product_agree(network, seed):
    rng = np.random.default_rng(seed)
    problem = random_problem(rng, network.dimension)
    directions = random_directions(rng, network)
    dense, vector = hessian(problem, network), flat(directions)
    assert (dense == dense.T).all()
    assert (dense @ vector == flat(hessian_product(problem, network, directions))).all()
    assert vector @ dense @ vector == hessian_form(problem, network, directions)


@settings(max_examples=40)
@given(minimizers(max_depth=4, max_width=3))
def test_at_a_minimizer_the_hessian_is_the_gram_matrix_of_the_jacobian(instance):
    """Its trace is then ``2 tr(ΣM)``, its gradient zero."""
    problem, network = instance
    assert all((block == 0).all() for block in gradient(problem, network))
    dense = hessian(problem, network)
    assert np.trace(dense) == 2 * np.trace(problem.covariance @ network.kernel())


@settings(max_examples=20)
@given(networks(max_depth=4, max_width=3), seeds)
def test_finite_differences(network, seed):
    rng = np.random.default_rng(seed)
    problem = random_problem(rng, network.dimension).astype(float)
    readout = network.readout.astype(float) if network.has_readout else None
    weights = [rng.normal(size=w.shape) for w in network.weights]
    directions = [rng.normal(size=w.shape) for w in network.weights]

    def risk(t):
        return problem.risk(
            DeepLinearNetwork([w + t * x for w, x in zip(weights, directions, strict=True)], readout)
        )

    center, step = DeepLinearNetwork(weights, readout), 1e-4
    scale = 1 + abs(risk(1.0)) + abs(risk(-1.0))
    first = (risk(step) - risk(-step)) / (2 * step)
    second = (risk(step) - 2 * risk(0.0) + risk(-step)) / step**2
    assert abs(flat(gradient(problem, center)) @ flat(directions) - first) <= 1e-5 * scale
    assert abs(hessian_form(problem, center, directions) - second) <= 1e-5 * scale
    operator = hessian_operator(problem, center)
    assert np.allclose(operator @ np.eye(center.weight_count), hessian(problem, center), atol=1e-12 * scale)


def test_a_batch_of_hessians_equals_the_loop():
    rng = np.random.default_rng(0)
    problem = RegressionProblem.from_covariance(np.diag([1.0, 2.0]), np.ones(2))
    weights = [rng.normal(size=(4, 3, 2)), rng.normal(size=(1, 3))]
    dense = hessian(problem, DeepLinearNetwork(weights))
    for i in range(4):
        assert np.allclose(dense[i], hessian(problem, DeepLinearNetwork([weights[0][i], weights[1]])))


def test_directions_may_be_plain_lists():
    problem = RegressionProblem.from_covariance([[1.0]], [1.0])
    network = DeepLinearNetwork([[[0.0]], [[0.0]]])
    for same in (network, network.astype(int)):
        assert [x.tolist() for x in hessian_product(problem, same, [[[1]], [[2]]])] == [[[-4]], [[-2]]]


def test_the_operator_takes_one_float_network():
    problem = RegressionProblem.from_covariance(np.eye(2), np.ones(2))
    with pytest.raises(ValueError, match="one float64 network"):
        hessian_operator(problem, DeepLinearNetwork([np.ones((3, 1, 2))]))
