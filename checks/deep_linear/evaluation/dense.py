"""Dense linear algebra of an instance by NumPy in float64 and Python fractions, for definitions.

Nothing here knows the kernel, the Hessian formula, the reductions or the exact rings: the risk is evaluated, and
differentiated by differences.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from functools import lru_cache
from itertools import pairwise

import numpy as np

from ....numeric.linalg.scalars import Array
from ..instances.instance import Instance

STEP = Fraction(1, 2**60)
SMALL = 1e-9
"""Eigenvalues below this share of the largest one are those of the null space."""
Place = tuple[int, tuple[int, ...]]
"""A layer, and the row and column of a weight in it."""


def fractions(array: Array) -> Array:
    flat = [Fraction(int(x.p), int(x.q)) for x in array.reshape(-1)]
    return np.array(flat, dtype=object).reshape(array.shape)


def floats(array: Array) -> Array:
    return fractions(array).astype(float)


def weights_of(case: Instance) -> list[Array]:
    return [fractions(layer) for layer in case.weights]


def readout_of(case: Instance) -> Array:
    return np.array([Fraction(1)]) if case.readout is None else fractions(case.readout)


def end_to_end(weights: list[Array], readout: Array) -> Array:
    """``w = W_1^T ... W_L^T p``, multiplied from the right."""
    vector = readout
    for layer in reversed(weights):
        vector = layer.T @ vector
    return vector


def risk_of(case: Instance) -> Callable[[list[Array]], Fraction]:
    """The risk above its minimum as a function of the weights."""
    sigma, target, readout = fractions(case.covariance), fractions(case.regressor), readout_of(case)

    def risk(weights: list[Array]) -> Fraction:
        gap = end_to_end(weights, readout) - target
        found: Fraction = gap @ (sigma @ gap)
        return found

    return risk


def _places(layers: list[Array]) -> list[Place]:
    return [(k, index) for k, layer in enumerate(layers) for index in np.ndindex(layer.shape)]


def _moved(layers: list[Array], *chosen: Place, step: Fraction = STEP) -> list[Array]:
    """The layers with a step added at each of the chosen weights."""
    changed = [layer.copy() for layer in layers]
    for k, index in chosen:
        changed[k][index] += step
    return changed


@lru_cache(maxsize=256)
def own_hessian(case: Instance) -> Array:
    """The Hessian at the weights of the instance, ``(weights, weights)``."""
    return difference_hessian(case, weights_of(case))


def difference_hessian(case: Instance, layers: list[Array]) -> Array:
    """Second differences of the risk with a step of ``2^-60`` in exact fractions, as float64.

    Exact arithmetic has no cancellation, so the error is of the size of the step.
    """
    risk, places = risk_of(case), _places(layers)
    base, single = risk(layers), [risk(_moved(layers, place)) for place in places]
    dense = np.empty((len(places), len(places)))
    for i, first in enumerate(places):
        for j, second in enumerate(places[: i + 1]):
            value = (risk(_moved(layers, first, second)) - single[i] - single[j] + base) / STEP**2
            dense[i, j] = dense[j, i] = float(value)
    return dense


def rescaled_weights(case: Instance, gamma: Fraction) -> list[Array]:
    first, second, *rest = weights_of(case)
    return [first / gamma, second * gamma, *rest]


def root(case: Instance) -> Array:
    """``Sigma^{1/2}`` by float64 eigenvectors."""
    values, vectors = np.linalg.eigh(floats(case.covariance))
    found: Array = (vectors * np.sqrt(np.clip(values, 0, None))) @ vectors.T
    return found


def unit(case: Instance, direction: Array) -> Array:
    """``z = Sigma^{1/2} u / |.|``."""
    image: Array = root(case) @ floats(direction)
    unit_vector: Array = image / np.linalg.norm(image)
    return unit_vector


def determinant(case: Instance, weights: list[Array], eta: Fraction) -> float:
    dense = difference_hessian(case, weights)
    return float(np.linalg.det(np.eye(len(dense)) - float(eta) * dense))


def first_determinant(case: Instance, eta: Fraction) -> float:
    """The first nonzero determinant at ``gamma = 2, 4, 8, ...``."""
    for power in range(1, 10):
        found = determinant(case, rescaled_weights(case, Fraction(2**power)), eta)
        if abs(found) > 1e-6:
            return found
    return 0.0


def regressor_of(case: Instance) -> Array:
    """``w*`` as stated, or the projection of ``w`` on the range of the covariance by LAPACK's eigenvectors."""
    if case.stated is not None:
        return floats(case.stated)
    values, vectors = np.linalg.eigh(covariance_of(case))
    kept = vectors[:, values > SMALL * values[-1]]
    found: Array = kept @ (kept.T @ pulled_back(case, 0))
    return found


def covariance_of(case: Instance) -> Array:
    return floats(case.covariance)


def signal_of(case: Instance) -> Array:
    return root(case) @ regressor_of(case)


def pulled_back(case: Instance, layer: int) -> Array:
    """``W_{layer+1}^T ... W_L^T p``."""
    return end_to_end([floats(w) for w in case.weights[layer:]], readout_of(case).astype(float))


@lru_cache(maxsize=256)
def exact_jacobian(case: Instance) -> Array:
    """The derivatives of ``w``, one column a weight, ``(d, weights)``: exact, as ``w`` is affine in each weight."""
    layers, readout = weights_of(case), readout_of(case)
    base = end_to_end(layers, readout)
    return np.array([(end_to_end(_moved(layers, place), readout) - base) / STEP for place in _places(layers)]).T


def imbalances(case: Instance) -> list[Array]:
    layers = [floats(w) for w in case.weights]
    return [lower @ lower.T - upper.T @ upper for lower, upper in pairwise(layers)]


def residual_of(case: Instance) -> Array:
    found: Array = root(case) @ (pulled_back(case, 0) - regressor_of(case))
    return found


@lru_cache(maxsize=256)
def exact_gradient(case: Instance) -> Array:
    """Central differences of the risk in fractions, shape ``(weights,)``: exact, as it is quadratic in each weight."""
    layers, risk = weights_of(case), risk_of(case)
    return np.array([(risk(_moved(layers, place)) - risk(_moved(layers, place, step=-STEP))) / (2 * STEP)
                     for place in _places(layers)])
