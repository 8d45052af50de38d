"""The compiled kernels against plain NumPy, against automatic differentiation of the risk over data, and by laws."""

from __future__ import annotations

import autograd.numpy as anp
import numpy as np
import pytest
from autograd import grad
from autograd.scipy.special import erf
from hypothesis import given
from hypothesis import strategies as st

from flatcert.numeric.descent.descent import DIVERGED, Descent
from flatcert.numeric.descent.gelu import Samples, gelu_gradient, gelu_risk
from flatcert.numeric.network.hessian import gradient
from flatcert.numeric.network.network import DeepLinearNetwork
from flatcert.numeric.network.problem import RegressionProblem


def drawn(seed, number, dimension, depth, kind, samples=12, scale=0.8):
    """Data, a batch of networks of that kind, and a rate for each."""
    rng = np.random.default_rng(seed)
    X, y = rng.normal(size=(samples, dimension)), rng.normal(size=samples)
    square = depth if kind == "residual" else depth - 1
    layers = [scale * rng.normal(size=(number, dimension, dimension)) for _ in range(square)]
    if kind == "residual":
        network = DeepLinearNetwork([np.eye(dimension) + layer / 4 for layer in layers], rng.normal(size=dimension))
    else:
        network = DeepLinearNetwork([*layers, scale * rng.normal(size=(number, 1, dimension))])
    return X, y, network, rng.uniform(0.001, 0.01, size=number)


def objective(kind, X, y):
    return Samples(X, y) if kind == "gelu" else RegressionProblem.from_data(X, y)


def risk_by_definition(kind, X, y, readout):
    """The risk of one network over its data, sample by sample, as autograd sees it."""

    def risk(weights):
        h = X.T
        for k, weight in enumerate(weights):
            h = anp.dot(weight, h)
            if kind == "gelu" and k < len(weights) - 1:
                h = h * (1 + erf(h / np.sqrt(2))) / 2
        return anp.mean((y - anp.dot(readout, h)) ** 2)

    return risk


def same(first, second):
    return all(np.array_equal(a, b, equal_nan=True) for a, b in zip(first.weights, second.weights, strict=True))


kinds = st.sampled_from(["plain", "residual", "gelu"])
shapes = {"seed": st.integers(0, 2**32), "number": st.integers(1, 18), "dimension": st.sampled_from([1, 2, 5]),
          "depth": st.integers(1, 5), "kind": kinds}


@given(**shapes)
def test_a_step_is_the_gradient_that_autograd_finds(seed, number, dimension, depth, kind):
    X, y, network, rates = drawn(seed, number, dimension, depth, kind)
    descent = Descent(network, rates, objective(kind, X, y))
    descent.advance(1)
    index = seed % number
    before, after = ([w[index] for w in batch.weights] for batch in (network, descent.network()))
    risk = risk_by_definition(kind, X, y, network.readout)
    for old, new, slope in zip(before, after, grad(risk)(before), strict=True):
        # The difference of the weights loses digits of the step: what is compared is the new weights.
        np.testing.assert_allclose(new, old - rates[index] * slope, rtol=1e-12, atol=1e-12)


@given(**shapes, steps=st.integers(0, 30))
def test_the_kernels_do_what_numpy_does(seed, number, dimension, depth, kind, steps):
    X, y, network, rates = drawn(seed, number, dimension, depth, kind)
    problem = objective(kind, X, y)
    descent = Descent(network, rates, problem)
    descent.advance(steps)
    weights = [w.copy() for w in network.weights]
    for _ in range(steps):
        with np.errstate(over="ignore", invalid="ignore"):  # of networks that diverge
            if kind == "gelu":
                slopes = gelu_gradient(weights, problem)
            else:
                slopes = gradient(problem, DeepLinearNetwork(weights, network.readout if network.has_readout else None))
            weights = [w - rates[:, None, None] * slope for w, slope in zip(weights, slopes, strict=True)]
    kept = descent.diverged < 0
    for ours, plain in zip(descent.network().weights, weights, strict=True):
        np.testing.assert_allclose(ours[kept], plain[kept], rtol=1e-9, atol=1e-9)
    # What is recorded as diverged is far off here, too.
    assert not (np.max([np.abs(w).max(axis=(1, 2)) for w in weights], axis=0)[~kept] <= 10).any()


@given(**shapes, cut=st.integers(0, 20), data=st.data())
def test_neither_neighbours_nor_order_nor_pauses_matter(seed, number, dimension, depth, kind, cut, data):
    """Bit for bit: threads and resumed runs may divide the work as they like."""
    X, y, network, rates = drawn(seed, number, dimension, depth, kind, scale=1.2)
    problem = objective(kind, X, y)
    whole = Descent(network, rates, problem)
    whole.advance(20)
    order = data.draw(st.permutations(range(number)))[: data.draw(st.integers(1, number))]
    readout = network.readout if network.has_readout else None
    part = Descent(DeepLinearNetwork([w[order] for w in network.weights], readout), rates[order], problem)
    part.advance(cut)
    part.advance(20 - cut)
    assert same(DeepLinearNetwork([w[order] for w in whole.network().weights], readout), part.network())
    assert (whole.diverged[order] == part.diverged).all()


