"""What is known of the words of a language: what derivations conclude, and what their steps say on the way."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

import sympy as sp

from ....theory.language.claim import Given
from ....theory.language.nodes import Relation
from ....theory.language.quantities import VOCABULARY
from ....theory.language.setting import DEEP_LINEAR
from ....theory.library import BUILT_IN, Library
from ....theory.proof.definitions import defined, definition
from ....theory.proof.derivation import NO_CLAIM
from ....theory.proof.supposing import supposed_by
from ..errors import ConjectureError
from ..language import Language, language_of
from ..parser import parse_relation
from .remembered import remembered

__all__ = ["Known", "known", "stated", "upward"]

_OF_FAMILIES = frozenset({"aligned", "planted", "W != 0", "W == 0"})
"""Hypotheses about families of instances, not about all of them."""
POSITIVE = "E > 0"
"""What the statement of a claim supposes; the kernel refuses to cite one that supposes more."""
_NO_NUMBERS = (sp.Sum, sp.Product, sp.Limit, sp.Derivative, sp.MatrixSymbol, sp.Function)
_STIPULATED = frozenset({"hypothesis", "claim", "definition"})
"""Rules whose conclusions are no news."""


@dataclass(frozen=True)
class Known:
    """A relation between numbers, the hypotheses under which it is derived, and where: a claim, and a part of it.

    A definition has no claim, and its part is the word that is defined.
    """

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
def stated(library: Library) -> tuple[Known, ...]:
    """What the claims state that have a proof; no derivation is built for it.

    Nothing of that is checked here, nor by :func:`known`: the kernel looks up what is cited, and checks it.
    """
    claims = (one for home in (library, *library.bases) for one in _stated(home))
    return tuple(_once((*claims, *(_definitions() if library.setting is DEEP_LINEAR else ()))))


@lru_cache(maxsize=8)
def known(library: Library) -> tuple[Known, ...]:
    """What the claims state, and what the steps of their derivations say on the way."""
    steps = (one for home in (library, *library.bases) for one in _derived(home))
    return tuple(_once((*stated(library), *steps)))


def _stated(library: Library) -> Iterator[Known]:
    for claim in library:
        for one in claim.obligations if library.has_proof(claim.id) else ():
            if one.decide == "ordered" and not _OF_FAMILIES & {*one.space.split("+")} and _plain(one.relation):
                yield Known(one.relation, frozenset(one.given), claim.id, one.name)
        if claim.statement is not None and library.has_proof(claim.id) and _plain(claim.statement):
            yield Known(claim.statement, frozenset({POSITIVE}), claim.id, "statement")


def _definitions() -> Iterator[Known]:
    """The definitions that bound a number: those of infima."""
    for name in defined():
        said = definition(name)
        if said is not None and said.relation.op != "==" and _plain(said.relation):
            yield Known(said.relation, said.facts, NO_CLAIM, name)


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
    conclusions, found = set(derivation.yields.values()), list[frozenset[Given]]()
    for number, step in enumerate(derivation.steps):
        facts = supposed_by(step, frozenset[Given]().union(*(found[n] for n in step.using)), library)
        found.append(facts)
        if (number in conclusions or step.scope or step.rule.name in _STIPULATED or facts & _OF_FAMILIES
                or not _plain(step.statement)):
            continue
        yield Known(step.statement, facts, claim, f"step {number + 1}")


def _once(found: Iterable[Known]) -> Iterator[Known]:
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
