"""Figures 1, 4 and 7: where descent ends for each scale and learning rate, and single runs along the way."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from .experiment_lines import Lines
from .experiment_units import Columns
from .experiments import SINGLE_RUNS, Experiment, SingleRun
from .figure_style import GREY, WIDTH, Results, by_scale, lettered, level, rate_styles, spread
from .flow_plot import BLUE, GREEN, VERMILION

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

# What float64 leaves of a squared distance; below it only rounding is seen.
_FLOOR = 1e-32


def training_figure(results: Results, number: int) -> Figure:
    """Figure 1 (plain) or 4 (residual): distance and sharpness against scale, and along two runs."""
    from matplotlib.figure import Figure

    (name,) = {single.experiment for single in SINGLE_RUNS[number]}
    experiment, columns, lines = results.experiments[name], results.columns[name], results.lines[name]
    figure = Figure(figsize=(WIDTH, 5.4), layout="constrained")
    axes = figure.subplots(2, 2)
    _draw_distance(axes[0, 0], experiment, columns)
    draw_sharpness(axes[0, 1], experiment, columns, lines)
    for axis, single in zip(axes[1], SINGLE_RUNS[number], strict=True):
        _draw_single(axis, single, results.singles[single], lines)
    lettered(axes.ravel())
    return figure


def gelu_figure(results: Results) -> Figure:
    """Figure 7: risk and sharpness of GELU networks against scale."""
    from matplotlib.figure import Figure

    experiment, columns = results.experiments["gelu"], results.columns["gelu"]
    figure = Figure(figsize=(WIDTH, 2.9), layout="constrained")
    left, right = figure.subplots(1, 2)
    _draw_final(left, experiment, columns, "gap")
    left.set_title("risk after training", loc="left")
    draw_sharpness(right, experiment, columns, None)
    lettered([left, right])
    return figure


def _draw_distance(axis: Axes, experiment: Experiment, columns: Columns) -> None:
    _draw_final(axis, experiment, columns, "distance")
    axis.set_title(r"$\|w - w^*\|^2/d$ after training", loc="left")


def _draw_final(axis: Axes, experiment: Experiment, columns: Columns, quantity: str) -> None:
    start = by_scale(experiment, columns, columns[f"initial_{quantity}"], np.isfinite(columns[f"initial_{quantity}"]))
    spread(axis, experiment.scales, start, color=GREY, linestyle=":", label="at the start")
    for rate, style in rate_styles(experiment).items():
        values = np.maximum(columns[f"final_{quantity}"], _FLOOR)
        chosen = (columns["rate"] == rate) & (columns["diverged_after"] < 0)
        spread(axis, experiment.scales, by_scale(experiment, columns, values, chosen), label=rf"$\eta = {rate:g}$",
               **style)
    axis.set_yscale("log")
    _name_scale(axis, experiment)
    axis.legend(loc="best", ncols=2)


def draw_sharpness(axis: Axes, experiment: Experiment, columns: Columns, lines: Lines | None) -> None:
    """Sharpness at the start and after training, of networks that did not diverge, with ``2/η`` and the bounds.

    Rates above ``2/S_min`` are left out: descent has no minimum to rest at.
    """
    start = by_scale(experiment, columns, columns["initial_sharpness"], np.isfinite(columns["initial_sharpness"]))
    spread(axis, experiment.scales, start, color=GREY, linestyle=":", label="at the start")
    for rate, style in rate_styles(experiment).items():
        if lines is not None and rate > lines.exact:
            continue
        chosen = (columns["rate"] == rate) & (columns["diverged_after"] < 0) & (columns["final_sharpness"] > 0)
        spread(axis, experiment.scales, by_scale(experiment, columns, columns["final_sharpness"], chosen),
               label=rf"$\eta = {rate:g}$", **style)
        level(axis, 2 / rate, rf"$2/\eta$, $\eta = {rate:g}$", right=False, color=style["color"], linestyle="--")
    axis.set_yscale("log")
    if lines is not None:
        draw_bounds(axis, lines)
    low, high = axis.get_ylim()
    axis.set_ylim(max(low, 0.05), high * 3)
    _name_scale(axis, experiment)
    axis.set_title("sharpness after training", loc="left")
    axis.legend(loc="lower right")


def draw_bounds(axis: Axes, lines: Lines) -> None:
    """``S_min``, the paper's lower bound, ``8LΛ``."""
    level(axis, lines.least, r"$S_{\min}$", color=BLUE, linestyle="-")
    level(axis, lines.lower, "lower bound", above=False, color=VERMILION, linestyle=":")
    level(axis, lines.eight, r"$8L\Lambda$", color=GREEN, linestyle="-.")


def _draw_single(axis: Axes, single: SingleRun, columns: Columns, lines: Lines) -> None:
    axis.plot(columns["step"], columns["sharpness"], color="black", label="sharpness")
    level(axis, 2 / single.rate, r"$2/\eta$", color="black", linestyle="--")
    draw_bounds(axis, lines)
    axis.set_yscale("log")
    axis.set_xlabel("step")
    axis.set_ylabel("sharpness")
    axis.set_title(rf"one run, $\eta = {single.rate:g}$, scale ${single.scale:g}$", loc="left")
    distance = axis.twinx()
    distance.plot(columns["step"], columns["distance"], color=GREY, linestyle=":")
    distance.set_yscale("log")
    distance.set_ylabel(r"$\|w - w^*\|^2/d$ (dotted)", color=GREY)
    distance.tick_params(axis="y", colors=GREY)
    distance.spines["right"].set_visible(True)


def _name_scale(axis: Axes, experiment: Experiment) -> None:
    axis.set_xlabel("scale $s$ of the initialization" if experiment.kind == "residual" else
                    "standard deviation of the initial entries")
