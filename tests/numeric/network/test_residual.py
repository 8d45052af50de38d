"""Residual networks: bounds of sub-products by two routes, and flows that start below the allowed risk, validated."""

from __future__ import annotations

import numpy as np
import pytest
from flint import arb, ctx, fmpq

from flatcert.numeric.flow.gradient_flow import gradient_flow
from flatcert.numeric.flow.residual_bisection import true_threshold
from flatcert.numeric.linalg.rational import rational, rational_array
from flatcert.numeric.network.network import DeepLinearNetwork
from flatcert.numeric.network.problem import RegressionProblem
from flatcert.numeric.network.residual import certified_sub_product_bounds, residual_network, sub_product_bounds
from flatcert.numeric.network.residual_promise import ResidualStart, sharp_promise, sharpness_ratio, simple_promise


def brute_force(network, which="all"):
    """Every product by itself, and its singular values by NumPy."""
    values = [1.0]
    for j in range(network.depth):
        for k in range(j, network.depth):
            if (which == "top" and k < network.depth - 1) or (which == "bottom" and j):
                continue
            product = np.eye(network.dimension)
            for layer in network.weights[j : k + 1]:
                product = layer @ product
            values += list(np.linalg.svd(product, compute_uv=False))
    return min(values), max(values)


@pytest.mark.parametrize("which", ["all", "top", "bottom"])
@pytest.mark.parametrize("d, depth, scale", [(5, 10, 0.25), (1, 4, 1.0), (3, 1, 2.0), (4, 6, 2.0)])
def test_bounds_of_sub_products(d, depth, scale, which):
    """Singular values of all products one by one; ours: stacked, and proved by eliminations in balls."""
    network = residual_network(d, depth, scale, np.random.default_rng(7))
    alpha, beta = brute_force(network, which)
    found, proved = sub_product_bounds(network, which), certified_sub_product_bounds(network, which)
    assert found == pytest.approx((alpha, beta), rel=1e-10)
    assert alpha * (1 - 1e-8) < proved.alpha <= alpha * (1 + 1e-13)
    assert beta * (1 - 1e-13) <= proved.beta < beta * (1 + 1e-8)


def test_bounds_where_they_are_extreme():
    singular = DeepLinearNetwork([np.diag([1.0, 0.0]), 2 * np.eye(2)], np.ones(2))
    assert certified_sub_product_bounds(singular).alpha == 0
    identity = DeepLinearNetwork([np.eye(2)] * 3, np.ones(2))
    alpha, beta = certified_sub_product_bounds(identity)
    assert alpha <= 1 <= beta and beta - alpha < 1e-8
    exact = DeepLinearNetwork([rational_array([["1/3"]]), rational_array([[2]])], rational_array([1]))
    assert certified_sub_product_bounds(exact) == pytest.approx((1 / 3, 2))


def test_what_is_refused():
    with pytest.raises(ValueError, match="square layers"):
        sub_product_bounds(DeepLinearNetwork([np.ones((1, 2))]))
    with pytest.raises(ValueError, match="L >= 1"):
        residual_network(2, 0, 1.0, np.random.default_rng(0))
    problem = RegressionProblem.from_covariance(np.eye(2), np.ones(2))
    with pytest.raises(ValueError, match="takes 3 inputs"):
        ResidualStart.of(problem, residual_network(3, 2, 0.1, np.random.default_rng(0)))
    with pytest.raises(ValueError, match="read-out is zero"):
        ResidualStart.of(problem, residual_network(2, 2, 0.1, np.random.default_rng(0), np.zeros(2)))


def instance(d, depth, scale, readout, seed=3):
    rng = np.random.default_rng(seed)
    network = residual_network(d, depth, scale, rng, readout)
    factor = rng.normal(size=(d, d)) + 2 * np.eye(d)
    return rational_array(factor).T @ rational_array(factor), network


def target_at(covariance, network, gap, share):
    """The exact problem whose initial risk is ``share`` of ``gap``, up to rounding down, along a coordinate."""
    exact = network.astype(rational).regressor()
    with ctx.workprec(128):
        distance = rational((share * gap / covariance[0, 0]).sqrt().lower().mid())
    step = np.array([distance] + [fmpq(0)] * (len(exact) - 1), dtype=object)
    return RegressionProblem(covariance, exact + step)


