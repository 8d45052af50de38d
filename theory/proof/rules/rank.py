"""The rule that bounds the rank of the Hessian by what the second derivative sees of a direction."""

from __future__ import annotations

import sympy as sp

from ...algebra.algebra import Algebra
from ...algebra.layer_ranges import Ranges
from ...language import quantities as Q
from ...language.nodes import LayerMatrix, Relation, dot, family, width
from ...setting.dependence import depends, source
from ..rule import require, rule
from .common import Inference, Premise, To

h, q = family("h"), family("q")
DIRECTION = source(LayerMatrix("Xi", Q.k))
DIMENSIONS = sp.Sum(width(Q.k - 1) + width(Q.k) - 1, (Q.k, 1, Q.L - 1)) + width(Q.L - 1)
"""How many dimensions ``Xi_k h_{k-1}`` for ``k < L`` and ``Xi_k^T q_k`` for ``k <= L`` have together, at most."""


def _layer(expr: sp.Basic) -> bool:
    return type(expr) is LayerMatrix and expr.name == "Xi"


def _reduced(expr: sp.Basic, ranges: Ranges, algebra: Algebra) -> None:
    """Refuse what sees more of the direction than ``Xi_k h_{k-1}`` for ``k < L`` and ``Xi_k^T q_k``."""
    if not DIRECTION & depends(expr):
        return
    if isinstance(expr, sp.Sum):
        for index, low, high in reversed(expr.limits):  # the last limit is the outermost
            ranges = {**ranges, index: (low, high)}
        _reduced(expr.function, ranges, algebra)
    elif isinstance(expr, sp.MatMul):
        parts = list(expr.args)
        while parts:
            part, *parts = parts
            if _layer(part):
                require(parts[:1] == [h(part.index - 1)], "{} stands before another vector", part)
                require(algebra.throughout(Q.L - 1 - part.index, ranges), "{} may be the last layer", part)
                parts = parts[1:]
            elif isinstance(part, sp.Transpose) and _layer(part.arg):
                require(parts[:1] == [q(part.arg.index)], "{} stands before another vector", part)
                parts = parts[1:]
            else:
                _reduced(part, ranges, algebra)
    else:
        seen = isinstance(expr, sp.Add | sp.Mul | sp.MatAdd | sp.Transpose | dot)
        require(seen, "{} sees more of the direction", expr)
        for arg in expr.args:
            _reduced(arg, ranges, algebra)


@rule("rank of a quadratic form", "If the second derivative along Xi depends on Xi only through a_k = Xi_k h_{k-1}, "
      "k < L, and b_k = Xi_k^T q_k, then adding a direction where all of these vanish changes nothing: it "
      "lies in the kernel of the Hessian. So the rank is at most the number of dimensions of these vectors. As "
      "q_k^T a_k = b_k^T h_{k-1}, the pair (a_k, b_k) has at most d_k + d_{k-1} - 1, also if h_{k-1} or q_k is zero, "
      "as widths are at least one; b_L alone has d_{L-1}.")
def hessian_rank(at: Inference, main: Premise, to: To | None = None) -> Relation:
    premise = at.relation(main)
    require(premise.lhs == Q.curvature and premise.op == "==", "the premise is not the second derivative")
    require(not DIRECTION & depends(*at.facts), "a hypothesis is about the direction")
    _reduced(premise.rhs, {}, at.algebra())
    return at.stated(Relation(Q.hessian_rank, "<=", DIMENSIONS), to)
