"""Families for gradient flow: balanced and nearly balanced networks, starts, and exhibits."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from flint import fmpq

from .....numeric.linalg.rational import rational_array
from ....instances import building as draw
from ....instances.building import HALF, Generator
from ..instance import Instance
from .family import Number, Parts, exhibits, family, finish, line, on

_I2, _14 = draw.identity(2), draw.diagonal(1, 4)
_HUNDREDTH = fmpq(1, 100)


def _column(*entries: Number, size: Number = 1) -> Parts:
    """``W_1 = (size, 0)^T`` below a row of two."""
    return on([[1]], [[[size], [0]], [[x * size for x in entries]]])


EXHIBITS: list[Parts] = [
    line(1, regressor=[0]),
    line(2, regressor=[0]),
    line(1, regressor=[0], readout=[2]),
    line(1, 0),
    line(HALF, 0),
    line(2, 1, 0),
    line(1, fmpq(11, 10)),
    line(1, fmpq(99, 100), fmpq(99, 100)),
    line(1, -1, regressor=[1]),
    line(1, HALF, regressor=[2]),
    line(fmpq(3, 2), fmpq(-2, 3), regressor=[1]),
    # Equality in near-rank-one and, with theta = 1 and 3/4, the boundaries of limit-sharpness.
    on(_I2, [[[fmpq(4, 5), 0], [0, fmpq(3, 5)]], [[1, 0]]]),
    on(_I2, [[[1, 0], [0, 1]], [[1, 0]]]),
    on(draw.diagonal(1, 2, 3, 4), [[[1, 0, 0, 0], [0, HALF, HALF, HALF]], [[1, 0]]]),
    on(_I2, [[[1, 0], [0, 1]]], readout=[1, 0]),
    on(_I2, [[[2, 0], [0, 0]]], readout=[0, 1]),
    _column(fmpq(40, 41), fmpq(9, 41)),
    _column(fmpq(9999, 10001), fmpq(200, 10001)),
    _column(fmpq(35, 37), fmpq(12, 37)),
    _column(fmpq(35, 37), fmpq(12, 37), size=_HUNDREDTH),
    _column(0, 1),
    on(_I2, [[[fmpq(9, 10), 0], [0, 1]], [[1, 0], [0, fmpq(9, 10)]], [[1, 0]]]),
    on([[1]], [[[1], [1]], [[1, 1]]]),
    on(_I2, [[[fmpq(3, 5), fmpq(4, 5)]], [[1]]], regressor=[1, 0], u=[1, 1]),
    on(_I2, [[[1, HALF], [0, -HALF]], [[1, 1]]], regressor=[2, 0], u=[1, 1]),
    on(_14, [[[1, 0]]], regressor=[0, 0]),
    on(_14, [[[HALF, 0]]], regressor=[1, 0]),
    on(draw.diagonal(1, 100), [[[HALF, 0]]], regressor=[1, 0]),
    on(_I2, [[[10, 0]], [[fmpq(1, 10)]]], regressor=[1, 1]),
    # Equality in alignment: W_1 and W_2 leave the choice of top vectors free.
    on(_I2, [[[1, 0], [0, 1]], [[1, 0], [0, 1]], [[1, 0]]]),
]
flow_exhibits = exhibits("exhibits", EXHIBITS)


@family("balanced")
def balanced(rng: Generator, index: int) -> Instance:
    """Balanced plain networks: all layers of rank one, aligned, of one norm.

    In turn: a minimizer; a minimizer whose regressor is an eigenvector; a network with another regressor; a network
    with a multiple of its own regressor, an eigenvector. In every second turn the covariance is singular.
    """
    d, depth = draw.whole(rng, 1, 5), draw.whole(rng, 1, 7)
    basis = draw.rotation(rng, d)
    size = draw.fraction(rng, (1, 9), (2, 7))
    layers = draw.rank_one_layers(rng, basis[:, 0], depth, size)
    singular = index % 8 >= 4
    sigma = draw.covariance(rng, d, draw.lower_rank(rng, d) if singular else None)
    if index % 2:
        spectrum = draw.half_integers(rng, d)
        spectrum = spectrum if rng.random() < 0.7 else spectrum[:1] * d
        if singular and d > 1:
            spectrum[-1] = fmpq(0)
        sigma = basis @ draw.diagonal(*spectrum) @ basis.T
    stated = {2: draw.in_range(sigma, draw.integers(rng, (d,))), 3: basis[:, 0] * fmpq(draw.whole(rng, 1, 9), 4)}
    return finish(rng, sigma, layers, None, regressor=stated.get(index % 4))


@family("near-balanced")
def near_balanced(rng: Generator, index: int) -> Instance:
    """Balanced layers and noise, of a size that puts ``theta`` on both sides of ``3/4`` and 1."""
    d, depth = draw.whole(rng, 1, 5), draw.whole(rng, 2, 6)
    layers = draw.rank_one_layers(rng, draw.rotation(rng, d)[0], depth, fmpq(draw.whole(rng, 4, 9), 6))
    part = float(rng.uniform(0.02, 0.9)) / depth**2
    layers = [draw.noise(rng, layer, part) for layer in layers]
    stated = draw.integers(rng, (d,)) if index % 4 == 3 else None
    return finish(rng, draw.covariance(rng, d), layers, None, regressor=stated)


@family("starts")
def starts(rng: Generator, index: int) -> Instance:
    """Gaussian weights of scales from tiny to one, and a regressor; every fourth covariance is singular."""
    widths, p = draw.readout(rng, draw.shape(rng, 3, 4, 4))
    scale = float(2.0 ** rng.uniform(-6, 0.5))
    target = draw.nonzero_integers(rng, widths[0])
    sigma = draw.covariance(rng, widths[0], draw.lower_rank(rng, widths[0]) if index % 4 == 3 else None)
    return finish(rng, sigma, draw.normal(rng, widths, scale), p, regressor=draw.in_range(sigma, target))


@family("isometries")
def isometries(rng: Generator, index: int) -> Instance:
    """Layers ``c_k (I 0)`` of up to 8 units, as far from rank one as possible, below a row that sees one or all."""
    d, depth = 1 + index % 8, draw.whole(rng, 2, 5)
    widths = (d, *(max(1, d - int(x)) for x in np.sort(rng.integers(0, 3, depth - 1))), 1)
    sizes = [fmpq(int(x), 2) for x in rng.integers(1, 5, depth)]
    layers = [size * rational_array(np.eye(m, n, dtype=int))
              for size, (n, m) in zip(sizes, pairwise(widths), strict=True)]
    if index // 8 % 2:
        layers[-1] = sizes[-1] * rational_array(np.ones((1, widths[-2]), dtype=int))
    sigma = draw.identity(d) if index // 16 % 2 == 0 else draw.covariance(rng, d)
    return finish(rng, sigma, layers, None)


@family("scalars")
def scalars(rng: Generator, index: int) -> Instance:
    """Scalar layers above a row, for which `norm-control` is sharp; every other one has a regressor of its own."""
    d, depth = draw.whole(rng, 1, 3), draw.whole(rng, 1, 6)
    layers = [draw.integers(rng, (1, d)) * HALF]
    layers += [rational_array([[fmpq(int(x), 8)]]) for x in rng.integers(-12, 13, depth - 1)]
    stated = draw.integers(rng, (d,)) if index % 2 else None
    return finish(rng, draw.covariance(rng, d), layers, None, regressor=stated)
