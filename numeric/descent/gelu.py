"""Networks with GELU between the layers, in NumPy: risk, gradient, products with the Hessian."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import pi, sqrt
from typing import NamedTuple

import numpy as np
from scipy.special import ndtr

from ..linalg.scalars import Array


@dataclass(frozen=True, eq=False)
class Samples:
    """The data of a nonlinear network: ``X`` of shape ``(n, d)`` and ``y`` of shape ``(n,)``, float64.

    The risk is ``‖y − f(X)‖²/n``, without a factor 1/2.
    """

    features: Array
    target: Array


class _Pass(NamedTuple):
    """Arrays ``(..., d_k, n)``: ``activations[k] = a_k`` (``a_0 = xᵀ``) and ``inputs[k] = z_{k+1}``. And ``errors``."""

    activations: list[Array]
    inputs: list[Array]
    errors: Array


def gelu(x: Array) -> Array:
    """``φ(x) = x Φ(x)`` with the distribution function ``Φ`` of the normal law, and not with its approximation by tanh.

    >>> gelu(np.array([0.0, 1.0])).round(12)
    array([0.        , 0.84134475])
    """
    value: Array = x * ndtr(x)
    return value


def gelu_slopes(x: Array) -> tuple[Array, Array]:
    """``φ' = Φ + xN`` and ``φ'' = (2 − x²)N``, ``N`` the normal density.

    >>> [slope.round(6) for slope in gelu_slopes(np.array([0.0]))]
    [array([0.5]), array([0.797885])]
    """
    density = np.exp(-x * x / 2) / sqrt(2 * pi)
    return ndtr(x) + x * density, (2 - x * x) * density


def gelu_risk(weights: Sequence[Array], samples: Samples) -> Array:
    """``R = ‖y − f(X)‖²/n``, shape ``(...)``.

    >>> gelu_risk([np.array([[2.0]])], Samples(np.array([[1.0], [1.0]]), np.array([2.0, 0.0]))).round(12)
    np.float64(2.0)
    """
    errors = _forward(weights, samples).errors
    risk: Array = (errors * errors).mean(axis=-1)
    return risk


def gelu_gradient(weights: Sequence[Array], samples: Samples) -> list[Array]:
    """``∇_{W_k} R``, shaped like the weights.

    >>> gelu_gradient([np.array([[2.0]])], Samples(np.array([[1.0]]), np.array([0.0])))
    [array([[4.]])]
    """
    run = _forward(weights, samples)
    signals = _backward(weights, run)
    return [signal @ below.mT for signal, below in zip(signals, run.activations, strict=True)]


def gelu_hessian_product(weights: Sequence[Array], samples: Samples, directions: Sequence[Array]) -> list[Array]:
    """The Hessian of ``R`` applied to ``Ξ``, shaped like the weights: the derivative of the gradient along ``Ξ``.

    >>> gelu_hessian_product([np.array([[2.0]])], Samples(np.array([[3.0]]), np.array([0.0])), [np.array([[1.0]])])
    [array([[18.]])]
    """
    run = _forward(weights, samples)
    signals = _backward(weights, run)
    slopes = [gelu_slopes(z) for z in run.inputs[:-1]]
    moved: list[Array] = [np.zeros_like(run.activations[0])]  # derivatives of the activations
    moved_inputs = []
    for k, (weight, direction) in enumerate(zip(weights, directions, strict=True)):
        moved_inputs.append(direction @ run.activations[k] + weight @ moved[k])
        if k < len(slopes):
            moved.append(slopes[k][0] * moved_inputs[k])
    product: list[Array] = []
    moved_signal = (2 / len(samples.target)) * moved_inputs[-1]
    for k in range(len(weights) - 1, -1, -1):
        product.append(moved_signal @ run.activations[k].mT + signals[k] @ moved[k].mT)
        if k:
            first, second = slopes[k - 1]
            pulled = weights[k].mT @ signals[k]
            moved_pulled = directions[k].mT @ signals[k] + weights[k].mT @ moved_signal
            moved_signal = second * moved_inputs[k - 1] * pulled + first * moved_pulled
    return product[::-1]


def _forward(weights: Sequence[Array], samples: Samples) -> _Pass:
    activations, inputs = [samples.features.T], []
    for weight in weights:
        inputs.append(weight @ activations[-1])
        activations.append(gelu(inputs[-1]))
    return _Pass(activations[:-1], inputs, inputs[-1][..., 0, :] - samples.target)


def _backward(weights: Sequence[Array], run: _Pass) -> list[Array]:
    """The derivatives of ``R`` in ``z_1, …, z_L``, of shapes ``(..., d_k, n)``."""
    signals = [(2 / run.errors.shape[-1]) * run.errors[..., None, :]]
    for weight, below in zip(reversed(weights[1:]), reversed(run.inputs[:-1]), strict=True):
        signals.append(gelu_slopes(below)[0] * (weight.mT @ signals[-1]))
    return signals[::-1]
