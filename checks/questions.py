"""A statement put to exact instances: decided exactly, and its slack in float64 for a search to lower."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import sympy as sp
from flint import arb, ctx

from ..numeric.problem import RegressionProblem
from ..numeric.rational import rational
from ..numeric.stationary import float_optimum
from ..theory.claims import Obligation
from ..theory.expressions import Relation
from .decide import Outcome, decide, slack_of, supposed
from .evaluate import evaluate
from .exact import exact
from .instances import Instance
from .quantifiers import Values, expansions
from .rings import BallRing, FloatRing
from .scope import RealScope

BITS = 128


@dataclass(frozen=True)
class Question:
    """An obligation, and how its quantifiers are filled in on an instance."""

    obligation: Obligation

    def values(self, case: Instance) -> Iterable[Values]:
        return expansions(self.obligation, case)

    def decide(self, case: Instance) -> Outcome:
        return decide(self.obligation, case)

    def slack(self, case: Instance) -> float:
        """The least logarithm of larger side over smaller side, in float64; infinite where a hypothesis fails.

        Where a side is not positive: the difference of the sides over the sum of their sizes. Nan where float64
        has no answer.
        """
        if not supposed(self.obligation, case):
            return np.inf
        guides = self.guides(case)
        return min((self._slack_at(case, {**values, **guides}) for values in self.values(case)), default=np.inf)

    def sides(self, case: Instance, values: Values) -> tuple[arb, arb]:
        """Both sides as balls."""
        with ctx.workprec(BITS):
            scope = RealScope(case, BallRing(BITS), values, direct=self.obligation.direct)
            relation = self.obligation.relation
            return arb(evaluate(relation.lhs, scope)), arb(evaluate(relation.rhs, scope))

    def margin(self, case: Instance, outcome: Outcome) -> float | None:
        """The side that should be larger over the other where it was decided; None unless both are positive.

        By balls: float64 loses the difference of two nearly equal terms. Exactly 1 at an equality only.
        """
        if outcome.verdict not in ("held", "refuted") or outcome.route in ("tie", "zero"):
            return 1.0 if outcome.route == "tie" else None
        lhs, rhs = self.sides(case, outcome.values)
        larger, smaller = (rhs, lhs) if self.obligation.relation.op in ("<=", "<") else (lhs, rhs)
        if not (larger > 0 and smaller > 0):
            return None
        found = float((larger / smaller).mid())
        if not 0 < found < np.inf:
            return None
        if found == 1:  # the sides are not equal: float64 just does not see it
            found = float(np.nextafter(1, 2 if outcome.verdict == "held" else 0))
        return found if self.obligation.relation.op in ("<=", "<", ">=", ">") else min(found, 1 / found)

    @cached_property
    def named(self) -> frozenset[str]:
        """The names of all symbols in the statement and its hypotheses."""
        relations = [self.obligation.relation, *(g for g in self.obligation.given if isinstance(g, Relation))]
        return frozenset(symbol.name for relation in relations for side in (relation.lhs, relation.rhs)
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

    def _slack_at(self, case: Instance, values: Values) -> float:
        for hypothesis in self.obligation.given:
            if isinstance(hypothesis, Relation) and _difference(self.obligation, hypothesis, case, values) < 0:
                return np.inf
        slack = slack_of(self.obligation, case, values)
        return _difference(self.obligation, self.obligation.relation, case, values) if slack is None else slack


def _difference(obligation: Obligation, relation: Relation, case: Instance, values: Values) -> float:
    """How much larger the side is that should be, from -1 to 1; infinite if both are zero, nan if float64 fails."""
    scope = RealScope(case, FloatRing(), values, direct=obligation.direct)
    with np.errstate(all="ignore"):
        try:
            lhs, rhs = (float(evaluate(side, scope)) for side in (relation.lhs, relation.rhs))
        except (ArithmeticError, ValueError, TypeError, np.linalg.LinAlgError):
            return np.nan
        if lhs == rhs == 0:  # says nothing of tightness
            return np.inf if relation.op in ("<=", ">=", "==") else 0.0
        found = (lhs - rhs) / (abs(lhs) + abs(rhs))
    if relation.op in ("==", "!="):
        return -abs(found)
    return found if relation.op in (">=", ">") else -found
