"""`auto`: the proof of a claim that the machine looks for. A search proposes steps; the kernel alone accepts them."""

from __future__ import annotations

from dataclasses import replace

import sympy as sp

from ....theory.algebra.normal_form import NotNormal
from ....theory.language.obligation import Obligation
from ....theory.language.setting import DEEP_LINEAR
from ....theory.proof.builder import Proof
from ....theory.proof.citable import Citable
from ....theory.proof.refusal import Refused
from .goals import trials
from .hypotheses import Spelled, given
from .polynomials import Unreadable

__all__ = ["auto", "is_true"]


def auto(proof: Proof) -> dict[str, int]:
    """Look for a proof of each obligation of the claim: a sum of hypotheses, weighted means, squares and signs.

    Where none is found, the obligation is listed as partial with a sentence that says what is missing, and the claim is
    *certified*.
    """
    yields: dict[str, int] = {}
    for obligation in proof.library.claim(proof.claim).obligations:
        found = _found(proof, obligation)
        if isinstance(found, str):
            proof.partial(obligation.name, f"auto found no proof: {found}")
            continue
        before = len(proof.steps)
        for step in found.steps:
            proof.add(replace(step, using=tuple(n + before for n in step.using)))
        yields[obligation.name] = len(proof.steps) - 1
    return yields


def is_true(obligation: Obligation, claim: str, library: Citable) -> bool:
    """Whether the search finds a proof of a statement next to a claim, such as a mutant that is not false."""
    return isinstance(_found(Proof(claim, library), obligation), Proof)


def _found(proof: Proof, obligation: Obligation) -> Proof | str:
    """A proof of an obligation that the kernel accepts; else what is missing, as half a sentence."""
    unfit = _unfit(obligation)
    if unfit:
        return unfit
    problem = "no sum of the hypotheses, of means and of squares of the terms gives the statement"
    goal = Spelled.of(obligation.relation, obligation.setting)
    try:
        for trial in trials(goal, given(obligation)):
            written = Proof(proof.claim, proof.library)
            try:
                trial(written)
            except (Refused, NotNormal) as error:
                problem = f"a step that it proposed was refused: {error}"
                continue
            refused = _refused(written, obligation)
            if not refused:
                return written
            problem = f"the kernel did not accept what it proposed: {refused[0]}"
    except Unreadable as error:
        return str(error)
    return problem


def _unfit(obligation: Obligation) -> str:
    """Why the search does not look at an obligation, as half a sentence; empty where it does."""
    if obligation.setting is DEEP_LINEAR:
        return "it looks at settings of one's own only"
    if obligation.over or obligation.decide not in ("ordered", "identity"):
        return "the statement is no plain inequality between numbers"
    relations = [one.plain for one in (Spelled.of(obligation.relation, obligation.setting), *given(obligation))]
    for relation in relations:
        if any(node.is_Matrix for side in relation.sides for node in sp.preorder_traversal(side)
               if isinstance(node, sp.Basic) and hasattr(node, "is_Matrix")):
            return f"{relation} is about matrices, and it looks at numbers only"
    unused = [relation for relation in relations[1:] if relation.op not in ("<=", "<", ">=", ">", "==")]
    return f"it does not use the hypothesis {unused[0]}" if unused else ""


def _refused(written: Proof, obligation: Obligation) -> list[str]:
    """Why the steps do not prove the obligation; nothing where they do."""
    claim = written.library.claim(written.claim)
    derivation = written.done({obligation.name: len(written.steps) - 1})
    found = [result.message for result in derivation.check(written.library) if not result.ok]
    others = replace(claim, obligations=(obligation,), statement=None)
    return found + derivation.matches(others, written.library)
