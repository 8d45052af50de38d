"""The least sharpness with several targets, by routes that share nothing with its search.

The primal function is minimized by SciPy, the sharpness of networks is an eigenvalue of a Kronecker sum in NumPy, and
with one target the answer is that of the search for one.
"""

from __future__ import annotations

import numpy as np
import pytest
from flint import arb, fmpq
from scipy.optimize import minimize_scalar

from flatcert.numeric.linalg.rational import rational_array
from flatcert.numeric.network.matrix_problem import MatrixProblem
from flatcert.numeric.network.min_sharpness import MinSharpness, min_sharpness
from flatcert.numeric.network.problem import RegressionProblem

KINK = MatrixProblem.from_covariance([[1, 0], [0, 4]], [[2, 0], [0, fmpq(1, 2)]])
"""Both eigenvalues of the primal matrix meet at its minimum, with two layers."""


def problem(rng: np.random.Generator, dimension: int, outputs: int, family: int) -> MatrixProblem:
    """Gaussian features, some badly scaled, some of low rank; or diagonal integers, where kinks are frequent."""
    if family == 0:
        target = np.zeros((outputs, dimension))
        np.fill_diagonal(target, rng.integers(1, 5, min(target.shape)))
        return MatrixProblem.from_covariance(np.diag(rng.integers(1, 5, dimension)).astype(float), target)
    features = rng.standard_normal((dimension + 2, dimension))
    if family == 1:
        features *= np.exp(1.5 * rng.standard_normal(dimension))
    if family == 2:
        features[:, -1] = features[:, 0]
        return MatrixProblem.from_data(*(rational_array(np.round(8 * x) / 8) for x in (
            features, rng.standard_normal((dimension + 2, outputs)))))
    return MatrixProblem.from_data(features, rng.standard_normal((dimension + 2, outputs)))


def kernel_sharpness(sigma: np.ndarray, layers: list[np.ndarray]) -> float:
    """``2 λ_max(Σ_k A_k A_kᵀ ⊗ Σ^{1/2} P_{k−1}ᵀ P_{k−1} Σ^{1/2})``."""
    values, vectors = np.linalg.eigh(sigma)
    root = vectors * np.sqrt(np.maximum(values, 0)) @ vectors.T
    total, front = np.zeros((len(layers[-1]) * len(sigma),) * 2), np.eye(len(sigma))
    for k, layer in enumerate(layers):
        back = np.eye(len(layers[-1]))
        for above in reversed(layers[k + 1:]):
            back = back @ above
        total += np.kron(back @ back.T, root @ front.T @ front @ root)
        front = layer @ front
    return float(2 * np.linalg.eigvalsh(total)[-1])


def test_an_instance_with_a_kink_is_exact() -> None:
    found = min_sharpness(KINK, 2)
    assert found.rigorous and found.lower == 10 == found.upper and found.gap == 0
    assert found.enclosure.contains(arb(10)) and float(found.enclosure.rad()) < 1e-30
    assert found.c == 5 and [str(x) for x in found.dual[0][1]] == ["1", "1/2"]


def test_300_problems_are_enclosed_to_twelve_digits() -> None:
    rng = np.random.default_rng(18)
    for index in range(300):
        dimension, outputs, depth = (int(rng.integers(*ends)) for ends in ((1, 7), (2, 5), (2, 9)))
        one = problem(rng, dimension + (index % 4 == 2), outputs, index % 4)
        found = min_sharpness(one, depth)
        assert found.rigorous and found.gap < 1e-12, (index, found)
        if index % 10 == 1:
            assert float(found.enclosure.mid()) == pytest.approx(minimized(one, depth), rel=1e-9)


def minimized(one: MatrixProblem, depth: int) -> float:
    """The minimum over ``log r`` of the primal function, in float64, by SciPy."""
    sigma, target = (np.array([[float(arb(fmpq(x)) if isinstance(x, fmpq) else x) for x in row] for row in matrix])
                     for matrix in (one.covariance, one.regressor))
    values, vectors = np.linalg.eigh(sigma)
    root = vectors * np.sqrt(np.maximum(values, 0)) @ vectors.T
    V = target @ root

    def primal(logarithm: float) -> float:
        r = np.exp(logarithm)
        return float(2 * np.linalg.eigvalsh(r * sigma + (depth - 1) * r ** (-1 / (depth - 1)) * V.T @ V)[-1])

    grid = np.linspace(-40, 40, 401)
    start = grid[int(np.argmin([primal(x) for x in grid]))]
    found = minimize_scalar(primal, bounds=(start - 0.3, start + 0.3), method="bounded", options={"xatol": 1e-13})
    return float(found.fun)


