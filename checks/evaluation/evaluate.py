"""The printer: a SymPy expression becomes a function of a scope, over any ring.

Never ``lambdify``: it computes ``1/3`` in floats, and balls fed through it certify
false statements. Here every number of the tree reaches the ring as an exact rational,
and exponents are exact rationals computed from the integers ``L``, ``k``, ``j``.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from fractions import Fraction
from functools import cache, reduce
from operator import add, matmul, mul
from typing import Any, Protocol, TypeAlias

import numpy as np
import sympy as sp
from flint import fmpq
from sympy.core.function import AppliedUndef

from ...numeric.linalg.scalars import Array
from ...theory.language.nodes import Largest, LayerMatrix, Minimum, SubProduct, dot, frobenius, weighted_top, width
from ...theory.language.norms import GramPower, second_singular, spectral, weighted_bottom
from ...theory.language.quantities import d
from ..arithmetic.ring import AnyRing

Value: TypeAlias = Any
"""A scalar of a ring, or a vector or matrix of its numbers. Which of them it is depends on the expression."""


class UnknownNode(TypeError):
    """A statement contains something that the printer does not know."""


class Meaningless(ValueError):
    """An expression says nothing: it names a member that its family lacks, or half a layer."""


class Undefined(ZeroDivisionError):
    """An instance has no such quantity, as a quotient by zero has no value."""


class Scope(ABC):
    """An instance seen in one ring, with values for the quantified symbols.

    Every scope has values of names and members of families. A scope that lacks one of the other methods raises
    :class:`UnknownNode`. ``integers`` holds the depth ``L``, the dimension ``d`` and the indices of layers.
    """

    ring: AnyRing
    integers: dict[str, int]

    @abstractmethod
    def value(self, name: str) -> Value:
        """The value of a name."""

    @abstractmethod
    def layer(self, family: str, index: int) -> Value:
        """A member of a family of matrices."""

    def weighted_top(self, matrix: Array) -> Value:
        """``lambda_max(Sigma^{1/2} A Sigma^{1/2})`` of a symmetric ``A``."""
        raise self._lacks("eigenvalues")

    def weighted_bottom(self, matrix: Array) -> Value:
        """``lambda_min(Sigma^{1/2} A Sigma^{1/2})`` of a symmetric ``A``."""
        raise self._lacks("eigenvalues")

    def spectral(self, family: str, index: int) -> Value:
        """The spectral norm of a member of a family."""
        raise self._lacks("singular values")

    def second_singular(self, family: str, index: int) -> Value:
        """The second singular value of a member of a family."""
        raise self._lacks("singular values")

    def function(self, name: str, indices: list[int]) -> Value:
        """The value of a named sequence over the layers, such as the widths."""
        raise UnknownNode(f"no numbers are bound to the function {name!r}")

    def width(self, index: int) -> int:
        """The number of rows of layer ``index``; the dimension for 0."""
        raise self._lacks("widths")

    def least(self, node: Minimum) -> Value:
        """The least value of a function over a positive variable."""
        raise self._lacks("minima")

    def _lacks(self, what: str) -> UnknownNode:
        return UnknownNode(f"{type(self).__name__} has no {what}")


class Indexed(Protocol):
    """Anything with values for the depth, the dimension and the indices of layers."""

    @property
    def integers(self) -> dict[str, int]: ...


Evaluator: TypeAlias = Callable[[Scope], Value]


def evaluate(expression: sp.Basic, scope: Scope) -> Value:
    """The value of an expression in a scope: a scalar of its ring, or an array."""
    return _compile(expression)(scope)


def compiled(expression: sp.Basic) -> Evaluator:
    """The function of a scope that :func:`evaluate` calls. Raises UnknownNode."""
    return _compile(expression)


def integer(expression: sp.Basic, scope: Indexed) -> int:
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
            return reduce(mul, parts)
        base, power = parts
        if power.denominator != 1:
            raise UnknownNode(f"{expression} is a root, so no exact exponent")
        return Fraction(base ** int(power))
    raise UnknownNode(f"{expression} cannot stand in an exponent or an index")


@cache
def _compile(node: sp.Basic) -> Evaluator:
    for kind, printer in _PRINTERS.items():
        if isinstance(node, kind):
            return printer(node)
    raise UnknownNode(f"the printer does not know {type(node).__name__} in {node}")


def _rational(node: sp.Rational) -> Evaluator:
    constant = fmpq(int(node.p), int(node.q))
    return lambda scope: scope.ring.number(constant)


def _named(node: sp.Symbol | sp.MatrixSymbol) -> Evaluator:
    name = str(node.name)
    return lambda scope: scope.value(name)


def _add(node: sp.Add) -> Evaluator:
    parts = [_compile(arg) for arg in node.args]
    return lambda scope: reduce(add, [part(scope) for part in parts])


def _mul(node: sp.Mul) -> Evaluator:
    parts = [_compile(arg) for arg in node.args]
    return lambda scope: reduce(mul, [part(scope) for part in parts])


def _pow(node: sp.Pow) -> Evaluator:
    base, exponent = _compile(node.base), _compile_exponent(node.exp)
    return lambda scope: scope.ring.power(base(scope), exponent(scope.integers))


def _layer(node: LayerMatrix) -> Evaluator:
    family, index = node.name, node.index
    return lambda scope: scope.layer(family, integer(index, scope))


def _sub_product(node: SubProduct) -> Evaluator:
    low, high = node.args

    def run(scope: Scope) -> Value:
        j, k = integer(low, scope), integer(high, scope)
        if k <= j:
            raise Meaningless(f"there is no product of the layers above {j} and below {k}")
        if k == j + 1:
            return _eye(scope.layer("W", j).shape[0])
        return reduce(lambda product, i: scope.layer("W", i) @ product, range(j + 2, k), scope.layer("W", j + 1))

    return run


def _dot(node: dot) -> Evaluator:
    x, y = (_compile(arg) for arg in node.args)
    return lambda scope: _fitting(scope.ring.dot, x(scope), y(scope), node)


def _of_argument(function: Callable[[Scope, Value], Value]) -> Callable[[sp.Basic], Evaluator]:
    """The printer of nodes whose value is a function of the value of their first argument."""

    def printer(node: sp.Basic) -> Evaluator:
        inner = _compile(node.args[0])
        return lambda scope: function(scope, inner(scope))

    return printer


def _of_layer(node: spectral | second_singular) -> Evaluator:
    layer, method = node.args[0], type(node).__name__
    if not isinstance(layer, LayerMatrix):
        raise UnknownNode(f"{method} is for layers, not for {layer}")
    family, index = layer.name, layer.index
    return lambda scope: getattr(scope, method)(family, integer(index, scope))


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


Joined: TypeAlias = Callable[[AnyRing, list[Value]], Value]
"""A function of a ring and of the values that a sum, a product or a maximum joins."""
_JOINED: dict[type, Joined] = {
    sp.Sum: lambda ring, terms: reduce(add, terms, ring.number(fmpq(0))),
    sp.Product: lambda ring, terms: reduce(mul, terms, ring.number(fmpq(1))),
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

    def run(scope: Scope) -> Value:
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
    return lambda scope: _eye(rows(scope))


def _eye(size: int) -> Array:
    return np.eye(size, dtype=int).astype(object)


def _zeros(node: sp.ZeroMatrix) -> Evaluator:
    rows, columns = (_width(size) for size in node.shape)
    return lambda scope: np.zeros((rows(scope), columns(scope)), dtype=int).astype(object)


def _width(size: sp.Basic) -> Callable[[Scope], int]:
    """The number of rows or columns of a matrix: 1, the dimension, or a width of the network."""
    if size.is_Integer:
        return lambda scope: int(size)
    if size in (width(0), d):
        return lambda scope: scope.integers["d"]
    if not isinstance(size, width):
        raise UnknownNode(f"{size} is no width of the network")
    return lambda scope: scope.width(integer(size.args[0], scope))


def _gram_power(node: GramPower) -> Evaluator:
    layer, exponent = _compile(LayerMatrix("W", node.index)), node.exponent

    def run(scope: Scope) -> Value:
        weights = layer(scope)
        gram = weights @ weights.T if node.name == "H" else weights.T @ weights
        return _matrix_power(gram, integer(exponent, scope))

    return run


def _power_of_matrix(node: sp.MatPow) -> Evaluator:
    base, exponent = _compile(node.base), node.exp
    return lambda scope: _matrix_power(base(scope), integer(exponent, scope))


def _matrix_power(matrix: Array, exponent: int) -> Array:
    if exponent < 0:
        raise UnknownNode("an inverse of a matrix")
    return reduce(matmul, [matrix] * exponent, _eye(len(matrix)))


def _function(node: AppliedUndef) -> Evaluator:
    """A named sequence over the layers, for example the distance that each layer has moved."""
    name, indices = type(node).__name__, node.args
    return lambda scope: scope.function(name, [integer(index, scope) for index in indices])


def _matrix_product(node: sp.MatMul) -> Evaluator:
    coefficient, matrices = node.as_coeff_matrices()
    factor = None if coefficient == 1 else _compile(coefficient)
    parts = [_compile(matrix) for matrix in matrices]

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


def _matrix_sum(node: sp.MatAdd) -> Evaluator:
    parts = [_compile(arg) for arg in node.args]
    return lambda scope: scope.ring.add_matrices([part(scope) for part in parts])


_PRINTERS: dict[type, Callable[[Any], Evaluator]] = {  # each takes a node of its type
    sp.Rational: _rational,
    sp.Symbol: _named,
    sp.MatrixSymbol: _named,
    GramPower: _gram_power,  # before LayerMatrix, its base class
    LayerMatrix: _layer,
    SubProduct: _sub_product,
    dot: _dot,
    frobenius: _of_argument(lambda scope, matrix: (matrix * matrix).sum()),
    weighted_top: _of_argument(lambda scope, matrix: scope.weighted_top(matrix)),
    weighted_bottom: _of_argument(lambda scope, matrix: scope.weighted_bottom(matrix)),
    spectral: _of_layer,
    second_singular: _of_layer,
    sp.Abs: _of_argument(lambda scope, x: abs(x)),
    sp.exp: _of_argument(lambda scope, x: scope.ring.exp(x)),
    sp.log: _of_argument(lambda scope, x: scope.ring.log(x)),
    **dict.fromkeys(_JOINED, _over_layers),
    sp.Max: _largest,
    sp.Derivative: _derivative,
    Minimum: _minimum,
    AppliedUndef: _function,
    sp.Identity: _identity,
    sp.ZeroMatrix: _zeros,
    sp.MatPow: _power_of_matrix,
    sp.Transpose: _of_argument(lambda scope, matrix: matrix.T),
    sp.Trace: _of_argument(lambda scope, matrix: matrix.trace()),
    sp.MatMul: _matrix_product,
    sp.MatAdd: _matrix_sum,
    sp.Add: _add,
    sp.Mul: _mul,
    sp.Pow: _pow,
}
