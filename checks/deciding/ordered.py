"""Decide a relation on exact instances of any setting: hypotheses first, then balls and the exact route."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import islice

import numpy as np

from ...theory.language.nodes import Relation
from ..arithmetic.ring import AnyRing
from ..arithmetic.stacks import Rows
from ..evaluation.abstract_scope import Pair, Values
from ..evaluation.evaluate import Scope
from .balls import compare
from .decider import C, Certifiable
from .screening import SAFE_SLACK, log_slacks
from .verdicts import Outcome, Route, Verdict


class Ordered(Certifiable[C]):
    """A relation of real numbers, for all values of the quantifiers on an instance."""

    shrinks = True

    @abstractmethod
    def scope(self, case: C, ring: AnyRing, values: Values) -> Scope:
        """The instance in a ring."""

    @abstractmethod
    def expansions(self, case: C) -> Iterable[Values]:
        """Every combination of values for the quantifiers on an instance."""

    @abstractmethod
    def read(self, text: str) -> C:
        """The instance that a JSON text spells out. Raises ValueError with a sentence."""

    @abstractmethod
    def sides(self, relation: Relation, pairs: Sequence[Pair]) -> Rows:
        """Both sides of a relation in float64, shape ``(n, 2)``; nan where float64 has no answer."""

    def cases(self, seed: int) -> Iterator[C]:
        return self.drawn(self.space, seed)

    def slacks(self, pairs: Sequence[Pair]) -> Rows:
        """How far the obligation seems to be from failing in float64, see :func:`.screening.log_slacks`."""
        return log_slacks(self.obligation.relation, self.sides(self.obligation.relation, pairs))

    def decide(self, case: C) -> Outcome:
        """The worst outcome over the quantifiers (the tightest one where all hold)."""
        return self.decide_all([case])[0]

    def decide_all(self, cases: Sequence[C]) -> list[Outcome]:
        """The same of many instances. How tight they look is measured for all of them at once."""
        found = [self._outcomes(case) for case in cases]
        pairs = [(case, outcome) for case, outcomes in zip(cases, found, strict=True) for outcome in outcomes]
        measured = iter(self._measured(pairs))
        return [_worst(list(islice(measured, len(outcomes)))) for outcomes in found]

    def decide_at(self, case: C, values: Values) -> Outcome:
        return self._measured([(case, self._decided(case, values))])[0]

    def with_choices(self, case: C) -> tuple[Verdict, list[Values]]:
        outcome = self.decide(case)
        return outcome.verdict, [outcome.values]

    def counterexamples(self) -> Iterator[tuple[C, Outcome]]:
        """The instances that refute the obligation at values of the quantifiers; floats only choose where to look."""
        for case, values in self._suspects(islice(self.cases(0), self.tried)):
            outcome = self.decide_at(case, values)
            if outcome.verdict is Verdict.REFUTED:
                yield case, outcome

    def _outcomes(self, case: C) -> list[Outcome]:
        """The outcomes over the quantifiers, up to the first refutation."""
        outcomes: list[Outcome] = []
        if self.supposed(case):
            for values in self.expansions(case):
                outcomes.append(self._decided(case, values))
                if outcomes[-1].verdict is Verdict.REFUTED:
                    break
        return outcomes

    def relations(self) -> Iterable[Relation]:
        """The hypotheses that are decided together with the conclusion."""
        return (given for given in self.obligation.given if isinstance(given, Relation))

    def _decided(self, case: C, values: Values) -> Outcome:
        """Decide the relations among the hypotheses, then the conclusion; tightness is measured later."""
        try:
            for hypothesis in self.relations():
                found = self._compared(hypothesis, case, values)
                if found.verdict is not Verdict.HELD:
                    fails = found.verdict is Verdict.REFUTED
                    return Outcome(Verdict.NOT_APPLICABLE if fails else found.verdict, found.bits, values=values)
            return replace(self._compared(self.obligation.relation, case, values), values=values)
        except ZeroDivisionError:  # a side is not defined here
            return Outcome(Verdict.NOT_APPLICABLE, route=Route.UNDEFINED, values=values)

    def _compared(self, relation: Relation, case: C, values: Values) -> Outcome:
        return compare(relation, lambda ring: self.scope(case, ring, values))

    def _measured(self, decided: list[tuple[C, Outcome]]) -> list[Outcome]:
        """The outcomes, with larger side over smaller side in float64 where no ratio is known yet."""
        found = [outcome for _, outcome in decided]
        loose = [i for i, outcome in enumerate(found)
                 if outcome.verdict is not Verdict.NOT_APPLICABLE and outcome.ratio is None]
        if loose:
            pairs = [Pair(decided[i][0], found[i].values) for i in loose]
            for i, slack in zip(loose, self.slacks(pairs), strict=True):
                if not np.isnan(slack):
                    found[i] = replace(found[i], ratio=float(np.exp(min(abs(slack), 700))))
        return found

    def _suspects(self, drawn: Iterator[C]) -> Iterator[Pair]:
        """The instances, with values, where float64 does not see room to spare.

        Batches double, because most mutants fall to the first few instances.
        """
        size = 1
        while batch := list(islice(drawn, size)):
            pairs = list(self._pairs(batch))
            yield from (pair for pair, slack in zip(pairs, self.slacks(pairs), strict=True)
                        if not slack >= SAFE_SLACK)
            size *= 2

    def _pairs(self, cases: Iterable[C]) -> Iterator[Pair]:
        return (Pair(case, values) for case in cases if self.supposed(case) for values in self.expansions(case))


def _worst(outcomes: list[Outcome]) -> Outcome:
    worst = min(outcomes or [Outcome(Verdict.NOT_APPLICABLE)],
                key=lambda outcome: (outcome.verdict.severity, outcome.ratio or np.inf))
    return replace(worst, layers=frozenset(o.values[name] for o in outcomes if o.verdict is Verdict.HELD
                                           for name in ("j", "k") if name in o.values))
