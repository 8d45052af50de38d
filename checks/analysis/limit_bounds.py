"""The enclosed limit of a gradient flow against the bounds of the theory."""

from __future__ import annotations

from functools import cached_property

import sympy as sp
from flint import arb, ctx

from ...numeric.flow.weight_ball import Limit, WeightBall
from ...numeric.linalg.precision import is_narrow, until_narrow
from ...numeric.linalg.rational import ball, rational, rational_matrix
from ...numeric.linalg.scalars import Array, is_zero
from ...numeric.network.min_sharpness import MinSharpness
from ...numeric.network.network import DeepLinearNetwork
from ...numeric.network.problem import RegressionProblem
from ...theory.language.quantities import S_min
from ...theory.library import claim
from ...theory.setting.flow import DEFINED
from ..arithmetic.rings import BallRing
from ..evaluation.evaluate import Undefined, evaluate
from ..evaluation.scope import RealScope
from ..instances.instance import Instance, problem_at_depth
from .findings import BITS, BallScope, Facts, Finding, decide_enclosed
from .layer_balls import LayerBalls, layer_balls

STATEMENTS = {
    "sharpness-lower": ("minimizers",),
    "sharpness-lower-tight": ("minimizers",),
    "limit-sharpness": ("every-minimizer", "eight", "ratio", "condition"),
    "balanced-sharpness": ("ratio", "condition"),
}
"""Claim id to the inequalities between the sharpness of a limit and numbers of the problem and the start."""


class LimitBounds:
    """A limit beside the bounds that the problem and the exact start of its flow give.

    ``start`` has exact entries; by claim `conservation` its imbalance is that of the limit. All
    numbers are balls.
    """

    def __init__(self, problem: RegressionProblem, start: DeepLinearNetwork, limit: Limit, least: MinSharpness) -> None:
        self.problem, self.limit, self.least = problem, limit, least
        self.start = start.astype(rational)

    @cached_property
    def layers(self) -> LayerBalls:
        """Of the limit itself, without the use of `conservation`."""
        return layer_balls(self.limit)

    @cached_property
    def scope(self) -> BallScope:
        values = {"S": self.limit.sharpness, "Delta": imbalance_of(self.start),
                  "S_min": self.least.enclosure, "norm_w_net": self._regressor_norm()}
        instance = Instance("start of the flow", self.problem.covariance, tuple(self.start.weights),
                            self.start.readout if self.start.has_readout else None, self.problem.regressor)
        with ctx.workprec(BITS):
            scope = BallScope(instance, values)
            values["theta"] = arb(evaluate(DEFINED["theta"].relation.rhs, scope))
        return scope

    def _regressor_norm(self) -> arb:
        """``‖w‖`` of the limit; exactly ``‖w*‖`` where the two regressors are one."""
        with ctx.workprec(BITS):
            target = self._at_target()
            w = map(ball, self.problem.regressor) if target else self.limit.enclosure.regressor()
            square: arb = sum((x * x for x in w), arb(0))
            return square.nonnegative_part().sqrt()

    @cached_property
    def facts(self) -> Facts:
        readout = self.start.readout
        return {
            "minimizer": (True, ""),
            "E > 0": (True, ""),
            "w == w*": (self._at_target(), "Sigma is singular, and w != w*"),
            "plain": (bool(len(readout) == 1 and readout[0] == 1), "there is a read-out p"),
            "balanced": (all(map(is_zero, self.start.imbalance())), "Delta > 0"),
        }

    def _at_target(self) -> bool | None:
        """A minimizer has ``w = w*`` if ``Σ`` is invertible; else balls can only refute it."""
        if rational_matrix(self.problem.covariance).det() != 0:
            return True
        with ctx.workprec(BITS):
            difference: Array = self.limit.enclosure.regressor() - self.problem.astype(ball).regressor
        return False if any(x != 0 for x in difference) else None

    @cached_property
    def findings(self) -> tuple[Finding, ...]:
        """Every inequality, in the order of `STATEMENTS`. At depth 1 the sharpness is ``2Λ`` whatever the
        weights are, so that the bound of the limit by ``2Λ`` is no statement about it."""
        chosen = [(name, part) for name, parts in STATEMENTS.items() for part in parts
                  if self.start.depth > 1 or part != "every-minimizer"]
        return tuple(decide_enclosed(name, claim(name).obligation(part), self.scope, self.facts)
                     for name, part in chosen)

    @property
    def theta(self) -> arb:
        found: arb = self.scope.values["theta"]
        return found

    @cached_property
    def ratio(self) -> arb:
        """``S/S_min``."""
        with ctx.workprec(BITS):
            return self.limit.sharpness / self.least.enclosure


def imbalance_of(network: DeepLinearNetwork) -> arb:
    """``Δ`` of exact weights, enclosed to about 38 digits; exactly zero where they are balanced.

    >>> print(imbalance_of(DeepLinearNetwork([[[2.0]], [[3.0]]])).str(5, radius=False))
    5.0000
    """
    return WeightBall(network, arb(0), BITS).imbalance


def balanced_sharpness(problem: RegressionProblem, depth: int) -> arb:
    """``S_bal``, the sharpness of the balanced minimizers with ``w = w*`` and no read-out (claim `balanced-sharpness`).

    >>> problem = RegressionProblem.from_covariance([[3.0]], [1.0]).astype(rational)
    >>> print(balanced_sharpness(problem, 5).str(5, radius=False))
    30.000
    """
    return _of_problem(problem, depth, claim("balanced-sharpness").obligation("sharpness").relation.rhs)


def ratio_bound(problem: RegressionProblem, depth: int) -> arb:
    """``4κ``, which bounds ``S/S_min`` where ``θ <= 3/4``; infinite if ``Σ`` is singular (claim `limit-sharpness`).

    >>> problem = RegressionProblem.from_covariance([[3.0]], [1.0]).astype(rational)
    >>> print(ratio_bound(problem, 5).str(5, radius=False))
    4.0000
    """
    bound = claim("limit-sharpness").obligation("condition").relation.rhs
    try:
        return _of_problem(problem, depth, bound.xreplace({S_min: sp.S.One}))
    except Undefined:
        return arb("inf")


def _of_problem(problem: RegressionProblem, depth: int, expression: sp.Expr) -> arb:
    """The value of an expression that only the problem and the depth enter."""
    return narrow_value(problem_at_depth(problem.covariance, problem.regressor, depth), expression)


def narrow_value(instance: Instance, expression: sp.Expr) -> arb:
    """An expression on an instance, at a precision that is raised until it is narrow."""
    def value(bits: int) -> arb:
        with ctx.workprec(bits):
            return arb(evaluate(expression, RealScope(instance, BallRing(bits))))

    return until_narrow(value, is_narrow, BITS, instance.dimension)
