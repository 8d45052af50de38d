"""A bound on the norm of the residual part ``gᵀẅ`` of the Hessian."""

from __future__ import annotations

from typing import Any

from flint import arb, arb_mat, ctx

from ..linalg.eigenvalues import ball_matrix
from ..linalg.norm_bounds import NORM_BITS, norm_of_nonnegative, squared_norm
from ..linalg.scalars import Array
from .network import DeepLinearNetwork
from .problem import RegressionProblem


def residual_norm(problem: RegressionProblem, network: DeepLinearNetwork, origin: DeepLinearNetwork) -> arb:
    """Upper bound of the norm of the Hessian less ``2JᵀΣJ``; exactly zero where ``g = 0`` or the depth is 1.

    The residual part is a symmetric block matrix whose block ``(j, k)``, ``j < k``, has norm at most
    ``|h_{j−1}| |q_k| ‖W_{k−1}⋯W_{j+1}‖``. The norm of the matrix of these numbers is at most ``max_i (Bx)_i/x_i``
    for any ``x > 0``. ``origin`` has rational entries, and ``network`` is it, or its image under `narrowed`.

    >>> problem = RegressionProblem.from_covariance([[1.0]], [1.0])
    >>> network = DeepLinearNetwork([[[0.0]], [[0.0]]])
    >>> print(residual_norm(problem, network, network))
    2.00000000000000
    """
    slope = problem.risk_gradient(origin.regressor())
    forward, backward = origin.forward(slope), origin.backward()
    depth = network.depth
    with ctx.workprec(NORM_BITS):
        weights = [ball_matrix(weight) for weight in network.weights]
        slopes, ends = [_length(h) for h in forward], [_length(q) for q in backward]
        block = [[arb(0)] * depth for _ in range(depth)]
        for j in range(1, depth):
            product: arb_mat | None = None
            for k in range(j + 1, depth + 1):
                between = arb(1) if product is None else squared_norm(product).sqrt()
                block[j - 1][k - 1] = block[k - 1][j - 1] = (slopes[j - 1] * ends[k] * between).upper()
                product = weights[k - 1] if product is None else weights[k - 1] * product
        return norm_of_nonnegative(block)


def _length(vector: Array) -> arb:
    """Upper bound of the length of a vector, from its exact square."""
    square: Any = vector @ vector
    return arb(square).upper().sqrt().upper()
