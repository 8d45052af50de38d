"""A derivation that is checked while it grows: a step is added under the fewest hypotheses with which it is valid."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import replace
from itertools import combinations
from types import MappingProxyType

import sympy as sp

from ....theory.algebra.algebra import Judgment
from ....theory.algebra.normal_form import NotNormal
from ....theory.language.claim import Given
from ....theory.proof.builder import Proof
from ....theory.proof.citable import Citable
from ....theory.proof.derivation import NO_CLAIM, Derivation
from ....theory.proof.refusal import Refused
from ....theory.proof.rule import Step
from .known import Known

__all__ = ["CONCLUSION", "Growing", "Write"]

CONCLUSION = "statement"
"""The name under which a derivation yields the conjecture."""
_MOST = 2
"""The most hypotheses that enter at one step beside those that the step names."""
_SIGNED = frozenset({"scaling", "power", "sign"})
"""Rules that look at signs, and may use premises ``x > 0`` for that."""
_DEFINED = frozenset({"substitution"})
"""Rules that may use such premises to see that a power is defined."""


class Growing(Proof):
    """Steps towards a conjecture; each is recomputed when it is added.

    :meth:`suppose` says which hypotheses any step may take, of which numbers ``x`` a step can say ``x > 0`` (rules
    about signs use that), and what stands in the steps for symbols of the search.
    """

    def __init__(self, library: Citable) -> None:
        super().__init__(NO_CLAIM, library)
        self._held = [Derivation(NO_CLAIM, (), {})]  # shared by all views of these steps
        self._cited_at: dict[Known, int] = {}
        self.suppose((), {})

    def suppose(self, free: Iterable[Given], positive: Mapping[sp.Basic, Callable[[Growing], int]],
                written: Mapping[sp.Basic, sp.Basic] = MappingProxyType({})) -> None:
        """Go on to another case, with other hypotheses and signs, or to another way of writing."""
        self._free, self._positive, self._written = tuple(free), dict(positive), written
        self._positive_at: dict[sp.Basic, int] = {}

    def add(self, step: Step) -> int:
        """Add a step and return its number. Raises Refused where it is not valid under any of the hypotheses."""
        if self._written:
            step = self._spelled(step)
        if step.rule.name in _DEFINED:
            with suppress(Refused):
                return self._supposing_least(step)
        if step.rule.name in _SIGNED | _DEFINED:
            step = replace(step, using=(*step.using, *self._signs(step)))
        return self._supposing_least(step)

    def _supposing_least(self, step: Step) -> int:
        """Add a step under the fewest hypotheses."""
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
        parts = [*step.statement.sides, *([step.data] if isinstance(step.data, sp.Basic) else [])]
        named = [x for x in self._positive if any(part.has(x) for part in parts)]
        return [n for x in sorted(named, key=str) if (n := self._positivity(x)) not in step.using]

    def _positivity(self, number: sp.Basic) -> int:
        if number not in self._positive_at:
            write = self._positive.pop(number)  # so that it is not asked for meanwhile
            self._positive_at[number] = write(self)
            self._positive[number] = write
        return self._positive_at[number]

    def _accepted(self, step: Step) -> int:
        longer = self._held[0].then(step)
        result = longer.check(self.library)[-1]
        if not result.ok:
            raise Refused(result.message)
        self._held[0] = longer
        self.steps.append(step)
        return len(self.steps) - 1

    def judged(self, number: int) -> Judgment:
        """What a step says, as it was recomputed."""
        judgment = self._held[0].judgments(self.library)[number]
        assert judgment is not None
        return judgment

    def known(self, known: Known) -> int:
        """Add what a derivation of the library says, or a definition, once."""
        if known not in self._cited_at:
            self._cited_at[known] = (
                self.define(known.part) if known.claim == NO_CLAIM else self.cite(known.claim, known.part))
        return self._cited_at[known]

    def pruned(self, last: int) -> Derivation:
        """The derivation of one step: what it does not rest on is left out."""
        kept = self._held[0].ancestors(last)
        place = {number: n for n, number in enumerate(kept)}
        steps = (replace(self.steps[n], using=tuple(place[u] for u in self.steps[n].using)) for n in kept)
        return Derivation(NO_CLAIM, tuple(steps), {CONCLUSION: place[last]})


Write = Callable[[Growing], int]
"""Adds steps, and returns the last one."""
