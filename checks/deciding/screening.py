"""The float64 screen, in batches: how far an inequality seems to be from failing. The screen decides nothing."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ...theory.language.claim import Obligation
from ...theory.language.matrix_order import between_numbers
from ...theory.language.nodes import Relation
from ..arithmetic.stacks import Rows
from ..evaluation.batches import Pair, sides

SAFE_SLACK = 1e-9
"""Mutants are decided only where the float screen does not show room to spare."""


def slacks(obligation: Obligation, pairs: Sequence[Pair]) -> Rows:
    """Logarithm of the side that should be larger over the other, shape ``(n,)``; negative: a suspect.

    Nan where float64 has no answer, or a side is not positive.
    """
    return log_slacks(obligation.relation, sides(obligation.relation, pairs, obligation.direct))


def log_slacks(relation: Relation, both: Rows) -> Rows:
    """The slacks of :func:`slacks` from both sides, shape ``(n, 2)``.

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
