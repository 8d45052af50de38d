"""Words of polynomial identities and named hypotheses once more, in Python fractions, from their definitions.

Derivatives of the regressor are those of a map that is affine in each layer: a layer is put in place of
another. Nothing here knows the kernel, polynomials, or the exact matrices of the decider.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from itertools import combinations, pairwise

import numpy as np
import sympy as sp

from ....numeric.linalg.scalars import Array
from ...evaluation.evaluate import Value
from ..evaluation.dense import (
    end_to_end,
    exact_gradient,
    exact_jacobian,
    fractions,
    readout_of,
    rescaled_weights,
    risk_of,
    weights_of,
)
from ..instances.instance import Instance


def direction_of(case: Instance) -> list[Array]:
    """The direction ``Xi`` of :func:`.identities.rational_point`: all entries are 1 in layer 1, 2 in layer 2 ..."""
    return [np.full(layer.shape, Fraction(1 + k)) for k, layer in enumerate(case.weights)]


def regressor(case: Instance) -> Array:
    return end_to_end(weights_of(case), readout_of(case))


def gap(case: Instance) -> Array:
    """``w - w*``."""
    return regressor(case) - fractions(case.regressor)


def _replaced(case: Instance, places: tuple[int, ...]) -> Array:
    """The regressor with ``Xi`` in place of some layers."""
    xi = direction_of(case)
    return end_to_end([xi[k] if k in places else w for k, w in enumerate(weights_of(case))], readout_of(case))


def _derivative(case: Instance, order: int) -> Array:
    places = combinations(range(len(case.weights)), order)
    return sum((_replaced(case, chosen) for chosen in places), 0 * regressor(case))


def _curvature(case: Instance) -> Fraction:
    """The second derivative of the risk along ``Xi``: enough finite differences of a polynomial are exact."""
    risk, xi = risk_of(case), direction_of(case)
    at = range(2 * len(xi) + 1)
    values = [risk([w + step * x for w, x in zip(weights_of(case), xi, strict=True)]) for step in at]
    weights = sp.finite_diff_weights(2, list(map(sp.Integer, at)), sp.S.Zero)[2][-1]
    return sum((Fraction(int(x.p), int(x.q)) * y for x, y in zip(weights, values, strict=True)), Fraction(0))


def by_layer(case: Instance, flat: Array) -> list[Array]:
    """The layers of a vector that has an entry for every weight."""
    ends = np.cumsum([layer.size for layer in case.weights])[:-1]
    return [part.reshape(layer.shape) for part, layer in zip(np.split(flat, ends), case.weights, strict=True)]


def _imbalance_along_flow(case: Instance, k: int) -> Array:
    """The product rule, with ``-gradient`` for the derivative of each layer."""
    slopes, weights = by_layer(case, exact_gradient(case)), weights_of(case)

    def changes(x: Array, slope: Array) -> Array:
        product: Array = slope @ x.T
        return -(product + product.T)

    return changes(weights[k - 1], slopes[k - 1]) - changes(weights[k].T, slopes[k].T)


def _forward(case: Instance, k: int) -> Array:
    product: Array = np.eye(case.covariance.shape[0], dtype=int) + Fraction(0)
    for layer in weights_of(case)[:k]:
        product = layer @ product
    return product


def _slope(case: Instance) -> Array:
    found: Array = 2 * (fractions(case.covariance) @ gap(case))
    return found


def _rescaled(case: Instance) -> Array:
    return end_to_end(rescaled_weights(case, _factor(case)), readout_of(case))


def _factor(case: Instance) -> Fraction:
    return Fraction(str(case.values["gamma"]))


SCALARS: dict[str, Callable[[Instance], Value]] = {
    "Sigma": lambda c: fractions(c.covariance),
    "M": lambda c: exact_jacobian(c) @ exact_jacobian(c).T,
    "u": lambda c: fractions(c.values["u"])[:, None],
    "w": lambda c: regressor(c)[:, None],
    "w_star": lambda c: fractions(c.regressor)[:, None],
    "g": lambda c: _slope(c)[:, None],
    "gamma": _factor,
    "w_rescaled": lambda c: _rescaled(c)[:, None],
    "w_dot": lambda c: _derivative(c, 1)[:, None],
    "w_ddot": lambda c: 2 * _derivative(c, 2)[:, None],
    "w_flow": lambda c: -(exact_jacobian(c) @ exact_gradient(c))[:, None],
    "curvature": _curvature,
}
FAMILIES: dict[str, tuple[int, int, Callable[[Instance, int], Array]]] = {
    "W": (1, 0, lambda c, k: weights_of(c)[k - 1]),
    "P": (0, 0, _forward),
    "q": (0, 0, lambda c, k: end_to_end(weights_of(c)[k:], readout_of(c))[:, None]),
    "h": (0, 0, lambda c, k: (_forward(c, k) @ _slope(c))[:, None]),
    "Xi": (1, 0, lambda c, k: direction_of(c)[k - 1]),
    "gradient": (1, 0, lambda c, k: by_layer(c, exact_gradient(c))[k - 1]),
    "adjoint": (1, 0, lambda c, k: by_layer(c, fractions(c.values["u"]) @ exact_jacobian(c))[k - 1]),
    "D_dot": (1, 1, _imbalance_along_flow),
}
"""The first layer, how many layers short of ``L`` a family ends, and its members."""


def _vanishes(array: Array) -> bool:
    return all(entry == 0 for entry in array.flat)


def _energy(case: Instance) -> Fraction:
    target = fractions(case.regressor)
    found: Fraction = target @ (fractions(case.covariance) @ target)
    return found


def _parallel(x: Array, y: Array) -> bool:
    return all(x[i] * y[j] == x[j] * y[i] for i, j in combinations(range(len(x)), 2))


HYPOTHESES: dict[str, Callable[[Instance], bool]] = {
    "minimizer": lambda c: _vanishes(fractions(c.covariance) @ gap(c)),
    "E > 0": lambda c: _energy(c) > 0,
    "L >= 2": lambda c: len(c.weights) in range(2, 10**6),
    "L >= 3": lambda c: len(c.weights) in range(3, 10**6),
    "L == 1": lambda c: len(c.weights) not in range(2, 10**6),
    "w* eigenvector": lambda c: _energy(c) > 0 and _parallel(
        fractions(c.covariance) @ fractions(c.regressor), fractions(c.regressor)),
    "q_1 != 0": lambda c: not _vanishes(end_to_end(weights_of(c)[1:], readout_of(c))),
    "plain": lambda c: readout_of(c).tolist() == [1],
    "w == w*": lambda c: _vanishes(gap(c)),
    "w along w*": lambda c: _parallel(regressor(c), fractions(c.regressor)) and bool(
        regressor(c) @ fractions(c.regressor) >= 0),
    "square": lambda c: all(layer.shape == c.covariance.shape for layer in c.weights),
    "balanced": lambda c: all(_vanishes(x @ x.T - y.T @ y) for x, y in pairwise(weights_of(c))),
}
"""What each named hypothesis says of an instance."""
