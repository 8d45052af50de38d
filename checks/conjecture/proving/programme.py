"""The linear programme that depends on the depth: a goal as a product of powers of facts.

HiGHS finds at one depth which facts are used. How much of each is solved for in the field of the depth, and the signs
are decided at every integer depth.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import log

import numpy as np
import sympy as sp
from scipy.optimize import linprog
from sympy.polys.matrices import DomainMatrix

from .exponents import FIELD, Exponent, at, is_nonnegative
from .monomials import Monomial, atoms, times

__all__ = ["Column", "Depths", "combinations", "left_over", "number"]

_USED = 1e-9
"""A multiplier above it counts as used. It decides which facts are tried, and nothing else."""

_LITTLE = 1e-4
"""What the cost of a column counts where the number matters."""


@dataclass(frozen=True)
class Depths:
    """The integer depths of a case: from ``least`` on, or ``least`` alone."""

    least: int
    alone: bool = False

    @property
    def tried(self) -> tuple[int, ...]:
        """The depths at which the programme is solved."""
        return (self.least,) if self.alone else (self.least + 6, 10 * self.least + 40, self.least, self.least + 1)

    def nonnegative(self, value: Exponent) -> bool:
        """Whether a value is nonnegative at all depths."""
        return is_nonnegative(value, self.least, self.least if self.alone else None)


@dataclass(frozen=True)
class Column:
    """A monomial that is at least one, or equal to one, and what its use costs."""

    monomial: Monomial
    equal: bool
    cost: float


def combinations(goal: Monomial, columns: Sequence[Column], depths: Depths) -> Iterator[dict[int, Exponent]]:
    """Powers of columns whose product is the goal over a number, nonnegative at all depths; the same ones come once.

    What is left of the goal consists of primes, and is at least one at one depth, to the precision of floats.
    """
    seen = list[dict[int, Exponent]]()
    for depth in depths.tried:
        for sharp in (False, True):
            support = _support(goal, columns, depth, sharp)
            if support is None:
                return
            found = _exact(goal, columns, support)
            if found is None or found in seen:
                continue
            seen.append(found)
            if all(columns[n].equal or depths.nonnegative(m) for n, m in found.items()):
                yield found


def _support(goal: Monomial, columns: Sequence[Column], depth: int, sharp: bool) -> list[int] | None:
    """The columns of a cheap product at one depth, or of one with the best number; None where there is none."""
    involved = atoms([goal, *(column.monomial for column in columns)])
    rows = {atom: n for n, atom in enumerate(x for x in involved if not x.is_Integer)}
    signed = [(n, sign) for n, column in enumerate(columns) for sign in ((1, -1) if column.equal else (1,))]
    matrix, target = np.zeros((len(rows) + 1, len(signed))), np.zeros(len(rows) + 1)
    for place, (n, sign) in enumerate(signed):
        for row, value in _floats(columns[n].monomial, rows, depth):
            matrix[row, place] += sign * value
    for row, value in _floats(goal, rows, depth):
        target[row] += value
    if not len(signed):
        return None if target[:-1].any() else []
    costs = np.array([columns[n].cost for n, _ in signed])
    if sharp:
        costs = matrix[-1] + _LITTLE * costs
    found = linprog(costs, A_eq=matrix[:-1] if rows else None, b_eq=target[:-1] if rows else None, A_ub=matrix[-1:],
                    b_ub=target[-1:] + _USED, bounds=(0, None), method="highs-ds").x
    return None if found is None else sorted({signed[place][0] for place in np.nonzero(found > _USED)[0]})


def _floats(monomial: Monomial, rows: Mapping[sp.Expr, int], depth: int) -> list[tuple[int, float]]:
    """The exponents at one depth; the logarithm of the number stands in the last row."""
    found = []
    for atom, value in monomial.items():
        here = float(at(value, depth) or 0)
        found.append((len(rows), here * log(int(atom))) if atom.is_Integer else (rows[atom], here))
    return found


def _exact(goal: Monomial, columns: Sequence[Column], used: Sequence[int]) -> dict[int, Exponent] | None:
    """The exact powers of the columns used; those that are free are zero."""
    involved = [x for x in atoms([goal, *(columns[n].monomial for n in used)]) if not x.is_Integer]
    if not used or not involved:
        return None if involved else {}
    table = [[*(columns[n].monomial.get(atom, FIELD.zero) for n in used), goal.get(atom, FIELD.zero)]
             for atom in involved]
    reduced, pivots = DomainMatrix(table, (len(involved), len(used) + 1), FIELD).rref()
    if len(used) in pivots:
        return None
    rows = reduced.to_list()
    found = {used[place]: rows[row][len(used)] for row, place in enumerate(pivots)}
    return {n: value for n, value in found.items() if value}


def left_over(goal: Monomial, columns: Sequence[Column], powers: Mapping[int, Exponent]) -> Monomial:
    """The number by which the goal exceeds the product of the powers."""
    found = goal
    for n, power in powers.items():
        found = times(found, columns[n].monomial, -power)
    return found


def number(powers: Mapping[sp.Expr, Fraction]) -> sp.Expr:
    """A product of rational powers of primes."""
    return sp.Mul(*(prime ** sp.Rational(x.numerator, x.denominator) for prime, x in powers.items()))
