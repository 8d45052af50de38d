"""Validated gradient flow: proved error bounds along the way, and the limit enclosed."""

from __future__ import annotations

from dataclasses import replace
from time import perf_counter

import numpy as np
from flint import arb, ctx, fmpq

from ..linalg.norm_bounds import norm_above, radius_above
from ..linalg.rational import rational
from ..linalg.rounding import float_above
from ..linalg.scalars import is_zero
from ..network.hessian import gradient
from ..network.network import DeepLinearNetwork
from ..network.problem import RegressionProblem
from .limit import enclose_limit
from .series import (
    FlowSystem,
    ball_layers,
    estimated_order,
    float_layers,
    network_of,
)
from .trajectory import Samples, Status, Trajectory
from .validated_step import validated_step
from .weight_ball import Limit

# Defect allowed per step, in units of the radius wanted: errors of 10²..10⁴ steps grow 10²..10⁴-fold.
_STEP_SHARE = 1e-8
# A state whose error exceeds this part of the weights is lost: nothing more can be proved.
_LOST = 1e-3
# Runs with ever smaller defects, before giving up; where nothing at all is proved, two.
_RUNS = 4
_SPARE_BITS = 96
# Defects are given as floats.
_LEAST_DEFECT = 1e-300


def validated_flow(
    problem: RegressionProblem,
    network: DeepLinearNetwork,
    until: fmpq | None,
    radius: float,
    bits: int | None,
    order: int | None,
    max_steps: int,
    seconds: float | None = None,
) -> Trajectory:
    """The validated method of `gradient_flow`: to the time ``until``, or until ``W(∞)`` is enclosed.

    No step begins after so many ``seconds``.
    Where the error has outgrown the radius wanted, the flow is run again with smaller defects.

    Raises:
        ValueError: ``Σ`` is not positive semidefinite, or a ball of positive radius among the data.

    >>> problem = RegressionProblem.from_covariance([[1.0]], [1.0])
    >>> run = validated_flow(problem, DeepLinearNetwork([[[1.0]], [[0.5]]]), None, 1e-20, None, None, 1000)
    >>> run.status, run.limit.radius_above < 1e-20
    ('closed', True)
    """
    problem = problem if problem.kind == "float" else problem.astype(rational)
    if any(weight.dtype == object for weight in network.weights):
        network = network.astype(rational)
    try:
        problem.exact_factor()
    except ValueError as error:
        raise ValueError(
            "The covariance must be positive semidefinite, exactly. That of float64 data with fewer samples "
            "than features is so only up to rounding: give the data as rationals (rational_array)."
        ) from error
    tolerance, left = radius * _STEP_SHARE, max_steps
    deadline = np.inf if seconds is None else perf_counter() + seconds
    best: Trajectory | None = None
    for run in range(_RUNS):
        attempt = _Run(problem, network, tolerance, bits, order)
        result = attempt.run(until, radius, left, deadline)
        attained = _attained(result)
        if best is None or attained < _attained(best):
            best = result
        left -= result.steps
        hopeless = run > 0 and attained == np.inf
        if (attained <= radius or left <= 0 or hopeless or not attempt.limited_by_error
                or perf_counter() >= deadline):
            break
        # Lost: unknown by how much, so with twice the digits. Else in proportion.
        smaller = tolerance**2 if attained == np.inf else tolerance * radius / attained / 16
        tolerance = max(smaller, _LEAST_DEFECT)
    assert best is not None
    return best


def _attained(result: Trajectory) -> float:
    """The radius attained. It is infinite without a limit, and without a state at the time asked for."""
    if result.limit is not None:
        return result.limit.radius_above
    if result.status == "reached" and result.end_error is not None:
        return float_above(result.end_error)
    return float(np.inf)


