"""A trained network of the user's: never an exact minimizer, so it is read in two ways.

*On the data*: its true sharpness is enclosed by the Hessian at the weights, and what the theory says
of minimizers does not apply. *As the exact minimizer of* ``(Σ, w(W))``, the problem whose regressor
is the network's own: there all of it applies. Every number says which of the two it is of.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Any

from flint import arb, ctx

from ..numeric.flow_bounds import BallBounds
from ..numeric.flow_series import FlowSystem, ball_layers
from ..numeric.min_sharpness import MinSharpness, min_sharpness
from ..numeric.network import DeepLinearNetwork
from ..numeric.problem import RegressionProblem
from ..numeric.rational import rational
from ..numeric.sharpness import DENSE_LIMIT, sharpness
from ..numeric.weight_ball import WeightBall
from ..theory.registry import claim
from .evaluate import Undefined, evaluate
from .findings import BITS, BallScope, Finding, worst
from .instances import Instance
from .intervals import ends
from .layer_balls import LayerBalls, layer_balls
from .limit_bounds import ratio_bound
from .theorems import OF_ANY_NETWORK, OF_MINIMIZERS, decide_exact

BOUNDS = {
    "sharpness-lower": "minimizers",
    "sharpness-lower-tight": "minimizers",
    "S_bal": "sharpness",
    "8 L Lambda |w*|^(2-2/L)": "eight",
}
_CLAIM_OF = {"S_bal": "balanced-sharpness", "8 L Lambda |w*|^(2-2/L)": "limit-sharpness"}


@dataclass(frozen=True, eq=False)
class Placed:
    """A sharpness, enclosed, with the ``S_min`` of a problem and the bounds that are numbers of the problem."""

    instance: Instance
    sharpness: arb
    least: MinSharpness

    @cached_property
    def scope(self) -> BallScope:
        return BallScope(self.instance, {"S_min": self.least.enclosure})

    @cached_property
    def marks(self) -> dict[str, arb]:
        """``S``, ``S_min`` and the bounds by name; those of the plain model only without a read-out."""
        found = {"S": self.sharpness, "S_min": self.least.enclosure}
        for name, part in BOUNDS.items():
            obligation = claim(_CLAIM_OF.get(name, name)).obligation(part)
            if "plain" not in obligation.given or self.instance.readout is None:
                with ctx.workprec(BITS):
                    found[name] = arb(evaluate(obligation.relation.rhs, self.scope))
        return found

    @cached_property
    def ratio(self) -> arb:
        """``S/S_min``."""
        with ctx.workprec(BITS):
            return self.sharpness / self.least.enclosure

    @cached_property
    def ratio_bound(self) -> arb:
        """``4κ``, infinite if ``Σ`` is singular."""
        return ratio_bound(RegressionProblem(self.instance.covariance, self.instance.regressor), self.instance.depth)

    @property
    def order(self) -> str:
        """The marks from the least on: ``<`` where balls prove it, ``~`` where they overlap."""
        names = sorted(self.marks, key=lambda name: self.marks[name].mid())  # points, beyond float64 too
        text = names[0]
        for lower, upper in pairwise(names):
            text += f" {'<' if self.marks[lower] < self.marks[upper] else '~'} {upper}"
        return text

    def as_dict(self) -> dict[str, Any]:
        return {"sharpness": ends(self.sharpness), "order": self.order, "ratio": ends(self.ratio),
                "min_sharpness": ends(self.least.enclosure), "four_kappa": ends(self.ratio_bound),
                "bounds": {name: ends(self.marks[name]) for name in BOUNDS if name in self.marks}}


@dataclass(frozen=True, eq=False)
class Inspection:
    """Everything that ``flatcert inspect`` prints; all numbers are balls.

    ``kernel`` is ``2λ_max(Σ^{1/2}MΣ^{1/2})`` and ``residual`` an upper bound of the norm of the rest of the
    Hessian; ``method`` says what encloses the sharpness on the data. ``own`` is None if the
    regressor of the network vanishes on the range of ``Σ``.
    """

    problem: RegressionProblem
    network: DeepLinearNetwork
    risk_gap: arb
    kernel: arb
    residual: arb
    method: str
    on_data: Placed
    own: Placed | None
    layers: LayerBalls

    @cached_property
    def theta(self) -> arb:
        """``θ = (L − 1)Δ/‖w‖^{2/L}``, not finite if ``w = 0``."""
        try:
            with ctx.workprec(BITS):
                return arb(self.on_data.scope.value("theta"))
        except Undefined:
            return arb("inf")

    @cached_property
    def findings(self) -> dict[str, tuple[Finding, ...]]:
        """What applies to the network on the data, and to it as an exact minimizer."""
        on_data = tuple(decide_exact(name, part, self.on_data.instance)
                        for table in (OF_ANY_NETWORK, OF_MINIMIZERS) for name, parts in table.items() for part in parts)
        own = () if self.own is None else tuple(
            decide_exact(name, part, self.own.instance) for name, parts in OF_MINIMIZERS.items() for part in parts)
        return {"on_data": on_data, "as_minimizer": own}

    @property
    def exit_code(self) -> int:
        found = worst([finding for findings in self.findings.values() for finding in findings])
        return {"refuted": 1, "inconclusive": 3}.get(found, 0)

    def as_dict(self) -> dict[str, Any]:
        """The JSON object: lower bounds rounded down, upper bounds up."""
        return {
            "depth": self.network.depth, "dim": self.problem.dimension, "n": self.problem.samples,
            "widths": list(self.network.widths), "risk_gap": ends(self.risk_gap),
            "imbalance": ends(self.layers.imbalance), "theta": ends(self.theta), "layers": self.layers.as_dict(),
            "on_data": {**self.on_data.as_dict(), "method": self.method, "kernel_part": ends(self.kernel),
                        "residual_part": ends(self.residual)},
            "as_minimizer": None if self.own is None else self.own.as_dict(),
            "theorems": {name: [finding.as_dict() for finding in findings] for name, findings in self.findings.items()},
        }


def inspection(problem: RegressionProblem, network: DeepLinearNetwork) -> Inspection:
    """Inspect weights (read exactly) on an exact problem with ``E > 0``.

    >>> from ..numeric.rational import rational_array
    >>> problem = RegressionProblem.from_covariance(rational_array([[1, 0], [0, 4]]), rational_array([1, 0]))
    >>> report = inspection(problem, DeepLinearNetwork([[[1.0, 0.0]], [[0.5]]]))
    >>> print(report.risk_gap, report.on_data.sharpness.str(5, radius=False), report.own.order)
    0.250000000000000 2.0000 sharpness-lower ~ sharpness-lower-tight < S_min < S < S_bal < 8 L Lambda |w*|^(2-2/L)
    """
    exact = network.astype(rational)
    readout = exact.readout if exact.has_readout else None
    on_data = Instance("the network on the data", problem.covariance, tuple(exact.weights), readout, problem.regressor)
    own = Instance("the network as exact minimizer", problem.covariance, tuple(exact.weights), readout)
    kernel: arb = sharpness(problem, exact, minimizer=True, bits=BITS).value
    with ctx.workprec(BITS):
        gap = arb(problem.risk_gap(exact.regressor()))
        residual = BallBounds(FlowSystem.of(problem, exact), ball_layers(exact)).expansion(arb(0))
    enclosed, method = _true_sharpness(problem, exact, kernel, residual)

    def placed(instance: Instance, value: arb) -> Placed:
        target = RegressionProblem(problem.covariance, instance.regressor)
        return Placed(instance, value, min_sharpness(target, exact.depth, instance.readout_norm_squared))

    return Inspection(
        problem, exact, gap, kernel, residual, method, placed(on_data, enclosed),
        placed(own, kernel) if own.energy > 0 else None, layer_balls(WeightBall(exact, arb(0), BITS)))


def _true_sharpness(
    problem: RegressionProblem, network: DeepLinearNetwork, kernel: arb, residual: arb
) -> tuple[arb, str]:
    """By Weyl within the norm of the residual part of the kernel part; sharper, of few weights, by the Hessian."""
    with ctx.workprec(BITS):
        by_weyl = kernel + arb(0, residual)
    if network.weight_count > DENSE_LIMIT or residual.is_zero():
        return by_weyl, "kernel part of the Hessian, and a bound on the norm of its residual part"
    dense: arb = sharpness(problem, network, minimizer=False, bits=BITS).value
    with ctx.workprec(BITS):
        return dense.intersection(by_weyl), "eigenvalue of the dense Hessian"
