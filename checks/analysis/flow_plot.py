"""A picture of a gradient flow: risk, layer norms, alignment and sharpness against time, with the theory's lines."""

from __future__ import annotations

from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from ...numeric.flow.gradient_flow import gradient_flow
from ..data.table import DataError
from ..output.whole_files import written_whole

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from ...numeric.flow.trajectory import Trajectory
    from .flow import FlowReport

SUFFIXES = (".png", ".pdf", ".svg")
# Sharpness costs a dense Hessian a sample.
_SAMPLES = 160
# The axis ends where the risk gap is this part of E: after that only its logarithm moves, on a line.
_END = 1e-8
# Okabe and Ito's colours, told apart in every common form of colour blindness; dashes tell them apart in grey.
_BLACK, BLUE, VERMILION, GREEN, _ORANGE = "#000000", "#0072B2", "#D55E00", "#009E73", "#E69F00"
_LIMIT = {"minimizer": r"limit ($t \to \infty$), enclosed", "saddle": r"limit ($t \to \infty$), a saddle"}
_STYLE: Any = {
    "font.size": 8, "axes.titlesize": 8.5, "axes.labelsize": 8, "legend.fontsize": 7, "legend.edgecolor": "none",
    "legend.framealpha": 0.85, "legend.columnspacing": 1.2, "legend.handlelength": 1.7, "legend.borderpad": 0.2,
    "figure.constrained_layout.w_pad": 0.08,
    "axes.spines.top": False, "axes.spines.right": False, "lines.linewidth": 1.3, "savefig.dpi": 300,
    "axes.titlelocation": "left", "axes.titley": 1.0, "pdf.fonttype": 42, "svg.hashsalt": "flatcert",
}


def check_plot(path: Path) -> None:
    """Raise DataError when the picture cannot be drawn, before the work and not after it."""
    if path.suffix.lower() not in SUFFIXES:
        raise DataError(f"{str(path)!r} is no picture that can be drawn: let its name end in {', '.join(SUFFIXES)}.")
    if find_spec("matplotlib") is None:
        raise DataError("Matplotlib, which draws the picture, is not installed: run pip install 'flatcert[plot]'.")


def draw_flow(report: FlowReport, path: Path) -> None:
    """Draw the trajectory to a file, written whole or not at all.

    Raises:
        OSError: the file cannot be written.
    """
    write_figure(lambda: flow_figure(report), path)


def write_figure(make: Callable[[], Figure], path: Path, dpi: float | None = None) -> None:
    """Draw in this module's style, to a file that is written whole or not at all; 300 dots an inch unless given.

    Raises:
        OSError: the file cannot be written.
    """
    from matplotlib import rc_context

    # A fixed style: a user's own must not hide lines.
    with rc_context(_STYLE), written_whole(path) as draft:
        make().savefig(draft, dpi=dpi)


def flow_figure(report: FlowReport) -> Figure:
    """Four panels over one time axis. Curves are float64 samples; lines are numbers of the report."""
    from matplotlib.figure import Figure
    from matplotlib.ticker import MaxNLocator

    run = _samples(report)
    figure = Figure(figsize=(6.9, 4.7), layout="constrained")
    axes = figure.subplots(2, 2)
    _draw_risk(axes[0, 0], report, run)
    _draw_norms(axes[0, 1], report, run)
    _draw_alignment(axes[1, 0], run)
    _draw_sharpness(axes[1, 1], report, run)
    if report.end_state is not None:
        figure.suptitle("the flow from the initialization; the end state, followed as a start of its own, is not drawn",
                        fontsize="medium")
    last = _last_time(report, run)
    first = _first_time(report, last)
    for axis, letter in zip(axes.flat, "abcd", strict=True):
        axis.set_title(f"({letter}) {axis.get_title(loc='left')}")
        axis.set_xlim(0 if axis is axes[1, 0] else first, last)  # layers align while the risk rests
        axis.xaxis.set_major_locator(MaxNLocator(5))
        axis.set_xlabel("time $t$")
        if report.escape is not None and report.escape.upper > 0:
            axis.axvspan(*report.escape, color="0.85", linewidth=0, zorder=0)
    return figure


def _samples(report: FlowReport) -> Trajectory:
    """The validated samples; at depth 1 there are none, as the limit is known at once, so float64 ones."""
    run = report.run
    if len(run.times) < 2 and run.limit is not None:
        run = gradient_flow(report.setup.problem, report.setup.network)
    return run.thinned(_SAMPLES)


def _energy(report: FlowReport) -> float:
    return float(report.setup.problem.energy)


def _last_time(report: FlowReport, run: Trajectory) -> float:
    """Where the time axis ends; a flow that does not move has an axis, too."""
    small = np.flatnonzero(run.risks < _END * _energy(report))
    return float(run.times[small[0] if small.size else -1]) or 1.0


