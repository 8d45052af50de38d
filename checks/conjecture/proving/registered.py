"""Whether a certificate of a proof says what the conjecture, the claims and the definitions say that it names."""

from __future__ import annotations

from ....theory.language.claim import Given
from ....theory.language.hypotheses import meaning
from ....theory.language.nodes import Relation
from ....theory.library import Library
from ....theory.proof.refusal import Refused
from ....theory.setting.residual import definition_of
from ...certificates.form import Certificate
from ..language import language_of
from ..reading import CONJECTURE, Conjecture, read_line
from .certificate import hypothesis, is_about_the_problem, relation, statement, word_signs
from .search import supposed
from .world import BALANCED

__all__ = ["difference"]


def difference(data: Certificate, library: Library) -> str:
    """A sentence that says where a certificate departs from what it names; empty where it does not.

    The derivations that it cites are checked by the kernel.
    """
    stated = read_line(str(data["id"]).removeprefix(f"{CONJECTURE}/"), language_of(library))
    if data["id"] != f"{CONJECTURE}/{stated.line}" or data["statement"] != statement(stated):
        return f"its statement is not that of {data['id']!r}"
    given = supposed(stated)
    if data["words"] != word_signs(given):
        return "its signs of words are not those that the words have"
    balanced = [hypothesis(one) for one in sorted(BALANCED, key=str)]
    if data["existing"] and not (data["existing"] == balanced and is_about_the_problem(stated)):
        return "weights are said to exist that may not, or the conclusion speaks of weights"
    return next((wrong for part in data["proof"] for case in part["cases"] for fact in case["facts"]
                 if (wrong := _wrong(fact, data, stated, library))), "")


def _wrong(fact: Certificate, data: Certificate, stated: Conjecture, library: Library) -> str:
    """What is wrong with a fact; nothing where it is what its source says."""
    kind, _, name = str(fact["from"]).partition(" ")
    if kind == "number":
        return ""
    if kind == "hypothesis":
        named = (one for one in _hypotheses(stated, data) if str(one) == name)
        return "" if any(_says(fact, one) for one in named) else f"{name} is not supposed"
    try:
        found = _definition(name) if kind == "definition" else _conclusion(name, library)
    except (Refused, LookupError) as error:
        return f"{fact['from']} is not derived ({error})"
    said, facts = found
    same = fact["statement"] in (relation(said), relation(said.flipped()))
    supposing = fact["given"] == [hypothesis(one) for one in sorted(facts, key=str)]
    return "" if same and supposing else f"{fact['from']} says something else"


def _definition(name: str) -> tuple[Relation, frozenset[Given]]:
    entry = definition_of(name)
    if entry is None:
        raise LookupError(f"no word {name!r} is defined")
    return entry.relation, frozenset(entry.needs)


def _conclusion(name: str, library: Library) -> tuple[Relation, frozenset[Given]]:
    claim, _, part = name.partition("/")
    taken = library.published(claim)
    derivation = library.derivation(claim)
    if taken is None and derivation is None:
        raise LookupError(f"{claim!r} has no derivation")
    judgment = taken if derivation is None else derivation.conclusion(part, library)
    assert judgment is not None
    if judgment.ranges:
        raise LookupError("it is about the layers")
    return judgment.relation, judgment.facts


def _hypotheses(stated: Conjecture, data: Certificate) -> list[Given]:
    """What facts may suppose: the hypotheses, depths, and where weights exist what these are."""
    depths: tuple[Given, ...] = ("L == 1", "L >= 2", "L >= 3")
    return [*supposed(stated), *depths, *(BALANCED if data["existing"] else ())]


def _says(fact: Certificate, one: Given) -> bool:
    """Whether a fact is one hypothesis, supposing it."""
    said = one if isinstance(one, Relation) else meaning(one)
    if said is None or fact["given"] != [hypothesis(one)]:
        return False
    return fact["statement"] in (relation(said), relation(said.flipped()))
