"""Bounds of one number by lower ones: what a side of a goal becomes when a number is replaced by its bound."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import sympy as sp

from ....theory.language import quantities as Q
from ....theory.language.nodes import Relation
from ....theory.proof.rules.inequalities import power, scale
from ....theory.proof.rules.logic import chain
from .exponents import FIELD, Exponent, written
from .growing import Growing
from .monomials import Unreadable, expression, over, read
from .world import Fact, World

__all__ = ["ORDER", "RANKED", "Link", "replacements"]

RANKED = (Q.trace, Q.S, Q.S_balanced, Q.trace_min, Q.S_min, Q.norm_gradient, Q.risk_gap, Q.frob, Q.sigma_max,
          Q.sigma_min, Q.norm_q1, Q.Delta, Q.theta, Q.norm_w_net)
"""Numbers that are bounded by later ones, and by the constants of the problem."""
ORDER = (Q.lambda_min, Q.lambda_pos, Q.a, Q.b, Q.lambda_max, Q.trace_Sigma)
"""Constants of the problem, from small to large."""
_MOST = 3
"""The most replacements one after the other."""
_TRIED = 60
"""The most goals that replacements lead to."""


@dataclass(frozen=True)
class _Bound:
    """What a fact says of a number: that it lies below or above an expression."""

    fact: Fact
    number: sp.Symbol
    end: sp.Expr
    below: bool
    rest: sp.Expr
    power: Exponent

    def write(self, p: Growing, op: str) -> int:
        """Add the steps of ``number op end``, or the other way round."""
        step, stated = self.fact.write(p), self.fact.relation
        strong = "==" if stated.op == "==" else "<" if op == stated.op == "<" else "<="
        sides = stated.sides
        if strong != stated.op and stated.op != "==":
            step = chain(p, step, to=(stated.lhs, strong, stated.rhs))
        if self.rest != 1:
            sides = tuple(side / self.rest for side in sides)
            step = scale(p, step, 1 / self.rest, to=(sides[0], strong, sides[1]))
        if self.power != FIELD.one:
            turned = written(1 / self.power)
            sides = (self.number, self.end) if self.below else (self.end, self.number)
            step = power(p, step, turned, to=(sides[0], strong, sides[1]))
        return step


@dataclass(frozen=True)
class Link:
    """A side of a goal before and after one of its numbers is replaced by a bound."""

    before: sp.Expr
    after: sp.Expr
    bound: _Bound
    power: Exponent
    factor: sp.Expr

    def write(self, p: Growing, strict: bool) -> int:
        """Add the steps of ``before <= after`` for an upper bound, and ``after <= before`` for a lower one."""
        op = "<" if strict and self.bound.fact.relation.op == "<" else "<="
        step = self.bound.write(p, op)
        op = p[step].op
        small, large = (self.bound.number, self.bound.end) if self.bound.below else (self.bound.end, self.bound.number)
        if self.power != FIELD.one:
            turned = written(self.power)
            step = power(p, step, turned, to=(small**turned, op, large**turned))
        ends = (self.before, self.after) if self.bound.below else (self.after, self.before)
        to = Relation(ends[0], op, ends[1])
        return step if p[step] == to else scale(p, step, self.factor, to=to)


def replacements(goal: Relation, world: World) -> Iterator[tuple[Relation, tuple[Link, ...], bool]]:
    """Goals ``smaller op larger`` from which the goal follows; first itself.

    With each come the links that lead there, and whether no bound leads on from there.
    """
    bounds = list(_bounds(world))
    level: list[tuple[Relation, tuple[Link, ...]]] = [(goal, ())]
    seen = {goal}
    for _ in range(_MOST + 1):
        found = []
        for one, links in level:
            onward = list(_next(one, bounds))
            yield one, links, not onward
            for new, link in onward:
                if new not in seen and len(seen) < _TRIED:
                    seen.add(new)
                    found.append((new, (*links, link)))
        level = found


def _next(goal: Relation, bounds: list[_Bound]) -> Iterator[tuple[Relation, Link]]:
    """The goal with its highest number replaced by each of its bounds, on one side."""
    named = goal.free_symbols
    highest = next((x for x in RANKED if x in named), None)
    for bound in bounds if highest is not None else ():
        side = goal.lhs if bound.below else goal.rhs
        if bound.number != highest or not side.has(highest):
            continue
        link = _replaced(side, bound)
        if link is not None:
            sides = (link.after, goal.rhs) if bound.below else (goal.lhs, link.after)
            yield Relation(sides[0], goal.op, sides[1]), link


def _replaced(side: sp.Expr, bound: _Bound) -> Link | None:
    """A side with a number replaced by its bound, where the side is a multiple of a power of the number."""
    number, whole = bound.number, sp.factor_terms(side)
    power_ = next((x.as_base_exp()[1] for x in sp.Mul.make_args(whole) if x.as_base_exp()[0] == number), None)
    if power_ is None:
        return None
    factor, exponent = whole / number**power_, FIELD.from_sympy(power_)
    positive = exponent.numer.LC * exponent.denom.LC > 0
    if factor.has(number) or not positive:
        return None
    return Link(side, factor * bound.end**power_, bound, exponent, factor)


def _bounds(world: World) -> Iterator[_Bound]:
    """What facts say of numbers by themselves."""
    for fact in world.facts:
        small, large = fact.relation.sides
        for side, other, below in ((small, large, True), (large, small, False)):
            yield from _solved(fact, side, other, below)
            if fact.relation.op == "==":
                yield from _solved(fact, side, other, not below)


def _solved(fact: Fact, side: sp.Expr, other: sp.Expr, below: bool) -> Iterator[_Bound]:
    try:
        monomial = read(side)
    except Unreadable:
        return
    highest = next((x for x in RANKED if fact.relation.has(x)), None)
    if highest not in monomial or other.has(highest):
        return
    power_ = monomial[highest]
    if power_.numer.LC * power_.denom.LC <= 0:
        return
    rest = expression(over(monomial, {highest: power_}))
    end = other / rest
    if power_ != FIELD.one:
        try:
            end = expression({atom: value / power_ for atom, value in read(end).items()})
        except Unreadable:
            return
    yield _Bound(fact, highest, end, below, rest, power_)
