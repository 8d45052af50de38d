"""Residual networks bound to numbers: the products of consecutive layers, and how far the layers have moved."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from flint import fmpq

from ....numeric.network.network import DeepLinearNetwork
from ...instances.instance import Instance
from ..scope import RealScope, bound

Array = Any


def _products(weights: tuple[Array, ...]) -> Iterator[Array]:
    """All products ``W_k ... W_j``, exactly, those with ``j = 1`` first."""
    for first, product in enumerate(weights):
        yield product
        for layer in weights[first + 1 :]:
            product = layer @ product
            yield product


def _weights(scope: RealScope, at_start: bool) -> tuple[Array, ...]:
    start = scope.instance.start
    return start if at_start and start is not None else scope.instance.weights


def _grams(scope: RealScope, at_start: bool) -> list[Array]:
    """``A^T A`` for all products ``A``, exactly, once an instance."""
    memo = scope.instance.readings.setdefault("exact", {})
    key = f"grams of products {at_start and scope.instance.start is not None}"
    if key not in memo:
        memo[key] = [product.T @ product for product in _products(_weights(scope, at_start))]
    found: list[Array] = memo[key]
    return found


def _largest(scope: RealScope, *, at_start: bool) -> Any:
    roots = [scope.ring.root_of_top(gram) for gram in _grams(scope, at_start)]
    return scope.ring.largest([scope.ring.number(fmpq(1)), *roots])


def _least(scope: RealScope, values: list[Any]) -> Any:
    """The least of 1 and the values."""
    return -scope.ring.largest([-value for value in (scope.ring.number(fmpq(1)), *values)])


def _least_of_all(scope: RealScope, *, at_start: bool) -> Any:
    return _least(scope, [scope.ring.root_of_bottom(gram) for gram in _grams(scope, at_start)])


def _ends(scope: RealScope, *, at_start: bool) -> Any:
    """Of ``P_k`` for ``k < L`` the least singular values, and ``|q_k| / |p|`` for ``k >= 1``."""
    weights = _weights(scope, at_start)
    forward = _grams(scope, at_start)[: len(weights) - 1]  # the products that begin with W_1 come first
    backward = DeepLinearNetwork(list(weights), scope.instance.readout).backward()[1:]
    size = scope.instance.readout_norm_squared
    return _least(scope, [*(scope.ring.root_of_bottom(gram) for gram in forward),
                          *(scope.root(scope.ring.number((q @ q) / size)) for q in backward)])


bound("alpha_sub")(lambda s: _least_of_all(s, at_start=False))
bound("alpha_sub_0")(lambda s: _least_of_all(s, at_start=True))
bound("beta_sub")(lambda s: _largest(s, at_start=False))
bound("beta_sub_0")(lambda s: _largest(s, at_start=True))
bound("alpha_ends")(lambda s: _ends(s, at_start=False))
bound("alpha_ends_0")(lambda s: _ends(s, at_start=True))


def _moves(instance: Instance) -> list[fmpq]:
    """``|W_k - W_k(0)|_F^2``, exactly."""
    start = instance.weights if instance.start is None else instance.start
    return [((new - old) ** 2).sum() for new, old in zip(instance.weights, start, strict=True)]


bound("displacement")(lambda s: s.root(s.ring.number(sum(_moves(s.instance), fmpq(0)))))
bound("layer_displacement")(lambda s: s.root(s.ring.number(max(_moves(s.instance)))))
