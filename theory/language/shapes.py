"""Shapes, compared when a node is built: a node whose matrices do not fit is refused with one sentence.

The widths of a network are left to the instances: two layers may have one width without being declared so.
"""

from __future__ import annotations

from functools import lru_cache
from itertools import pairwise

import sympy as sp
from sympy.core.function import AppliedUndef


def matrix_of(name: str, value: sp.Basic) -> sp.MatrixExpr:
    """The matrix. SymPy writes ``-A`` as a product of numbers in passing, while it looks for signs.

    Raises:
        TypeError: the value is no matrix.
    """
    value = sp.sympify(value)
    if isinstance(value, sp.Mul) and not value.is_Matrix and any(part.is_Matrix for part in value.args):
        value = sp.MatMul(*value.args)
    if not getattr(value, "is_Matrix", False):
        raise TypeError(f"{name} is for matrices, and {value} is none.")
    _inside(value)
    return value


@lru_cache(maxsize=4096)
def _inside(matrix: sp.Basic) -> None:
    """Raises ValueError where a sum or a product within a matrix does not fit: SymPy lets two symbolic sizes pass."""
    parts = [part for part in matrix.args if getattr(part, "is_Matrix", False)]
    for part in parts:
        _inside(part)
    for left, right in pairwise(parts):
        if isinstance(matrix, sp.MatAdd):
            _one_shape("A sum", left, right)
        if isinstance(matrix, sp.MatMul) and _differ(left.shape[1], right.shape[0]):
            raise _no_product("A product", left, right)


def square(name: str, matrix: sp.Basic) -> sp.MatrixExpr:
    """The matrix. Raises ValueError where it is not square."""
    matrix = matrix_of(name, matrix)
    if _differ(*matrix.shape):
        raise ValueError(f"{name} needs a square matrix, and {matrix} has the shape {matrix.shape}.")
    return matrix


def of_one_shape(name: str, left: sp.Basic, right: sp.Basic) -> tuple[sp.MatrixExpr, sp.MatrixExpr]:
    """Both matrices. Raises ValueError where they have two shapes."""
    left, right = matrix_of(name, left), matrix_of(name, right)
    _one_shape(name, left, right)
    return left, right


def _one_shape(name: str, left: sp.Basic, right: sp.Basic) -> None:
    """Raises ValueError where two shapes differ."""
    if any(map(_differ, left.shape, right.shape)):
        raise ValueError(f"{name} needs matrices of one shape, and {_shapes(left, right)}.")


def product(name: str, left: sp.Basic, right: sp.Basic) -> tuple[sp.MatrixExpr, sp.MatrixExpr]:
    """Both matrices. Raises ValueError where their product has no meaning."""
    left, right = matrix_of(name, left), matrix_of(name, right)
    if _differ(left.shape[1], right.shape[0]):
        raise _no_product(name, left, right)
    return left, right


def _no_product(name: str, left: sp.Basic, right: sp.Basic) -> ValueError:
    return ValueError(f"{name} needs as many columns on the left as rows on the right, and {_shapes(left, right)}.")


def _differ(size: sp.Expr, other: sp.Expr) -> bool:
    return not (size == other or sp.expand(size - other) == 0 or size.has(AppliedUndef) or other.has(AppliedUndef))


def _shapes(left: sp.Basic, right: sp.Basic) -> str:
    return f"{left} has the shape {left.shape}, {right} the shape {right.shape}"
