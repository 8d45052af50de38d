"""Gradient descent of many networks at once: plain, residual, and with GELU between the layers."""

from __future__ import annotations

from threading import Lock
from typing import Any

import numpy as np

from ..linalg.scalars import Array
from ..network.network import DeepLinearNetwork
from ..network.problem import RegressionProblem
from .gelu import Samples

DIVERGED = 1e20
"""A network diverges when its risk (above ``R_min``) exceeds that of zero weights by this factor, or is no number."""

# Two threads that ask for one kernel at the same time must not get, and compile, two of them.
_ONE_AT_A_TIME = Lock()


class Descent:
    """Compiled gradient descent ``W ← W − η ∇R(W)`` of a batch, where ``R`` has the factor ``1/n`` and no ``1/2``.

    Networks are independent: to the last bit, a network depends neither on the others nor on their number, nor on how
    the steps are divided among calls of `advance`. All numbers are float64. A kernel is compiled when a dimension is
    first used, which needs Numba.

    Args:
        network: float64 weights with one batch dimension ``(B, d_k, d_{k-1})`` in every layer, all widths equal to
            ``d``; without a read-out the last layer is ``(B, 1, d)`` and trained, with one it is fixed.
        rates: learning rates ``η``, ``(B,)`` or a number.
        problem: the regression problem of linear networks, or the samples of networks with GELU between the layers.

    Raises:
        ValueError: shapes other than those.

    >>> problem = RegressionProblem.from_covariance([[1.0]], [1.0])
    >>> descent = Descent(DeepLinearNetwork([np.array([[[0.5]]]), np.array([[[2.0]]])]), 0.1, problem)
    >>> descent.advance(100)
    >>> descent.network().regressor().round(12), descent.diverged
    (array([[1.]]), array([-1]))
    """

    def __init__(self, network: DeepLinearNetwork, rates: Array | float, problem: RegressionProblem | Samples) -> None:
        _check(network, problem)
        from .lanes import WIDTH

        self.steps = 0
        self._problem = problem
        self._readout = network.readout if network.has_readout else None
        self._number, self._dimension = network.batch_shape[0], network.dimension
        square = network.depth if network.has_readout else network.depth - 1
        layers = np.empty((self._number, square, self._dimension, self._dimension))
        for k in range(square):
            layers[:, k] = network.weights[k]
        top = np.empty((self._number, self._dimension))
        top[:] = network.readout if network.has_readout else network.weights[-1][:, 0]
        self._layers, self._top = _packed(layers, WIDTH), _packed(top, WIDTH)
        self._rates = _packed(np.broadcast_to(np.asarray(rates, dtype=np.float64), (self._number,)), WIDTH)
        self._diverged = np.full(self._rates.shape, -1)

    @property
    def diverged(self) -> Array:
        """The number of steps after which each network diverged, ``(B,)``, or −1 if it did not."""
        return self._diverged.ravel()[: self._number]

    def advance(self, steps: int) -> None:
        """Take so many more steps. Other threads run meanwhile."""
        kernel, data, limit = self._compiled()
        for layers, top, rates, diverged in zip(self._layers, self._top, self._rates, self._diverged, strict=True):
            # A group that diverged as a whole rests at zero, with rate zero.
            if (diverged < 0).any():
                # The kernel looks before each step: one more, of rate zero, looks at what the last one did.
                for speed, first, number in ((rates, self.steps, steps), (0 * rates, self.steps + steps, 1)):
                    kernel(layers.ravel(), top.ravel(), self._readout is None, *data, speed, diverged, first, number,
                           limit)
                rates[diverged >= 0] = 0.0
        self.steps += steps

    def network(self) -> DeepLinearNetwork:
        """The networks as they are now. The weights of networks that diverged are nan."""
        layers, top = self._unpacked(self._layers), self._unpacked(self._top)
        weights = [layers[:, k] for k in range(layers.shape[1])]
        if self._readout is None:
            weights.append(top[:, None, :])
        return DeepLinearNetwork(weights, self._readout)

    def _compiled(self) -> tuple[Any, tuple[Array, Array], float]:
        with _ONE_AT_A_TIME:
            if isinstance(self._problem, Samples):
                from .gelu_descent import gelu_kernel

                features, target = self._problem.features, self._problem.target
                return gelu_kernel(self._dimension), (features.ravel(), target), DIVERGED * float((target**2).mean())
            from .linear import linear_kernel

            covariance, regressor, energy = self._problem.covariance, self._problem.regressor, self._problem.energy
            return linear_kernel(self._dimension), (covariance.ravel(), regressor), DIVERGED * float(energy)

    def _unpacked(self, packed: Array) -> Array:
        lanes: Array = np.moveaxis(packed, -1, 1)
        array = lanes.reshape(lanes.shape[0] * lanes.shape[1], *lanes.shape[2:])[: self._number].copy()
        array[self.diverged >= 0] = np.nan
        return array


def _packed(array: Array, width: int) -> Array:
    """The array ``(B, …)`` in groups ``(⌈B/8⌉, …, 8)``, with the last network repeated to fill the last group."""
    number = len(array)
    places = np.minimum(np.arange(-(-number // width) * width), number - 1)
    grouped = array[places].reshape(len(places) // width, width, *array.shape[1:])
    packed: Array = np.ascontiguousarray(np.moveaxis(grouped, 1, -1))
    return packed


def _check(network: DeepLinearNetwork, problem: RegressionProblem | Samples) -> None:
    if any(weight.dtype != np.float64 for weight in network.weights):
        raise ValueError("Gradient descent is for float64 weights: use astype(float).")
    if len(network.batch_shape) != 1 or network.batch_shape[0] < 1:
        raise ValueError("Gradient descent takes a batch of networks, one leading dimension before each layer.")
    hidden = network.widths if network.has_readout else network.widths[:-1]
    if len(set(hidden)) > 1:
        raise ValueError(f"All widths must equal d, but they are {network.widths}.")
    dimension = problem.features.shape[1] if isinstance(problem, Samples) else problem.dimension
    if dimension != network.dimension:
        raise ValueError(f"The network takes {network.dimension} inputs, but the problem has {dimension}.")
    if isinstance(problem, RegressionProblem):
        if problem.kind != "float":
            raise ValueError("Gradient descent is for float64 problems: use astype(float).")
        if problem.energy == 0:
            raise ValueError("The signal energy is zero (w* = 0): divergence is measured against it.")
