"""Layers of an exact instance as rational matrices, and their top singular vectors.

A top singular vector is irrational in general, and not unique where the top singular value is
multiple. It is given by a rational vector: the vector is that one's projection on the
eigenspace of ``W W^T`` (or ``W^T W``), normalized. The projection is a polynomial in the
matrix and its top eigenvalue, so any ring that has the eigenvalue has the vector.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from flint import fmpq, fmpq_mat, fmpq_poly

from ...numeric.linalg.rational import charpoly, null_space, rational_array
from ..arithmetic.exact import Undecidable, squarefree, top_root
from ..instances.instance import Instance
from .evaluate import Undefined, UnknownNode

Array = Any
_MISSING = {"W": 0, "D": 1, "gradient": 0}
"""How many layers short of ``L`` a family ends."""
NEAR = 1e-9
"""Float eigenvalues so near the top one are tried as top ones: which they are is then decided exactly."""


def exact(instance: Instance, family: str, index: int) -> Array:
    """``W_k``, the imbalance ``D_k`` or the gradient of layer ``k``, over the rationals.

    Raises Undefined where there is none.
    """
    if family not in _MISSING:
        raise UnknownNode(f"the layers {family} are known over a field only")
    if not 1 <= index <= instance.depth - _MISSING[family]:  # Python would count from the end
        raise Undefined(f"there is no {family}_{index}")
    if family == "W":
        return instance.weights[index - 1]
    memo = instance.readings.setdefault("exact", {})
    if family not in memo:
        memo[family] = instance.network.imbalance() if family == "D" else _gradient(instance)
    return memo[family][index - 1]


def _gradient(instance: Instance) -> list[Array]:
    """``q_k h_{k-1}^T``, claim `gradient`."""
    slope = 2 * (instance.covariance @ (instance.network.regressor() - instance.regressor))
    q, h = instance.network.backward(), instance.network.forward(slope)
    return [q[k][:, None] * h[k - 1][None, :] for k in range(1, instance.depth + 1)]


def small_gram(matrix: Array) -> Array:
    """``A A^T`` or ``A^T A``, whichever is smaller: it has the squared singular values."""
    return matrix @ matrix.T if matrix.shape[0] <= matrix.shape[1] else matrix.T @ matrix


def side_gram(instance: Instance, side: str, index: int) -> Array:
    """``W_k W_k^T`` for the left singular vectors, ``W_k^T W_k`` for the right ones."""
    layer = exact(instance, "W", index)
    return layer @ layer.T if side == "left" else layer.T @ layer


def projected(gram: Array, start: Array, top: Any, number: Callable[[fmpq], Any]) -> Array:
    """The projection of ``start`` on the top eigenspace, up to a factor, in the ring of ``top``.

    It is ``g(A) start`` with ``g(x) = f(x)/(x - top)`` and ``f`` the squarefree characteristic
    polynomial; ``g`` is evaluated by Horner's scheme on both levels.
    """
    coefficients = squarefree(charpoly(gram)).coeffs()
    matrix, vector = (np.vectorize(number, otypes=[object])(x) for x in (gram, start))
    factor = number(coefficients[-1])
    result = vector * factor
    for coefficient in coefficients[-2:0:-1]:  # synthetic division gives the coefficients of g
        factor = factor * top + number(coefficient)
        result = matrix @ result + vector * factor
    return result


def starts(gram: Array) -> tuple[list[Array], bool]:
    """Rational vectors whose projections span the top eigenspace, and whether it is itself rational."""
    try:
        top = top_root(charpoly(gram)).rational()
    except Undecidable:
        values, vectors = np.linalg.eigh((gram / max(abs(entry) for entry in gram.flat)).astype(float))
        near = values >= values[-1] * (1 - NEAR)
        return [rational_array(vector) for vector in vectors[:, near].T[::-1]], False
    identity = rational_array(np.eye(len(gram), dtype=int))
    return null_space(gram - top * identity), True


def top_vectors(instance: Instance, index: int) -> list[dict[str, Array]]:
    """Choices of the top left vector of layer ``k`` and the top right one of layer ``k + 1``.

    Where one of the two eigenspaces is rational and no line, it holds a vector orthogonal
    to any vector of the other: the worst case, which is among the choices.
    """
    (left, left_exact), (right, right_exact) = (
        starts(side_gram(instance, side, i)) for side, i in (("left", index), ("right", index + 1)))
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


def least_positive_root(polynomial: fmpq_poly) -> Any:
    """The least positive root of a polynomial with real roots ``>= 0``. Raises ValueError without one."""
    coefficients = polynomial.coeffs()
    while coefficients and coefficients[0] == 0:
        coefficients = coefficients[1:]
    if len(coefficients) < 2:
        raise ValueError("there is no positive root")
    return top_root(fmpq_poly(coefficients[::-1])) ** -1


def is_singular(matrix: Array) -> bool:
    return bool(fmpq_mat(matrix.tolist()).det() == 0)
