"""One claim in full, as plain text."""

from __future__ import annotations

from ..theory.claims import Claim, Obligation
from ..theory.registry import derivation
from .machine_checked import MEANING, comments, definitions, rests_on, statements


def explanation(claim: Claim) -> str:
    """Statement, obligations with hypotheses and mutants, and the derivation step by step."""
    lines = [f"{claim.id}: {claim.title}", f"origin: {', '.join(claim.origins)}; kind: {claim.kind}",
             f"rests on: {', '.join(claim.requires) or 'nothing'}"]
    if claim.statement is not None:
        lines += ["", f"  {claim.statement}"]
    if claim.note:
        lines += ["", claim.note]
    for obligation in claim.obligations:
        lines += ["", *_obligation(obligation)]
    return "\n".join([*lines, "", *_derivation(claim), *_machine_checked(claim)])


def _obligation(obligation: Obligation) -> list[str]:
    given = ", ".join(str(g) for g in obligation.given) or "nothing"
    lines = [f"obligation {obligation.name} ({obligation.decide}): {obligation.relation}", f"  given: {given}"]
    if obligation.over:
        lines.append(f"  for all: {', '.join(obligation.over)}")
    lines += [f"  false: {mutant.label}" for mutant in obligation.mutants]
    return lines


def _machine_checked(claim: Claim) -> list[str]:
    """The theorems in Coq, as Coq prints them, for a reader to compare, with the definitions they rest on."""
    if not claim.theorems:
        return ["", "machine-checked statement: none"]
    said, printed = comments(), statements()
    missing = [o.name for o in claim.obligations if not o.formal]
    lines = ["", "machine-checked statement" + (f", without {', '.join(missing)}:" if missing else ":")]
    for theorem in dict.fromkeys(claim.theorems.values()):
        names = ", ".join(name for name, found in claim.theorems.items() if found == theorem)
        lines += ["", f"{names}: {theorem}, in words: {said[theorem]}",
                  *(f"  {line}" for line in printed[theorem].splitlines())]
    used = rests_on("\n".join(printed[theorem] for theorem in claim.theorems.values()), definitions())
    lines += ["", "with the definitions:", *(f"  {line}" for text in used for line in text.splitlines())]
    return [*lines, "", MEANING]


def _derivation(claim: Claim) -> list[str]:
    found = derivation(claim.id)
    if found is None:
        return ["no derivation"]
    lines = [f"derivation, {len(found.steps)} steps:"]
    for number, (step, result) in enumerate(zip(found.steps, found.check(), strict=True), 1):
        using = f" from {', '.join(str(i + 1) for i in step.using)}" if step.using else ""
        mark = "ok" if result.ok else f"REFUSED: {result.message}"
        lines.append(f"{number:4}. {step.statement}")
        lines.append(f"      [{step.rule.name}{using}] {step.note} ({mark})".replace("]  (", "] ("))
    for name, reason in found.partial.items():
        lines.append(f"not derived: {name}: {reason}")
    return lines
