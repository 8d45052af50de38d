"""Problems whose flattest minimizers are known exactly, because they were built from them."""

from __future__ import annotations

from itertools import count
from typing import Any

import numpy as np
from flint import fmpq

from ....numeric.linalg.rational import is_psd, rational_array
from ..instance import Instance, make
from .network import Generator, covariance, diagonal, finish, integers

Array = Any
Half = fmpq(1, 2)
_14 = diagonal(1, 4)

ALIGNED: list[dict[str, Any]] = [
    # W_1 = w/s and s at depth 2, so r = s^2.
    {"covariance": [[1]], "weights": [[[1]], [[1]]], "ratio": fmpq(1)},
    {"covariance": [[1]], "weights": [[[2]], [[2]]], "ratio": fmpq(4)},
    {"covariance": [[1]], "weights": [[[2]], [[Half]]], "ratio": fmpq(1, 4)},
    {"covariance": _14, "weights": [[[1, 0]], [[1]]], "ratio": fmpq(1)},
    {"covariance": _14, "weights": [[[0, 1]], [[1]]], "ratio": fmpq(1)},
    {"covariance": [[1]], "weights": [[[1]], [[2]], [[2]]], "ratio": fmpq(16)},
    {"covariance": [[1]], "weights": [[[Half]], [[2]], [[2]]], "ratio": fmpq(16)},
    {"covariance": _14, "weights": [[[1, 0]], [[1]], [[1]]], "ratio": fmpq(1)},
    {"covariance": [[1]], "weights": [[[1]], [[1]]], "readout": [2], "ratio": fmpq(4)},
]
"""Aligned minimizers with ``ratio = |q_1|^2``, small enough to read."""
PLANTED: list[tuple[Array, list[int], int, int]] = [
    (diagonal(1), [1], 2, 1), (diagonal(1), [1], 3, 1), (diagonal(4), [1], 2, 1), (_14, [1, 1], 2, 5),
    (_14, [1, 1], 3, 5),
]
"""Covariance, optimal direction ``u``, depth, and a factor that makes the regressor whole."""


def aligned_exhibit(name: str, _: Generator, index: int) -> Instance:
    return make(name, **ALIGNED[index])


def planted_exhibit(name: str, _: Generator, index: int) -> Instance:
    sigma, u, depth, factor = PLANTED[index]
    return _planted(name, sigma, rational_array(u), depth, fmpq(factor), None)


def aligned(name: str, generator: Generator, index: int) -> Instance:
    """An aligned minimizer with rational geometric norms: ``|q_k| = s t^(k-1)``, so ``r = s^2``."""
    d, depth = int(generator.integers(1, 5)), int(generator.integers(2, 8))
    t = fmpq(int(generator.integers(1, 9)), int(generator.integers(1, 9)))
    width = int(generator.integers(1, 4))
    plain = index % 2 == 0
    s = t ** -(depth - 1) if plain else fmpq(int(generator.integers(1, 9)), int(generator.integers(1, 9)))
    target = integers(generator, (d,))
    target[0] = target[0] if any(x != 0 for x in target) else fmpq(1)
    zero = rational_array(np.zeros((width, width), dtype=int))
    step = zero.copy()
    step[0, 0] = 1 / t
    first = rational_array(np.zeros((width, d), dtype=int))
    first[0] = target / s
    size = s * t ** (depth - 1)
    last_width = 1 if plain else 2
    # The last layer carries the unit vector p/|p| with |p| = s t^(L-1).
    unit = [fmpq(1)] if plain else [fmpq(3, 5), fmpq(4, 5)]
    last = rational_array(np.zeros((last_width, width), dtype=int))
    last[:, 0] = rational_array(unit) / t
    p = None if plain else rational_array(unit) * size
    layers = [first, *[step] * (depth - 2), last]
    rank = None if generator.random() < 0.7 else max(1, d - 1)
    return finish(name, generator, covariance(generator, d, rank), layers, p,
                   ratio=s * s, **_projected(target, rank))


def _projected(target: Array, rank: int | None) -> dict[str, Any]:
    """On a singular covariance the regressor is the projection, which ``make`` takes."""
    return {} if rank is not None else {"regressor": target}


def planted(name: str, generator: Generator, index: int) -> Instance:
    """A problem built from its optimal direction ``u``: ``w* = (mu - Sigma) u``.

    With ``mu = L u^T Sigma^2 u / u^T Sigma u >= Lambda``, ``z = Sigma^{1/2} u`` is the top
    eigenvector of ``Sigma + (L-1)(c/E) v v^T`` at ``c = E u^T Sigma^2 u / (u^T Sigma w*)^2``
    and the derivative in ``r`` vanishes there: both witnesses of ``S_min`` are exact. Every
    other problem has a read-out.
    """
    d, depth = int(generator.integers(1, 5)), int(generator.integers(2, 9))
    sigma = covariance(generator, d)
    u = integers(generator, (d,))
    u[0] = u[0] if any(x != 0 for x in u) else fmpq(1)
    identity = rational_array(np.eye(d, dtype=int))
    image = sigma @ u
    # Powers pull u towards the top of the spectrum until mu >= Lambda (depth is at least 2).
    for step in count(1):
        mu = depth * (image @ image) / (u @ image)
        if is_psd(mu * identity - sigma):
            break
        u = image if step % 20 else u + integers(generator, (d,))  # u may miss the top eigenspace
        image = sigma @ u
    scale = fmpq(1, int(generator.integers(1, 6)))
    p = None if index % 2 == 0 else fmpq(int(generator.integers(1, 9)), int(generator.integers(1, 9)))
    return _planted(name, sigma, u, depth, scale, p)


def _planted(name: str, sigma: Array, u: Array, depth: int, scale: fmpq, p: fmpq | None) -> Instance:
    """The problem whose optimal direction is ``u``, its regressor and ``c`` computed from it."""
    image = sigma @ u
    target = (depth * (image @ image) / (u @ image) * u - image) * scale
    pull = u @ sigma @ target
    c = (target @ sigma @ target) * (image @ image) / (pull * pull)
    layers = [target[None, :] / (p or 1), *[rational_array([[1]])] * (depth - 1)]
    return make(name, sigma, layers, readout=None if p is None else rational_array([p]), direction=u, curvature=c)
