"""Cases by the order of two numbers."""

from __future__ import annotations

from math import inf

import sympy as sp

from ...language.nodes import Relation
from ...language.symbols import Number
from ..rule import Refused, require, rule
from .common import Implied, Inference, Premise, To, stated


@rule("cases by order", "x <= y or y <= x: what holds in both cases holds. The two numbers are polynomials in numbers "
      "of a setting of one's own, which have a value everywhere.", linked=inf)
def by_order(
    at: Inference, one: Premise, other: Premise, first: Implied, second: Implied, to: To | None = None
) -> Relation:
    if not isinstance(first, Relation) or first.op != "<=":
        raise Refused(f"{first} is no case x <= y")
    require(second == Relation(first.rhs, "<=", first.lhs), "the other case of {} is not {}", first, second)
    for side in first.sides:
        require(_is_total(side), "{} is no polynomial in numbers of a setting of one's own", side)
    for premise, case, excluded in ((one, first, second), (other, second, first)):
        require(case in at.premise(premise).facts, "step {} does not suppose {}", premise + 1, case)
        require(excluded not in at.premise(premise).facts, "step {} supposes {}, too", premise + 1, excluded)
    goal = at.relation(one) if to is None else stated(to)
    for premise in (one, other):
        require(goal == at.relation(premise), "the case {} says something else", at.relation(premise))
    return goal


def _is_total(side: sp.Basic) -> bool:
    """Whether an expression is a polynomial with rational coefficients in numbers of a setting of one's own."""
    symbols = side.free_symbols
    if not isinstance(side, sp.Expr) or not all(isinstance(x, Number) and x.is_extended_real for x in symbols):
        return False
    return side.is_Rational if not symbols else bool(side.is_polynomial(*symbols)) and all(
        x.is_Rational for x in side.atoms(sp.Number)) and not side.atoms(sp.NumberSymbol)
