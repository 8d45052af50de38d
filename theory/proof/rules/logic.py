"""Rules of logic and algebra: hypotheses, definitions, substitution, order."""

from __future__ import annotations

from collections.abc import Sequence
from math import inf

import sympy as sp

from ...algebra.algebra import Algebra, Judgment, oriented
from ...algebra.layer_ranges import INDICES
from ...language import quantities as Q
from ...language.hypotheses import meaning, sufficient
from ...language.nodes import Maximum, Minimum, Relation
from ...setting.dependence import depends, hidden, source
from ...setting.residual import definition_of
from ..rule import Refused, require, rule
from .common import CITED, Expr, Implied, Inference, Premise, Supposed, To, stated

INSTANTIABLE = frozenset({Q.u, Q.r, Q.gamma, *INDICES})
"""What a statement is universally quantified over and may be specialized."""


@rule("hypothesis", "What is assumed.", assumes=True)
def hypothesis(at: Inference, fact: Supposed) -> Relation:
    relation = fact if isinstance(fact, Relation) else meaning(fact)
    require(fact in at.facts, "{} is not supposed", fact)
    if relation is None:
        raise Refused(f"{fact} is no relation")
    return relation


@rule("definition", "What a symbol stands for.", assumes=True)
def definition(at: Inference, to: To, name: str) -> Relation:
    goal = stated(to)
    entry = definition_of(name)
    if entry is None:
        raise Refused(f"nothing is defined under the name {name!r}")
    require(goal in (entry.relation, entry.relation.flipped()), "this is not the definition, which is {}",
            entry.relation)
    missing = [str(fact) for fact in entry.needs if fact not in at.facts]
    require(not missing, "the definition supposes {}", ", ".join(missing))
    for index, (low, high) in at.ranges.items():
        require(at.algebra().covers(entry.ranges, index, low, high, {}), "outside the range of the definition")
    return goal


@rule("own word", "What a word of a setting of one's own stands for.", assumes=True)
def own_word(at: Inference, to: To, name: str) -> Relation:
    goal, found = stated(to), at.premise(CITED)
    require(goal in (found.relation, found.relation.flipped()), "this is not the definition of {}, which is {}", name,
            found.relation)
    return goal


@rule("claim", "The conclusion of the derivation of another claim.")
def claim(at: Inference, to: To, name: str, obligation: str) -> Relation:
    goal, cited = stated(to), at.premise(CITED)
    require(goal == cited.relation, "{} ({}) yields {}", name, obligation, cited.relation)
    require(at.ranges == dict(cited.ranges), "{} ({}) holds for other layers", name, obligation)
    return goal


@rule("algebra", "Both sides have the same normal form, by bilinearity, associativity and transposition "
      "(a scalar equals its transpose, a trace may be rotated) and by the laws of powers of "
      "nonnegative numbers, modulo the equalities used. Valid for all shapes.", linked=0)
def identity(at: Inference, to: To, *modulo: Premise) -> Relation:
    goal = stated(to)
    require(goal.op == "==", "an identity is an equality")
    algebra = at.algebra(*modulo)
    if not algebra.equal(*goal.sides):
        left, right = algebra.spelled(goal).sides
        raise Refused(f"the two sides have different normal forms, {left} and {right}")
    return goal


@rule("substitution", "Equals for equals in an earlier statement.")
def rewrite(at: Inference, to: To, main: Premise, *modulo: Premise) -> Relation:
    goal = stated(to)
    algebra, premise = at.algebra(*modulo), at.relation(main)
    if not algebra.same(goal, premise):
        raise Refused(f"after the substitutions the premise says {algebra.spelled(premise)}, and the statement "
                      f"{algebra.spelled(goal)}")
    return goal


@rule("specialization", "A statement for every value, at one value.", indices=True,
      binds=lambda data, number: frozenset(dict(data)) & INDICES if number == 0 else frozenset(),
      values={x.name: x for x in INSTANTIABLE})
def specialize(
    at: Inference, /, main: Premise, *modulo: Premise, to: To | None = None, **values: Expr
) -> Relation:
    premise = at.premise(main)
    exchange = {symbol: values[symbol.name] for symbol in INSTANTIABLE if symbol.name in values}
    for symbol, value in exchange.items():
        at.free(symbol)
        require(not hidden(symbol, premise.relation), "something in the premise belongs to this {}", symbol)
        _fits(symbol, value, premise, at.algebra(*modulo))
    at.hold(*modulo)
    left, right = (_put(side, exchange) for side in premise.relation.sides)
    for index, (low, high) in premise.ranges.items():
        here = exchange.get(index, index)
        require(at.throughout(here - low.xreplace(exchange), high.xreplace(exchange) - here),
                "outside the range of the premise")
    moved = Relation(left, premise.relation.op, right)
    return at.stated(moved, to, *(n for n in modulo if at.relation(n).op == "=="))


