"""What follows in the form of a conjecture: the best constant by the known facts; or that no constant does.

The search proposes a constant, and the kernel decides. That none follows is shown at one depth by a ray over the
rationals: logarithms for which all known products hold, and the conjecture fails by any factor.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np
import sympy as sp
from scipy.optimize import linprog

from ....theory.language.claim import Given
from ....theory.language.nodes import Relation
from ....theory.language.setting import DEEP_LINEAR
from ....theory.library import Library
from ...authoring.proving.hypotheses import Spelled
from ...authoring.proving.shortfall import weaker as weaker_of_numbers
from ..reading import Conjecture
from .exponents import at
from .known import known, upward
from .monomials import Monomial, Unreadable, atoms, over, read
from .numbers import usable
from .products import monomials_of
from .programme import Column, combinations, left_over, number
from .search import prove, supposed
from .shown import Proof, shown
from .world import World, world_of

__all__ = ["Follows", "beyond_products", "what_follows"]

_ROOM = 2**40
"""The constant is looked for below that."""
_WHOLE = 10**4
"""Rays have such denominators at most."""


@dataclass(frozen=True)
class Follows:
    """The best statement of a form that is proved, with its constant, and its proof."""

    statement: str
    constant: str
    proof: Proof


def what_follows(conjecture: Conjecture, library: Library) -> Follows | None:
    """The conjecture with the best constant on its right side that follows; None where none is found."""
    if conjecture.relation.op in ("==", "!="):
        return None
    for constant in _constants(conjecture, library):
        scaled = _scaled(conjecture, constant)
        proved = prove(scaled, library)
        if proved is not None:
            return Follows(str(scaled.relation), str(constant), shown(proved, library))
    return None


def _constants(conjecture: Conjecture, library: Library) -> Iterator[sp.Expr]:
    """Factors of the right side with which the statement may follow."""
    up = upward(Relation(conjecture.relation.lhs, conjecture.relation.op, conjecture.relation.rhs))
    larger_is_right = conjecture.relation.op in ("<=", "<")
    for factor in _of_networks(conjecture, library) if library.setting is DEEP_LINEAR else _of_numbers(
            up, conjecture, library):
        yield factor if larger_is_right else 1 / factor


def _of_networks(conjecture: Conjecture, library: Library) -> Iterator[sp.Expr]:
    read_ = _read(conjecture, library, supposed(conjecture))
    if read_ is None:
        return
    world, wanted, columns = read_
    (two, power), = read(sp.Integer(_ROOM)).items()
    roomy = {**wanted, two: wanted.get(two, power - power) + power}
    found = [number_of for powers in combinations(roomy, columns, world.depths)
             if (number_of := _constant(left_over(roomy, columns, powers))) is not None]
    yield from sorted(set(found), key=float)


def _constant(left: Monomial) -> sp.Expr | None:
    """The factor that is needed, from what is left of the room; None where it depends on the depth."""
    if any(value.numer.degree() > 0 or value.denom.degree() > 0 for value in left.values()):
        return None
    return _ROOM / number({prime: at(value, 1) or Fraction(0) for prime, value in left.items()})


def _of_numbers(up: Relation, conjecture: Conjecture, library: Library) -> Iterator[sp.Expr]:
    try:
        goal = Spelled.of(up, library.setting).plain
        for relation in weaker_of_numbers(goal, usable(supposed(conjecture), library.setting)):
            yield sp.simplify(relation.rhs / goal.rhs) if goal.rhs != 0 else sp.S.One
    except Exception:  # what the search cannot read gives no constant
        return


def _scaled(conjecture: Conjecture, constant: sp.Expr) -> Conjecture:
    stated = conjecture.relation
    op = {"<": "<=", ">": ">="}.get(stated.op, stated.op)
    relation = Relation(stated.lhs, op, constant * stated.rhs)
    return replace(conjecture, relation=replace(stated, op=op, rhs=relation.rhs, text=str(relation)))


def _read(conjecture: Conjecture, library: Library, given: frozenset[Given]
          ) -> tuple[World, Monomial, list[Column]] | None:
    """The case of all depths, the quotient of the sides, and what is known; None where a side is no monomial."""
    least = 3 if "L >= 3" in given else 2 if "L >= 2" in given else 1
    up = upward(Relation(conjecture.relation.lhs, conjecture.relation.op, conjecture.relation.rhs))
    world = world_of(given, least, known(library), up)
    try:
        wanted = over(read(world.put(up.rhs)), read(world.put(up.lhs)))
    except Unreadable:
        return None
    columns = [Column(over(larger, smaller), fact.relation.op == "==", fact.cost)
               for fact, smaller, larger in monomials_of(world)]
    return world, wanted, columns


def beyond_products(conjecture: Conjecture, library: Library) -> int | None:
    """A depth at which no product of powers of the known facts gives the conjecture, with whatever constant.

    The ray that shows it is checked over the rationals. None where there is none, or where a side is no monomial.
    """
    if library.setting is not DEEP_LINEAR or conjecture.relation.op in ("==", "!="):
        return None
    given = supposed(conjecture)
    read_ = _read(conjecture, library, given if "L == 1" in given else given | {"L >= 2"})  # more is known there
    if read_ is None:
        return None
    world, wanted, columns = read_
    return next((depth for depth in world.depths.tried if _has_ray(wanted, columns, depth)), None)


def _has_ray(wanted: Monomial, columns: Sequence[Column], depth: int) -> bool:
    """Whether logarithms of the atoms are found for which every column is nonnegative, and the goal is negative."""
    rows = [x for x in atoms([wanted, *(column.monomial for column in columns)]) if not x.is_Integer]
    signed = [(column.monomial, sign) for column in columns for sign in ((1, -1) if column.equal else (1,))]
    exact = [[sign * _at(monomial, x, depth) for x in rows] for monomial, sign in signed]
    goal = [_at(wanted, x, depth) for x in rows]
    if not rows:
        return False
    found = linprog(np.array(goal, dtype=float), A_ub=-np.array(exact, dtype=float).reshape(len(exact), len(rows)),
                    b_ub=np.zeros(len(exact)), bounds=(-1, 1), method="highs-ds").x
    if found is None:
        return False
    ray = [Fraction(float(x)).limit_denominator(_WHOLE) for x in found]
    return _dot(goal, ray) < 0 and all(_dot(row, ray) >= 0 for row in exact)


def _at(monomial: Monomial, atom: sp.Expr, depth: int) -> Fraction:
    return (at(monomial[atom], depth) or Fraction(0)) if atom in monomial else Fraction(0)


def _dot(one: Sequence[Fraction], other: Sequence[Fraction]) -> Fraction:
    return sum((x * y for x, y in zip(one, other, strict=True)), Fraction(0))
