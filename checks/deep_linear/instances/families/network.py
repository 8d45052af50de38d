"""Families of networks in general: the classics, and random networks of many kinds."""

from __future__ import annotations

from flint import fmpq

from .....numeric.linalg.rational import rational_array
from .....numeric.linalg.scalars import Array
from .....numeric.network.network import DeepLinearNetwork
from ....instances import building as draw
from ....instances.building import HALF, Generator
from ....instances.family import Family
from ..instance import Instance
from .family import Parts, exhibits, family, finish, line, on, scalar_layers

_14 = draw.diagonal(1, 4)
EXAMPLES: list[Parts] = [
    line(1),
    line(1, 1),
    line(2),
    line(2, 2),
    line(HALF, HALF),
    line(HALF, HALF, HALF),
    line(1, 1, 1),
    line(2, 2, 2),
    line(1, 1, covariance=[[fmpq(1, 16)]]),
    line(1, 1, covariance=[[4]]),
    line(fmpq(1, 10), 10),
    line(0, 0, regressor=[1]),
    line(0, 0, regressor=[4]),
    line(0, 0, 0, regressor=[1]),
    line(0, regressor=[1]),
    line(0, 0),
    line(1, 1, readout=[2]),
    line(1, 1, readout=[HALF]),
    line(1, readout=[HALF]),
    line(1, readout=[2]),
    line(2, 2, readout=[fmpq(1, 4)]),
    line(fmpq(1, 10), 10, readout=[2]),
    on(_14, [[[1, 0]], [[1]]]),
    on(_14, [[[fmpq(4, 3), 0]], [[fmpq(3, 4)]]]),
    on(_14, [[[0, 1]], [[1]]]),
    on(_14, [[[1, 0]]]),
    on(_14, [[[1, 1]], [[1]]]),
    on(draw.diagonal(1, 1), [[[1, 0]], [[1]]]),
    on(draw.diagonal(1, 1), [[[1, 0], [0, 1]], [[1, 1]]]),
    on(draw.diagonal(1, 0), [[[3, 4]], [[5]]]),
    on(draw.diagonal(1, 55), [[[1, 0]], [[1]], [[1]]]),
    on(draw.diagonal(1, 100), [[[1, fmpq(1, 10)]], *scalar_layers(1, 1, 1)]),
    on(_14, [[[1, 0]], *scalar_layers(1, 1)]),
    on(_14, [[[1, 0]], *scalar_layers(1, 1, 1, 1)]),
    on([[1]], [[[1], [1]], [[1, 1], [0, 1]]], readout=[fmpq(3, 5), fmpq(4, 5)]),
    # Just beyond the kink of the least sharpness, where L e = Lambda, and at it.
    on(draw.diagonal(1, fmpq(21, 10)), [[[1, 0]], [[1]]]),
    on(draw.diagonal(1, 2), [[[1, 0]], [[1]]]),
    # Off the minimum, flatter than any minimizer with the same q_1.
    line(0, 1, regressor=[2]),
]
classics = exhibits("classics", EXAMPLES)


def _with_regressor(rng: Generator, layers: list[Array], p: Array | None, target: Array) -> list[Array]:
    """The layers with the first changed so that the end-to-end regressor is ``target``."""
    if len(layers) == 1 and p is None:
        return [target[None, :].copy()]
    q_1 = DeepLinearNetwork(layers, p).backward()[1]
    if all(entry == 0 for entry in q_1):
        raise ArithmeticError("q_1 vanishes")
    norm = q_1 @ q_1
    free = layers[0] - q_1[:, None] * (q_1 @ layers[0])[None, :] / norm
    return [free + q_1[:, None] * target[None, :] / norm, *layers[1:]]


@family("small")
def small(rng: Generator, _: int) -> Instance:
    """Small halves: many ties, zero layers, zero regressors."""
    widths, p = draw.readout(rng, draw.shape(rng, 3, 4, 3))
    layers = [layer * HALF for layer in draw.integer_layers(rng, widths)]
    rank = draw.whole(rng, 0, widths[0] + 1) if rng.random() < 0.4 else None
    return finish(rng, draw.covariance(rng, widths[0], rank), layers, p)


@family("gaussian")
def gaussian(rng: Generator, _: int) -> Instance:
    widths, p = draw.readout(rng, draw.shape(rng))
    return finish(rng, draw.covariance(rng, widths[0]), draw.normal(rng, widths), p)


@family("compact")
def compact(rng: Generator, _: int) -> Instance:
    """Few weights of similar size, so that the exact dense Hessian can be computed."""
    widths, p = draw.readout(rng, draw.shape(rng, 3, 3, 3))
    layers = [layer / 16 for layer in draw.integer_layers(rng, widths, 20)]
    return finish(rng, draw.covariance(rng, widths[0]), layers, p)


