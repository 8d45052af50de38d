"""Families for residual networks: square layers near the identity, stretched ones, pairs, and starts of the flow.

The largest initial risks that the theorems allow contain an exponential of an algebraic number other than 0, or a
logarithm of one other than 1. By Lindemann's theorem they are transcendental: no exact instance has its risk *at* the
boundary. Starts are put a billionth below and above it.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from flint import fmpq
from scipy.optimize import brentq

from .....numeric.linalg.rational import rational_array, simplest_rational
from .....numeric.linalg.scalars import Array
from .....numeric.network.network import DeepLinearNetwork
from .....numeric.network.problem import RegressionProblem
from .....numeric.network.residual_promise import ResidualStart, sharp_promise, simple_promise
from ....instances import building as draw
from ....instances.building import HALF, Generator
from ..instance import Instance, make
from .family import Number, Parts, exhibits, family, finish, line, on, scalar_layers
from .paths import SMALL_PATHS

_QUARTER = fmpq(1, 4)
_I2 = draw.identity(2)
_NEAR = 1e-9
"""The relative distance of starts from the boundary of a hypothesis."""


def _line(*weights: Number, size: Number = 1, **rest: Any) -> Parts:
    """Layers of width one and a read-out."""
    return line(*weights, readout=[size], **rest)


def _multiples(*weights: Number, **rest: Any) -> Parts:
    """Multiples of the identity on a problem of condition number 100; ``e_1`` is the flat direction."""
    return on(draw.diagonal(1, 100), [x * _I2 for x in weights], readout=[1, 0], u=[1, 0], **rest)


def _stretched(depth: int, size: fmpq, **rest: Any) -> Parts:
    """``diag(1, a)`` first, ``diag(a, 1)`` last, identities between: the kernel at ``e_2`` attains its bounds."""
    return on(_I2, [draw.diagonal(1, size), *[_I2] * (depth - 2), draw.diagonal(size, 1)], readout=[1, 0], u=[0, 1],
              **rest)


_ALTERNATE = [draw.diagonal(3, fmpq(1, 3)), draw.diagonal(fmpq(1, 3), 3), draw.diagonal(3, fmpq(1, 3))]

PRODUCTS: list[Parts] = [
    _line(1), _line(1, 1, 1), _line(1, 1, 1, size=HALF), _line(1, 1, 1, size=2), _line(fmpq(1, 10), 1),
    _line(1, 1, 2, 2), _line(1, size=2), _line(1, size=HALF), _line(1, 1, size=4), _line(2, 2, size=_QUARTER),
    _stretched(2, HALF), _stretched(20, HALF), _stretched(2, fmpq(2)), _stretched(20, fmpq(2)),
    _stretched(4, fmpq(16)), _multiples(1, 1), _multiples(*[1] * 10),
]

STARTS: list[Parts] = [
    _line(1, 1, 1, regressor=[fmpq(11, 10)]),
    _line(1, 1, regressor=[fmpq(11, 10)]),
    _line(1, 1, size=HALF, regressor=[1]),
    _line(1, 1, size=2, regressor=[1]),
    _stretched(2, HALF, regressor=[HALF, 1]),
    _stretched(20, HALF, regressor=[HALF, 1]),
    _stretched(20, fmpq(2), regressor=[2, 1]),
    _multiples(1, 1, regressor=[2, 0]),
    _multiples(1, 1, regressor=[1, 1]),
]

PAIRS: list[Parts] = [
    _line(*[fmpq(99, 100)] * 5, start=scalar_layers(*[1] * 5)),
    _line(*[fmpq(101, 100)] * 5, start=scalar_layers(*[1] * 5)),
    on(_I2, [fmpq(9, 10) * _I2] * 3, readout=[1, 0], start=[_I2] * 3),
    on(_I2, [x + draw.diagonal(fmpq(1, 300), 0) for x in _ALTERNATE], readout=[1, 0], start=_ALTERNATE),
    on(_I2, [[[1, 1]], [[2]]], start=[[[1, 0]], [[1]]]),
    _line(*[fmpq(999, 1000)] * 7, 1, start=scalar_layers(*[1] * 8)),
]


def _ones(depth: int, off: fmpq, size: Number = 1) -> Parts:
    """All layers 1, the regressor off its target: the flow stays on a line."""
    return _line(*[1] * depth, size=size, regressor=[fmpq(size) + off])


PATHS: list[Parts] = [
    _ones(2, fmpq(1, 10**8)),
    _ones(1, fmpq(-1, 100)),
    _ones(2, fmpq(-1, 200)),
    _ones(2, fmpq(-3, 100)),
    _ones(2, fmpq(-1, 25)),
    _ones(2, fmpq(-1, 1000), fmpq(1, 8)),
    _ones(2, fmpq(-1, 125), _QUARTER),
    _ones(2, fmpq(-2)),
    on(draw.diagonal(1, 0), [_I2, _I2], readout=[1, 1], regressor=[fmpq(1001, 1000), 0]),
]

product_exhibits = exhibits("product-exhibits", PRODUCTS)
start_exhibits = exhibits("product-start-exhibits", STARTS)
pair_exhibits = exhibits("pair-exhibits", PAIRS)
path_exhibits = exhibits("residual-path-exhibits", PATHS)


def _near_identity(rng: Generator, most_d: int, most_depth: int) -> tuple[int, list[Array], Array]:
    """``W_k = I + s/sqrt(d L) N_k`` with ``s`` up to 1, and a read-out of any length."""
    d, depth = draw.whole(rng, 1, most_d + 1), draw.whole(rng, 1, most_depth + 1)
    scale = float(rng.uniform(0.05, 1.0)) / np.sqrt(d * depth)
    layers = [rational_array(np.eye(d) + scale * rng.standard_normal((d, d))) for _ in range(depth)]
    return d, layers, draw.nonzero(draw.integers(rng, (d,)) * fmpq(draw.whole(rng, 1, 9), 4))


@family("near-identity")
def near_identity(rng: Generator, index: int) -> Instance:
    """Every other instance has a regressor of its own; of each kind, every fourth covariance is singular."""
    d, layers, p = _near_identity(rng, 3, 5)
    sigma = draw.covariance(rng, d, draw.lower_rank(rng, d) if index % 8 in (4, 5) else None)
    stated = draw.in_range(sigma, draw.integers(rng, (d,))) if index % 2 else None
    return finish(rng, sigma, layers, p, regressor=stated)


@family("near-identity-minimizers")
def near_identity_minimizers(rng: Generator, index: int) -> Instance:
    """Minimizers. Every fourth has small integers as weights, mostly far from the identity; every fourth has a
    singular covariance."""
    d, layers, p = _near_identity(rng, 3, 5)
    if index % 4 == 3:
        layers = [draw.integers(rng, (d, d), 2) for _ in layers]
    sigma = draw.covariance(rng, d, draw.lower_rank(rng, d) if index % 4 == 2 else None)
    return finish(rng, sigma, layers, p)


@family("pairs")
def pairs(rng: Generator, index: int) -> Instance:
    """Two sets of weights, from equal to far apart; the layers of every fifth pair are not square."""
    d, layers, p = _near_identity(rng, 3, 4)
    if index % 5 == 4:
        widths = [int(x) for x in rng.integers(1, 4, len(layers))]
        layers = [draw.integers(rng, shape, 2) * HALF for shape in zip(widths, [d, *widths], strict=False)]
        p = rational_array([1] * widths[-1])
    size = (0.0, 0.01, 0.1, 1.0)[index % 4]
    moved = [draw.noise(rng, layer, size) for layer in layers]
    return make("", draw.covariance(rng, d), moved, readout=p, start=layers)


@family("residual-paths", quick=range(SMALL_PATHS))
def paths(rng: Generator, index: int) -> Instance:
    """Starts near the identity, a billionth below the risk that the simple or the sharper theorem allows.

    Every sixth is a billionth above what the sharper theorem allows, so above the simple one's too.
    """
    d, layers, p = _near_identity(rng, *((2, 3) if index < SMALL_PATHS else (3, 6)))
    layers = layers if len(layers) > 1 or index % 2 == 0 else layers * 2  # the sharper theorem has L >= 2
    sigma, away = draw.covariance(rng, d), draw.nonzero_integers(rng, d)
    network = DeepLinearNetwork(layers, p)
    w = network.regressor()
    start = ResidualStart.of(RegressionProblem(sigma, w + away), network)
    promise = (sharp_promise if index % 2 else simple_promise)(start)
    allowed = float(promise.risk_gap.mid()) * (1 + _NEAR if index % 6 == 5 else 1 - _NEAR)
    energy = np.dot(away, sigma @ away)
    return finish(rng, sigma, layers, p,
                  regressor=w + away * _simple(np.sqrt(allowed / float(energy.p) * float(energy.q))))


def radii(instance: Instance) -> list[fmpq]:
    """Radii to try in the sharper theorem: the one that allows the largest risk, the least that allows this start."""
    start = ResidualStart.of(RegressionProblem(instance.covariance, instance.regressor), instance.network)
    if start.depth < 2 or start.ends == 0:
        return []
    best = float(sharp_promise(start).move.mid())
    risk = float(start.risk_gap.mid())

    def spare(rho: float) -> float:
        return float(sharp_promise(start, rho).risk_gap.mid()) - risk

    tried = [best]
    if risk > 0 and spare(best) > 0:
        tried.append(brentq(spare, 0.0, best, xtol=1e-300, rtol=1e-13) * (1 + _NEAR))
    return [_simple(rho) for rho in tried]


def _simple(value: float) -> fmpq:
    """The simplest rational near a float: the same for floats that differ by rounding errors."""
    near = fmpq(*float(value).as_integer_ratio())
    return simplest_rational(near * (1 - fmpq(1, 10**11)), near * (1 + fmpq(1, 10**11)))
