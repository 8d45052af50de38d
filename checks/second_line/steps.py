"""The second line: no step of a derivation contradicts an exact instance, whatever its rule says."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from ...theory.language.setting import Setting
from ...theory.library import Library
from ...theory.proof.derivation import Derivation
from ..authoring.rooms import Own
from ..deciding.tokens import command, token
from .decision import Contradiction, Judge
from .on_data import OfData

JUDGES: Own[Callable[[Setting], Judge]] = Own("second_line.judging", OfData)


def judge(setting: Setting) -> Judge:
    """The way of deciding judgments about a setting."""
    return JUDGES.of(setting)(setting)


@dataclass(frozen=True)
class Undecided:
    """A step of a derivation, counted from 1, that no instance decides, and why."""

    step: int
    rule: str
    reason: str


@dataclass(frozen=True)
class SecondLine:
    """The decisions on the steps of a derivation: how many agree, which are undecided, which are false."""

    agreeing: int
    undecided: tuple[Undecided, ...]
    contradictions: dict[int, Contradiction]
    """By the index of the step."""


@lru_cache(maxsize=256)
def second_line(found: Derivation, library: Library) -> SecondLine:
    """Decide every step that its rule gives."""
    agreeing, undecided, contradictions = 0, [], {}
    judges = judge(library.setting)
    for index, judgment in enumerate(found.judgments(library)):
        if judgment is None:
            continue
        decision = judges.decided(judgment)
        if decision.contradiction is not None:
            contradictions[index] = decision.contradiction
        elif decision.agreed:
            agreeing += 1
        else:
            undecided.append(Undecided(index + 1, found.steps[index].rule.name, decision.reason))
    return SecondLine(agreeing, tuple(undecided), contradictions)


def contradicted(found: Derivation, library: Library) -> list[str]:
    """A sentence for each step that contradicts an instance, or cites a claim that rests on such a step."""
    problems = [f"step {index + 1} ({found.steps[index].rule.name}) contradicts an instance: {false}; "
                "replay: " + command(token(found.claim, f"step {index + 1}", str(false.instance["name"])),
                                     library.reference)
                for index, false in second_line(found, library).contradictions.items()]
    cited = ((index, step.data[0], below) for index, step in enumerate(found.steps) if step.rule.name == "claim"
             for below in _rotten(library.derivation(step.data[0]), step.data[1], library))
    return problems + [f"step {index + 1} rests on step {below + 1} of {claim!r}, which contradicts an instance"
                       for index, claim, below in cited]


@lru_cache(maxsize=1024)
def _rotten(found: Derivation | None, obligation: str, library: Library) -> tuple[int, ...]:
    """The steps under a conclusion that contradict an instance, or cite a claim that rests on one that does."""
    if found is None or obligation not in found.yields:
        return ()  # then the derivation refuses the step that cites it
    below = [(index, found.steps[index]) for index in found.ancestors(found.place(obligation))]
    return tuple(index for index, step in below if index in second_line(found, library).contradictions or (
        step.rule.name == "claim" and _rotten(library.derivation(step.data[0]), step.data[1], library)))
