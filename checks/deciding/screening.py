"""The float64 screen, in batches: how far an inequality seems to be from failing. The screen decides nothing."""

from __future__ import annotations

import numpy as np

from ...theory.language.matrix_order import between_numbers
from ...theory.language.nodes import Relation
from ..arithmetic.stacks import Rows

SAFE_SLACK = 1e-9
"""Mutants are decided only where the float screen does not show room to spare."""


def log_slacks(relation: Relation, both: Rows) -> Rows:
    """Logarithm of the side that should be larger over the other, from both sides ``(n, 2)``; negative: a suspect.

    Nan where float64 has no answer, or a side is not positive.

    >>> import sympy as sp
    >>> log_slacks(Relation(sp.S(1), "<=", sp.S(2)), np.array([[1.0, np.e], [-1.0, 1.0]])).tolist()
    [1.0, nan]
    """
    with np.errstate(all="ignore"):
        known = np.where((both > 0) & np.isfinite(both), both, np.nan)
        return _oriented(relation, np.log(known[:, 0]) - np.log(known[:, 1]))


def differences(relation: Relation, both: Rows) -> Rows:
    """The side that should be larger less the other, over the sum of their sizes: from -1 to 1, for any signs.

    Infinite if both sides are zero, which says nothing of tightness; nan if float64 fails.

    >>> import sympy as sp
    >>> differences(Relation(sp.S(1), "<=", sp.S(2)), np.array([[-1.0, 3.0], [0.0, 0.0]])).tolist()
    [1.0, inf]
    """
    lhs, rhs = both.T
    with np.errstate(all="ignore"):
        found = _oriented(relation, (lhs - rhs) / (abs(lhs) + abs(rhs)))
    zero = np.inf if relation.op in ("<=", ">=", "==") else 0.0
    return np.where((lhs == 0) & (rhs == 0), zero, found)


def _oriented(relation: Relation, lhs_over_rhs: Rows) -> Rows:
    relation = between_numbers(relation)
    if relation.op in ("==", "!="):
        return -abs(lhs_over_rhs) if relation.op == "==" else abs(lhs_over_rhs)
    return lhs_over_rhs if relation.op in (">=", ">") else -lhs_over_rhs
