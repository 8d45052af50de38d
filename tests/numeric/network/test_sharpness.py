"""Sharpness: the reduction against the dense Hessian, and where the obvious way is wrong."""

import mpmath
import numpy as np
import pytest
import sympy
from flint import arb, fmpq
from hypothesis import given, settings
from numeric_instances import minimizers, networks, relative_radius
from scipy.sparse.linalg import ArpackNoConvergence

from flatcert.numeric.linalg.eigenvalues import top_eigenvalue
from flatcert.numeric.linalg.rational import ball, rational_array
from flatcert.numeric.linalg.scalars import convert_array, to_mpf
from flatcert.numeric.network.hessian import hessian, hessian_operator
from flatcert.numeric.network.network import DeepLinearNetwork
from flatcert.numeric.network.problem import RegressionProblem
from flatcert.numeric.network.sharpness import DENSE_LIMIT, sharpness


def power_iteration(operator, steps, seed=0):
    """What much code calls the sharpness: the Rayleigh quotient after some steps."""
    vector = np.random.default_rng(seed).normal(size=operator.shape[0])
    for _ in range(steps):
        vector = operator @ (vector / np.linalg.norm(vector))
    vector /= np.linalg.norm(vector)
    return vector @ (operator @ vector)


@given(minimizers())
def test_float64_agrees_with_the_dense_hessian_to_12_digits(instance):
    problem, network = instance
    dense = np.linalg.eigvalsh(hessian(problem, network).astype(float))[-1]
    result = sharpness(problem.astype(float), network.astype(float))
    assert result.method == "kernel"
    assert abs(result.value - dense) <= 1e-12 * max(abs(dense), 1e-300) + 1e-300


@settings(max_examples=15)
@given(minimizers(max_depth=3, max_width=3))
def test_mpmath_agrees_with_the_dense_hessian_to_working_precision(instance):
    problem, network = instance
    with mpmath.workdps(50):
        dense = top_eigenvalue(convert_array(hessian(problem, network), to_mpf))
        result = sharpness(problem.astype(to_mpf), network.astype(to_mpf))
        assert result.method == "kernel"
        assert abs(result.value - dense) <= mpmath.mpf("1e-47") * (abs(dense) + mpmath.mpf("1e-99"))


@settings(max_examples=50)
@given(minimizers(max_depth=4, max_width=3))
def test_the_enclosure_agrees_with_that_of_the_exact_dense_hessian(instance):
    problem, network = instance
    result = sharpness(problem, network)
    assert result.method == "kernel"
    assert result.value.overlaps(top_eigenvalue(hessian(problem, network)))
    assert relative_radius(result.value) <= 2.0**-100
    assert sharpness(problem, network.astype(ball), minimizer=True).value.overlaps(result.value)


@settings(max_examples=30)
@given(networks(max_depth=4, max_width=3))
def test_off_the_minimizers_all_scalars_agree(network):
    w = rational_array(np.ones(network.dimension)) - 100
    problem = RegressionProblem(rational_array(np.eye(network.dimension)), w)
    certified = sharpness(problem, network)
    assert (certified.method, certified.minimizer) == ("reduced Hessian", False)
    value = sharpness(problem.astype(float), network.astype(float)).value
    scale = float(np.abs(np.linalg.eigvalsh(hessian(problem, network).astype(float))).max())
    assert abs(float(certified.value) - value) <= 1e-13 * scale
    with mpmath.workdps(30):
        assert abs(sharpness(problem.astype(to_mpf), network.astype(to_mpf)).value - value) <= 1e-13 * scale


def test_at_a_saddle_power_iteration_returns_another_eigenvalue():
    """``L = 3``, weights ½: eigenvalues −11/8, 7/8, 7/8; the largest in absolute value is negative."""
    problem = RegressionProblem.from_covariance([[1.0]], [1.0])
    network = DeepLinearNetwork([[[0.5]]] * 3)
    assert power_iteration(hessian_operator(problem, network), 100) == pytest.approx(-11 / 8)
    assert sharpness(problem, network).value == pytest.approx(7 / 8, rel=1e-14)
    exact = sharpness(problem.astype(fmpq_of), network.astype(fmpq_of)).value
    assert exact.contains(fmpq(7, 8))


def fmpq_of(x):
    return fmpq(*float(x).as_integer_ratio())


def test_at_the_origin_of_a_two_layer_network():
    """``W = 0``, ``L = 2``: eigenvalues ``±2‖Σw*‖`` and 0."""
    problem = RegressionProblem.from_covariance(np.diag([1.0, 2.0]), [3.0, 2.0])
    network = DeepLinearNetwork([np.zeros((1, 2)), np.zeros((1, 1))])
    assert sharpness(problem, network).value == pytest.approx(10.0, rel=1e-14)


