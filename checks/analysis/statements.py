"""Which statements of the theory are about a user's data or network: all are found by their words."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import sympy as sp

from ...theory.language.claim import Claim, Obligation
from ...theory.language.nodes import Relation
from ...theory.language.quantifiers import QUANTIFIERS
from ...theory.language.quantities import S, S_min, eta, norm_w_net, sources_in, theta, trace
from ...theory.library import BUILT_IN

_PROBLEM = {"problem", "depth"}
_LAYER = {"k", "j", "left", "right"}


class Stated(NamedTuple):
    """An obligation with its claim."""

    claim: Claim
    obligation: Obligation

    @property
    def relation(self) -> Relation:
        return self.obligation.relation


def _all() -> Iterator[Stated]:
    return (Stated(claim, obligation) for claim in BUILT_IN for obligation in claim.obligations)


def _of_weights() -> Iterator[Stated]:
    """Yield the inequalities about given weights that reports show."""
    for stated in _all():
        asked = stated.obligation
        if (stated.claim.kind == "inequality" and asked.decide == "ordered" and not asked.direct
                and "W" in asked.over and asked.shown is not None):
            yield stated


def on_minimizers() -> tuple[Stated, ...]:
    """The statements that compare the sharpness of a minimizer with numbers of its problem, ``θ`` and ``‖w‖``.

    Lower bounds come before the others, and among either the statements of the paper come first.
    """
    found = (stated for stated in _of_weights()
             if stated.relation.lhs == S and "minimizer" in stated.obligation.given
             and sources_in(stated.relation.rhs.xreplace({theta: sp.S.Zero, norm_w_net: sp.S.One})) <= _PROBLEM)
    return tuple(sorted(found, key=lambda stated: (stated.relation.op != ">=", "paper" not in stated.claim.origins)))


def on_networks() -> tuple[Stated, ...]:
    """The statements about all weights or their layers. Those about the network as a whole come last."""
    found = (stated for stated in _of_weights() if "minimizer" not in stated.obligation.given and all(
        word.name in _LAYER for quantifier in stated.obligation.over for word in QUANTIFIERS[quantifier].binds))
    return tuple(sorted(found, key=lambda stated: (stated.obligation.over == ("W",), len(stated.obligation.over))))


def marks() -> dict[str, Obligation]:
    """The statements that compare the sharpness of a minimizer with a number of its problem other than ``S_min``.

    They are given by the names that reports have for their right sides, with the upper bounds last.
    """
    found = (stated for stated in on_minimizers() if not stated.relation.rhs.has(S_min, theta, norm_w_net))
    return {obligation.shown or claim.id: obligation
            for claim, obligation in sorted(found, key=lambda stated: stated.relation.op == "<=")}


def bounds_of_problem() -> dict[str, Obligation]:
    """Each claim with the obligation whose right side is a bound: the rungs of the ladder, then that of the trace.

    >>> list(bounds_of_problem())[:3]
    ['sharpness-lower', 'sharpness-lower-tight', 'min-sharpness-bracket']
    """
    steps = BUILT_IN.claim("min-sharpness-ladder").obligations
    rungs = [steps[0].relation.lhs, *(step.relation.rhs for step in steps)]
    found = [next(stated for stated in _all() if stated.relation.rhs == rung) for rung in rungs if rung != S_min]
    found += [stated for stated in _all() if (stated.relation.lhs, stated.relation.op) == (trace, ">=")]
    return {claim.id: obligation for claim, obligation in found}


def learning_rates() -> dict[str, sp.Expr]:
    """The learning rates above which every minimizer is unstable, by the obligations of claim `learning-rate`.

    The exact one is left out: ``S_min`` is enclosed on its own.

    >>> list(learning_rates())
    ['paper', 'tight']
    """
    return {obligation.name: given.rhs for obligation in BUILT_IN.claim("learning-rate").obligations
            for given in obligation.given
            if isinstance(given, Relation) and (given.lhs, given.op) == (eta, ">") and not given.rhs.has(S_min)}
