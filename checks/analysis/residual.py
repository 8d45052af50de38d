"""What ``flatcert residual`` finds: bounds at the start by Monte Carlo, and how conservative the theorems are."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from math import inf
from typing import Any

import numpy as np
from flint import arb

from ...numeric.flow.residual_bisection import Measure, Threshold, away, outcome, true_threshold
from ...numeric.linalg.scalars import Array
from ...numeric.network.min_sharpness import min_sharpness
from ...numeric.network.network import DeepLinearNetwork
from ...numeric.network.problem import RegressionProblem
from ...numeric.network.residual import residual_network
from ...numeric.network.residual_promise import ResidualStart, sharp_promise, sharpness_ratio, simple_promise
from ..data.setup import gaussian_data
from ..deciding.residual_init import DEPTHS, DIMENSIONS, Estimate, estimate, up_to
from ..instances.pool import generator
from ..output.intervals import finite
from .residual_bound import AnalyticBound, analytic_bound

SAMPLES = 50
# Distance of the target up to which it is tried whether the flow converges at all; initially |w| is about 1.
_FURTHEST = 8.0
# A stream of draws apart from those of `residual_init`.
_STREAM = 2**63


@dataclass(frozen=True)
class Conservative:
    """One start: what the simple and the improved theorem allow, and what is true; float64.

    ``allowed`` is the initial risk that a theorem allows. ``same_move`` is the true threshold above which the weights
    move further than that theorem promises (simple: a layer ``ρ/L``; improved: all layers together ``ρ/√L``),
    ``converges`` the one above which the flow does not converge at all; each the lowest over the directions tried.
    ``ratio`` is the true ``S/S_min`` of the limit at the risk that the simple theorem allows, ``ratio_bound`` its
    ``(β⁴/α²)κ``.
    """

    alpha: float
    beta: float
    allowed: dict[str, float]
    same_move: dict[str, Threshold]
    converges: Threshold
    ratio: float
    ratio_bound: float

    @property
    def improvement(self) -> float:
        """Allowed initial risk of the improved theorem over that of the simple one."""
        return self.allowed["improved"] / self.allowed["simple"] if self.allowed["simple"] else inf

    def as_dict(self) -> dict[str, Any]:
        thresholds = {name: found._asdict() for name, found in self.same_move.items()}
        return {**asdict(self), "same_move": thresholds, "converges": self.converges._asdict(),
                "improvement": self.improvement}


@dataclass(frozen=True)
class ResidualReport:
    """Everything at one scale: ``estimates`` over dimensions and depths, ``starts`` at the largest of both."""

    scale: float
    dimension: int
    depth: int
    seed: int
    estimates: tuple[Estimate, ...]
    analytic: AnalyticBound
    starts: tuple[Conservative, ...]

    def as_dict(self) -> Any:
        """The JSON object; what leaves the range of float64 is null."""
        return finite({
            "scale": self.scale, "dim": self.dimension, "depth": self.depth, "seed": self.seed, "verdict": "estimated",
            "estimates": [found.as_dict() for found in self.estimates],
            "analytic": {"alpha": self.analytic.bounds.alpha, "beta": self.analytic.bounds.beta,
                         "least_depth": self.analytic.depth, "rate": self.analytic.rate},
            "starts": [start.as_dict() for start in self.starts],
        })


def residual_report(
    scale: float, dimension: int, depth: int, draws: int, starts: int, seed: int = 0,
    progress: Callable[[int, int], Any] = lambda done, total: None,
) -> ResidualReport:
    """Estimate over standard dimensions and depths up to ``(d, L)``, then measure ``starts`` draws at ``(d, L)``.

    >>> report = residual_report(0.25, 2, 2, 10, 1)
    >>> [(found.dimension, found.depth) for found in report.estimates], report.starts[0].improvement > 100
    ([(2, 1), (2, 2)], True)
    """
    grid = [(d, k) for d in up_to(dimension, DIMENSIONS) for k in up_to(depth, DEPTHS)]
    total = len(grid) + starts
    estimates, measured = [], []
    for d, k in grid:
        estimates.append(estimate(scale, d, k, draws, seed))
        progress(len(estimates), total)
    for index in range(starts):
        measured.append(conservative(*drawn_start(scale, dimension, depth, seed, index)))
        progress(len(grid) + len(measured), total)
    return ResidualReport(scale, dimension, depth, seed, tuple(estimates), analytic_bound(scale), tuple(measured))


def drawn_start(
    scale: float, dimension: int, depth: int, seed: int, index: int
) -> tuple[RegressionProblem, DeepLinearNetwork]:
    """Gaussian data (50 rows, more if ``d`` is larger) and a residual start, a pure function of the arguments, float64.

    >>> problem, network = drawn_start(0.25, 3, 4, 0, 0)
    >>> problem.dimension, network.depth
    (3, 4)
    """
    rng = generator(seed, _STREAM + (dimension << 32) + depth, index)
    features, target = gaussian_data(rng, max(SAMPLES, 2 * dimension), dimension)
    return RegressionProblem.from_data(features, target), residual_network(dimension, depth, scale, rng)


def conservative(problem: RegressionProblem, network: DeepLinearNetwork) -> Conservative:
    """Both theorems at a float64 start, and bisection on the flow for what is true.

    The target goes away from ``w(W(0))`` along the eigenvector of ``λ``, both ways, where a given risk asks for the
    longest way, and towards minus ``w(W(0))``, across the saddle at zero.

    >>> found = conservative(*drawn_start(0.25, 2, 2, 0, 0))
    >>> found.allowed["simple"] < found.allowed["improved"] < found.same_move["improved"].lower
    True
    """
    start = ResidualStart.of(problem, network)
    promises = {"simple": simple_promise(start), "improved": sharp_promise(start)}
    slow: Array = np.linalg.eigh(problem.covariance)[1][:, 0]
    back = -network.regressor() / np.linalg.norm(network.regressor())
    allowed = {name: _float(promise.risk_gap) for name, promise in promises.items()}
    measures: dict[str, Measure] = {"simple": "layers", "improved": "total"}
    same = {
        name: min(true_threshold(problem, network, way, measure=measures[name], move=_float(promise.move),
                                 furthest=_FURTHEST) for way in (slow, -slow, back))
        for name, promise in promises.items()
    }
    least = min(true_threshold(problem, network, way, furthest=_FURTHEST) for way in (slow, -slow, back))
    distance = float(np.sqrt(allowed["simple"] / (slow @ problem.covariance @ slow)))
    target = away(problem, network, slow, distance)
    smallest = min_sharpness(target, network.depth, float(network.readout @ network.readout)).upper
    return Conservative(
        start.bounds.alpha, start.bounds.beta, allowed, same, least,
        outcome(target, network).sharpness / smallest, _float(sharpness_ratio(start)),
    )


def _float(ball: arb) -> float:
    return float(ball.mid())
