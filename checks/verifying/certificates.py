"""Certificates: decisions as files that anyone can re-check, see CERTIFICATES.md."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from ...theory.language.claim import Obligation
from ...theory.library import BUILT_IN, Library
from .. import checker
from ..authoring.references import FILE, MODULE, load, travels
from ..certificates.certify import Written, rechecked
from ..certificates.form import Certificate
from ..certificates.format import form
from ..certificates.nodes import NoTree
from ..conjecture.proving.certificate import PROOF
from ..conjecture.proving.registered import difference
from ..conjecture.reading import CONJECTURE
from ..deciding.decider import Case
from ..deciding.tokens import place
from ..deciding.verdicts import Verdict
from ..deciding.ways import NotCertifiable, certifiable
from ..instances.streams import parse_name
from ..output.whole_files import write_text
from .replay import named_obligation
from .second_look import decided_again

if TYPE_CHECKING:
    from .run import ClaimReport

SHARE = 2
"""How many random decisions of each obligation are certified, beside the tightest one and all refutations."""


def wanted(reports: dict[str, ClaimReport]) -> list[tuple[str, str, str]]:
    """The decisions that a run certifies, as (claim, obligation or mutant, instance); no instance: a random share."""
    found: set[tuple[str, str, str]] = set()
    for claim_id, report in reports.items():
        for example in [*report.counterexamples, *(
                m.counterexample for m in report.mutants if m.counterexample is not None)]:
            found.add((claim_id, example.obligation, place(example.token)))
        for name, tally in report.tallies.items():
            found |= {(claim_id, name, tally.at)} if tally.at else set()
            found |= {(claim_id, name, "")} if tally.held else set()
        found |= {(claim_id, name, attack.exact) for name, attack in report.attacks.items() if attack.exact}
    return sorted(found)


def certify_unit(reference: str, claim_id: str, name: str, at: str, seed: int) -> list[Written]:
    """The certificates of a decision, or of :data:`SHARE` random ones where ``at`` is empty."""
    obligation = named_obligation(load(reference), claim_id, name)
    try:
        decides = certifiable(obligation)
        form(obligation).statement()
    except NotCertifiable as error:
        return [Written(f"{claim_id}/{name}", reason=str(error))]
    except NoTree as error:
        return [Written(f"{claim_id}/{name}", reason=f"{error} is not in the format")]
    if at:
        return [certified(claim_id, obligation, decides.named(at), reference)]
    found: list[Written] = []
    for case in _random_cases(claim_id, obligation, seed):
        made = certified(claim_id, obligation, case, reference)
        found += [] if made.reason == Verdict.NOT_APPLICABLE else [made]
        if len(found) == SHARE:
            break
    return found


def _random_cases(claim_id: str, obligation: Obligation, seed: int) -> Iterator[Case]:
    """Instances of the obligation's space in an order that depends on the seed and the names only."""
    decides = certifiable(obligation)
    drawn = islice(decides.drawn(decides.space, seed), decides.sampled)
    yield from sorted(drawn, key=lambda case: hashlib.sha256(
        f"{claim_id}/{obligation.name}@{parse_name(case.name)}".encode()).digest())


def certified(
    claim_id: str, obligation: Obligation, case: Case, reference: str = BUILT_IN.reference
) -> Written:
    """The certificate of one decision, re-checked before it is given out."""
    verdict, choices = certifiable(obligation).with_choices(case)
    if verdict not in (Verdict.HELD, Verdict.REFUTED):
        return Written(f"{claim_id}/{obligation.name}@{case.name}", reason=verdict)
    return rechecked(claim_id, obligation, case, verdict, choices, reference)


def write(directory: Path, certificate: Certificate) -> Path:
    """Write a certificate, whole or not at all, under a name computed from its contents. Raises OSError."""
    stem = "".join(c if c.isalnum() or c in "-." else "_" for c in certificate["id"])[:80]
    target = directory / f"{stem}.{certificate['digest'][:12]}.json"
    write_text(target, json.dumps(certificate, indent=1) + "\n")
    return target


@dataclass(frozen=True)
class Rechecked:
    """The answer on a certificate: ``accepted``, ``rejected`` or ``undecided``, with what it proves or the reason.

    ``about`` is ``claim``, ``mutant`` or ``conjecture``. For an accepted refutation of a claim there is a reason, too.
    """

    answer: str
    proved: str = ""
    about: str = ""
    reason: str = ""

    @property
    def alarming(self) -> bool:
        """Whether it refutes a claim of the library, not a mutant or a conjecture."""
        return self.answer == "accepted" and self.about == "claim" and self.proved.endswith("refuted")


