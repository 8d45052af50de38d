"""A statement put to exact instances: decided exactly, and its slack in float64 for a search to lower."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from typing import Any, ClassVar
from weakref import WeakKeyDictionary

import numpy as np
from flint import arb
from numpy.typing import NDArray

from ...theory.language.claim import Obligation
from ...theory.language.nodes import Relation
from ..arithmetic.rings import BallRing
from ..arithmetic.stacks import Rows
from ..deciding.balls import BITS, sides
from ..deciding.decider import Case
from ..deciding.ordered import Ordered
from ..deciding.screening import differences, log_slacks
from ..deciding.verdicts import Outcome, Route, Verdict
from ..deciding.ways import decider
from ..evaluation.abstract_scope import Pair, Values
from .ground import Ground
from .grounds import ground
from .named import names_of

Mask = NDArray[np.bool_]
"""An array of truth values, shape ``(n,)``."""


@dataclass(frozen=True)
class Question:
    """An obligation, and how its quantifiers are filled in on an instance."""

    obligation: Obligation
    patience: ClassVar[int] = 1
    """How many times as many instances are put to the decision as there should be decisions."""

    @cached_property
    def decides(self) -> Ordered[Any]:
        """The way of deciding the obligation. Raises TypeError where the obligation is not about exact instances."""
        found = decider(self.obligation)
        if not isinstance(found, Ordered):
            raise TypeError(f"{self.obligation.name} is not decided on exact instances")
        return found

    @cached_property
    def ground(self) -> Ground[Any]:
        return ground(self.obligation)

    def decide(self, case: Case) -> Outcome:
        return self.decides.decide(case)

    def slack(self, case: Case) -> float:
        """The least logarithm of larger side over smaller side, in float64; infinite where a hypothesis fails.

        Where a side is not positive: the difference of the sides over the sum of their sizes. Nan where float64
        has no answer.
        """
        if case not in self._screened:
            self._screen([case])
        return self._screened[case]

    def slacks(self, cases: Sequence[Case]) -> list[float]:
        """The slacks of many instances, evaluated in one batch."""
        self._screen([case for case in cases if case not in self._screened])
        return [self.slack(case) for case in cases]

    @cached_property
    def _screened(self) -> WeakKeyDictionary[Case, float]:
        """Slacks, as long as their instances live."""
        return WeakKeyDictionary()

    def _screen(self, cases: Sequence[Case]) -> None:
        expanded = [self.pairs(case) for case in cases]
        found = iter(self._slacks_at([pair for pairs in expanded for pair in pairs]))
        for case, pairs in zip(cases, expanded, strict=True):
            self._screened[case] = min(islice(found, len(pairs)), default=np.inf)

    def pairs(self, case: Case) -> list[Pair]:
        """The instance with each choice of the quantifiers; nothing where a named hypothesis fails."""
        if not self.decides.supposed(case):
            return []
        guides = self.guides(case)
        return [Pair(case, {**values, **guides}) for values in self.decides.expansions(case)]

    def _slacks_at(self, pairs: list[Pair]) -> list[float]:
        relation, sides_of = self.obligation.relation, self.decides.sides
        found, kept = np.full(len(pairs), np.inf), np.arange(len(pairs))
        for hypothesis in self.decides.relations():
            kept = kept[~self.seems_to_fail(hypothesis, sides_of(hypothesis, [pairs[i] for i in kept]))]
        found[kept] = self.measured(relation, sides_of(relation, [pairs[i] for i in kept]))
        return [float(slack) for slack in found]

    def measured(self, relation: Relation, both: Rows) -> Rows:
        """The slack from both sides in float64, shape ``(n,)`` from ``(n, 2)``."""
        slacks = log_slacks(relation, both)
        return np.where(np.isnan(slacks), differences(relation, both), slacks)

    def seems_to_fail(self, hypothesis: Relation, both: Rows) -> Mask:
        """Where float64 sees a hypothesis fail, shape ``(n,)``; where it has no answer, the hypothesis may hold."""
        found: Mask = differences(hypothesis, both) < 0
        return found

    def aimed(self, cases: Sequence[Case], wanted: int) -> list[Case]:
        """Some ``wanted`` instances made for this statement; none for claims, whose pools are made for them."""
        return []

    def sides(self, case: Case, values: Values) -> tuple[arb, arb]:
        """Both sides as balls."""
        return sides(self.obligation.relation, self.decides.scope(case, BallRing(BITS), values))

    def margin(self, case: Case, outcome: Outcome) -> float | None:
        """The side that should be larger over the other where it was decided; None unless both are positive.

        By balls: float64 loses the difference of two nearly equal terms. Exactly 1 at an equality only.
        """
        if not outcome.decided or outcome.equal:
            return 1.0 if outcome.route is Route.TIE else None
        lhs, rhs = self.sides(case, outcome.values)
        larger, smaller = (rhs, lhs) if self.obligation.relation.op in ("<=", "<") else (lhs, rhs)
        if not (larger > 0 and smaller > 0):
            return None
        found = float((larger / smaller).mid())
        if not 0 < found < np.inf:
            return None
        if found == 1:  # the sides are not equal: float64 just does not see it
            found = float(np.nextafter(1, 2 if outcome.verdict is Verdict.HELD else 0))
        if self.obligation.relation.op in ("<=", "<", ">=", ">"):
            return found
        return max(found, 1 / found) if self.obligation.relation.op == "!=" else min(found, 1 / found)

    def sides_in_float(self, relation: Relation, cases: Sequence[Case]) -> Rows:
        """Both sides in float64, shape ``(n, 2)``; the guides stand in for words that the relation names."""
        named = names_of(relation)
        return self.decides.sides(relation, [Pair(case, self.ground.guides(case, named)) for case in cases])

    @cached_property
    def relations(self) -> list[Relation]:
        """The conclusion, and the hypotheses that are comparisons."""
        return [self.obligation.relation, *self.decides.relations()]

    @cached_property
    def named(self) -> frozenset[str]:
        """The names of all symbols in the statement and its hypotheses."""
        return frozenset[str]().union(*map(names_of, self.relations))

    def guides(self, case: Case) -> Values:
        """The values that guide the search on an instance."""
        return self.ground.guides(case, self.named)
