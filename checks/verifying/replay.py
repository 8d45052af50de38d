"""Repeat one decision, by the token that a report prints."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from ...theory.language.claim import Obligation
from ...theory.library import BUILT_IN, claim, derivation
from ..attack.question import Question
from ..conjecture.conjecture import ConjectureQuestion
from ..conjecture.reading import CONJECTURE, read_line
from ..deciding.identities import field_point, holds_at, rational_point
from ..deciding.initial_values import decide_solution, named_case
from ..deciding.probabilities import estimated, named_ensemble
from ..deciding.quantifiers import shown
from ..instances.as_text import named
from ..instances.pool import parse_name
from ..second_line.steps import decided
from ..words.comparison import WORDS
from ..words.table import again


@dataclass(frozen=True)
class Replay:
    """The statement, the instance and what was decided again."""

    statement: str
    instance: dict[str, Any]
    values: dict[str, Any]
    verdict: str
    bits: int
    route: str


def replay(token: str) -> Replay:
    """Decide ``claim/obligation@family:seed:index`` again (a mutant is ``obligation~label``, a step ``step 7``).

    An instance without such a name is spelled out as JSON after the ``@``. ``words/WORD@...`` is the comparison of a
    word with its definition.

    Raises ValueError or KeyError with a sentence for a token that names nothing.

    >>> replay("sharpness-lower/minimizers~2L -> 2.1L@classics:0:1").verdict
    'refuted'
    """
    head, _, name = token.rpartition("@")
    claim_id, _, wanted = head.partition("/")
    if not claim_id or not wanted:
        raise ValueError(f"{token!r} is not a token; write claim/obligation@family:seed:index")
    if wanted.startswith("step "):
        return _step(claim_id, wanted.removeprefix("step "), name)
    if claim_id == WORDS:
        compared = again(wanted, name)
        return Replay(f"{wanted} is what its definition says", {"name": name},
                      {"found": compared.found, "by its definition": compared.stated},
                      "held" if compared.agrees else "refuted", 0, "comparison")
    obligation = named_obligation(claim_id, wanted)
    if obligation.decide == "identity":
        return _identity(obligation, name)
    if obligation.decide == "estimated":
        ensemble = named_ensemble(*parse_name(name))
        found = estimated(obligation, ensemble)
        return Replay(str(obligation.relation), ensemble.describe(), found.describe(), found.verdict, 0, "draws")
    if obligation.space == "solution":
        parameters = named_case(*parse_name(name))
        described, outcome = parameters.describe(), decide_solution(obligation, parameters)
    else:
        case = named(name)
        question = ConjectureQuestion(obligation) if claim_id == CONJECTURE else Question(obligation)
        described, outcome = case.describe(), question.decide(case)
    return Replay(str(obligation.relation), described, shown(outcome.values), outcome.verdict,
                  outcome.bits, outcome.route)


def _step(claim_id: str, number: str, name: str) -> Replay:
    found = derivation(claim(claim_id).id)
    judgments = found.judgments(BUILT_IN) if found is not None else []
    if not number.isdecimal() or not 1 <= int(number) <= len(judgments):
        raise ValueError(f"the derivation of {claim_id!r} has steps 1 to {len(judgments)}, and no step {number!r}")
    judgment = judgments[int(number) - 1]
    if judgment is None:
        raise ValueError(f"step {number} of {claim_id!r} is refused by its rule")
    outcome = decided(judgment, at=name)
    described = {"name": name} if name.startswith(("real:", "field:")) else named(name).describe()
    if outcome.contradiction is not None:
        return Replay(str(judgment.relation), described, outcome.contradiction.values, "refuted", 0,
                      outcome.contradiction.why)
    return Replay(str(judgment.relation), described, {}, "held" if outcome.agreed else "not applicable", 0,
                  outcome.reason or "agrees")


def named_obligation(claim_id: str, wanted: str) -> Obligation:
    """An obligation or a mutant of a claim; of ``conjecture`` what its line says. Raises KeyError, ValueError."""
    if claim_id == CONJECTURE:
        return read_line(wanted).obligation
    for obligation in claim(claim_id).obligations:
        if obligation.name == wanted:
            return obligation
        for mutant in obligation.mutants:
            with suppress(ValueError):  # a mutant that changes nothing, as the statement was edited
                false = mutant.of(obligation)
                if false.name == wanted:
                    return false
    names = ", ".join(obligation.name for obligation in claim(claim_id).obligations)
    raise ValueError(f"the claim {claim_id!r} has no obligation or mutant {wanted!r}; it has {names}")


def _identity(obligation: Obligation, name: str) -> Replay:
    if name.startswith("field:"):
        _, seed, index = parse_name(name)
        holds = holds_at(obligation, field_point(obligation, seed, index))
        described: dict[str, Any] = {"name": name}
    else:
        case = named(name)
        holds, described = holds_at(obligation, rational_point(obligation, case)), case.describe()
    verdict = "not applicable" if holds is None else "held" if holds else "refuted"
    return Replay(str(obligation.relation), described, {}, verdict, 61 if name.startswith("field:") else 0, "exact")
