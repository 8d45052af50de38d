"""Rules for sums, products and recursions over the layers, for a symbolic number of layers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sympy as sp

from ...algebra.algebra import Algebra, Judgment
from ...algebra.layer_ranges import INDICES, first_layer
from ...algebra.words import Word
from ...language.claim import Given
from ...language.nodes import Relation
from ...setting.dependence import depends, hidden
from ...setting.network import t
from ..context import context
from ..rule import Refused, Rule, Step, require
from ..well_defined import Part, meaningless

Premises = Sequence[Judgment]
Facts = frozenset[Given]


def over(limits: Sequence[Any], *terms: sp.Basic) -> tuple[Part, ...]:
    """The expressions in the data of a rule that binds an index: the ends, and terms that stand under the index."""
    index, low, high = limits
    return (low, {}), (high, {}), *((term, {index: (low, high)}) for term in terms)


def _range(step: Step, premises: Premises, facts: Facts, index: sp.Symbol, low: sp.Expr, high: sp.Expr) -> None:
    """The premises hold throughout ``index = low..high``, for all other indices of the step."""
    algebra = Algebra(facts)
    for premise in premises:
        require(algebra.covers(premise.ranges, index, sp.sympify(low), sp.sympify(high), step.ranges),
                "a premise does not hold for all {} = {}..{}", index, low, high)
        for other, (least, most) in step.ranges.items():
            require(other == index or algebra.covers(premise.ranges, other, least, most, {}),
                    "a premise does not hold for all {} = {}..{}", other, least, most)


def layers(step: Step, index: sp.Symbol, low: object, high: object, facts: Facts) -> None:
    """What runs over the index runs over layers; the index is not free in the step; no hypothesis is about a layer."""
    require(index not in step.ranges, "{} is free in the statement", index)
    require(Algebra(facts).throughout(sp.sympify(low) - first_layer(index), step.ranges),
            "{} could be before the first layer", low)
    steps_of(index, low, high, facts)


def steps_of(index: sp.Symbol, low: object, high: object, facts: Facts) -> None:
    """The index runs over layers, and no hypothesis is about one of them."""
    require(index in INDICES, "{} is no layer", index)
    ends = sp.Tuple(sp.sympify(low), sp.sympify(high))
    require(index not in ends.free_symbols and all(x.is_integer for x in ends), "{} are no layers", ends)
    for fact in facts:
        if isinstance(fact, Relation):
            require(index not in fact.lhs.free_symbols | fact.rhs.free_symbols, "a hypothesis is about the layer")


def proper(relation: Relation, step: Step, premises: Premises, facts: Facts) -> None:
    """What a rule computes means something, before it is compared with the statement."""
    where = context(facts, premises, step.ranges)
    reason = meaningless(relation, where, where)
    require(not reason, "{}", reason)


def _termwise(step: Step, premises: Premises, facts: Facts) -> None:
    kind, (index, low, high) = step.data
    main = premises[0].relation
    algebra = Algebra(facts, premises[1:])
    require(main.op in (">=", "<=", "=="), "a sum may be empty: not strict")
    layers(step, index, low, high, facts)
    _range(step, premises, facts, index, low, high)
    require(not hidden(index, main), "the terms belong to one layer")
    # An equality may rewrite what stands outside the sum as well, so there has to be a layer at which it holds.
    present = algebra.throughout(sp.sympify(high - low), step.ranges)
    require(present or not any(index in p.ranges for p in premises[1:]), "a premise could be about no {} at all", index)
    if kind == "product":
        require(all(algebra.is_nonnegative(x) for x in (main.lhs, main.rhs)), "a factor could be negative")
    require(kind in ("sum", "product"), "neither a sum nor a product")
    make = sp.Sum if kind == "sum" else sp.Product
    wanted = Relation(make(main.lhs, (index, low, high)), main.op, make(main.rhs, (index, low, high)))
    proper(wanted, step, premises, facts)
    require(algebra.same(step.statement, wanted), "the {} is {}", kind, wanted)


def _telescoping(step: Step, premises: Premises, facts: Facts) -> None:
    function, (index, low, high) = step.data
    main = premises[0].relation
    require(main.op == "==", "differences must be equal")
    layers(step, index, low, high, facts)
    require(not hidden(index, main, Relation(function, "==", 0)), "the terms belong to one layer")
    _range(step, premises, facts, index, low, high)
    algebra = Algebra(facts)
    before = function.xreplace({index: index - 1})
    require(algebra.equal(main.lhs, before - function), "the premise is not a difference F(k-1) - F(k)")
    ends = function.xreplace({index: low - 1}) - function.xreplace({index: high})
    wanted = Relation(ends, "==", sp.Sum(main.rhs, (index, low, high)))
    proper(wanted, step, premises, facts)
    require(algebra.same(step.statement, wanted), "the sum is {}", wanted)


def _exchange(step: Step, premises: Premises, facts: Facts) -> None:
    term, outer, inner, last = step.data
    require(outer != inner and not {outer, inner} & sp.sympify(last).free_symbols, "two different indices")
    layers(step, outer, 1, last, facts)
    layers(step, inner, 1, last, facts)
    require(not hidden(outer, term) and not hidden(inner, term), "the terms belong to one layer")
    wanted = Relation(
        sp.Sum(sp.Sum(term, (inner, outer + 1, last)), (outer, 1, last)), "==",
        sp.Sum(sp.Sum(term, (outer, 1, inner - 1)), (inner, 1, last)))
    require(step.statement == wanted, "the exchange is {}", wanted)


def _recursion(step: Step, premises: Premises, facts: Facts) -> None:
    first, second, factor, index, low, high, upward = step.data
    start, one, other = (p.relation for p in premises)
    algebra = Algebra(facts)
    steps_of(index, low, high, facts)
    require(not hidden(index, first, second, factor), "the sequences belong to one layer")
    require(index not in premises[0].ranges, "the start depends on the layer")
    _range(step, premises[1:], facts, index, low + 1, high)
    at = low if upward else high
    wanted = Relation(first.xreplace({index: at}), "==", second.xreplace({index: at}))
    require(algebra.same(start, wanted), "it must start from {}", wanted)
    for family, premise in ((first, one), (second, other)):
        back = family.xreplace({index: index - 1})
        new, old = (family, back) if upward else (back, family)
        require(algebra.same(premise, Relation(new, "==", factor * old)), "{} is not the recursion", premise)
    require(step.statement == Relation(first, "==", second), "the conclusion equates the two")
    require(step.ranges == {index: (sp.sympify(low), sp.sympify(high))}, "it holds on the whole range")


def _coefficient(expr: sp.Expr, order: int, factors: Word) -> sp.Expr:
    """That of ``t**order`` in a polynomial, times a word; up to this order nothing else may depend on ``t``."""
    expr = sp.expand(expr)
    require(expr.is_polynomial(t), "{} is no polynomial in t", expr)
    for term in sp.Add.make_args(expr):
        # A remainder is bounded near t = 0: from a higher order on it adds nothing.
        unseen = hidden(t, term, *(x for x, _transposed in factors))
        require(not unseen or sp.degree(term, t) > order, "{} depends on t", term)
    return expr.coeff(t, order)


def _taylor(step: Step, premises: Premises, facts: Facts) -> None:
    variable, order = step.data
    main = premises[0].relation
    algebra = Algebra(facts, premises[1:])
    goal = step.statement
    require(main.op == "==" and goal.op == "==", "Taylor coefficients of an equality")
    require(type(order) is int and order >= 0, "{} is no order", order)
    require(variable == t, "{} is not the time along the direction", variable)
    require("t" not in depends(*facts), "a hypothesis is about one t")
    sides = []
    for side in (main.lhs, main.rhs):
        if getattr(side, "is_Matrix", False):
            form = algebra.normal.matrix(algebra.prepare(side))
            part = {w: sp.factorial(order) * _coefficient(c, order, w) for w, c in form.items()}
            sides.append({w: c for w, c in part.items() if c != 0})
        else:
            sides.append(sp.factorial(order) * _coefficient(algebra.form(side), order, ()))
    for side, wanted in zip((goal.lhs, goal.rhs), sides, strict=True):
        if isinstance(wanted, dict):
            form = algebra.normal.matrix(algebra.prepare(side))
            agrees = form.keys() == wanted.keys() and all(
                sp.expand(form[w] - wanted[w]) == 0 for w in form)
        else:
            agrees = sp.expand(algebra.form(side) - wanted) == 0
        if not agrees:
            raise Refused(f"{side} is not the coefficient of order {order}")


TERMWISE = Rule("term by term", "Relations for every term give the relation of the sums "
                "(of the products, when both sides are nonnegative).", _termwise, indices=True,
                binds=lambda data, number: frozenset({data[1][0]}), parts=lambda data: over(data[1]))
TELESCOPING = Rule("telescoping", "F(k-1) - F(k) = T(k) for k = m..n gives F(m-1) - F(n) = sum of T.",
                   _telescoping, indices=True, binds=lambda data, number: frozenset({data[1][0]}),
                   parts=lambda data: over(data[1], data[0]))
EXCHANGE = Rule("order of summation", "Both sums run over the pairs j < k.", _exchange, indices=True,
                parts=lambda data: ((data[3], {}), (data[0], {data[1]: (1, data[3]), data[2]: (data[1] + 1, data[3])})))
RECURSION = Rule("recursion", "Two sequences with the same start and the same recursion agree.",
                 _recursion, indices=True,
                 binds=lambda data, number: frozenset({data[3]}) if number else frozenset(),
                 parts=lambda data: (*over((*data[3:5], data[5]), data[0], data[1]),
                                     (data[2], {data[3]: (data[4] + 1, data[5])})))
TAYLOR = Rule("Taylor coefficient", "Equal polynomials in t have equal coefficients (times n!), below "
              "the order of the remainder.", _taylor)
