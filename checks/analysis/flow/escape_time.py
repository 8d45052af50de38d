"""The time at which a gradient flow leaves the neighbourhood of zero weights, between proved bounds."""

from __future__ import annotations

from math import inf, nextafter
from typing import NamedTuple

from flint import arb, ctx

from ....numeric.flow.trajectory import Trajectory
from ....numeric.flow.weight_ball import WeightBall
from ....numeric.linalg.eigenvalues import ball_matrix
from ....numeric.linalg.norm_bounds import norm_above
from ....numeric.linalg.pencil import working_precision
from ....numeric.linalg.rational import ball
from ....numeric.network.problem import RegressionProblem


class Bracket(NamedTuple):
    """Two times with the escape between them. Both are 0 if the start has escaped already."""

    lower: float
    upper: float


def escape_time(run: Trajectory) -> Bracket | None:
    """Bracket the time at which ``R − R_min`` first falls below ``E/2``, half of its value at zero weights.

    The risk never rises along the flow, so two validated samples, one proved above ``E/2`` and one proved below,
    enclose that time. Returns None if the integrated time is too short; at depth 1 nothing is integrated, as the limit
    is known at once.

    >>> from math import log
    >>> from ....numeric.flow.gradient_flow import gradient_flow
    >>> from ....numeric.network.network import DeepLinearNetwork
    >>> problem = RegressionProblem.from_covariance([[1.0]], [1.0])
    >>> run = gradient_flow(problem, DeepLinearNetwork([[[0.5]], [[0.5]]]), method="validated")
    >>> found = escape_time(run)
    >>> bool(found.lower <= log(3 / (1 + 2**0.5)) / 4 <= found.upper)  # the logistic w of `aligned-flow-2`
    True
    """
    half = run.problem.energy / 2
    count = len(run.times)
    below = next((i for i in range(count) if _proved(run, i, half, above=False)), None)
    if below is None:
        return None
    if below == 0:
        return Bracket(0.0, 0.0)
    above = next((i for i in range(below - 1, -1, -1) if _proved(run, i, half, above=True)), 0)
    return Bracket(max(nextafter(float(run.times[above]), -inf), 0.0), nextafter(float(run.times[below]), inf))


def _proved(run: Trajectory, index: int, level: object, *, above: bool) -> bool:
    """Decide by balls whether the true risk gap at a sample is above (below) a level. Floats screen before."""
    if (run.risks[index] > float(ball(level))) != above:
        return False
    gap = gap_of(run.problem, _sample(run, index))
    return bool(gap > ball(level)) if above else bool(gap < ball(level))


def _sample(run: Trajectory, index: int) -> WeightBall:
    """The proved ball around a sample. Its radius is the error of the sample and the rounding of its entries."""
    state = run.state(index)
    assert run.errors is not None  # the run is validated
    rounding = norm_above([ball_matrix(weight) for weight in state.weights]) * arb((1, -52)) + arb((1, -1000))
    return WeightBall(state, arb(float(run.errors[index])) + rounding)


def gap_of(problem: RegressionProblem, weights: WeightBall) -> arb:
    """Enclose ``R − R_min`` over a ball of weights.

    >>> from ....numeric.network.network import DeepLinearNetwork
    >>> problem = RegressionProblem.from_covariance([[2.0]], [1.0])
    >>> print(gap_of(problem, WeightBall(DeepLinearNetwork([[[3.0]]]), arb(0))).str(5, radius=False))
    8.0000
    """
    with ctx.workprec(working_precision(weights.bits)):
        gap: arb = problem.astype(ball).risk_gap(weights.enclosure.regressor())
        return gap.nonnegative_part()
