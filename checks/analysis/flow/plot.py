"""A picture of a gradient flow: risk, layer norms, alignment and sharpness against time, with lines of the theory."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ....numeric.flow.gradient_flow import gradient_flow
from ....numeric.flow.trajectory import Trajectory
from ....numeric.linalg.scalars import Array
from ...output.plotting import BLACK, BLUE, GREEN, ORANGE, VERMILION, lettered, level, panels, plain_numbers, shades
from .report import FlowReport

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

# So many samples are drawn: the sharpness costs a dense Hessian for each.
_SAMPLES = 160
# The axis ends where the risk gap is this part of E. After that only its logarithm moves, on a line.
_END = 1e-8
_LIMIT = {"minimizer": r"limit ($t \to \infty$), enclosed", "saddle": r"limit ($t \to \infty$), a saddle"}


def flow_figure(report: FlowReport) -> Figure:
    """Draw four panels over one time axis. The curves are float64 samples, and the lines are numbers of the report."""
    from matplotlib.ticker import MaxNLocator

    run = _samples(report)
    figure, axes = panels(4.7, rows=2)
    risk, norms, alignment, sharpness = axes
    _draw_risk(risk, report, run)
    _draw_norms(norms, report, run)
    _draw_alignment(alignment, run)
    _draw_sharpness(sharpness, report, run)
    if report.end_state is not None:
        figure.suptitle("the flow from the initialization; the end state, followed as a start of its own, is not drawn",
                        fontsize="medium")
    last = _last_time(report, run)
    first = _first_time(report, last)
    lettered(axes)
    for axis in axes:
        axis.set_xlim(0 if axis is alignment else first, last)  # the layers align while the risk rests
        axis.xaxis.set_major_locator(MaxNLocator(5))
        axis.set_xlabel("time $t$")
        if report.escape is not None and report.escape.upper > 0:
            axis.axvspan(*report.escape, color="0.85", linewidth=0, zorder=0)
    return figure


def _samples(report: FlowReport) -> Trajectory:
    """The validated samples, or float64 ones at depth 1, where the limit is known at once and nothing is sampled."""
    run = report.run
    if len(run.times) < 2 and run.limit is not None:
        run = gradient_flow(report.setup.problem, report.setup.network)
    return run.thinned(_SAMPLES)


def _last_time(report: FlowReport, run: Trajectory) -> float:
    """The end of the time axis. A flow that does not move has an axis, too."""
    small = np.flatnonzero(run.risks < _END * float(report.setup.problem.energy))
    return float(run.times[small[0] if small.size else -1]) or 1.0


def _first_time(report: FlowReport, last: float) -> float:
    """The start of the time axis: 0, unless a long stay near the saddle would squeeze all else into a line."""
    escaped = 0.0 if report.escape is None else report.escape.lower
    return last - 4 * (last - escaped) if escaped > 0.9 * last else 0.0


def _draw_risk(axis: Axes, report: FlowReport, run: Trajectory) -> None:
    energy = float(report.setup.problem.energy)
    axis.plot(run.times, np.where(run.risks > 0, run.risks, np.nan), color=BLACK)
    level(axis, energy / 2, VERMILION, "--",
          r"$E/2$" + ("" if report.escape is None else ": escape in the grey band"))
    axis.set_yscale("log")
    axis.set_ylim(bottom=max(_END * energy, float(run.risks.min()) / 2))
    axis.set_title(r"risk above its minimum, $R - R_{\min}$", loc="left")
    axis.legend(loc="best")


def _draw_each(axis: Axes, run: Trajectory, values: Array) -> None:
    """Draw a curve for each layer, or pair of layers. In a long row only the first and the last are named."""
    count = values.shape[1]
    for k, shade in enumerate(shades(count)):
        named = count <= 4 or k in (0, count - 1)
        axis.plot(run.times, values[:, k], color=shade, label=f"$k = {k + 1}$" if named else None)


def _draw_norms(axis: Axes, report: FlowReport, run: Trajectory) -> None:
    _draw_each(axis, run, run.layer_norms)
    highest = max(float(run.layer_norms.max()), 1.0)
    if report.balanced is not None:
        w = np.array([float(x) for x in report.setup.problem.regressor])
        balanced = float(np.linalg.norm(w)) ** (1 / run.layer_norms.shape[1])
        highest = max(highest, balanced)
        level(axis, balanced, VERMILION, "--", r"$\|w^*\|^{1/L}$, balanced")
    axis.set_ylim(0, 1.4 * highest)  # room for the legend
    axis.set_title(r"layer norms $\|W_k\|_2$", loc="left")
    axis.legend(loc="upper right", ncols=3)


def _draw_alignment(axis: Axes, run: Trajectory) -> None:
    _draw_each(axis, run, run.alignment)
    if not run.alignment.size:
        axis.text(0.5, 0.5, "one layer: nothing to align", transform=axis.transAxes, ha="center")
    level(axis, 1.0, VERMILION, "--", "aligned")
    axis.set_ylim(-0.03, 1.4)
    axis.set_yticks(np.linspace(0, 1, 6))
    axis.set_title(r"alignment $\langle v_{k+1}, u_k\rangle^2$ of adjacent layers", loc="left")
    axis.legend(loc="upper right", ncols=3)


def _draw_sharpness(axis: Axes, report: FlowReport, run: Trajectory) -> None:
    axis.plot(run.times, run.sharpness, color=BLACK, label="$S$")
    level(axis, float(report.least.enclosure.mid()), BLUE, "-", r"$S_{\min}$")
    if report.balanced is not None:
        level(axis, float(report.balanced.mid()), GREEN, (0, (5, 5)), r"$S_{\mathrm{bal}}$")
    if report.decided is not None:
        eight = next(f for f in report.findings if f.part == "eight")
        of = "" if report.decided is report.initialization else "end state: "
        if eight.rhs is not None:
            level(axis, float(eight.rhs.mid()), ORANGE, "-.", rf"$8L\Lambda\|w^*\|^{{2-2/L}}$ ({of}{eight.verdict})")
    end = report.initialization.destination
    if end.sharpness is not None:
        axis.plot([_last_time(report, run)], [float(end.sharpness.mid())], marker="o", markersize=4, color=BLACK,
                  linestyle="none", label=_LIMIT[end.kind], clip_on=False)
    if (run.sharpness > 0).all():
        axis.set_yscale("log")
        plain_numbers(axis.yaxis, float(run.sharpness.min()), float(run.sharpness.max()))
        bottom, top = axis.get_ylim()
        axis.set_ylim(bottom, top * (top / bottom) ** 0.4)
    axis.set_title("sharpness", loc="left")
    axis.legend(loc="upper right", ncols=2)
