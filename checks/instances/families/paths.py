"""Starts of gradient flow whose trajectories and limits are enclosed: few exhibits, then random ones that grow."""

from __future__ import annotations

from typing import Any

from flint import fmpq

from ....numeric.linalg.rational import rational_array
from ..instance import Instance, make
from .flow import rank_one_layers
from .network import Generator, covariance, diagonal, finish, integers, normal, rotation

SMALL_PATHS, _MIDDLE = 24, 60
"""Up to these indices starts are small (up to a second), then of middle size, then as in the paper."""

PATHS: list[dict[str, Any]] = [
    # L = 1, almost along the least eigenvector: the exact rate, almost.
    {"covariance": diagonal(1, 4), "weights": [[[fmpq(1, 8), 0]]], "regressor": [1, fmpq(1, 10**5)]},
    {"covariance": diagonal(1, 100), "weights": [[[fmpq(1, 2), 0]]], "regressor": [1, fmpq(1, 100)]},
    {"covariance": [[1]], "weights": [[[fmpq(1, 2)]], [[fmpq(1, 4)]]], "regressor": [1]},
    {"covariance": [[1]], "weights": [[[2]], [[fmpq(1, 8)]]], "regressor": [1]},
    # Far from balanced.
    {"covariance": diagonal(1, 1), "weights": [[[3, 0]], [[fmpq(1, 3)]]], "regressor": [1, 1]},
    # From above the risk at zero.
    {"covariance": [[1]], "weights": [[[fmpq(3, 2)]], [[fmpq(-2, 3)]]], "regressor": [1]},
    {"covariance": diagonal(1, 2), "weights": [[[fmpq(1, 4), 0], [0, fmpq(1, 4)]], [[fmpq(1, 4), 0]]],
     "regressor": [1, 1]},
    {"covariance": diagonal(1, 0), "weights": [[[fmpq(1, 2), fmpq(1, 4)]], [[fmpq(1, 2)]]], "regressor": [1, 0]},
]


def exhibited_path(name: str, _: Generator, index: int) -> Instance:
    return make(name, **PATHS[index])


def path(name: str, generator: Generator, index: int) -> Instance:
    """Gaussian of small scale, balanced, or nearly balanced; from below the risk of zero weights."""
    most_d, most_depth, most_width = (2, 3, 2) if index < SMALL_PATHS else (3, 5, 3) if index < _MIDDLE else (5, 10, 5)
    d = int(generator.integers(1, most_d + 1))
    depth = int(generator.integers(2, most_depth + 1))  # at L = 1 the rate is exact, and balls decide no tie
    if index % 3:
        layers = rank_one_layers(generator, rotation(generator, d)[0], depth, fmpq(int(generator.integers(2, 6)), 6))
    if index % 3 == 2:
        layers = [layer + rational_array(0.05 * generator.standard_normal(layer.shape)) for layer in layers]
    if index % 3 == 0:
        widths = (d, *(int(x) for x in generator.integers(1, most_width + 1, depth - 1)), 1)
        layers = normal(generator, widths, float(generator.uniform(0.2, 0.5)))
    sigma, target = covariance(generator, d), integers(generator, (d,))
    target[0] = target[0] if any(x != 0 for x in target) else fmpq(1)
    made = finish(name, generator, sigma, layers, None)
    w = made.network.regressor()
    pull = w @ sigma @ target
    if pull == 0:
        target, pull = w, w @ sigma @ w
    # Along -w the flow would run into the saddle at 0; so far that R(W) < R(0) = |y|^2 / n.
    factor = (w @ sigma @ w) / (2 * pull)
    if not 0 < factor < 1:
        target = target * (factor * fmpq(3, 2) if factor > 0 else -1 + factor)
    return finish(name, generator, sigma, layers, None, regressor=target)
