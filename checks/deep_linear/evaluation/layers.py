"""Layers of an exact instance as rational matrices, and rational vectors that stand for their top singular vectors."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TypeVar

from ....numeric.linalg.rational import small_gram
from ....numeric.linalg.scalars import Array
from ...arithmetic.eigenvectors import starts
from ...evaluation.evaluate import Undefined, UnknownNode
from ..instances.instance import Instance

T = TypeVar("T")
EXACT = {"W": 0, "D": 1, "gradient": 0}
"""The families that are computed in rationals once an instance, and how many layers short of ``L`` each ends."""


def once(instance: Instance, key: str, make: Callable[[], T]) -> T:
    """Something exact that is computed once an instance, and remembered with it."""
    memo: dict[str, T] = instance.readings.setdefault("exact", {})
    if key not in memo:
        memo[key] = make()
    return memo[key]


def exact(instance: Instance, family: str, index: int) -> Array:
    """``W_k``, the imbalance ``D_k`` or the gradient of layer ``k``, over the rationals.

    Raises Undefined where there is none.
    """
    if family not in EXACT:
        raise UnknownNode(f"no matrices are bound to the layers {family}")
    if not 1 <= index <= instance.depth - EXACT[family]:  # Python would count from the end
        raise Undefined(f"there is no {family}_{index}")
    if family == "W":
        return instance.weights[index - 1]
    made = once(instance, family, lambda: instance.network.imbalance() if family == "D" else _gradient(instance))
    return made[index - 1]


def slope(instance: Instance) -> Array:
    """``g = 2 Sigma (w - w*)`` over the rationals."""
    found: Array = 2 * (instance.covariance @ (instance.network.regressor() - instance.regressor))
    return found


def _gradient(instance: Instance) -> list[Array]:
    """``q_k h_{k-1}^T``, claim `gradient`."""
    q, h = instance.network.backward(), instance.network.forward(slope(instance))
    return [q[k][:, None] * h[k - 1][None, :] for k in range(1, instance.depth + 1)]


def gram(instance: Instance, family: str, index: int) -> Array:
    """The smaller Gram matrix of a member of a family."""
    return small_gram(exact(instance, family, index))


def side_gram(instance: Instance, side: str, index: int) -> Array:
    """``W_k W_k^T`` for the left singular vectors, ``W_k^T W_k`` for the right ones."""
    layer = exact(instance, "W", index)
    return once(instance, f"{side} gram {index}", lambda: layer @ layer.T if side == "left" else layer.T @ layer)


def top_vectors(instance: Instance, index: int) -> list[dict[str, Array]]:
    """Choices of the top left vector of layer ``k`` and the top right one of layer ``k + 1``.

    Where one of the two eigenspaces is rational and no line, it holds a vector orthogonal
    to any vector of the other: the worst case, which is among the choices.
    """
    (left, left_exact), (right, right_exact) = (
        once(instance, f"{side} starts {i}", partial(starts, side_gram(instance, side, i)))
        for side, i in (("left", index), ("right", index + 1)))
    chosen = [(x, y) for x in left[:2] for y in right[:2]]
    if left_exact and right_exact:
        chosen += [(_orthogonal(left, y), y) for y in right[:1] if len(left) > 1]
        chosen += [(x, _orthogonal(right, x)) for x in left[:1] if len(right) > 1]
    return [{"left": x, "right": y} for x, y in chosen]


def _orthogonal(basis: list[Array], vector: Array) -> Array:
    """A nonzero combination of the first two vectors of a basis that is orthogonal to a vector."""
    first, second = basis[:2]
    slopes = first @ vector, second @ vector
    return first * slopes[1] - second * slopes[0] if any(slopes) else first
