"""Rules for sums, products and recursions over the layers, for a symbolic number of layers."""

from __future__ import annotations

import sympy as sp

from ...algebra.algebra import Algebra
from ...algebra.layer_ranges import INDICES, first_layer
from ...algebra.words import Word
from ...language.claim import Given
from ...language.nodes import Relation
from ...setting.dependence import hidden
from ...setting.network import t
from ..rule import require, rule
from ..well_defined import Part
from .common import End, Expr, Inference, Limits, Premise, Term, To, stated

Range = tuple[sp.Symbol, End, End]
"""An index, its first and its last value."""


def over(limits: Range, *terms: sp.Basic) -> tuple[Part, ...]:
    """The expressions in the data of a rule that binds an index: the ends, and terms that stand under the index."""
    index, low, high = limits
    return (low, {}), (high, {}), *((term, {index: (low, high)}) for term in terms)


def layers(at: Inference, limits: Range, *terms: sp.Basic | Given) -> Range:
    """Return the limits of an index that runs over layers and is not free in the step.

    No hypothesis and no term belongs to one layer.
    """
    index, low, _high = limits
    require(index not in at.ranges, "{} is free in the statement", index)
    require(at.throughout(low - first_layer(index)), "{} could be before the first layer", low)
    return steps_of(at, limits, *terms)


def steps_of(at: Inference, limits: Range, *terms: sp.Basic | Given) -> Range:
    """Return the limits of an index that runs over layers.

    No hypothesis is about one of them, and no term depends on one without showing it.
    """
    index, low, high = limits
    require(index in INDICES, "{} is no layer", index)
    ends = sp.Tuple(low, high)
    require(index not in ends.free_symbols and all(x.is_integer for x in ends), "{} are no layers", ends)
    require(not any(isinstance(fact, Relation) and index in fact.free_symbols for fact in at.facts),
            "a hypothesis is about the layer")
    require(not hidden(index, *terms), "the terms belong to one layer")
    return limits


@rule("term by term", "Relations for every term give the relation of the sums "
      "(of the products, when both sides are nonnegative).", indices=True,
      binds=lambda data, number: frozenset({data[1][0]}))
def term_by_term(
    at: Inference, main: Premise, kind: str, limits: Limits, *modulo: Premise, to: To | None = None
) -> Relation:
    premise, algebra = at.relation(main), at.algebra(*modulo)
    require(premise.op in (">=", "<=", "=="), "a sum may be empty: not strict")
    index, low, high = layers(at, limits, premise)
    at.hold(main, *modulo, within={index: (low, high)})
    # An equality may rewrite what stands outside the sum as well, so there has to be a layer at which it holds.
    require(at.throughout(high - low) or not any(index in p.ranges for p in at.judgments(*modulo)),
            "a premise could be about no {} at all", index)
    if kind == "product":
        require(all(algebra.is_nonnegative(x) for x in premise.sides), "a factor could be negative")
    require(kind in ("sum", "product"), "neither a sum nor a product")
    make = sp.Sum if kind == "sum" else sp.Product
    wanted = Relation(make(premise.lhs, limits), premise.op, make(premise.rhs, limits))
    at.defined(wanted, main, *modulo)
    return at.stated(wanted, to, *modulo)


@rule("telescoping", "F(k-1) - F(k) = T(k) for k = m..n gives F(m-1) - F(n) = sum of T.", indices=True,
      binds=lambda data, number: frozenset({data[1][0]}))
def telescope(at: Inference, main: Premise, function: Term, limits: Limits, to: To | None = None) -> Relation:
    premise = at.relation(main)
    require(premise.op == "==", "differences must be equal")
    index, low, high = layers(at, limits, premise, function)
    at.hold(main, within={index: (low, high)})
    before = function.xreplace({index: index - 1})
    require(at.algebra().equal(premise.lhs, before - function), "the premise is not a difference F(k-1) - F(k)")
    ends = function.xreplace({index: low - 1}) - function.xreplace({index: high})
    wanted = Relation(ends, "==", sp.Sum(premise.rhs, limits))
    at.defined(wanted, main)
    return at.stated(wanted, to)


