"""The printer: a SymPy expression becomes a function of a scope, over any ring.

Never ``lambdify``: it computes ``1/3`` in floats, and balls fed through it certify
false statements. Here every number of the tree reaches the ring as an exact rational,
and exponents are exact rationals computed from the integers ``L``, ``k``, ``j``.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from functools import cache
from operator import matmul, mul
from typing import Any, Protocol

import numpy as np
import sympy as sp
from flint import fmpq
from sympy.core.function import AppliedUndef

from ...theory.language.nodes import Largest, LayerMatrix, Minimum, SubProduct, dot, frobenius, weighted_top, width
from ...theory.language.norms import GramPower, second_singular, spectral, weighted_bottom
from ...theory.language.quantities import d
from ..arithmetic.ring import AnyRing


class Scope(Protocol):
    """An instance seen in one ring, with values for the quantified symbols."""

    ring: AnyRing
    integers: dict[str, int]

    def value(self, name: str) -> Any: ...
    def layer(self, family: str, index: int) -> Any: ...
    def weighted_top(self, matrix: Any) -> Any: ...
    def weighted_bottom(self, matrix: Any) -> Any: ...
    def spectral(self, family: str, index: int) -> Any: ...
    def second_singular(self, family: str, index: int) -> Any: ...
    def width(self, index: int) -> int: ...
    def function(self, name: str, indices: list[int]) -> Any: ...
    def least(self, node: Minimum) -> Any: ...


Evaluator = Callable[[Any], Any]


class UnknownNode(TypeError):
    """A statement contains something that the printer does not know."""


class Meaningless(ValueError):
    """An expression says nothing: it is about a member that its family lacks, or about half a layer."""


class Undefined(ZeroDivisionError):
    """An instance has no such quantity: as undefined there as a quotient by zero."""


def evaluate(expression: sp.Basic, scope: Any) -> Any:
    """The value of an expression in a scope: a scalar of its ring, or an array."""
    return _compile(expression)(scope)


def compiled(expression: sp.Basic) -> Evaluator:
    """The function of a scope that :func:`evaluate` calls. Raises UnknownNode."""
    return _compile(expression)


def integer(expression: sp.Basic, scope: Any) -> int:
    """The value of an index or a summation limit. Raises Meaningless when not an integer."""
    value = _compile_exponent(expression)(scope.integers)
    if value.denominator != 1:
        raise Meaningless(f"{expression} is not an integer")
    return int(value)


@cache
def _compile_exponent(expression: sp.Basic) -> Callable[[dict[str, int]], Fraction]:
    """Exponents, indices and limits: exact rationals of the integers in scope."""
    names = sorted(symbol.name for symbol in expression.free_symbols)
    remembered = cache(lambda *values: _exponent(expression, dict(zip(names, values, strict=True))))
    return lambda integers: remembered(*[integers[name] for name in names])


def _exponent(expression: sp.Basic, integers: dict[str, int]) -> Fraction:
    if isinstance(expression, sp.Rational):
        return Fraction(int(expression.p), int(expression.q))
    if isinstance(expression, sp.Symbol):
        return Fraction(integers[expression.name])
    if isinstance(expression, (sp.Add, sp.Mul, sp.Pow)):
        parts = [_exponent(arg, integers) for arg in expression.args]
        if isinstance(expression, sp.Add):
            return sum(parts, Fraction(0))
        if isinstance(expression, sp.Mul):
            return Fraction(_product(parts))
        base, power = parts
        if power.denominator != 1:
            raise UnknownNode(f"{expression} is a root, so no exact exponent")
        return Fraction(base ** int(power))
    raise UnknownNode(f"{expression} cannot stand in an exponent or an index")


def _product(factors: list[Any]) -> Any:
    result = factors[0]
    for factor in factors[1:]:
        result = result * factor
    return result


def _total(terms: list[Any]) -> Any:
    result = terms[0]
    for term in terms[1:]:
        result = result + term
    return result


@cache
def _compile(node: sp.Basic) -> Evaluator:
    for kind, printer in _PRINTERS.items():
        if isinstance(node, kind):
            return printer(node)
    raise UnknownNode(f"the printer does not know {type(node).__name__} in {node}")


def _rational(node: sp.Rational) -> Evaluator:
    constant = fmpq(int(node.p), int(node.q))
    return lambda scope: scope.ring.number(constant)


def _named(node: Any) -> Evaluator:
    name = str(node.name)
    return lambda scope: scope.value(name)


def _add(node: sp.Add) -> Evaluator:
    parts = [_compile(arg) for arg in node.args]
    return lambda scope: _total([part(scope) for part in parts])


def _mul(node: sp.Mul) -> Evaluator:
    parts = [_compile(arg) for arg in node.args]
    return lambda scope: _product([part(scope) for part in parts])


def _pow(node: sp.Pow) -> Evaluator:
    base, exponent = _compile(node.base), _compile_exponent(node.exp)
    return lambda scope: scope.ring.power(base(scope), exponent(scope.integers))


def _layer(node: LayerMatrix) -> Evaluator:
    family, index = node.name, node.index
    return lambda scope: scope.layer(family, integer(index, scope))


def _sub_product(node: SubProduct) -> Evaluator:
    low, high = node.args

    def run(scope: Any) -> Any:
        j, k = integer(low, scope), integer(high, scope)
        if k <= j:
            raise Meaningless(f"there is no product of the layers above {j} and below {k}")
        if k == j + 1:
            return np.eye(scope.layer("W", j).shape[0], dtype=int).astype(object)
        result = scope.layer("W", j + 1)
        for i in range(j + 2, k):
            result = scope.layer("W", i) @ result
        return result

    return run


def _dot(node: dot) -> Evaluator:
    x, y = (_compile(arg) for arg in node.args)
    return lambda scope: _fitting(mul, x(scope), y(scope), node).sum()


def _frobenius(node: frobenius) -> Evaluator:
    matrix = _compile(node.args[0])
    return lambda scope: (lambda entries: (entries * entries).sum())(matrix(scope))


def _top(node: weighted_top) -> Evaluator:
    matrix = _compile(node.args[0])
    return lambda scope: scope.weighted_top(matrix(scope))


def _bottom(node: weighted_bottom) -> Evaluator:
    matrix = _compile(node.args[0])
    return lambda scope: scope.weighted_bottom(matrix(scope))


def _of_layer(node: spectral | second_singular) -> Evaluator:
    layer, method = node.args[0], type(node).__name__
    if not isinstance(layer, LayerMatrix):
        raise UnknownNode(f"{method} is for layers, not for {layer}")
    family, index = layer.name, layer.index
    return lambda scope: getattr(scope, method)(family, integer(index, scope))


def _abs(node: sp.Abs) -> Evaluator:
    inner = _compile(node.args[0])
    return lambda scope: abs(inner(scope))


def _exp(node: sp.exp) -> Evaluator:
    inner = _compile(node.args[0])
    return lambda scope: scope.ring.exp(inner(scope))


def _log(node: sp.log) -> Evaluator:
    inner = _compile(node.args[0])
    return lambda scope: scope.ring.log(inner(scope))


def _largest(node: sp.Max) -> Evaluator:
    parts = [_compile(arg) for arg in node.args]
    return lambda scope: scope.ring.largest([part(scope) for part in parts])


def _minimum(node: Minimum) -> Evaluator:
    return lambda scope: scope.least(node)


def _derivative(node: sp.Derivative) -> Evaluator:
    """The derivative of an explicit function, carried out by SymPy."""
    if node.expr.atoms(AppliedUndef) - node.expr.atoms(width):
        raise UnknownNode(f"{node} is the derivative of an unknown function")
    return _compile(node.doit())


Joined = Callable[[Any, list[Any]], Any]
"""The ring, and what is to be joined in it."""
_JOINED: dict[type, Joined] = {
    sp.Sum: lambda ring, terms: _total([ring.number(fmpq(0)), *terms]),
    sp.Product: lambda ring, terms: _product([ring.number(fmpq(1)), *terms]),
    Largest: lambda ring, terms: ring.largest(terms),
}


def _over_layers(node: sp.Sum | sp.Product | Largest) -> Evaluator:
    joined = _JOINED[type(node)]
    body, *limits = node.args
    run = _compile(body)
    for variable, low, high in limits:  # the last limit is the outermost
        run = _over(run, variable.name, low, high, joined)
    return run


def _over(term: Evaluator, name: str, low: sp.Basic, high: sp.Basic, joined: Joined) -> Evaluator:
    if high == sp.oo:
        raise UnknownNode("an infinite series")

    def run(scope: Any) -> Any:
        saved = scope.integers
        terms = []
        try:
            for value in range(integer(low, scope), integer(high, scope) + 1):
                scope.integers = {**saved, name: value}
                terms.append(term(scope))
        finally:
            scope.integers = saved
        return joined(scope.ring, terms)

    return run


def _identity(node: sp.Identity) -> Evaluator:
    rows = _width(node.shape[0])
    return lambda scope: np.eye(rows(scope), dtype=int).astype(object)


def _zeros(node: sp.ZeroMatrix) -> Evaluator:
    rows, columns = (_width(size) for size in node.shape)
    return lambda scope: np.zeros((rows(scope), columns(scope)), dtype=int).astype(object)


def _width(size: sp.Basic) -> Callable[[Any], int]:
    """The number of rows or columns of a matrix: 1, the dimension, or a width of the network."""
    if size.is_Integer:
        return lambda scope: int(size)
    if size in (width(0), d):
        return lambda scope: int(scope.integers["d"])
    if not isinstance(size, width):
        raise UnknownNode(f"{size} is no width of the network")
    return lambda scope: int(scope.width(integer(size.args[0], scope)))


def _gram_power(node: GramPower) -> Evaluator:
    layer, exponent = _compile(LayerMatrix("W", node.index)), node.exponent

    def run(scope: Any) -> Any:
        weights = layer(scope)
        gram = weights @ weights.T if node.name == "H" else weights.T @ weights
        return _matrix_power(gram, integer(exponent, scope))

    return run


def _power_of_matrix(node: sp.MatPow) -> Evaluator:
    base, exponent = _compile(node.base), node.exp
    return lambda scope: _matrix_power(base(scope), integer(exponent, scope))


def _matrix_power(matrix: Any, exponent: int) -> Any:
    if exponent < 0:
        raise UnknownNode("an inverse of a matrix")
    result = np.eye(len(matrix), dtype=int).astype(object)
    for _ in range(exponent):
        result = result @ matrix
    return result


def _function(node: AppliedUndef) -> Evaluator:
    """A sequence over the layers that has a name, say the distance that each has moved."""
    name, indices = type(node).__name__, node.args
    return lambda scope: scope.function(name, [integer(index, scope) for index in indices])


def _transpose(node: sp.Transpose) -> Evaluator:
    inner = _compile(node.arg)
    return lambda scope: inner(scope).T


def _trace(node: sp.Trace) -> Evaluator:
    inner = _compile(node.arg)
    return lambda scope: inner(scope).trace()


def _matrix_product(node: sp.MatMul) -> Evaluator:
    coefficient, matrices = node.as_coeff_matrices()
    factor = None if coefficient == 1 else _compile(coefficient)
    parts = [_compile(matrix) for matrix in matrices]

    def run(scope: Any) -> Any:
        result = parts[0](scope)
        for part in parts[1:]:
            result = _fitting(matmul, result, part(scope), node)
        return result if factor is None else scope.ring.scale(factor(scope), result)

    return run


def _fitting(operation: Callable[[Any, Any], Any], x: Any, y: Any, node: sp.Basic) -> Any:
    """The operation on two arrays. Raises Meaningless where NumPy finds that their shapes do not fit."""
    try:
        return operation(x, y)
    except ValueError as error:
        if type(error) is ValueError:  # and no heir of it, by which a stack of arrays says something else
            raise Meaningless(f"the matrices of {node} do not fit") from error
        raise


def _matrix_sum(node: sp.MatAdd) -> Evaluator:
    parts = [_compile(arg) for arg in node.args]
    return lambda scope: scope.ring.add_matrices([part(scope) for part in parts])


_PRINTERS: dict[type, Callable[[Any], Evaluator]] = {
    sp.Rational: _rational,
    sp.Symbol: _named,
    sp.MatrixSymbol: _named,
    GramPower: _gram_power,  # before the layers, of which it is one
    LayerMatrix: _layer,
    SubProduct: _sub_product,
    dot: _dot,
    frobenius: _frobenius,
    weighted_top: _top,
    weighted_bottom: _bottom,
    spectral: _of_layer,
    second_singular: _of_layer,
    sp.Abs: _abs,
    sp.exp: _exp,
    sp.log: _log,
    **dict.fromkeys(_JOINED, _over_layers),
    sp.Max: _largest,
    sp.Derivative: _derivative,
    Minimum: _minimum,
    AppliedUndef: _function,
    sp.Identity: _identity,
    sp.ZeroMatrix: _zeros,
    sp.MatPow: _power_of_matrix,
    sp.Transpose: _transpose,
    sp.Trace: _trace,
    sp.MatMul: _matrix_product,
    sp.MatAdd: _matrix_sum,
    sp.Add: _add,
    sp.Mul: _mul,
    sp.Pow: _pow,
}
