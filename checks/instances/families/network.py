"""Families of instances: the classics, and random ones of every kind that matters."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import Any

import numpy as np
from flint import fmpq

from ....numeric.linalg.rational import project_on_range, rational_array
from ....numeric.network.network import DeepLinearNetwork
from ..instance import Instance, make

Generator = np.random.Generator
Array = Any
Half = fmpq(1, 2)


def diagonal(*entries: Any) -> Array:
    matrix = rational_array(np.zeros((len(entries), len(entries)), dtype=int))
    for i, entry in enumerate(entries):
        matrix[i, i] = fmpq(entry)
    return matrix


def _scalars(*values: Any) -> list[list[list[Any]]]:
    return [[[value]] for value in values]


_ONE, _14 = [[1]], diagonal(1, 4)
EXAMPLES: list[dict[str, Any]] = [
    {"covariance": _ONE, "weights": _scalars(1)},
    {"covariance": _ONE, "weights": _scalars(1, 1)},
    {"covariance": _ONE, "weights": _scalars(2)},
    {"covariance": _ONE, "weights": _scalars(2, 2)},
    {"covariance": _ONE, "weights": _scalars(Half, Half)},
    {"covariance": _ONE, "weights": _scalars(Half, Half, Half)},
    {"covariance": _ONE, "weights": _scalars(1, 1, 1)},
    {"covariance": _ONE, "weights": _scalars(2, 2, 2)},
    {"covariance": [[fmpq(1, 16)]], "weights": _scalars(1, 1)},
    {"covariance": [[4]], "weights": _scalars(1, 1)},
    {"covariance": _ONE, "weights": _scalars(fmpq(1, 10), 10)},
    {"covariance": _ONE, "weights": _scalars(0, 0), "regressor": [1]},
    {"covariance": _ONE, "weights": _scalars(0, 0), "regressor": [4]},
    {"covariance": _ONE, "weights": _scalars(0, 0, 0), "regressor": [1]},
    {"covariance": _ONE, "weights": _scalars(0), "regressor": [1]},
    {"covariance": _ONE, "weights": _scalars(0, 0)},
    {"covariance": _ONE, "weights": _scalars(1, 1), "readout": [2]},
    {"covariance": _ONE, "weights": _scalars(1, 1), "readout": [Half]},
    {"covariance": _ONE, "weights": _scalars(1), "readout": [Half]},
    {"covariance": _ONE, "weights": _scalars(1), "readout": [2]},
    {"covariance": _ONE, "weights": _scalars(2, 2), "readout": [fmpq(1, 4)]},
    {"covariance": _ONE, "weights": _scalars(fmpq(1, 10), 10), "readout": [2]},
    {"covariance": _14, "weights": [[[1, 0]], [[1]]]},
    {"covariance": _14, "weights": [[[fmpq(4, 3), 0]], [[fmpq(3, 4)]]]},
    {"covariance": _14, "weights": [[[0, 1]], [[1]]]},
    {"covariance": _14, "weights": [[[1, 0]]]},
    {"covariance": _14, "weights": [[[1, 1]], [[1]]]},
    {"covariance": diagonal(1, 1), "weights": [[[1, 0]], [[1]]]},
    {"covariance": diagonal(1, 1), "weights": [[[1, 0], [0, 1]], [[1, 1]]]},
    {"covariance": diagonal(1, 0), "weights": [[[3, 4]], [[5]]]},
    {"covariance": diagonal(1, 55), "weights": [[[1, 0]], [[1]], [[1]]]},
    {"covariance": diagonal(1, 100), "weights": [[[1, fmpq(1, 10)]], *_scalars(1, 1, 1)]},
    {"covariance": _14, "weights": [[[1, 0]], *_scalars(1, 1)]},
    {"covariance": _14, "weights": [[[1, 0]], *_scalars(1, 1, 1, 1)]},
    {"covariance": _ONE, "weights": [[[1], [1]], [[1, 1], [0, 1]]], "readout": [fmpq(3, 5), fmpq(4, 5)]},
    # Just beyond the kink of the least sharpness, where L e = Lambda, and at it.
    {"covariance": diagonal(1, fmpq(21, 10)), "weights": [[[1, 0]], [[1]]]},
    {"covariance": diagonal(1, 2), "weights": [[[1, 0]], [[1]]]},
    # Off the minimum, flatter than any minimizer with the same q_1.
    {"covariance": _ONE, "weights": _scalars(0, 1), "regressor": [2]},
]


def classics(name: str, _: Generator, index: int) -> Instance:
    return make(name, **EXAMPLES[index])


def integers(generator: Generator, shape: tuple[int, ...], bound: int = 3) -> Array:
    return rational_array(generator.integers(-bound, bound + 1, shape))


def shape(generator: Generator, dimension: int = 5, depth: int = 6, width: int = 6) -> tuple[int, ...]:
    d = int(generator.integers(1, dimension + 1))
    return (d, *(int(x) for x in generator.integers(1, width + 1, int(generator.integers(1, depth + 1)))))


def readout(generator: Generator, widths: tuple[int, ...]) -> tuple[tuple[int, ...], Array | None]:
    """Half of the networks are plain, half carry a read-out (not zero)."""
    if generator.random() < 0.5:
        return (*widths[:-1], 1), None
    p = integers(generator, (widths[-1],)) * Half
    p[0] = p[0] if any(entry != 0 for entry in p) else fmpq(1)
    return widths, p


def normal(generator: Generator, widths: tuple[int, ...], scale: float | None = None) -> list[Array]:
    """Float64 Gaussian layers, read exactly; by default of a size that neither grows nor dies."""
    layers = []
    for before, after in pairwise(widths):
        size = scale if scale is not None else float(generator.uniform(0.5, 1.5)) / before**0.5
        layers.append(rational_array(generator.standard_normal((after, before)) * size))
    return layers


def covariance(generator: Generator, d: int, rank: int | None = None) -> Array:
    """``A^T A / n`` of small integers, positive definite unless a lower rank is asked for."""
    rows = d + 2 if rank is None else rank
    a = integers(generator, (rows, d))
    sigma = (a.T @ a) / fmpq(rows) if rows else rational_array(np.zeros((d, d), dtype=int))
    if rank is None:
        sigma = sigma + fmpq(1, 4) * rational_array(np.eye(d, dtype=int))
    return sigma


def rotation(generator: Generator, d: int) -> Array:
    """A rational orthogonal matrix: a product of two Householder reflections."""
    q = rational_array(np.eye(d, dtype=int))
    for _ in range(2):
        v = integers(generator, (d,))
        v[0] = v[0] if any(x != 0 for x in v) else fmpq(1)
        q = q - (q @ v)[:, None] * v[None, :] * (fmpq(2) / (v @ v))
    return q


def _with_regressor(generator: Generator, layers: list[Array], p: Array | None, target: Array) -> list[Array]:
    """The layers with the first changed so that the end-to-end regressor is ``target``."""
    if len(layers) == 1 and p is None:
        return [target[None, :].copy()]
    q_1 = DeepLinearNetwork(layers, p).backward()[1]
    if all(entry == 0 for entry in q_1):
        raise ArithmeticError("q_1 vanishes")
    norm = q_1 @ q_1
    free = layers[0] - q_1[:, None] * (q_1 @ layers[0])[None, :] / norm
    return [free + q_1[:, None] * target[None, :] / norm, *layers[1:]]


def small(name: str, generator: Generator, _: int) -> Instance:
    """Small halves: many ties, zero layers, zero regressors."""
    widths, p = readout(generator, shape(generator, 3, 4, 3))
    layers = [integers(generator, (m, n), 2) * Half for n, m in pairwise(widths)]
    rank = int(generator.integers(0, widths[0] + 1)) if generator.random() < 0.4 else None
    return finish(name, generator, covariance(generator, widths[0], rank), layers, p)


def gaussian(name: str, generator: Generator, _: int) -> Instance:
    widths, p = readout(generator, shape(generator))
    return finish(name, generator, covariance(generator, widths[0]), normal(generator, widths), p)


def compact(name: str, generator: Generator, _: int) -> Instance:
    """Few weights, of a like size: the exact dense Hessian is within reach."""
    widths, p = readout(generator, shape(generator, 3, 3, 3))
    layers = [integers(generator, (m, n), 20) / 16 for n, m in pairwise(widths)]
    return finish(name, generator, covariance(generator, widths[0]), layers, p)


def singular(name: str, generator: Generator, _: int) -> Instance:
    widths, p = readout(generator, shape(generator, 5, 5, 4))
    sigma = covariance(generator, widths[0], int(generator.integers(0, widths[0])))
    layers = [integers(generator, (m, n), 2) for n, m in pairwise(widths)]
    return finish(name, generator, sigma, layers, p)


def _spectrum(generator: Generator, d: int) -> list[fmpq]:
    return [fmpq(int(x), 2) for x in generator.integers(1, 9, d)]


def repeated(name: str, generator: Generator, index: int) -> Instance:
    """``Sigma = c I`` or two distinct eigenvalues, in a rotated basis."""
    widths, p = readout(generator, shape(generator, 4, 5, 4))
    d, (c, e) = widths[0], _spectrum(generator, 2)
    split = d if index % 2 else int(generator.integers(0, d + 1))
    q = rotation(generator, d)
    sigma = q @ diagonal(*[c] * split, *[e] * (d - split)) @ q.T
    layers = [integers(generator, (m, n), 2) for n, m in pairwise(widths)]
    return finish(name, generator, sigma, layers, p)


def eigenvector(name: str, generator: Generator, index: int) -> Instance:
    """``w*`` an eigenvector of a covariance with a rational spectrum, on both sides of the kink; some are singular."""
    widths, p = readout(generator, shape(generator, 4, 6, 4))
    d = widths[0]
    spectrum = _spectrum(generator, d)
    spectrum[0] *= fmpq(1, int(generator.integers(1, 9)))
    if index % 4 == 2 and d > 1:
        spectrum[-1] = fmpq(0)
    q = rotation(generator, d)
    sigma = q @ diagonal(*spectrum) @ q.T
    target = q[:, 0] * fmpq(int(generator.integers(1, 6)), 2)
    layers = normal(generator, widths)
    if p is None or len(layers) > 1 or d == 1:
        layers = _with_regressor(generator, layers, p, target)
    scale = fmpq(4) ** int(generator.integers(-3, 2))  # eigenvalues on both sides of 1, too
    return finish(name, generator, sigma * scale, layers, p)


def extreme(exponent: int) -> Callable[[str, Generator, int], Instance]:
    """All layers and the covariance multiplied by powers of two."""

    def made(name: str, generator: Generator, _: int) -> Instance:
        widths, p = readout(generator, shape(generator, 4, 5, 4))
        layers = [layer * fmpq(2) ** int(exponent * generator.random()) if exponent > 0
                  else layer / fmpq(2) ** int(-exponent * generator.random())
                  for layer in normal(generator, widths)]
        shift = fmpq(2) ** int(generator.integers(0, abs(exponent)))
        sigma = covariance(generator, widths[0]) * (shift if exponent > 0 else 1 / shift)
        return finish(name, generator, sigma, layers, p)

    return made


def wild(name: str, generator: Generator, _: int) -> Instance:
    """Two layers rescaled against each other by up to a thousand."""
    widths, p = readout(generator, shape(generator))
    layers = normal(generator, widths)
    if len(layers) > 1:
        factor = fmpq(int(generator.integers(1, 1000)), int(generator.integers(1, 1000)))
        layers[0], layers[1] = layers[0] / factor, layers[1] * factor
    return finish(name, generator, covariance(generator, widths[0]), layers, p)


def residual(name: str, generator: Generator, _: int) -> Instance:
    d, depth = int(generator.integers(1, 5)), int(generator.integers(1, 9))
    identity = rational_array(np.eye(d, dtype=int))
    layers = [identity + noise for noise in normal(generator, (d,) * (depth + 1), 0.3 / (d * depth) ** 0.5)]
    p = integers(generator, (d,)) + rational_array(np.eye(d, dtype=int)[0] * 7)
    return finish(name, generator, covariance(generator, d), layers, p * fmpq(1, 4))


def deep(name: str, generator: Generator, index: int) -> Instance:
    """Depth up to 1000 (a few), scalars near 1 so that nothing underflows.

    Few of them differ from 1: at ``d = 1`` all is a tie, and exact ``L``-th powers must stay in reach.
    """
    depth = 1000 if index == 0 else int(generator.integers(8, 60))
    d = int(generator.integers(1, 4))
    layers = [normal(generator, (d, 1), 1.0)[0]]
    near_one = [*generator.integers(60, 69, min(depth, 60) - 1), *[64] * (depth - 60)]
    layers += [rational_array([[int(x)]]) / 64 for x in near_one]
    return finish(name, generator, covariance(generator, d), layers, None)


def stray(name: str, generator: Generator, index: int) -> Instance:
    """Not a minimizer: the regressor is drawn on its own; every other one on a singular covariance."""
    widths, p = readout(generator, shape(generator, 3, 4, 3))
    layers = [integers(generator, (m, n), 2) for n, m in pairwise(widths)]
    sigma = covariance(generator, widths[0], lower_rank(generator, widths[0]) if index % 2 else None)
    return finish(name, generator, sigma, layers, p, regressor=in_range(sigma, integers(generator, (widths[0],))))


def lower_rank(generator: Generator, d: int) -> int | None:
    """A rank below ``d`` and not zero; None (a full one) in dimension one."""
    return int(generator.integers(1, d)) if d > 1 else None


def in_range(sigma: Array, target: Array) -> Array:
    """The projection of a regressor on the range of the covariance: a ``w*`` has minimum norm."""
    return rational_array(project_on_range(sigma, target))


def finish(name: str, generator: Generator, sigma: Array, layers: list[Array], p: Array | None,
            **rest: Any) -> Instance:
    return make(name, sigma, layers, readout=p, direction=integers(generator, (sigma.shape[0],)),
                factor=fmpq(int(generator.integers(1, 40)), int(generator.integers(1, 8))), **rest)
