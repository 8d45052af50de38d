"""A goal as a sum of facts times monomials: powers with the depth in the exponent become symbols of their own."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import partial

import sympy as sp

from ....theory.algebra.powers import power_form
from ....theory.language import quantities as Q
from ....theory.language.nodes import Relation
from ....theory.proof.rules.inequalities import scale
from ...authoring.proving.fact import Fact as Gap
from ...authoring.proving.polynomials import Monomials, Unreadable
from ...authoring.proving.sums import Chain, chain_from
from .exponents import FIELD, affine, exponent
from .growing import Growing
from .world import REAL, Fact, World

__all__ = ["Total", "sum_for"]

_CHAIN = (Q.lambda_min, Q.a, Q.b, Q.lambda_max)
"""Numbers whose order often helps."""
_above = sp.Symbol("above", nonnegative=True)
"""How far the depth is above its least value."""


@dataclass(frozen=True)
class Total:
    """The chain by which a goal follows once it is multiplied by ``factor``."""

    chain: Chain
    goal: Relation
    factor: sp.Expr
    flat: Flat
    world: World

    def write(self, p: Growing, goal: Relation) -> int:
        """Add the steps of ``goal``, and return the last one."""
        p.suppose(self.world.free(), self.world.positive, self.flat.meaning)
        step = self.chain.write(p, self.goal)
        return step if p[step] == goal else scale(p, step, 1 / self.factor, to=goal)


class Flat:
    """Expressions in which every exponent is a number; ``meaning`` says what the new symbols stand for."""

    def __init__(self, world: World) -> None:
        self._least = None if world.depths.alone else world.depths.least
        known = {*world.positive}
        self._signed = {x: sp.Symbol(f"{x}", positive=True) for x in (*REAL, Q.lambda_min) if x in known}
        self.meaning: dict[sp.Basic, sp.Basic] = {to: x for x, to in self._signed.items()}
        if self._least is not None:
            self.meaning[_above] = Q.L - self._least

    def of(self, expression: sp.Expr) -> sp.Expr:
        """The expression in the new symbols."""
        flat = power_form(expression).replace(lambda x: x.is_Pow and x.base.is_Symbol and x.exp.has(Q.L), lambda x: self._power(x.base, x.exp))
        flat = flat.xreplace(self._signed)
        return sp.expand(flat if self._least is None else flat.xreplace({Q.L: self._least + _above}))

    def _power(self, base: sp.Symbol, power: sp.Expr) -> sp.Expr:
        value = exponent(power)
        if value is None:
            return base**power
        for inverse in (True, False):
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
    flat = Flat(world)
    smaller, larger = map(flat.of, goal.sides)
    factor = _denominator([smaller, larger])
    cleared = Relation(sp.expand(smaller * factor), goal.op, sp.expand(larger * factor))
    for facts in _pools(goal, world):
        gaps, usable = [], []
        for fact in facts:
            gap = flat.of(fact.relation.rhs - fact.relation.lhs)
            over = _denominator([gap])
            gap = sp.expand(gap * over)
            try:
                Monomials.of([gap])
            except Unreadable:
                continue
            if gap.atoms(sp.Pow) and any(x.base.is_Add for x in gap.atoms(sp.Pow)):
                continue
            gaps.append(gap)
            usable.append((fact, gap, over))
        chain = chain_from(cleared, gaps, partial(_gaps, usable))
        if chain is not None:
            return Total(chain, cleared, factor, flat, world)
    return None


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


def _pools(goal: Relation, world: World) -> Iterable[list[Fact]]:
    """Facts about the words of the goal and the order of a few numbers, then those that lead there in one step."""
    named = goal.free_symbols | {Q.L, Q.norm_w} | set(_CHAIN)
    near = [fact for fact in world.facts if fact.relation.free_symbols <= named]
    yield near
    deep = goal.free_symbols - set(_CHAIN) - {Q.L, Q.d, Q.norm_w}
    more = {x for fact in world.facts if fact.relation.free_symbols & deep for x in fact.relation.free_symbols}
    far = [fact for fact in world.facts if fact.relation.free_symbols <= named | more]
    if len(far) > len(near):
        yield far