@given(seed=st.integers(0, 2**32), depth=st.integers(2, 5), kind=kinds)
def test_a_rotation_of_a_hidden_space_is_not_noticed(seed, depth, kind):
    """``W_1 → Q W_1``, ``W_2 → W_2 Qᵀ`` commutes with descent of linear networks; a permutation with GELU, too."""
    X, y, network, rates = drawn(seed, 3, 3, depth, kind)
    rng = np.random.default_rng(seed)
    Q = np.eye(3)[rng.permutation(3)] if kind == "gelu" else np.linalg.qr(rng.normal(size=(3, 3)))[0]
    turned = [Q @ network.weights[0], network.weights[1] @ Q.T, *network.weights[2:]]
    ends = []
    for start in (network.weights, turned):
        readout = network.readout if network.has_readout else None
        descent = Descent(DeepLinearNetwork(list(start), readout), rates, objective(kind, X, y))
        descent.advance(25)
        ends.append(descent.network().weights)
    np.testing.assert_allclose(ends[1][0], Q @ ends[0][0], rtol=1e-9, atol=1e-10)
    np.testing.assert_allclose(ends[1][1], ends[0][1] @ Q.T, rtol=1e-9, atol=1e-10)


@given(seed=st.integers(0, 2**32), depth=st.integers(2, 5), kind=st.sampled_from(["plain", "residual"]))
def test_the_imbalance_moves_to_second_order_only(seed, depth, kind):
    """``D_k`` changes in a step by ``η²(G_k G_kᵀ − G_{k+1}ᵀ G_{k+1})``, ``G = ∇R``: nothing of first order."""
    X, y, network, rates = drawn(seed, 2, 3, depth, kind)
    problem = objective(kind, X, y)
    descent = Descent(network, rates, problem)
    descent.advance(1)
    slopes = gradient(problem, network)
    for k, (old, new) in enumerate(zip(network.imbalance(), descent.network().imbalance(), strict=True)):
        second = slopes[k] @ slopes[k].mT - slopes[k + 1].mT @ slopes[k + 1]
        np.testing.assert_allclose(new - old, rates[:, None, None] ** 2 * second, rtol=1e-8, atol=1e-11)


@pytest.mark.parametrize("kind, scale", [("plain", 1.1), ("residual", 1.5), ("gelu", 4.0)])
def test_divergence_is_recorded_where_it_happens(kind, scale):
    """The step is that at which plain NumPy passes the limit; neighbours do not notice."""
    X, y, network, rates = drawn(3, 11, 3, 4, kind, scale=scale)
    problem = objective(kind, X, y)
    rates[::2] *= 30
    readout = network.readout if network.has_readout else None
    descent = Descent(network, rates, problem)
    descent.advance(60)
    starts = [[w[i] for w in network.weights] for i in range(11)]
    assert descent.diverged.tolist() == [steps_to_diverge(start, readout, rate, problem)
                                         for start, rate in zip(starts, rates, strict=True)]
    gone = descent.diverged >= 0
    assert 2 <= gone.sum() <= 9
    assert all(np.isnan(w[gone]).all() for w in descent.network().weights)
    alone = Descent(DeepLinearNetwork([w[~gone] for w in network.weights], readout), rates[~gone], problem)
    alone.advance(60)
    assert same(alone.network(), DeepLinearNetwork([w[~gone] for w in descent.network().weights], readout))


def steps_to_diverge(weights, readout, rate, problem):
    linear = isinstance(problem, RegressionProblem)
    for step in range(60):
        with np.errstate(all="ignore"):
            one = DeepLinearNetwork(weights, readout)
            risk = problem.risk_gap(one.regressor()) if linear else gelu_risk(weights, problem)
            if not risk <= DIVERGED * (problem.energy if linear else (problem.target**2).mean()):
                return step
            slopes = gradient(problem, one) if linear else gelu_gradient(weights, problem)
            weights = [w - rate * slope for w, slope in zip(weights, slopes, strict=True)]
    return -1


def test_weights_that_are_no_numbers_have_diverged():
    X, y, network, rates = drawn(0, 3, 2, 3, "plain")
    network.weights[1][1, 0, 0] = np.inf
    network.weights[0][2] = np.nan
    descent = Descent(network, rates, objective("plain", X, y))
    descent.advance(5)
    assert descent.diverged.tolist() == [-1, 0, 0]


def test_a_minimizer_stays_to_the_last_bit():
    problem = RegressionProblem.from_covariance(np.diag([1.0, 4.0]), np.array([2.0, 1.0]))
    start = DeepLinearNetwork([np.array([[[4.0, 2.0], [0.0, 0.0]]]), np.array([[[0.5, 8.0]]])])
    descent = Descent(start, 0.1, problem)
    descent.advance(1000)
    assert same(descent.network(), start)


BAD = {
    "no batch": (lambda n, p: Descent(DeepLinearNetwork([w[0] for w in n.weights]), 0.1, p), "a batch"),
    "widths": (lambda n, p: Descent(DeepLinearNetwork([np.ones((1, 3, 2)), np.ones((1, 1, 3))]), 0.1, p), "equal d"),
    "inputs": (lambda n, p: Descent(n, 0.1, Samples(np.ones((4, 3)), np.ones(4))), "takes 2 inputs"),
    "exact": (lambda n, p: Descent(n.astype(int), 0.1, p), "float64 weights"),
    "energy": (lambda n, p: Descent(n, 0.1, RegressionProblem(np.eye(2), np.zeros(2))), "energy is zero"),
}


@pytest.mark.parametrize("call, message", BAD.values(), ids=BAD.keys())
def test_what_cannot_descend_is_refused(call, message):
    X, y, network, _ = drawn(0, 2, 2, 2, "plain")
    with pytest.raises(ValueError, match=message):
        call(network, RegressionProblem.from_data(X, y))
