"""Gradient flow of a deep linear network, in float64, by Taylor series, or validated."""

from __future__ import annotations

from typing import Any

from ..linalg.rational import rational
from ..linalg.scalars import scalar_kind
from ..network.network import DeepLinearNetwork
from ..network.problem import RegressionProblem
from .runge_kutta import float_flow
from .taylor import taylor_flow
from .trajectory import FlowMethod, Trajectory
from .validated import validated_flow, with_restart

DEFAULT_GRADIENT = 1e-10
DEFAULT_BITS = 128


def gradient_flow(
    problem: RegressionProblem,
    network: DeepLinearNetwork,
    *,
    until: Any = None,
    gradient: float | None = None,
    method: FlowMethod = "float",
    bits: int | None = None,
    order: int | None = None,
    radius: float = 1e-20,
    restart: bool = False,
    max_steps: int = 20_000,
    seconds: float | None = None,
) -> Trajectory:
    """Integrate ``Ẇ_k = −∇_{W_k}R = −q_k h_{k−1}ᵀ`` from the weights of a network.

    The risk has ``1/n`` and no ``1/2``. Claims `conservation`, `linear-convergence`,
    `limit-sharpness` speak of what this computes.

    ``"float"`` is SciPy's adaptive method of order 8 at relative tolerance 1e-11, ``"taylor"`` a
    Taylor series method accurate to about ``bits`` bits, neither with a proof. ``"validated"`` bounds its
    error rigorously (`validated_step`), reads all numbers as the exact ones that they are, and
    without a time goes on until the limit ``W(∞)`` is enclosed within ``radius`` (`enclose_limit`).
    Where it cannot close, the status is "inconclusive" with the reason.

    Args:
        problem: float64 or exact; for "validated" ``Σ`` must be exactly PSD.
        network: float64 or exact, one network (no batch); a readout ``p`` stays fixed.
        until: time at which to stop, exactly (a float, a rational, or text such as "1/3").
        gradient: norm ``‖∇R‖_F`` at which to stop (float and taylor); 1e-10 if no time is given.
        method: "float", "taylor" or "validated".
        bits: accuracy of "taylor" (128); working precision of "validated" to begin with (chosen
            from ``radius``, and raised as needed).
        order: of the Taylor polynomials; chosen from the accuracy if None.
        radius: "validated": the Frobenius radius wanted for the limit, or for the state at ``until``.
        restart: "validated": if inconclusive, follow the end state as an exact initialization in
            its own right; ``Trajectory.decided`` says which limit was enclosed.
        max_steps: of all runs together.
        seconds: "validated": no step begins after so long, all runs (but the restart) together.

    Raises:
        ValueError: a batch of networks, widths that do not match, a time that is not positive, an
            order below 2 or fewer than 53 bits, an unknown method, ``Σ`` not PSD ("validated"),
            entries that are not exact.
        TypeError: entries that are not numbers.

    >>> problem = RegressionProblem.from_covariance([[1.0, 0.0], [0.0, 2.0]], [1.0, 0.0])
    >>> network = DeepLinearNetwork([[[0.5, 0.25], [0.0, 0.5]], [[0.5, 0.5]]])
    >>> run = gradient_flow(problem, network, method="validated")
    >>> run.status, run.decided, run.limit.radius_above <= 1e-20
    ('closed', 'limit of the start', True)
    >>> print(run.limit.sharpness.str(8, radius=False))
    4.4371365
    """
    time = None if until is None else rational(until)
    _check(problem, network, time)
    if (order is not None and order < 2) or (bits is not None and bits < 53):
        raise ValueError("The order must be at least 2 and the precision at least 53 bits.")
    if method == "float":
        stop = DEFAULT_GRADIENT if gradient is None and time is None else gradient
        return float_flow(problem, network, None if time is None else float(time), stop, max_steps)
    if method == "taylor":
        stop = DEFAULT_GRADIENT if gradient is None and time is None else gradient
        return taylor_flow(problem, network, time, stop, DEFAULT_BITS if bits is None else bits, order, max_steps)
    if method == "validated":
        if gradient is not None:
            raise ValueError("The validated method stops at a time or a radius, not at a gradient norm.")
        if not 0 < radius < 1:
            raise ValueError(f"The radius must lie between 0 and 1, but is {radius}.")
        result = validated_flow(problem, network, time, radius, bits, order, max_steps, seconds)
        return with_restart(result, radius, bits, order, max_steps) if restart else result
    raise ValueError(f"The method must be float, taylor or validated, not {method!r}.")


def _check(problem: RegressionProblem, network: DeepLinearNetwork, time: Any) -> None:
    if network.batch_shape:
        raise ValueError("Gradient flow takes one network, not a batch: integrate them one by one.")
    if network.dimension != problem.dimension:
        raise ValueError(f"The network takes {network.dimension} inputs, but the problem has {problem.dimension}.")
    if time is not None and not time > 0:
        raise ValueError(f"The time must be positive, but is {time}.")
    if scalar_kind(*network.weights) == "other" or problem.kind == "other":
        raise TypeError("Gradient flow is for numbers, not for symbols or polynomials.")
