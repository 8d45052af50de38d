"""Cases by the order of two numbers: which are worth trying, and what the largest of several numbers is in each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from functools import partial
from itertools import combinations

import sympy as sp

from ....theory.language.relation import Relation
from ....theory.proof.builder import Proof
from ....theory.proof.rules.extremes import all_of_several, one_of_several
from ....theory.proof.rules.inequalities import sign
from ....theory.proof.rules.logic import antisymmetry, chain
from .extremes import extremes_in, members
from .fact import Fact
from .hypotheses import Spelled
from .polynomials import Monomials, added

__all__ = ["Order", "settled", "undecided"]

_MOST = 3
"""The most numbers of a symmetric goal that are put into an order."""


class Order:
    """Which numbers lie below which by hypotheses ``x <= y``, and by chains of these."""

    def __init__(self, hypotheses: Iterable[Spelled]) -> None:
        self._above: dict[sp.Basic, list[tuple[sp.Basic, Spelled]]] = {}
        for one in hypotheses:
            relation = one.plain if one.plain.op in ("<=", "<") else one.plain.flipped()
            if relation.op in ("<=", "<"):
                self._above.setdefault(relation.lhs, []).append((relation.rhs, one))

    def path(self, low: sp.Basic, high: sp.Basic) -> list[Spelled] | None:
        """The hypotheses that lead from one number up to another; None where none do."""
        todo, ways = [low], {low: list[Spelled]()}
        while todo:
            here = todo.pop(0)
            if here == high:
                return ways[here]
            for above, by in self._above.get(here, ()):
                if above not in ways:
                    ways[above] = [*ways[here], by]
                    todo.append(above)
        return None

    def winner(self, extreme: sp.Expr) -> tuple[sp.Expr, list[list[Spelled]]] | None:
        """The number that is the largest (or smallest) of several by the hypotheses, and how these show it."""
        smallest = isinstance(extreme, sp.Min)
        for one in members(extreme):
            paths = [self.path(one, other) if smallest else self.path(other, one) for other in members(extreme)]
            if all(path is not None for path in paths):
                return one, [path for path in paths if path is not None]
        return None

    def open(self, extreme: sp.Expr) -> tuple[sp.Expr, sp.Expr] | None:
        """Two numbers that may be the largest (or smallest) of several, and of which no order is known."""
        smallest = isinstance(extreme, sp.Min)
        best = members(extreme)[0]
        for other in members(extreme)[1:]:
            up, down = self.path(best, other), self.path(other, best)
            if up is None and down is None:
                return best, other
            best = other if (down if smallest else up) is not None else best
        return None


def settled(extremes: Iterable[sp.Expr], order: Order, space: Monomials) -> Iterator[Fact]:
    """The largest of several numbers is the one that the hypotheses place above all others."""
    for extreme in extremes:
        found = order.winner(extreme)
        if found is not None:
            one, paths = found
            gap = added(space.read(extreme), space.read(one), Fraction(-1))
            yield Fact(gap, "==", partial(_equal, extreme=extreme, one=one, paths=paths), 2.0)


def _equal(p: Proof, extreme: sp.Expr, one: sp.Expr, paths: Sequence[Sequence[Spelled]]) -> int:
    bounds = []
    op = ">=" if isinstance(extreme, sp.Min) else "<="
    for number, path in zip(members(extreme), paths, strict=True):
        links = [by.write(p) for by in (path if op == "<=" else reversed(path))]
        bounds.append(chain(p, *links, to=(number, op, one)) if links else sign(p, (number, op, one)))
    below, above = all_of_several(p, extreme, one, *bounds), one_of_several(p, extreme, one)
    if isinstance(extreme, sp.Min):
        below, above = above, below
    return antisymmetry(p, below, above, to=(extreme, "==", one))


def undecided(goal: Relation, hypotheses: Sequence[Spelled]) -> tuple[sp.Expr, sp.Expr] | None:
    """Two numbers whose order matters and is not known: of a largest or smallest number, or in a symmetric goal."""
    order = Order(hypotheses)
    extremes = extremes_in([*goal.sides, *(side for one in hypotheses for side in one.plain.sides)])
    pairs = [pair for extreme in extremes if (pair := order.open(extreme)) is not None]
    if not extremes:
        numbers = sorted(goal.free_symbols, key=str)
        if len(numbers) <= _MOST and all(_is_symmetric(goal, *pair) for pair in combinations(numbers, 2)):
            pairs += [(x, y) for x, y in combinations(numbers, 2)
                      if order.path(x, y) is None and order.path(y, x) is None]
    return pairs[0] if pairs else None


def _is_symmetric(goal: Relation, x: sp.Symbol, y: sp.Symbol) -> bool:
    difference = goal.rhs - goal.lhs
    return bool(sp.expand(difference - difference.xreplace({x: y, y: x})) == 0)
