"""The printer: a SymPy expression becomes a function of a scope, over any ring.

Never ``lambdify``: it computes ``1/3`` in floats, and balls fed through it certify
false statements. Here every number of the tree reaches the ring as an exact rational,
and exponents are exact rationals computed from the integers ``L``, ``k``, ``j``.
"""

from __future__ import annotations

from functools import cache

import sympy as sp

from .abstract_scope import Evaluator, Meaningless, Printer, Scope, Undefined, UnknownNode, Value
from .integers import integer
from .nodes import derivatives, layers, matrices, scalars, sequences, spectra

__all__ = ["Meaningless", "Scope", "Undefined", "UnknownNode", "Value", "compiled", "evaluate", "integer"]

_PRINTERS: dict[type, Printer] = {
    **scalars.PRINTERS, **matrices.PRINTERS, **layers.PRINTERS, **sequences.PRINTERS, **spectra.PRINTERS,
    **derivatives.PRINTERS}


def evaluate(expression: sp.Basic, scope: Scope) -> Value:
    """The value of an expression in a scope: a scalar of its ring, or an array."""
    return compiled(expression)(scope)


@cache
def compiled(expression: sp.Basic) -> Evaluator:
    """The function of a scope that :func:`evaluate` calls. Raises UnknownNode."""
    for kind in type(expression).__mro__:
        if kind in _PRINTERS:
            return _PRINTERS[kind](expression, compiled)
    raise UnknownNode(f"the printer does not know {type(expression).__name__} in {expression}")
