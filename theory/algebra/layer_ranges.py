"""Ranges of layer indices, and what holds throughout them."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import sympy as sp

from ..language import quantities as Q
from ..language.matrix_series import matrix_product, matrix_sum

Ranges = Mapping[sp.Symbol, tuple[sp.Expr, sp.Expr]]
"""For which values of its free layer indices a relation holds."""
i = sp.Symbol("i", integer=True, nonnegative=True)
"""A further layer index, for sums whose upper end is ``k``."""
INDICES = frozenset({i, Q.j, Q.k})
"""The symbols that stand for a layer."""
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
    slope = expr.coeff(index, 1)
    if not slope.is_number or (expr - slope * index).has(index):
        return False  # not affine: a derivative that vanishes would say nothing of what is not smooth
    end = prepare(sp.sympify(ranges[index][0 if slope > 0 else 1]))
    rest = {x: ends for x, ends in ranges.items() if x != index}
    return throughout(expr.xreplace({index: end}), rest, prepare)


def first_layer(index: sp.Symbol) -> int:
    """The least value that the assumptions of the symbol allow."""
    return 1 if index.is_positive else 0


def bound(*sides: sp.Basic) -> set[sp.Symbol]:
    """The indices that sums and products bind."""
    kinds = (sp.Sum, sp.Product, matrix_sum, matrix_product)
    return {index for side in sides for node in side.atoms(*kinds) for index, _low, _high in node.args[1:]}
