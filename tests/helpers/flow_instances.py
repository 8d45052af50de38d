"""Problems and networks whose gradient flow is known, or random ones, for the tests of the flow."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from flint import fmpq
from mpmath import mpf

from flatcert.numeric.linalg.rational import rational, rational_array
from flatcert.numeric.linalg.scalars import object_array
from flatcert.numeric.network.network import DeepLinearNetwork
from flatcert.numeric.network.problem import RegressionProblem


def gaussian_instance(d, depth, scale, seed, samples=50):
    """The setting of the paper's figure 1: Gaussian data, ``‖w*‖ = 1``, all hidden widths ``d``."""
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(samples, d))
    y = X @ rng.normal(size=d) + rng.normal(size=samples)
    y /= np.linalg.norm(np.linalg.lstsq(X, y, rcond=None)[0])
    widths = [d] * depth + [1]
    weights = [scale * rng.normal(size=(upper, lower)) for lower, upper in pairwise(widths)]
    return RegressionProblem.from_data(X, y), DeepLinearNetwork(weights)


def rank_one_chain(direction, size, depth):
    """Balanced ``W_1 = σ u ŵᵀ``, then ``σ u uᵀ``, last ``σ uᵀ``, exact; ``u = (3/5, 4/5)``; ``w = σ^L ŵ``."""
    u, w = rational_array(["3/5", "4/5"]), rational_array(direction)
    if depth == 1:
        return DeepLinearNetwork([size * w[None, :]])
    inner = [size * np.outer(u, u)] * (depth - 2)
    return DeepLinearNetwork([size * np.outer(u, w), *inner, size * u[None, :]])


def isotropic(c, target):
    """``Σ = cI`` with ``w* = target``."""
    w = rational_array(target)
    zero = fmpq(0)
    size = len(w)
    entries = [rational(c) if i == j else zero for i in range(size) for j in range(size)]
    return RegressionProblem.from_covariance(object_array(entries, (size, size)), w)


def nudged(network, length, rng):
    """The network moved by a random exact direction of about this Frobenius norm, but not above it."""
    steps = [rng.normal(size=weight.shape) for weight in network.weights]
    norm = np.sqrt(sum((step**2).sum() for step in steps))
    moved = [
        rational_array(weight) + rational_array(step * (0.999 * length / norm))
        for weight, step in zip(network.weights, steps, strict=True)
    ]
    return DeepLinearNetwork(moved)


def exactly(value):
    """An mpf as the rational that it is."""
    return rational(mpf(value))
