"""Deep linear networks: products, backward vectors, Jacobian and end-to-end kernel."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property
from itertools import pairwise
from typing import Any

import numpy as np

from ..linalg.scalars import Array, as_array, convert_array


def _scalar(matrix: Array) -> Any:
    """The entry of a (1,1) matrix (of each one in a batch)."""
    return matrix[..., 0, 0][()]


class DeepLinearNetwork:
    """The network ``x ↦ pᵀ W_L ⋯ W_1 x``, over any scalar (claims `kernel`, `hessian`).

    ``weights[k-1]`` is ``W_k`` of shape ``(d_k, d_{k-1})``; float64 weights, and then the
    readout, may carry leading batch dimensions ``(..., d_k, d_{k-1})``. Object arrays hold any scalar: mpf,
    arb, fmpq, Fraction, nmod, polynomials in ``t`` (then every method is exact to all
    orders in ``t``), SymPy expressions. ``readout`` is the fixed ``p`` of shape
    ``(d_L,)``; without it ``d_L = 1`` and ``p = 1``. Treat a network as immutable:
    products are computed once.

    Attributes: ``weights``, ``readout`` (ones if absent), ``has_readout``, ``depth`` (L),
    ``widths`` (d_0, …, d_L), ``batch_shape``.

    Raises:
        ValueError: no layer, shapes that do not chain, a width of zero, or ``d_L > 1``
            without a readout.

    >>> network = DeepLinearNetwork([[[1.0, 2.0], [0.0, 1.0]], [[3.0, 1.0]]])
    >>> network.regressor()
    array([3., 7.])
    >>> network.widths
    (2, 2, 1)
    """

    def __init__(self, weights: Sequence[Any], readout: Any = None) -> None:
        exact = any(isinstance(weight, np.ndarray) and weight.dtype == object for weight in weights)
        self.weights: tuple[Array, ...] = tuple(as_array(weight, exact=exact) for weight in weights)
        self.batch_shape = _batch_shape(self.weights)
        self._exact = any(weight.dtype == object for weight in self.weights)
        self.depth = len(self.weights)
        self.widths: tuple[int, ...] = (
            self.weights[0].shape[-1],
            *(weight.shape[-2] for weight in self.weights),
        )
        self.has_readout = readout is not None
        last = self.widths[-1]
        if readout is None:
            if last != 1:
                raise ValueError(f"Without a readout the last width must be 1, not {last}.")
            self.readout: Array = np.ones(1, dtype=self.weights[-1].dtype)
            return
        self.readout = as_array(readout, exact=self._exact)
        if self.readout.shape[-1:] != (last,):
            raise ValueError(f"The readout must have shape ({last},), but has shape {self.readout.shape}.")
        self.batch_shape = _broadcast(self.batch_shape, self.readout.shape[:-1])

    @property
    def dimension(self) -> int:
        """Input dimension ``d = d_0``."""
        return self.widths[0]

    @property
    def weight_count(self) -> int:
        """Number of weights ``Σ d_k d_{k-1}`` of one network."""
        return sum(lower * upper for lower, upper in pairwise(self.widths))

    @cached_property
    def _columns(self) -> list[Array]:
        """``q_0, …, q_L`` as columns: matrices only, so that no scalar meets an array."""
        columns = [self.readout[..., :, None]]
        if self.batch_shape:
            # It must show even at depth 1, where nothing depends on the weights.
            columns = [np.broadcast_to(columns[0], (*self.batch_shape, self.widths[-1], 1))]
        for weight in reversed(self.weights):
            columns.append(weight.mT @ columns[-1])
        return columns[::-1]

    @cached_property
    def _squared_norms(self) -> list[Array]:
        """``r_k = ‖q_k‖²`` for ``k = 1..L`` as (1,1) matrices."""
        return [column.mT @ column for column in self._columns[1:]]

    @cached_property
    def _products(self) -> list[Array]:
        """``P_1, …, P_{L-1}``."""
        products = [self.weights[0]] if self.depth > 1 else []
        for weight in self.weights[1:-1]:
            products.append(weight @ products[-1])
        return products

    def _identity(self) -> Array:
        # In object arrays these are the integers 0 and 1, which mix with every scalar.
        return np.eye(self.dimension, dtype=self.weights[0].dtype)

    def _read_vector(self, vector: Any) -> Array:
        array = as_array(vector, exact=self._exact)
        if array.ndim == 0 or array.shape[-1] != self.dimension:
            raise ValueError(f"The vector must have {self.dimension} entries, but has shape {array.shape}.")
        return array[..., :, None]

    def _read_directions(self, directions: Sequence[Any]) -> list[Array]:
        arrays = [as_array(direction, exact=self._exact) for direction in directions]
        expected = [weight.shape[-2:] for weight in self.weights]
        if [array.shape[-2:] for array in arrays] != expected:
            raise ValueError("The directions must have the shapes of the weights, layer by layer.")
        return arrays

    def _forward_columns(self, vector: Any) -> list[Array]:
        columns = [self._read_vector(vector)]
        for weight in self.weights:
            columns.append(weight @ columns[-1])
        return columns

    def forward(self, vector: Any) -> list[Array]:
        """``[h_0, …, h_L]``, ``h_k = P_k u`` of shape ``(d_k,)``, from ``u`` of shape ``(d,)``.

        >>> DeepLinearNetwork([[[2.0]], [[3.0]]]).forward([1.0])
        [array([1.]), array([2.]), array([6.])]
        """
        return [column[..., 0] for column in self._forward_columns(vector)]

    def forward_products(self) -> list[Array]:
        """``[P_0, …, P_L]``, ``P_k = W_k ⋯ W_1`` of shape ``(d_k, d)``, ``P_0 = I``.

        >>> DeepLinearNetwork([[[2.0]], [[3.0]]]).forward_products()[-1]
        array([[6.]])
        """
        products = [self._identity(), *self._products]
        products.append(self.weights[-1] @ products[-1])
        return products

    def backward(self) -> list[Array]:
        """``[q_0, …, q_L]``, ``q_k = W_{k+1}ᵀ ⋯ W_Lᵀ p`` of shape ``(d_k,)``.

        >>> DeepLinearNetwork([[[2.0]], [[3.0]]]).backward()
        [array([6.]), array([3.]), array([1.])]
        """
        return [column[..., 0] for column in self._columns]

    def regressor(self) -> Array:
        """End-to-end regressor ``w = W_1ᵀ ⋯ W_Lᵀ p = q_0`` of shape ``(d,)``.

        >>> DeepLinearNetwork([[[2.0, 1.0]], [[3.0]]]).regressor()
        array([6., 3.])
        """
        return self._columns[0][..., 0]

    def kernel(self) -> Array:
        """End-to-end kernel ``M = Σ_k ‖q_k‖² P_{k-1}ᵀ P_{k-1}``, shape ``(d, d)`` (claim `kernel`).

        >>> DeepLinearNetwork([[[2.0]], [[3.0]]]).kernel()
        array([[13.]])
        """
        kernel: Array = self._squared_norms[0] * self._identity()
        if self.depth == 1:
            return kernel
        # One tall product is much faster than L small ones.
        products = self._products
        if self.batch_shape:
            products = [np.broadcast_to(p, (*self.batch_shape, *p.shape[-2:])) for p in products]
        scaled = [r * product for r, product in zip(self._squared_norms[1:], products, strict=True)]
        kernel = kernel + np.concatenate(products, axis=-2).mT @ np.concatenate(scaled, axis=-2)
        return kernel

    def kernel_product(self, vector: Any) -> Array:
        """``M u`` of shape ``(d,)`` in ``O(Σ d_k d_{k-1})`` operations.

        >>> DeepLinearNetwork([[[2.0]], [[3.0]]]).kernel_product([2.0])
        array([26.])
        """
        forward = self._forward_columns(vector)
        result = self._squared_norms[-1] * forward[self.depth - 1]
        for k in range(self.depth - 1, 0, -1):
            result = self.weights[k - 1].mT @ result + self._squared_norms[k - 1] * forward[k - 1]
        return result[..., 0]

    def kernel_form(self, vector: Any) -> Any:
        """``uᵀ M u = Σ_k ‖q_k‖² ‖P_{k-1} u‖²``, a scalar, by matrix-vector products.

        >>> print(DeepLinearNetwork([[[2.0]], [[3.0]]]).kernel_form([2.0]))
        52.0
        """
        column = self._read_vector(vector)
        total = self._squared_norms[0] * (column.mT @ column)
        for weight, squared_norm in zip(self.weights[:-1], self._squared_norms[1:], strict=True):
            column = weight @ column
            total = total + squared_norm * (column.mT @ column)
        return _scalar(total)

    def backward_derivative(self, directions: Sequence[Any]) -> list[Array]:
        """``[q̇_0, …, q̇_L]``, first derivatives of ``q_k`` along ``W + tΞ``, shapes ``(d_k,)``.

        >>> DeepLinearNetwork([[[2.0]], [[3.0]]]).backward_derivative([[[1.0]], [[1.0]]])
        [array([5.]), array([1.]), array([0.])]
        """
        return [first[..., 0] for first in self._moved_columns(self._read_directions(directions))]

    def _moved_columns(self, directions: list[Array]) -> list[Array]:
        moved = [self._columns[-1] * 0]
        for k in range(self.depth, 0, -1):
            pushed = directions[k - 1].mT @ self._columns[k]
            moved.append(self.weights[k - 1].mT @ moved[-1] + pushed)
        return moved[::-1]

    def jacobian(self, directions: Sequence[Any]) -> Array:
        """``ẇ = Σ_k P_{k-1}ᵀ Ξ_kᵀ q_k`` of shape ``(d,)``; the directions have the weights' shapes.

        >>> DeepLinearNetwork([[[2.0]], [[3.0]]]).jacobian([[[1.0]], [[1.0]]])
        array([5.])
        """
        return self.backward_derivative(directions)[0]

    def second_derivative(self, directions: Sequence[Any]) -> Array:
        """``ẅ``, the second derivative of ``w`` along ``W + tΞ``, shape ``(d,)`` (claim `hessian`).

        The double sum of the statement is the second-order term of the recurrence
        ``q_{k-1}(t) = (W_k + tΞ_k)ᵀ q_k(t)``, hence ``O(L)`` products.

        >>> DeepLinearNetwork([[[2.0]], [[3.0]]]).second_derivative([[[1.0]], [[1.0]]])
        array([2.])
        """
        arrays = self._read_directions(directions)
        second = self._columns[-1] * 0
        for weight, direction, first in zip(
            reversed(self.weights), reversed(arrays), reversed(self._moved_columns(arrays)[1:]), strict=True
        ):
            second = weight.mT @ second + 2 * (direction.mT @ first)
        return second[..., 0]

    def jacobian_adjoint(self, vector: Any) -> list[Array]:
        """``Jᵀu``: the matrices ``q_k (P_{k-1} u)ᵀ``, shaped like the weights.

        >>> DeepLinearNetwork([[[2.0]], [[3.0]]]).jacobian_adjoint([1.0])
        [array([[3.]]), array([[2.]])]
        """
        forward = self._forward_columns(vector)
        return [q @ h.mT for q, h in zip(self._columns[1:], forward[:-1], strict=True)]

    def imbalance(self) -> list[Array]:
        """``[D_1, …, D_{L-1}]``, ``D_k = W_k W_kᵀ − W_{k+1}ᵀ W_{k+1}`` of shape ``(d_k, d_k)``.

        >>> DeepLinearNetwork([[[2.0]], [[3.0]]]).imbalance()
        [array([[-5.]])]
        """
        return [lower @ lower.mT - upper.mT @ upper for lower, upper in pairwise(self.weights)]

    def with_weights(self, weights: Sequence[Array]) -> DeepLinearNetwork:
        """A network with other weights and the same readout."""
        return DeepLinearNetwork(weights, self.readout if self.has_readout else None)

    def part(self, chosen: Array) -> DeepLinearNetwork:
        """The chosen networks of a batch ``(B,)`` with one readout, by a mask ``(B,)``.

        >>> DeepLinearNetwork([np.array([[[2.0]], [[3.0]]])]).part(np.array([False, True])).regressor()
        array([[3.]])
        """
        return self.with_weights([weight[chosen] for weight in self.weights])

    def astype(self, convert: Callable[[Any], Any]) -> DeepLinearNetwork:
        """The network with every entry mapped through ``convert`` (float64 for ``float``).

        >>> from flint import fmpq
        >>> DeepLinearNetwork([[[fmpq(1, 4)]]]).astype(float).regressor()
        array([0.25])
        """
        weights = [convert_array(weight, convert) for weight in self.weights]
        return DeepLinearNetwork(weights, convert_array(self.readout, convert) if self.has_readout else None)


def _batch_shape(weights: tuple[Array, ...]) -> tuple[int, ...]:
    """Check that the layers chain; return their common leading dimensions."""
    if not weights:
        raise ValueError("A network needs at least one layer.")
    for k, weight in enumerate(weights, start=1):
        if weight.ndim < 2:
            raise ValueError(f"Layer {k} must be a matrix, but has shape {weight.shape}.")
        if 0 in weight.shape[-2:]:
            raise ValueError(f"Layer {k} has shape {weight.shape}: every width must be at least 1.")
    for k, (lower, upper) in enumerate(pairwise(weights), start=1):
        if upper.shape[-1] != lower.shape[-2]:
            raise ValueError(
                f"Layer {k + 1} takes {upper.shape[-1]} inputs, but layer {k} gives {lower.shape[-2]}."
            )
    return _broadcast(*(weight.shape[:-2] for weight in weights))


def _broadcast(*shapes: tuple[int, ...]) -> tuple[int, ...]:
    """The common batch dimensions of the layers and the readout."""
    if not any(shapes):  # a single network: NumPy's rules take longer than its products
        return ()
    try:
        return np.broadcast_shapes(*shapes)
    except ValueError:
        raise ValueError("The batch dimensions of the layers and the readout do not match.") from None
