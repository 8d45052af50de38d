"""Figure 6: rank-deficient data. Sharpness against scale, and the generalization gap against the sharpness."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ..output.plotting import VERMILION, lettered, panels, plain_numbers, shades
from .statements import regression
from .style import Results, legend_above
from .training import draw_sharpness

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure


def generalization_figure(results: Results) -> Figure:
    """Draw two panels. The second one has every network of the smallest rate, and the regression line."""
    experiment, columns = results.experiments["rank"], results.columns["rank"]
    figure, (left, right) = panels(3.1)
    draw_sharpness(left, experiment, columns, results.lines["rank"])
    _draw_regression(right, results)
    lettered([left, right])
    legend_above(figure, [left], 4)
    return figure


def _draw_regression(axis: Axes, results: Results) -> None:
    found = regression(results.experiments["rank"], results.columns["rank"])
    axis.set_title("generalization gap of each network", loc="left")
    axis.set_xlabel("sharpness after training")
    if found is None:
        axis.text(0.5, 0.5, "fewer than three networks", transform=axis.transAxes, ha="center")
        return
    axis.plot(*found.points.T, linestyle="none", marker="o", markersize=2, color=shades(3)[0], alpha=0.4)
    ends = np.array([found.points[:, 0].min(), found.points[:, 0].max()])
    low, high = found.slope_interval
    axis.plot(ends, 10**found.intercept * ends**found.slope, color=VERMILION,
              label=f"slope {found.slope:.2f}, in [{low:.2f}, {high:.2f}] (99 %)\n$R^2 = {found.r_squared:.2f}$, "
                    f"{len(found.points)} networks, $\\eta = {found.rate:g}$")
    axis.set_xscale("log")
    axis.set_yscale("log")
    bottom, top = axis.get_ylim()
    axis.set_ylim(bottom, top * (top / bottom) ** 0.25)
    plain_numbers(axis.xaxis, *axis.get_xlim())
    plain_numbers(axis.yaxis, *axis.get_ylim())
    axis.legend(loc="upper left")
