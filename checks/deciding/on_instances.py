"""Decide an obligation on exact instances: hypotheses first, then balls and the exact route."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import islice
from typing import ClassVar

import numpy as np

from ...theory.language.nodes import Relation
from ..evaluation.batches import Pair
from ..evaluation.scope import Values
from ..instances.as_text import named
from ..instances.classes import CLASSES, classes_of, ends_reached
from ..instances.instance import Instance
from ..instances.pool import instance, pool
from ..instances.spaces import is_listed
from .balls import compare
from .decider import Certifiable
from .quantifiers import expansions
from .screening import SAFE_SLACK, slacks
from .verdicts import Outcome, Verdict


class OnInstances(Certifiable[Instance]):
    """A relation of real numbers, for all values of the quantifiers on an instance."""

    shrinks = True
    classes_known = CLASSES
    counts_classics: ClassVar[bool] = False
    """Whether instances written by hand count for their classes: only where few are drawn."""

    def cases(self, seed: int) -> Iterator[Instance]:
        return (instance(*key) for key in pool(self.space, seed))

    def named(self, name: str) -> Instance:
        return named(name)

    def decide(self, case: Instance) -> Outcome:
        """The worst outcome over the quantifiers (the tightest one where all hold)."""
        return self.decide_all([case])[0]

    def decide_all(self, cases: Sequence[Instance]) -> list[Outcome]:
        """The same of many instances. How tight they look is measured for all of them at once."""
        found = [self._outcomes(case) for case in cases]
        pairs = [(case, outcome) for case, outcomes in zip(cases, found, strict=True) for outcome in outcomes]
        measured = iter(self._measured(pairs))
        return [_worst(list(islice(measured, len(outcomes)))) for outcomes in found]

    def decide_at(self, case: Instance, values: Values) -> Outcome:
        return self._measured([(case, self._decided(case, values))])[0]

    def with_choices(self, case: Instance) -> tuple[Verdict, list[Values]]:
        outcome = self.decide(case)
        return outcome.verdict, [outcome.values]

    def counterexamples(self) -> Iterator[tuple[Instance, Outcome]]:
        """The instances that refute the obligation at values of the quantifiers; floats only choose where to look."""
        for case, values in self._suspects(islice(self.cases(0), self.tried)):
            outcome = self.decide_at(case, values)
            if outcome.verdict is Verdict.REFUTED:
                yield case, outcome

    def classes(self, case: Instance, outcome: Outcome) -> frozenset[str]:
        if is_listed(case.name) and not self.counts_classics:
            return frozenset()
        return classes_of(case) | ends_reached(outcome.layers, case.depth - ("k < L" in self.obligation.over))

    def _outcomes(self, case: Instance) -> list[Outcome]:
        """The outcomes over the quantifiers, up to the first refutation."""
        outcomes: list[Outcome] = []
        if self.supposed(case):
            for values in expansions(self.obligation, case):
                outcomes.append(self._decided(case, values))
                if outcomes[-1].verdict is Verdict.REFUTED:
                    break
        return outcomes

    def _decided(self, case: Instance, values: Values) -> Outcome:
        """Decide the relations among the hypotheses, then the conclusion; tightness is measured later."""
        try:
            for hypothesis in self.obligation.given:
                if isinstance(hypothesis, Relation):
                    found = self._compared(hypothesis, case, values)
                    if found.verdict is not Verdict.HELD:
                        fails = found.verdict is Verdict.REFUTED
                        return Outcome(Verdict.NOT_APPLICABLE if fails else found.verdict, found.bits, values=values)
            return replace(self._compared(self.obligation.relation, case, values), values=values)
        except ZeroDivisionError:  # a side is not defined here
            return Outcome(Verdict.NOT_APPLICABLE, values=values)

    def _compared(self, relation: Relation, case: Instance, values: Values) -> Outcome:
        return compare(relation, case, values, self.obligation.direct)

    def _measured(self, decided: list[tuple[Instance, Outcome]]) -> list[Outcome]:
        """The outcomes, with larger side over smaller side in float64 where no ratio is known yet."""
        found = [outcome for _, outcome in decided]
        loose = [i for i, outcome in enumerate(found)
                 if outcome.verdict is not Verdict.NOT_APPLICABLE and outcome.ratio is None]
        if loose:
            pairs = [Pair(decided[i][0], found[i].values) for i in loose]
            for i, slack in zip(loose, slacks(self.obligation, pairs), strict=True):
                if not np.isnan(slack):
                    found[i] = replace(found[i], ratio=float(np.exp(min(abs(slack), 700))))
        return found

    def _suspects(self, drawn: Iterator[Instance]) -> Iterator[Pair]:
        """The instances, with values, where float64 does not see room to spare.

        Batches double, because most mutants fall to the first few instances.
        """
        size = 1
        while batch := list(islice(drawn, size)):
            pairs = list(self._pairs(batch))
            yield from (pair for pair, slack in zip(pairs, slacks(self.obligation, pairs), strict=True)
                        if not slack >= SAFE_SLACK)
            size *= 2

    def _pairs(self, cases: Iterable[Instance]) -> Iterator[Pair]:
        return (Pair(case, values) for case in cases if self.supposed(case)
                for values in expansions(self.obligation, case))


class Exhibited(OnInstances):
    """A relation that the instances of a space are built to attain: no other instance can stand in for them."""

    shrinks = False


def _worst(outcomes: list[Outcome]) -> Outcome:
    worst = min([Outcome(Verdict.NOT_APPLICABLE), *outcomes],
                key=lambda outcome: (outcome.verdict.severity, outcome.ratio or np.inf))
    return replace(worst, layers=frozenset(o.values[name] for o in outcomes if o.verdict is Verdict.HELD
                                           for name in ("j", "k") if name in o.values))