def recheck(file: Path, library: Library = BUILT_IN) -> Rechecked:
    """Re-check a certificate: its digest and its decision by the checker, its statement against the library's.

    The engine decides again, from the exact instance, what refutes a claim or is proved *given an enclosure*. A
    certificate of another theory than the built-in one is compared with ``library``: the theory that the certificate
    names is never loaded, because loading runs its Python.
    """
    try:
        data = checker.read(file)
        reference, claim_id = str(data.get("theory", BUILT_IN.reference)), str(data["id"]).partition("/")[0]
        known = (one for one in (library, *library.bases) if one is not BUILT_IN and claim_id in one.claims)
        theory = BUILT_IN if reference == BUILT_IN.reference else next(known, library)
        if theory is BUILT_IN and reference != BUILT_IN.reference:
            return Rechecked("undecided", checker.check(data).partition(":")[0], reason=_not_loaded(reference))
        found = _compared(data, theory)
        return replace(found, reason="; ".join(filter(None, (found.reason, _changed(reference, theory)))))
    except checker.Undecided as error:
        return Rechecked("undecided", reason=str(error))
    except (checker.Rejected, ArithmeticError, OSError, RecursionError, ValueError, LookupError, TypeError) as error:
        return Rechecked("rejected", reason=str(error.args[0] if isinstance(error, KeyError) else error))


def _place(reference: str) -> tuple[str, str]:
    """The file or module of a theory, and the digest of the file, where there is one."""
    place, _, digest = reference.removeprefix(FILE).removeprefix(MODULE).partition("#")
    return place, digest


def _not_loaded(reference: str) -> str:
    known = "the checker accepts it, and its statement was compared with no theory"
    if not travels(reference):
        return f"{known}: save that of {reference} in a file, and pass it by --theory"
    return f"{known}: pass --theory {_place(reference)[0]} (which runs that Python)"


def _changed(reference: str, theory: Library) -> str:
    """A sentence where the file of a theory is another than the one that a certificate was written for."""
    (_, then), (place, now) = _place(reference), _place(theory.reference)
    return f"the file {place} has changed since the certificate was written" if then and now and then != now else ""


def _compared(data: Certificate, library: Library) -> Rechecked:
    """The answer on a certificate of a library."""
    claim_id, _, name = str(data["id"]).partition("/")
    if data.get("kind") == PROOF:
        differs = difference(data, library)
        return Rechecked("rejected", reason=differs) if differs else Rechecked(
            "accepted", checker.check(data).partition(":")[0], claim_id,
            "every fact is what the derivation says that is named there, recomputed")
    meant = named_obligation(library, claim_id, name)
    # Compare before checking: a foreign statement may take for ever to check. A conjecture has one name.
    differs = "name" if meant.name != name else _difference(form(meant).statement(), data["statement"])
    if differs:
        return Rechecked("rejected", reason=f"its {differs} is not that of {data['id']!r}")
    proved = checker.check(data).partition(":")[0]
    about = claim_id if claim_id == CONJECTURE else "mutant" if "~" in name else "claim"
    found = Rechecked("accepted", proved, about)
    return _looked_at_twice(found, meant, data) if found.alarming or proved.startswith("given") else found


_PARTS = {"given": "list of hypotheses", "lhs": "left side", "op": "operator", "rhs": "right side",
          "data": "list of data"}


def _difference(meant: Certificate, found: Certificate) -> str:
    """The name of the first part in which two statements differ; empty where they agree."""
    for key in (*meant, *(key for key in found if key not in meant)):
        if key not in meant or key not in found or meant[key] != found[key]:
            return _PARTS.get(key, f"entry {key!r}")
    return ""


def _looked_at_twice(found: Rechecked, meant: Obligation, data: Certificate) -> Rechecked:
    engine = decided_again(meant, data)
    if engine is Verdict.INCONCLUSIVE:
        return replace(found, answer="undecided", reason=f"the checker says {found.proved}, the engine cannot tell")
    if engine != data["verdict"]:
        return replace(found, answer="rejected", reason=(
            f"the checker says {found.proved}, but the engine does not agree: it says {engine}. "
            "If nobody changed the file, this is a bug in flatcert; please report it with the file"))
    if found.alarming and "theory" not in data:
        return replace(found, reason=(f"it refutes the registered claim {data['id']}, and the engine agrees: "
                                      "this is a bug in flatcert or in the claim; please report it with the file"))
    if found.alarming:
        return replace(found, reason=f"it refutes the claim {data['id']}, and the engine agrees: the claim is false")
    return found
