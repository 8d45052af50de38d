"""Gradient flow in float64: an adaptive Runge–Kutta method of SciPy, for plots and screening."""

from __future__ import annotations

import numpy as np
from scipy.integrate import DOP853

from ..linalg.rational import rational
from ..linalg.scalars import Array, layers_of
from ..network.hessian import gradient
from ..network.network import DeepLinearNetwork
from ..network.problem import RegressionProblem
from .trajectory import Samples, Status, Trajectory, convergence

RELATIVE_TOLERANCE = 1e-11
# Below this the weights themselves are rounding noise.
_ABSOLUTE_TOLERANCE = 1e-13


def float_flow(
    problem: RegressionProblem,
    network: DeepLinearNetwork,
    until: float | None,
    gradient_tolerance: float | None,
    max_steps: int,
) -> Trajectory:
    """The float64 method of `gradient_flow`: order 8, relative tolerance 1e-11, every step a sample.

    Raises:
        ValueError: a gradient at the start that is not finite.

    >>> problem = RegressionProblem.from_covariance([[1.0]], [1.0])
    >>> run = float_flow(problem, DeepLinearNetwork([[[2.0]]]), 1.0, None, 1000)
    >>> bool(abs(run.end.regressor()[0] - (1 + np.exp(-2))) < 1e-10)
    True
    """
    data, start = problem.astype(float), network.astype(float)
    shapes = [weight.shape for weight in start.weights]

    def state(vector: Array) -> DeepLinearNetwork:
        return start.with_weights([layer.copy() for layer in layers_of(vector, shapes)])

    def velocity(_: float, vector: Array) -> Array:
        return -np.concatenate([slope.ravel() for slope in gradient(data, state(vector))])

    samples = Samples()

    def sample(time: float, vector: Array, slope: float) -> None:
        network = state(vector)
        samples.add(time, network.weights, float(data.risk_gap(network.regressor())), slope)

    vector = np.concatenate([weight.ravel() for weight in start.weights])
    with np.errstate(over="ignore", invalid="ignore"):  # SciPy would look for a first step for ever
        if not np.isfinite(velocity(0.0, vector)).all():
            raise ValueError("The gradient at the start is not finite in float64: "
                             "give finite weights, and rescale what leaves its range (1e308).")
    end_time = np.inf if until is None else float(until)
    solver = DOP853(velocity, 0.0, vector, end_time, rtol=RELATIVE_TOLERANCE, atol=_ABSOLUTE_TOLERANCE)
    slope = float(np.linalg.norm(solver.f))
    sample(0.0, vector, slope)
    status: Status = "inconclusive"
    reason = f"no end after {max_steps} steps: raise max_steps"
    for _ in range(max_steps + 1):
        if gradient_tolerance is not None and slope <= gradient_tolerance:
            status, reason = convergence(problem, state(solver.y), 1e-3 * float(np.linalg.norm(solver.y)))
            break
        if solver.status == "finished":
            status, reason = "reached", "the time asked for"
            break
        message = solver.step()
        if solver.status == "failed":
            reason = f"the solver failed: {message}"
            break
        slope = float(np.linalg.norm(solver.f))
        sample(float(solver.t), solver.y, slope)
    return samples.trajectory(problem, "float", status, reason, state(solver.y), rational(float(solver.t)))
