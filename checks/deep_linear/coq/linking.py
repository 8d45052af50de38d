"""The file that Coq checks: each statement as the printer writes it, proved by its theorem of ``proofs/``.

``proofs/links.txt`` holds the few lines that end each proof, by claim and obligation. Nothing here needs Coq.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from importlib.resources.abc import Traversable

from ....theory.language.claim import Claim
from ....theory.language.obligation import Obligation
from ...coq.statements import PROOFS, modules
from .printer import Statement, statement
from .terms import NotInCoq


@dataclass(frozen=True)
class Link:
    """A statement of a claim, the theorem that it is said to be, and the end of its proof."""

    claim: Claim
    obligation: Obligation
    statement: Statement
    ending: str

    @property
    def key(self) -> str:
        return f"{self.claim.id}/{self.obligation.name}"

    @property
    def name(self) -> str:
        """The name of the theorem in the file."""
        return re.sub(r"\W", "_", self.key)


def endings(folder: Traversable = PROOFS) -> dict[str, str]:
    """The ends of the proofs, by claim and obligation; several with one end stand in one line."""
    blocks = (folder / "links.txt").read_text(encoding="utf-8").split("\n== ")[1:]
    return {key: text.strip() for heading, _, text in (block.partition("\n") for block in blocks)
            for key in heading.split()}


def links(claims: Iterable[Claim], folder: Traversable = PROOFS) -> list[Link]:
    """Every obligation that names a theorem, as a statement with its proof. Raises NotInCoq for an unknown word."""
    ends = endings(folder)
    return [Link(claim, one, statement(one), ends.get(f"{claim.id}/{one.name}", f"exact: {one.formal}."))
            for claim in claims for one in claim.obligations if one.formal]


def header(folder: Traversable = PROOFS) -> str:
    """What the file begins with."""
    return "\n".join(["From mathcomp Require Import all_ssreflect all_algebra ssrAC.",
                      f"From flatcert Require Import {' '.join(modules(folder))}.",
                      "Set Implicit Arguments.", "Unset Strict Implicit.", "Unset Printing Implicit Defensive.",
                      "Import Order.TTheory GRing.Theory Num.Theory.", "Local Open Scope ring_scope.", ""])


def theorem(link: Link) -> str:
    """A statement and its proof."""
    return (f"(* {link.key}: {link.obligation.relation} *)\nTheorem {link.name} : {link.statement}.\nProof.\n"
            f"move=> {link.statement.names}.\n{link.ending}\nQed.\n")


def control(link: Link, label: str, mutant: Statement, number: int) -> str:
    """A mutant: Coq must read its statement, and its proof must fail."""
    script = " ".join(re.sub(r"\(\*.*?\*\)", "", link.ending).split())
    return (f"(* {link.key}: {label} *)\nDefinition mutant_{number} : Prop := {mutant}.\n"
            f"Fail Definition proof_{number} : mutant_{number} := "
            f"ltac:(rewrite /mutant_{number}; move=> {mutant.names}; {script}).\n")
