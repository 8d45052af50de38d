"""Decide a relation on exact instances of the deep linear networks."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import ClassVar

from flint import ctx

from ....theory.language.nodes import Relation
from ....theory.language.quantities import S
from ...arithmetic.ring import AnyRing
from ...arithmetic.rings import BallRing
from ...arithmetic.stacks import Rows
from ...deciding.balls import PRECISIONS
from ...deciding.ordered import Ordered
from ...deciding.verdicts import Outcome, Route, Verdict
from ...evaluation.abstract_scope import Pair, Values
from ...evaluation.evaluate import evaluate
from ..evaluation import batches
from ..evaluation.bindings.network import rayleigh_at_regressor
from ..evaluation.scope import RealScope
from ..instances.as_text import named, read
from ..instances.classes import CLASSES, classes_of, ends_reached
from ..instances.instance import Instance
from ..instances.spaces import is_listed
from .about_networks import AboutNetworks
from .quantifiers import expansions


class OnInstances(AboutNetworks[Instance], Ordered[Instance]):
    """A relation of real numbers about a network and its problem."""

    classes_known = CLASSES
    counts_classics: ClassVar[bool] = False
    """Whether instances written by hand count for their classes: only where few are drawn."""

    def named(self, name: str) -> Instance:
        return named(name)

    def read(self, text: str) -> Instance:
        return read(text)

    def scope(self, case: Instance, ring: AnyRing, values: Values) -> RealScope:
        return RealScope(case, ring, values, direct=self.obligation.direct)

    def expansions(self, case: Instance) -> Iterable[Values]:
        return expansions(self.obligation, case)

    def sides(self, relation: Relation, pairs: Sequence[Pair]) -> Rows:
        return batches.sides(relation, pairs, self.obligation.direct)

    def classes(self, case: Instance, outcome: Outcome) -> frozenset[str]:
        if is_listed(case.name) and not self.counts_classics:
            return frozenset()
        return classes_of(case) | ends_reached(outcome.layers, case.depth - ("k < L" in self.obligation.over))

    def _compared(self, relation: Relation, case: Instance, values: Values) -> Outcome:
        if self._shown_by_witness(relation, case, values):
            return Outcome(Verdict.HELD, PRECISIONS[0], Route.WITNESS)
        return super()._compared(relation, case, values)

    def _shown_by_witness(self, relation: Relation, case: Instance, values: Values) -> bool:
        """``S >= rhs`` by the rational Rayleigh quotient at ``w*``: no eigenvalue is needed."""
        if relation.op != ">=" or relation.lhs != S or self.obligation.direct or not case.is_minimizer:
            return False
        bits = PRECISIONS[0]
        with ctx.workprec(bits):
            scope = RealScope(case, BallRing(bits), values)
            return bool(rayleigh_at_regressor(scope) > evaluate(relation.rhs, scope))


class Exhibited(OnInstances):
    """A relation that the instances of a space are built to attain: no other instance can stand in for them."""

    shrinks = False
