"""Decisions along gradient flow: the weights are known as a ball that provably contains the true ones.

The start is exact. The validated integrator encloses the state at a time, or the limit.
Balls decide, and there is no exact route, so a tie stays inconclusive.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from functools import lru_cache, partial, reduce
from typing import Any

from flint import arb, ctx, fmpq

from ....numeric.flow.gradient_flow import gradient_flow
from ....numeric.flow.weight_ball import Limit, WeightBall
from ....numeric.network.network import DeepLinearNetwork
from ....theory.language.nodes import Relation
from ...arithmetic.eigenvectors import is_singular
from ...arithmetic.rings import BallRing
from ...deciding.balls import BITS, certain
from ...deciding.decider import Counted
from ...deciding.verdicts import Outcome, Route, Verdict
from ...evaluation.abstract_scope import Pair, Values
from ..evaluation.bindings.network import problem
from ..evaluation.scope import RealScope
from ..instances.families.paths import SMALL_PATHS
from ..instances.instance import Instance
from .about_networks import NotEnclosed
from .hypotheses import predicate
from .on_instances import OnInstances


@lru_cache(maxsize=256)
def state(instance: Instance, time: fmpq) -> WeightBall | None:
    """A ball of the weights at an exact time from the exact start; None where the integrator gives up."""
    run = gradient_flow(problem(instance), instance.network, until=time, method="validated", radius=1e-25)
    return run.end_ball if run.status == "reached" else None


@lru_cache(maxsize=256)
def limit(instance: Instance) -> Limit | None:
    """A ball of the limit of the flow from the exact start; None where the integrator gives up."""
    return gradient_flow(problem(instance), instance.network, method="validated", radius=1e-25).limit


class EnclosedScope(RealScope):
    """An exact start, and a ball of weights further along its flow.

    The names in :data:`AT_TIME` and :data:`AT_LIMIT` are read from the ball, all others from the start.
    """

    def __init__(self, instance: Instance, ball: WeightBall, values: Values) -> None:
        super().__init__(instance, BallRing(BITS), values)
        self.ball = ball

    def value(self, name: str) -> Any:
        table = AT_LIMIT if isinstance(self.ball, Limit) else AT_TIME
        # All other names come from a plain scope, which must neither see nor remember the values of the ball.
        return table[name](self) if name in table else RealScope(self.instance, self.ring, self.values).value(name)

    @property
    def moved(self) -> DeepLinearNetwork:
        """The network with an interval for every weight."""
        return self.ball.enclosure


def _risk_gap(scope: EnclosedScope) -> arb:
    residual = scope.moved.regressor() - scope.w_star
    return arb(residual @ (scope.sigma @ residual))


def _moves(scope: EnclosedScope) -> list[arb]:
    """Squared Frobenius distances of the layers of the centre from the start."""
    pairs = zip(scope.ball.centre.weights, scope.network.weights, strict=True)
    return [sum((((x - y) ** 2) for x, y in zip(new.flat, old.flat, strict=True)), arb(0)) for new, old in pairs]


def _within(scope: EnclosedScope, square: arb) -> arb:
    """The distance of the weights from the start, given the squared distance of the centre."""
    return square.sqrt() + arb(0, scope.ball.radius.upper())


def _norm_of_regressor(scope: EnclosedScope) -> arb:
    w = scope.moved.regressor()
    return arb(scope.root(w @ w))


def _theta(scope: EnclosedScope) -> arb:
    scale = scope.ring.power(_norm_of_regressor(scope), Fraction(-2, scope.instance.depth))
    return arb((scope.instance.depth - 1) * (scope.ball.imbalance * scale))


AT_TIME: dict[str, Callable[[EnclosedScope], arb | None]] = {
    "risk_gap": _risk_gap,
    "displacement": lambda scope: _within(scope, sum(_moves(scope), arb(0))),
    "layer_displacement": lambda scope: _within(scope, reduce(arb.max, _moves(scope))),
}
AT_LIMIT: dict[str, Callable[[EnclosedScope], arb | None]] = {
    "S": lambda scope: scope.ball.sharpness if isinstance(scope.ball, Limit) else None,
    "Delta": lambda scope: scope.ball.imbalance,
    "norm_w_net": _norm_of_regressor,
    "theta": _theta,
}

PREDICATES_AT_LIMIT: dict[str, Callable[[Instance], bool]] = {
    "minimizer": lambda instance: True,  # the integrator proves this of every limit that it encloses
    "w == w*": lambda instance: not is_singular(instance.covariance),
}


class AlongFlow(OnInstances):
    """A relation of what the weights are at times along the flow; balls that touch decide nothing."""

    kind = "trajectory"
    counted = Counted.PATHS
    shrinks = False
    counts_classics = True
    tried = SMALL_PATHS
    sampled = 10
    per_class = 12

    def wanted_of_class(self, wanted: int) -> int:
        """At most one: some classes consist of trajectories written by hand, and there are no more of these."""
        return min(super().wanted_of_class(wanted), 1)

    def ball(self, case: Instance, values: Values) -> WeightBall:
        return _enclosed(state(case, values["time"]))

    def _compared(self, relation: Relation, case: Instance, values: Values) -> Outcome:
        try:
            ball = self.ball(case, values)
        except NotEnclosed:
            return Outcome(Verdict.INCONCLUSIVE, BITS, Route.ENCLOSURE)
        answer, lhs, rhs = certain(relation, EnclosedScope(case, ball, values))
        with ctx.workprec(BITS):
            low, high = sorted((float(abs(lhs).mid()), float(abs(rhs).mid())))
        return Outcome(Verdict.of(answer), BITS, Route.ENCLOSURE, high / low if low > 0 else None)

    def _measured(self, decided: list[tuple[Instance, Outcome]]) -> list[Outcome]:
        """Return the outcomes unchanged: float64 does not follow the flow."""
        return [outcome for _, outcome in decided]

    def _suspects(self, drawn: Iterator[Instance]) -> Iterator[Pair]:
        """All instances are suspects: float64 does not follow the flow."""
        return self._pairs(drawn)


class AtLimit(AlongFlow):
    """A relation of what the weights are in the limit of the flow."""

    def ball(self, case: Instance, values: Values) -> WeightBall:
        return _enclosed(limit(case))

    def holds(self, hypothesis: str, case: Instance) -> bool:
        return PREDICATES_AT_LIMIT.get(hypothesis, partial(predicate, hypothesis))(case)


def _enclosed(ball: WeightBall | None) -> WeightBall:
    if ball is None:
        raise NotEnclosed("an enclosure that the integrator does not give")
    return ball
