"""What is known of the words of a language: what derivations conclude, and what their steps say on the way."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

import sympy as sp

from ....theory.language.claim import Given
from ....theory.language.nodes import Relation
from ....theory.language.quantities import VOCABULARY
from ....theory.library import Library
from .citing import step_name

__all__ = ["Known", "derived", "stated"]

_OF_FAMILIES = frozenset({"aligned", "planted", "W != 0", "W == 0"})
"""Hypotheses about families of instances, not about all of them."""
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
    def upward(self) -> Relation:
        """The relation with the smaller side first."""
        return upward(self.relation)


def upward(relation: Relation) -> Relation:
    """A relation with the smaller side first."""
    return relation if relation.op in ("<=", "<", "==", "!=") else relation.flipped()


@lru_cache(maxsize=8)
def stated(library: Library) -> tuple[Known, ...]:
    """What the claims state that have a proof. No derivation is built for that: the kernel looks it up when it is cited."""
    return tuple(_once(
        Known(one.relation, frozenset(one.given), claim.id, one.name)
        for claim in library if library.has_proof(claim.id) for one in claim.obligations
        if one.decide == "ordered" and not {"aligned", "planted"} & {*one.space.split("+")} and _plain(one.relation)))


@lru_cache(maxsize=8)
def derived(library: Library) -> tuple[Known, ...]:
    """What the steps of all derivations say on the way. The kernel checks a step when it is cited."""
    return tuple(_once(known for claim in library for known in _steps(claim.id, library)))


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
        yield Known(step.statement, facts, claim, step_name(number))


def _once(found: Iterator[Known]) -> Iterator[Known]:
    seen: set[tuple[str, frozenset[Given]]] = set()
    for known in found:
        key = str(known.relation), known.facts
        if key not in seen:
            seen.add(key)
            yield known


def _plain(relation: Relation) -> bool:
    """Whether a relation is about numbers that conjectures name, and has no sum over the layers or the like."""
    symbols = relation.free_symbols
    named = _numbers()
    return bool(symbols) and relation.op != "!=" and all(named.get(x) for x in symbols) and not any(
        side.atoms(sp.Sum, sp.Product, sp.Limit, sp.Derivative, sp.MatrixSymbol, sp.Function) for side in relation.sides)


@lru_cache(maxsize=1)
def _numbers() -> Mapping[sp.Basic, bool]:
    return {word.symbol: word.in_conjectures for word in VOCABULARY.values()}
