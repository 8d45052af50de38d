"""A derivation that is checked while it grows: a step is added under the fewest hypotheses with which it is valid."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from itertools import combinations

import sympy as sp

from ....theory.algebra.algebra import Judgment
from ....theory.algebra.normal_form import NotNormal
from ....theory.language.claim import Given
from ....theory.language.nodes import Relation
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
"""The most hypotheses that enter at one step beside those that the step names."""
_SIGNED = frozenset({"scaling", "power", "sign"})
"""Rules that look at signs, and may use premises ``x > 0`` for that."""


class Growing(Proof):
    """Steps towards a conjecture; each is recomputed when it is added.

    ``free`` are the hypotheses that any step may take. ``positive`` says of some symbols how to add the step ``x > 0``,
    which rules about signs then use. ``written`` says what stands for symbols of the search in the steps.
    """

    def __init__(self, library: Citable, free: Iterable[Given], positive: Mapping[sp.Basic, Callable[[Growing], int]],
                 written: Mapping[sp.Basic, sp.Basic]) -> None:
        super().__init__(CONJECTURED, library)
        self._free, self._positive, self._written = tuple(free), dict(positive), written
        self._done: list[tuple[StepResult, Judgment | None]] = []
        self._cited_at: dict[Known, int] = {}
        self._positive_at: dict[sp.Basic, int] = {}

    def suppose(self, free: Iterable[Given], positive: Mapping[sp.Basic, Callable[[Growing], int]]) -> None:
        """Go on to another case, with other hypotheses and signs."""
        self._free, self._positive, self._positive_at = tuple(free), dict(positive), {}

    def add(self, step: Step) -> int:
        """Add a step and return its number. Raises Refused where it is not valid under any of the hypotheses."""
        if self._written:
            step = self._spelled(step)
        if step.rule.name in _SIGNED:
            step = replace(step, using=(*step.using, *self._signs(step)))
        inherited = frozenset[Given]().union(*(self.judged(n).facts for n in step.using))
        entering = [x for x in self._free if x not in inherited and x not in step.hypotheses]
        if step.rule.assumes or step.rule.name == "claim":
            return self._accepted(step)
        problem: Exception | None = None
        for count in range(_MOST + 1):
            for chosen in combinations(entering, count):
                try:
                    return self._accepted(replace(step, hypotheses=(*step.hypotheses, *chosen)))
                except (Refused, NotNormal) as error:
                    problem = problem or error
        raise Refused(f"{step.rule.name}, {step.statement}: {problem}")

    def _spelled(self, step: Step) -> Step:
        data = step.data.xreplace(self._written) if isinstance(step.data, sp.Basic) else tuple(
            x.xreplace(self._written) if isinstance(x, sp.Basic) else x for x in step.data) if isinstance(
            step.data, tuple) else step.data
        return replace(step, statement=step.statement.xreplace(self._written), data=data)

    def _signs(self, step: Step) -> list[int]:
        """The steps that say of symbols in a step that they are positive."""
        named = set(step.statement.free_symbols)
        if isinstance(step.data, sp.Basic):
            named |= step.data.free_symbols
        return [n for x in sorted(named, key=str) if x in self._positive
                and (n := self._positivity(x)) is not None and n not in step.using]

    def _positivity(self, symbol: sp.Basic) -> int | None:
        if symbol not in self._positive_at:
            write = self._positive.pop(symbol)  # so that it is not asked for meanwhile
            self._positive_at[symbol] = write(self)
            self._positive[symbol] = write
        return self._positive_at[symbol]

    def _accepted(self, step: Step) -> int:
        number = len(self.steps)
        judgment = _EMPTY._infer(number, step, self._done, self.library)
        self._done.append((StepResult(number, True), judgment))
        self.steps.append(step)
        return number

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

    def pruned(self, last: int) -> Derivation:
        """The derivation of one step: what it does not rest on is left out."""
        kept = Derivation(CONJECTURED, tuple(self.steps), {}).ancestors(last)
        place = {number: n for n, number in enumerate(kept)}
        steps = (replace(self.steps[n], using=tuple(place[u] for u in self.steps[n].using)) for n in kept)
        return Derivation(CONJECTURED, tuple(steps), {CONJECTURED: place[last]})


def relation_of(given: Given) -> Relation | None:
    """A hypothesis as a plain relation, if it is one."""
    return Relation(given.lhs, given.op, given.rhs) if isinstance(given, Relation) else None