def test_on_a_fresh_residual_network_twenty_power_iterations_are_low():
    rng = np.random.default_rng(4)
    X, p, w = rng.normal(size=(50, 5)), rng.normal(size=5), rng.normal(size=5)
    problem = RegressionProblem.from_covariance(X.T @ X / 50, w / np.linalg.norm(w))
    network = DeepLinearNetwork([np.eye(5)] * 10, p / np.linalg.norm(p))
    result = sharpness(problem, network)
    assert result.method == "dense Hessian"
    estimates = [power_iteration(hessian_operator(problem, network), 20, seed) for seed in range(10)]
    assert min(estimates) < 0.95 * result.value
    assert max(estimates) <= result.value * (1 + 1e-12)


def test_lanczos_beyond_the_dense_limit():
    rng = np.random.default_rng(2)
    weights = [rng.normal(size=(12, 12)) / 3 for _ in range(3)]
    problem = RegressionProblem.from_covariance(np.diag(np.arange(1.0, 13.0)), np.ones(12))
    network = DeepLinearNetwork(weights, rng.normal(size=12))
    assert network.weight_count > DENSE_LIMIT
    result = sharpness(problem, network)
    assert result.method == "Lanczos"
    assert result.value == pytest.approx(np.linalg.eigvalsh(hessian(problem, network))[-1], rel=1e-12)
    certified = sharpness(problem, network.astype(arb))
    assert certified.method == "reduced Hessian"
    assert abs(certified.value - result.value) <= 1e-11 * result.value and relative_radius(certified.value) <= 1e-9
    batch = DeepLinearNetwork([np.stack([w, 2 * w]) for w in weights], network.readout)
    assert sharpness(problem, batch).value[0] == pytest.approx(result.value, rel=1e-12)


@pytest.mark.parametrize("minimal", [True, False])
def test_a_batch_equals_the_loop(minimal):
    rng = np.random.default_rng(3)
    X = rng.normal(size=(9, 3))
    weights = [rng.normal(size=(4, 2, 3)), rng.normal(size=(4, 1, 2))]
    if minimal:
        # Rescaling two layers keeps the end-to-end regressor.
        scales = np.array([0.5, 1.0, 2.0, 4.0])[:, None, None]
        weights = [weights[0][:1] * scales, weights[1][:1] / scales]
    w = DeepLinearNetwork([weights[0][0], weights[1][0]]).regressor()
    problem = RegressionProblem.from_covariance(X.T @ X, w)
    batch = sharpness(problem, DeepLinearNetwork(weights))
    assert batch.minimizer is minimal
    assert batch.value.shape == (4,)
    for i in range(4):
        one = sharpness(problem, DeepLinearNetwork([v[i] for v in weights]), minimizer=minimal)
        assert one.value == pytest.approx(batch.value[i], rel=1e-13)


def test_depth_one_and_extreme_scales():
    problem = RegressionProblem.from_covariance(np.diag([1e-150, 4e-150]), [1e100, 1e100])
    network = DeepLinearNetwork([[[1e100, 1e100]]])
    assert sharpness(problem, network).value == pytest.approx(8e-150, rel=1e-12)
    certified = sharpness(problem.astype(ball), network.astype(ball), minimizer=True)
    assert certified.method == "kernel"
    assert float(certified.value) == pytest.approx(8e-150, rel=1e-15)


def test_balls_prove_no_equality():
    """A ball instance counts as a minimizer only on the caller's word; a wide ``Σ`` has no factor."""
    wide = np.array([[arb(2, 1e-20)]], dtype=object)
    problem = RegressionProblem(wide, np.array([arb(1, 1e-20)], dtype=object))
    network = DeepLinearNetwork([np.array([[arb(1, 1e-20)]], dtype=object)])
    assert not sharpness(problem, network).minimizer
    told = sharpness(problem, network, minimizer=True)
    assert (told.method, told.minimizer) == ("reduced Hessian", True)
    assert told.value.contains(4)
    indefinite = RegressionProblem(rational_array([[1, 2], [2, 1]]), rational_array([0, 0]))
    with pytest.raises(ValueError, match="positive semidefinite"):
        sharpness(indefinite, DeepLinearNetwork([np.zeros((1, 2), dtype=object)]))


def of_width(width, first, last):
    return DeepLinearNetwork([np.full((width, 2), first), np.full((1, width), last)])


@pytest.mark.parametrize("width", [2, 200])  # dense and Lanczos
def test_a_zero_hessian_has_sharpness_zero(width):
    """Three layers of zeros, and a covariance that is zero."""
    zeros = DeepLinearNetwork([np.zeros((width, 2)), np.zeros((width, width)), np.zeros((1, width))])
    assert sharpness(RegressionProblem.from_covariance(np.eye(2), np.ones(2)), zeros).value == 0
    nothing = RegressionProblem.from_covariance(np.zeros((2, 2)), np.zeros(2))
    assert sharpness(nothing, of_width(width, 1.0, 1.0), minimizer=False).value == 0


