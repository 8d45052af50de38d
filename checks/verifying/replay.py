"""Repeat one decision, by the token that a report prints."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass

from ...theory.language.claim import Obligation
from ...theory.library import BUILT_IN, Library
from ..authoring.theory import Theory, library_of
from ..conjecture.answer import ConjectureQuestion
from ..conjecture.language import language_of
from ..conjecture.reading import CONJECTURE, read_line
from ..deciding.verdicts import Verdict, shown
from ..deciding.ways import decider
from ..second_line.steps import judge
from .words import WORDS, dictionary


@dataclass(frozen=True)
class Replay:
    """The statement, the instance, and the decision made again."""

    statement: str
    instance: dict[str, object]
    values: dict[str, object]
    verdict: Verdict
    bits: int
    route: str


def replay(token: str, library: Library | Theory = BUILT_IN) -> Replay:
    """Decide ``claim/obligation@family:seed:index`` again (a mutant is ``obligation~label``, a step ``step 7``).

    An instance without such a name is spelled out as JSON after the ``@``. ``words/WORD@...`` is the comparison of a
    word with its definition.

    Raises ValueError or KeyError with a sentence for a token that names nothing.

    >>> str(replay("sharpness-lower/minimizers~2L -> 2.1L@classics:0:1").verdict)
    'refuted'
    """
    library = library_of(library)
    head, _, name = token.rpartition("@")
    claim_id, _, wanted = head.partition("/")
    if not claim_id or not wanted:
        raise ValueError(f"{token!r} is not a token; write claim/obligation@family:seed:index")
    if wanted.startswith("step "):
        return _step(library, claim_id, wanted.removeprefix("step "), name)
    if claim_id == WORDS:
        compared = dictionary(library.setting).again(wanted, name)
        return Replay(f"{wanted} is what its definition says", {"name": name},
                      {"found": compared.found, "by its definition": compared.stated},
                      Verdict.of(compared.agrees), 0, "comparison")
    obligation = named_obligation(library, claim_id, wanted)
    decides = decider(obligation)
    case = decides.named(name)
    outcome = (ConjectureQuestion(obligation) if claim_id == CONJECTURE else decides).decide(case)
    return Replay(str(obligation.relation), case.describe(), shown(outcome.values), outcome.verdict, outcome.bits,
                  outcome.route)


def _step(library: Library, claim_id: str, number: str, name: str) -> Replay:
    library = library.home(claim_id)
    found = library.derivation(claim_id)
    judgments = found.judgments(library) if found is not None else []
    if not number.isdecimal() or not 1 <= int(number) <= len(judgments):
        raise ValueError(f"the derivation of {claim_id!r} has steps 1 to {len(judgments)}, and no step {number!r}")
    judgment = judgments[int(number) - 1]
    if judgment is None:
        raise ValueError(f"step {number} of {claim_id!r} is refused by its rule")
    judges = judge(library.setting)
    outcome, described = judges.decided(judgment, name), judges.described(name)
    if outcome.contradiction is not None:
        return Replay(str(judgment.relation), described, outcome.contradiction.values, Verdict.REFUTED, 0,
                      outcome.contradiction.why)
    return Replay(str(judgment.relation), described, {},
                  Verdict.HELD if outcome.agreed else Verdict.NOT_APPLICABLE, 0,
                  outcome.reason or "agrees")


def named_obligation(library: Library, claim_id: str, wanted: str) -> Obligation:
    """The obligation or mutant of a claim, or the conjecture that a line states. Raises KeyError, ValueError."""
    if claim_id == CONJECTURE:
        return read_line(wanted, language_of(library)).obligation
    for obligation in library.claim(claim_id).obligations:
        if obligation.name == wanted:
            return obligation
        for mutant in obligation.mutants:
            with suppress(ValueError):  # the statement was edited, and this mutant changes nothing any more
                false = mutant.of(obligation)
                if false.name == wanted:
                    return false
    names = ", ".join(obligation.name for obligation in library.claim(claim_id).obligations)
    raise ValueError(f"the claim {claim_id!r} has no obligation or mutant {wanted!r}; it has {names}")
