"""A statement put to exact instances: decided exactly, and its slack in float64 for a search to lower."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from typing import ClassVar
from weakref import WeakKeyDictionary

import numpy as np
import sympy as sp
from flint import arb
from numpy.typing import NDArray

from ...numeric.linalg.rational import rational
from ...numeric.network.min_sharpness_optimum import float_optimum
from ...numeric.network.problem import RegressionProblem
from ...theory.language.claim import Obligation
from ...theory.language.nodes import Relation
from ...theory.language.quantities import S_min
from ..arithmetic.exact import exact
from ..arithmetic.rings import BallRing
from ..arithmetic.stacks import Rows
from ..deciding.balls import BITS, sides
from ..deciding.on_instances import OnInstances
from ..deciding.quantifiers import expansions
from ..deciding.screening import differences, log_slacks
from ..deciding.verdicts import Outcome, Route, Verdict
from ..evaluation import batches
from ..evaluation.batches import Pair
from ..evaluation.scope import RealScope, Values
from ..instances.instance import Instance

Mask = NDArray[np.bool_]
"""An array of truth values, shape ``(n,)``."""


@dataclass(frozen=True)
class Question:
    """An obligation, and how its quantifiers are filled in on an instance."""

    obligation: Obligation
    patience: ClassVar[int] = 1
    """How many times as many instances are put to the decision as there should be decisions."""

    @cached_property
    def decides(self) -> OnInstances:
        return OnInstances(self.obligation)

    def values(self, case: Instance) -> Iterable[Values]:
        return expansions(self.obligation, case)

    def decide(self, case: Instance) -> Outcome:
        return self.decides.decide(case)

    def slack(self, case: Instance) -> float:
        """The least logarithm of larger side over smaller side, in float64; infinite where a hypothesis fails.

        Where a side is not positive: the difference of the sides over the sum of their sizes. Nan where float64
        has no answer.
        """
        if case not in self._screened:
            self._screen([case])
        return self._screened[case]

    def slacks(self, cases: Sequence[Instance]) -> list[float]:
        """The slacks of many instances, evaluated in one batch."""
        self._screen([case for case in cases if case not in self._screened])
        return [self.slack(case) for case in cases]

    @cached_property
    def _screened(self) -> WeakKeyDictionary[Instance, float]:
        """Slacks, as long as their instances live."""
        return WeakKeyDictionary()

    def _screen(self, cases: Sequence[Instance]) -> None:
        expanded = [self.pairs(case) for case in cases]
        found = iter(self._slacks_at([pair for pairs in expanded for pair in pairs]))
        for case, pairs in zip(cases, expanded, strict=True):
            self._screened[case] = min(islice(found, len(pairs)), default=np.inf)

    def pairs(self, case: Instance) -> list[Pair]:
        """The instance with each choice of the quantifiers; nothing where a named hypothesis fails."""
        if not self.decides.supposed(case):
            return []
        guides = self.guides(case)
        return [Pair(case, {**values, **guides}) for values in self.values(case)]

    def _slacks_at(self, pairs: list[Pair]) -> list[float]:
        relation, direct = self.obligation.relation, self.obligation.direct
        found, kept = np.full(len(pairs), np.inf), np.arange(len(pairs))
        for hypothesis in self.obligation.given:
            if isinstance(hypothesis, Relation):
                both = batches.sides(hypothesis, [pairs[i] for i in kept], direct)
                kept = kept[~self.seems_to_fail(hypothesis, both)]
        found[kept] = self.measured(relation, batches.sides(relation, [pairs[i] for i in kept], direct))
        return [float(slack) for slack in found]

    def measured(self, relation: Relation, both: Rows) -> Rows:
        """The slack from both sides in float64, shape ``(n,)`` from ``(n, 2)``."""
        slacks = log_slacks(relation, both)
        return np.where(np.isnan(slacks), differences(relation, both), slacks)

    def seems_to_fail(self, hypothesis: Relation, both: Rows) -> Mask:
        """Where float64 sees a hypothesis fail, shape ``(n,)``; where it has no answer, the hypothesis may hold."""
        found: Mask = differences(hypothesis, both) < 0
        return found

    def aimed(self, cases: Sequence[Instance], wanted: int) -> list[Instance]:
        """Some ``wanted`` instances made for this statement; none for claims, whose pools are made for them."""
        return []

    def sides(self, case: Instance, values: Values) -> tuple[arb, arb]:
        """Both sides as balls."""
        scope = RealScope(case, BallRing(BITS), values, direct=self.obligation.direct)
        return sides(self.obligation.relation, scope)

    def margin(self, case: Instance, outcome: Outcome) -> float | None:
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

    def guides_of(self, case: Instance, relation: Relation) -> Values:
        """The guides of an instance where a relation names the least sharpness, or else none."""
        return self.guides(case) if S_min in relation.lhs.free_symbols | relation.rhs.free_symbols else {}

    @cached_property
    def relations(self) -> list[Relation]:
        """The conclusion, and the hypotheses that are comparisons."""
        return [self.obligation.relation, *(g for g in self.obligation.given if isinstance(g, Relation))]

    @cached_property
    def named(self) -> frozenset[str]:
        """The names of all symbols in the statement and its hypotheses."""
        return frozenset(symbol.name for relation in self.relations for side in (relation.lhs, relation.rhs)
                         for symbol in side.free_symbols if isinstance(symbol, sp.Symbol))

    def guides(self, case: Instance) -> Values:
        """The least sharpness in float64, for the search only: its enclosure would cost more than all the rest."""
        if "S_min" not in self.named or case.depth == 1 or not case.energy > 0:
            return {}
        memo = case.readings.setdefault("guides", {})
        if "S_min" not in memo:
            norm = float(arb(case.readout_norm_squared))
            with np.errstate(all="ignore"), suppress(ArithmeticError, ValueError):
                found = float_optimum(RegressionProblem(case.covariance, case.regressor), case.depth, norm).primal
                memo |= {"S_min": exact(rational(float(found)))}
        return memo