@pytest.mark.parametrize("width", [2, 200])
@pytest.mark.parametrize("size", [1e-300, 1e-170, 1e-60, 1.0, 1e60, 1e150])
def test_the_sharpness_scales_with_the_problem(width, size):
    """At ``W = 0`` it is ``2‖Σw*‖``; ARPACK takes an error of 1e-27 for nothing, and squares leave the range."""
    problem = RegressionProblem.from_covariance(np.eye(2), [3 * size, 4 * size])
    assert sharpness(problem, of_width(width, 0.0, 0.0)).value == pytest.approx(10 * size, rel=1e-12)
    # W_1 = 0: a block of rank one, and W_1's own, which is 2‖W_2‖²Σ.
    network = of_width(width, 0.0, np.sqrt(size / width))
    top = np.sqrt(101) + 1
    assert sharpness(problem, network).value == pytest.approx(top * size, rel=1e-12)


def test_lanczos_on_few_and_on_close_eigenvalues():
    """Multiple top eigenvalues, a cluster, and one eigenvalue that is not zero."""
    row = DeepLinearNetwork([np.zeros((1, 500))])
    for spectrum, top in ((np.ones(500), 2), (1 + 1e-9 * np.arange(500), 2 + 998e-9), (np.arange(500) == 3, 2)):
        problem = RegressionProblem(np.diag(spectrum.astype(float)), np.ones(500))
        assert sharpness(problem, row, minimizer=False).value == pytest.approx(top, rel=1e-12)


def test_a_batch_of_readouts_beyond_the_dense_limit():
    weights = [np.eye(200, 2), np.full((2, 200), 0.1)]
    readouts = np.array([[1.0, 0.0], [2.0, 1.0]])
    problem = RegressionProblem.from_covariance(np.eye(2), np.ones(2))
    batch = sharpness(problem, DeepLinearNetwork(weights, readouts))
    assert batch.method == "Lanczos"
    for value, readout in zip(batch.value, readouts, strict=True):
        assert value == pytest.approx(sharpness(problem, DeepLinearNetwork(weights, readout)).value, rel=1e-12)


@pytest.mark.parametrize("width", [2, 200])
@pytest.mark.parametrize("minimizer", [True, False, None])
def test_what_float64_does_not_hold_gets_a_sentence(width, minimizer):
    problem = RegressionProblem.from_covariance(np.eye(2), np.ones(2))
    for value in (np.nan, np.inf):
        with pytest.raises(ValueError, match="entries that are not finite"):
            sharpness(problem, of_width(width, value, 1.0), minimizer=minimizer)
        with pytest.raises(ValueError, match="entries that are not finite"):
            bad = RegressionProblem(np.diag([1.0, value]), np.ones(2))
            sharpness(bad, of_width(width, 1.0, 1.0), minimizer=minimizer)
    with pytest.raises(ValueError, match="leaves the range of float64"):
        sharpness(problem, of_width(width, 1e200, 1e200), minimizer=minimizer)
    with pytest.raises(ValueError, match="leaves the range of float64"):
        batch = DeepLinearNetwork([np.stack([np.ones((width, 2)), np.full((width, 2), 1e200)]), np.ones((1, width))])
        sharpness(problem, batch, minimizer=minimizer)


def test_other_scalars_that_are_not_finite_or_come_in_a_batch_get_a_sentence():
    problem = RegressionProblem.from_covariance(np.eye(2), np.ones(2))
    for value in (mpmath.inf, mpmath.nan):
        for minimizer in (True, False):
            with pytest.raises(ValueError, match="entries that are not finite"):
                sharpness(problem.astype(to_mpf), of_width(2, 1.0, value).astype(to_mpf), minimizer=minimizer)
    batch = DeepLinearNetwork([rational_array(np.ones((2, 1, 2)))])
    with pytest.raises(ValueError, match="must be float64"):
        sharpness(problem.astype(ball), batch)


def test_integers_beside_floats_are_read():
    problem = RegressionProblem.from_covariance(np.array([[1, 0], [0, 2]], dtype=object), [1.0, 1.0])
    assert sharpness(problem, DeepLinearNetwork([[[0.0, 0.0]]])).value == pytest.approx(4)


def test_lanczos_that_does_not_converge_gets_a_sentence(monkeypatch):
    def fails(*arguments, **options):
        raise ArpackNoConvergence("no %s of %s", [], [])

    monkeypatch.setattr("flatcert.numeric.network.sharpness.eigsh", fails)
    problem = RegressionProblem.from_covariance(np.eye(2), np.ones(2))
    with pytest.raises(RuntimeError, match=r"Lanczos does not converge on the Hessian of 600 weights: .*dense"):
        sharpness(problem, of_width(200, 1.0, 1.0))


def test_bad_input_gets_a_sentence():
    problem = RegressionProblem.from_covariance(np.eye(2), np.ones(2))
    with pytest.raises(ValueError, match="takes 3 inputs, but the problem has 2"):
        sharpness(problem, DeepLinearNetwork([np.ones((1, 3))]))
    symbols = np.array([[sympy.Symbol("x"), sympy.Symbol("y")]], dtype=object)
    with pytest.raises(TypeError, match="substitute numbers"):
        sharpness(problem, DeepLinearNetwork([symbols]))
