"""An inequality as a sum of facts times monomials: the search for them, and the chain of steps that is the proof."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from itertools import chain as chain_of
from itertools import islice
from typing import NamedTuple

import sympy as sp

from ....theory.language.relation import Relation
from ....theory.proof.builder import Proof
from ....theory.proof.rules.inequalities import scale, sign
from ....theory.proof.rules.logic import chain
from .combination import Column, combination, least
from .fact import Fact
from .hypotheses import Spelled
from .knowledge import Knowledge
from .means import means_among
from .polynomials import Monomial, Monomials, Polynomial, added, times
from .squares import squares_among

__all__ = ["Chain", "chain_for", "chain_from", "least_factor"]

_MOST = 1500
"""The most columns of a linear programme, beside those of signs."""
_MULTIPLIED = 200
"""The most products of hypotheses and monomials."""
_CUBIC = 3
"""The degree from which products of three hypotheses are tried."""
_SIGN = 0.01
"""The cost of a term that is dropped by its sign: all such terms together are one step."""


class Part(NamedTuple):
    """A fact, used with a rational number times a monomial (with either sign, if the fact is an equality)."""

    fact: Fact
    multiplier: Monomial
    number: Fraction

    @property
    def polynomial(self) -> Polynomial:
        """What the part adds."""
        return times(self.fact.polynomial, {self.multiplier: self.number})


class Chain(NamedTuple):
    """The parts by which an inequality follows."""

    space: Monomials
    parts: tuple[Part, ...]

    def write(self, p: Proof, goal: Relation) -> int:
        """Add the steps of ``goal``, which is ``smaller <= larger``: each part enlarges the side before it."""
        here, links = goal.lhs, list[int]()
        for part in self.parts:
            fact, multiplier, number = part
            factor = sp.Rational(abs(number.numerator), number.denominator) * self.space.monomial(multiplier)
            there = self.space.written(added(self.space.read(here), part.polynomial))
            step, op = fact.write(p), fact.op
            if op == "<" and not self.space.is_positive(multiplier):
                op, stated = "<=", p[step]
                step = chain(p, step, to=(stated.lhs, stated.op[0] + "=", stated.rhs))
            link = Relation(here, op, there)
            links.append(step if p[step] == link else scale(p, step, factor, to=link))
            here = there
        left = self.space.read(goal.rhs - here)
        if left or not links:
            strict = goal.op == "<" and (not links or any(map(self.space.is_positive, left)))
            links.append(sign(p, (here, "<" if strict else "<=", goal.rhs)))
        return links[0] if p[links[0]] == goal else chain(p, *links, to=goal)


def chain_for(goal: Relation, hypotheses: Sequence[Spelled]) -> Chain | None:
    """The parts by which ``goal``, ``smaller <= larger`` or with ``<``, follows; None where none are found.

    Raises Unreadable.
    """
    known = Knowledge.of(goal, hypotheses)
    return _first(goal, known.space, _stages(known, known.space.read(goal.rhs - goal.lhs)))


def chain_from(goal: Relation, facts: Sequence[Fact], space: Monomials, rounds: Iterable[int]) -> Chain | None:
    """The same from facts that are read already, multiplied by monomials as often as each of ``rounds`` says."""
    return _first(goal, space, ((facts, each, False) for each in rounds))


def _first(goal: Relation, space: Monomials, stages: Iterable[tuple[Sequence[Fact], int, bool]]) -> Chain | None:
    wanted = space.read(goal.rhs - goal.lhs)
    for facts, rounds, means in stages:
        parts = _parts(wanted, facts, space, goal.op == "<", rounds, means)
        if parts is not None:
            return Chain(space, tuple(parts))
    return None


def _stages(known: Knowledge, wanted: Polynomial) -> Iterator[tuple[Sequence[Fact], int, bool]]:
    """What is tried in turn: facts, how often they are multiplied by monomials, whether means and squares are used."""
    if not known.supposed:
        yield (), 0, True
        return
    yield known.supposed, 0, False
    yield known.supposed, 1, False
    yield known.supposed, 0, True
    yield known.between(wanted), 1, True
    yield known.supposed, 2, False
    yield known.products, 1, False
    if max(map(sum, wanted), default=0) >= _CUBIC:
        yield known.threefold, 1, False
    yield known.products, 1, True


def _parts(wanted: Polynomial, supposed: Sequence[Fact], space: Monomials, strict: bool, rounds: int, means: bool
           ) -> list[Part] | None:
    """The parts of a combination of hypotheses, each times monomials, and of means and squares if these are wanted."""
    candidates, columns = _candidates(wanted, supposed, space, rounds, means)
    found = combination(wanted, columns, strict)
    return None if found is None else [
        part._replace(number=part.number * found[n]) for n, part in enumerate(candidates) if n in found]


def _candidates(wanted: Polynomial, supposed: Sequence[Fact], space: Monomials, rounds: int, means: bool
                ) -> tuple[list[Part], list[Column]]:
    """What may be added up: parts with their columns, and after these the columns of terms that have a sign."""
    pool = dict.fromkeys(wanted)
    candidates = _multiplied(supposed, pool, space, rounds)
    for part in candidates:
        pool |= dict.fromkeys(part.polynomial)
    if means:
        squares = () if space.all_nonnegative else squares_among(space, pool, wanted)
        found = chain_of(means_among(space, pool, wanted), squares)
        candidates += [Part(fact, space.one, Fraction(1)) for fact in islice(found, max(0, _MOST - len(candidates)))]
    columns = [Column(part.polynomial, part.fact.cost, part.fact.op == "<" and space.is_positive(part.multiplier))
               for part in candidates]
    reached = pool | {m: None for column in columns for m in column.polynomial}
    columns += [Column({m: Fraction(1)}, _SIGN, space.is_positive(m)) for m in reached if space.is_nonnegative(m)]
    return candidates, columns


def least_factor(smaller: Polynomial, larger: Polynomial, facts: Sequence[Fact], space: Monomials, rounds: int = 0,
                 means: bool = False) -> Fraction | None:
    """The least number by which ``larger`` is multiplied so that it is ``smaller`` and a sum of facts."""
    wanted = added(larger, smaller, Fraction(-1))
    return least(smaller, larger, _candidates(wanted, facts, space, rounds, means)[1])


def _multiplied(facts: Sequence[Fact], pool: dict[Monomial, None], space: Monomials, rounds: int) -> list[Part]:
    """The facts, and with monomials that carry one of their terms to a monomial of the pool, or to one so reached."""
    found = {(n, space.one): None for n in range(len(facts))}
    reached = dict(pool) | {space.one: None}
    for _ in range(rounds):
        for n, fact in enumerate(facts):
            for target in list(reached):
                for m in fact.polynomial:
                    multiplier = tuple(t - e for t, e in zip(target, m, strict=True))
                    if space.is_nonnegative(multiplier) and len(found) < _MULTIPLIED:
                        found[n, multiplier] = None
        reached |= {m: None for n, multiplier in found for m in times(facts[n].polynomial, {multiplier: Fraction(1)})}
    return [Part(facts[n], multiplier, Fraction(sign)) for n, multiplier in found
            for sign in ((1, -1) if facts[n].op == "==" else (1,))]
