"""Families for gradient flow: balanced and nearly balanced networks, starts, and exhibits."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
from flint import fmpq

from ....numeric.linalg.rational import rational_array
from ..instance import Instance, make
from .network import (
    Array,
    Generator,
    covariance,
    diagonal,
    finish,
    in_range,
    integers,
    lower_rank,
    normal,
    readout,
    rotation,
    shape,
)

_I2, _14 = diagonal(1, 1), diagonal(1, 4)
_HALF, _HUNDREDTH = fmpq(1, 2), fmpq(1, 100)


def _line(*values: Any, **rest: Any) -> dict[str, Any]:
    """Layers of width 1 in dimension 1."""
    return {"covariance": [[1]], "weights": [[[value]] for value in values], **rest}


def _column(*entries: Any, size: Any = 1) -> dict[str, Any]:
    """``W_1 = (size, 0)^T`` below a row of two."""
    return {"covariance": [[1]], "weights": [[[size], [0]], [[x * size for x in entries]]]}


EXHIBITS: list[dict[str, Any]] = [
    _line(1, regressor=[0]),
    _line(2, regressor=[0]),
    _line(1, regressor=[0], readout=[2]),
    _line(1, 0),
    _line(_HALF, 0),
    _line(2, 1, 0),
    _line(1, fmpq(11, 10)),
    _line(1, fmpq(99, 100), fmpq(99, 100)),
    _line(1, -1, regressor=[1]),
    _line(1, _HALF, regressor=[2]),
    _line(fmpq(3, 2), fmpq(-2, 3), regressor=[1]),
    # Equality in near-rank-one and, with theta = 1 and 3/4, the boundaries of limit-sharpness.
    {"covariance": _I2, "weights": [[[fmpq(4, 5), 0], [0, fmpq(3, 5)]], [[1, 0]]]},
    {"covariance": _I2, "weights": [[[1, 0], [0, 1]], [[1, 0]]]},
    {"covariance": diagonal(1, 2, 3, 4), "weights": [[[1, 0, 0, 0], [0, _HALF, _HALF, _HALF]], [[1, 0]]]},
    {"covariance": _I2, "weights": [[[1, 0], [0, 1]]], "readout": [1, 0]},
    {"covariance": _I2, "weights": [[[2, 0], [0, 0]]], "readout": [0, 1]},
    _column(fmpq(40, 41), fmpq(9, 41)),
    _column(fmpq(9999, 10001), fmpq(200, 10001)),
    _column(fmpq(35, 37), fmpq(12, 37)),
    _column(fmpq(35, 37), fmpq(12, 37), size=_HUNDREDTH),
    _column(0, 1),
    {"covariance": _I2, "weights": [[[fmpq(9, 10), 0], [0, 1]], [[1, 0], [0, fmpq(9, 10)]], [[1, 0]]]},
    {"covariance": [[1]], "weights": [[[1], [1]], [[1, 1]]]},
    {"covariance": _I2, "weights": [[[fmpq(3, 5), fmpq(4, 5)]], [[1]]], "regressor": [1, 0], "direction": [1, 1]},
    {"covariance": _I2, "weights": [[[1, _HALF], [0, -_HALF]], [[1, 1]]], "regressor": [2, 0],
     "direction": [1, 1]},
    {"covariance": _14, "weights": [[[1, 0]]], "regressor": [0, 0]},
    {"covariance": _14, "weights": [[[_HALF, 0]]], "regressor": [1, 0]},
    {"covariance": diagonal(1, 100), "weights": [[[_HALF, 0]]], "regressor": [1, 0]},
    {"covariance": _I2, "weights": [[[10, 0]], [[fmpq(1, 10)]]], "regressor": [1, 1]},
    # Equality in alignment: W_1 and W_2 leave the choice of top vectors free.
    {"covariance": _I2, "weights": [[[1, 0], [0, 1]], [[1, 0], [0, 1]], [[1, 0]]]},
]


def exhibits(name: str, _: Generator, index: int) -> Instance:
    return make(name, **EXHIBITS[index])


def rank_one_layers(generator: Generator, first: Array, depth: int, size: fmpq) -> list[Array]:
    """Layers ``size u_k u_{k-1}^T`` with ``u_0 = first`` and random rational unit vectors above: balanced."""
    widths = [int(x) for x in generator.integers(1, 4, depth - 1)]
    units = [first, *(rotation(generator, width)[0] for width in widths), rational_array([1])]
    return [size * upper[:, None] * lower[None, :] for lower, upper in pairwise(units)]


def balanced(name: str, generator: Generator, index: int) -> Instance:
    """Balanced plain networks: all layers of rank one, aligned, of one norm.

    In turn: a minimizer; one whose regressor is an eigenvector; with a regressor stated apart;
    with a regressor along the network's, both eigenvectors. In every second turn the covariance is singular.
    """
    d, depth = int(generator.integers(1, 5)), int(generator.integers(1, 7))
    basis = rotation(generator, d)
    size = fmpq(int(generator.integers(1, 9)), int(generator.integers(2, 7)))
    layers = rank_one_layers(generator, basis[:, 0], depth, size)
    singular = index % 8 >= 4
    sigma = covariance(generator, d, lower_rank(generator, d) if singular else None)
    if index % 2:
        spectrum = [fmpq(int(x), 2) for x in generator.integers(1, 9, d)]
        spectrum = spectrum if generator.random() < 0.7 else spectrum[:1] * d
        if singular and d > 1:
            spectrum[-1] = fmpq(0)
        sigma = basis @ diagonal(*spectrum) @ basis.T
    stated = {2: in_range(sigma, integers(generator, (d,))), 3: basis[:, 0] * fmpq(int(generator.integers(1, 9)), 4)}
    return finish(name, generator, sigma, layers, None, regressor=stated.get(index % 4))


def near_balanced(name: str, generator: Generator, index: int) -> Instance:
    """Balanced layers and noise, of a size that puts ``theta`` on both sides of ``3/4`` and 1."""
    d, depth = int(generator.integers(1, 5)), int(generator.integers(2, 6))
    layers = rank_one_layers(generator, rotation(generator, d)[0], depth, fmpq(int(generator.integers(4, 9)), 6))
    part = float(generator.uniform(0.02, 0.9)) / depth**2
    noise = [rational_array(part * generator.standard_normal(layer.shape)) for layer in layers]
    stated = integers(generator, (d,)) if index % 4 == 3 else None
    return finish(name, generator, covariance(generator, d), [a + b for a, b in zip(layers, noise, strict=True)], None,
                  regressor=stated)


def start(name: str, generator: Generator, index: int) -> Instance:
    """Gaussian initializations from tiny to of order one, plain or with a read-out, and a regressor; every fourth on
    a singular covariance."""
    widths, p = readout(generator, shape(generator, 3, 4, 4))
    scale = float(2.0 ** generator.uniform(-6, 0.5))
    target = integers(generator, (widths[0],))
    target[0] = target[0] if any(x != 0 for x in target) else fmpq(1)
    sigma = covariance(generator, widths[0], lower_rank(generator, widths[0]) if index % 4 == 3 else None)
    return finish(name, generator, sigma, normal(generator, widths, scale), p, regressor=in_range(sigma, target))


def isometries(name: str, generator: Generator, index: int) -> Instance:
    """Layers ``c_k (I 0)`` of up to 8 units below a row that sees one of them, or all: as far from rank one as any."""
    d, depth = 1 + index % 8, int(generator.integers(2, 5))
    widths = (d, *(max(1, d - int(x)) for x in np.sort(generator.integers(0, 3, depth - 1))), 1)
    sizes = [fmpq(int(x), 2) for x in generator.integers(1, 5, depth)]
    layers = [size * rational_array(np.eye(m, n, dtype=int))
              for size, (n, m) in zip(sizes, pairwise(widths), strict=True)]
    if index // 8 % 2:
        layers[-1] = sizes[-1] * rational_array(np.ones((1, widths[-2]), dtype=int))
    sigma = diagonal(*[1] * d) if index // 16 % 2 == 0 else covariance(generator, d)
    return finish(name, generator, sigma, layers, None)


def scalars(name: str, generator: Generator, index: int) -> Instance:
    """Scalar layers above a row: sharp for `norm-control`; every other one has a regressor of its own."""
    d, depth = int(generator.integers(1, 3)), int(generator.integers(1, 6))
    layers = [integers(generator, (1, d)) * _HALF]
    layers += [rational_array([[fmpq(int(x), 8)]]) for x in generator.integers(-12, 13, depth - 1)]
    stated = integers(generator, (d,)) if index % 2 else None
    return finish(name, generator, covariance(generator, d), layers, None, regressor=stated)
