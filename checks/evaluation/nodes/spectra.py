"""Eigenvalues, singular values, determinants and linear systems.

In balls these are taken of rational matrices wherever the arguments are rational: the result is as sharp as the
precision allows, and a matrix is singular or symmetric for certain.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import reduce
from operator import add

import numpy as np
import sympy as sp
from flint import arb, fmpq

from ....numeric.linalg.rational import is_symmetric
from ....numeric.linalg.scalars import scalar_kind
from ....theory.language.matrices import Inverse, solve
from ....theory.language.matrix_numbers import (
    determinant,
    largest_eigenvalue,
    nuclear_norm,
    singular_value,
    smallest_eigenvalue,
)
from ....theory.language.nodes import LayerMatrix
from ....theory.language.norms import spectral
from ...arithmetic.exact import Undecidable
from ...arithmetic.exact_matrices import Combination
from ...arithmetic.ring import AnyRing
from ..abstract_scope import Compile, Evaluator, Meaningless, Printer, Scope, Value
from ..integers import integer
from .layers import of_layer
from .matrices import eye


def _arguments(parts: list[Evaluator], scope: Scope) -> list[Value]:
    """The values of matrices: rational ones where they can be had in a scope of balls, else numbers of its ring."""
    exactly = scope.over_rationals()
    if exactly is not None:
        try:
            found = [part(exactly) for part in parts]
        except (Undecidable, TypeError):  # irrational, or given as balls only
            found = []
        if found and all(isinstance(x, np.ndarray) and scalar_kind(x) == "rational" for x in found):
            return found
    return [part(scope) for part in parts]


def _of_matrix(function: Callable[[AnyRing, Value], Value]) -> Printer:
    """The printer of nodes whose value is a function of a ring and of one matrix."""

    def printer(node: sp.Basic, compiled: Compile) -> Evaluator:
        parts = [compiled(node.args[0])]
        return lambda scope: function(scope.ring, *_arguments(parts, scope))

    return printer


def _eigenvalue(index: int) -> Printer:
    def printer(node: sp.Basic, compiled: Compile) -> Evaluator:
        parts = [compiled(node.args[0])]

        def run(scope: Scope) -> Value:
            (matrix,) = _arguments(parts, scope)
            if _asymmetric(matrix):
                raise Meaningless(f"{node} is the eigenvalue of a matrix that is not symmetric")
            return scope.ring.eigenvalue(matrix, index)

        return run

    return printer


def _asymmetric(matrix: Value) -> bool:
    """Whether a matrix is not symmetric for certain. Of floats, and of what is no array, nothing is certain."""
    if isinstance(matrix, Combination):
        return any(not is_symmetric(part.matrix) for part in matrix.parts)
    kind = scalar_kind(matrix) if isinstance(matrix, np.ndarray) else "other"
    if kind == "arb":
        return not all(arb(x).overlaps(arb(y)) for x, y in zip(matrix.flat, matrix.T.flat, strict=True))
    return kind == "rational" and not is_symmetric(matrix)


def _spectral(node: spectral, compiled: Compile) -> Evaluator:
    """Of a layer by the scope, which remembers it."""
    return of_layer(node) if isinstance(node.args[0], LayerMatrix) else _of_matrix(
        lambda ring, matrix: ring.singular_value(matrix, 0))(node, compiled)


def _singular_value(node: singular_value, compiled: Compile) -> Evaluator:
    matrix, place = node.args
    parts = [compiled(matrix)]

    def run(scope: Scope) -> Value:
        k = integer(place, scope)
        if k < 1:
            raise Meaningless(f"{node} is a singular value before the first")
        (value,) = _arguments(parts, scope)
        return scope.ring.singular_value(value, k - 1)

    return run


def _nuclear(ring: AnyRing, matrix: Value) -> Value:
    return reduce(add, (ring.singular_value(matrix, i) for i in range(min(matrix.shape))), ring.number(fmpq(0)))


def _solve(node: solve, compiled: Compile) -> Evaluator:
    parts = [compiled(arg) for arg in node.args]
    return lambda scope: scope.ring.solve(*_arguments(parts, scope))


PRINTERS: dict[type, Printer] = {
    largest_eigenvalue: _eigenvalue(0),
    smallest_eigenvalue: _eigenvalue(-1),
    spectral: _spectral,
    singular_value: _singular_value,
    nuclear_norm: _of_matrix(_nuclear),
    determinant: _of_matrix(lambda ring, matrix: ring.determinant(matrix)),
    Inverse: _of_matrix(lambda ring, matrix: ring.solve(matrix, eye(matrix.shape[0]))),
    solve: _solve,
}
