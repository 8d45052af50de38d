"""What ``flatcert residual`` finds: bounds at the start by Monte Carlo, and how conservative the theorems are."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import dataclass
from math import inf
from typing import Any

import numpy as np
from flint import arb

from ....numeric.flow.residual_bisection import Measure, Threshold, away, outcome, true_threshold
from ....numeric.linalg.scalars import Array
from ....numeric.network.min_sharpness import min_sharpness
from ....numeric.network.network import DeepLinearNetwork
from ....numeric.network.problem import RegressionProblem
from ....numeric.network.residual import residual_network
from ....numeric.network.residual_promise import ResidualStart, sharp_promise, sharpness_ratio, simple_promise
from ...data import gaussian_regression
from ...deep_linear.deciding.residual_init import DEPTHS, DIMENSIONS, Estimate, estimate, up_to
from ...instances.streams import generator
from ...output.json_values import JsonObject, json_object
from ...output.workers import at_work, results
from .analytic_bound import RATE, AnalyticBound, analytic_bound

SAMPLES = 50
# The largest distance of the target at which it is tried whether the flow converges. Initially |w| is about 1.
_FURTHEST = 8.0
# This stream of draws is apart from those of `residual_init`.
_STREAM = 2**63


@dataclass(frozen=True)
class Conservative:
    """What the simple and the improved theorem allow at one start, and what is true, in float64.

    ``allowed`` is the initial risk that each theorem allows. ``same_move`` is the true initial risk above which the
    weights move further than the theorem promises: a layer by ``ρ/L`` (simple), all layers together by ``ρ/√L``
    (improved). Above ``converges`` the flow does not converge at all. Each threshold is the lowest over the directions
    tried. ``ratio`` is the true ``S/S_min`` of the limit at the risk that the simple theorem allows, and
    ``ratio_bound`` is the bound ``(β⁴/α²)κ`` on it.
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
        """The initial risk that the improved theorem allows, over that of the simple one."""
        return self.allowed["improved"] / self.allowed["simple"] if self.allowed["simple"] else inf

    def as_dict(self) -> JsonObject:
        """The JSON object of this start."""
        return json_object(self) | json_object({"improvement": self.improvement})


@dataclass(frozen=True)
class ResidualReport:
    """Everything at one scale: ``estimates`` over dimensions and depths, and ``starts`` at the largest of both."""

    scale: float
    dimension: int
    depth: int
    seed: int
    estimates: tuple[Estimate, ...]
    analytic: AnalyticBound
    starts: tuple[Conservative, ...]

    def as_dict(self) -> JsonObject:
        """The JSON object of the command."""
        return json_object({
            "scale": self.scale, "dim": self.dimension, "depth": self.depth, "seed": self.seed, "verdict": "estimated",
            "estimates": self.estimates,
            "analytic": {"alpha": self.analytic.bounds.alpha, "beta": self.analytic.bounds.beta,
                         "least_depth": self.analytic.depth, "rate": RATE},
            "starts": self.starts,
        })


def residual_report(
    scale: float, dimension: int, depth: int, draws: int, starts: int, seed: int = 0,
    progress: Callable[[int, int], None] = lambda done, total: None, *, workers: int = 0,
    executor: Executor | None = None,
) -> ResidualReport:
    """Estimate over the standard dimensions and depths up to ``(d, L)``, and measure ``starts`` draws at ``(d, L)``.

    The work is done in this process, in so many ``workers``, or on the executor: the numbers are the same.

    >>> report = residual_report(0.25, 2, 2, 10, 1)
    >>> [(found.dimension, found.depth) for found in report.estimates], report.starts[0].improvement > 100
    ([(2, 1), (2, 2)], True)
    """
    grid = [_Estimated(scale, d, k, draws, seed) for d in up_to(dimension, DIMENSIONS) for k in up_to(depth, DEPTHS)]
    drawn = [_Measured(scale, dimension, depth, seed, index) for index in range(starts)]
    units: list[_Estimated | _Measured] = [*grid, *drawn]
    found: dict[_Estimated | _Measured, Any] = {}
    with at_work(executor, workers) as pool:
        for unit, result in results(_carried_out, units, pool):
            found[unit] = result
            progress(len(found), len(units))
    return ResidualReport(scale, dimension, depth, seed, tuple(found[unit] for unit in grid), analytic_bound(scale),
                          tuple(found[unit] for unit in drawn))


@dataclass(frozen=True)
class _Estimated:
    """A unit of work: the arguments of :func:`estimate`."""

    scale: float
    dimension: int
    depth: int
    draws: int
    seed: int


@dataclass(frozen=True)
class _Measured:
    """A unit of work: the arguments of :func:`drawn_start`."""

    scale: float
    dimension: int
    depth: int
    seed: int
    index: int


def _carried_out(unit: _Estimated | _Measured) -> Estimate | Conservative:
    if isinstance(unit, _Estimated):
        return estimate(unit.scale, unit.dimension, unit.depth, unit.draws, unit.seed)
    return conservative(*drawn_start(unit.scale, unit.dimension, unit.depth, unit.seed, unit.index))


def drawn_start(
    scale: float, dimension: int, depth: int, seed: int, index: int
) -> tuple[RegressionProblem, DeepLinearNetwork]:
    """Draw Gaussian data (at least 50 rows) and a residual start in float64, as a pure function of the arguments.

    >>> problem, network = drawn_start(0.25, 3, 4, 0, 0)
    >>> problem.dimension, network.depth
    (3, 4)
    """
    rng = generator(seed, _STREAM + (dimension << 32) + depth, index)
    drawn = gaussian_regression(rng, max(SAMPLES, 2 * dimension), dimension)
    return RegressionProblem.from_data(drawn.features, drawn.target), residual_network(dimension, depth, scale, rng)


def conservative(problem: RegressionProblem, network: DeepLinearNetwork) -> Conservative:
    """Compare what both theorems allow at a float64 start with what is true, found by bisection on the flow.

    The target moves away from ``w(W(0))`` in three directions: both ways along the eigenvector of ``λ``, where a given
    risk needs the longest way, and towards minus ``w(W(0))``, across the saddle at zero.

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
