"""Problems whose flattest minimizers are known exactly, because they were built from them."""

from __future__ import annotations

from itertools import count

import numpy as np
from flint import fmpq

from ....numeric.linalg.rational import is_psd, rational_array
from ....numeric.linalg.scalars import Array
from ..instance import Instance, make
from . import building as draw
from .building import HALF, Generator
from .family import Family, Parts, exhibits, family, finish, line

_14 = draw.diagonal(1, 4)

ALIGNED: list[Parts] = [
    # W_1 = w/s and s at depth 2, so r = s^2.
    line(1, 1, r=fmpq(1)),
    line(2, 2, r=fmpq(4)),
    line(2, HALF, r=fmpq(1, 4)),
    {"covariance": _14, "weights": [[[1, 0]], [[1]]], "r": fmpq(1)},
    {"covariance": _14, "weights": [[[0, 1]], [[1]]], "r": fmpq(1)},
    line(1, 2, 2, r=fmpq(16)),
    line(HALF, 2, 2, r=fmpq(16)),
    {"covariance": _14, "weights": [[[1, 0]], [[1]], [[1]]], "r": fmpq(1)},
    line(1, 1, readout=[2], r=fmpq(4)),
]
"""Aligned minimizers with ``r = |q_1|^2``, small enough to read."""
PLANTED: list[tuple[Array, list[int], int, int]] = [
    (draw.diagonal(1), [1], 2, 1), (draw.diagonal(1), [1], 3, 1), (draw.diagonal(4), [1], 2, 1), (_14, [1, 1], 2, 5),
    (_14, [1, 1], 3, 5),
]
"""Covariance, optimal direction ``u``, depth, and a factor that makes the regressor whole."""

aligned_exhibits = exhibits("aligned-exhibits", ALIGNED)


@family("aligned")
def aligned(rng: Generator, index: int) -> Instance:
    """An aligned minimizer with rational geometric norms: ``|q_k| = s t^(k-1)``, so ``r = s^2``."""
    d, depth = draw.whole(rng, 1, 5), draw.whole(rng, 2, 8)
    t = draw.fraction(rng)
    width = draw.whole(rng, 1, 4)
    plain = index % 2 == 0
    s = t ** -(depth - 1) if plain else draw.fraction(rng)
    target = draw.nonzero_integers(rng, d)
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
    rank = None if rng.random() < 0.7 else max(1, d - 1)
    # On a singular covariance the regressor is the projection, which `make` takes.
    return finish(rng, draw.covariance(rng, d, rank), layers, p, regressor=target if rank is None else None,
                  r=s * s)


@family("planted")
def planted(rng: Generator, index: int) -> Instance:
    """A problem built from its optimal direction ``u``: ``w* = (mu - Sigma) u``.

    With ``mu = L u^T Sigma^2 u / u^T Sigma u >= Lambda``, ``z = Sigma^{1/2} u`` is the top
    eigenvector of ``Sigma + (L-1)(c/E) v v^T`` at ``c = E u^T Sigma^2 u / (u^T Sigma w*)^2``
    and the derivative in ``r`` vanishes there: both witnesses of ``S_min`` are exact. Every
    other problem has a read-out.
    """
    d, depth = draw.whole(rng, 1, 5), draw.whole(rng, 2, 9)
    sigma = draw.covariance(rng, d)
    u = draw.nonzero_integers(rng, d)
    image = sigma @ u
    # Powers pull u towards the top of the spectrum until mu >= Lambda (depth is at least 2).
    for step in count(1):
        mu = depth * (image @ image) / (u @ image)
        if is_psd(mu * draw.identity(d) - sigma):
            break
        u = image if step % 20 else u + draw.integers(rng, (d,))  # u may miss the top eigenspace
        image = sigma @ u
    scale = fmpq(1, draw.whole(rng, 1, 6))
    p = None if index % 2 == 0 else draw.fraction(rng)
    return _planted(sigma, u, depth, scale, p)


def _planted(sigma: Array, u: Array, depth: int, scale: fmpq, p: fmpq | None) -> Instance:
    """The problem whose optimal direction is ``u``; its regressor and ``c`` follow from ``u``."""
    image = sigma @ u
    target = (depth * (image @ image) / (u @ image) * u - image) * scale
    pull = u @ sigma @ target
    c = (target @ sigma @ target) * (image @ image) / (pull * pull)
    layers = [target[None, :] / (p or 1), *[rational_array([[1]])] * (depth - 1)]
    return make("", sigma, layers, readout=None if p is None else rational_array([p]), u=u, c=c)


planted_exhibits = Family(
    "planted-exhibits", lambda _, index: _exhibited(*PLANTED[index]), len(PLANTED))


def _exhibited(sigma: Array, u: list[int], depth: int, factor: int) -> Instance:
    return _planted(sigma, rational_array(u), depth, fmpq(factor), None)
