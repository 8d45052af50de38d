"""Residual networks: their initialization, and bounds on the singular values of all sub-products."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal, NamedTuple

import numpy as np
from flint import arb, arb_mat, ctx

from ..linalg.definite import ball_ldl_positive
from ..linalg.eigenvalues import ball_matrix
from ..linalg.pencil import working_precision
from ..linalg.scalars import Array
from .network import DeepLinearNetwork

Which = Literal["all", "top", "bottom"]
"""Sub-products ``W_k⋯W_j``: all of them, those with ``k = L``, or those with ``j = 1``."""

# Parts of itself by which a float64 value is moved outward before balls must confirm it.
_MARGINS = (1e-12, 1e-9, 1e-6, 1e-3)
_BITS = 128


class SubProductBounds(NamedTuple):
    """``alpha <= 1 <= beta`` bound the singular values of sub-products ``W_k⋯W_j`` from below and above."""

    alpha: float
    beta: float


def residual_network(
    dimension: int, depth: int, scale: float, rng: np.random.Generator, readout: Any = None
) -> DeepLinearNetwork:
    """``W_k = I + (s/√(dL)) N_k``, ``k = 1..L``, ``N_k`` of ``(d, d)`` standard Gaussian (theory, section 4).

    ``readout`` is the fixed ``p`` of shape ``(d,)``; without it all entries are ``1/√d``, so that
    ``‖p‖ = 1`` up to rounding. Entries are float64, read elsewhere as the dyadic rationals that they are.

    Raises:
        ValueError: no layer or no dimension, or a read-out of another shape.

    >>> residual_network(2, 3, 0.0, np.random.default_rng(0)).regressor().round(12)
    array([0.70710678, 0.70710678])
    """
    if dimension < 1 or depth < 1:
        raise ValueError(f"A residual network needs d >= 1 and L >= 1, not d = {dimension} and L = {depth}.")
    p = np.full(dimension, dimension**-0.5) if readout is None else readout
    noise = rng.normal(size=(depth, dimension, dimension)) * (scale / np.sqrt(dimension * depth))
    return DeepLinearNetwork(list(np.eye(dimension) + noise), p)


def sub_product_bounds(network: DeepLinearNetwork, which: Which = "all") -> SubProductBounds:
    """The tightest ``α = min(1, σ_min)`` and ``β = max(1, σ_max)`` over sub-products ``W_k⋯W_j``, in float64.

    Each of the ``O(L²)`` products is formed once, and its singular values are LAPACK's: 5 s at ``d = L = 100``
    on one core.

    Args:
        network: one network of square layers, float64 or exact.
        which: the sub-products that count.

    Raises:
        ValueError: layers that are not square, or a batch.

    >>> sub_product_bounds(DeepLinearNetwork([2 * np.eye(2), np.diag([0.25, 1.0])], np.ones(2)))
    SubProductBounds(alpha=0.25, beta=2.0)
    """
    layers = np.stack(_square(network).astype(float).weights)
    least, largest = 1.0, 1.0
    for products in _products(layers, which):
        values = np.linalg.svd(products, compute_uv=False)
        least, largest = min(least, float(values.min())), max(largest, float(values.max()))
    return SubProductBounds(least, largest)


def certified_sub_product_bounds(network: DeepLinearNetwork, which: Which = "all") -> SubProductBounds:
    """`sub_product_bounds`, proved: ``AᵀA ≻ α²I`` and ``AᵀA ≺ β²I`` for every sub-product ``A``, by balls.

    ``α`` is rounded down and ``β`` up, by the least of a few relative margins (1e-12 to 1e-3) for which
    every product is confirmed. ``α = 0`` says that nothing is proved. It takes a Cholesky-like
    elimination in balls a product: 0.1 s at ``d = 5``, ``L = 30``, 1 s at ``d = L = 20``.

    Raises:
        ValueError: layers that are not square, a batch, or a norm that is not confirmed at this precision.

    >>> from ..linalg.rational import rational
    >>> exact = DeepLinearNetwork([[[2.0]], [[0.25]]]).astype(rational)
    >>> found = certified_sub_product_bounds(exact)
    >>> 0.2499999 < found.alpha < 0.25, 2 < found.beta < 2.000001
    (True, True)
    """
    guess = sub_product_bounds(network, which)
    with ctx.workprec(working_precision(_BITS)):
        products = _ball_products([ball_matrix(layer) for layer in network.weights], which)
        grams = [product.transpose() * product for product in products]
        below = (guess.alpha * (1 - margin) for margin in _MARGINS)
        above = (guess.beta * (1 + margin) for margin in _MARGINS)
        alpha = next((a for a in below if all(_definite(gram, a, 1) for gram in grams)), 0.0)
        beta = next((b for b in above if all(_definite(gram, b, -1) for gram in grams)), None)
    if beta is None:
        raise ValueError(f"The norms of the sub-products are not confirmed at {_BITS} bits: give smaller weights.")
    return SubProductBounds(alpha, beta)


def _square(network: DeepLinearNetwork) -> DeepLinearNetwork:
    if len(set(network.widths)) > 1 or network.batch_shape:
        raise ValueError("Bounds of sub-products need one network of square layers, d inputs to d outputs each.")
    return network


def _products(layers: Array, which: Which) -> Iterator[Array]:
    """The sub-products that end at ``W_k``, stacked, for ``k = 1..L`` (those that begin at ``W_k``, for "top")."""
    if which == "top":
        yield from (stack.mT for stack in _products(layers[::-1].mT, "bottom"))
        return
    stack = np.empty((0, *layers.shape[1:]))
    for k, layer in enumerate(layers):
        stack = layer @ stack
        if which == "all" or k == 0:
            stack = np.concatenate([stack, layer[None]])
        yield stack


def _ball_products(layers: list[arb_mat], which: Which) -> Iterator[arb_mat]:
    for j in range(len(layers)):
        product = None
        for k in range(j, len(layers)):
            product = layers[k] if product is None else layers[k] * product
            if which != "top" or k == len(layers) - 1:
                yield product
        if which == "bottom":
            return


def _definite(gram: arb_mat, value: float, sign: int) -> bool:
    """Whether ``sign · (AᵀA − value²)`` is proved positive definite."""
    shifted = gram * sign
    for i in range(gram.nrows()):
        shifted[i, i] -= sign * arb(value) ** 2
    return ball_ldl_positive(shifted)
