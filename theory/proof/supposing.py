"""The hypotheses of what derivations say, read off their steps. Nothing is checked here."""

from __future__ import annotations

from ..language.claim import Given
from .citable import Citable, Cited
from .rule import Step

__all__ = ["supposed", "supposed_by"]


def supposed(claim: str, part: str, library: Citable) -> frozenset[Given]:
    """The hypotheses under which a part of a claim holds, as its theorem or the steps of its derivation say.

    Whoever writes a derivation asks for them; its check takes those of ``Derivation.conclusion``.
    """
    if (taken := library.published(claim)) is not None:
        return taken.facts
    cited = library.derivation(claim)
    return frozenset() if cited is None else _by_steps(cited, cited.place(part), library)


def supposed_by(step: Step, premises: frozenset[Given], library: Citable) -> frozenset[Given]:
    """The hypotheses under which a step holds, given all of its premises."""
    facts = premises.union(step.hypotheses)
    if step.rule.name == "claim":
        name, part = step.data
        facts |= supposed(name, part, library)
    return facts - step.discharges


def _by_steps(derivation: Cited, last: int, library: Citable) -> frozenset[Given]:
    below, todo = {last}, [last]
    while todo:
        at = todo.pop()
        new = {n for n in derivation.steps[at].using if 0 <= n < at} - below  # what names other steps is refused
        below |= new
        todo += new
    found: dict[int, frozenset[Given]] = {}
    for index in sorted(below):
        step = derivation.steps[index]
        premises = frozenset[Given]().union(*(found[n] for n in step.using if n in found))
        found[index] = supposed_by(step, premises, library)
    return found[last]
