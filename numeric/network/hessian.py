"""Gradient and Hessian of the risk in the weights: as lists, dense, as an operator."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np
from scipy.sparse.linalg import LinearOperator

from ..linalg.scalars import Array, as_array, is_zero, layers_of
from .network import DeepLinearNetwork
from .problem import RegressionProblem


def gradient(problem: RegressionProblem, network: DeepLinearNetwork) -> list[Array]:
    """``∇_{W_k} R = q_k h_{k-1}ᵀ``, shaped like the weights (claim `gradient`).

    >>> problem = RegressionProblem.from_covariance([[1.0]], [1.0])
    >>> gradient(problem, DeepLinearNetwork([[[2.0]], [[1.0]]]))
    [array([[2.]]), array([[4.]])]
    """
    return network.jacobian_adjoint(problem.risk_gradient(network.regressor()))


def hessian(problem: RegressionProblem, network: DeepLinearNetwork) -> Array:
    """Dense Hessian ``2JᵀΣJ + gᵀẅ``, shape ``(..., N, N)``; any scalar, float64 also batched.

    The weights are ordered layer by layer, row-major within a layer.

    >>> problem = RegressionProblem.from_covariance([[1.0]], [1.0])
    >>> hessian(problem, DeepLinearNetwork([[[0.0]], [[0.0]]]))
    array([[ 0., -2.],
           [-2.,  0.]])
    """
    jacobian = _jacobian_rows(network)
    dense: Array = 2 * (jacobian @ problem.covariance @ jacobian.mT)
    slope = problem.risk_gradient(network.regressor())
    if is_zero(slope):
        return dense
    ends = np.cumsum([0, *(lower * upper for lower, upper in pairwise(network.widths))])
    blocks = [slice(start, stop) for start, stop in pairwise(ends)]
    forward, backward = network.forward(slope), network.backward()
    for j in range(network.depth):
        # between = W_{k-1} ⋯ W_{j+1} of the statement, for k = j+1, j+2, …
        between = np.eye(network.widths[j + 1], dtype=network.weights[0].dtype)
        for k in range(j + 1, network.depth):
            block = _cross_block(forward[j], between, backward[k + 1])
            dense[..., blocks[j], blocks[k]] += block
            dense[..., blocks[k], blocks[j]] += block.mT
            between = network.weights[k] @ between
    return dense


def _jacobian_rows(network: DeepLinearNetwork) -> Array:
    """``Jᵀ`` of shape ``(..., N, d)``: row ``(k, a, b)`` is ``q_k[a] P_{k-1}[b, :]``."""
    rows = []
    for q, product in zip(network.backward()[1:], network.forward_products()[:-1], strict=True):
        layer = q[..., :, None, None] * product[..., None, :, :]
        shape = (*network.batch_shape, q.shape[-1] * product.shape[-2], network.dimension)
        rows.append(np.broadcast_to(layer, (*network.batch_shape, *layer.shape[-3:])).reshape(shape))
    return np.concatenate(rows, axis=-2)


def _cross_block(h: Array, between: Array, q: Array) -> Array:
    """Block of layers ``j < k``: entry ``((a, b), (e, c))`` is ``h[b] between[c, a] q[e]``."""
    inner = between.mT[..., :, None, None, :]
    block = h[..., None, :, None, None] * inner * q[..., None, None, :, None]
    a, b, e, c = block.shape[-4:]
    return block.reshape((*block.shape[:-4], a * b, e * c))


def hessian_product(
    problem: RegressionProblem, network: DeepLinearNetwork, directions: Sequence[Any]
) -> list[Array]:
    """The Hessian applied to ``Ξ``, shaped like the weights, in ``O(Σ d_k d_{k-1})`` and ``Σẇ``.

    It is the derivative of ``q_k h_{k-1}ᵀ`` along ``Ξ``, where ``ġ = 2Σẇ``.

    >>> problem = RegressionProblem.from_covariance([[1.0]], [1.0])
    >>> hessian_product(problem, DeepLinearNetwork([[[0.0]], [[0.0]]]), [[[1.0]], [[0.0]]])
    [array([[0.]]), array([[-2.]])]
    """
    exact = network.weights[0].dtype == object
    arrays = [as_array(direction, exact=exact) for direction in directions]
    moved_backward = network.backward_derivative(arrays)
    moved = 2 * (problem.covariance @ moved_backward[0][..., None])
    backward = network.backward()
    h = problem.risk_gradient(network.regressor())[..., None]
    product = []
    for k, weight in enumerate(network.weights):
        q, moved_q = backward[k + 1][..., None], moved_backward[k + 1][..., None]
        product.append(moved_q @ h.mT + q @ moved.mT)
        moved = weight @ moved + arrays[k] @ h
        h = weight @ h
    return product


def hessian_operator(problem: RegressionProblem, network: DeepLinearNetwork) -> LinearOperator:
    """The Hessian of one float64 network as a SciPy operator of shape ``(N, N)``.

    Raises:
        ValueError: a batch, or entries that are not float64.

    >>> problem = RegressionProblem.from_covariance([[1.0]], [1.0])
    >>> hessian_operator(problem, DeepLinearNetwork([[[1.0]], [[1.0]]])) @ np.array([1.0, 0.0])
    array([2., 2.])
    """
    if network.batch_shape or any(weight.dtype != np.float64 for weight in network.weights):
        raise ValueError("The operator takes one float64 network: index the batch, or use astype(float).")
    shapes = [weight.shape for weight in network.weights]

    def apply(vector: Array) -> Array:
        directions = layers_of(np.asarray(vector).ravel(), shapes)
        return np.concatenate([block.ravel() for block in hessian_product(problem, network, directions)])

    size = network.weight_count
    return LinearOperator((size, size), matvec=apply, rmatvec=apply, dtype=np.float64)
