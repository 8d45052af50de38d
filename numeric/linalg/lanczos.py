"""The largest eigenvalues of many symmetric operators at once, by Lanczos, with what is left of each equation."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np

from .scalars import Array, layers_of

Product = Callable[[list[Array]], list[Array]]
"""The Hessians of a batch applied to one direction each: layers ``(B, d_k, d_{k-1})`` to layers."""

# A step is checked when the basis has grown by half: checks cost an eigenproblem for each operator.
_GROWTH = 1.5
# β below this part of the spectrum seen is rounding: the Krylov space is exhausted.
_EXHAUSTED = 1e-14


class Lanczos(NamedTuple):
    """``values`` ``(B,)``, each within its residual of an eigenvalue, the ``residuals``, and the ``iterations``."""

    values: Array
    residuals: Array
    iterations: int


def largest_eigenvalues(
    apply: Callable[[Array], Array], start: Array, tolerance: float = 1e-9, most: int = 400
) -> Lanczos:
    """The largest (algebraically) eigenvalue of each of ``B`` symmetric operators of size ``N``.

    The basis is kept orthogonal in full and grows until the residual ``|T v − θ v|`` of every operator is at most
    ``tolerance`` times the largest eigenvalue of ``T`` in magnitude, or until it has ``min(N, most)`` vectors: the
    residuals say which. They prove that some eigenvalue is near; that it is the largest is as sure as a Gaussian
    ``start`` is not orthogonal to its eigenvector.

    Args:
        apply: maps vectors ``(B, N)`` to the images ``(B, N)``, row by row.
        start: the first vectors, ``(B, N)``.

    >>> matrices = np.array([np.diag([-5.0, 1.0, 2.0]), np.diag([0.0, 0.0, 0.5])])
    >>> found = largest_eigenvalues(lambda v: (matrices @ v[..., None])[..., 0], np.ones((2, 3)))
    >>> found.values.round(12)
    array([2. , 0.5])
    """
    number, size = start.shape
    most = min(size, most)
    basis = np.empty((number, most, size))
    diagonal, beside = np.empty((number, most)), np.zeros((number, most))
    vector = start / np.linalg.norm(start, axis=1, keepdims=True)
    check = min(8, most)
    values, residuals, pending = np.empty(number), np.empty(number), np.ones(number, dtype=bool)
    for m in range(1, most + 1):
        basis[:, m - 1] = vector
        image = apply(vector)
        diagonal[:, m - 1] = (vector * image).sum(axis=1)
        known = basis[:, :m]
        for _ in range(2):  # once leaves rounding errors of the size of what was taken away
            image = image - ((known @ image[..., None]).mT @ known)[:, 0]
        length = np.linalg.norm(image, axis=1)
        scale = np.abs(diagonal[:, :m]).max(axis=1) + beside[:, : m - 1].max(axis=1, initial=0.0)
        ended = length <= _EXHAUSTED * scale
        beside[:, m - 1] = np.where(ended, 0.0, length)
        vector = np.where(ended[:, None], 0.0, image / np.where(ended, 1.0, length)[:, None])
        # A vector of zeros would add the eigenvalue 0: a Rayleigh quotient that is there already adds nothing.
        dead = ~basis[:, m - 1].any(axis=1)
        diagonal[dead, m - 1] = diagonal[dead, 0]
        if m in (check, most):
            # An operator is left alone once it is done: its numbers must not depend on the others.
            values[pending], residuals[pending], magnitude = _ritz(diagonal[pending, :m], beside[pending, :m])
            pending[pending] = residuals[pending] > tolerance * magnitude
            if m == most or not pending.any():
                break
            check = min(most, int(check * _GROWTH))
    return Lanczos(values, residuals, m)


def _ritz(diagonal: Array, beside: Array) -> tuple[Array, Array, Array]:
    """Top eigenvalue of each tridiagonal matrix, its residual, the largest magnitude of an eigenvalue."""
    m = diagonal.shape[1]
    matrices = np.zeros((len(diagonal), m, m))
    rows = np.arange(m)
    matrices[:, rows, rows] = diagonal
    matrices[:, rows[1:], rows[:-1]] = beside[:, :-1]
    values, vectors = np.linalg.eigh(matrices)  # reads the lower triangle
    return values[:, -1], np.abs(beside[:, -1] * vectors[:, -1, -1]), np.abs(values).max(axis=1)


def hessian_tops(product: Product, shapes: Sequence[tuple[int, int]], number: int) -> Lanczos:
    """`largest_eigenvalues` of the Hessians of ``number`` networks, from a fixed Gaussian start.

    ``shapes`` are those of the layers. The start is the same for every network, so that the numbers of one do not
    depend on its place in the batch.

    >>> hessian_tops(lambda directions: [3 * part for part in directions], [(2, 2), (1, 2)], 1).values.round(12)
    array([3.])
    """
    def apply(vectors: Array) -> Array:
        return np.concatenate([block.reshape(number, -1) for block in product(layers_of(vectors, shapes))], axis=1)

    start = np.random.default_rng(0).standard_normal(sum(rows * columns for rows, columns in shapes))
    return largest_eigenvalues(apply, np.tile(start, (number, 1)))