class _Run:
    """One pass from the start with a fixed allowance for the defects."""

    def __init__(
        self,
        problem: RegressionProblem,
        network: DeepLinearNetwork,
        tolerance: float,
        bits: int | None,
        order: int | None,
    ) -> None:
        self.problem, self.network, self.tolerance = problem, network, tolerance
        self.order = estimated_order(tolerance) if order is None else order
        self.bits = round(-np.log2(tolerance)) + _SPARE_BITS if bits is None else bits
        self.limited_by_error = False
        self.limit: Limit | None = None
        self._prepare()
        with ctx.workprec(self.bits):
            start = ball_layers(network)
            self.layers, self.error = [layer.mid() for layer in start], radius_above(start)
        self._try_again_below = np.inf

    def _prepare(self) -> None:
        with ctx.workprec(self.bits):
            self.system = FlowSystem.of(self.problem, self.network)

    def run(self, until: fmpq | None, radius: float, max_steps: int, deadline: float) -> Trajectory:
        samples, time = Samples(), fmpq(0)
        status: Status = "inconclusive"
        reason = self._stationary() if until is None else ""
        steps = 0
        while True:
            slope = self._sample(samples, float(time))
            if reason:
                break
            if until is None:
                reason = self._tail(slope, radius)
                if self.limit is not None and (self.limit.radius <= radius or self.limited_by_error):
                    status = "closed"
                    break
            elif time >= until:
                status, reason = "reached", "the time asked for"
                self.limited_by_error = self.error > radius
                break
            lost = _lost(self)
            late = perf_counter() >= deadline
            if lost or steps >= max_steps or late:
                limit = "in the time allowed" if late else f"after {max_steps} step{'s' * (max_steps != 1)}"
                reason = lost or f"no end {limit}; last obstacle: {reason or 'none tried'}"
                break
            taken = self._step(None if until is None else until - time)
            if taken is None:
                reason = "no step could be verified: the error is too large for any tube"
                self.limited_by_error = True
                break
            steps, time, reason = steps + 1, time + taken, ""
        if self.limit is not None and status != "closed":
            status, reason = "closed", f"the radius wanted was not reached: {reason}"
        end = network_of(self.layers, self.network)
        return replace(samples.trajectory(self.problem, "validated", status, reason, end, time),
                       end_error=self.error, limit=self.limit, bits=self.bits, order=self.order)

    def _stationary(self) -> str:
        """The reason to stop if the start is exactly a saddle, which the flow never leaves, else the empty string."""
        if self._slope() > arb((1, -self.bits // 2)) * (1 + norm_above(self.layers)):
            return ""
        problem, network = self.problem.astype(rational), self.network.astype(rational)
        if problem.risk_gap(network.regressor()) == 0:
            return ""
        if not all(is_zero(layer) for layer in gradient(problem, network)):
            return ""
        return "the start is a saddle: the gradient vanishes there, above the minimal risk, and the flow stays"

    def _slope(self) -> arb:
        with ctx.workprec(self.bits):
            return norm_above(self.system.series(self.layers, 1)[1])

    def _sample(self, samples: Samples, time: float) -> float:
        slope = float_above(self._slope())
        with ctx.workprec(self.bits):
            risk = float(self.system.risk_gap(self.layers))
        samples.add(time, float_layers(self.layers), risk, slope, float_above(self.error))
        return slope

    def _tail(self, slope: float, radius: float) -> str:
        """Try to enclose the limit from here, keep the best limit, and return the obstacle, if any."""
        if slope > self._try_again_below:
            return ""
        found = enclose_limit(self.problem, self.layers, self.error, self.network, self.bits)
        if isinstance(found, str):
            self._try_again_below = slope / 2
            return found
        if self.limit is None or found.radius < self.limit.radius:
            self.limit = found
        # What is left above the error is quadratic in the gradient.
        self._try_again_below = 1.2 * slope * min(0.9, (radius / max(found.radius_above, 1e-300)) ** 0.5)
        self.limited_by_error = bool(found.radius > radius and found.radius < 4 * self.error)
        return ""

    def _step(self, remaining: fmpq | None) -> fmpq | None:
        """Take one step, at a precision at which the rounding stays below the defect, and return its time."""
        while True:
            with ctx.workprec(self.bits):
                step = validated_step(self.system, self.layers, self.error, self.order, self.tolerance, remaining)
            if step is None:
                return None
            enough = step.rounding < self.tolerance / 16
            if enough or self.bits > 64 * _SPARE_BITS:
                self.layers, self.error = step.layers, step.error
                return step.time
            self.bits += self.bits // 4
            self._prepare()


def _lost(run: _Run) -> str:
    if run.error < _LOST * norm_above(run.layers) or run.error.is_zero():
        return ""
    run.limited_by_error = True
    return "the error bound has outgrown the weights: a saddle too near, or the radius wanted too large"


def with_restart(result: Trajectory, radius: float, bits: int | None, order: int | None, max_steps: int) -> Trajectory:
    """An inconclusive trajectory with its end state followed as an exact initialization.

    The limit of that is not proved to be the limit of the start; `Trajectory.decided` says so.
    """
    if result.status != "inconclusive":
        return result
    again = validated_flow(result.problem, result.end, None, radius, bits, order, max_steps)
    return replace(result, restart=again)
