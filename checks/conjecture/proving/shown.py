"""A derivation as a reader follows it: the chain of its inequalities with their reasons, its steps, and LaTeX."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ....theory.library import Library
from ....theory.proof.derivation import Derivation
from ....theory.proof.rule import Step
from ....theory.typeset.proofs import proof as typeset
from .growing import CONCLUSION
from .known import upward
from .search import Proved

__all__ = ["Link", "Proof", "shown"]

_THROUGH = frozenset({"substitution", "implied hypothesis", "balanced minimizers", "scaling", "power"})
"""Rules whose first premise says what is to be followed further, where that is a chain."""

_THEOREMS = {"weighted AM-GM": "inequality of means", "AM-GM": "inequality of means",
             "Cauchy-Schwarz": "inequality of Cauchy and Schwarz",
             "Sturm": "theorem of Sturm", "Bernstein": "coefficients of Bernstein"}
"""What rules rest on that no statement says."""


@dataclass(frozen=True)
class Link:
    """One inequality or equality of the chain, and what it rests on."""

    statement: str
    reasons: tuple[str, ...]


@dataclass(frozen=True)
class Proof:
    """How a conjecture follows.

    ``supposed`` are the hypotheses that the derivation uses; ``cites`` the claims, each with its part; ``given`` the
    published theorems that these rest on, which are taken as they are. ``cached`` are those of the cited steps that the
    search knew from its file. The kernel recomputed all steps, which ``derivation`` lists; ``latex`` is a list of them
    to be typeset.
    """

    chain: tuple[Link, ...]
    supposed: tuple[str, ...]
    cites: tuple[str, ...]
    given: tuple[str, ...]
    cached: tuple[str, ...]
    steps: int
    derivation: tuple[str, ...]
    latex: str


def shown(proved: Proved, library: Library) -> Proof:
    """The proof in words."""
    derivation = proved.derivation
    cites = dict.fromkeys(_cited(step) for step in derivation.steps if step.rule.name == "claim")
    cached = tuple(one for one in cites if " (step " in one)
    return Proof(tuple(_chain(derivation)), tuple(sorted(map(str, proved.used))), tuple(cites),
                 library.taken(derivation), cached, len(derivation.steps), tuple(_listed(derivation)),
                 typeset(derivation, derivation.check(library)))


def _chain(derivation: Derivation) -> Iterator[Link]:
    """The links of the last chain, or of the last chain of each case."""
    for top in _tops(derivation, derivation.yields[CONCLUSION]):
        step = derivation.steps[top]
        links = step.using if step.rule.name == "transitivity" else (top,)
        links = links if upward(step.statement) == step.statement else links[::-1]
        for number, link in enumerate(links):
            relation = upward(derivation.steps[link].statement)
            text = str(relation) if number == 0 else f"{relation.op} {relation.rhs}"
            yield Link(text, tuple(_reasons(derivation, link)))
        goal = upward(derivation.steps[derivation.yields[CONCLUSION]].statement)
        if upward(step.statement) != goal:
            yield Link(f"that is, {goal}", tuple(_rewording(derivation)))


def _rewording(derivation: Derivation) -> list[str]:
    """By what the last statement is another way of saying the one before."""
    last = derivation.steps[derivation.yields[CONCLUSION]]
    return list(dict.fromkeys(reason for n in last.using[1:] for reason in _reasons(derivation, n))) or ["by algebra"]


def _tops(derivation: Derivation, last: int) -> Iterator[int]:
    """The steps at which the chains end that a reader follows."""
    step = derivation.steps[last]
    if step.rule.name in ("cases", "antisymmetry"):
        for case in step.using:
            yield from _tops(derivation, case)
    elif step.rule.name in _THROUGH and step.using and _is_longer(derivation, step.using[0]):
        yield from _tops(derivation, step.using[0])
    else:
        yield last


def _is_longer(derivation: Derivation, number: int) -> bool:
    """Whether a step is the end of a chain, or leads to one."""
    step = derivation.steps[number]
    if step.rule.name in ("transitivity", "cases", "antisymmetry"):
        return True
    return step.rule.name in _THROUGH and bool(step.using) and _is_longer(derivation, step.using[0])


def _reasons(derivation: Derivation, link: int) -> list[str]:
    """What a link rests on: claims, hypotheses and definitions, or the signs of its parts."""
    found = dict.fromkeys(
        reason for n in derivation.ancestors(link) if (reason := _reason(derivation.steps[n])) is not None)
    return list(found) or ["by its sign"]


def _reason(step: Step) -> str | None:
    match step.rule.name:
        case "claim":
            return _cited(step)
        case "hypothesis":
            return f"supposed: {_spelled(step)}"
        case "definition":
            return f"definition of {step.data}"
    return _THEOREMS.get(step.rule.name)


def _spelled(step: Step) -> str:
    return ", ".join(map(str, step.hypotheses)) or str(step.statement)


def _cited(step: Step) -> str:
    """A claim and its part, as ``min-sharpness-bracket (above)``."""
    assert isinstance(step.data, tuple)
    return f"{step.data[0]} ({step.data[1]})"


def _listed(derivation: Derivation) -> Iterator[str]:
    """The steps, numbered from 1 on, each with its rule, its premises and the hypotheses that enter."""
    for number, step in enumerate(derivation.steps, 1):
        using = f" from {', '.join(str(n + 1) for n in step.using)}" if step.using else ""
        cited = f" {_cited(step)}" if step.rule.name == "claim" else ""
        supposing = f" supposing {', '.join(map(str, step.hypotheses))}" if step.hypotheses else ""
        yield f"{number:4}. {step.statement}  [{step.rule.name}{cited}{using}{supposing}]"
