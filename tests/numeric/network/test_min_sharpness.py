"""S_min: closed forms, brute force, scaling laws, and that no minimizer beats the lower bound."""

import math

import numpy as np
import pytest
from flint import arb, ctx, fmpq
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from numeric_instances import integers, minimizers
from scipy.optimize import minimize_scalar

from flatcert.numeric.linalg.rational import project_on_range, rational_array
from flatcert.numeric.network.aligned import aligned_network, geometric_norms
from flatcert.numeric.network.min_sharpness import dual_value, min_sharpness, primal_value
from flatcert.numeric.network.min_sharpness_optimum import float_optimum
from flatcert.numeric.network.problem import RegressionProblem
from flatcert.numeric.network.sharpness import sharpness


def problem_of(covariance, regressor):
    return RegressionProblem(np.asarray(covariance), np.asarray(regressor))


def encloses(result, value, gap=1e-18):
    return result.rigorous and result.gap <= gap and result.enclosure.overlaps(value)


def brute_force(covariance, regressor, depth, readout_norm_squared=1.0):
    """``2 min_r λ_max(rΣ + (L−1)(‖p‖²/r)^{1/(L−1)} vvᵀ)`` by scalar minimization in log r."""
    values, vectors = np.linalg.eigh(covariance)
    v = np.sqrt(np.maximum(values, 0)) * (vectors.T @ regressor)

    def objective(s):
        strength = (depth - 1) * (readout_norm_squared / math.exp(s)) ** (1 / (depth - 1))
        return 2 * np.linalg.eigvalsh(math.exp(s) * np.diag(values) + strength * np.outer(v, v))[-1]

    options = {"xatol": 1e-11}
    return minimize_scalar(objective, bounds=(-25, 25), method="bounded", options=options).fun


def test_the_kink_example():
    """``Σ = diag(1,4)``, ``w* = e_1``, ``L = 2``: 8/√3, where the top eigenvector alone proves only 4."""
    problem = problem_of(np.diag([1.0, 4.0]), [1.0, 0.0])
    result = min_sharpness(problem, 2)
    with ctx.workprec(300):
        assert encloses(result, 8 / arb(3).sqrt(), gap=1e-30)
    assert result.c == 3
    assert dual_value(problem, 2, [(1, [0, 1])]) == 0
    assert dual_value(problem, 2, [(1, [1, 0])]).contains(4)


@pytest.mark.parametrize("depth", [2, 3, 5, 10, 40])
@pytest.mark.parametrize("which", range(3))
def test_regressors_along_eigenvectors(depth, which):
    """Claim `min-sharpness-kink`, on both sides of ``Le = Λ`` and at it."""
    values = [1, 2, 10]
    e, top = values[which], 10
    w = np.zeros(3)
    w[which] = 3
    result = min_sharpness(problem_of(np.diag([1.0, 2.0, 10.0]), w), depth)
    with ctx.workprec(300):
        energy, power = arb(9 * e), arb(fmpq(depth - 1, depth))
        if depth * e >= top:
            truth = 2 * depth * energy**power * arb(e) ** arb(fmpq(1, depth))
        else:
            truth = 2 * top * ((depth - 1) * energy / (top - e)) ** power
        assert encloses(result, truth)


@pytest.mark.parametrize("depth", [1, 2, 7, 1000])
def test_isotropic_and_one_dimensional(depth):
    """``Σ = cI``: ``2L c ‖w*‖^{2−2/L}``; the witnesses are simple rationals."""
    for d in (1, 3):
        w = np.array([2.0, 3.0, 6.0])[:d]
        result = min_sharpness(problem_of(5 * np.eye(d), w), depth)
        with ctx.workprec(300):
            truth = 10 * depth * arb(int(w @ w)) ** arb(fmpq(depth - 1, depth))
            assert encloses(result, truth, gap=1e-30)
        assert result.c == (None if depth == 1 else 5)


