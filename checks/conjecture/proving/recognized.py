"""Conjectures that a claim states, in these words or in others."""

from __future__ import annotations

import sympy as sp

from ....theory.algebra.powers import power_form
from ....theory.language.nodes import Relation
from ....theory.language.setting import DEEP_LINEAR
from ....theory.library import Library
from ..reading import Conjecture
from .known import stated, upward
from .monomials import Monomial, Unreadable, over, read
from .search import supposed
from .world import World, world_of

__all__ = ["recognized"]


def recognized(conjecture: Conjecture, library: Library) -> tuple[str, ...]:
    """The parts of claims that say what a conjecture says, under hypotheses that it has: ``claim/obligation`` each.

    >>> from ..reading import read_line
    >>> from ....theory.library import BUILT_IN
    >>> recognized(read_line("S*norm_w**(2/L) >= 2*L*E"), BUILT_IN)
    ('sharpness-lower/minimizers',)
    """
    if library.setting is not DEEP_LINEAR:
        return ()
    said = upward(Relation(conjecture.relation.lhs, conjecture.relation.op, conjecture.relation.rhs))
    world = world_of(supposed(conjecture), 1, stated(library), said)
    return tuple(f"{one.claim}/{one.part}" for one in stated(library)
                 if one.claim and one.facts <= world.given and _same(said, upward(one.relation), world))


def _same(one: Relation, other: Relation, world: World) -> bool:
    """Whether two comparisons of positive numbers are the same: in their quotient, or side by side."""
    if one.op != other.op:
        return False
    quotients = _quotient(one, world), _quotient(other, world)
    if None not in quotients:
        return quotients[0] == quotients[1]
    sides = [tuple(sp.expand(power_form(world.put(side))) for side in x.sides) for x in (one, other)]
    return bool(sides[0] == sides[1])


def _quotient(relation: Relation, world: World) -> Monomial | None:
    """The larger side over the smaller one; None where a side is no product of powers."""
    try:
        return over(read(world.put(relation.rhs)), read(world.put(relation.lhs)))
    except Unreadable:
        return None
