"""Rules of logic and algebra: hypotheses, definitions, substitution, order."""

from __future__ import annotations

from collections.abc import Sequence
from math import inf

import sympy as sp

from ...algebra.algebra import Algebra, Judgment, oriented
from ...language import quantities as Q
from ...language.claim import Given
from ...language.hypotheses import meaning
from ...language.nodes import Maximum, Minimum, Relation
from ...setting.dependence import depends, hidden, source
from ...setting.residual import DEFINED
from ..derivation import INDICES, Refused, Rule, Step, require

Premises = Sequence[Judgment]
Facts = frozenset[Given]
INSTANTIABLE = frozenset({Q.u, Q.r, Q.gamma, *INDICES})
"""What a statement is universally quantified over and may be specialized."""


def _hypothesis(step: Step, premises: Premises, facts: Facts) -> None:
    for fact in step.hypotheses:
        relation = fact if isinstance(fact, Relation) else meaning(fact)
        if fact in facts and relation is not None and step.statement == relation:
            return
    raise Refused("the statement is not what its hypothesis says")


def _definition(step: Step, premises: Premises, facts: Facts) -> None:
    require(step.data in DEFINED, "nothing is defined under the name {}", repr(step.data))
    entry = DEFINED[step.data]
    require(step.statement in (entry.relation, entry.relation.flipped()), "this is not the definition")
    missing = [str(fact) for fact in entry.needs if fact not in facts]
    require(not missing, "the definition supposes {}", ', '.join(missing))
    algebra = Algebra(facts)
    for index, (low, high) in step.ranges.items():
        require(algebra.covers(entry.ranges, index, low, high, {}), "outside the range of the definition")


def _claim(step: Step, premises: Premises, facts: Facts) -> None:
    (cited,) = premises
    require(step.statement == cited.relation, "the cited claim yields {}", cited.relation)
    require(step.ranges == dict(cited.ranges), "the cited claim holds for other layers")


def _identity(step: Step, premises: Premises, facts: Facts) -> None:
    require(step.statement.op == "==", "an identity is an equality")
    require(Algebra(facts, premises).equal(step.statement.lhs, step.statement.rhs),
            "the two sides have different normal forms")


def _rewriting(step: Step, premises: Premises, facts: Facts) -> None:
    require(bool(premises), "nothing to rewrite")
    require(Algebra(facts, premises[1:]).same(step.statement, premises[0].relation),
            "after the substitutions it differs from its premise")


def _instance(step: Step, premises: Premises, facts: Facts) -> None:
    premise = premises[0]
    algebra = Algebra(facts, premises[1:])
    exchange = dict(step.data)
    for symbol, value in step.data:
        require(symbol in INSTANTIABLE, "{} is not universally quantified", symbol)
        require(not source(symbol) & depends(*facts), "a hypothesis is about {}", symbol)
        require(not hidden(symbol, premise.relation), "something in the premise belongs to this {}", symbol)
        if symbol in INDICES:
            require(symbol in premise.ranges, "{} is not free in the premise", symbol)
            shifts = [value - name for name in value.free_symbols & INDICES]
            require(all(x.is_Integer for x in shifts), "an index may only be shifted or fixed")
            require(bool(algebra.prepare(value).is_integer), "{} is no layer", value)
        elif symbol == Q.u:
            require(value.shape == symbol.shape, "a vector of another size")
        else:
            require(algebra.is_positive(value), "{} is not known to be positive", value)
    for side in premises[1:]:
        for index, (low, high) in step.ranges.items():
            require(Algebra(facts).covers(side.ranges, index, low, high, {}),
                    "a premise does not hold for all {}", index)
    moved = Relation(_put(premise.relation.lhs, exchange), premise.relation.op,
                     _put(premise.relation.rhs, exchange))
    equalities = [p for p in premises[1:] if p.relation.op == "=="]
    require(Algebra(facts, equalities).same(step.statement, moved), "the instance is {}", moved)
    for index, (low, high) in premise.ranges.items():
        here = exchange.get(index, index)
        for gap in (here - low.xreplace(exchange), high.xreplace(exchange) - here):
            require(Algebra(facts).throughout(gap, step.ranges), "outside the range of the premise")


