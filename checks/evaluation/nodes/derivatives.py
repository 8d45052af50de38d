"""Gradients and Hessians in the entries of matrices, and expectations over signs."""

from __future__ import annotations

from functools import reduce
from itertools import product
from operator import add
from typing import Any

import numpy as np
from flint import fmpq

from ....numeric.linalg.scalars import Array, object_array
from ....theory.language.calculus import Expectation, Gradient, Hessian
from ....theory.language.symbols import MatrixMember
from ...arithmetic.exact import Undecidable
from ...arithmetic.series import Series, series
from ...arithmetic.taylor import TaylorRing
from ..abstract_scope import Compile, Evaluator, Meaningless, Printer, Scope, UnknownNode, Value
from ..integers import integer
from ..replaced_scope import ReplacedScope

MOST_SIGNS = 12
"""An expectation over more signs is not computed: it is the mean of more than four thousand numbers."""


def _gradient(node: Gradient, compiled: Compile) -> Evaluator:
    expanded = _expanded(node, compiled)

    def run(scope: Scope) -> Array:
        found, shapes, zero = expanded(scope)
        first: Array = np.full(int(np.prod(shapes[0])), zero) if found.first is None else found.first
        return first.reshape(shapes[0])

    return run


def _hessian(node: Hessian, compiled: Compile) -> Evaluator:
    expanded = _expanded(node, compiled)

    def run(scope: Scope) -> Array:
        found, shapes, zero = expanded(scope)
        size = sum(int(np.prod(shape)) for shape in shapes)
        return np.full((size, size), zero) if found.second is None else found.second

    return run


def _expanded(node: Gradient | Hessian, compiled: Compile) -> Any:
    """The Taylor series of a number in the entries of matrices, the shapes of these, and the zero of the ring."""
    function, symbols = compiled(node.args[0]), node.args[1:]
    places = [compiled(symbol) for symbol in symbols]

    def run(scope: Scope) -> tuple[Series, list[tuple[int, ...]], Value]:
        if isinstance(scope.ring, TaylorRing):
            raise UnknownNode(f"{node} is part of a derivative of a derivative")
        ring = TaylorRing(scope.ring)
        points = [place(scope) for place in places]
        names = [(symbol.name, integer(symbol.index, scope)) if isinstance(symbol, MatrixMember) else symbol.name
                 for symbol in symbols]
        if len(set(names)) < len(names):
            raise Meaningless(f"{node} differentiates twice in the entries of one matrix")
        shapes = [point.shape for point in points]
        size, start, variables = sum(point.size for point in points), 0, {}
        for name, point in zip(names, points, strict=True):
            first = np.full((point.size, size), ring.zero)
            for i in range(point.size):
                first[i, start + i] = ring.base.entry(fmpq(1))
            variables[name] = Series(point, first.reshape(*point.shape, size))
            start += point.size
        try:
            return series(function(ReplacedScope(scope, variables, compiled, ring))), shapes, ring.zero
        except Undecidable as error:
            raise UnknownNode(f"{node} has no derivatives here: {error}") from error

    return run


def _expectation(node: Expectation, compiled: Compile) -> Evaluator:
    function, signs = compiled(node.args[0]), node.args[1]

    def run(scope: Scope) -> Value:
        count = integer(signs.shape[0], scope)
        if count > MOST_SIGNS:
            raise UnknownNode(f"an expectation over {count} signs, when {MOST_SIGNS} are the most")
        columns = [object_array(list(map(fmpq, chosen)), (count, 1)) for chosen in product((1, -1), repeat=count)]
        values = [function(ReplacedScope(scope, {signs.name: scope.ring.array(column)}, compiled, scope.ring))
                  for column in columns]
        return scope.ring.number(fmpq(1, len(values))) * reduce(add, values)

    return run


PRINTERS: dict[type, Printer] = {Gradient: _gradient, Hessian: _hessian, Expectation: _expectation}
