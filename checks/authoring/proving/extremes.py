"""The largest and the smallest of several numbers, and absolute values: as facts, and as what a goal is split at."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fractions import Fraction
from functools import partial
from typing import NamedTuple

import sympy as sp

from ....theory.language.relation import Relation
from ....theory.proof.builder import Proof
from ....theory.proof.rules.extremes import one_of_several
from .fact import Fact
from .polynomials import Monomials, added

__all__ = ["Split", "extremes_in", "facts_about", "members", "splits"]


def extremes_in(expressions: Iterable[sp.Expr]) -> list[sp.Expr]:
    """The largest and smallest numbers and the absolute values in expressions, the outer ones first."""
    return list(dict.fromkeys(node for each in expressions for node in sp.preorder_traversal(each)
                              if isinstance(node, sp.Max | sp.Min | sp.Abs)))


def members(extreme: sp.Expr) -> tuple[sp.Expr, ...]:
    """The numbers of which an expression is the largest or the smallest."""
    return (extreme.args[0], -extreme.args[0]) if isinstance(extreme, sp.Abs) else tuple(extreme.args)


def facts_about(extremes: Iterable[sp.Expr], space: Monomials) -> Iterator[Fact]:
    """The largest of several numbers is at least each of them, and the smallest at most."""
    for extreme in extremes:
        side = Fraction(-1 if isinstance(extreme, sp.Min) else 1)
        for one in members(extreme):
            gap = added({}, added(space.read(extreme), space.read(one), Fraction(-1)), side)
            yield Fact(gap, "<=", partial(_step, extreme=extreme, one=one))


def _step(p: Proof, extreme: sp.Expr, one: sp.Expr) -> int:
    return one_of_several(p, extreme, one)


class Split(NamedTuple):
    """A goal is ``factor`` times: an extreme of several numbers lies below (the smallest: above) ``bound``."""

    extreme: sp.Expr
    factor: sp.Expr
    bound: sp.Expr

    def goals(self, op: str) -> list[Relation]:
        """What is to be shown of each number."""
        above = isinstance(self.extreme, sp.Min)
        return [Relation(self.bound, op, one) if above else Relation(one, op, self.bound)
                for one in members(self.extreme)]


def splits(goal: Relation) -> Iterator[Split]:
    """The extremes that stand in a goal ``smaller <= larger`` once, with a positive factor, where they do harm.

    These are the largest of several numbers on the smaller side, and the smallest on the larger one.
    Raises Unreadable.
    """
    space = Monomials.of(goal.sides)
    wanted = space.read(goal.rhs - goal.lhs)
    for place, extreme in enumerate(space.atoms):
        if not isinstance(extreme, sp.Max | sp.Min | sp.Abs):
            continue
        terms = {m: c for m, c in wanted.items() if m[place]}
        if len(terms) != 1:
            continue
        ((monomial, coefficient),) = terms.items()
        other = tuple(Fraction(0) if n == place else e for n, e in enumerate(monomial))
        harmful = (coefficient > 0) == isinstance(extreme, sp.Min)
        if monomial[place] == 1 and harmful and space.is_positive(other):
            factor = space.written({other: abs(coefficient)})
            rest = space.written({m: c for m, c in wanted.items() if m != monomial})
            bound = sp.expand((-rest if coefficient > 0 else rest) / factor)
            yield Split(extreme, factor, bound)