@settings(max_examples=25)
@given(st.integers(1, 6), st.integers(1, 6), st.integers(2, 12), st.integers(0, 2**32))
def test_brute_force_agrees(d, rank, depth, seed):
    rng = np.random.default_rng(seed)
    factor = integers(rng, d, rank)
    covariance = factor @ factor.T
    problem = RegressionProblem(covariance, project_on_range(covariance, integers(rng, d)))
    assume(problem.energy > 0)
    result = min_sharpness(problem, depth, fmpq(3, 2))
    assert result.rigorous
    assert result.gap <= 1e-18
    rounded = problem.astype(float)
    expected = brute_force(rounded.covariance, rounded.regressor, depth, 1.5)
    assert result.lower <= expected * (1 + 1e-12)
    assert result.upper >= expected * (1 - 1e-6)
    in_floats = float_optimum(rounded, depth, 1.5)
    assert in_floats.primal == pytest.approx(result.upper, rel=1e-10)
    assert in_floats.dual == pytest.approx(result.lower, rel=1e-10)


@given(minimizers())
def test_no_minimizer_is_flatter(instance):
    problem, network = instance
    squared_norm = network.readout @ network.readout
    assume(squared_norm > 0 and problem.energy > 0)
    lower = min_sharpness(problem, network.depth, squared_norm).enclosure.lower()
    assert not sharpness(problem, network).value < lower


@settings(max_examples=20)
@given(st.integers(1, 5), st.integers(1, 6), st.integers(0, 2**32))
def test_the_aligned_minimizer_attains_the_primal_value(d, depth, seed):
    """Its exact sharpness is that value up to the rounding of the norms."""
    rng = np.random.default_rng(seed)
    factor = integers(rng, d, d + 1)
    problem = RegressionProblem(factor @ factor.T, project_on_range(factor @ factor.T, integers(rng, d)))
    assume(problem.energy > 0)
    result = min_sharpness(problem, depth)
    norms = geometric_norms(result.r, 1, depth)
    value = sharpness(problem, aligned_network(problem.regressor, norms, [1] * depth)).value
    assert abs(float(value / result.enclosure) - 1) <= 1e-15
    assert not value < result.enclosure.lower()


@pytest.mark.parametrize("tilt", [1e-4, 1e-8, 1e-16, 1e-30, 1e-60, 0.0])
@pytest.mark.parametrize("split", [0.0, 1e-8, 0.5])
def test_nearly_degenerate_problems(tilt, split):
    """The regressor almost misses a (nearly multiple) top eigenvalue; rotated and not."""
    diagonal = rational_array(np.diag([1.0, 2.0, 8.0, 8.0 - split]))
    w = rational_array([3.0, 1.0, tilt, -tilt])
    v = rational_array([1, 2, 3, 4])
    rotation = rational_array(np.eye(4)) - np.outer(v, v) / 15
    results = [
        min_sharpness(RegressionProblem(diagonal, w), 2),
        min_sharpness(RegressionProblem(rotation @ diagonal @ rotation.T, rotation @ w), 2),
    ]
    assert all(result.rigorous and result.gap <= 1e-18 for result in results)
    assert results[0].enclosure.overlaps(results[1].enclosure)


@pytest.mark.parametrize("depth", [2, 5])
def test_scaling_laws(depth):
    """``Σ → sΣ``, ``w* → tw*``, ``‖p‖² → π``: factor ``s t^{2−2/L} π^{1/L}``, from 1e-100 to 1e100."""
    covariance, w = np.array([[2.0, 1.0], [1.0, 3.0]]), np.array([1.0, -2.0])
    base = min_sharpness(problem_of(covariance, w), depth).enclosure
    for s, t, norm in [(1e100, 1e-100, 4), (1e-100, 1e100, fmpq(1, 9)), (2.0**300, 2.0**300, 7)]:
        result = min_sharpness(problem_of(s * covariance, t * w), depth, norm)
        assert result.rigorous
        assert result.gap <= 1e-18
        with ctx.workprec(100):
            factor = arb(s) * (arb(t) ** (2 * depth - 2) * arb(norm)).root(depth)
        assert abs(float(result.enclosure / (base * factor)) - 1) <= 1e-14


