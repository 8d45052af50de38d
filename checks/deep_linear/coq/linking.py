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
from .needs import NotInCoq
from .printer import Statement, statement

SECONDS = 60
"""How long the proof of a mutant may take. One that takes longer is not refused, and is reported."""


@dataclass(frozen=True)
class Link:
    """A statement of a claim, and the end of its proof, which uses the theorem that the obligation names."""

    claim: Claim
    obligation: Obligation
    statement: Statement
    ending: str

    @property
    def key(self) -> str:
        """Claim and obligation."""
        return f"{self.claim.id}/{self.obligation.name}"

    @property
    def text(self) -> str:
        """The statement and its proof."""
        name = re.sub(r"\W", "_", self.key)
        return (f"(* {self.key}: {self.obligation.relation} *)\nTheorem {name} : {self.statement}.\nProof.\n"
                f"move=> {self.statement.names}.\n{self.ending}\nQed.\nPrint Assumptions {name}.\n")


@dataclass(frozen=True)
class Control:
    """A mutant of a linked statement, by the same printer: Coq must read it, and its proof must fail."""

    link: Link
    label: str
    statement: Statement

    @property
    def key(self) -> str:
        """Claim, obligation and mutant."""
        return f"{self.link.key}: {self.label}"

    @property
    def text(self) -> str:
        """The statement, and its proof, which must fail: ``Fail`` is an error if the proof succeeds."""
        proof = f"rewrite /mutant; move=> {self.statement.names};\n{self.link.ending.removesuffix('.')}"
        name = re.sub(r"\W", "_", f"Control_{self.key}", flags=re.ASCII)
        return (f"(* {self.key} *)\nModule {name}.\nDefinition mutant : Prop := {self.statement}.\n"
                f"Timeout {SECONDS} Fail Definition proof : mutant := ltac:({proof}).\nEnd {name}.\n")


def endings(folder: Traversable = PROOFS) -> dict[str, str]:
    """The ends of the proofs by claim and obligation; a heading may name several obligations."""
    blocks = (folder / "links.txt").read_text(encoding="utf-8").split("\n== ")[1:]
    return {key: text.strip() for heading, _, text in (block.partition("\n") for block in blocks)
            for key in heading.split()}


def links(claims: Iterable[Claim], folder: Traversable = PROOFS) -> list[Link]:
    """Every obligation that names a theorem, as a statement with its proof.

    Raises:
        NotInCoq: a statement contains a word that the printer does not know; the message names the obligation, too.
    """
    ends, found = endings(folder), []
    for claim in claims:
        for one in claim.obligations:
            key = f"{claim.id}/{one.name}"
            if one.formal:
                try:
                    found.append(Link(claim, one, statement(one), ends.get(key, f"exact: {one.formal}.")))
                except NotInCoq as problem:
                    raise NotInCoq(f"{key} names a theorem in Coq, but is not printed: {problem}.") from None
    return found


def controls(linked: Iterable[Link]) -> tuple[list[Control], list[str]]:
    """The mutants of the linked obligations, and one sentence for each mutant that the printer cannot write."""
    found, left_out = [], []
    for link in linked:
        for mutant in link.obligation.mutants:
            try:
                found.append(Control(link, mutant.label, statement(mutant.of(link.obligation), link.obligation)))
            except NotInCoq as problem:
                left_out.append(f"{link.key}: {mutant.label}: not printed, as {problem}.")
    return found, left_out


def header(folder: Traversable = PROOFS) -> str:
    """What a file of statements begins with."""
    return "\n".join(["From mathcomp Require Import all_ssreflect all_algebra ssrAC.",
                      f"From flatcert Require Import {' '.join(modules(folder))}.",
                      "Set Implicit Arguments.", "Unset Strict Implicit.", "Unset Printing Implicit Defensive.",
                      "Import Order.TTheory GRing.Theory Num.Theory.", "Local Open Scope ring_scope.", "", ""])
