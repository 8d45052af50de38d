"""Whether a certificate of a proof says what the conjecture, the claims and the definitions say that it names."""

from __future__ import annotations

from ....theory.algebra.algebra import Judgment
from ....theory.language.claim import Given
from ....theory.language.hypotheses import meaning
from ....theory.language.nodes import Relation
from ....theory.library import Library
from ....theory.proof.definitions import definition
from ....theory.proof.refusal import Refused
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
    same = not found.ranges and fact["statement"] in (relation(found.relation), relation(found.relation.flipped()))
    supposing = fact["given"] == [hypothesis(one) for one in sorted(found.facts, key=str)]
    return "" if same and supposing else f"{fact['from']} says something else"


def _definition(name: str) -> Judgment:
    said = definition(name)
    if said is None:
        raise LookupError(f"no word {name!r} is defined")
    return said


def _conclusion(name: str, library: Library) -> Judgment:
    claim, _, part = name.partition("/")
    if (taken := library.published(claim)) is not None:
        return taken
    derivation = library.derivation(claim)
    if derivation is None:
        raise LookupError(f"{claim!r} has no derivation")
    return derivation.conclusion(part, library)


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
