"""Problems whose flattest minimizers are known exactly, because they were built from them."""

from __future__ import annotations

from itertools import count

import numpy as np
from flint import fmpq

from .....numeric.linalg.rational import is_psd, rational_array
from .....numeric.linalg.scalars import Array
from ....instances import building as draw
from ....instances.building import HALF, Generator
from ..instance import Instance, make
from .family import Parts, exhibits, family, finish, line, on

_14 = draw.diagonal(1, 4)

ALIGNED: list[Parts] = [
    # W_1 = w/s and s at depth 2, so r = s^2.
    line(1, 1, r=fmpq(1)),
    line(2, 2, r=fmpq(4)),
    line(2, HALF, r=fmpq(1, 4)),
    on(_14, [[[1, 0]], [[1]]], r=fmpq(1)),
    on(_14, [[[0, 1]], [[1]]], r=fmpq(1)),
    line(1, 2, 2, r=fmpq(16)),
    line(HALF, 2, 2, r=fmpq(16)),
    on(_14, [[[1, 0]], [[1]], [[1]]], r=fmpq(1)),
    line(1, 1, readout=[2], r=fmpq(4)),
]
"""Aligned minimizers with ``r = |q_1|^2``, small enough to read."""

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
    inner = draw.identity(width)[0]
    # The last layer carries the unit vector p/|p| with |p| = s t^(L-1).
    unit = rational_array([1] if plain else ["3/5", "4/5"])
    p = None if plain else unit * (s * t ** (depth - 1))
    layers = [np.outer(inner, target) / s, *[np.outer(inner, inner) / t] * (depth - 2), np.outer(unit, inner) / t]
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
    return make("", **_planted(sigma, u, depth, scale, p))


def _planted(sigma: Array, u: Array, depth: int, scale: fmpq, p: fmpq | None = None) -> Parts:
    """The problem whose optimal direction is ``u``; its regressor and ``c`` follow from ``u``."""
    image = sigma @ u
    target = (depth * (image @ image) / (u @ image) * u - image) * scale
    pull = u @ sigma @ target
    c = (target @ sigma @ target) * (image @ image) / (pull * pull)
    layers = [target[None, :] / (p or 1), *[rational_array([[1]])] * (depth - 1)]
    return on(sigma, layers, readout=None if p is None else [p], u=u, c=c)


_ONE, _DIAGONAL = rational_array([1]), rational_array([1, 1])
# The factors make the regressors whole.
planted_exhibits = exhibits("planted-exhibits", [
    *(_planted(draw.diagonal(1), _ONE, depth, fmpq(1)) for depth in (2, 3)),
    _planted(draw.diagonal(4), _ONE, 2, fmpq(1)),
    *(_planted(_14, _DIAGONAL, depth, fmpq(5)) for depth in (2, 3)),
])