@family("singular")
def singular(rng: Generator, _: int) -> Instance:
    widths, p = draw.readout(rng, draw.shape(rng, 5, 5, 4))
    sigma = draw.covariance(rng, widths[0], draw.whole(rng, 0, widths[0]))
    return finish(rng, sigma, draw.integer_layers(rng, widths), p)


@family("repeated")
def repeated(rng: Generator, index: int) -> Instance:
    """``Sigma = c I`` or two distinct eigenvalues, in a rotated basis."""
    widths, p = draw.readout(rng, draw.shape(rng, 4, 5, 4))
    d, (c, e) = widths[0], draw.half_integers(rng, 2)
    split = d if index % 2 else draw.whole(rng, 0, d + 1)
    q = draw.rotation(rng, d)
    sigma = q @ draw.diagonal(*[c] * split, *[e] * (d - split)) @ q.T
    return finish(rng, sigma, draw.integer_layers(rng, widths), p)


@family("eigenvector")
def eigenvector(rng: Generator, index: int) -> Instance:
    """``w*`` an eigenvector of a covariance with a rational spectrum, on both sides of the kink; some are singular."""
    widths, p = draw.readout(rng, draw.shape(rng, 4, 6, 4))
    d = widths[0]
    spectrum = draw.half_integers(rng, d)
    spectrum[0] *= fmpq(1, draw.whole(rng, 1, 9))
    if index % 4 == 2 and d > 1:
        spectrum[-1] = fmpq(0)
    q = draw.rotation(rng, d)
    sigma = q @ draw.diagonal(*spectrum) @ q.T
    target = q[:, 0] * fmpq(draw.whole(rng, 1, 6), 2)
    layers = draw.normal(rng, widths)
    if p is None or len(layers) > 1 or d == 1:
        layers = _with_regressor(rng, layers, p, target)
    scale = fmpq(4) ** draw.whole(rng, -3, 2)  # eigenvalues on both sides of 1, too
    return finish(rng, sigma * scale, layers, p)


def _extreme(name: str, exponent: int) -> Family[Instance]:
    """All layers and the covariance multiplied by powers of two."""

    @family(name)
    def extreme(rng: Generator, _: int) -> Instance:
        widths, p = draw.readout(rng, draw.shape(rng, 4, 5, 4))
        layers = [layer * fmpq(2) ** int(exponent * rng.random()) for layer in draw.normal(rng, widths)]
        shift = draw.whole(rng, 0, abs(exponent)) * (1 if exponent > 0 else -1)
        return finish(rng, draw.covariance(rng, widths[0]) * fmpq(2) ** shift, layers, p)

    return extreme


tiny, huge = _extreme("tiny", -200), _extreme("huge", 200)


@family("wild")
def wild(rng: Generator, _: int) -> Instance:
    """Two layers rescaled against each other by up to a thousand."""
    widths, p = draw.readout(rng, draw.shape(rng))
    layers = draw.normal(rng, widths)
    if len(layers) > 1:
        factor = draw.fraction(rng, (1, 1000), (1, 1000))
        layers[0], layers[1] = layers[0] / factor, layers[1] * factor
    return finish(rng, draw.covariance(rng, widths[0]), layers, p)


@family("residual")
def residual(rng: Generator, _: int) -> Instance:
    d, depth = draw.whole(rng, 1, 5), draw.whole(rng, 1, 9)
    layers = [draw.identity(d) + layer for layer in draw.normal(rng, (d,) * (depth + 1), 0.3 / (d * depth) ** 0.5)]
    p = draw.integers(rng, (d,)) + 7 * draw.identity(d)[0]
    return finish(rng, draw.covariance(rng, d), layers, p * fmpq(1, 4))


# Index 0 has a thousand layers: one such network in a run is enough, and `verify` has it.
@family("deep", quick=range(1, 10**6 + 1))
def deep(rng: Generator, index: int) -> Instance:
    """Depth up to 1000 (index 0), scalars near 1 so that nothing underflows.

    Few of the scalars differ from 1: at ``d = 1`` every bound is a tie, and exact ``L``-th powers must stay small.
    """
    depth = 1000 if index == 0 else draw.whole(rng, 8, 60)
    d = draw.whole(rng, 1, 4)
    layers = [draw.normal(rng, (d, 1), 1.0)[0]]
    near_one = [*rng.integers(60, 69, min(depth, 60) - 1), *[64] * (depth - 60)]
    layers += [rational_array([[int(x)]]) / 64 for x in near_one]
    return finish(rng, draw.covariance(rng, d), layers, None)


@family("stray")
def stray(rng: Generator, index: int) -> Instance:
    """Weights and a regressor drawn apart, so seldom a minimizer; every other covariance is singular."""
    widths, p = draw.readout(rng, draw.shape(rng, 3, 4, 3))
    layers = draw.integer_layers(rng, widths)
    sigma = draw.covariance(rng, widths[0], draw.lower_rank(rng, widths[0]) if index % 2 else None)
    return finish(rng, sigma, layers, p, regressor=draw.in_range(sigma, draw.integers(rng, (widths[0],))))
