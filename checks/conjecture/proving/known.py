"""What is known of the words of a language: what derivations conclude, and what their steps say on the way."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

import sympy as sp

from ....theory.language.claim import Given
from ....theory.language.nodes import Relation
from ....theory.language.quantities import VOCABULARY
from ....theory.library import BUILT_IN, Library
from ..errors import ConjectureError
from ..language import Language, language_of
from ..parser import parse_relation
from .remembered import remembered

__all__ = ["Known", "known", "upward"]

_OF_FAMILIES = frozenset({"aligned", "planted", "W != 0", "W == 0"})
"""Hypotheses about families of instances, not about all of them."""
_NO_NUMBERS = (sp.Sum, sp.Product, sp.Limit, sp.Derivative, sp.MatrixSymbol, sp.Function)
_STIPULATED = frozenset({"hypothesis", "claim", "definition"})
"""Rules whose conclusions are no news."""


@dataclass(frozen=True)
class Known:
    """A relation between numbers, the hypotheses under which it is derived, and where: a claim, and a part of it."""

    relation: Relation
    facts: frozenset[Given]
    claim: str
    part: str

    @property
    def text(self) -> tuple[str, list[str], str, str]:
        """What is known, as it is written to a file."""
        return str(self.relation), sorted(map(str, self.facts)), self.claim, self.part


def upward(relation: Relation) -> Relation:
    """A relation with the smaller side first."""
    return relation if relation.op in ("<=", "<", "==", "!=") else relation.flipped()


@lru_cache(maxsize=8)
def known(library: Library) -> tuple[Known, ...]:
    """What the claims state that have a proof, and what the steps of their derivations say on the way.

    Nothing of that is checked here: the kernel looks up what is cited, and checks it.
    """
    homes = [library, *library.bases]
    return tuple(_once([*(one for home in homes for one in _stated(home)),
                        *(one for home in homes for one in _derived(home))]))


def _stated(library: Library) -> Iterator[Known]:
    for claim in library:
        for one in claim.obligations if library.has_proof(claim.id) else ():
            if one.decide == "ordered" and not _OF_FAMILIES & {*one.space.split("+")} and _plain(one.relation):
                yield Known(one.relation, frozenset(one.given), claim.id, one.name)


def _derived(library: Library) -> list[Known]:
    """The built-in derivations take seconds to build: what they say is read from a file where there is one."""
    if library is not BUILT_IN:
        return [one for claim in library for one in _steps(claim.id, library)]
    texts = remembered(lambda: [one.text for claim in library for one in _steps(claim.id, library)])
    language = language_of(library)
    return [one for text in texts if (one := _read(language, *text)) is not None]


def _read(language: Language, relation: str, facts: list[str], claim: str, part: str) -> Known | None:
    """What is known, read from its text; None for what conjectures do not name."""
    try:
        given = frozenset(one if one in language.hypotheses else _relation(one, language) for one in facts)
        return Known(_relation(relation, language), given, claim, part)
    except ConjectureError:
        return None


def _relation(text: str, language: Language) -> Relation:
    read = parse_relation(text, language)
    return Relation(read.lhs, read.op, read.rhs)


def _steps(claim: str, library: Library) -> Iterator[Known]:
    derivation = library.derivation(claim)
    if derivation is None:
        return
    conclusions, supposed = set(derivation.yields.values()), list[frozenset[Given]]()
    for number, step in enumerate(derivation.steps):
        facts = frozenset(step.hypotheses).union(*(supposed[n] for n in step.using)) - step.rule.discharges
        if step.rule.name == "claim":
            name, part = step.data
            facts |= frozenset(library.claim(name).obligation(part).given if part != "statement" else ("E > 0",))
        supposed.append(facts)
        if (number in conclusions or step.scope or step.rule.name in _STIPULATED or facts & _OF_FAMILIES
                or not _plain(step.statement)):
            continue
        yield Known(step.statement, facts, claim, f"step {number + 1}")


def _once(found: list[Known]) -> Iterator[Known]:
    seen: set[tuple[str, frozenset[Given]]] = set()
    for one in found:
        key = str(one.relation), one.facts
        if key not in seen:
            seen.add(key)
            yield one


def _plain(relation: Relation) -> bool:
    """Whether a relation is about numbers that conjectures name, and has no sum over the layers or the like."""
    symbols, named = relation.free_symbols, _numbers()
    return bool(symbols) and relation.op != "!=" and all(named.get(x) for x in symbols) and not any(
        side.atoms(*_NO_NUMBERS) for side in relation.sides)


def _numbers() -> Mapping[sp.Basic, bool]:
    return {word.symbol: word.in_conjectures for word in VOCABULARY.values()}
