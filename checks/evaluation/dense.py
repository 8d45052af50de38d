"""Dense linear algebra of an instance by NumPy in float64 and Python fractions, for definitions.

Nothing here knows the kernel, the Hessian formula, the reductions or the exact rings: the risk is evaluated, and
differentiated by differences.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from functools import lru_cache
from itertools import pairwise
from typing import Any

import numpy as np

from ..instances.instance import Instance

STEP = Fraction(1, 2**60)
SMALL = 1e-9
"""Eigenvalues below this share of the largest one are those of the null space."""


def fractions(array: Any) -> Any:
    flat = [Fraction(int(x.p), int(x.q)) for x in array.reshape(-1)]
    return np.array(flat, dtype=object).reshape(array.shape)


def floats(array: Any) -> Any:
    return fractions(array).astype(float)


def end_to_end(weights: list[Any], readout: Any) -> Any:
    """``w = W_1^T ... W_L^T p``, multiplied from the right."""
    vector = readout
    for layer in reversed(weights):
        vector = layer.T @ vector
    return vector


def risk_of(case: Instance) -> Callable[[list[Any]], Fraction]:
    """The risk above its minimum as a function of the weights."""
    sigma, target = fractions(case.covariance), fractions(case.regressor)
    readout = np.array([Fraction(1)]) if case.readout is None else fractions(case.readout)

    def risk(weights: list[Any]) -> Fraction:
        gap = end_to_end(weights, readout) - target
        found: Fraction = gap @ (sigma @ gap)
        return found

    return risk


@lru_cache(maxsize=256)
def own_hessian(case: Instance) -> Any:
    """That at the weights of the instance, ``(weights, weights)``."""
    return difference_hessian(case, [fractions(w) for w in case.weights])


def difference_hessian(case: Instance, layers: list[Any]) -> Any:
    """Second differences of the risk with a step of ``2^-60`` in exact fractions, as float64.

    Exact arithmetic has no cancellation, so the error is of the size of the step.
    """
    risk = risk_of(case)
    places = [(k, index) for k, layer in enumerate(layers) for index in np.ndindex(layer.shape)]

    def moved(*chosen: tuple[int, tuple[int, ...]]) -> Fraction:
        changed = [layer.copy() for layer in layers]
        for k, index in chosen:
            changed[k][index] += STEP
        return risk(changed)

    base, single = moved(), [moved(place) for place in places]
    dense = np.empty((len(places), len(places)))
    for i, first in enumerate(places):
        for j, second in enumerate(places[: i + 1]):
            value = (moved(first, second) - single[i] - single[j] + base) / STEP**2
            dense[i, j] = dense[j, i] = float(value)
    return dense


def rescaled_weights(case: Instance, gamma: Fraction) -> list[Any]:
    first, second, *rest = (fractions(w) for w in case.weights)
    return [first / gamma, second * gamma, *rest]


def root(case: Instance) -> Any:
    """``Sigma^{1/2}`` by float64 eigenvectors."""
    values, vectors = np.linalg.eigh(floats(case.covariance))
    return (vectors * np.sqrt(np.clip(values, 0, None))) @ vectors.T


def unit(case: Instance, direction: Any) -> Any:
    """``z = Sigma^{1/2} u / |.|``."""
    image = root(case) @ floats(direction)
    return image / np.linalg.norm(image)


def determinant(case: Instance, weights: list[Any], eta: Fraction) -> float:
    dense = difference_hessian(case, weights)
    return float(np.linalg.det(np.eye(len(dense)) - float(eta) * dense))


def first_determinant(case: Instance, eta: Fraction) -> float:
    """At ``gamma = 2, 4, 8, ...``, the first that is not zero."""
    for power in range(1, 10):
        found = determinant(case, rescaled_weights(case, Fraction(2**power)), eta)
        if abs(found) > 1e-6:
            return found
    return 0.0


def regressor_of(case: Instance) -> Any:
    """As stated, or the projection of ``w`` on the range of the covariance, by LAPACK's eigenvectors."""
    if case.stated is not None:
        return floats(case.stated)
    values, vectors = np.linalg.eigh(covariance_of(case))
    kept = vectors[:, values > SMALL * values[-1]]
    return kept @ (kept.T @ pulled_back(case, 0))


def covariance_of(case: Instance) -> Any:
    return floats(case.covariance)


def signal_of(case: Instance) -> Any:
    return root(case) @ regressor_of(case)


def pulled_back(case: Instance, layer: int) -> Any:
    readout = np.ones(1) if case.readout is None else floats(case.readout)
    return end_to_end([floats(w) for w in case.weights[layer:]], readout)


@lru_cache(maxsize=256)
def exact_jacobian(case: Instance) -> Any:
    """Columns: the derivative of ``w`` in each weight, ``(d, weights)``, exact as ``w`` is affine in each."""
    layers = [fractions(w) for w in case.weights]
    readout = np.array([Fraction(1)]) if case.readout is None else fractions(case.readout)
    columns = []
    for k, layer in enumerate(layers):
        for index in np.ndindex(layer.shape):
            changed = [x.copy() for x in layers]
            changed[k][index] += STEP
            columns.append((end_to_end(changed, readout) - end_to_end(layers, readout)) / STEP)
    return np.array(columns).T


def jacobian(case: Instance) -> Any:
    return exact_jacobian(case).astype(float)


def imbalances(case: Instance) -> list[Any]:
    layers = [floats(w) for w in case.weights]
    return [lower @ lower.T - upper.T @ upper for lower, upper in pairwise(layers)]


def residual_of(case: Instance) -> Any:
    return root(case) @ (pulled_back(case, 0) - regressor_of(case))


@lru_cache(maxsize=256)
def exact_gradient(case: Instance) -> Any:
    """Central differences of the risk in fractions, shape ``(weights,)``: exact, as it is quadratic in each weight."""
    layers, risk = [fractions(w) for w in case.weights], risk_of(case)
    slopes = []
    for k, layer in enumerate(layers):
        for index in np.ndindex(layer.shape):
            ends = []
            for step in (STEP, -STEP):
                changed = [x.copy() for x in layers]
                changed[k][index] += step
                ends.append(risk(changed))
            slopes.append((ends[0] - ends[1]) / (2 * STEP))
    return np.array(slopes)


def difference_gradient(case: Instance) -> Any:
    return exact_gradient(case).astype(float)
