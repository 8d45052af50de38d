"""A goal as a product of powers of facts: the search for the powers, and the chain of steps that is the proof."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction

import sympy as sp

from ....theory.algebra.normal_form import NotNormal
from ....theory.language.nodes import Relation
from ....theory.language.quantities import L
from ....theory.proof.refusal import Refused
from ....theory.proof.rules.inequalities import power, scale, sign
from ....theory.proof.rules.logic import chain
from .exponents import FIELD, Exponent, affine, at, written
from .growing import Growing
from .monomials import Monomial, Unreadable, expression, over, read, times
from .programme import Column, combinations, left_over, number
from .world import Fact, World

__all__ = ["Product", "monomials_of", "numbers_at_least_one", "product_for"]


@dataclass(frozen=True)
class _Link:
    """``smaller op larger`` to a power."""

    fact: Fact
    smaller: Monomial
    larger: Monomial
    power: Exponent


@dataclass(frozen=True)
class Product:
    """The links by which a goal follows, and the numbers that are at least one, each to a power."""

    links: tuple[_Link, ...]
    numbers: tuple[tuple[sp.Expr, Exponent], ...]

    def write(self, p: Growing, goal: Relation) -> int:
        """Add the steps of ``goal``, whose sides are monomials, and return the last one."""
        here, steps, todo = read(goal.lhs), list[int](), list(self.links)
        while todo:
            todo.sort(key=lambda link: _defect(here, link))
            for link in todo:
                try:
                    step = _scaled(p, link, here, goal.op == "<")
                except (Refused, NotNormal) as error:
                    problem = error
                    continue
                steps.append(step)
                here = times(here, over(link.larger, link.smaller), link.power)
                todo.remove(link)
                break
            else:
                raise problem
        for base, exponent_ in self.numbers:
            there = sp.Mul(expression(here), base ** written(exponent_))
            steps.append(_enlarged(p, expression(here), base, exponent_, goal.op == "<"))
            here = read(there)
        return chain(p, *steps, to=goal) if steps else sign(p, goal)


def _defect(here: Monomial, link: _Link) -> tuple[int, int]:
    """How many atoms a link would divide by, and how many of its atoms are not there yet."""
    factor = times(here, link.smaller, -link.power)
    down = sum(1 for value in factor.values() if (at(value, 10) or 0) < 0)
    return down, sum(1 for atom in link.smaller if atom not in here)


def _scaled(p: Growing, link: _Link, here: Monomial, strict: bool) -> int:
    """Add the steps by which a link enlarges what is there."""
    step, op, factor = link.fact.write(p), link.fact.relation.op, times(here, link.smaller, -link.power)
    smaller, larger = (expression(times({}, side, link.power)) for side in (link.smaller, link.larger))
    there = expression(times(here, over(link.larger, link.smaller), link.power))
    if op == "<" and not strict:
        op = "<="
        step = chain(p, step, to=(link.fact.relation.lhs, op, link.fact.relation.rhs))
    if link.power != FIELD.one:
        step = power(p, step, written(link.power), to=(smaller, op, larger))
    to = Relation(expression(here), op, there)
    return step if p[step] == to else scale(p, step, expression(factor), to=to)


def _enlarged(p: Growing, here: sp.Expr, base: sp.Expr, power_: Exponent, strict: bool) -> int:
    """Add the steps by which a power of a number that is at least one enlarges what is there."""
    op = "<" if strict and base > 1 else "<="
    factor = base ** written(power_)
    if power_ == FIELD.one or not written(power_).free_symbols:
        return sign(p, (here, op, factor * here))
    step = power(p, sign(p, (sp.S.One, op, base)), written(power_), to=(sp.S.One, op, factor))
    return scale(p, step, here, to=(here, op, factor * here))


def product_for(goal: Relation, world: World) -> Product | None:
    """The powers of facts by which a goal ``smaller op larger`` follows; None where none are found.

    Raises Unreadable where a side of the goal is no monomial.
    """
    wanted = over(read(goal.rhs), read(goal.lhs))
    links = list(monomials_of(world))
    columns = [Column(over(larger, smaller), fact.relation.op == "==", fact.cost) for fact, smaller, larger in links]
    for powers in combinations(wanted, columns, world.depths):
        numbers = numbers_at_least_one(left_over(wanted, columns, powers), world.depths.least)
        if numbers is not None and (goal.op != "<" or any(links[n][0].relation.op == "<" for n in powers)
                                    or any(x > 1 for x, _ in numbers)):
            return Product(tuple(_link(*links[n], m) for n, m in powers.items()), numbers)
    return None


def _link(fact: Fact, smaller: Monomial, larger: Monomial, power_: Exponent) -> _Link:
    """A link; an equality to a negative power is one that is read from the other side, to a positive power."""
    if (at(power_, 10) or 0) >= 0:
        return _Link(fact, smaller, larger, power_)
    turned = Fact(fact.relation.flipped(), fact.write, fact.cost)
    return _Link(turned, larger, smaller, -power_)


def monomials_of(world: World) -> Iterator[tuple[Fact, Monomial, Monomial]]:
    """The facts that are about monomials."""
    for fact in (*world.facts, *world.of_sums):
        try:
            yield fact, read(fact.relation.lhs), read(fact.relation.rhs)
        except Unreadable:
            continue


def numbers_at_least_one(left: Mapping[sp.Expr, Exponent], least: int) -> tuple[tuple[sp.Expr, Exponent], ...] | None:
    """A product of powers of primes as powers of numbers that are at least one; None where that is not seen."""
    if not left:
        return ()
    depth = FIELD.from_sympy(L)
    for inverse in (True, False):
        split = affine(dict(left), inverse)
        if split is None:
            continue
        constants, slopes = split
        first = {prime: constants[prime] + slopes[prime] * (Fraction(1, least) if inverse else least) for prime in left}
        then = constants if inverse else slopes
        share = FIELD.one - least / depth if inverse else depth - least
        weight = least / depth if inverse else FIELD.one
        found = [(number(first), weight), (number(then), share)]
        if not any(slopes.values()):
            found = [(number(first), FIELD.one)]
        if all(base >= 1 for base, _ in found):
            return tuple((base, power_) for base, power_ in found if base != 1)
    return None

