"""Families for conjectures: the special cases that a statement may single out, crossed with one another.

The families that claims are decided on are generic, or special in one way each. A conjecture may fail only where two
special cases meet, say a singular covariance and ``w = w*``. These families combine spectra, directions of ``w*``,
depths, imbalances and sizes: the spectra in turn, the rest at random.
"""

from __future__ import annotations

import numpy as np
from flint import fmpq

from .....numeric.linalg.rational import rational_array
from .....numeric.linalg.scalars import Array
from ....instances import building as draw
from ....instances.building import HALF, Generator
from ..instance import Instance
from .family import family, finish

_NEAR, _TINY = fmpq(1, 10**6), fmpq(1, 10**12)
SPECTRA: tuple[tuple[int | fmpq, ...], ...] = (
    (0, 1), (1,), (1, 1), (1, 4), (0, 1, 4), (1, 1, 4), (1, 4, 4), (0, 0, 1), (0, 1, 1), (1, 1 + _NEAR),
    (1, 10**13), (1, 2, 3), (fmpq(1, 4), 55), (1, 10**30), (_TINY, 2 * _TINY), (10**12, 3 * 10**12),
    (0, _NEAR, 1), (fmpq(1, 4),), (1, 21, 400), (0, 1, 10**13))
"""Eigenvalues in ascending order: singular, repeated, of every condition number and size."""
_DEPTHS = (1, 2, 2, 2, 3, 3, 4, 7, 20)
_SHALLOW = (1, 2, 2, 3, 4)
"""Away from minimizers sharpness needs the dense Hessian."""
_FACTORS = (fmpq(10001, 10000), fmpq(11, 10), fmpq(2), fmpq(1000))
_SIZES = (fmpq(1), fmpq(1), HALF, fmpq(3, 2), _NEAR, fmpq(10**6))
_MIXED: dict[int, list[tuple[int | str, ...]]] = {
    1: [(1,)], 2: [("3/5", "4/5"), ("20/101", "99/101"), ("99/101", "20/101")],
    3: [("2/3", "1/3", "2/3"), ("2/11", "6/11", "9/11"), ("9/11", "6/11", "2/11")]}
"""Rational unit vectors with all components, by their number."""


@family("singled-out")
def minimizers(rng: Generator, index: int) -> Instance:
    """A plain network at a minimum: ``w = w*``, or beside it on a singular covariance."""
    sigma, along, beside = _problem(rng, index)
    return finish(rng, sigma, _network(rng, beside if rng.random() < 0.4 else along), None)


@family("singled-out-readouts")
def with_readouts(rng: Generator, index: int) -> Instance:
    """The same with a read-out of norm 1, 2, 1/2 or 5."""
    sigma, along, _ = _problem(rng, index)
    layers, number = _network(rng, along), draw.whole(rng, 0, 4)
    if number < 3:
        return finish(rng, sigma, layers, rational_array([(2, HALF, -1)[number]]))
    layers[-1] = np.concatenate([layers[-1], layers[-1] * fmpq(draw.whole(rng, -2, 3), 2)])
    return finish(rng, sigma, layers, rational_array([3, 4]))


@family("singled-out-starts")
def starts(rng: Generator, index: int) -> Instance:
    """A plain network that is mostly no minimizer: zero, opposite to ``w*``, along it, orthogonal or unrelated."""
    sigma, along, _ = _problem(rng, index)
    kind = draw.whole(rng, 0, 6)
    if kind == 5:
        vector = draw.integers(rng, along.shape)
        layers = _network(rng, along, _SHALLOW)
        layers[0] = layers[0] + vector[None, :] * _NEAR ** draw.whole(rng, 0, 2)
    else:
        layers = _network(rng, along, _SHALLOW)
        layers[0] = layers[0] * (fmpq(-1), fmpq(2), 1 + _NEAR, _NEAR, fmpq(0))[kind]
    if kind == 4 and rng.random() < 0.5:
        layers = [layer * fmpq(0) for layer in layers]
    return finish(rng, sigma, layers, None, regressor=along * _SIZES[draw.whole(rng, 0, 4)])


def _problem(rng: Generator, index: int) -> tuple[Array, Array, Array]:
    """A covariance; a unit vector in its range; a unit vector whose projection there is along it."""
    spectrum = SPECTRA[index % len(SPECTRA)]
    d = len(spectrum)
    basis = draw.identity(d) if index // len(SPECTRA) % 2 == 0 else draw.rotation(rng, d)
    kept = [i for i, value in enumerate(spectrum) if value != 0]
    kind = draw.whole(rng, 0, 4)
    if kind < 2:
        along = basis[:, kept[0] if kind else kept[-1]]
    else:
        mixed = _MIXED[len(kept)]
        along = basis[:, kept] @ rational_array(draw.pick(rng, mixed))
    beside = along if len(kept) == d else along * fmpq(4, 5) + basis[:, 0] * fmpq(3, 5)
    return basis @ draw.diagonal(*spectrum) @ basis.T, along, beside


def _network(rng: Generator, unit: Array, depths: tuple[int, ...] = _DEPTHS) -> list[Array]:
    """Plain layers whose regressor is along a unit vector: balanced, rescaled, or with a unit that leads nowhere."""
    depth = draw.pick(rng, depths)
    layers = draw.rank_one_layers(rng, unit, depth, draw.pick(rng, _SIZES))
    kind = draw.whole(rng, 0, 4)
    if kind == 1 and depth > 1:
        factor = draw.pick(rng, _FACTORS)
        factor = 1 / factor if rng.random() < 0.5 else factor
        layers[0], layers[1] = layers[0] * factor, layers[1] / factor
    elif kind == 2 and depth > 1:  # of any size down to zero: theta just above 0
        row = draw.integers(rng, (1, len(unit))) * layers[1].flat[np.flatnonzero(layers[1].flat)[0]]
        row = row * draw.pick(rng, (fmpq(0), _NEAR, fmpq(1, 40), fmpq(1)))
        layers = [*draw.with_idle_unit(layers, row)]
    elif kind == 3:
        layers[0] = layers[0] * fmpq(draw.whole(rng, 1, 9), 4)
    return layers
