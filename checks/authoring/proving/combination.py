"""A nonnegative combination of columns that is a given polynomial: HiGHS finds the columns, exact algebra how much."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import ceil
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linprog
from sympy import QQ
from sympy.polys.matrices import DomainMatrix

from .polynomials import Polynomial

__all__ = ["Column", "combination", "least"]

_USED = 1e-9
"""A multiplier above it counts as used. It decides which columns are tried, and nothing else."""
_STRICT = 1e-7
"""The least multiplier of strict columns that is looked for."""


@dataclass(frozen=True)
class Column:
    """A polynomial that is nonnegative, with what its use costs; ``strict``: it is positive."""

    polynomial: Polynomial
    cost: float = 1.0
    strict: bool = False


def combination(goal: Polynomial, columns: Sequence[Column], strict: bool) -> dict[int, Fraction] | None:
    """Multipliers, all positive, by which the columns add up to the goal; None where none are found.

    For a strict goal one of the columns used is strict.
    """
    if any(all(m not in column.polynomial for column in columns) for m in goal):
        return None
    if not columns:  # the goal says that 0 is at least 0
        return None if strict else {}
    used = _support(goal, columns, strict)
    return None if used is None else _exact(goal, columns, used, strict)


def least(smaller: Polynomial, larger: Polynomial, columns: Sequence[Column]) -> Fraction | None:
    """The least number ``c``, rounded up, for which columns may add up to ``c * larger - smaller``."""
    matrix, target = _table(columns, [smaller, larger])
    both = np.hstack([matrix, -target[:, 1:]])
    ends = [*((0.0, None) for _ in columns), (None, None)]
    found = linprog(np.eye(len(columns) + 1)[-1], A_eq=both, b_eq=-target[:, 0], bounds=ends, method="highs-ds").x
    if found is None:
        return None
    near = Fraction(found[-1]).limit_denominator(1000)
    return near if abs(near - found[-1]) < _STRICT else Fraction(ceil(found[-1] * 10**4), 10**4)


def _table(columns: Sequence[Column], goals: Sequence[Polynomial]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The coefficients of columns, and of goals: a row for each monomial of them."""
    rows = {m: n for n, m in enumerate({m: None for each in (*(c.polynomial for c in columns), *goals) for m in each})}
    table = np.zeros((len(rows), len(columns) + len(goals)))
    for j, polynomial in enumerate((*(column.polynomial for column in columns), *goals)):
        for m, c in polynomial.items():
            table[rows[m], j] = float(c)
    return table[:, :len(columns)], table[:, len(columns):]


def _support(goal: Polynomial, columns: Sequence[Column], strict: bool) -> dict[int, float] | None:
    """The columns of a cheap combination, with its multipliers in floating point."""
    matrix, wanted = _table(columns, [goal])
    target = wanted[:, 0]
    costs = np.array([column.cost for column in columns])
    if not strict:
        return _used(linprog(costs, A_eq=matrix, b_eq=target, bounds=(0, None), method="highs-ds").x)
    # One more unknown, at most 1, lies below the sum of the multipliers of strict columns: first it is made large.
    both, most = np.hstack([matrix, np.zeros((len(matrix), 1))]), np.eye(len(columns) + 1)[-1]
    counted = np.array([[*(-float(column.strict) for column in columns), 1.0]])
    ends = np.array([*((0.0, np.inf) for _ in columns), (0.0, 1.0)])
    found = linprog(-most, A_eq=both, b_eq=target, A_ub=counted, b_ub=[0.0], bounds=ends.tolist(), method="highs-ds").x
    if found is None or found[-1] < _STRICT:
        return None
    ends[-1, 0] = found[-1] / 2
    found = linprog(np.append(costs, 0.0), A_eq=both, b_eq=target, A_ub=counted, b_ub=[0.0], bounds=ends.tolist(),
                    method="highs-ds").x
    return None if found is None else _used(found[:-1])


def _used(found: NDArray[np.float64] | None) -> dict[int, float] | None:
    """The multipliers that are not zero; None where the programme has no solution."""
    return None if found is None else {n: float(x) for n, x in enumerate(found) if x > _USED}


def _exact(
    goal: Polynomial, columns: Sequence[Column], used: dict[int, float], strict: bool
) -> dict[int, Fraction] | None:
    """Exact multipliers of the columns used; those that are free are rounded."""
    chosen = list(used)
    monomials = list({m: None for j in chosen for m in columns[j].polynomial} | dict.fromkeys(goal))
    if not chosen:
        return None if goal or strict else {}
    table = [[*(_rational(columns[j].polynomial.get(m, Fraction(0))) for j in chosen),
              _rational(goal.get(m, Fraction(0)))] for m in monomials]
    reduced, pivots = DomainMatrix(table, (len(monomials), len(chosen) + 1), QQ).rref()
    if len(chosen) in pivots:
        return None
    rows, values = reduced.to_list(), dict[int, Fraction]()
    free = [n for n in range(len(chosen)) if n not in pivots]
    for n in free:
        values[n] = Fraction(used[chosen[n]]).limit_denominator(1000)
    for row, n in enumerate(pivots):
        values[n] = _fraction(rows[row][-1]) - sum((_fraction(rows[row][f]) * values[f] for f in free), Fraction(0))
    found = {chosen[n]: value for n, value in values.items() if value}
    fits = all(value > 0 for value in found.values()) and (not strict or any(columns[j].strict for j in found))
    return found if fits else None


def _rational(value: Fraction) -> Any:
    return QQ(value.numerator, value.denominator)


def _fraction(value: Any) -> Fraction:
    return Fraction(int(value.numerator), int(value.denominator))
