"""Which matrix expressions mean something: shapes that fit, and layers that are there.

Each condition looks at one node; what stands inside it is looked at before.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise

import sympy as sp

from ..algebra.words import SYMMETRIC
from ..language.nodes import LayerMatrix, SubProduct, dot, norm_squared, weighted_top, width
from ..language.norms import GramPower, second_singular, spectral, weighted_bottom
from ..language.quantities import VOCABULARY, L
from ..language.symbols import MatrixOf
from ..setting.dependence import FAMILIES, FAMILIES_OF_PROOFS, sources_of
from .context import Context

__all__ = ["MATRICES", "OF_MATRICES", "no_matrix", "not_square", "not_symmetric", "nothing", "one_shape"]


def nothing(expr: sp.Basic, where: Context) -> str:
    """No condition."""
    return ""


def _matrix_symbol(expr: sp.MatrixSymbol, where: Context) -> str:
    return f"{expr} is no word of the theory" if sources_of(expr) is None else ""


def _shape(expr: sp.Basic, where: Context) -> tuple[sp.Expr, sp.Expr]:
    """Rows and columns, with the arguments of the widths in one form."""
    sizes = []
    for size in expr.shape:
        prepared = where.algebra.prepare(sp.sympify(size))
        sizes.append(width(sp.expand(prepared.args[0])) if isinstance(prepared, width) else prepared)
    return sizes[0], sizes[1]


def no_matrix(expr: sp.Basic) -> str:
    """Why an expression is no matrix; empty when it is one."""
    return "" if getattr(expr, "is_Matrix", False) else f"{expr} is no matrix"


def _product(expr: sp.MatMul, where: Context) -> str:
    matrices = [x for x in expr.args if getattr(x, "is_Matrix", False)]
    for x, y in pairwise(matrices):
        if _shape(x, where)[1] != _shape(y, where)[0]:
            return f"the shapes of {x} and {y} do not fit: {x.shape} and {y.shape}"
    return ""


def _matrix_sum(expr: sp.MatAdd, where: Context) -> str:
    return one_shape(expr.args, where)


def one_shape(matrices: Sequence[sp.Basic], where: Context) -> str:
    """Why the matrices do not have one shape; empty when they do."""
    if reason := next((r for x in matrices if (r := no_matrix(x))), ""):
        return reason
    first, *rest = matrices
    other = next((x for x in rest if _shape(x, where) != _shape(first, where)), None)
    return "" if other is None else f"the shapes of {first} and {other} differ: {first.shape} and {other.shape}"


def _matrix_power(expr: sp.MatPow, where: Context) -> str:
    fits = expr.exp.is_Integer and expr.exp > 0 and not not_square(expr.base, where)
    return "" if fits else f"{expr} is no positive power of a square matrix"


def not_square(expr: sp.Basic, where: Context) -> str:
    """Why an expression is no square matrix; empty when it is one."""
    if reason := no_matrix(expr):
        return reason
    rows, columns = _shape(expr, where)
    return "" if rows == columns else f"{expr} is not square"


def not_symmetric(matrix: sp.MatrixExpr, where: Context) -> str:
    """Why a matrix might not be symmetric; empty when it is known to be."""
    rows, columns = matrix.shape
    symmetric = rows == columns and where.algebra.equal(matrix, sp.Transpose(matrix))
    return "" if symmetric else f"{matrix} is not known to be symmetric"


def _of_a_matrix(expr: sp.Basic, where: Context) -> str:
    return no_matrix(expr.args[0])


def _trace(expr: sp.Trace, where: Context) -> str:
    return _of_a_matrix(expr, where) or not_square(expr.args[0], where)


def _inner(expr: dot, where: Context) -> str:
    x, y = expr.args
    if reason := one_shape((x, y), where):
        return reason
    return "" if _shape(x, where)[1] == 1 else f"{x} is no vector"


def _weighted(expr: sp.Basic, where: Context) -> str:
    matrix = expr.args[0]
    if reason := _of_a_matrix(expr, where):
        return reason
    if _shape(matrix, where) != (width(0), width(0)):
        return f"{matrix} does not have the size of Sigma"
    if isinstance(expr, weighted_bottom):
        return "" if matrix in SYMMETRIC else f"{matrix} is not known to be positive semidefinite"
    algebra = where.algebra
    symmetric = matrix in SYMMETRIC or algebra.equal(matrix, sp.Transpose(matrix))
    return "" if symmetric else f"{matrix} is not symmetric"


def _member(expr: LayerMatrix, where: Context) -> str:
    """A member that is not there, ``W_0`` or ``q_{L+1}``, makes a statement meaningless."""
    if expr.name not in FAMILIES or (expr.name in ("H", "G")) != (type(expr) is GramPower):
        return f"{expr} is no word of the theory"
    if expr.name in FAMILIES_OF_PROOFS and expr.name in VOCABULARY:
        return f"{expr} is a word with two meanings"
    last = L - 1 if expr.name in ("D", "D_dot", "D_rest") else L
    if not where.layers(sp.Integer(expr.first), expr.index, last):
        return f"{expr} is not defined throughout"
    if type(expr) is not GramPower:
        return ""
    fits = where.integer(expr.exponent) and where.algebra.throughout(expr.exponent, where.ranges)
    return "" if fits else f"the exponent of {expr} could be negative"


def _sub_product(expr: SubProduct, where: Context) -> str:
    """``W_{k-1} ... W_{j+1}``, or the identity for ``k = j + 1``."""
    j, k = expr.args
    fits = where.layers(0, j, k - 1) and where.layers(1, k, L + 1)
    return "" if fits else f"{expr} is not defined throughout"


MATRICES: Mapping[type, Callable[[sp.Basic, Context], str]] = {
    **dict.fromkeys((sp.MatrixSymbol, MatrixOf), _matrix_symbol),
    LayerMatrix: _member, GramPower: _member, SubProduct: _sub_product,
}
"""Matrices that have no parts but layer indices."""
OF_MATRICES: Mapping[type, Callable[[sp.Basic, Context], str]] = {
    sp.Transpose: _of_a_matrix, sp.MatMul: _product, sp.MatAdd: _matrix_sum, sp.MatPow: _matrix_power,
    dot: _inner, sp.Trace: _trace, **dict.fromkeys((norm_squared, spectral, second_singular), _of_a_matrix),
    **dict.fromkeys((weighted_top, weighted_bottom), _weighted),
}
"""What is made of matrices."""
