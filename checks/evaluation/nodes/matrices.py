"""Matrices of any setting: sums and products, and the numbers that these determine."""

from __future__ import annotations

from collections.abc import Callable
from functools import reduce
from operator import matmul, mul

import numpy as np
import sympy as sp

from ....numeric.linalg.scalars import Array
from ....theory.language.matrices import hadamard, kronecker
from ....theory.language.matrix_series import matrix_product, matrix_sum
from ....theory.language.nodes import dot, norm_squared, width
from ....theory.language.quantities import d
from ..abstract_scope import Compile, Evaluator, Meaningless, Printer, Scope, UnknownNode, Value, of_argument
from ..integers import integer
from .scalars import named, values_over


def _dot(node: dot, compiled: Compile) -> Evaluator:
    x, y = (compiled(arg) for arg in node.args)
    return lambda scope: _fitting(scope.ring.dot, x(scope), y(scope), node)


def _identity(node: sp.Identity | matrix_product, compiled: Compile) -> Evaluator:
    rows = _size(node.shape[0])
    return lambda scope: eye(rows(scope))


def eye(size: int) -> Array:
    """The identity, of integers: they are numbers of every ring."""
    return np.eye(size, dtype=int).astype(object)


def _zeros(node: sp.ZeroMatrix | matrix_sum, compiled: Compile) -> Evaluator:
    rows, columns = (_size(size) for size in node.shape)
    return lambda scope: np.zeros((rows(scope), columns(scope)), dtype=int).astype(object)


def _size(size: sp.Basic) -> Callable[[Scope], int]:
    """The number of rows or columns of a matrix: an integer, a width of the network, or an expression in sizes."""
    if size in (width(0), d):
        return lambda scope: scope.integers["d"]
    if isinstance(size, width):
        return lambda scope: scope.width(integer(size.args[0], scope))
    return lambda scope: integer(size, scope)


def _power(node: sp.MatPow, compiled: Compile) -> Evaluator:
    base, exponent = compiled(node.base), node.exp
    return lambda scope: matrix_power(base(scope), integer(exponent, scope))


def matrix_power(matrix: Array, exponent: int) -> Array:
    """A product of equal factors."""
    if exponent < 0:
        raise UnknownNode("an inverse of a matrix; flatcert.language.Inverse is one that may fail to exist")
    return reduce(matmul, [matrix] * exponent, eye(matrix.shape[0]))


def _matrix_product(node: sp.MatMul, compiled: Compile) -> Evaluator:
    coefficient, matrices = node.as_coeff_matrices()
    factor = None if coefficient == 1 else compiled(coefficient)
    parts = [compiled(matrix) for matrix in matrices]

    def run(scope: Scope) -> Value:
        result = reduce(lambda product, part: _fitting(matmul, product, part(scope), node), parts[1:], parts[0](scope))
        return result if factor is None else scope.ring.scale(factor(scope), result)

    return run


def _fitting(operation: Callable[[Array, Array], Array], x: Array, y: Array, node: sp.Basic) -> Array:
    """The operation on two arrays. Raises Meaningless where NumPy finds that the shapes do not fit."""
    try:
        return operation(x, y)
    except ValueError as error:
        if type(error) is ValueError:  # a stack of arrays raises a subclass, which has another meaning
            raise Meaningless(f"the matrices of {node} do not fit") from error
        raise


def _matrix_sum(node: sp.MatAdd, compiled: Compile) -> Evaluator:
    parts = [compiled(arg) for arg in node.args]
    return lambda scope: scope.ring.add_matrices([part(scope) for part in parts])


def _sum_over(node: matrix_sum, compiled: Compile) -> Evaluator:
    term, limits = compiled(node.args[0]), _limits(node)
    nothing = _zeros(node, compiled)

    def run(scope: Scope) -> Value:
        terms = values_over(term, *limits, scope)
        return scope.ring.add_matrices(terms) if terms else nothing(scope)

    return run


def _product_over(node: matrix_product, compiled: Compile) -> Evaluator:
    """Later factors stand to the left."""
    factor, limits = compiled(node.args[0]), _limits(node)
    nothing = _identity(node, compiled)

    def run(scope: Scope) -> Value:
        factors = values_over(factor, *limits, scope)
        return reduce(matmul, reversed(factors)) if factors else nothing(scope)

    return run


def _limits(node: matrix_sum | matrix_product) -> tuple[str, sp.Basic, sp.Basic]:
    index, low, high = node.args[1]
    return index.name, low, high


def _hadamard(node: hadamard, compiled: Compile) -> Evaluator:
    left, right = (compiled(arg) for arg in node.args)
    return lambda scope: _fitting(mul, left(scope), right(scope), node)


def _kronecker(node: kronecker, compiled: Compile) -> Evaluator:
    parts = [compiled(arg) for arg in node.args]

    def run(scope: Scope) -> Value:
        left, right = (part(scope) for part in parts)
        (m, n), (p, q) = left.shape, right.shape
        return (left[:, None, :, None] * right[None, :, None, :]).reshape(m * p, n * q)

    return run


PRINTERS: dict[type, Printer] = {
    sp.MatrixSymbol: named,
    dot: _dot,
    norm_squared: of_argument(lambda scope, matrix: (matrix * matrix).sum()),
    sp.Identity: _identity,
    sp.ZeroMatrix: _zeros,
    sp.MatPow: _power,
    sp.Transpose: of_argument(lambda scope, matrix: matrix.T),
    sp.Trace: of_argument(lambda scope, matrix: matrix.trace()),
    sp.MatMul: _matrix_product,
    sp.MatAdd: _matrix_sum,
    hadamard: _hadamard,
    kronecker: _kronecker,
    matrix_sum: _sum_over,
    matrix_product: _product_over,
}
