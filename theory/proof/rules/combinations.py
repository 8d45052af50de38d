"""Rules that add and multiply inequalities between numbers."""

from __future__ import annotations

from math import inf

import sympy as sp

from ...algebra.algebra import oriented
from ...algebra.words import is_matrix
from ...language.nodes import Relation, frobenius
from ..rule import Refused, require, rule
from .common import Exprs, Inference, Pairs, Premise, To, stated


@rule("weighted sum", "Nonnegative multiples of inequalities and of squares |x|^2, x a number or a matrix, added; "
      "an equality times any number. Equalities alone give an equality. Terms may change sides.", linked=inf)
def weighted_sum(at: Inference, to: To, weights: Exprs = (), *premises: Premise, squares: Pairs = ()) -> Relation:
    goal = oriented(stated(to), ">=")
    require(goal.op in (">=", ">", "=="), "a weighted sum is an inequality or an equality")
    require(len(weights) == len(premises), "there are {} premises, and {} weights", len(premises), len(weights))
    algebra, total, strict, equal = at.algebra(), sp.S.Zero, False, not squares
    for weight, number in zip(weights, premises, strict=True):
        premise = oriented(at.relation(number), ">=")
        require(premise.op in (">=", ">", "=="), "{} is no inequality", premise)
        if premise.op != "==":
            at.nonnegative(weight)
            equal = False
        strict |= premise.op == ">" and algebra.is_positive(weight)
        total += weight * (premise.lhs - premise.rhs)
    for coefficient, root in squares:
        at.nonnegative(coefficient)
        total += coefficient * (frobenius(root) if is_matrix(root) else root**2)
    require(goal.op != ">" or strict, "no part is strict")
    require(goal.op != "==" or equal, "an inequality gives no equality")
    left = goal.lhs - goal.rhs - total
    if not algebra.equal(left, sp.S.Zero):
        raise Refused(f"the sum leaves {sp.expand(algebra.form(left))}")
    return stated(to)


@rule("product of inequalities", "a <= b and c <= d give (b - a) (d - c) >= 0 (strict, if both are).", linked=2)
def product(at: Inference, first: Premise, second: Premise, to: To | None = None) -> Relation:
    both = [oriented(at.relation(n), ">=") for n in (first, second)]
    for relation in both:
        require(relation.op in (">=", ">"), "{} is no inequality", relation)
    op = ">" if all(relation.op == ">" for relation in both) else ">="
    one, other = (relation.lhs - relation.rhs for relation in both)
    wanted = Relation(one * other, op, sp.S.Zero)
    if to is None:
        return wanted
    goal = oriented(stated(to), ">=")
    require(goal.op == op and at.algebra().equal(goal.lhs - goal.rhs, one * other), "the conclusion is {}", wanted)
    return stated(to)
