"""Exact instances at which bounds are tried: floats choose one for each bound, and it is decided exactly there."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from math import inf, isfinite, log
from typing import NamedTuple

import numpy as np
from flint import fmpq
from numpy.typing import NDArray

from ...arithmetic.rings import FloatRing
from ...attack.adversary import Refutation, refutation
from ...attack.aiming import Line
from ...attack.shrinking import smallest
from ...deciding.decider import Case
from ...deciding.verdicts import Verdict
from ...instances.spelling import GIVEN
from ..answer import ConjectureQuestion, in_float
from ..proving.exponents import affine
from ..reading import Conjecture
from .form import Bound, Form

__all__ = ["Bank", "Place", "Tried", "shrunk", "tried"]

_EACH, _AIMED = 40, 60
"""So many instances of each space, and so many that are made for the statement."""
_STEPS = (-12, -6, -2, 2, 6, 12), (-40, -12, -3, 3, 12, 40)
"""The worst instances are moved by such powers of 2. Floats mislead at some of the second ones."""
_ROUNDS, _KEPT = 4, 3
"""They are moved in so many rounds, and so many of them are kept."""
_DEPTH = "L"


@dataclass(frozen=True)
class Place:
    """An instance, its depth, and the logarithms of the target and the words there."""

    case: Case
    depth: int
    logarithms: Mapping[str, float]


class Tried(NamedTuple):
    """A verdict, the side that should be larger over the other one, and the counterexample if there is one."""

    verdict: Verdict
    margin: float | None
    counterexample: Refutation | None


@dataclass
class Bank:
    """The instances at which the bounds of a form are tried."""

    form: Form
    places: list[Place] = field(default_factory=list)

    def draw(self, stated: Conjecture, seed: int) -> None:
        """Add instances from the spaces of a statement, and such as are aimed at it."""
        question = _question(stated)
        drawn = [case for space in stated.spaces for case in islice(question.decides.drawn(space, seed), _EACH)]
        self.add([*drawn, *question.aimed(drawn, _AIMED)], question)

    def add(self, cases: Iterable[Case], question: ConjectureQuestion) -> None:
        """Add those instances that meet the hypotheses, as far as floats see."""
        numbers = self.form.language.numbers
        reduced = {name: self.form.language.reduced(numbers[name])
                   for name in {self.form.target, *self.form.words, _DEPTH}}
        for case in cases:
            if not question.pairs(case) or not isfinite(question.slack(case)):
                continue
            scope = question.decides.scope(case, FloatRing(), question.guides(case))
            found = {name: in_float(scope, number) for name, number in reduced.items()}
            if all(0 < x < inf for x in found.values()):
                self.places.append(Place(case, round(found[_DEPTH]), {name: log(x) for name, x in found.items()}))

    def climb(self, stated: Conjecture, bound: Bound) -> None:
        """Add what moves of the worst instances for a bound lead to, one after the other, in a few rounds."""
        question = _question(stated)
        sign = 1 if bound.below else -1
        worst = [self.places[n].case for n in np.argsort(sign * self.ratios(bound), kind="stable")[:_KEPT]]
        for powers in _STEPS:
            best = worst
            for _ in range(_ROUNDS):
                moved = [*best, *self._moved(question, best, powers)]
                slacks = question.slacks(moved)
                order = sorted((n for n in range(len(moved)) if isfinite(slacks[n])), key=lambda n: slacks[n])[:_KEPT]
                if [moved[n] for n in order] == best:
                    break
                best = [moved[n] for n in order]
            self.add(best, question)

    def _moved(self, question: ConjectureQuestion, cases: Sequence[Case], powers: Sequence[int]
               ) -> list[Case]:
        """Instances along all lines from others, and with their sizes doubled, the depth among these."""
        lines = [Line(case, move) for case in cases for move in question.ground.moves()]
        along = [found for line in lines for power in powers if (found := line.at(fmpq(2) ** power)) is not None]
        return [*along, *(larger for case in cases for larger in self.form.language.enlarged(case))]

    def ratios(self, bound: Bound) -> NDArray[np.float64]:
        """The logarithm of the quantity over the product of powers, at each instance; exponents are affine in 1/L."""
        parts = affine(dict(bound.exponents), inverse=True)
        assert parts is not None
        inverse = np.array([1 / place.depth for place in self.places])
        found = np.array([place.logarithms[self.form.target] for place in self.places])
        for word in bound.exponents:
            constant, slope = (float(part[word]) for part in parts)
            found = found - (constant + slope * inverse) * [place.logarithms[word] for place in self.places]
        return found

    def worst(self, bound: Bound) -> tuple[Place, float] | None:
        """The instance where the quantity is least, or largest, against a bound, and their ratio there."""
        if not self.places:
            return None
        found = self.ratios(bound)
        n = int(found.argmin() if bound.below else found.argmax())
        return self.places[n], float(found[n])


def tried(stated: Conjecture, place: Place) -> Tried:
    """The exact decision of a statement at an instance."""
    question = _question(stated)
    outcome = question.decide(place.case)
    found = refutation(question, place.case, outcome, str(place.case.name)) if (
        outcome.verdict is Verdict.REFUTED) else None
    return Tried(outcome.verdict, question.margin(place.case, outcome), found)


def shrunk(stated: Conjecture, found: Refutation) -> Refutation:
    """A counterexample made as small as possible."""
    question = _question(stated)

    def refutes(case: Case) -> bool:
        return question.decide(case).verdict is Verdict.REFUTED

    small = replace(smallest(question.decides.read(found.exact), refutes, question.ground.completed), name=GIVEN)
    return refutation(question, small, question.decide(small), found.found)


def _question(stated: Conjecture) -> ConjectureQuestion:
    return ConjectureQuestion(stated.obligation, stated.names)
