"""A picture of `residual-init`: the estimated probability, and typical singular values, against the depth."""

from __future__ import annotations

from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from ..deciding.residual_init import limit_norm
from .flow_plot import VERMILION, write_figure
from .residual import ResidualReport

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def draw_residual(report: ResidualReport, path: Path) -> None:
    """Draw to a file, written whole or not at all.

    Raises:
        OSError: the file cannot be written.
    """
    write_figure(lambda: residual_figure(report), path)


def residual_figure(report: ResidualReport) -> Figure:
    """Two panels over the depth: Clopper–Pearson intervals, and medians of ``α`` and ``β`` with the bounds tried."""
    from matplotlib import colormaps
    from matplotlib.figure import Figure
    from matplotlib.ticker import LogLocator, MaxNLocator

    figure = Figure(figsize=(6.9, 2.9), layout="constrained")
    left, right = figure.subplots(1, 2)
    groups = [(d, list(found)) for d, found in groupby(report.estimates, key=lambda found: found.dimension)]
    shades = colormaps["cividis"](np.linspace(0.0, 0.85, len(groups)))
    for index, ((dimension, found), shade, marker) in enumerate(zip(groups, shades, "osD^v", strict=False)):
        depths = np.array([one.depth for one in found])
        ends = np.array([one.interval for one in found])
        part = np.array([one.held / one.draws for one in found])
        # Side by side: intervals of several dimensions at one depth would hide each other.
        beside = depths * 1.07 ** (index - (len(groups) - 1) / 2)
        left.errorbar(beside, part, yerr=np.abs(ends.T - part), color=shade, marker=marker, markersize=3.5, capsize=2,
                      elinewidth=0.8, label=f"$d = {dimension}$")
        for values in np.array([one.medians for one in found]).T:
            right.plot(depths, values, color=shade, marker=marker, markersize=3.5)
    bounds, limit = report.estimates[0].bounds, limit_norm(report.scale)
    for height, label in ((bounds.beta, r"$\alpha_0,\ \beta_0$ tried"), (bounds.alpha, None)):
        right.axhline(height, color=VERMILION, linestyle="--", linewidth=1.0, label=label)
    for height, label in ((limit, r"limit $\beta_\infty^{\pm 1}$"), (1 / limit, None)):
        right.axhline(height, color="0.4", linestyle=":", linewidth=1.0, label=label)
    left.set_ylim(-0.03, 1.03)
    left.set_title("(a) probability that the bounds hold", loc="left")
    left.legend(loc="lower right")
    right.set_yscale("log")
    # On less than a decade the powers of ten would leave an axis without numbers.
    locator = MaxNLocator(6) if bounds.beta < 3 else LogLocator(subs=(1.0,) if bounds.beta > 10 else (1.0, 2.0, 5.0))
    right.yaxis.set_major_locator(locator)
    right.yaxis.set_major_formatter("{x:g}")
    right.set_title(r"(b) medians of $\alpha$ and $\beta$", loc="left")
    right.legend(loc="center right")
    for axis in (left, right):
        axis.set_xscale("log")
        axis.set_xticks(depths, [str(depth) for depth in depths])
        axis.minorticks_off()
        axis.set_xlabel("depth $L$")
    return figure
