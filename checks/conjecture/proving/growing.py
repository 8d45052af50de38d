"""A derivation that is checked while it grows: a step is added under the fewest hypotheses with which it is valid."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from itertools import combinations

from ....theory.algebra.algebra import Judgment
from ....theory.algebra.normal_form import NotNormal
from ....theory.language.claim import Given
from ....theory.proof.builder import Proof
from ....theory.proof.citable import Citable
from ....theory.proof.derivation import Derivation, StepResult
from ....theory.proof.refusal import Refused
from ....theory.proof.rule import Step
from ....theory.proof.rules import logic
from .citing import CONJECTURED
from .known import Known

__all__ = ["Growing"]

_EMPTY = Derivation(CONJECTURED, (), {})
_MOST = 2
"""The most hypotheses that enter at one step."""


class Growing(Proof):
    """Steps towards a conjecture; each is recomputed when it is added. ``free`` are the hypotheses that it may take."""

    def __init__(self, library: Citable, free: Iterable[Given]) -> None:
        super().__init__(CONJECTURED, library)
        self.free = tuple(free)
        self._done: list[tuple[StepResult, Judgment | None]] = []
        self._cited_at: dict[Known, int] = {}

    def add(self, step: Step) -> int:
        """Add a step and return its number. Raises Refused where it is not valid under any of the hypotheses."""
        inherited = frozenset[Given]().union(*(self.judged(n).facts for n in step.using))
        entering = [x for x in self.free if x not in inherited and x not in step.hypotheses]
        problem: Exception | None = None
        for count in range(0 if step.rule.assumes or step.rule.name == "claim" else _MOST + 1):
            for chosen in combinations(entering, count):
                trial = replace(step, hypotheses=(*step.hypotheses, *chosen))
                try:
                    return self._accepted(trial)
                except (Refused, NotNormal) as error:
                    problem = problem or error
        if problem is None:
            return self._accepted(step)
        raise Refused(f"{step.rule.name}: {problem}")

    def _accepted(self, step: Step) -> int:
        number = len(self.steps)
        judgment = _EMPTY._infer(number, step, self._done, self.library)
        self._done.append((StepResult(number, True), judgment))
        return super().add(step)

    def judged(self, number: int) -> Judgment:
        """What a step says, as it was recomputed."""
        judgment = self._done[number][1]
        assert judgment is not None
        return judgment

    def known(self, known: Known) -> int:
        """Add what a derivation of the library says, once."""
        if known not in self._cited_at:
            cited = self.library.derivation(known.claim)
            if cited is None or known.part not in cited.yields:
                raise Refused(f"{known.claim} has no {known.part}")
            said = cited.steps[cited.yields[known.part]].statement
            self._cited_at[known] = logic.claim(self, said, known.claim, known.part)
        return self._cited_at[known]
