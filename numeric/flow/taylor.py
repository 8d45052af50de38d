"""Gradient flow by Taylor series of any order at any precision: accurate, not validated."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from flint import arb, arb_mat, ctx, fmpq

from ..linalg.norm_bounds import norm_above
from ..network.network import DeepLinearNetwork
from ..network.problem import RegressionProblem
from .series import (
    FlowSystem,
    ball_layers,
    estimated_order,
    evaluate,
    float_layers,
    network_of,
)
from .trajectory import Samples, Status, Trajectory, convergence

# Spare bits for the rounding of sums and products of one series.
_GUARD_BITS = 32


class TaylorStepper:
    """Steps of the Taylor method with an error of about ``2^{-bits}`` relative to the weights.

    ``layers`` are the exact midpoints of the present state, ``precision`` what it computes with.
    """

    def __init__(self, problem: RegressionProblem, network: DeepLinearNetwork, bits: int, order: int) -> None:
        self.bits, self.order = bits, order
        self.precision = bits + _GUARD_BITS
        with ctx.workprec(self.precision):
            self.system = FlowSystem.of(problem, network)
            self.layers: Sequence[arb_mat] = [layer.mid() for layer in ball_layers(network)]

    def gradient_norm(self) -> float:
        """``‖∇R‖_F`` at the present state."""
        with ctx.workprec(self.precision):
            return float(norm_above(self.system.series(self.layers, 1)[1]))

    def step(self, remaining: fmpq | None = None) -> fmpq:
        """Take one step, and return its exact time, which is at most ``remaining``.

        >>> problem = RegressionProblem.from_covariance([[1.0]], [1.0])
        >>> stepper = TaylorStepper(problem, DeepLinearNetwork([[[2.0]]]), 128, 30)
        >>> time = stepper.step()
        >>> with ctx.workprec(192):
        ...     print(abs(stepper.layers[0][0, 0] - 1 - (-2 * arb(time)).exp()) < 1e-36)
        True
        """
        with ctx.workprec(self.precision):
            series = self.system.series(self.layers, self.order, midpoints=True)
            time = _step_size(series, norm_above(self.layers) * arb((1, -self.bits)))
            if remaining is not None and (time is None or time >= remaining):
                time = remaining
            if time is None:
                return fmpq(1)  # a stationary point
            self.layers = [layer.mid() for layer in evaluate(series, arb(time))]
            return time


def _step_size(series: list[list[arb_mat]], allowed: arb) -> fmpq | None:
    """The ``h`` at which the last two terms are about ``allowed``, or None if all terms vanish."""
    order = len(series) - 1
    logarithms = []
    for n in (order - 1, order):
        norm = norm_above(series[n])
        if norm > 0 and allowed > 0:
            logarithms.append(float((allowed / norm).log()) / n)
    if not logarithms:
        return None
    return fmpq(*float(np.exp(min(logarithms))).as_integer_ratio())


def taylor_flow(
    problem: RegressionProblem,
    network: DeepLinearNetwork,
    until: fmpq | None,
    gradient_tolerance: float | None,
    bits: int,
    order: int | None,
    max_steps: int,
) -> Trajectory:
    """The Taylor method of `gradient_flow`: about ``bits`` correct bits, every step a sample.

    >>> problem = RegressionProblem.from_covariance([[1.0]], [1.0])
    >>> run = taylor_flow(problem, DeepLinearNetwork([[[2.0]]]), fmpq(1), None, 128, None, 100)
    >>> run.status
    'reached'
    """
    order = estimated_order(2.0**-bits) if order is None else order
    stepper = TaylorStepper(problem, network, bits, order)
    samples, time = Samples(), fmpq(0)
    status: Status = "inconclusive"
    reason = f"no end after {max_steps} steps: raise max_steps"
    for taken in range(max_steps + 1):
        slope = stepper.gradient_norm()
        with ctx.workprec(stepper.precision):
            risk = float(stepper.system.risk_gap(stepper.layers))
        samples.add(float(time), float_layers(stepper.layers), risk, slope)
        if gradient_tolerance is not None and slope <= gradient_tolerance:
            scale = float(norm_above(stepper.layers))
            status, reason = convergence(problem, network_of(stepper.layers, network), 1e-3 * scale)
            break
        if until is not None and time >= until:
            status, reason = "reached", "the time asked for"
            break
        if taken < max_steps:
            time += stepper.step(None if until is None else until - time)
    end = network_of(stepper.layers, network)
    return replace(samples.trajectory(problem, "taylor", status, reason, end, time), bits=bits, order=order)
