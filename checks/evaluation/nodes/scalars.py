"""Numbers, names, arithmetic, and what is joined over layers: sums, products and maxima."""

from __future__ import annotations

from collections.abc import Callable
from functools import reduce
from operator import add, mul
from typing import TypeAlias

import sympy as sp
from flint import fmpq
from sympy.core.function import AppliedUndef

from ....theory.language.nodes import Largest, Minimum, width
from ...arithmetic.ring import AnyRing
from ..abstract_scope import Compile, Evaluator, Printer, Scope, UnknownNode, Value, of_argument
from ..integers import exponent, integer


def _rational(node: sp.Rational, compiled: Compile) -> Evaluator:
    constant = fmpq(int(node.p), int(node.q))
    return lambda scope: scope.ring.number(constant)


def named(node: sp.Symbol | sp.MatrixSymbol, compiled: Compile) -> Evaluator:
    """The evaluator of a name."""
    name = str(node.name)
    return lambda scope: scope.value(name)


def _add(node: sp.Add, compiled: Compile) -> Evaluator:
    parts = [compiled(arg) for arg in node.args]
    return lambda scope: reduce(add, [part(scope) for part in parts])


def _mul(node: sp.Mul, compiled: Compile) -> Evaluator:
    parts = [compiled(arg) for arg in node.args]
    return lambda scope: reduce(mul, [part(scope) for part in parts])


def _pow(node: sp.Pow, compiled: Compile) -> Evaluator:
    base, power = compiled(node.base), exponent(node.exp)
    return lambda scope: scope.ring.power(base(scope), power(scope.integers))


def _largest(node: sp.Max, compiled: Compile) -> Evaluator:
    parts = [compiled(arg) for arg in node.args]
    return lambda scope: scope.ring.largest([part(scope) for part in parts])


def _least(node: sp.Min, compiled: Compile) -> Evaluator:
    parts = [compiled(arg) for arg in node.args]
    return lambda scope: -scope.ring.largest([-part(scope) for part in parts])


def _minimum(node: Minimum, compiled: Compile) -> Evaluator:
    return lambda scope: scope.least(node)


def _derivative(node: sp.Derivative, compiled: Compile) -> Evaluator:
    """The derivative of an explicit function, carried out by SymPy."""
    if node.expr.atoms(AppliedUndef) - node.expr.atoms(width):
        raise UnknownNode(f"{node} is the derivative of an unknown function")
    return compiled(node.doit())


Joined: TypeAlias = Callable[[AnyRing, list[Value]], Value]
"""A function of a ring and of the values that a sum, a product or a maximum joins."""
_JOINED: dict[type, Joined] = {
    sp.Sum: lambda ring, terms: reduce(add, terms, ring.number(fmpq(0))),
    sp.Product: lambda ring, terms: reduce(mul, terms, ring.number(fmpq(1))),
    Largest: lambda ring, terms: ring.largest(terms),
}


def _over_layers(node: sp.Sum | sp.Product | Largest, compiled: Compile) -> Evaluator:
    joined = _JOINED[type(node)]
    body, *limits = node.args
    run = compiled(body)
    for variable, low, high in limits:  # the last limit is the outermost
        run = _over(run, variable.name, low, high, joined)
    return run


def _over(term: Evaluator, name: str, low: sp.Basic, high: sp.Basic, joined: Joined) -> Evaluator:
    if high == sp.oo:
        raise UnknownNode("an infinite series")

    return lambda scope: joined(scope.ring, values_over(term, name, low, high, scope))


def values_over(term: Evaluator, name: str, low: sp.Basic, high: sp.Basic, scope: Scope) -> list[Value]:
    """The values of a term at all values of an index, in their order."""
    saved, found = scope.integers, []
    try:
        for value in range(integer(low, scope), integer(high, scope) + 1):
            scope.integers = {**saved, name: value}
            found.append(term(scope))
    finally:
        scope.integers = saved
    return found


def _function(node: AppliedUndef, compiled: Compile) -> Evaluator:
    """A named sequence over the layers, for example the distance that each layer has moved."""
    name, indices = type(node).__name__, node.args
    return lambda scope: scope.function(name, [integer(index, scope) for index in indices])


PRINTERS: dict[type, Printer] = {
    sp.Rational: _rational,
    sp.Symbol: named,
    sp.Abs: of_argument(lambda scope, x: abs(x)),
    sp.exp: of_argument(lambda scope, x: scope.ring.exp(x)),
    sp.log: of_argument(lambda scope, x: scope.ring.log(x)),
    **dict.fromkeys(_JOINED, _over_layers),
    sp.Max: _largest,
    sp.Min: _least,
    sp.Derivative: _derivative,
    Minimum: _minimum,
    AppliedUndef: _function,
    sp.Add: _add,
    sp.Mul: _mul,
    sp.Pow: _pow,
}
