"""How far the target may really be from a residual start: bisection on gradient flow, in float64, no proof."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal, NamedTuple

import numpy as np

from ..linalg.scalars import Array
from ..network.network import DeepLinearNetwork
from ..network.problem import RegressionProblem
from ..network.sharpness import sharpness
from .gradient_flow import gradient_flow

Measure = Literal["none", "layers", "total"]

# Bisection ends where the two distances differ by this part.
_RESOLUTION = 0.02
# A flow that takes more steps counts as not convergent.
_MAX_STEPS = 3000


class Threshold(NamedTuple):
    """``R(W(0)) − R_min`` between the last target for which the property was seen and the first without it.

    ``upper`` is infinite where it was seen as far as was tried.
    """

    lower: float
    upper: float


class Outcome(NamedTuple):
    """One flow: whether it came to rest at a minimizer, how far it went, and ``S`` at its end.

    ``layers`` is ``L max_{t,k} ‖W_k(t) − W_k(0)‖_F``, ``total`` is ``√L max_t ‖W(t) − W(0)‖_F``.
    """

    converged: bool
    layers: float
    total: float
    sharpness: float


def away(problem: RegressionProblem, network: DeepLinearNetwork, direction: Any, distance: float) -> RegressionProblem:
    """The problem with the same ``Σ`` and the target ``w* = w(W(0)) + distance · direction``, float64.

    >>> problem = RegressionProblem.from_covariance([[1.0]], [0.0])
    >>> away(problem, DeepLinearNetwork([[[2.0]]], [1.0]), [1.0], 0.5).regressor
    array([2.5])
    """
    regressor = network.astype(float).regressor() + distance * np.asarray(direction, dtype=np.float64)
    return RegressionProblem(problem.astype(float).covariance, regressor)


def outcome(problem: RegressionProblem, network: DeepLinearNetwork) -> Outcome:
    """Follow the flow from a network in float64 and see how far it goes.

    >>> problem = RegressionProblem.from_covariance([[1.0]], [1.5])
    >>> print(round(outcome(problem, DeepLinearNetwork([[[1.0]]], [1.0])).total, 6))
    0.5
    """
    start = network.astype(float)
    # A stiff flow far away cannot be followed to an absolute 1e-8.
    tolerance = 1e-8 * (1 + float(problem.risk_gap(start.regressor())))
    with np.errstate(over="ignore", invalid="ignore"):  # trial steps that are too long, and are rejected
        run = gradient_flow(problem, start, gradient=tolerance, max_steps=_MAX_STEPS)
    moves = np.array([np.linalg.norm(layer - layer[0], axis=(-2, -1)) for layer in run.weights])
    total = float(np.linalg.norm(moves, axis=0).max())
    value = float(sharpness(problem, run.end, minimizer=True).value)
    converged = run.status == "converged"
    return Outcome(converged, network.depth * float(moves.max()), network.depth**0.5 * total, value)


def true_threshold(
    problem: RegressionProblem, network: DeepLinearNetwork, direction: Any, *,
    measure: Measure = "none", move: float = np.inf, furthest: float = 64.0,
) -> Threshold:
    """The initial risk above which the flow no longer converges, the target going away along a direction.

    "none": it need only come to rest at a minimizer, within 3000 steps. "layers": every
    ``‖W_k(t) − W_k(0)‖_F <= move/L`` too, as `residual-convergence` promises with ``move = ρ``. "total":
    ``‖W(t) − W(0)‖_F <= move/√L`` too, as `residual-convergence-sharp` does. Bisection finds *a* distance
    at which that changes; that it changes only once is not shown.

    Args:
        problem: only its ``Σ`` ``(d, d)`` counts.
        network: the start, square layers.
        direction: of shape ``(d,)``, not zero; ``w* − w(W(0))`` is a multiple of it.
        measure: what "converges" asks for besides.
        move: ``ρ``.
        furthest: the largest distance tried.

    >>> problem = RegressionProblem.from_covariance([[1.0]], [0.0])
    >>> found = true_threshold(problem, DeepLinearNetwork([[[1.0]]], [1.0]), [1.0], measure="total", move=0.5)
    >>> found.lower <= 0.25 <= found.upper
    True
    """
    def holds(distance: float) -> bool:
        seen = outcome(away(problem, network, direction, distance), network)
        return seen.converged and {"none": 0.0, "layers": seen.layers, "total": seen.total}[measure] <= move

    covariance = problem.astype(float).covariance
    along: Array = np.asarray(direction, dtype=np.float64)
    unit = float(along @ covariance @ along)
    lower, upper = _bisect(holds, furthest)
    return Threshold(unit * lower**2, unit * upper**2)


def _bisect(holds: Callable[[float], bool], furthest: float) -> tuple[float, float]:
    """Neighbouring distances with and without the property: halve from the furthest, then bisect."""
    if holds(furthest):
        return furthest, float("inf")
    upper = furthest
    lower = furthest / 2
    while not holds(lower):
        lower, upper = lower / 2, lower
        if lower < 1e-9:
            return 0.0, upper
    while upper > (1 + _RESOLUTION) * lower:
        middle = (lower * upper) ** 0.5
        lower, upper = (middle, upper) if holds(middle) else (lower, middle)
    return lower, upper
