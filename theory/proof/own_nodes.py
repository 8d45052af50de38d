"""Nodes that only settings of one's own have in proofs: matrices and numbers that the algebra takes for atoms.

Each condition looks at one node, as those of ``shapes`` do. No rule takes a node apart: a proof knows its shape, its
sign, whether it is symmetric, and which nodes are the same.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import sympy as sp
from sympy.core.symbol import Str

from ..algebra.words import is_square
from ..language.calculus import Expectation, Gradient, Hessian
from ..language.matrices import Inverse, hadamard, kronecker, solve
from ..language.matrix_numbers import (
    determinant,
    largest_eigenvalue,
    nuclear_norm,
    singular_value,
    smallest_eigenvalue,
)
from ..language.matrix_series import matrix_product, matrix_sum
from ..language.nodes import Relation, dot, norm_squared
from ..language.symbols import OWN, MatrixMember, MatrixOf, NumberMember
from .context import Context
from .shapes import no_matrix, not_square, not_symmetric, one_shape

__all__ = ["MEMBERS", "NODES", "OF_OWN_MATRICES", "SERIES", "not_polynomial"]


def _matrix(expr: sp.Basic, where: Context) -> str:
    return no_matrix(expr.args[0])


def _matrices(expr: sp.Basic, where: Context) -> str:
    return next((reason for x in expr.args if (reason := no_matrix(x))), "")


def _singular_value(expr: singular_value, where: Context) -> str:
    matrix, place = expr.args
    counted = where.layers(sp.S.One, place, place)
    return no_matrix(matrix) or ("" if counted else f"{place} could be no number of a singular value")


def _square(expr: sp.Basic, where: Context) -> str:
    return not_square(expr.args[0], where)


def _eigenvalue(expr: sp.Basic, where: Context) -> str:
    matrix = expr.args[0]
    if reason := not_square(matrix, where) or not_symmetric(matrix, where):
        return reason
    return "" if where.positive(matrix.rows) else f"{matrix} could be empty"


def _one_shape(expr: sp.Basic, where: Context) -> str:
    return one_shape(expr.args, where)


def _inverse(expr: sp.Basic, where: Context) -> str:
    """Why ``Inverse(A)`` or ``solve(A, b)`` could have no value: like a quotient by the determinant of ``A``."""
    matrix = expr.args[0]
    if reason := _matrices(expr, where) or not_square(matrix, where):
        return reason
    known = where.stipulated or where.is_settled(expr) or _is_invertible(matrix, where)
    return "" if known else f"{matrix} could be singular"


def _is_invertible(matrix: sp.MatrixExpr, where: Context) -> bool:
    size = determinant(matrix)
    for said in (Relation(size, "!=", 0), Relation(size, "<", 0)):
        if {said, said.flipped()} & where.facts:
            return True
    if any(algebra.is_positive(x) for algebra in where.algebras for x in (size, smallest_eigenvalue(matrix))):
        return True
    form = dict(where.algebra.normal.matrix(where.algebra.prepare(matrix)))  # c I and semidefinite matrices, c > 0
    return where.positive(form.pop((), sp.S.Zero)) and all(
        is_square(word) and where.nonnegative(c) for word, c in form.items())


OF_OWN_MATRICES: Mapping[type, Callable[[sp.Basic, Context], str]] = {
    nuclear_norm: _matrix, singular_value: _singular_value, determinant: _square, kronecker: _matrices,
    hadamard: _one_shape, **dict.fromkeys((largest_eigenvalue, smallest_eigenvalue), _eigenvalue),
    **dict.fromkeys((Inverse, solve), _inverse),
}
"""What is made of matrices, and binds nothing."""
SERIES = (matrix_sum, matrix_product)
"""What binds an index among matrices."""
MEMBERS = (NumberMember, MatrixMember)
"""The members of a sequence."""
NODES = (*OF_OWN_MATRICES, *SERIES, *MEMBERS, Expectation, Gradient, Hessian)
"""All nodes of this kind. None stands in proofs about deep linear networks, whose rules were written without them."""

_POLYNOMIALS = (
    sp.Number, sp.Symbol, sp.Add, sp.Mul, sp.MatAdd, sp.MatMul, sp.MatPow, sp.Transpose, sp.Trace, sp.Identity,
    sp.ZeroMatrix, sp.Sum, sp.Tuple, dot, norm_squared, determinant, hadamard, kronecker, matrix_sum, matrix_product,
    sp.exp, sp.sin, sp.cos,
)


def not_polynomial(expr: sp.Basic) -> str:
    """Why a function might not be smooth everywhere, in whatever it depends on; empty for polynomials and the like."""
    if isinstance(expr, (*OWN, Str)):
        return ""
    if isinstance(expr, sp.Pow):
        smooth = (expr.exp.is_Integer and expr.exp > 0) or (expr.base.is_positive and expr.exp.is_Number)
    else:
        smooth = isinstance(expr, _POLYNOMIALS)
    if not smooth:
        return f"{expr} might not be smooth"
    return next((reason for x in expr.args if (reason := not_polynomial(x))), "")


def is_datum_of_shape(variable: sp.Basic) -> bool:
    """Whether a variable is a named matrix of a setting of one's own, or a member of a sequence of matrices."""
    return isinstance(variable, MatrixOf | MatrixMember)
