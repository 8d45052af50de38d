"""Families for residual networks: square layers near the identity, stretched ones, pairs, and starts of the flow.

The initial risks that the theorems allow contain a logarithm or an exponential of an algebraic number other
than 0 (of 1, in the case of the logarithm), so are transcendental by Lindemann's theorem: no exact instance has its
risk *at* that boundary. Starts are put a billionth below and above it.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from flint import fmpq
from scipy.optimize import brentq

from ....numeric.linalg.rational import rational_array, simplest_rational
from ....numeric.network.network import DeepLinearNetwork
from ....numeric.network.problem import RegressionProblem
from ....numeric.network.residual_promise import ResidualStart, sharp_promise, simple_promise
from ..instance import Instance, make
from .network import Array, Generator, covariance, diagonal, finish, in_range, integers, lower_rank
from .paths import SMALL_PATHS

_HALF, _QUARTER = fmpq(1, 2), fmpq(1, 4)
_I2 = diagonal(1, 1)
_NEAR = 1e-9
"""How near to the boundary of a hypothesis starts are put, relatively."""


def _line(*weights: Any, size: Any = 1, **rest: Any) -> dict[str, Any]:
    """Layers of width one and a read-out."""
    return {"covariance": [[1]], "weights": [[[x]] for x in weights], "readout": [size], **rest}


def _multiples(*weights: Any, **rest: Any) -> dict[str, Any]:
    """Multiples of the identity on a problem of condition number 100; ``e_1`` is the flat direction."""
    return {"covariance": diagonal(1, 100), "weights": [x * _I2 for x in weights], "readout": [1, 0],
            "direction": [1, 0], **rest}


def _stretched(depth: int, size: fmpq, **rest: Any) -> dict[str, Any]:
    """``diag(1, a)`` first, ``diag(a, 1)`` last, identities between: the kernel at ``e_2`` attains its bounds."""
    return {"covariance": _I2, "weights": [diagonal(1, size), *[_I2] * (depth - 2), diagonal(size, 1)],
            "readout": [1, 0], "direction": [0, 1], **rest}


_ALTERNATE = [diagonal(3, fmpq(1, 3)), diagonal(fmpq(1, 3), 3), diagonal(3, fmpq(1, 3))]

PRODUCTS: list[dict[str, Any]] = [
    _line(1), _line(1, 1, 1), _line(1, 1, 1, size=_HALF), _line(1, 1, 1, size=2), _line(fmpq(1, 10), 1),
    _line(1, 1, 2, 2), _line(1, size=2), _line(1, size=_HALF), _line(1, 1, size=4), _line(2, 2, size=_QUARTER),
    _stretched(2, _HALF), _stretched(20, _HALF), _stretched(2, fmpq(2)), _stretched(20, fmpq(2)),
    _stretched(4, fmpq(16)), _multiples(1, 1), _multiples(*[1] * 10),
]

STARTS: list[dict[str, Any]] = [
    _line(1, 1, 1, regressor=[fmpq(11, 10)]),
    _line(1, 1, regressor=[fmpq(11, 10)]),
    _line(1, 1, size=_HALF, regressor=[1]),
    _line(1, 1, size=2, regressor=[1]),
    _stretched(2, _HALF, regressor=[_HALF, 1]),
    _stretched(20, _HALF, regressor=[_HALF, 1]),
    _stretched(20, fmpq(2), regressor=[2, 1]),
    _multiples(1, 1, regressor=[2, 0]),
    _multiples(1, 1, regressor=[1, 1]),
]

PAIRS: list[dict[str, Any]] = [
    _line(*[fmpq(99, 100)] * 5, start=[[[1]]] * 5),
    _line(*[fmpq(101, 100)] * 5, start=[[[1]]] * 5),
    {"covariance": _I2, "weights": [fmpq(9, 10) * _I2] * 3, "readout": [1, 0], "start": [_I2] * 3},
    {"covariance": _I2, "weights": [x + diagonal(fmpq(1, 300), 0) for x in _ALTERNATE], "readout": [1, 0],
     "start": _ALTERNATE},
    {"covariance": _I2, "weights": [[[1, 1]], [[2]]], "start": [[[1, 0]], [[1]]]},
    _line(*[fmpq(999, 1000)] * 7, 1, start=[[[1]]] * 8),
]


def _ones(depth: int, off: fmpq, size: Any = 1) -> dict[str, Any]:
    """All layers 1, the regressor off its target: the flow stays on a line."""
    return _line(*[1] * depth, size=size, regressor=[fmpq(size) + off])


PATHS: list[dict[str, Any]] = [
    _ones(2, fmpq(1, 10**8)),
    _ones(1, fmpq(-1, 100)),
    _ones(2, fmpq(-1, 200)),
    _ones(2, fmpq(-3, 100)),
    _ones(2, fmpq(-1, 25)),
    _ones(2, fmpq(-1, 1000), fmpq(1, 8)),
    _ones(2, fmpq(-1, 125), _QUARTER),
    _ones(2, fmpq(-2)),
    {"covariance": diagonal(1, 0), "weights": [_I2, _I2], "readout": [1, 1], "regressor": [fmpq(1001, 1000), 0]},
]


def _exhibited(table: list[dict[str, Any]]) -> Any:
    return lambda name, generator, index: make(name, **table[index])


products, starts, pairs_exhibited, paths_exhibited = map(_exhibited, (PRODUCTS, STARTS, PAIRS, PATHS))


def _near_identity(generator: Generator, most_d: int, most_depth: int) -> tuple[int, list[Array], Array]:
    """``W_k = I + s/sqrt(d L) N_k`` with ``s`` up to 1, and a read-out of any length."""
    d, depth = int(generator.integers(1, most_d + 1)), int(generator.integers(1, most_depth + 1))
    scale = float(generator.uniform(0.05, 1.0)) / np.sqrt(d * depth)
    layers = [rational_array(np.eye(d) + scale * generator.standard_normal((d, d))) for _ in range(depth)]
    p = integers(generator, (d,)) * fmpq(int(generator.integers(1, 9)), 4)
    p[0] = p[0] if p.any() else fmpq(1)
    return d, layers, p


def near_identity(name: str, generator: Generator, index: int) -> Instance:
    """Every other one has a regressor of its own; of either kind, every fourth a singular covariance."""
    d, layers, p = _near_identity(generator, 3, 5)
    sigma = covariance(generator, d, lower_rank(generator, d) if index % 8 in (4, 5) else None)
    stated = in_range(sigma, integers(generator, (d,))) if index % 2 else None
    return finish(name, generator, sigma, layers, p, regressor=stated)


def near_identity_minimizer(name: str, generator: Generator, index: int) -> Instance:
    """Minimizers; every fourth of small integers, mostly far from the identity, and every fourth on a singular
    covariance."""
    d, layers, p = _near_identity(generator, 3, 5)
    if index % 4 == 3:
        layers = [integers(generator, (d, d), 2) for _ in layers]
    sigma = covariance(generator, d, lower_rank(generator, d) if index % 4 == 2 else None)
    return finish(name, generator, sigma, layers, p)


def pair(name: str, generator: Generator, index: int) -> Instance:
    """Two sets of weights, from equal to far apart; every fifth of layers that are not square."""
    d, layers, p = _near_identity(generator, 3, 4)
    if index % 5 == 4:
        widths = [int(x) for x in generator.integers(1, 4, len(layers))]
        layers = [integers(generator, shape, 2) * _HALF for shape in zip(widths, [d, *widths], strict=False)]
        p = rational_array([1] * widths[-1])
    size = (0.0, 0.01, 0.1, 1.0)[index % 4]
    moved = [layer + rational_array(size * generator.standard_normal(layer.shape)) for layer in layers]
    made = finish(name, generator, covariance(generator, d), moved, p)
    return make(name, made.covariance, moved, readout=p, start=layers)


def path(name: str, generator: Generator, index: int) -> Instance:
    """Starts near the identity, a billionth below the risk that the simple or the sharper theorem allows.

    Every sixth is a billionth above what the sharper theorem allows, so above the simple one's too.
    """
    d, layers, p = _near_identity(generator, *((2, 3) if index < SMALL_PATHS else (3, 6)))
    layers = layers if len(layers) > 1 or index % 2 == 0 else layers * 2  # the sharper theorem has L >= 2
    sigma, away = covariance(generator, d), integers(generator, (d,))
    away[0] = away[0] if away.any() else fmpq(1)
    network = DeepLinearNetwork(layers, p)
    w = network.regressor()
    start = ResidualStart.of(RegressionProblem(sigma, w + away), network)
    promise = (sharp_promise if index % 2 else simple_promise)(start)
    allowed = float(promise.risk_gap.mid()) * (1 + _NEAR if index % 6 == 5 else 1 - _NEAR)
    energy = away @ sigma @ away
    return finish(name, generator, sigma, layers, p,
                  regressor=w + away * _simple(np.sqrt(allowed / float(energy.p) * float(energy.q))))


def radii(instance: Instance) -> list[fmpq]:
    """Radii to try in the sharper theorem: where it allows most, and the least that still allows the initial risk."""
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
    """A rational near a float, which no rounding error of the float changes."""
    near = fmpq(*float(value).as_integer_ratio())
    return simplest_rational(near * (1 - fmpq(1, 10**11)), near * (1 + fmpq(1, 10**11)))
