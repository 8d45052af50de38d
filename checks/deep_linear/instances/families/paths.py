"""Starts of gradient flow whose trajectories and limits are enclosed: few exhibits, and random ones, ever larger."""

from __future__ import annotations

from flint import fmpq

from ....instances import building as draw
from ....instances.building import Generator
from ..instance import Instance
from .family import Parts, exhibits, family, finish, line, on

SMALL_PATHS, _MIDDLE = 24, 60
"""Below the first index starts are small (up to a second each), below the second of middle size, then as in the
paper."""

PATHS: list[Parts] = [
    # L = 1, almost along the least eigenvector: almost the exact rate.
    on(draw.diagonal(1, 4), [[[fmpq(1, 8), 0]]], regressor=[1, fmpq(1, 10**5)]),
    on(draw.diagonal(1, 100), [[[fmpq(1, 2), 0]]], regressor=[1, fmpq(1, 100)]),
    line(fmpq(1, 2), fmpq(1, 4), regressor=[1]),
    line(2, fmpq(1, 8), regressor=[1]),
    # Far from balanced.
    on(draw.diagonal(1, 1), [[[3, 0]], [[fmpq(1, 3)]]], regressor=[1, 1]),
    # From above the risk at zero.
    line(fmpq(3, 2), fmpq(-2, 3), regressor=[1]),
    on(draw.diagonal(1, 2), [[[fmpq(1, 4), 0], [0, fmpq(1, 4)]], [[fmpq(1, 4), 0]]], regressor=[1, 1]),
    on(draw.diagonal(1, 0), [[[fmpq(1, 2), fmpq(1, 4)]], [[fmpq(1, 2)]]], regressor=[1, 0]),
]
exhibited_paths = exhibits("exhibited-paths", PATHS)


# Later paths take seconds, then minutes.
@family("paths", quick=range(SMALL_PATHS))
def paths(rng: Generator, index: int) -> Instance:
    """In turn Gaussian of small scale, balanced and nearly balanced; the risk is below that of zero weights."""
    most_d, most_depth, most_width = (2, 3, 2) if index < SMALL_PATHS else (3, 5, 3) if index < _MIDDLE else (5, 10, 5)
    d = draw.whole(rng, 1, most_d + 1)
    depth = draw.whole(rng, 2, most_depth + 1)  # at L = 1 the rate is exact, and balls decide no tie
    if index % 3:
        layers = draw.rank_one_layers(rng, draw.rotation(rng, d)[0], depth, fmpq(draw.whole(rng, 2, 6), 6))
    if index % 3 == 2:
        layers = [draw.noise(rng, layer, 0.05) for layer in layers]
    if index % 3 == 0:
        widths = (d, *(int(x) for x in rng.integers(1, most_width + 1, depth - 1)), 1)
        layers = draw.normal(rng, widths, float(rng.uniform(0.2, 0.5)))
    sigma, target = draw.covariance(rng, d), draw.nonzero_integers(rng, d)
    made = finish(rng, sigma, layers, None)
    w = made.network.regressor()
    pull = w @ sigma @ target
    if pull == 0:
        target, pull = w, w @ sigma @ w
    # Not along -w, where the flow runs into the saddle at 0; and so long that R(W) < R(0) = |y|^2 / n.
    factor = (w @ sigma @ w) / (2 * pull)
    if not 0 < factor < 1:
        target = target * (factor * fmpq(3, 2) if factor > 0 else -1 + factor)
    return finish(rng, sigma, layers, None, regressor=target)