def _first_time(report: FlowReport, last: float) -> float:
    """Where the axis begins: at 0, unless a long rest near the saddle would squeeze the rest into a line."""
    escaped = 0.0 if report.escape is None else report.escape.lower
    return last - 4 * (last - escaped) if escaped > 0.9 * last else 0.0


def _line(axis: Axes, height: float, label: str, color: str, dashes: Any) -> None:
    axis.axhline(height, color=color, linestyle=dashes, linewidth=1.0, label=label, zorder=1)


def _draw_risk(axis: Axes, report: FlowReport, run: Trajectory) -> None:
    energy = _energy(report)
    axis.plot(run.times, np.where(run.risks > 0, run.risks, np.nan), color=_BLACK)
    _line(axis, energy / 2, r"$E/2$" + ("" if report.escape is None else ": escape in the grey band"), VERMILION, "--")
    axis.set_yscale("log")
    axis.set_ylim(bottom=max(_END * energy, float(run.risks.min()) / 2))
    axis.set_title(r"risk above its minimum, $R - R_{\min}$", loc="left")
    axis.legend(loc="best")


def _draw_norms(axis: Axes, report: FlowReport, run: Trajectory) -> None:
    from matplotlib import colormaps

    depth = run.layer_norms.shape[1]
    shades = colormaps["cividis"](np.linspace(0.0, 0.88, depth))
    marked = {0, depth - 1} if depth > 4 else set(range(depth))  # first and last name a long row of layers
    for k in range(depth):
        axis.plot(run.times, run.layer_norms[:, k], color=shades[k],
                  label=f"$k = {k + 1}$" if k in marked else None)
    highest = max(float(run.layer_norms.max()), 1.0)
    if report.balanced is not None:
        w = np.array([float(x) for x in report.setup.problem.regressor])
        balanced = float(np.linalg.norm(w)) ** (1 / depth)
        highest = max(highest, balanced)
        _line(axis, balanced, r"$\|w^*\|^{1/L}$, balanced", VERMILION, "--")
    axis.set_ylim(0, 1.4 * highest)  # room for the legend
    axis.set_title(r"layer norms $\|W_k\|_2$", loc="left")
    axis.legend(loc="upper right", ncols=3)


def _draw_alignment(axis: Axes, run: Trajectory) -> None:
    from matplotlib import colormaps

    pairs = run.alignment.shape[1]
    shades = colormaps["cividis"](np.linspace(0.0, 0.88, max(pairs, 1)))
    marked = {0, pairs - 1} if pairs > 4 else set(range(pairs))
    for k in range(pairs):
        axis.plot(run.times, run.alignment[:, k], color=shades[k],
                  label=f"$k = {k + 1}$" if k in marked else None)
    if not pairs:
        axis.text(0.5, 0.5, "one layer: nothing to align", transform=axis.transAxes, ha="center")
    _line(axis, 1.0, "aligned", VERMILION, "--")
    axis.set_ylim(-0.03, 1.4)
    axis.set_yticks(np.linspace(0, 1, 6))
    axis.set_title(r"alignment $\langle v_{k+1}, u_k\rangle^2$ of adjacent layers", loc="left")
    axis.legend(loc="upper right", ncols=3)


def _draw_sharpness(axis: Axes, report: FlowReport, run: Trajectory) -> None:
    from matplotlib.ticker import LogLocator, NullFormatter

    axis.plot(run.times, run.sharpness, color=_BLACK, label="$S$")
    _line(axis, float(report.least.enclosure.mid()), r"$S_{\min}$", BLUE, "-")
    if report.balanced is not None:
        _line(axis, float(report.balanced.mid()), r"$S_{\mathrm{bal}}$", GREEN, (0, (5, 5)))
    if report.decided is not None:
        eight = next(f for f in report.findings if f.part == "eight")
        of = "" if report.decided is report.initialization else "end state: "
        if eight.rhs is not None:
            _line(axis, float(eight.rhs.mid()), rf"$8L\Lambda\|w^*\|^{{2-2/L}}$ ({of}{eight.verdict})", _ORANGE, "-.")
    end = report.initialization.destination
    if end.sharpness is not None:
        axis.plot([_last_time(report, run)], [float(end.sharpness.mid())], marker="o", markersize=4, color=_BLACK,
                  linestyle="none", label=_LIMIT[end.kind], clip_on=False)
    if (run.sharpness > 0).all():
        axis.set_yscale("log")
        decades = np.ptp(np.log10(run.sharpness))
        axis.yaxis.set_major_locator(LogLocator(subs=(1.0,) if decades > 2 else (1.0, 2.0, 5.0)))
        axis.yaxis.set_major_formatter("{x:g}")
        axis.yaxis.set_minor_formatter(NullFormatter())
        bottom, top = axis.get_ylim()
        axis.set_ylim(bottom, top * (top / bottom) ** 0.4)
    axis.set_title("sharpness", loc="left")
    axis.legend(loc="upper right", ncols=2)
