"""What follows where a statement does not: the same with ``<=``, or with the least constant that is found."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction

import sympy as sp

from ....theory.algebra.powers import is_nonnegative
from ....theory.language.relation import Relation
from .hypotheses import Spelled
from .knowledge import Knowledge
from .polynomials import Polynomial, Unreadable, number
from .products import product_for
from .sums import least_factor

__all__ = ["weaker"]

_LARGEST = 10**6
"""A larger constant says little."""


def weaker(goal: Relation, hypotheses: Sequence[Spelled]) -> Iterator[Relation]:
    """Statements that the goal implies and that may follow, the strongest first.

    They are the goal with ``<=``, and with multiples of the larger side if it is nonnegative.
    """
    relation = goal if goal.op in ("<=", "<") else goal.flipped()
    if relation.op not in ("<=", "<"):
        return
    if relation.op == "<":
        yield Relation(relation.lhs, "<=", relation.rhs)
    if relation.rhs != 0 and is_nonnegative(relation.rhs):
        factors = sorted({factor for factor in _factors(relation, hypotheses) if 1 < factor <= _LARGEST})
        yield from (Relation(relation.lhs, "<=", factor * relation.rhs) for factor in factors)


def _factors(goal: Relation, hypotheses: Sequence[Spelled]) -> Iterator[sp.Expr]:
    """Constants by which the larger side may have to be multiplied."""
    try:
        known = Knowledge.of(goal, hypotheses)
        smaller, larger = (known.space.read(side) for side in goal.sides)
    except Unreadable:
        return
    yield from _of_powers(smaller, larger, known)
    for facts, means in ((known.between(_difference(smaller, larger)), False), (known.supposed, True)):
        factor = least_factor(smaller, larger, facts, known.space, 1, means)
        if factor is not None:
            yield number(factor)


def _of_powers(smaller: Polynomial, larger: Polynomial, known: Knowledge) -> Iterator[sp.Expr]:
    if len(smaller) == len(larger) == 1:
        ((small, c),), ((large, d),) = smaller.items(), larger.items()
        found = product_for(small, large, known.powers, known.space)
        if found is not None and c > 0:
            yield found.factor * number(c / d)


def _difference(smaller: Polynomial, larger: Polynomial) -> Polynomial:
    return {**larger, **{m: Fraction(-1) for m in smaller}}
