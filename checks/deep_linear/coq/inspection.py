"""Whether the claims of the paper may name the theorems in Coq, as far as it is seen without Coq.

:func:`problems` returns what is wrong with the proofs, with what Coq printed, or with the links from the claims to the
theorems, one sentence for each.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from importlib.resources.abc import Traversable

from ....theory.language.claim import Claim
from ...coq.statements import PROOFS, comments, modules, statements
from .linking import links
from .needs import NotInCoq

_OPEN_ENDED = re.compile(
    r"\b(Admitted|admit|Axioms?|Parameters?|Conjecture|Abort|Defined|give_up|bypass_check|Unset +Guard)\b")


def problems(claims: Iterable[Claim], folder: Traversable = PROOFS) -> list[str]:
    """Reasons not to call a statement machine-checked. The checks do not need Coq."""
    claims = list(claims)
    texts, said, printed = modules(folder), comments(folder), statements(folder)
    return [*_unproved(texts), *_stale(texts, folder), *_unnamed(said, printed, claims), *_unlinked(claims, folder)]


def _unproved(texts: dict[str, str]) -> list[str]:
    found = []
    for module, text in texts.items():
        bare = re.sub(r"\(\*.*?\*\)", "", text, flags=re.DOTALL)
        found += [f"{module}.v contains {word!r}: prove it, or leave it out." for word in _OPEN_ENDED.findall(bare)]
        started, ended = (len(re.findall(rf"\b{word}\.", bare)) for word in ("Proof", "Qed"))
        stated = len(re.findall(r"^(?:Theorem|Lemma|Corollary)\b", bare, re.MULTILINE))
        if started != ended or stated > ended:
            found.append(f"{module}.v states {stated} facts, and begins {started} and ends {ended} proofs.")
    return found


def _stale(texts: dict[str, str], folder: Traversable) -> list[str]:
    recorded = re.search(r"^sources (\w+)$", (folder / "statements.txt").read_text(encoding="utf-8"), re.MULTILINE)
    if recorded is None or recorded[1] != _digest("".join(texts.values())):
        return ["statements.txt is not of these .v files: run 'sh proofs/check.sh --update', which needs Coq."]
    return []


def _unnamed(said: dict[str, str], printed: dict[str, str], claims: list[Claim]) -> list[str]:
    found = [f"{name} is a Theorem, but not in statements.txt: run 'sh proofs/check.sh --update'."
             for name in said.keys() - printed.keys()]
    for claim in claims:
        for obligation, name in claim.theorems.items():
            if name not in said or name not in printed:
                found.append(f"{claim.id}/{obligation} names {name}, but proofs/ has no such Theorem.")
            elif f"`{claim.id}`" not in said[name]:
                found.append(f"{claim.id}/{obligation} names {name}, whose comment does not name {claim.id}.")
    return found


def _unlinked(claims: list[Claim], folder: Traversable) -> list[str]:
    """Obligations that the printer cannot write, or whose proof does not use the theorem that they name."""
    try:
        linked = links(claims, folder)
    except NotInCoq as problem:
        return [str(problem)]
    lemmas = (folder / "link.v").read_text(encoding="utf-8").partition("Section Link.")[2]
    return [f"{link.key} names {link.obligation.formal}, which its proof in links.txt does not use." for link in linked
            if not re.search(rf"\b{link.obligation.formal.partition('.')[2]}\b", link.ending + lemmas)]


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()

