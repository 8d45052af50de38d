"""Figure 2: the learning rates up to which residual networks of several depths converge, and three critical rates."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ..output.plotting import BLUE, GREEN, VERMILION, lettered, panels, shades
from .experiments import FIGURES
from .statements import threshold
from .style import MARKERS, Results, in_legend

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

# The top of the panel, as in the paper: it shows where the distance leaves zero.
_TOP = 0.21


def threshold_figure(results: Results) -> Figure:
    """Draw the distance over the rate for each depth, and the threshold, as a part of ``2/S_min``, over the depth."""
    figure, (left, right) = panels(2.9, ratios=(3, 2))
    _draw_distances(left, results)
    _draw_thresholds(right, results)
    lettered([left, right])
    return figure


def _draw_distances(axis: Axes, results: Results) -> None:
    names = FIGURES[2]
    for name, shade, marker in zip(names, shades(len(names)), MARKERS, strict=False):
        columns, lines = results.columns[name], results.lines[name]
        rates = np.unique(columns["rate"])
        # The mean is infinite where a network has diverged. There the curve ends.
        means = [np.nan_to_num(columns["final_distance"][columns["rate"] == rate], nan=np.inf).mean() for rate in rates]
        kept = np.isfinite(means)
        axis.plot(rates[kept], np.array(means)[kept], color=shade, marker=marker, markersize=3.5,
                  label=f"$L = {results.experiments[name].depth}$")
        axis.axvline(lines.exact, color=shade, linestyle="--", linewidth=1.0, zorder=1)
        axis.axvline(lines.paper, color=shade, linestyle=":", linewidth=1.0, zorder=1)
    in_legend(axis, r"exact, $2/S_{\min}$")
    in_legend(axis, r"paper, $1/(La)$", dashes=":")
    axis.set_xscale("log")
    axis.set_ylim(-0.01, _TOP)
    axis.set_xlabel(r"learning rate $\eta$")
    axis.set_title(r"$\|w - w^*\|^2/d$ after 1000 steps, mean", loc="left")
    axis.legend(loc="upper left", ncols=1)


def _draw_thresholds(axis: Axes, results: Results) -> None:
    names = FIGURES[2]
    depths = [results.experiments[name].depth for name in names]
    found = [threshold(results.columns[name], results.lines[name].energy) for name in names]
    exact = np.array([results.lines[name].exact for name in names])
    ends = np.array([[one.below, one.above] for one in found]) / exact[:, None]
    middle = np.sqrt(ends.prod(axis=1))
    axis.errorbar(depths, middle, yerr=[middle - ends[:, 0], ends[:, 1] - middle], color="black", marker="none",
                  linestyle="none", capsize=3, label="half settle: estimated between")
    for label, color, dashes, values in (
        (r"paper, $1/(La)$", VERMILION, ":", [results.lines[name].paper for name in names]),
        ("tight bound", GREEN, "-.", [results.lines[name].tight for name in names]),
        (r"exact, $2/S_{\min}$", BLUE, "-", exact),
    ):
        axis.plot(depths, np.array(values) / exact, color=color, linestyle=dashes, label=label)
    axis.set_xscale("log")
    axis.set_xticks(depths, [str(depth) for depth in depths])
    axis.minorticks_off()
    axis.set_xlabel("depth $L$")
    low, high = min(0.8, ends.min() - 0.05), ends.max()
    axis.set_ylim(low, high + 0.6 * (high - low))  # the legend above all bars
    axis.set_xlim(depths[0] / 1.25, depths[-1] * 1.25)
    axis.set_title(r"thresholds over $2/S_{\min}$", loc="left")
    axis.legend(loc="upper right", ncols=1)
