"""A goal about sums: numbers are replaced by their bounds, and what is left is a sum of facts times monomials."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import partial

import sympy as sp

from ....theory.algebra.powers import power_form
from ....theory.language import quantities as Q
from ....theory.language.nodes import Relation
from ....theory.proof.rules.inequalities import scale, sign
from ....theory.proof.rules.logic import chain
from ...authoring.proving.fact import Fact as Gap
from ...authoring.proving.polynomials import Monomials, Unreadable
from ...authoring.proving.sums import Chain, chain_from
from .bounds import ORDER, RANKED, Link, replacements
from .exponents import affine, exponent
from .growing import Growing
from .samples import Samples
from .world import REAL, Fact, World

__all__ = ["Total", "sum_for"]

_ROUNDS = (0, 1)
"""How the facts are multiplied by monomials: not at all, and so that one of their terms meets the goal."""
_above = sp.Symbol("above", nonnegative=True)
"""How far the depth is above its least value."""


@dataclass(frozen=True)
class Total:
    """The links to a goal that follows from a sum of facts, once it is multiplied by ``factor``."""

    links: tuple[Link, ...]
    left: Relation
    """The goal to which the links lead."""
    chain: Chain | None
    cleared: Relation
    factor: sp.Expr
    flat: Flat
    world: World

    def write(self, p: Growing, goal: Relation) -> int:
        """Add the steps of ``goal``, and return the last one."""
        up, down = list[int](), list[int]()
        for link in self.links:
            (up if link.bound.below else down).append(link.write(p, goal.op == "<"))
        middle = []
        if self.chain is not None:
            p.suppose(self.world.free(), self.world.positive, self.flat.meaning)
            step = self.chain.write(p, self.cleared)
            p.suppose(self.world.free(), self.world.positive)
            middle = [step if p[step] == self.left else
                      scale(p, step, 1 / self.factor.xreplace(self.flat.meaning), to=self.left)]
        links = [*up, *middle, *reversed(down)]
        if not links:  # both sides are the same
            return sign(p, goal)
        return links[0] if p[links[0]] == goal else chain(p, *links, to=goal)


class Flat:
    """Expressions in which every exponent is a number; ``meaning`` says what the new symbols stand for."""

    def __init__(self, world: World) -> None:
        self._least = None if world.depths.alone else world.depths.least
        self._signed = {x: sp.Symbol(f"{x}", positive=True) for x in (*REAL, Q.lambda_min) if x in world.positive}
        self.meaning: dict[sp.Basic, sp.Basic] = {to: x for x, to in self._signed.items()}
        if self._least is not None:
            self.meaning[_above] = Q.L - self._least

    def of(self, expression: sp.Expr) -> sp.Expr:
        """The expression in the new symbols."""
        form = power_form(expression)
        powers = {x: self._power(x.base, x.exp) for x in form.atoms(sp.Pow) if x.base.is_Symbol and x.exp.has(Q.L)}
        flat = form.xreplace(powers).xreplace(self._signed)
        return sp.expand(flat if self._least is None else flat.xreplace({Q.L: self._least + _above}))

    def _power(self, base: sp.Symbol, power: sp.Expr) -> sp.Expr:
        value = exponent(power)
        for inverse in (True, False) if value is not None else ():
            split = affine({base: value}, inverse)
            if split is not None:
                (constant,), (slope,) = split[0].values(), split[1].values()
                root = sp.Symbol(f"{base}{'root' if inverse else 'power'}", positive=base.is_positive, nonnegative=True)
                self.meaning[root] = base ** (1 / Q.L if inverse else Q.L)
                return base ** sp.Rational(constant.numerator, constant.denominator) * root ** sp.Rational(
                    slope.numerator, slope.denominator)
        return base**power


def sum_for(goal: Relation, world: World) -> Total | None:
    """The facts by which a goal ``smaller op larger`` follows as a sum; None where none are found.

    Raises Unreadable where a side is no sum of monomials.
    """
    flat, known = Flat(world), dict[Relation, tuple[Fact, sp.Expr, sp.Expr] | None]()
    samples = Samples(world)
    for left, links, last in replacements(goal, world):
        if (links and not last) or samples.contradict(left):
            continue
        smaller, larger = map(flat.of, left.sides)
        factor = _denominator([smaller, larger])
        cleared = Relation(sp.expand(smaller * factor), goal.op, sp.expand(larger * factor))
        if cleared.lhs == cleared.rhs:
            if goal.op != "<" or any(link.bound.fact.relation.op == "<" for link in links):
                return Total(links, left, None, cleared, factor, flat, world)
            continue
        facts = _about(left, world, first=not links)
        for fact in facts:
            if fact.relation not in known:
                known[fact.relation] = _gap_of(fact, flat)
        gaps = [one for fact in facts if (one := known[fact.relation]) is not None]
        try:
            space = Monomials.of([*cleared.sides, *(gap for _, gap, _ in gaps)])
            found = chain_from(cleared, _gaps(gaps, space), space, _ROUNDS if links else _ROUNDS[:1])
        except Unreadable:
            continue
        if found is not None:
            return Total(links, left, found, cleared, factor, flat, world)
    return None


def _about(goal: Relation, world: World, first: bool) -> list[Fact]:
    """The facts in the words of the goal and the constants that the search compares.

    Once numbers are replaced by bounds, facts about such numbers do not count any more, except hypotheses.
    """
    named = goal.free_symbols | {Q.L, Q.norm_w, *ORDER}
    return [fact for fact in (*world.facts, *world.ordered) if fact.relation.free_symbols <= named and (
        first or fact.cost < 1 or not fact.relation.free_symbols & {*RANKED})]


def _gap_of(fact: Fact, flat: Flat) -> tuple[Fact, sp.Expr, sp.Expr] | None:
    """What a fact says is nonnegative, without a denominator, and the factor that cleared it."""
    gap = flat.of(fact.relation.rhs - fact.relation.lhs)
    over = _denominator([gap])
    gap = sp.expand(gap * over)
    if any(x.base.is_Add for x in gap.atoms(sp.Pow)):
        return None
    try:
        Monomials.of([gap])
    except Unreadable:
        return None
    return fact, gap, over


def _gaps(usable: Sequence[tuple[Fact, sp.Expr, sp.Expr]], space: Monomials) -> list[Gap]:
    return [Gap(space.read(gap), fact.relation.op, partial(_gap, fact=fact, gap=gap, over=over), fact.cost)
            for fact, gap, over in usable]


def _gap(p: Growing, fact: Fact, gap: sp.Expr, over: sp.Expr) -> int:
    return scale(p, fact.write(p), over, to=(sp.S.Zero, fact.relation.op, gap))


def _denominator(expressions: Iterable[sp.Expr]) -> sp.Expr:
    """A product of powers that makes all exponents of symbols nonnegative."""
    lowest: dict[sp.Expr, sp.Expr] = {}
    for each in expressions:
        for term in sp.Add.make_args(each):
            for base, power in term.as_powers_dict().items():
                if base.is_Symbol and power.is_Rational and power < lowest.get(base, 0):
                    lowest[base] = power
    return sp.Mul(*(base**-power for base, power in lowest.items()))
