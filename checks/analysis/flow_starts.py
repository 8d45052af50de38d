"""One start of a flow: how it was followed, where it ends as far as that is known, its limit beside the bounds."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property
from math import ceil, log2
from typing import Any, Literal

from flint import arb

from ...numeric.flow.aligned_limit import exact_limit
from ...numeric.flow.gradient_flow import gradient_flow
from ...numeric.flow.trajectory import Trajectory
from ...numeric.flow.weight_ball import Limit, WeightBall
from ...numeric.linalg.rational import ball, rational
from ...numeric.network.min_sharpness import MinSharpness
from ...numeric.network.network import DeepLinearNetwork
from ...numeric.network.problem import RegressionProblem
from ...numeric.network.sharpness import sharpness
from ..output.intervals import ends, interval
from .escape_time import gap_of
from .limit_bounds import LimitBounds, imbalance_of

Start = Literal["initialization", "end state"]
"""The two starts that a report can speak of: the second is the end of the first run, read as an exact start."""

_SPARE_BITS = 96


@dataclass(frozen=True)
class Destination:
    """Where the flow from a start ends: the sharpness there, if it is enclosed, and a sentence that says why."""

    kind: Literal["minimizer", "saddle", "not known"]
    reason: str
    sharpness: arb | None = None

    def as_dict(self) -> dict[str, Any]:
        return {"kind": self.kind, "reason": self.reason,
                "sharpness": None if self.sharpness is None else ends(self.sharpness)}


@dataclass(frozen=True, eq=False)
class FollowedStart:
    """A start with exact weights, its validated run, and ``bounds`` if its limit is enclosed and is a minimizer."""

    start: Start
    problem: RegressionProblem
    network: DeepLinearNetwork
    run: Trajectory
    exact: WeightBall | None = field(repr=False)
    bounds: LimitBounds | None = field(repr=False)

    @cached_property
    def imbalance(self) -> arb:
        """``Δ`` of the exact start."""
        return imbalance_of(self.network.astype(rational))

    @cached_property
    def final_gap(self) -> arb:
        """``R − R_min`` of the true state at the last time."""
        return gap_of(self.problem, self.run.end_ball)

    @cached_property
    def destination(self) -> Destination:
        """Known from the enclosed limit, from exact arithmetic on the start, or from claim `linear-convergence`."""
        flow = f"The flow from the {self.start}"
        if self.bounds is not None:
            return Destination("minimizer", f"{flow} converges to a minimizer", self.bounds.limit.sharpness)
        if self.exact is not None:
            found = _sharpness_at(self.problem, self.exact)
            does = "stays at the saddle where it starts" if self.exact.contains(self.network.astype(rational)) else (
                "runs into a saddle: its weights are aligned, and two layers share the least norm along w*, exactly")
            value = "is not enclosed" if found is None else f"is {interval(found)}"
            return Destination("saddle", f"{flow} {does}; the sharpness there {value}", found)
        readout = self.network.readout
        if len(readout) == 1 and readout[0] == 1 and self.final_gap < ball(self.problem.energy):
            return Destination("minimizer", f"{flow} converges to a minimizer by linear-convergence, as its risk falls "
                                            "below that of zero weights; which one is not enclosed")
        return Destination("not known", f"Where the flow from the {self.start} ends is not known")

    def as_dict(self) -> dict[str, Any]:
        """Every object names the start; lower bounds are rounded down, upper bounds up."""
        bounds, run, imbalance = self.bounds, self.run, ends(self.imbalance)
        return {
            "start": self.start, "steps": run.steps, "end_time": float(run.end_time),
            "final_risk_gap": self._named(ends(self.final_gap)),
            "imbalance": None if imbalance is None else imbalance["upper"],
            "imbalance_enclosed": self._named(imbalance),
            "destination": self._named(self.destination.as_dict()),
            "limit": None if bounds is None else self._named({
                "radius": bounds.limit.radius_above, "sharpness": ends(bounds.limit.sharpness),
                "imbalance": ends(bounds.layers.imbalance), "layers": bounds.layers.as_dict()}),
            "theta": None if bounds is None else self._named(ends(bounds.theta)),
            "ratio": None if bounds is None else self._named(ends(bounds.ratio)),
        }

    def _named(self, value: dict[str, Any] | None) -> dict[str, Any] | None:
        return None if value is None else {"start": self.start, **value}


def follow(
    start: Start, problem: RegressionProblem, network: DeepLinearNetwork, least: MinSharpness, *,
    radius: float, max_steps: int, seconds: float,
) -> FollowedStart:
    """Integrate the validated flow; where that encloses no limit within the radius, try exact arithmetic."""
    run = gradient_flow(problem, network, method="validated", radius=radius, max_steps=max_steps,
                        seconds=seconds)
    exact = None
    if run.limit is None or run.limit.radius > radius:
        exact = exact_limit(problem, network, _SPARE_BITS + ceil(-log2(radius)))
    if isinstance(exact, Limit):
        run = replace(run, status="closed", limit=exact, reason="in closed form, as the weights are aligned")
    bounds = None if run.limit is None else LimitBounds(problem, network, run.limit, least)
    return FollowedStart(start, problem, network, run, exact, bounds)


def _sharpness_at(problem: RegressionProblem, weights: WeightBall) -> arb | None:
    """By the dense Hessian; None for more weights than that is for."""
    exact = weights.radius == 0
    try:
        found = sharpness(problem, weights.centre if exact else weights.enclosure, minimizer=False, bits=weights.bits)
    except ValueError:
        return None
    value: arb = found.value
    return value if value.is_finite() else None
