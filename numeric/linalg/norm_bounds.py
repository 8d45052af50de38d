"""Upper bounds of norms of ball matrices."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from flint import arb, arb_mat, ctx

# Norms and bounds need few digits; only their rounding direction matters.
NORM_BITS = 64


def norm_above(layers: Sequence[arb_mat]) -> arb:
    """An upper bound of the joint Frobenius norm, as an exact ball.

    >>> print(norm_above([arb_mat([[3]]), arb_mat([[4]])]).str(5, radius=False))
    5.0000
    """
    with ctx.workprec(NORM_BITS):
        total = arb(0)
        for layer in layers:
            total += (layer * layer.transpose()).trace()
        return total.abs_upper().sqrt().upper()


def radius_above(layers: Sequence[arb_mat]) -> arb:
    """An upper bound of the Frobenius norm of the radii, as an exact ball.

    >>> bool(radius_above([arb_mat([[arb(1, 3)]]), arb_mat([[arb(1, 4)]])]) >= 5)
    True
    """
    with ctx.workprec(NORM_BITS):
        total = arb(0)
        for layer in layers:
            for entry in layer.entries():
                total += entry.rad() ** 2
        return total.upper().sqrt().upper()


def squared_norm(matrix: arb_mat) -> arb:
    """Upper bound of ``‖A‖₂² <= ‖AAᵀ‖_F``, much sharper than ``‖A‖_F²`` if singular values are alike."""
    gram = matrix * matrix.transpose() if matrix.nrows() <= matrix.ncols() else matrix.transpose() * matrix
    return (gram * gram).trace().abs_upper().sqrt().upper()


def norm_of_nonnegative(block: list[list[arb]]) -> arb:
    """Upper bound of the norm of a symmetric matrix of nonnegative numbers: ``max_i (Bx)_i/x_i`` for an ``x > 0``.

    >>> print(norm_of_nonnegative([[arb(0), arb(2)], [arb(2), arb(0)]]))
    2.00000000000000
    """
    x = _perron([[float(entry) for entry in row] for row in block])
    largest = arb(0)
    for i, row in enumerate(block):
        largest = largest.max(sum((b * v for b, v in zip(row, x, strict=True)), arb(0)) / x[i])
    return largest.upper()


def _perron(block: list[list[float]]) -> list[arb]:
    """A positive vector near the Perron vector. Any positive vector gives a valid bound."""
    matrix = np.array(block)
    vector = np.ones(matrix.shape[0])
    if np.isfinite(matrix).all() and matrix.max() > 0:
        matrix = matrix / matrix.max()
        for _ in range(30):
            vector = matrix @ vector + 0.1 * vector
            vector /= vector.max()
        vector = np.maximum(vector, 1e-6)
    return [arb(float(x)) for x in vector]
