"""Random exact numbers, vectors and matrices, from which families build their instances."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import TypeAlias, TypeVar

import numpy as np
from flint import fmpq

from ...numeric.linalg.rational import project_on_range, rational_array
from ...numeric.linalg.scalars import Array

Generator: TypeAlias = np.random.Generator
T = TypeVar("T")
Widths: TypeAlias = tuple[int, ...]

HALF = fmpq(1, 2)


def whole(rng: Generator, low: int, high: int) -> int:
    """An integer ``low <= n < high``."""
    return int(rng.integers(low, high))


def pick(rng: Generator, options: Sequence[T]) -> T:
    return options[whole(rng, 0, len(options))]


def fraction(rng: Generator, top: tuple[int, int] = (1, 9), bottom: tuple[int, int] = (1, 9)) -> fmpq:
    """A quotient of two integers, each drawn like :func:`whole`."""
    return fmpq(whole(rng, *top), whole(rng, *bottom))


def integers(rng: Generator, shape: tuple[int, ...], bound: int = 3) -> Array:
    """Integers from ``-bound`` to ``bound``."""
    return rational_array(rng.integers(-bound, bound + 1, shape))


def nonzero(vector: Array) -> Array:
    """The vector; if it is zero, its first entry is set to 1."""
    if not vector.any():
        vector[0] = fmpq(1)
    return vector


def nonzero_integers(rng: Generator, size: int) -> Array:
    """A vector of integers from -3 to 3 that is not zero, shape ``(size,)``."""
    return nonzero(integers(rng, (size,)))


def half_integers(rng: Generator, size: int) -> list[fmpq]:
    """Positive eigenvalues: halves from 1/2 to 4."""
    return [fmpq(int(x), 2) for x in rng.integers(1, 9, size)]


def diagonal(*entries: fmpq | int) -> Array:
    return rational_array(np.diag(np.array(entries, dtype=object)))


def identity(size: int) -> Array:
    return diagonal(*[1] * size)


def rotation(rng: Generator, d: int) -> Array:
    """A rational orthogonal matrix: a product of two Householder reflections."""
    q = identity(d)
    for _ in range(2):
        v = nonzero_integers(rng, d)
        q = q - (q @ v)[:, None] * v[None, :] * (fmpq(2) / (v @ v))
    return q


def covariance(rng: Generator, d: int, rank: int | None = None) -> Array:
    """``A^T A / n`` of small integers: positive definite, or of at most the given rank."""
    rows = d + 2 if rank is None else rank
    a = integers(rng, (rows, d))
    sigma: Array = (a.T @ a) / fmpq(rows) if rows else fmpq(0) * identity(d)
    return sigma + fmpq(1, 4) * identity(d) if rank is None else sigma


def lower_rank(rng: Generator, d: int) -> int | None:
    """A rank from 1 to ``d - 1``; None, which means a full rank, in dimension one."""
    return whole(rng, 1, d) if d > 1 else None


def in_range(sigma: Array, target: Array) -> Array:
    """The projection of a regressor on the range of the covariance, where the regressor of least norm lies."""
    return rational_array(project_on_range(sigma, target))


def shape(rng: Generator, dimension: int = 5, depth: int = 6, width: int = 6) -> Widths:
    """A dimension and the widths of up to ``depth`` layers."""
    d = whole(rng, 1, dimension + 1)
    return (d, *(int(x) for x in rng.integers(1, width + 1, whole(rng, 1, depth + 1))))


def readout(rng: Generator, widths: Widths) -> tuple[Widths, Array | None]:
    """The widths and a read-out that is not zero. Half of the networks have none: then the last width becomes 1."""
    if rng.random() < 0.5:
        return (*widths[:-1], 1), None
    return widths, nonzero(integers(rng, (widths[-1],)) * HALF)


def integer_layers(rng: Generator, widths: Widths, bound: int = 2) -> list[Array]:
    """Layers of integers from ``-bound`` to ``bound``."""
    return [integers(rng, (after, before), bound) for before, after in pairwise(widths)]


def normal(rng: Generator, widths: Widths, scale: float | None = None) -> list[Array]:
    """Float64 Gaussian layers, read exactly; by default of sizes that keep products of many layers of order one."""
    layers = []
    for before, after in pairwise(widths):
        size = scale if scale is not None else float(rng.uniform(0.5, 1.5)) / before**0.5
        layers.append(rational_array(rng.standard_normal((after, before)) * size))
    return layers


def noise(rng: Generator, layer: Array, size: float) -> Array:
    """The layer plus float64 Gaussian noise."""
    return layer + rational_array(size * rng.standard_normal(layer.shape))


def with_idle_unit(layers: Sequence[Array], row: Array) -> tuple[Array, ...]:
    """The layers with a unit more in the first one, which sees the features by ``row`` ``(1, d)`` and leads nowhere."""
    first, second, *rest = layers
    return (np.concatenate([first, row]), np.concatenate([second, second[:, :1] * fmpq(0)], axis=1), *rest)


def rank_one_layers(rng: Generator, first: Array, depth: int, size: fmpq) -> list[Array]:
    """Layers ``size u_k u_{k-1}^T`` with ``u_0 = first`` and random rational unit vectors above: balanced."""
    widths = [int(x) for x in rng.integers(1, 4, depth - 1)]
    units = [first, *(rotation(rng, width)[0] for width in widths), rational_array([1])]
    return [size * upper[:, None] * lower[None, :] for lower, upper in pairwise(units)]
