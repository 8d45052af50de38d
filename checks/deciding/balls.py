"""Deciding by balls: both sides are enclosed, and decide a relation unless they overlap.

:func:`compare` doubles the precision up to a cap and takes the exact route where balls overlap.
"""

from __future__ import annotations

from collections.abc import Callable

from flint import arb, ctx

from ...theory.language.matrix_order import between_numbers
from ...theory.language.nodes import Relation
from ..arithmetic.exact import Undecidable, lifted
from ..arithmetic.exact_ring import ExactRing, sign_answers
from ..arithmetic.ring import AnyRing
from ..arithmetic.rings import BallRing
from ..evaluation.evaluate import Scope, evaluate
from .verdicts import Outcome, Route, Verdict

BITS = 128
"""The precision of decisions that are made at one precision only."""
PRECISIONS = (64, 128, 256, 512, 1024, 2048)
"""Balls at doubling precision; past the last one the answer is inconclusive."""


def sides(relation: Relation, scope: Scope) -> tuple[arb, arb]:
    """Both sides as balls, at the precision of the ring of the scope. Raises TypeError in any other ring."""
    if not isinstance(scope.ring, BallRing):
        raise TypeError("only balls enclose the two sides of a relation")
    with ctx.workprec(scope.ring.bits):
        lhs, rhs = (arb(evaluate(side, scope)) for side in between_numbers(relation).sides)
        return lhs, rhs


def certain(relation: Relation, scope: Scope) -> tuple[bool | None, arb, arb]:
    """Whether a relation holds for all values in the balls (None: for some, perhaps), and both sides.

    >>> import sympy as sp
    >>> from ..deep_linear.evaluation.scope import RealScope
    >>> from ..deep_linear.instances.instance import make
    >>> scope = RealScope(make("example", [[2]], [[[3]]]), BallRing(BITS), {"S": arb(4, 1)})
    >>> certain(Relation(sp.Symbol("S"), "<=", sp.Integer(5)), scope)[0] is None  # 4 + 1, rounded up
    True
    """
    lhs, rhs = sides(relation, scope)
    return scope.ring.answer(between_numbers(relation).op, lhs, rhs), lhs, rhs


def compare(relation: Relation, at: Callable[[AnyRing], Scope]) -> Outcome:
    """Compare both sides on an exact instance, which ``at`` shows in any ring.

    Raises ZeroDivisionError where a side is not defined.
    """
    relation = between_numbers(relation)
    tried_exact = False
    for bits in PRECISIONS:
        answer, lhs, rhs = certain(relation, at(BallRing(bits)))
        if answer is not None:
            return _equal_or(Route.BALLS, answer, bits, equal=lhs == rhs, zero=lhs == 0)
        if bits >= BITS and not tried_exact:
            tried_exact = True
            found = _exactly(relation, at(ExactRing()), bits)
            if found is not None:
                return found
    return Outcome(Verdict.INCONCLUSIVE, PRECISIONS[-1])


def _equal_or(route: Route, holds: bool, bits: int, *, equal: bool, zero: bool) -> Outcome:
    """The outcome by a route, or a tie, or an equality of zeros, which says nothing of tightness."""
    if equal:
        route = Route.ZERO if zero else Route.TIE
    return Outcome(Verdict.of(holds), bits, route, 1.0 if route is Route.TIE else None)


def _exactly(relation: Relation, scope: Scope, bits: int) -> Outcome | None:
    """The outcome by the sign of ``lhs - rhs`` in real algebraic numbers; None where that is out of reach."""
    try:
        lhs, rhs = lifted(evaluate(relation.lhs, scope)), lifted(evaluate(relation.rhs, scope))
        sign = lhs.compare(rhs)
    except Undecidable:
        return None
    return _equal_or(Route.EXACT, sign_answers(relation.op, sign), bits, equal=sign == 0, zero=not lhs.sign)


def field_answers(op: str, equal: bool) -> bool | None:
    """Whether a relation holds in a field. A field has no order: unequal sides leave ``<=`` and ``<`` open (None).

    >>> field_answers("<=", True), field_answers("<=", False)
    (True, None)
    """
    if op in ("==", "!="):
        return equal == (op == "==")
    return op in ("<=", ">=") if equal else None
