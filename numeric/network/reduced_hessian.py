"""The Hessian of the risk on the few dimensions where it does not vanish (claim `hessian-reduction`).

Along ``Ξ`` the second derivative is ``2 ẇᵀΣẇ + gᵀẅ`` with ``g = 2Σ(w − w*)`` and, for ``h_k = P_k g``,

    ẇ = Σ_k P_{k−1}ᵀ b_k,   gᵀẅ = 2 Σ_{j<k} a_jᵀ (W_{k−1}⋯W_{j+1})ᵀ b_k,   a_k = Ξ_k h_{k−1},  b_k = Ξ_kᵀ q_k,

so it depends on ``Ξ`` only through the ``a_k`` and ``b_k``. Those vanish on the complement of the matrices
``q_k yᵀ`` and ``x h_{k−1}ᵀ``. With ``x ⟂ q_k``,

    Ξ_k = (q_k/|q_k|) yᵀ + x h_{k−1}ᵀ/|h_{k−1}|,   ‖Ξ_k‖² = |y|² + |x|²,
    b_k = |q_k| y,   a_k = (q_k/|q_k|) (y·h_{k−1}) + |h_{k−1}| x,

so that ``y`` and the coordinates of ``x`` in an orthonormal basis of ``q_k^⟂`` are orthonormal coordinates, and
the matrix of the form in them has the eigenvalues of the Hessian but for zeros. ``x_L`` occurs nowhere. Where
``q_k = 0``, ``y`` is left out and ``x`` is any vector; where ``h_{k−1} = 0``, ``x`` is left out.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import reduce
from itertools import accumulate
from typing import NamedTuple

import numpy as np
from flint import arb, arb_mat

from ..linalg.eigenvalues import ball_matrix
from ..linalg.pencil import binary_exponent
from ..linalg.scalars import Array, is_zero
from .network import DeepLinearNetwork
from .problem import RegressionProblem

# Exponents beyond this are scaled away before float64 is used: products of two entries stay in its range.
_RANGE = 300


class Undetermined(ValueError):
    """The balls do not tell which vectors vanish."""


class Rounded(NamedTuple):
    """A float64 matrix with ``‖2^{-shift} B − matrix‖_F <= error``; ``magnitude`` bounds the scaled entries."""

    matrix: Array
    shift: int
    error: arb
    magnitude: arb


class ReducedHessian:
    """The reduced Hessian of one network with rational or ball entries, over balls at the current precision.

    The coordinates are all ``y``, layer by layer, then all ``x``; ``size`` counts them. ``has_kernel`` tells
    whether the Hessian has further eigenvalues, which are zero. ``origin`` is a network with rational entries of
    which ``network`` is the image under `narrowed`: it has the same ``g``, and decides which vectors vanish.

    Raises:
        Undetermined: balls so wide that it is open whether a ``q_k`` or ``h_{k−1}`` vanishes.

    >>> problem = RegressionProblem.from_covariance([[1.0]], [1.0])
    >>> reduced = ReducedHessian(problem, DeepLinearNetwork([[[0.0], [0.0]], [[1.0, 0.0]]]))
    >>> reduced.size, reduced.has_kernel, reduced.matrix().ncols()
    (4, False, 4)
    """

    def __init__(
        self, problem: RegressionProblem, network: DeepLinearNetwork, origin: DeepLinearNetwork | None = None
    ) -> None:
        self._network = network
        self._weights = [ball_matrix(weight) for weight in network.weights]
        self._covariance = ball_matrix(problem.covariance)
        depth, widths = network.depth, network.widths
        # Exact entries are propagated exactly: whether a vector vanishes is then decided, not guessed.
        exact = network if origin is None else origin
        slope = problem.risk_gradient(exact.regressor())
        self._backward = [
            None if is_zero(zero) else _column(q)
            for zero, q in zip(exact.backward()[1:], network.backward()[1:], strict=True)
        ]
        self._forward: list[arb_mat | None] = [
            None if is_zero(zero) else _column(h)
            for zero, h in zip(exact.forward(slope)[:-2], network.forward(slope)[:-2], strict=True)
        ]
        self._forward.append(None)  # a_L occurs nowhere
        self._heights = [widths[k] if self._backward[k] is not None else 0 for k in range(depth)]
        extra = [widths[k + 1] - (self._backward[k] is not None) if self._forward[k] is not None else 0
                 for k in range(depth)]
        self._starts = list(accumulate(self._heights, initial=0))
        self._rests = list(accumulate(extra, initial=self._starts[-1]))
        self.size = self._rests[-1]
        self.has_kernel = self.size < network.weight_count

    def panels(self) -> Iterator[tuple[int, int, arb_mat]]:
        """Pieces ``(row, column, block)`` on and above the diagonal blocks; all else above is zero.

        ``X_j`` holds ``(W_{k−1}⋯W_{j+1})ᵀ b_k`` for the coordinates ``y_k`` of all ``k > j``.
        """
        jacobian = self._jacobian()
        pulled = jacobian * self._covariance * 2
        transposed = jacobian.transpose()
        end, wide = self._starts[-1], None
        for j in reversed(range(self._network.depth)):
            q, h = self._backward[j], self._forward[j]
            row, height = self._starts[j], self._heights[j]
            if q is not None:
                block = _rows(pulled, row, height) * _columns(transposed, row, end - row)
                if h is not None and wide is not None:
                    direction = q / _length(q)
                    cross = h * (direction.transpose() * wide)
                    for a in range(height):
                        for b in range(wide.ncols()):
                            block[a, height + b] += cross[a, b]
                yield row, row, block
            if h is not None and wide is not None and self._rests[j + 1] > self._rests[j]:
                moved = wide if q is None else _without_component(q, wide)
                # The column of X_j are those of y_{j+1}, …, y_L: the block below the diagonal, transposed.
                yield self._starts[j + 1], self._rests[j], (moved * _length(h)).transpose()
            wide = self._stacked(j, q, wide)

    def _stacked(self, j: int, q: arb_mat | None, wide: arb_mat | None) -> arb_mat | None:
        """``X_{j−1} = [|q_j| I, W_jᵀ X_j]``."""
        pushed = None if wide is None else self._weights[j].transpose() * wide
        if q is None:
            return pushed
        width, length = self._network.widths[j], _length(q)
        rest = [] if pushed is None else pushed.tolist()
        return arb_mat([[length if a == b else arb(0) for b in range(width)] + (rest[a] if rest else [])
                        for a in range(width)])

    def _jacobian(self) -> arb_mat:
        """Rows ``|q_k| P_{k−1}``, those of layers with ``q_k = 0`` left out."""
        rows: list[list[arb]] = []
        product = arb_mat(self._network.dimension, self._network.dimension)
        for i in range(product.nrows()):
            product[i, i] = 1
        for weight, q in zip(self._weights, self._backward, strict=True):
            if q is not None:
                rows += (product * _length(q)).tolist()
            product = weight * product
        return arb_mat(rows) if rows else arb_mat(0, self._network.dimension)

    def matrix(self) -> arb_mat:
        """The whole matrix ``(size, size)``."""
        full = arb_mat(self.size, self.size)
        for row, column, block in self.panels():
            for a, entries in enumerate(block.tolist()):
                for b, entry in enumerate(entries):
                    full[row + a, column + b] = full[column + b, row + a] = entry
        return full

    def rounded(self) -> Rounded:
        """The matrix in float64, scaled by a power of two where it leaves that range.

        The error is the Frobenius norm of the difference, computed in balls.

        Raises:
            Undetermined: balls so wide that an entry is unbounded.
        """
        found = self._rounded(0)
        if not found.magnitude.is_finite():
            raise Undetermined("The balls are too wide to bound the Hessian: give narrower ones.")
        exponent = binary_exponent(found.magnitude)
        return found if abs(exponent) < _RANGE else self._rounded(exponent)

    def _rounded(self, shift: int) -> Rounded:
        full = np.zeros((self.size, self.size))
        error, magnitude = arb(0), arb(0)
        for row, column, block in self.panels():
            scaled = block * arb((1, -shift))
            entries = scaled.entries()
            floats = [float(x) for x in entries]
            rows, columns = slice(row, row + block.nrows()), slice(column, column + block.ncols())
            full[rows, columns] = np.reshape(floats, (block.nrows(), block.ncols()))
            full[columns, rows] = full[rows, columns].T
            magnitude = reduce(arb.max, (abs(x) for x in entries), magnitude).upper()
            if np.isfinite(full[rows, columns]).all():
                differences = (scaled - arb_mat(block.nrows(), block.ncols(), floats)).entries()
                error += sum((x * x for x in differences), arb(0))
            else:
                error = arb("inf")
        return Rounded(full, shift, (2 * error).abs_upper().sqrt().upper(), magnitude)


def _column(vector: Array) -> arb_mat:
    """A vector that does not vanish, as a column of balls."""
    column = ball_matrix(vector[:, None])
    if not _squared_length(column) > 0:
        raise Undetermined("The balls are too wide to tell whether a layer contributes: give narrower ones.")
    return column


def _squared_length(column: arb_mat) -> arb:
    return (column.transpose() * column)[0, 0]


def _length(column: arb_mat) -> arb:
    return _squared_length(column).sqrt()


def _rows(matrix: arb_mat, start: int, number: int) -> arb_mat:
    return arb_mat(matrix.tolist()[start:start + number]) if number else arb_mat(0, matrix.ncols())


def _columns(matrix: arb_mat, start: int, number: int) -> arb_mat:
    return arb_mat([row[start:start + number] for row in matrix.tolist()])


def _without_component(q: arb_mat, matrix: arb_mat) -> arb_mat:
    """``QᵀX`` for an orthonormal basis ``Q`` of ``q^⟂``: ``q`` is reflected to an axis, which is left out."""
    entries = q.entries()
    axis = max(range(len(entries)), key=lambda i: abs(float(entries[i].mid())))
    length = _length(q)
    normal = q / length
    normal[axis, 0] += 1 if entries[axis].mid() > 0 else -1
    scale = 2 / _squared_length(normal)
    reflected = matrix - normal * ((normal.transpose() * matrix) * scale)
    return arb_mat([row for i, row in enumerate(reflected.tolist()) if i != axis])
