"""Deciding by balls: both sides are enclosed, and decide a relation unless they overlap.

:func:`compare` doubles the precision up to a cap and takes the exact route where balls overlap.
"""

from __future__ import annotations

from typing import NamedTuple

from flint import arb, ctx

from ...theory.language.nodes import Relation
from ...theory.language.quantities import S
from ..arithmetic.exact import Undecidable, lifted
from ..arithmetic.rings import BallRing, ExactRing
from ..evaluation.bindings.network import rayleigh_at_regressor
from ..evaluation.evaluate import evaluate
from ..evaluation.scope import RealScope, Values
from ..instances.instance import Instance
from .verdicts import Route

BITS = 128
"""The precision of decisions that are made at one precision only."""
PRECISIONS = (64, 128, 256, 512, 1024, 2048)
"""Balls at doubling precision; past the last one the answer is inconclusive."""


def sides(relation: Relation, scope: RealScope) -> tuple[arb, arb]:
    """Both sides as balls, at the precision of the ring of the scope."""
    with ctx.workprec(scope.ring.bits):
        return arb(evaluate(relation.lhs, scope)), arb(evaluate(relation.rhs, scope))


def certain(relation: Relation, scope: RealScope) -> tuple[bool | None, arb, arb]:
    """Whether a relation holds for all values in the balls (None: for some, perhaps), and both sides.

    >>> import sympy as sp
    >>> from ..instances.instance import make
    >>> scope = RealScope(make("example", [[2]], [[[3]]]), BallRing(BITS), {"S": arb(4, 1)})
    >>> certain(Relation(sp.Symbol("S"), "<=", sp.Integer(5)), scope)[0] is None  # 4 + 1, rounded up
    True
    """
    lhs, rhs = sides(relation, scope)
    return scope.ring.answer(relation.op, lhs, rhs), lhs, rhs


class Compared(NamedTuple):
    """Whether a relation holds (None: undecided), the bits used, the route, and larger side over smaller side."""

    holds: bool | None
    bits: int
    route: Route = Route.NONE
    ratio: float | None = None


def compare(relation: Relation, instance: Instance, values: Values, direct: bool = False) -> Compared:
    """Compare both sides on an exact instance. Raises ZeroDivisionError where a side is not defined."""
    if _shown_by_witness(relation, instance, values, direct):
        return Compared(True, PRECISIONS[0], Route.WITNESS)
    tried_exact = False
    for bits in PRECISIONS:
        answer, lhs, rhs = certain(relation, RealScope(instance, BallRing(bits), values, direct=direct))
        if answer is not None:
            return _equal_or(Route.BALLS, answer, bits, equal=lhs == rhs, zero=lhs == 0)
        if bits >= BITS and not tried_exact:
            tried_exact = True
            found = _exactly(relation, RealScope(instance, ExactRing(), values, direct=direct), bits)
            if found is not None:
                return found
    return Compared(None, PRECISIONS[-1])


def _equal_or(route: Route, holds: bool, bits: int, *, equal: bool, zero: bool) -> Compared:
    """The comparison by a route, or a tie, or an equality of zeros, which says nothing of tightness."""
    if not equal:
        return Compared(holds, bits, route)
    return Compared(holds, bits, Route.ZERO) if zero else Compared(holds, bits, Route.TIE, 1.0)


def _exactly(relation: Relation, scope: RealScope, bits: int) -> Compared | None:
    """The comparison by the sign of ``lhs - rhs`` in real algebraic numbers; None where that is out of reach."""
    try:
        lhs, rhs = lifted(evaluate(relation.lhs, scope)), lifted(evaluate(relation.rhs, scope))
        sign = lhs.compare(rhs)
    except Undecidable:
        return None
    return _equal_or(Route.EXACT, sign_answers(relation.op, sign), bits, equal=sign == 0, zero=not lhs.sign)


def sign_answers(op: str, sign: int) -> bool:
    """Whether ``x op 0`` holds for a number ``x`` of this sign.

    >>> sign_answers("<=", -1), sign_answers("!=", 0)
    (True, False)
    """
    return {">": sign > 0, ">=": sign >= 0, "<": sign < 0, "<=": sign <= 0, "==": sign == 0, "!=": sign != 0}[op]


def _shown_by_witness(relation: Relation, instance: Instance, values: Values, direct: bool) -> bool:
    """``S >= rhs`` by the rational Rayleigh quotient at ``w*``: no eigenvalue is needed."""
    if relation.op != ">=" or relation.lhs != S or direct or not instance.is_minimizer:
        return False
    bits = PRECISIONS[0]
    with ctx.workprec(bits):
        scope = RealScope(instance, BallRing(bits), values)
        return bool(rayleigh_at_regressor(scope) > evaluate(relation.rhs, scope))
