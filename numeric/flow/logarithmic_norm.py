"""Rigorous bounds on balls of weights: the gradient of the risk and its logarithmic norm.

All sub-products of the layers enter with the norm they have, enlarged for the ball: let
``s_{kj} >= ‖W_k⋯W_{j+1}‖`` and ``‖Ξ‖_F <= r``. In the expansion of ``(W_k+Ξ_k)⋯(W_{j+1}+Ξ_{j+1})`` the
terms with ``c`` factors ``Ξ`` are bounded by Cauchy–Schwarz over the choices ``m_1 < … < m_c``:

    Σ Π‖Ξ_{m_i}‖ · (product of the s between) <= r^c/√(c!) · √(Σ product of the s² between),

because ``Σ Π‖Ξ_{m_i}‖² <= (Σ‖Ξ_m‖²)^c / c!``. The sums of squares are entries of matrix powers.
Products of layers are at most bilinear in each layer, so the bounds hold for complex ``Ξ`` too.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import factorial

import numpy as np
from flint import arb, arb_mat, ctx

from ..linalg.norm_bounds import NORM_BITS, norm_of_nonnegative, squared_norm
from ..linalg.scalars import Array
from .series import FlowSystem


class BallBounds:
    """Bounds over the ball ``{W + Ξ : ‖Ξ‖_F <= r}``, ``W`` exact, as polynomials in ``r``.

    ``gradient_float`` chooses a step, which `gradient` then verifies.
    """

    def __init__(self, system: FlowSystem, weights: Sequence[arb_mat]) -> None:
        self.depth = len(weights)
        # Near a minimizer w − w* cancels: the vectors at full precision, their norms not.
        columns = [system.readout]
        for weight in reversed(weights):
            columns.append(weight.transpose() * columns[-1])
        columns.reverse()
        slopes = [system.doubled * (columns[0] - system.regressor)]
        for weight in weights[:-1]:
            slopes.append(weight * slopes[-1])
        with ctx.workprec(NORM_BITS):
            self._prepare(system, weights, columns, slopes)

    def _prepare(
        self, system: FlowSystem, weights: Sequence[arb_mat], columns: list[arb_mat], slopes: list[arb_mat]
    ) -> None:
        depth = self.depth
        self._covariance = squared_norm(system.doubled).sqrt().upper()
        # Row j: from layer j to layer k; last row: the forward-propagated gradient h_k.
        table = arb_mat(depth + 1, depth)
        for j in range(depth):
            table[j, j] = 1
            product = None
            for k in range(j + 1, depth):
                product = weights[k - 1] if product is None else weights[k - 1] * product
                table[j, k] = squared_norm(product)
            table[depth, j] = _squared_length(slopes[j])
        shift = arb_mat(depth, depth)
        for j in range(depth - 1):
            for k in range(j + 1, depth):
                shift[j, k] = table[j + 1, k]
        tables = [table]
        for _ in range(1, depth):
            tables.append(tables[-1] * shift)
        self._forward = [_roots(table, c) for c, table in enumerate(tables)]
        # Backward vectors q_k, k = 0..L; q_L = p does not move.
        square = arb_mat(depth, depth, [table[j, k] for j in range(depth) for k in range(depth)])
        ends = arb_mat(depth, 1, [_squared_length(column) for column in columns[:-1]])
        last = _squared_length(columns[-1])
        backward = [ends]
        for c in range(1, depth + 1):
            # Layer m moves: what is above it is q_m, what is below W_{m−1}⋯W_{k+1}.
            above = [backward[-1][m, 0] for m in range(1, depth)] + [last if c == 1 else arb(0)]
            backward.append(square * arb_mat(depth, 1, above))
        self._backward = [[*_roots(vector.transpose(), c)[0], arb(0)] for c, vector in enumerate(backward)]
        self._backward[0][depth] = last.sqrt().upper()
        self._floats()

    def _floats(self) -> None:
        self._forward_float = np.array([[[float(x) for x in row] for row in rows] for rows in self._forward])
        self._backward_float = np.array([[float(x) for x in row] for row in self._backward])
        self._covariance_float = float(self._covariance)

    def _moved(self, r: arb) -> tuple[list[list[arb]], list[arb]]:
        """How far sub-products and ``P_k g_0`` (last row), and the ``q_k``, move within the ball.

        Sums over ``c >= 1``, not differences, which would cancel for tiny ``r``.
        """
        zero = arb(0)
        forward = [[zero] * self.depth for _ in range(self.depth + 1)]
        for coefficients in reversed(self._forward[1:]):
            forward = [
                [(value + c) * r for value, c in zip(row, new, strict=True)]
                for row, new in zip(forward, coefficients, strict=True)
            ]
        backward = [zero] * (self.depth + 1)
        for new_row in reversed(self._backward[1:]):
            backward = [(value + c) * r for value, c in zip(backward, new_row, strict=True)]
        return forward, backward

    def _enlarged(self, r: arb) -> tuple[list[list[arb]], list[arb], list[arb]]:
        """Bounds of the sub-products ``[j][k]``, of the ``h_k`` and of the ``q_k`` over the ball."""
        forward, backward = self._moved(r)
        slope = self._covariance * backward[0]
        forward = [
            [value + c for value, c in zip(row, new, strict=True)]
            for row, new in zip(forward, self._forward[0], strict=True)
        ]
        backward = [value + c for value, c in zip(backward, self._backward[0], strict=True)]
        slopes = [forward[self.depth][k] + forward[0][k] * slope for k in range(self.depth)]
        return forward, slopes, backward

    def regressor(self, r: arb) -> tuple[arb, arb]:
        """Upper bounds of ``‖w(W+Ξ) − w‖`` and ``‖w(W+Ξ) − w − J(Ξ)‖`` over the ball."""
        with ctx.workprec(NORM_BITS):
            first, rest = self._backward[1][0] * r, arb(0)
            for row in reversed(self._backward[2:]):
                rest = (rest + row[0]) * r
            rest *= r
            return (first + rest).upper(), rest.upper()

    def jacobian(self, r: arb) -> arb:
        """Upper bound of ``‖J(W+Ξ) − J(W)‖₂`` over the ball, by ``(Jᵀu)_k = q_k (P_{k−1}u)ᵀ``."""
        with ctx.workprec(NORM_BITS):
            forward, backward = self._moved(r)
            total = arb(0)
            for k in range(1, self.depth + 1):
                product = forward[0][k - 1] + self._forward[0][0][k - 1]
                total += (backward[k] * product + self._backward[0][k] * forward[0][k - 1]) ** 2
            return total.upper().sqrt().upper()

    def gradient(self, r: arb) -> arb:
        """Upper bound of ``‖∇R‖_F`` over the complex ball of radius ``r``."""
        with ctx.workprec(NORM_BITS):
            _, slopes, backward = self._enlarged(r)
            total = sum(((backward[k + 1] * slopes[k]) ** 2 for k in range(self.depth)), arb(0))
            return total.upper().sqrt().upper()

    def gradient_float(self, radii: Array) -> Array:
        """The bound of `gradient` in float64, of shape ``(m,)`` for radii of shape ``(m,)``. It proves nothing."""
        powers = radii[:, None] ** np.arange(self._backward_float.shape[0])
        backward = powers @ self._backward_float
        forward = np.einsum("mc,cjk->mjk", powers[:, : self.depth], self._forward_float)
        moved = self._covariance_float * (powers[:, 1:] @ self._backward_float[1:, 0])
        slopes = forward[:, -1] + forward[:, 0] * moved[:, None]
        values: Array = np.linalg.norm(backward[:, 1:] * slopes, axis=1)
        return values

    def expansion(self, r: arb) -> arb:
        """Upper bound of ``−λ_min`` of the Hessian over the real ball of radius ``r``, if ``Σ ⪰ 0``.

        The Hessian is ``2JᵀΣJ ⪰ 0`` plus its residual part, a symmetric block matrix whose
        block ``(j, k)``, ``j < k``, has norm at most ``‖h_{j−1}‖ ‖q_k‖ ‖W_{k−1}⋯W_{j+1}‖``. The norm of
        the matrix of these numbers is at most ``max_i (Bx)_i/x_i`` for any ``x > 0``.
        """
        with ctx.workprec(NORM_BITS):
            depth = self.depth
            if depth == 1:
                return arb(0)
            products, slopes, backward = self._enlarged(r)
            block = [[arb(0)] * depth for _ in range(depth)]
            for j in range(1, depth):
                for k in range(j + 1, depth + 1):
                    size = slopes[j - 1] * backward[k] * products[j][k - 1]
                    block[j - 1][k - 1] = block[k - 1][j - 1] = size.upper()
            return norm_of_nonnegative(block)


def _squared_length(column: arb_mat) -> arb:
    return (column.transpose() * column)[0, 0].abs_upper()


def _roots(table: arb_mat, c: int) -> list[list[arb]]:
    scale = arb(factorial(c)).rsqrt()
    return [[(x.abs_upper().sqrt() * scale).upper() for x in row] for row in table.tolist()]
