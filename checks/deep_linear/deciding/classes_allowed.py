"""The classes of instances that an obligation about networks speaks of, by its hypotheses, quantifiers and space."""

from __future__ import annotations

from collections.abc import Mapping

import sympy as sp

from ....theory.language import quantities as Q
from ....theory.language.claim import Given, Obligation
from ....theory.language.nodes import Relation
from ..instances.classes import CLASSES, DEEP, LAYERS

_SINGULAR = frozenset({"singular covariance", "a minimizer off w*", "singular covariance off the minimum"})
_OFF = frozenset({"weights off the minimum", "singular covariance off the minimum"})
_HIDDEN = frozenset({"a narrow layer", "a wide layer"})
_DEEP = f"depth {DEEP} or more"

EXCLUDED: Mapping[Given | sp.Symbol, frozenset[str]] = {
    "minimizer": _OFF,
    "w == w*": _OFF | {"a minimizer off w*"},
    "L >= 2": frozenset({"depth 1"}),
    "L >= 3": frozenset({"depth 1", "depth 2"}),
    "L == 1": frozenset({"depth 2", _DEEP}) | _HIDDEN,
    "square": _HIDDEN,
    "plain": frozenset({"a read-out"}),
    Relation(Q.lambda_min, ">", 0): _SINGULAR,
    Relation(Q.L * Q.e, "<", Q.lambda_max): frozenset({"d = 1"}),  # there e is the only eigenvalue
    "k < L": frozenset({"depth 1"}),
    Q.kappa: _SINGULAR,
}
"""Classes that a hypothesis or a quantifier excludes, or on which a quantity is not defined."""
BY_SPACE: Mapping[str, frozenset[str]] = {
    "problem": _OFF,  # no weights enter
    "eigenvector": _OFF,
    "products": _OFF,  # minimizers
    "planted": _SINGULAR | _OFF | {"a wide layer"},  # problems with an invertible covariance; no weights enter
    "pairs": _SINGULAR | _OFF,  # no problem enters
    # Trajectories are few: to enclose that of a deep network takes minutes.
    "trajectory": frozenset({_DEEP}),
    "residual-paths": frozenset({_DEEP}),
    # The limit is known to be w* only where the covariance is invertible; at depth 1 there are ties, which
    # balls do not decide; and twelve random starts need not include a narrow layer.
    "limit": frozenset({_DEEP, "depth 1", "a narrow layer"}) | _SINGULAR,
}
"""Classes that a space does not have."""


def classes_allowed(obligation: Obligation, known: tuple[str, ...] = CLASSES) -> tuple[str, ...]:
    """The classes that an obligation speaks of, among those that are known.

    >>> from ....theory.library import BUILT_IN
    >>> classes_allowed(BUILT_IN.claim("conservation").obligation("layers"))[-2:]
    ('the first layer', 'the last layer')
    """
    relations = (obligation.relation, *(g for g in obligation.given if isinstance(g, Relation)))
    words = {x for relation in relations for side in (relation.lhs, relation.rhs) for x in side.free_symbols}
    excluded = set(BY_SPACE.get(obligation.space, ()))
    for key in (*obligation.given, *obligation.over, *words):
        excluded |= EXCLUDED.get(key, frozenset())
    if "minimizer" not in obligation.given:
        excluded.add("a minimizer off w*")
    if not {"k", "k < L", "j <= k"} & set(obligation.over):
        excluded |= set(LAYERS)
    return tuple(name for name in known if name not in excluded)
