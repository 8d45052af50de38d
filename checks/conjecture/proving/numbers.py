"""Conjectures over a setting of one's own: the search of `auto`, with those hypotheses that it can use."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import sympy as sp

from ....theory.algebra.normal_form import NotNormal
from ....theory.language.claim import Given
from ....theory.language.nodes import Relation
from ....theory.language.setting import Setting
from ....theory.library import Library
from ....theory.proof.builder import Proof
from ....theory.proof.derivation import NO_CLAIM, Derivation
from ....theory.proof.own_words import spelled
from ....theory.proof.refusal import Refused
from ...authoring.proving.goals import plain_trials
from ...authoring.proving.hypotheses import Spelled
from ...authoring.proving.polynomials import Unreadable
from .growing import CONCLUSION

__all__ = ["proposals", "usable"]

_READ = ("<=", "<", ">=", ">", "==")


def usable(given: Iterable[Given], setting: Setting) -> list[Spelled]:
    """The hypotheses that are inequalities or equalities between numbers."""
    found = [Spelled.of(one, setting) for one in sorted(spelled(tuple(given), setting), key=str)
             if isinstance(one, Relation)]
    return [one for one in found if one.plain.op in _READ and not _is_about_matrices(one.plain)]


def proposals(goal: Relation, given: Iterable[Given], library: Library) -> Iterator[Derivation]:
    """Derivations of a goal that the search proposes; the kernel may refuse them."""
    spelled_goal = Spelled.of(goal, library.setting)
    if _is_about_matrices(spelled_goal.plain):
        return
    try:
        for trial in plain_trials(spelled_goal, usable(given, library.setting)):
            p = Proof(NO_CLAIM, library)
            try:
                last = trial(p)
            except (Refused, NotNormal):
                continue
            yield p.done({CONCLUSION: last})
    except Unreadable:
        return


def _is_about_matrices(relation: Relation) -> bool:
    return any(getattr(node, "is_Matrix", False) for side in relation.sides for node in sp.preorder_traversal(side))
