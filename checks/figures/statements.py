"""What the paper's figures show, as statements with numbers. Every statement is *estimated*: it rests on samples."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

import numpy as np

from ...numeric.linalg.scalars import Array
from ..output.proportions import CONFIDENCE, interval
from .experiments import Experiment
from .lines import Lines
from .units import Columns

Verdict = Literal["held", "violated", "inconclusive"]

SETTLED = 1e-3
"""A network has settled (figure 2) if ``R − R_min`` is at most this part of ``E``."""
# A thousand steps do not tell whether descent settles at rates nearer to the threshold than this part of it.
_NEAR = 0.05
# The relative rounding error of a sharpness. A minimizer that attains a bound may lie so far beyond it.
_ROUNDING = 1e-8
# The factor from a rounding error to a perturbation whose gradient is not zero up to rounding.
_VISIBLE = 1e6
# A GELU network counts as trained if its risk is at most this part of the risk of zero weights.
TRAINED = 0.01
# At the edge of stability the sharpness swings around 2/η. Up to this factor times 2/η counts as the edge.
_EDGE = 1.05


@dataclass(frozen=True)
class Statement:
    """One statement of a figure. ``counts`` are the number of networks in which it held, and of all networks.

    A statement about every network is *held* if it holds in all of them, and *violated* by one counterexample. Other
    statements are held or violated if a confidence interval shows that. With too few networks a statement is
    *inconclusive*.
    """

    figure: int
    name: str
    says: str
    verdict: Verdict
    counts: tuple[int, int] | None = None
    numbers: Mapping[str, float] = field(default_factory=dict)

    @property
    def interval(self) -> tuple[float, float] | None:
        """The Clopper–Pearson interval of the probability that the statement holds for a network."""
        return interval(*self.counts) if self.counts and self.counts[1] else None

    def as_dict(self) -> dict[str, object]:
        lower, upper = self.interval or (None, None)
        held, of = self.counts or (None, None)
        return {"figure": self.figure, "name": self.name, "says": self.says, "verdict": self.verdict,
                "estimated": True, "held": held, "of": of, "probability": {"lower": lower, "upper": upper},
                "confidence": CONFIDENCE, "numbers": dict(self.numbers)}


def _verdict(held: bool, violated: bool) -> Verdict:
    return "held" if held else "violated" if violated else "inconclusive"


def _of_all(figure: int, name: str, says: str, holds: Array, **numbers: float) -> Statement:
    """A statement about every network, given the networks in which it holds."""
    held, of = int(holds.sum()), len(holds)
    return Statement(figure, name, says, _verdict(0 < of == held, held < of), (held, of), numbers)


def within_bounds(figure: int, columns: Columns, lines: Lines) -> Statement:
    """Where gradient descent converged (the gradient vanishes up to rounding), ``S_min <= S <= 2/η``.

    The first inequality is claim `min-sharpness`. The second says that the minimizer is no unstable fixed point, as
    only a null set of starts leads to one (claim `learning-rate`). Near an unstable one a perturbation grows by the
    factor ``ηS − 1`` in each step. It is seen when it has grown from rounding to a gradient that does not vanish. In
    ``T`` steps it grows so far only if ``S`` is beyond ``(1 + 1e6^{1/T})/η``, so this is the bound that is tested.
    (Values above ``2/η`` do occur: the steepest mode dies out while ``S`` is below ``2/η``, and then ``S`` creeps above
    it while slower modes still move.) Scale 0 is left out, as all its repetitions are one network.
    """
    chosen = columns["final_minimizer"] & (columns["scale"] > 0)
    S, rate, steps = (columns[name][chosen] for name in ("final_sharpness", "rate", "steps"))
    holds = (lines.least * (1 - _ROUNDING) <= S) & (S * rate <= 1 + _VISIBLE ** (1 / steps))
    extremes = {"least S/S_min": float((S / lines.least).min()), "largest S/(2/eta)": float((S * rate / 2).max()),
                "arrested above 2/eta": int((holds & (S * rate > 2)).sum()),
                } if len(S) else {}
    says = "where descent converged, after T steps, S_min <= S <= (1 + 10^(6/T))/eta, a little above 2/eta"
    return _of_all(figure, "sharpness", says, holds, networks=len(chosen),
                   diverged=int((columns["diverged_after"] >= 0).sum()), **extremes)


def small_start(figure: int, experiment: Experiment, columns: Columns, lines: Lines) -> Statement:
    """From the smallest positive scale, at the smallest rate, descent ends with ``S <= 8LΛ``, the paper's line.

    No theorem says so here: claim `limit-sharpness` is about gradient flow of plain networks from nearly balanced
    starts, and these networks are residual, or not so nearly balanced.
    """
    chosen = ((columns["scale"] == _smallest(experiment)) & columns["final_minimizer"]
              & (columns["rate"] == min(run.rate for run in experiment.runs)))
    S = columns["final_sharpness"][chosen]
    assert lines.eight is not None  # figures 1 and 4 have more samples than features
    numbers = {"median S/S_min": float(np.median(S / lines.least)), "8 L Lambda": lines.eight} if len(S) else {}
    return _of_all(figure, "small start", "smallest positive scale, smallest rate: S <= 8 L Lambda",
                   lines.eight >= S, **numbers)


def _smallest(experiment: Experiment) -> float:
    """The smallest positive scale. At scale 0 all repetitions are one network."""
    return min(scale for scale in experiment.scales if scale > 0)


def divergence(figure: int, experiment: Experiment, columns: Columns, lines: Lines) -> Statement:
    """Over the rates below ``2/S_min``, divergence is likelier from the largest scale than from the smallest positive.

    A confidence interval is that of a network of the scale, whatever its rate. Above ``2/S_min`` no network converges.
    """
    says = "over the rates below 2/S_min, divergence is likelier from the largest scale than from the smallest positive"
    counts = []
    for scale in (_smallest(experiment), max(experiment.scales)):
        chosen = (columns["scale"] == scale) & (columns["rate"] < lines.exact)
        counts.append((int((columns["diverged_after"][chosen] >= 0).sum()), int(chosen.sum())))
    if not counts[0][1]:
        return Statement(figure, "divergence", says, "inconclusive")
    small, large = (interval(*count) for count in counts)
    return Statement(figure, "divergence", says, _verdict(small[1] < large[0], large[1] < small[0]), numbers={
        "smallest scale": counts[0][0] / counts[0][1], "at most": small[1],
        "largest scale": counts[1][0] / counts[1][1], "at least": large[0]})


@dataclass(frozen=True)
class Threshold:
    """Half of the networks settle at the rate ``below``, but not at ``above``, which is the next rate tried."""

    below: float
    above: float


def threshold(columns: Columns, energy: float) -> Threshold:
    """The largest rate at which half of the networks end with ``R − R_min`` at most ``SETTLED · E``.

    >>> rates, gaps = np.repeat([1.0, 2.0, 4.0], 2), np.array([0.0, 0.0, 0.0, 1.0, 1.0, np.nan])
    >>> threshold({"rate": rates, "final_gap": gaps}, 1.0)
    Threshold(below=2.0, above=4.0)
    """
    rates = np.unique(columns["rate"])
    settled = columns["final_gap"] <= SETTLED * energy  # nan is not
    half = np.flatnonzero([settled[columns["rate"] == rate].mean() >= 0.5 for rate in rates])
    if not half.size:
        return Threshold(0.0, float(rates[0]))
    last = half[-1]
    return Threshold(float(rates[last]), float(rates[last + 1]) if last + 1 < len(rates) else float("inf"))


def thresholds(figure: int, experiment: Experiment, columns: Columns, lines: Lines) -> list[Statement]:
    """Two statements on one depth: above ``2/S_min`` no network converges (claim `learning-rate`); below, half settle.

    A network converges if its gradient vanishes up to rounding, and it settles if its risk is near the minimum. Near
    the threshold a thousand steps are too few to settle, so that a few percent around the threshold are allowed.
    """
    depth = experiment.depth
    above = _of_all(figure, f"above, L = {depth}", f"L = {depth}: no network converges at eta > 2/S_min",
                    ~columns["final_minimizer"][columns["rate"] > lines.exact])
    found = threshold(columns, lines.energy)
    near = found.below <= lines.exact * (1 + _NEAR) and found.above >= lines.exact * (1 - _NEAR)
    says = f"L = {depth}: half of the networks settle up to eta = 2/S_min, to a step of the rates and {_NEAR:.0%}"
    return [above, Statement(figure, f"threshold, L = {depth}", says, _verdict(near, not near), numbers={
        "settle at": found.below, "do not at": found.above, "exact 2/S_min": lines.exact, "tight": lines.tight,
        "paper 1/(La)": lines.paper})]


@dataclass(frozen=True)
class Regression:
    """Least squares of ``log10`` of the generalization gap on ``log10`` of the sharpness.

    ``points`` ``(N, 2)`` are sharpness and gap. ``minimizers`` is how many of these networks are minimizers, and
    ``left_out`` how many networks lack two positive numbers. ``p_value`` is two-sided, for slope zero.
    """

    rate: float
    points: Array
    slope: float
    intercept: float
    slope_interval: tuple[float, float]
    r_squared: float
    p_value: float
    minimizers: int
    left_out: int


def regression(experiment: Experiment, columns: Columns) -> Regression | None:
    """The regression over the networks of the smallest rate that did not diverge, or None for fewer than three."""
    rate = min(run.rate for run in experiment.runs)
    x, y = columns["final_sharpness"], columns["generalization_gap"]
    there = (columns["rate"] == rate) & (columns["diverged_after"] < 0)
    chosen = there & (x > 0) & (y > 0)
    if chosen.sum() < 3:
        return None
    points = np.stack([x[chosen], y[chosen]], axis=1)
    from scipy import stats  # half a second, which the threads that descend need not wait for

    found = stats.linregress(*np.log10(points).T)
    half = float(stats.t.ppf((1 + CONFIDENCE) / 2, len(points) - 2) * found.stderr)
    return Regression(rate, points, float(found.slope), float(found.intercept),
                      (float(found.slope) - half, float(found.slope) + half), float(found.rvalue) ** 2,
                      float(found.pvalue), int(columns["final_minimizer"][chosen].sum()), int((there & ~chosen).sum()))


def generalization(figure: int, experiment: Experiment, columns: Columns) -> Statement:
    """Sharper networks generalize worse: the slope of `regression` is positive. Not all of them are minimizers."""
    says = "the generalization gap grows with the sharpness (log-log slope > 0)"
    found = regression(experiment, columns)
    if found is None:
        return Statement(figure, "regression", says, "inconclusive")
    lower, upper = found.slope_interval
    return Statement(figure, "regression", says, _verdict(lower > 0, upper < 0), numbers={
        "slope": found.slope, "slope >=": lower, "slope <=": upper, "intercept": found.intercept,
        "R^2": found.r_squared, "p": found.p_value, "networks": len(found.points),
        "of which minimizers": found.minimizers, "left out": found.left_out})


def gelu_edge(figure: int, columns: Columns, zero_risk: float) -> Statement:
    """Most trained GELU networks end with a sharpness of at most about ``2/η``.

    No network has reached a minimum. At the edge of stability the sharpness swings beyond ``2/η``, and at times far
    beyond, so that the statement is about most networks only.
    """
    chosen = columns["final_gap"] <= TRAINED * zero_risk  # nan is not
    S, rate = columns["final_sharpness"][chosen], columns["rate"][chosen]
    counts = (int((S * rate <= 2 * _EDGE).sum()), len(S))
    lower, upper = interval(*counts) if len(S) else (0.0, 1.0)
    extremes = {"largest S/(2/eta)": float((S * rate / 2).max()),
                "part with S <= 2/eta": float((S * rate <= 2).mean())} if len(S) else {}
    says = f"most networks with R <= {TRAINED:.0%} of that of zero weights: S <= {_EDGE} (2/eta)"
    return Statement(figure, "edge", says, _verdict(lower > 0.5, upper < 0.5), counts, {
        "networks": len(chosen), "diverged": int((columns["diverged_after"] >= 0).sum()), **extremes})
