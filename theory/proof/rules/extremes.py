"""Rules about the largest and the smallest of a few numbers, and absolute values."""

from __future__ import annotations

from math import inf

import sympy as sp

from ...algebra.algebra import oriented
from ...language.nodes import Relation
from ..rule import Refused, require, rule
from .common import Expr, Inference, Premise, To


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


def _extreme(extreme: sp.Expr) -> tuple[tuple[sp.Expr, ...], str]:
    """The numbers of which an expression is the largest (``<=``: it is below what bounds all) or the smallest."""
    if type(extreme) is sp.Abs:
        return (extreme.args[0], -extreme.args[0]), "<="
    if type(extreme) in (sp.Max, sp.Min):
        return extreme.args, "<=" if type(extreme) is sp.Max else ">="
    raise Refused(f"{extreme} is no largest or smallest of several numbers")
