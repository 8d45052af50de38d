"""Whether the claims of the paper may name the theorems in Coq. Nothing here needs Coq.

``proofs/compared.txt`` records what claims and theorems said when a reader compared them. :func:`problems` returns what
is wrong with the proofs, with what Coq printed, or with the record, one sentence for each.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from importlib.resources.abc import Traversable

from ....theory.language.claim import Claim, Obligation
from ....theory.library import BUILT_IN
from ...coq.statements import PROOFS, comments, definitions, modules, rests_on, statements
from .meanings import meanings

_OPEN_ENDED = re.compile(
    r"\b(Admitted|admit|Axioms?|Parameters?|Conjecture|Abort|Defined|give_up|bypass_check|Unset +Guard)\b")


def comparison(claims: Iterable[Claim], folder: Traversable = PROOFS) -> str:
    """The text of ``compared.txt``: the claims in words, the meanings of the words, and the digest of each theorem.

    A digest is that of the statement and of every definition of ours that the statement rests on.
    """
    claims = [claim for claim in claims if claim.theorems]
    printed, known = statements(folder), definitions(folder)
    lines = ["What claims and theorems said when they were compared, the theorem by the digest of its statement and",
             "definitions; then what the words of the claims mean. After a change: compare what 'flatcert explain' and",
             "these lines say, then write this file again with",
             "'python -m flatcert.checks.deep_linear.coq.comparison > proofs/compared.txt'."]
    for claim in claims:
        lines += ["", f"{claim.id} = {claim.title}"]
        lines += [f"  {claim.statement}"] if claim.statement else []
        lines += [f"  {claim.note}"] if claim.note else []
        lines += [f"  not in Coq: {claim.beyond_coq}"] if claim.beyond_coq else []
        for obligation in claim.obligations:
            if obligation.formal:
                text = printed.get(obligation.formal, "")
                whole = "\n".join([text, *rests_on(text, known)])
                lines += ["", f"{claim.id}/{obligation.name} = {obligation.formal} {_digest(whole)[:16]}",
                          f"  {words(obligation)}"]
    for name, meaning in meanings(claims).items():
        lines += ["", f"{name} = {meaning}"]
    return "\n".join(lines) + "\n"


def words(obligation: Obligation) -> str:
    """An obligation in one line: statement, hypotheses, quantifiers, way of deciding, and space of instances."""
    given = f"; given {', '.join(str(x) for x in obligation.given)}" if obligation.given else ""
    over = f"; for all {', '.join(obligation.over)}" if obligation.over else ""
    how = f"{obligation.decide} in {obligation.space}" + (", by definition" if obligation.direct else "")
    return f"{obligation.relation}{given}{over}; {how}"


def problems(claims: Iterable[Claim], folder: Traversable = PROOFS) -> list[str]:
    """Reasons not to call a statement machine-checked. The checks do not need Coq."""
    claims = list(claims)
    texts, said, printed = modules(folder), comments(folder), statements(folder)
    return [*_unproved(texts), *_stale(texts, folder), *_unnamed(said, printed, claims), *_uncompared(claims, folder)]


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


def _uncompared(claims: list[Claim], folder: Traversable) -> list[str]:
    recorded = _entries((folder / "compared.txt").read_text(encoding="utf-8"))
    return [f"{entry.split(' = ')[0]}: not as it was when claims and theorems were compared; "
            "see proofs/compared.txt." for entry in sorted(recorded ^ _entries(comparison(claims, folder)))]


def _entries(text: str) -> set[str]:
    return set(text.rstrip().split("\n\n")[1:])


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


if __name__ == "__main__":
    print(comparison(BUILT_IN), end="")