@rule("order of summation", "Both sums run over the pairs j < k.", indices=True,
      parts=lambda data: ((data[3], {}), (data[0], {data[1]: (1, data[3]), data[2]: (data[1] + 1, data[3])})))
def exchange_sums(at: Inference, term: Expr, outer: Expr, inner: Expr, last: Expr) -> Relation:
    require(outer != inner and not {outer, inner} & last.free_symbols, "two different indices")
    for index in (outer, inner):
        layers(at, (index, 1, last), term)
    return Relation(
        sp.Sum(sp.Sum(term, (inner, outer + 1, last)), (outer, 1, last)), "==",
        sp.Sum(sp.Sum(term, (outer, 1, inner - 1)), (inner, 1, last)))


@rule("recursion", "Two sequences with the same start and the same recursion agree.", indices=True,
      binds=lambda data, number: frozenset({data[3]}) if number else frozenset(),
      parts=lambda data: (*over(data[3:6], data[0], data[1]), (data[2], {data[3]: (data[4] + 1, data[5])}),
                          (data[3], {})))  # the conclusion shows the index
def recursion(
    at: Inference, start: Premise, one: Premise, other: Premise,
    first: Expr, second: Expr, factor: Expr, index: Expr, low: Expr, high: Expr, upward: bool,
) -> Relation:
    steps_of(at, (index, low, high), first, second, factor)
    require(index not in at.premise(start).ranges, "the start depends on the layer")
    at.hold(one, other, within={index: (low + 1, high)})
    end = low if upward else high
    at.says(start, first.xreplace({index: end}), "==", second.xreplace({index: end}))
    for family, premise in ((first, one), (second, other)):
        back = family.xreplace({index: index - 1})
        new, old = (family, back) if upward else (back, family)
        at.says(premise, new, "==", factor * old)
    require(at.ranges == {index: (low, high)}, "it holds on the whole range")
    return Relation(first, "==", second)


def _coefficient(expr: sp.Expr, order: int, factors: Word) -> sp.Expr:
    """That of ``t**order`` in a polynomial, times a word; up to this order nothing else may depend on ``t``."""
    expr = sp.expand(expr)
    require(expr.is_polynomial(t), "{} is no polynomial in t", expr)
    for term in sp.Add.make_args(expr):
        # A remainder is bounded near t = 0: from a higher order on it adds nothing.
        unseen = hidden(t, term, *(x for x, _transposed in factors))
        require(not unseen or sp.degree(term, t) > order, "{} depends on t", term)
    return expr.coeff(t, order)


@rule("Taylor coefficient", "Equal polynomials in t have equal coefficients (times n!), below "
      "the order of the remainder.")
def taylor_coefficient(
    at: Inference, to: To, main: Premise, variable: Expr, order: Expr, *modulo: Premise
) -> Relation:
    premise, goal = at.relation(main), stated(to)
    algebra = at.algebra(*modulo)
    require(premise.op == "==" and goal.op == "==", "Taylor coefficients of an equality")
    require(isinstance(order, sp.Integer) and order >= 0, "{} is no order", order)
    require(variable == t, "{} is not the time along the direction", variable)
    at.free(t)
    for side, given in zip(goal.sides, premise.sides, strict=True):
        require(_is_coefficient(algebra, side, given, int(order)), "{} is not the coefficient of order {}", side, order)
    return goal


def _is_coefficient(algebra: Algebra, side: sp.Basic, given: sp.Basic, order: int) -> bool:
    """Whether a side is the coefficient of ``t**order``, times ``order!``, in what is given."""
    if not getattr(given, "is_Matrix", False):
        wanted = sp.factorial(order) * _coefficient(algebra.form(given), order, ())
        return bool(sp.expand(algebra.form(side) - wanted) == 0)
    form, words = (algebra.normal.matrix(algebra.prepare(x)) for x in (side, given))
    part = {w: sp.factorial(order) * _coefficient(c, order, w) for w, c in words.items()}
    part = {w: c for w, c in part.items() if c != 0}
    return form.keys() == part.keys() and all(sp.expand(form[w] - part[w]) == 0 for w in form)
