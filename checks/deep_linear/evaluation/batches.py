"""Statements evaluated in float64 on many instances at once: both sides, by the same trees and the same bindings.

Instances are evaluated together where the integers of the statement agree: depth, ``k`` and ``j``, and the
dimension where it enters by itself. The few that are left over are evaluated one at a time.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence

import numpy as np

from ....theory.language.matrix_order import between_numbers
from ....theory.language.nodes import Relation
from ...arithmetic.stacks import Ragged, Rows, rows_of
from ...evaluation.abstract_scope import Pair
from ...evaluation.evaluate import evaluate
from .scope import RealScope
from .stacked_scope import FAILURES, FLOATS, StackScope, Unanswered, grouped

FEW = 4
"""Fewer instances than these are evaluated one at a time, which is faster."""


def sides(relation: Relation, pairs: Sequence[Pair], direct: bool = False) -> Rows:
    """Both sides in float64, shape ``(n, 2)``; nan where float64 has no answer.

    >>> from ....theory.library import BUILT_IN
    >>> from ..instances.pool import instance
    >>> relation = BUILT_IN.claim("sharpness-lower").obligation("minimizers").relation
    >>> sides(relation, [Pair(instance("classics", 0, i), {}) for i in (1, 2)]).round(12).tolist()
    [[4.0, 4.0], [2.0, 2.0]]
    """
    relation = between_numbers(relation)
    scopes = [RealScope(case, FLOATS, values, direct=direct) for case, values in pairs]
    with np.errstate(all="ignore"):
        found = _by_groups(relation, scopes, grouped(range(len(scopes)), lambda i: _integers(scopes[i])))
    found[np.isnan(found).any(axis=1)] = np.nan
    return found


def _integers(scope: RealScope) -> Hashable:
    """What exponents, indices and the limits of sums depend on, and which names have values."""
    return scope.instance.depth, scope.values.get("k"), scope.values.get("j"), tuple(scope.values)


def _by_groups(relation: Relation, scopes: list[RealScope], groups: list[list[int]]) -> Rows:
    found = np.full((len(scopes), 2), np.nan)
    for group in groups:
        found[group] = _together(relation, [scopes[i] for i in group])
    return found


def _together(relation: Relation, scopes: list[RealScope]) -> Rows:
    """Both sides on instances of the same integers."""
    if len(scopes) < FEW:
        return np.concatenate([_alone(relation, scope) for scope in scopes])
    places = range(len(scopes))
    try:
        stacked = StackScope(scopes)
        rows = [np.broadcast_to(rows_of(evaluate(side, stacked)), len(scopes)) for side in (relation.lhs, relation.rhs)]
        return np.stack(rows, axis=1)
    except Unanswered as without:
        groups = [[i for i in places if scopes[i].instance not in without.instances],
                  *([i] for i in places if scopes[i].instance in without.instances)]
    except (Ragged, KeyError, *FAILURES):  # the integer d, for one, is unknown where dimensions differ
        groups = grouped(places, lambda i: scopes[i].instance.dimension)
        if len(groups) == 1:
            groups = [[i] for i in places]
    return _by_groups(relation, scopes, [group for group in groups if group])


def _alone(relation: Relation, scope: RealScope) -> Rows:
    try:
        return np.array([[float(evaluate(side, scope)) for side in (relation.lhs, relation.rhs)]])
    except FAILURES:
        return np.full((1, 2), np.nan)