@pytest.mark.parametrize("readout", [None, np.array([30.0, 0.0]), np.array([0.01, 0.02])])
@pytest.mark.parametrize("promise, share", [(simple_promise, 1), (sharp_promise, 1), (sharp_promise, 0.25)])
def test_a_start_within_the_allowed_risk_moves_as_little_as_promised(promise, share, readout):
    """The validated limit and a validated state on the way, ``‖p‖`` far from 1 too; ``share = 1`` is the boundary."""
    covariance, network = instance(2, 3, 0.3, readout)
    anywhere = RegressionProblem(covariance, rational_array([0, 0]))
    allowed = promise(ResidualStart.of(anywhere, network))
    problem = target_at(covariance, network, allowed.risk_gap, arb(share))
    start = ResidualStart.of(problem, network)
    with ctx.workprec(128):
        assert start.risk_gap <= allowed.risk_gap
        assert start.risk_gap >= allowed.risk_gap * arb(share) * arb("0.999999999")
    # The rate of the theorem sets the time scale.
    for until in (fmpq(1) / rational(round(float(allowed.rate), 6)), None):
        run = gradient_flow(problem, network, until=until, method="validated", radius=1e-12)
        assert run.status == ("closed" if until is None else "reached")
        moves = [np.linalg.norm(np.array(end, dtype=float) - begin) for end, begin in
                 zip(run.end.weights, network.weights, strict=True)]
        measured = 3 * max(moves) if promise is simple_promise else 3**0.5 * np.linalg.norm(moves)
        assert 0 < measured < float(allowed.move)
        if until is None:
            assert run.limit.sharpness <= allowed.sharpness


def test_the_decay_is_as_fast_as_promised():
    covariance, network = instance(2, 4, 0.3, None)
    allowed = sharp_promise(ResidualStart.of(RegressionProblem(covariance, rational_array([0, 0])), network))
    problem = target_at(covariance, network, allowed.risk_gap, arb(1))
    time = 2 / float(allowed.rate)
    run = gradient_flow(problem, network, until=time, method="validated", radius=1e-12)
    first = float(ResidualStart.of(problem, network).risk_gap)
    assert 0 < run.risks[-1] <= first * np.exp(-float(allowed.rate) * float(run.end_time))


@pytest.mark.parametrize("seed", range(6))
def test_the_improved_theorem_allows_a_hundred_times_the_risk(seed):
    """``d = 5``, ``L = 10``, ``s = 0.25``; and never more than is true."""
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(50, 5))
    problem = RegressionProblem.from_data(X, X @ rng.normal(size=5))
    network = residual_network(5, 10, 0.25, rng)
    start = ResidualStart.of(problem, network)
    sharp = sharp_promise(start)
    assert sharp.risk_gap > 100 * simple_promise(start).risk_gap
    best = float(sharp.risk_gap)
    for factor in (0.9, 1.1):  # the radius is the best one
        assert float(sharp_promise(start, factor * float(sharp.move)).risk_gap) < best
    if seed == 0:
        slow = np.linalg.eigh(problem.covariance)[1][:, 0]
        assert best < true_threshold(problem, network, slow, measure="total", move=float(sharp.move), furthest=1).lower


def test_promises_of_the_identity():
    """``W_k = I``: everything by hand."""
    network = DeepLinearNetwork([np.eye(2)] * 4, np.array([2.0, 0.0]))
    start = ResidualStart.of(RegressionProblem.from_covariance(np.diag([1.0, 3.0]), [1.0, 1.0]), network)
    rho = np.log(1.5)
    simple = simple_promise(start)
    expected = (rho**2 * 0.5**8 / 1.5**4 * 4 / 3, 16 * 4 / 16, rho, 2 * 4 * 3 * 1.5**4 * 4)
    assert [float(x) for x in simple] == pytest.approx(expected, rel=1e-6)
    assert float(sharpness_ratio(start)) == pytest.approx(1.5**4 / 0.25 * 3, rel=1e-6)
    sharp = sharp_promise(start, 0.1)
    alpha, beta = 2 - np.exp(0.1), np.exp(0.1)
    below = 4 * (2 * alpha**2 + 2 * alpha**4)
    above = 2 * 3 * 4 * (2 * beta**2 + 2 * beta**4)
    assert [float(x) for x in sharp] == pytest.approx((0.01 * below / 4, 4 * below, 0.1, above), rel=1e-6)
    assert sharp_promise(start, 5.0).risk_gap == 0


def test_a_singular_covariance_allows_nothing():
    network = residual_network(2, 3, 0.1, np.random.default_rng(0))
    start = ResidualStart.of(RegressionProblem.from_covariance(np.diag([1.0, 0.0]), [1.0, 0.0]), network)
    assert simple_promise(start).risk_gap == 0 and sharp_promise(start).risk_gap == 0
    assert not sharpness_ratio(start).is_finite()