def test_a_regressor_in_a_direction_of_tiny_variance():
    result = min_sharpness(problem_of(np.diag([1.0, 1e-100]), [0.0, 1.0]), 2)
    with ctx.workprec(500):
        tiny = arb(1e-100)
        assert encloses(result, 2 * (tiny / (1 - tiny)).sqrt())


@pytest.mark.parametrize("c", [fmpq(1, 100), 1, 3, 100])
def test_every_witness_is_valid(c):
    """Wrong ``c`` or ``U`` are merely loose: primal above, dual below, mixtures included."""
    problem = problem_of(np.diag([1.0, 4.0]), [1.0, 0.0])
    truth = 8 / math.sqrt(3)
    assert float(primal_value(problem, 2, c)) >= truth * (1 - 1e-15)
    for weight in (0, fmpq(1, 10), 5):
        assert float(dual_value(problem, 2, [(1, [1, 0]), (weight, [0, 1])])) <= truth * (1 + 1e-15)
    # Two vectors, mixed as the kink asks: tr Σ²U / (w*ᵀΣUΣw*) = c/E = 3.
    mixture = dual_value(problem, 2, [(1, [1, 0]), (fmpq(1, 8), [0, 1])])
    assert mixture.overlaps(8 / arb(3).sqrt())
    assert mixture.rad() < 1e-30


def test_floats_beyond_the_rigorous_dimension():
    rng = np.random.default_rng(0)
    X = rng.normal(size=(100, 61))
    covariance = X.T @ X / 100
    generic = min_sharpness(problem_of(covariance, rng.normal(size=61)), 10)
    kink = min_sharpness(problem_of(covariance, np.linalg.eigh(covariance)[1][:, 0]), 2)
    for result in (generic, kink):
        assert not result.rigorous
        assert result.lower < result.upper
        assert result.gap <= 1e-12
    linear = min_sharpness(problem_of(covariance, np.zeros(61)), 1)
    assert linear.lower <= 2 * np.linalg.eigvalsh(covariance)[-1] <= linear.upper
    wide = rng.normal(size=(20, 80))
    assert min_sharpness(RegressionProblem.from_data(wide, wide @ np.ones(80)), 3).gap <= 1e-12


def test_a_thousand_dimensions():
    d = 1000
    diagonal = np.linspace(1, 2, d)
    result = min_sharpness(problem_of(np.diag(diagonal), np.ones(d)), 10)
    assert result.gap <= 1e-12


def test_depth_one_and_zero():
    problem = problem_of(np.zeros((2, 2)), np.zeros(2))
    assert min_sharpness(problem, 1).enclosure == 0
    for function in (min_sharpness, lambda *args: primal_value(*args, 1)):
        with pytest.raises(ValueError, match="not attained"):
            function(problem, 2)


def test_bad_input_gets_a_sentence():
    problem = problem_of(np.eye(2), np.ones(2))
    with pytest.raises(ValueError, match="at least 1"):
        min_sharpness(problem, 0)
    with pytest.raises(ValueError, match="readout must be positive"):
        min_sharpness(problem, 2, 0)
    with pytest.raises(ValueError, match="c must be positive"):
        primal_value(problem, 2, 0)
    with pytest.raises(ValueError, match="must not be negative"):
        dual_value(problem, 2, [(-1, [1, 0])])
    with pytest.raises(ValueError, match="tr ΣU > 0"):
        dual_value(problem, 2, [(1, [0, 0])])


def test_a_covariance_that_rounding_made_indefinite_falls_back_to_floats():
    covariance = np.array([[1.0, 1.0], [1.0, 1.0 - 2.0**-52]])
    result = min_sharpness(problem_of(covariance, np.ones(2)), 2)
    assert not result.rigorous
    # Nearly Σ = 11ᵀ, w* = (1,1): Λ = 2, E = 4, isotropic on its range, 2L √(EΛ).
    assert float(result.enclosure) == pytest.approx(8 * math.sqrt(2), rel=1e-7)
