"""Figures 1, 4 and 7: where descent ends for each scale and learning rate, and single runs along the way."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ...numeric.linalg.scalars import Array
from ..output.plotting import BLUE, VERMILION, lettered, level, panels, plain_numbers
from . import style as drawn
from .experiments import SINGLE_RUNS, Experiment, SingleRun
from .lines import Lines
from .style import GREY, Results, Style
from .units import Columns

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

# Below this squared distance float64 shows rounding only.
_FLOOR = 1e-32


def training_figure(results: Results, number: int) -> Figure:
    """Draw figure 1 (plain) or 4 (residual): distance and sharpness over the scale, and along two runs."""
    (name,) = {single.experiment for single in SINGLE_RUNS[number]}
    experiment, columns, lines = results.experiments[name], results.columns[name], results.lines[name]
    figure, axes = panels(5.6, rows=2)
    _draw_final(axes[0], experiment, columns, "distance", r"$\|w - w^*\|^2/d$ after training")
    draw_sharpness(axes[1], experiment, columns, lines)
    for axis, single in zip(axes[2:], SINGLE_RUNS[number], strict=True):
        _draw_single(axis, single, results.singles[single], lines)
    lettered(axes)
    drawn.legend_above(figure, axes, 6)
    return figure


def gelu_figure(results: Results) -> Figure:
    """Draw figure 7: risk and sharpness of GELU networks over the scale."""
    experiment, columns = results.experiments["gelu"], results.columns["gelu"]
    figure, (left, right) = panels(3.1)
    _draw_final(left, experiment, columns, "gap", "risk after training")
    draw_sharpness(right, experiment, columns, None)
    lettered([left, right])
    drawn.legend_above(figure, [left, right], 5)
    return figure


def _draw_final(axis: Axes, experiment: Experiment, columns: Columns, quantity: str, title: str) -> None:
    """Draw a quantity after training over the scale, for the networks that did not diverge."""
    values = np.maximum(columns[f"final_{quantity}"], _FLOOR)
    _draw_spreads(axis, experiment, columns, quantity, values, drawn.rate_styles(experiment))
    drawn.name_scale(axis, experiment)
    axis.set_title(title, loc="left")


def draw_sharpness(axis: Axes, experiment: Experiment, columns: Columns, lines: Lines | None) -> None:
    """Draw the sharpness before and after training over the scale, with ``2/η`` and the bounds.

    Networks that diverged are left out, and so are rates above ``2/S_min``, at which descent has no minimum to rest at.
    """
    styles = {rate: style for rate, style in drawn.rate_styles(experiment).items()
              if lines is None or rate <= lines.exact}
    values = columns["final_sharpness"]
    _draw_spreads(axis, experiment, columns, "sharpness", values, styles)
    for rate, style in styles.items():
        level(axis, 2 / rate, style["color"])
        drawn.beside(axis, 2 / rate, f"$2/{rate:g}$", style["color"])
    drawn.in_legend(axis, r"$2/\eta$", GREY)
    if lines is not None:
        drawn.draw_bounds(axis, lines)
    least = lines.least if lines is not None else 2 / max(styles)
    # The sharpness at the start may leave the picture, which is for the sharpness after training.
    axis.set_ylim(least / 20, 10 / min(styles))
    plain_numbers(axis.yaxis, *axis.get_ylim())
    drawn.name_scale(axis, experiment)
    axis.set_title("sharpness after training", loc="left")


def _draw_spreads(
    axis: Axes, experiment: Experiment, columns: Columns, quantity: str, final: Array, styles: dict[float, Style],
) -> None:
    """Draw a quantity over the scale: at the start, and where it is positive after training, for each learning rate."""
    initial = columns[f"initial_{quantity}"]
    drawn.spread(axis, experiment.scales, drawn.by_scale(experiment, columns, initial, np.isfinite(initial)),
                 color=GREY, linestyle=":", label="at the start")
    for rate, style in styles.items():
        chosen = (columns["rate"] == rate) & (columns["diverged_after"] < 0) & (final > 0)
        drawn.spread(axis, drawn.places(experiment, rate), drawn.by_scale(experiment, columns, final, chosen),
                     label=rf"$\eta = {rate:g}$", **style)
    axis.set_yscale("log")


def _draw_single(axis: Axes, single: SingleRun, columns: Columns, lines: Lines) -> None:
    distance = axis.twinx()
    # Beyond 2/η the steps alternate between two branches. Lines through every other step show both.
    for parity in (0, 1):
        steps = slice(parity, None, 2)
        axis.plot(columns["step"][steps], columns["sharpness"][steps], color=BLUE, linewidth=1.0,
                  label=None if parity else "sharpness")
        distance.plot(columns["step"][steps], columns["distance"][steps], color=VERMILION, linewidth=0.9,
                      linestyle=(0, (1, 1)))
    drawn.in_legend(axis, r"$\|w - w^*\|^2/d$", VERMILION, (0, (1, 1)), 0.9)
    level(axis, 2 / single.rate, GREY)
    drawn.draw_bounds(axis, lines)
    axis.set_yscale("log")
    plain_numbers(axis.yaxis, *axis.get_ylim())
    axis.set_xlabel("step")
    axis.set_ylabel("sharpness", color=BLUE)
    axis.set_title(rf"one run, $\eta = {single.rate:g}$, scale ${single.scale:g}$", loc="left")
    distance.set_yscale("log")
    distance.set_ylabel(r"$\|w - w^*\|^2/d$", color=VERMILION)
    distance.spines["right"].set_visible(True)
