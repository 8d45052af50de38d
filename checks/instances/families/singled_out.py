"""Families for conjectures: the special cases that a statement may single out, crossed with one another.

The families that claims are decided on are generic, or special in one way each. A conjecture may hold everywhere but
where two special things meet, say a singular covariance and ``w = w*``. Here spectra, directions of ``w*``, depths,
imbalances and sizes are combined: the spectra in turn, the rest at random.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from flint import fmpq

from ....numeric.linalg.rational import rational_array
from ..instance import Instance
from .flow import rank_one_layers
from .network import Array, Generator, diagonal, finish, integers, rotation

_NEAR, _TINY = fmpq(1, 10**6), fmpq(1, 10**12)
SPECTRA: tuple[tuple[Any, ...], ...] = (
    (0, 1), (1,), (1, 1), (1, 4), (0, 1, 4), (1, 1, 4), (1, 4, 4), (0, 0, 1), (0, 1, 1), (1, 1 + _NEAR),
    (1, 10**13), (1, 2, 3), (fmpq(1, 4), 55), (1, 10**30), (_TINY, 2 * _TINY), (10**12, 3 * 10**12),
    (0, _NEAR, 1), (fmpq(1, 4),), (1, 21, 400), (0, 1, 10**13))
"""Eigenvalues in ascending order: singular, repeated, of every condition number and size."""
_DEPTHS = (1, 2, 2, 2, 3, 3, 4, 7, 20)
_SHALLOW = (1, 2, 2, 3, 4)
"""Away from minimizers sharpness needs the dense Hessian."""
_FACTORS = (fmpq(10001, 10000), fmpq(11, 10), fmpq(2), fmpq(1000))
_SIZES = (fmpq(1), fmpq(1), fmpq(1, 2), fmpq(3, 2), _NEAR, fmpq(10**6))
_MIXED: dict[int, list[tuple[Any, ...]]] = {
    1: [(1,)], 2: [("3/5", "4/5"), ("20/101", "99/101"), ("99/101", "20/101")],
    3: [("2/3", "1/3", "2/3"), ("2/11", "6/11", "9/11"), ("9/11", "6/11", "2/11")]}
"""Rational unit vectors with all components, by their number."""


def minimizer(name: str, generator: Generator, index: int) -> Instance:
    """A plain network at a minimum: ``w = w*``, or beside it on a singular covariance."""
    sigma, along, beside = _problem(generator, index)
    return finish(name, generator, sigma, _network(generator, beside if generator.random() < 0.4 else along), None)


def with_readout(name: str, generator: Generator, index: int) -> Instance:
    """The same with a read-out of norm 1, 2, 1/2 or 5."""
    sigma, along, _ = _problem(generator, index)
    layers, number = _network(generator, along), int(generator.integers(0, 4))
    if number < 3:
        return finish(name, generator, sigma, layers, rational_array([(2, fmpq(1, 2), -1)[number]]))
    layers[-1] = np.concatenate([layers[-1], layers[-1] * fmpq(int(generator.integers(-2, 3)), 2)])
    return finish(name, generator, sigma, layers, rational_array([3, 4]))


def start(name: str, generator: Generator, index: int) -> Instance:
    """A plain network that is mostly no minimizer: zero, opposite to ``w*``, along it, orthogonal or unrelated."""
    sigma, along, _ = _problem(generator, index)
    kind = int(generator.integers(0, 6))
    if kind == 5:
        vector = integers(generator, along.shape)
        layers = _network(generator, along, _SHALLOW)
        layers[0] = layers[0] + vector[None, :] * _NEAR ** int(generator.integers(0, 2))
    else:
        layers = _network(generator, along, _SHALLOW)
        layers[0] = layers[0] * (fmpq(-1), fmpq(2), 1 + _NEAR, _NEAR, fmpq(0))[kind]
    if kind == 4 and generator.random() < 0.5:
        layers = [layer * fmpq(0) for layer in layers]
    return finish(name, generator, sigma, layers, None, regressor=along * _SIZES[int(generator.integers(0, 4))])


def _problem(generator: Generator, index: int) -> tuple[Array, Array, Array]:
    """A covariance; a unit vector in its range; a unit vector whose projection there is along it."""
    spectrum = SPECTRA[index % len(SPECTRA)]
    d = len(spectrum)
    basis = diagonal(*[1] * d) if index // len(SPECTRA) % 2 == 0 else rotation(generator, d)
    kept = [i for i, value in enumerate(spectrum) if value != 0]
    kind = int(generator.integers(0, 4))
    if kind < 2:
        along = basis[:, kept[0] if kind else kept[-1]]
    else:
        mixed = _MIXED[len(kept)]
        along = basis[:, kept] @ rational_array(mixed[int(generator.integers(0, len(mixed)))])
    beside = along if len(kept) == d else along * fmpq(4, 5) + basis[:, 0] * fmpq(3, 5)
    return basis @ diagonal(*spectrum) @ basis.T, along, beside


def _network(generator: Generator, unit: Array, depths: tuple[int, ...] = _DEPTHS) -> list[Array]:
    """Plain layers whose regressor is along a unit vector: balanced, rescaled, or with a unit that leads nowhere."""
    depth = depths[int(generator.integers(0, len(depths)))]
    layers = rank_one_layers(generator, unit, depth, _SIZES[int(generator.integers(0, len(_SIZES)))])
    kind = int(generator.integers(0, 4))
    if kind == 1 and depth > 1:
        factor = _FACTORS[int(generator.integers(0, len(_FACTORS)))]
        factor = 1 / factor if generator.random() < 0.5 else factor
        layers[0], layers[1] = layers[0] * factor, layers[1] / factor
    elif kind == 2 and depth > 1:  # of any size down to zero: theta just above 0
        row = integers(generator, (1, len(unit))) * layers[1].flat[np.flatnonzero(layers[1].flat)[0]]
        row = row * (fmpq(0), _NEAR, fmpq(1, 40), fmpq(1))[int(generator.integers(0, 4))]
        layers[0] = np.concatenate([layers[0], row])
        layers[1] = np.concatenate([layers[1], layers[1][:, :1] * fmpq(0)], axis=1)
    elif kind == 3:
        layers[0] = layers[0] * fmpq(int(generator.integers(1, 9)), 4)
    return layers
