"""Figures 3 and 5: how likely divergence is, and the sharpness of every converged network against ``2/η``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ..output.plotting import VERMILION, lettered, level, panels
from ..output.proportions import interval
from .experiments import FIGURES
from .style import Results, beside, legend_above, name_scale, places, rate_styles, shifts

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def divergence_figure(results: Results, number: int) -> Figure:
    """Draw figure 3 (plain) or 5 (residual) over the scale: probabilities with their intervals, and ``S/(2/η)``."""
    (name,) = FIGURES[number]
    experiment, columns, lines = results.experiments[name], results.columns[name], results.lines[name]
    figure, (left, right) = panels(3.1)
    scales = np.array(experiment.scales)
    for rate, style in rate_styles(experiment).items():
        of_rate = columns["rate"] == rate
        counts = [(int((columns["diverged_after"][chosen] >= 0).sum()), int(chosen.sum()))
                  for chosen in (of_rate & (columns["scale"] == scale) for scale in scales)]
        part = np.array([count / of for count, of in counts])
        # At scale 0 all repetitions are one network: nothing is drawn, and nothing is estimated.
        ends = np.array([interval(*count) if scale else (count[0] / count[1],) * 2
                         for count, scale in zip(counts, scales, strict=True)])
        left.errorbar(places(experiment, rate), part, yerr=np.abs(ends.T - part), elinewidth=0.7, capsize=0,
                      label=rf"$\eta = {rate:g}$", **style)
        there = of_rate & columns["final_minimizer"]
        if rate <= lines.exact and there.any():
            right.plot(columns["scale"][there] + shifts(experiment)[rate],
                       columns["final_sharpness"][there] * rate / 2, linestyle="none", alpha=0.5,
                       color=style["color"], marker=style["marker"], markersize=2.5)
            level(right, lines.least * rate / 2, style["color"], ":")
            beside(right, lines.least * rate / 2, r"$S_{\min}$", style["color"], "top")
    level(right, 1.0, VERMILION)
    beside(right, 1.0, r"$2/\eta$", VERMILION, "bottom")
    right.set_yscale("log")
    left.set_ylim(-0.03, 1.03)
    left.set_title("probability of divergence", loc="left")
    right.set_title(r"$S/(2/\eta)$ of each converged network", loc="left")
    for axis in (left, right):
        axis.set_xlim(1.06 * scales[0] - 0.06 * scales[-1], 1.06 * scales[-1] - 0.06 * scales[0])
        name_scale(axis, experiment)
    lettered([left, right])
    legend_above(figure, [left], 5)
    return figure
