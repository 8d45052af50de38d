"""The printer: a SymPy expression becomes a function of a scope, over any ring.

Never ``lambdify``: it computes ``1/3`` in floats, and balls fed through it certify
false statements. Here every number of the tree reaches the ring as an exact rational,
and exponents are exact rationals computed from the integers ``L``, ``k``, ``j``.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from functools import cache
from typing import Any, Protocol

import numpy as np
import sympy as sp
from flint import fmpq

from ..theory.expressions import LayerMatrix, SubProduct, dot, frobenius, weighted_top
from ..theory.norms import second_singular, spectral, weighted_bottom


class Ring(Protocol):
    """What evaluation needs of a kind of number."""

    def number(self, value: fmpq) -> Any: ...
    def power(self, base: Any, exponent: Fraction) -> Any: ...
    def exp(self, value: Any) -> Any: ...
    def log(self, value: Any) -> Any: ...
    def scale(self, factor: Any, matrix: Any) -> Any: ...
    def add_matrices(self, terms: list[Any]) -> Any: ...


class Scope(Protocol):
    """An instance seen in one ring, with values for the quantified symbols."""

    ring: Ring
    integers: dict[str, int]

    def value(self, name: str) -> Any: ...
    def layer(self, family: str, index: int) -> Any: ...
    def weighted_top(self, matrix: Any) -> Any: ...
    def weighted_bottom(self, matrix: Any) -> Any: ...
    def spectral(self, family: str, index: int) -> Any: ...
    def second_singular(self, family: str, index: int) -> Any: ...


Evaluator = Callable[[Any], Any]


class UnknownNode(TypeError):
    """A statement contains something that the printer does not know."""


class Undefined(ZeroDivisionError):
    """An instance has no such quantity: as undefined there as a quotient by zero."""


def evaluate(expression: sp.Basic, scope: Any) -> Any:
    """The value of an expression in a scope: a scalar of its ring, or an array."""
    return _compile(expression)(scope)


def integer(expression: sp.Basic, scope: Any) -> int:
    """The value of an index or a summation limit. Raises ValueError when not an integer."""
    value = _compile_exponent(expression)(scope.integers)
    if value.denominator != 1:
        raise ValueError(f"{expression} is not an integer")
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
        if k <= j + 1:
            return np.eye(scope.layer("W", j).shape[0], dtype=int).astype(object)
        result = scope.layer("W", j + 1)
        for i in range(j + 2, k):
            result = scope.layer("W", i) @ result
        return result

    return run


def _dot(node: dot) -> Evaluator:
    x, y = (_compile(arg) for arg in node.args)
    return lambda scope: (x(scope) * y(scope)).sum()


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


def _sum(node: sp.Sum) -> Evaluator:
    body, *limits = node.args
    run = _compile(body)
    for variable, low, high in limits:  # the last limit is the outermost
        run = _sum_over(run, variable.name, low, high)
    return run


def _sum_over(term: Evaluator, name: str, low: sp.Basic, high: sp.Basic) -> Evaluator:
    def run(scope: Any) -> Any:
        saved = scope.integers
        terms = [scope.ring.number(fmpq(0))]
        try:
            for value in range(integer(low, scope), integer(high, scope) + 1):
                scope.integers = {**saved, name: value}
                terms.append(term(scope))
        finally:
            scope.integers = saved
        return _total(terms)

    return run


def _identity(node: sp.Identity) -> Evaluator:
    return lambda scope: np.eye(scope.integers["d"], dtype=int).astype(object)


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
            result = result @ part(scope)
        return result if factor is None else scope.ring.scale(factor(scope), result)

    return run


def _matrix_sum(node: sp.MatAdd) -> Evaluator:
    parts = [_compile(arg) for arg in node.args]
    return lambda scope: scope.ring.add_matrices([part(scope) for part in parts])


_PRINTERS: dict[type, Callable[[Any], Evaluator]] = {
    sp.Rational: _rational,
    sp.Symbol: _named,
    sp.MatrixSymbol: _named,
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
    sp.Sum: _sum,
    sp.Identity: _identity,
    sp.Transpose: _transpose,
    sp.Trace: _trace,
    sp.MatMul: _matrix_product,
    sp.MatAdd: _matrix_sum,
    sp.Add: _add,
    sp.Mul: _mul,
    sp.Pow: _pow,
}
