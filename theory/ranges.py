"""Ranges of layer indices: what holds throughout them, and which statements may be written at all."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import sympy as sp

from . import quantities as Q

Ranges = Mapping[sp.Symbol, tuple[sp.Expr, sp.Expr]]
"""For which values of its free layer indices a relation holds."""
i = sp.Symbol("i", integer=True, nonnegative=True)
"""A further layer index, for sums whose upper end is ``k``."""
INDICES = frozenset({i, Q.j, Q.k})
"""The symbols that stand for a layer."""
OF_ONE_LAYER = frozenset({"w_layer", "risk_layer", "rest_layer", "rest_adjoint"})
"""Names of what belongs to the layer ``k`` that moves, although no index shows it."""
Prepare = Callable[[sp.Basic], sp.Basic]


def throughout(expr: sp.Expr, ranges: Ranges, prepare: Prepare = lambda x: x) -> bool:
    """Whether ``expr >= 0`` for all layer indices in their ranges.

    What is affine in an index, with a slope of known sign, is least at one end of its range (and holds
    on a range that is empty if it holds at that end). An index whose range depends on another goes first.
    """
    expr = sp.expand(prepare(sp.sympify(expr)))
    used = [x for x in ranges if x in expr.free_symbols]
    if not used:
        return bool(expr.is_nonnegative)
    index = next((x for x in used if any(sp.sympify(end).free_symbols & set(ranges) for end in ranges[x])), used[0])
    slope = sp.diff(expr, index)
    if not slope.is_number:
        return False
    end = prepare(sp.sympify(ranges[index][0 if slope > 0 else 1]))
    rest = {x: ends for x, ends in ranges.items() if x != index}
    return throughout(expr.xreplace({index: end}), rest, prepare)


def first_layer(index: sp.Symbol) -> int:
    """The least value that the assumptions of the symbol allow."""
    return 1 if index.is_positive else 0


def bound(*sides: sp.Basic) -> set[sp.Symbol]:
    """The indices that sums and products bind."""
    return {x[0] for side in sides for y in side.atoms(sp.Sum, sp.Product) for x in y.limits}


def of_one_layer(*sides: sp.Basic) -> bool:
    """Whether something that belongs to the layer that moves occurs."""
    return any(getattr(x, "name", "") in OF_ONE_LAYER for side in sides for x in side.atoms(sp.Symbol, sp.MatrixSymbol))


def improper(expr: sp.Basic, ranges: Ranges, prepare: Prepare) -> str:
    """Why an expression means nothing certain, or nothing; empty when it does.

    Sums and products run over layers, upwards or over nothing, from the first layer at the earliest, under an
    index that is not free beside them. (Series run over their own index, to infinity.)
    """
    if expr.has(sp.I, sp.zoo, sp.nan):
        return "not a real number"
    if isinstance(expr, sp.Sum | sp.Product):
        outer = dict(ranges)
        for index, low, high in reversed(expr.limits):
            if high == sp.oo and index not in INDICES:
                continue
            if index not in INDICES or index in outer or index in low.free_symbols | high.free_symbols:
                return f"{index} is no index of its own"
            if not (prepare(low).is_integer and prepare(high).is_integer):
                return f"{low}..{high} are no layers"
            if not throughout(low - first_layer(index), outer, prepare):
                return f"{low} could be before the first layer"
            if not throughout(high - low + 1, outer, prepare):
                return f"the range {low}..{high} could be reversed"
            outer[index] = (low, high)
        return improper(expr.function, outer, prepare)
    found = (improper(arg, ranges, prepare) for arg in expr.args if arg.atoms(sp.Sum, sp.Product))
    return next((reason for reason in found if reason), "")
