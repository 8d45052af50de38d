"""Residual networks bound to numbers: the products of consecutive layers, and how far the layers have moved."""

from __future__ import annotations

from collections.abc import Iterator

from flint import fmpq

from .....numeric.linalg.scalars import Array
from ....evaluation.evaluate import Value
from ...instances.instance import Instance
from ..layers import once
from ..scope import RealScope, bound


def _products(weights: tuple[Array, ...]) -> Iterator[Array]:
    """All products ``W_k ... W_j``, exactly. Those with ``j = 1`` come first."""
    for first, product in enumerate(weights):
        yield product
        for layer in weights[first + 1 :]:
            product = layer @ product
            yield product


def _grams(scope: RealScope) -> list[Array]:
    """``A^T A`` for all products ``A``, exactly, once an instance."""
    return once(scope.instance, "grams",
                lambda: [product.T @ product for product in _products(scope.instance.weights)])


def _least(scope: RealScope, values: list[Value]) -> Value:
    """The least of 1 and the values."""
    return -scope.ring.largest([-value for value in (scope.ring.number(fmpq(1)), *values)])


@bound("alpha_sub")
def least_stretch(scope: RealScope) -> Value:
    """A shortcut: the Gram matrices are exact, so a zero is known to be one."""
    return _least(scope, [scope.ring.root_of_bottom(gram) for gram in _grams(scope)])


@bound("beta_sub")
def largest_stretch(scope: RealScope) -> Value:
    """A shortcut, like ``alpha_sub``."""
    roots = [scope.ring.root_of_top(gram) for gram in _grams(scope)]
    return scope.ring.largest([scope.ring.number(fmpq(1)), *roots])


@bound("alpha_ends")
def least_at_ends(scope: RealScope) -> Value:
    """A shortcut, like ``alpha_sub``: of ``P_k`` for ``k < L`` and of ``|q_k| / |p|`` for ``k >= 1``."""
    instance = scope.instance
    forward = _grams(scope)[: instance.depth - 1]  # the products that begin with W_1 come first
    size = instance.readout_norm_squared
    return _least(scope, [*(scope.ring.root_of_bottom(gram) for gram in forward),
                          *(scope.root(scope.ring.number((q @ q) / size)) for q in instance.network.backward()[1:])])


def _moves(instance: Instance) -> list[fmpq]:
    """``|W_k - W_k(0)|_F^2``, exactly."""
    start = instance.weights if instance.start is None else instance.start
    return [((new - old) ** 2).sum() for new, old in zip(instance.weights, start, strict=True)]


bound("displacement")(lambda s: s.root(s.ring.number(sum(_moves(s.instance), fmpq(0)))))
bound("layer_displacement")(lambda s: s.root(s.ring.number(max(_moves(s.instance)))))