def _put(expr: sp.Basic, exchange: dict[sp.Basic, sp.Basic]) -> sp.Basic:
    """Substitute for free symbols only (bound indices of sums stay)."""
    if isinstance(expr, sp.Sum | sp.Product):
        bound = {limit[0] for limit in expr.limits}
        inside = {x: y for x, y in exchange.items() if x not in bound and expr.function.has(x)}
        captured = any(source(x) & depends(y) for x in bound for y in inside.values())
        require(not captured, "a bound index would be captured")
        limits = [sp.Tuple(x[0], *(_put(y, exchange) for y in x[1:])) for x in expr.limits]
        return expr.func(_put(expr.function, inside), *limits)
    if isinstance(expr, Minimum | Maximum):
        inside = {x: y for x, y in exchange.items() if x != expr.args[1] and expr.args[0].has(x)}
        require(not source(expr.args[1]) & depends(*inside.values()), "a bound variable would be captured")
        return expr.func(_put(expr.args[0], inside), expr.args[1])
    if isinstance(expr, sp.Derivative | sp.Limit):
        require(not any(expr.has(x) for x in exchange), "nothing is put under a derivative or a limit")
        return expr
    if expr in exchange:
        return exchange[expr]
    if not expr.args or isinstance(expr, sp.MatrixSymbol):
        return expr
    return expr.func(*(_put(arg, exchange) for arg in expr.args))


def _cases(step: Step, premises: Premises, facts: Facts) -> None:
    require(len(premises) == 2, "two cases are needed")
    for name in ("L == 1", "L >= 2"):
        require(sum(name in p.facts for p in premises) == 1, "one case must treat {}", name)
    for premise in premises:
        require(Algebra(premise.facts).same(step.statement, premise.relation),
                "the case {} says something else", premise.relation)


def _transitivity(step: Step, premises: Premises, facts: Facts) -> None:
    goal = step.statement
    require(bool(premises) and goal.op != "!=", "a chain needs links")
    algebra = Algebra(facts)
    links = [oriented(p.relation, goal.op) for p in premises]
    here = goal.lhs
    for link in links:
        if link.op == "==" and not algebra.equal(link.lhs, here):
            link = link.flipped()
        require(algebra.equal(link.lhs, here), "the chain breaks at {}", link)
        require(link.op == "==" or link.op[0] == goal.op[0], "{} points the other way", link)
        here = link.rhs
    require(algebra.equal(here, goal.rhs), "the chain ends elsewhere")
    if goal.op in "<>":
        require(any(link.op == goal.op for link in links), "no link is strict")
    if goal.op == "==":
        require(all(link.op == "==" for link in links), "an inequality gives no equality")


def _antisymmetry(step: Step, premises: Premises, facts: Facts) -> None:
    goal = step.statement
    require(goal.op == "==" and len(premises) == 2, "two inequalities give an equality")
    algebra = Algebra(facts)
    for op, premise in zip(("<=", ">="), premises, strict=True):
        require(algebra.same(Relation(goal.lhs, op, goal.rhs), premise.relation),
                "{} is not that side", premise.relation)


HYPOTHESIS = Rule("hypothesis", "What is assumed.", _hypothesis, assumes=True)
DEFINITION = Rule("definition", "What a symbol stands for.", _definition, assumes=True)
CLAIM = Rule("claim", "The conclusion of the derivation of another claim.", _claim)
IDENTITY = Rule(
    "algebra",
    "Both sides have the same normal form, by bilinearity, associativity and transposition "
    "(a scalar equals its transpose, a trace may be rotated) and by the laws of powers of "
    "nonnegative numbers, modulo the equalities used. Valid for all shapes.",
    _identity, linked=0,
)
REWRITING = Rule("substitution", "Equals for equals in an earlier statement.", _rewriting)
INSTANCE = Rule("specialization", "A statement for every value, at one value.", _instance, indices=True,
                binds=lambda data, number: frozenset(dict(data)) & INDICES if number == 0 else frozenset(),
                parts=lambda data: [(sp.sympify(value), {}) for _symbol, value in data])
CASES = Rule("cases", "What holds for L = 1 and for L >= 2 holds for every L.", _cases,
             discharges=frozenset({"L == 1", "L >= 2"}))
TRANSITIVITY = Rule("transitivity", "A chain of relations that point one way (an equality points both ways).",
                    _transitivity, linked=inf)
ANTISYMMETRY = Rule("antisymmetry", "x <= y and x >= y give x = y.", _antisymmetry, linked=inf)