def test_sixty_features_are_rigorous() -> None:
    rng = np.random.default_rng(60)
    found = min_sharpness(MatrixProblem.from_data(rng.standard_normal((90, 60)), rng.standard_normal((90, 4))), 3)
    assert found.rigorous and found.gap < 1e-12


@pytest.mark.parametrize("depth", [1, 2, 5])
def test_one_target_is_the_built_in_case(depth: int) -> None:
    rng = np.random.default_rng(depth)
    features, target = rng.standard_normal((9, 3)), rng.standard_normal(9)
    single = min_sharpness(RegressionProblem.from_data(features, target), depth)
    several = min_sharpness(MatrixProblem.from_data(features, target[:, None]), depth)
    assert (several.lower, several.upper, several.gap, several.c) == (single.lower, single.upper, single.gap, single.c)


def test_a_copied_target_doubles_the_energy() -> None:
    """Two equal targets are one that is √2 times as large: V^T V doubles."""
    rng = np.random.default_rng(7)
    features, target = rng.integers(-3, 4, (9, 3)), rng.integers(-3, 4, 9)
    one = RegressionProblem.from_data(rational_array(features), rational_array(target))
    two = MatrixProblem.of([one, one])
    single, double = min_sharpness(one, 2), min_sharpness(two, 2)
    assert double.lower / single.lower == pytest.approx(2**0.5, rel=1e-12)


def test_3000_other_minimizers_are_above_and_the_witness_attains() -> None:
    rng = np.random.default_rng(3000)
    sigma, target = np.diag([1.0, 4.0]), np.diag([2.0, 0.5])
    assert kernel_sharpness(sigma, [target, np.eye(2)]) == pytest.approx(10, abs=1e-12)
    for _ in range(3000):
        last = rng.standard_normal((2, 2)) if rng.random() < 0.5 else np.eye(2) + 0.1 * rng.standard_normal((2, 2))
        assert kernel_sharpness(sigma, [np.linalg.inv(last) @ target, last]) > 10


@pytest.mark.parametrize("depth", [2, 3, 6])
def test_the_primal_parameter_is_that_of_a_minimizer(depth: int) -> None:
    """W_1 = r_1^{-1/2} U^T W*, layers t I and W_L = t U, with r = t^{2(L-1)}, have the sharpness of the upper end."""
    rng = np.random.default_rng(depth)
    features, targets = rng.standard_normal((8, 3)), rng.standard_normal((8, 2))
    one = MatrixProblem.from_data(features, targets)
    found: MinSharpness = min_sharpness(one, depth)
    t = float(found.r) ** (0.5 / (depth - 1))
    layers = [one.regressor / t ** (depth - 1), *[t * np.eye(2)] * (depth - 2), t * np.eye(2)]
    assert kernel_sharpness(one.covariance, layers) == pytest.approx(found.upper, rel=1e-10)


@pytest.mark.parametrize(("call", "message"), [
    (lambda: MatrixProblem.from_data([[1.0], [2.0]], [1.0, 2.0]), "The targets must be a matrix"),
    (lambda: MatrixProblem.from_covariance([[1]], [1]), "The regressor must be a matrix"),
    (lambda: MatrixProblem.from_covariance([[1, 0], [0, 0]], [[1, 0], [0, 1]]), "lie in the range"),
    (lambda: min_sharpness(KINK, 0), "depth must be at least 1"),
    (lambda: min_sharpness(KINK, 2, 3), "no read-out"),
    (lambda: min_sharpness(MatrixProblem.from_covariance([[1]], [[0], [0]]), 2), "energy is zero"),
    (lambda: KINK.single(), "2 targets, not one"),
])
def test_what_cannot_be_is_refused(call, message) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(ValueError, match=message):
        call()
