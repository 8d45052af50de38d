"""The enclosed limit of a gradient flow against the bounds of the theory."""

from __future__ import annotations

from functools import cached_property

from flint import arb, ctx

from ....numeric.flow.weight_ball import Limit, WeightBall
from ....numeric.linalg.rational import ball, rational
from ....numeric.linalg.scalars import Array, is_zero
from ....numeric.network.min_sharpness import MinSharpness
from ....numeric.network.network import DeepLinearNetwork
from ....numeric.network.problem import RegressionProblem
from ....theory.language.quantities import L, norm_p
from ....theory.library import BUILT_IN
from ....theory.setting.flow import DEFINED
from ...arithmetic.eigenvectors import is_singular
from ...deciding.balls import BITS
from ...deep_linear.evaluation.scope import RealScope
from ...deep_linear.instances.instance import Instance
from ...evaluation.evaluate import evaluate
from ..findings import BALLS, Facts, Finding, decide_enclosed
from ..layer_spectra import LayerSpectra, layer_spectra
from ..statements import on_minimizers


class LimitBounds:
    """A limit beside the bounds that the problem and the exact start of its flow give. All numbers are balls.

    ``start`` has exact entries. By claim `conservation` its imbalance is that of the limit.
    """

    def __init__(self, problem: RegressionProblem, start: DeepLinearNetwork, limit: Limit, least: MinSharpness) -> None:
        self.problem, self.limit, self.least = problem, limit, least
        self.start = start.astype(rational)

    @cached_property
    def layers(self) -> LayerSpectra:
        """The layers of the limit itself, found without `conservation`."""
        return layer_spectra(self.limit.enclosure, self.limit.bits)

    @cached_property
    def scope(self) -> RealScope:
        """The start as an instance, with the sharpness and the regressor of the limit."""
        values = {"S": self.limit.sharpness, "Delta": imbalance_of(self.start),
                  "S_min": self.least.enclosure, "norm_w_net": self._regressor_norm()}
        instance = Instance("start of the flow", self.problem.covariance, tuple(self.start.weights),
                            self.start.readout if self.start.has_readout else None, self.problem.regressor)
        with ctx.workprec(BITS):
            theta = arb(evaluate(DEFINED["theta"].relation.rhs, RealScope(instance, BALLS, values)))
        return RealScope(instance, BALLS, {**values, "theta": theta})

    def _regressor_norm(self) -> arb:
        """``‖w‖`` of the limit, which is exactly ``‖w*‖`` where the two regressors are one."""
        with ctx.workprec(BITS):
            target = self._at_target()
            w = map(ball, self.problem.regressor) if target else self.limit.enclosure.regressor()
            square: arb = sum((x * x for x in w), arb(0))
            return square.nonnegative_part().sqrt()

    @cached_property
    def facts(self) -> Facts:
        """Which named hypotheses the limit meets."""
        readout = self.start.readout
        return {
            "minimizer": True,
            "E > 0": True,
            "w == w*": self._at_target(),
            "plain": bool(len(readout) == 1 and readout[0] == 1),
            "balanced": all(map(is_zero, self.start.imbalance())),
        }

    def _at_target(self) -> bool | None:
        """Whether ``w = w*``. That is so if ``Σ`` is invertible; otherwise balls can only refute it."""
        if not is_singular(self.problem.covariance):
            return True
        with ctx.workprec(BITS):
            difference: Array = self.limit.enclosure.regressor() - self.problem.astype(ball).regressor
        return False if any(x != 0 for x in difference) else None

    @cached_property
    def findings(self) -> tuple[Finding, ...]:
        """Every inequality about the sharpness of the limit.

        At depth 1 the sharpness is ``2Λ`` for all weights, so that its bound by ``2Λ`` says nothing about the limit.
        """
        at_depth_one = BUILT_IN.claim("min-sharpness").obligation("depth-one").relation.rhs.subs(norm_p, 1)
        return tuple(decide_enclosed(stated, self.scope, self.facts) for stated in on_minimizers()
                     if stated.relation.op != "=="
                     and not (self.start.depth == 1 and stated.relation.rhs.subs(L, 1) == at_depth_one))

    @property
    def theta(self) -> arb:
        """``θ`` of the limit."""
        found: arb = self.scope.values["theta"]
        return found

    @cached_property
    def ratio(self) -> arb:
        """``S/S_min``."""
        with ctx.workprec(BITS):
            return self.limit.sharpness / self.least.enclosure


def imbalance_of(network: DeepLinearNetwork) -> arb:
    """``Δ`` of exact weights, enclosed to about 38 digits. It is exactly zero where they are balanced.

    >>> print(imbalance_of(DeepLinearNetwork([[[2.0]], [[3.0]]])).str(5, radius=False))
    5.0000
    """
    return WeightBall(network, arb(0), BITS).imbalance
