"""Decisions along gradient flow: the weights are known as a ball that provably contains the true ones.

The start is exact; the state at a time, or the limit, is enclosed by the validated integrator.
Balls decide, and there is no exact route: a tie stays inconclusive.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from functools import lru_cache, reduce
from typing import Any

from flint import arb, ctx, fmpq

from ...numeric.flow.gradient_flow import gradient_flow
from ...numeric.flow.weight_ball import Limit, WeightBall
from ...numeric.network.network import DeepLinearNetwork
from ...theory.language.claim import Obligation
from ...theory.language.nodes import Relation
from ..arithmetic.rings import BallRing
from ..evaluation.bindings.network import problem
from ..evaluation.evaluate import evaluate
from ..evaluation.scope import RealScope
from ..instances.instance import Instance

BITS = 128


@lru_cache(maxsize=256)
def state(instance: Instance, time: fmpq) -> WeightBall | None:
    """The weights at an exact time from the exact start, enclosed; None where the integrator gives up."""
    run = gradient_flow(problem(instance), instance.network, until=time, method="validated", radius=1e-25)
    return run.end_ball if run.status == "reached" else None


@lru_cache(maxsize=256)
def limit(instance: Instance) -> Limit | None:
    """The limit of the flow from the exact start, enclosed; None where the integrator gives up."""
    return gradient_flow(problem(instance), instance.network, method="validated", radius=1e-25).limit


class EnclosedScope(RealScope):
    """An exact start, and a ball of weights further along its flow.

    The names in :data:`AT_TIME` and :data:`AT_LIMIT` are read from the ball, all others from the start.
    """

    def __init__(self, instance: Instance, ball: WeightBall, values: dict[str, Any]) -> None:
        super().__init__(instance, BallRing(BITS), values)
        self.ball = ball

    def value(self, name: str) -> Any:
        table = AT_LIMIT if isinstance(self.ball, Limit) else AT_TIME
        # What is not read from the ball is a plain scope's: it must not see, nor remember, what is.
        return table[name](self) if name in table else RealScope(self.instance, self.ring, self.values).value(name)

    @property
    def moved(self) -> DeepLinearNetwork:
        """The network with an interval for every weight."""
        return self.ball.enclosure


def _risk_gap(scope: EnclosedScope) -> Any:
    residual = scope.moved.regressor() - scope.w_star
    return residual @ (scope.sigma @ residual)


def _moves(scope: EnclosedScope) -> list[arb]:
    """Squared Frobenius distances of the layers of the centre from the start."""
    pairs = zip(scope.ball.centre.weights, scope.network.weights, strict=True)
    return [sum((((x - y) ** 2) for x, y in zip(new.flat, old.flat, strict=True)), arb(0)) for new, old in pairs]


def _within(scope: EnclosedScope, square: arb) -> arb:
    """A distance from the start, given that of the centre."""
    return square.sqrt() + arb(0, scope.ball.radius.upper())


def _norm_of_regressor(scope: EnclosedScope) -> Any:
    w = scope.moved.regressor()
    return scope.root(w @ w)


def _theta(scope: EnclosedScope) -> Any:
    scale = scope.ring.power(_norm_of_regressor(scope), Fraction(-2, scope.instance.depth))
    return (scope.instance.depth - 1) * (scope.ball.imbalance * scale)


AT_TIME: dict[str, Callable[[EnclosedScope], Any]] = {
    "risk_gap": _risk_gap,
    "displacement": lambda scope: _within(scope, sum(_moves(scope), arb(0))),
    "layer_displacement": lambda scope: _within(scope, reduce(arb.max, _moves(scope))),
}
AT_LIMIT: dict[str, Callable[[EnclosedScope], Any]] = {
    "S": lambda scope: scope.ball.sharpness if isinstance(scope.ball, Limit) else None,
    "Delta": lambda scope: scope.ball.imbalance,
    "norm_w_net": _norm_of_regressor,
    "theta": _theta,
}


def compare(obligation: Obligation, relation: Relation, instance: Instance, values: dict[str, Any]) -> (
        tuple[bool | None, float | None]):
    """Whether a relation holds along the flow: True, False or None (undecided); and larger side over smaller."""
    ball = limit(instance) if obligation.space == "limit" else state(instance, values["time"])
    if ball is None:
        return None, None
    with ctx.workprec(BITS):
        scope = EnclosedScope(instance, ball, values)
        lhs, rhs = arb(evaluate(relation.lhs, scope)), arb(evaluate(relation.rhs, scope))
        answer = scope.ring.answer(relation.op, lhs, rhs)
        low, high = sorted((float(abs(lhs).mid()), float(abs(rhs).mid())))
        return answer, high / low if low > 0 else None