def _fits(symbol: sp.Basic, value: sp.Basic, premise: Judgment, algebra: Algebra) -> None:
    """The value is one of those for which the premise is stated: of the shape, the sign or the range of the symbol."""
    if symbol in INDICES:
        require(symbol in premise.ranges, "{} is not free in the premise", symbol)
        shifts = [value - name for name in value.free_symbols & INDICES]
        require(all(x.is_Integer for x in shifts), "an index may only be shifted or fixed")
        require(bool(algebra.prepare(value).is_integer), "{} is no layer", value)
    elif symbol == Q.u:
        require(value.shape == symbol.shape, "a vector of another size")
    else:
        require(algebra.is_positive(value), "{} is not known to be positive", value)


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


def in_both(at: Inference, cases: tuple[int, int], names: tuple[str, str], to: To | None) -> Relation:
    """The relation that two premises say, one for each of two hypotheses of which one holds."""
    both = at.judgments(*cases)
    for name in names:
        require(sum(name in p.facts for p in both) == 1, "one case must treat {}", name)
    goal = both[0].relation if to is None else stated(to)
    for case in both:
        require(Algebra(case.facts).same(goal, case.relation), "the case {} says something else", case.relation)
    return goal


@rule("cases", "What holds for L = 1 and for L >= 2 holds for every L.", discharges=frozenset({"L == 1", "L >= 2"}))
def cases(at: Inference, one: Premise, other: Premise, to: To | None = None) -> Relation:
    return in_both(at, (one, other), ("L == 1", "L >= 2"), to)


@rule("implied hypothesis", "What holds under a hypothesis that follows from other ones holds under those.", linked=inf)
def cut(at: Inference, main: Premise, shown: Premise, fact: Implied) -> Relation:
    premise, follows = at.premise(main), at.premise(shown)
    require(fact in premise.facts, "the premise does not suppose {}", fact)
    require(fact not in follows.facts, "that {} follows is shown by supposing it", fact)
    wanted = (fact,) if isinstance(fact, Relation) else sufficient(fact)
    require(bool(wanted), "{} follows from no one relation", fact)
    require(follows.relation in (*wanted, *(x.flipped() for x in wanted)), "{} is not {}", follows.relation, fact)
    require(not depends(*wanted) & {x.name for x in INDICES}, "the hypothesis {} is about a layer", fact)
    return premise.relation


@rule("transitivity", "A chain of relations that point one way (an equality points both ways).", linked=inf)
def chain(at: Inference, *links: Premise, to: To | None = None) -> Relation:
    require(bool(links), "a chain needs links")
    relations = [at.relation(n) for n in links]
    goal = _from_end_to_end(at.algebra(), relations) if to is None else stated(to)
    require(goal.op != "!=", "a chain of inequalities or equalities")
    here = goal.lhs
    for link in (oriented(x, goal.op) for x in relations):
        here = _next(at.algebra(), here, link)
        require(link.op == "==" or link.op[0] == goal.op[0], "{} points the other way", link)
    require(at.algebra().equal(here, goal.rhs), "the chain ends at {}, not at {}", here, goal.rhs)
    if goal.op in "<>":
        require(any(oriented(x, goal.op).op == goal.op for x in relations), "no link is strict")
    if goal.op == "==":
        require(all(x.op == "==" for x in relations), "an inequality gives no equality")
    return goal


def _from_end_to_end(algebra: Algebra, relations: Sequence[Relation]) -> Relation:
    """The strongest relation that a chain may give, from the left of the first link to the end of the last."""
    ops = [x.op for x in relations if x.op != "=="]
    strict = any(op in "<>" for op in ops)
    op = (ops[0][0] if strict else ops[0]) if ops else "=="
    first, *rest = [oriented(x, op) for x in relations]
    if first.op == "==" and rest:
        ends = (rest[0].lhs, rest[0].rhs) if rest[0].op == "==" else (rest[0].lhs,)
        first = first if any(algebra.equal(first.rhs, x) for x in ends) else first.flipped()
    here = first.rhs
    for link in rest:
        here = _next(algebra, here, link)
    return Relation(first.lhs, op, here)


def _next(algebra: Algebra, here: sp.Basic, link: Relation) -> sp.Basic:
    """Where a link leads from here. An equality may be read from either end."""
    if link.op == "==" and not algebra.equal(link.lhs, here):
        link = link.flipped()
    require(algebra.equal(link.lhs, here), "the chain breaks at {}", link)
    return link.rhs


@rule("antisymmetry", "x <= y and x >= y give x = y.", linked=inf)
def antisymmetry(at: Inference, below: Premise, above: Premise, to: To | None = None) -> Relation:
    first = oriented(at.relation(below), "<=")
    goal = Relation(first.lhs, "==", first.rhs) if to is None else stated(to)
    require(goal.op == "==", "two inequalities give an equality")
    for op, premise in zip(("<=", ">="), (below, above), strict=True):
        require(at.algebra().same(Relation(goal.lhs, op, goal.rhs), at.relation(premise)),
                "{} is not that side", at.relation(premise))
    return goal
