"""One start of a flow: its validated run, the point where it ends as far as that is known, and its limit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from math import ceil, log2
from typing import Literal

from flint import arb

from ....numeric.flow.aligned_limit import exact_limit
from ....numeric.flow.gradient_flow import gradient_flow
from ....numeric.flow.trajectory import Trajectory
from ....numeric.flow.weight_ball import Limit, WeightBall
from ....numeric.linalg.rational import ball, rational
from ....numeric.network.min_sharpness import MinSharpness
from ....numeric.network.network import DeepLinearNetwork
from ....numeric.network.problem import RegressionProblem
from ....numeric.network.sharpness import sharpness
from ...output.intervals import ends, interval
from ...output.json_values import JsonObject, json_value
from .escape_time import gap_of
from .limit_bounds import LimitBounds, imbalance_of

Start = Literal["initialization", "end state"]
"""The two starts of a report. The second one is the end of the first run, read as an exact start."""

_SPARE_BITS = 96


@dataclass(frozen=True)
class Destination:
    """Where the flow from a start ends, a sentence that says why, and the sharpness there if it is enclosed."""

    kind: Literal["minimizer", "saddle", "not known"]
    reason: str
    sharpness: arb | None = None


@dataclass(frozen=True, eq=False)
class FollowedStart:
    """A start with exact weights, its validated run, and ``bounds`` if its limit is an enclosed minimizer.

    ``exact`` is the limit of the start where exact arithmetic knows it.
    """

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
        """Where the flow ends, by its enclosed limit, exact arithmetic on the start, or claim `linear-convergence`."""
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

    def as_dict(self) -> JsonObject:
        """The JSON object, in which every object names the start."""
        bounds, run, imbalance = self.bounds, self.run, ends(self.imbalance)
        return {
            "start": self.start, "steps": run.steps, "end_time": float(run.end_time),
            "final_risk_gap": named(self.start, self.final_gap),
            "imbalance": None if imbalance is None else imbalance["upper"],
            "imbalance_enclosed": named(self.start, self.imbalance),
            "destination": named(self.start, self.destination),
            "limit": None if bounds is None else named(self.start, {
                "radius": bounds.limit.radius_above, "sharpness": bounds.limit.sharpness,
                "imbalance": bounds.layers.imbalance, "layers": bounds.layers}),
            "theta": None if bounds is None else named(self.start, bounds.theta),
            "ratio": None if bounds is None else named(self.start, bounds.ratio),
        }


def named(start: str, part: object) -> JsonObject | None:
    """The JSON object of a part of the report with the start that it is of, or None if there is none.

    >>> named("any", arb(2))
    {'start': 'any', 'lower': 2.0, 'upper': 2.0}
    """
    found = json_value(part)
    return {"start": start, **found} if isinstance(found, Mapping) else None


def follow(
    start: Start, problem: RegressionProblem, network: DeepLinearNetwork, *,
    least: MinSharpness, radius: float, max_steps: int, seconds: float,
) -> FollowedStart:
    """Integrate the validated flow. If that encloses no limit within the radius, try exact arithmetic on the start."""
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
    """The sharpness by the dense Hessian, or None if there are too many weights for that."""
    exact = weights.radius == 0
    try:
        found = sharpness(problem, weights.centre if exact else weights.enclosure, minimizer=False, bits=weights.bits)
    except ValueError:
        return None
    value: arb = found.value
    return value if value.is_finite() else None
