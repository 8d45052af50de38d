"""Rules about the largest and the smallest of a few numbers, absolute values, and cases by the order of two numbers."""

from __future__ import annotations

from math import inf

import sympy as sp

from ...algebra.algebra import oriented
from ...language.nodes import Relation
from ...language.symbols import Number
from ..rule import Refused, require, rule
from .common import Expr, Implied, Inference, Premise, To, stated


@rule("one of several", "max(x_1, ..., x_n) >= x_k and min(x_1, ..., x_n) <= x_k; |x| is the larger of x and -x.")
def one_of_several(at: Inference, extreme: Expr, one: Expr, to: To | None = None) -> Relation:
    numbers, op = _extreme(extreme)
    require(any(at.algebra().equal(one, x) for x in numbers), "{} is none of {}", one, numbers)
    return at.stated(Relation(extreme, {"<=": ">=", ">=": "<="}[op], one), to)


@rule("all of several", "x_k <= c for every k gives max(x_1, ..., x_n) <= c, and x_k >= c for every k gives "
      "min(x_1, ..., x_n) >= c (strict, if every premise is); |x| is the larger of x and -x.", linked=inf)
def all_of_several(at: Inference, extreme: Expr, bound: Expr, *each: Premise, to: To | None = None) -> Relation:
    numbers, op = _extreme(extreme)
    require(len(each) == len(numbers), "there are {} numbers, a premise is needed for each", len(numbers))
    relations = [oriented(at.relation(n), op) for n in each]
    for number, relation in zip(numbers, relations, strict=True):
        require(relation.op in (op, op[0]), "{} is no such bound", relation)
        require(at.algebra().equal(relation.lhs, number) and at.algebra().equal(relation.rhs, bound),
                "{} is no bound {} of {}", relation, bound, number)
    strict = all(relation.op == op[0] for relation in relations)
    return at.stated(Relation(extreme, op[0] if strict else op, bound), to)


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
    """Whether an expression is a polynomial with rational coefficients in numbers of a setting of one's own.

    Every node is looked at: a root of a negative constant is no number, although SymPy calls it a coefficient.
    """
    if isinstance(side, sp.Add | sp.Mul):
        return all(map(_is_total, side.args))
    if isinstance(side, sp.Pow):
        return _is_total(side.base) and bool(side.exp.is_Integer and side.exp.is_positive)
    return bool(isinstance(side, sp.Rational) or (isinstance(side, Number) and side.is_extended_real))


def _extreme(extreme: sp.Expr) -> tuple[tuple[sp.Expr, ...], str]:
    """The numbers of which an expression is the largest (``<=``: it is below what bounds all) or the smallest."""
    if type(extreme) is sp.Abs:
        return (extreme.args[0], -extreme.args[0]), "<="
    if type(extreme) in (sp.Max, sp.Min):
        return extreme.args, "<=" if type(extreme) is sp.Max else ">="
    raise Refused(f"{extreme} is no largest or smallest of several numbers")
