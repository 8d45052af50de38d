"""`auto`: the proof of a claim that the machine looks for. A search proposes steps; the kernel alone accepts them."""

from __future__ import annotations

from dataclasses import replace

import sympy as sp

from ....theory.algebra.normal_form import NotNormal
from ....theory.language.claim import Claim
from ....theory.language.obligation import Obligation
from ....theory.proof.builder import Proof
from ....theory.proof.citable import Citable
from ....theory.proof.derivation import Derivation
from ....theory.proof.refusal import Refused
from .goals import trials
from .hypotheses import Spelled, given
from .polynomials import Unreadable
from .shortfall import weaker

TRIED = ("no sum of hypotheses, their products, means and squares gives the statement, no powers of the hypotheses, no "
         "cases by order, and no polynomial in numbers between bounds")
"""What was tried, as half a sentence."""

__all__ = ["auto", "derived"]


def auto(proof: Proof) -> dict[str, int]:
    """Look for a proof of each obligation of the claim, from its hypotheses, means, squares, cases and signs.

    Where none is found, the obligation is listed as partial with a sentence that says what was tried, and what follows
    instead; the claim is *certified*.
    """
    yields: dict[str, int] = {}
    for obligation in proof.library.claim(proof.claim).obligations:
        found = _found(proof, obligation)
        if isinstance(found, str):
            proof.partial(obligation.name, f"auto found no proof: {found}{_instead(proof, obligation)}")
            continue
        before = len(proof.steps)
        for step in found.steps:
            proof.add(replace(step, using=tuple(n + before for n in step.using)))
        yields[obligation.name] = len(proof.steps) - 1
    return yields


def derived(obligation: Obligation, claim: str, library: Citable) -> Derivation | None:
    """A derivation of a statement over a setting of one's own, which the kernel has accepted; None where none is found.

    ``claim`` is the name that the derivation bears; it need not be a claim of the library. The last step yields the
    statement.
    """
    found = _found(Proof(claim, library), obligation)
    return None if isinstance(found, str) else found.done({obligation.name: len(found.steps) - 1})


def _found(proof: Proof, obligation: Obligation) -> Proof | str:
    """A proof of an obligation that the kernel accepts; else what is missing, as half a sentence."""
    unfit = _unfit(obligation)
    if unfit:
        return unfit
    problem = TRIED
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


def _instead(proof: Proof, obligation: Obligation) -> str:
    """The strongest weaker statement that has a proof, as the end of a sentence; nothing where none is found."""
    if _unfit(obligation):
        return ""
    goal = Spelled.of(obligation.relation, obligation.setting)
    for relation in weaker(goal.plain, given(obligation)):
        if derived(replace(obligation, relation=relation), proof.claim, proof.library) is not None:
            return f"; what follows is {relation}"
    return ""


def _unfit(obligation: Obligation) -> str:
    """Why the search does not look at an obligation, as half a sentence; empty where it does."""
    if obligation.setting.room:
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
    derivation = written.done({obligation.name: len(written.steps) - 1})
    found = [result.message for result in derivation.check(written.library) if not result.ok]
    return found + derivation.matches(Claim(written.claim, written.claim, (obligation,)), written.library)
