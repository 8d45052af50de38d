"""A picture of claim `residual-init`: the estimated probability and typical singular values against the depth."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

import numpy as np

from ...deep_linear.deciding.residual_init import limit_norm
from ...output.plotting import VERMILION, lettered, level, panels, plain_numbers, shades
from .report import ResidualReport

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def residual_figure(report: ResidualReport) -> Figure:
    """Draw Clopper–Pearson intervals, and the medians of ``α`` and ``β`` with the bounds tried, over the depth."""
    from matplotlib.ticker import MaxNLocator

    figure, (left, right) = panels(2.9)
    groups = [(d, list(found)) for d, found in groupby(report.estimates, key=lambda found: found.dimension)]
    for index, ((dimension, found), shade, marker) in enumerate(
            zip(groups, shades(len(groups)), "osD^v", strict=False)):
        depths = np.array([one.depth for one in found])
        ends = np.array([one.interval for one in found])
        part = np.array([one.held / one.draws for one in found])
        # The intervals stand side by side: those of several dimensions at one depth would hide each other.
        beside = depths * 1.07 ** (index - (len(groups) - 1) / 2)
        left.errorbar(beside, part, yerr=np.abs(ends.T - part), color=shade, marker=marker, markersize=3.5, capsize=2,
                      elinewidth=0.8, label=f"$d = {dimension}$")
        for values in np.array([one.medians for one in found]).T:
            right.plot(depths, values, color=shade, marker=marker, markersize=3.5)
    bounds, limit = report.estimates[0].bounds, limit_norm(report.scale)
    level(right, bounds.beta, VERMILION, "--", r"$\alpha_0,\ \beta_0$ tried")
    level(right, bounds.alpha, VERMILION, "--")
    level(right, limit, "0.4", ":", r"limit $\beta_\infty^{\pm 1}$")
    level(right, 1 / limit, "0.4", ":")
    left.set_ylim(-0.03, 1.03)
    left.set_title("probability that the bounds hold", loc="left")
    left.legend(loc="lower right")
    right.set_yscale("log")
    plain_numbers(right.yaxis, bounds.alpha, bounds.beta)
    if bounds.beta < 3:  # on less than a decade too few of these numbers would be left
        right.yaxis.set_major_locator(MaxNLocator(6))
    right.set_title(r"medians of $\alpha$ and $\beta$", loc="left")
    right.legend(loc="center right")
    for axis in (left, right):
        axis.set_xscale("log")
        axis.set_xticks(depths, [str(depth) for depth in depths])
        axis.minorticks_off()
        axis.set_xlabel("depth $L$")
    lettered([left, right])
    return figure
