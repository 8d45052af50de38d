"""Figures 3 and 5: how likely divergence is, and the sharpness of every converged network against ``2/η``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from .experiments import FIGURES
from .figure_style import WIDTH, Results, lettered, level, rate_styles
from .flow_plot import VERMILION
from .residual_init import interval

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def divergence_figure(results: Results, number: int) -> Figure:
    """Figure 3 (plain) or 5 (residual), against scale: probabilities with Clopper–Pearson intervals; ``S/(2/η)``."""
    from matplotlib.figure import Figure

    (name,) = FIGURES[number]
    experiment, columns, lines = results.experiments[name], results.columns[name], results.lines[name]
    figure = Figure(figsize=(WIDTH, 2.9), layout="constrained")
    left, right = figure.subplots(1, 2)
    scales = np.array(experiment.scales)
    step = scales[1] - scales[0] if len(scales) > 1 else 1.0
    styles = rate_styles(experiment)
    for index, (rate, style) in enumerate(styles.items()):
        of_rate = columns["rate"] == rate
        counts = [(int((columns["diverged_after"][chosen] >= 0).sum()), int(chosen.sum()))
                  for chosen in (of_rate & (columns["scale"] == scale) for scale in scales)]
        part = np.array([count / of for count, of in counts])
        ends = np.array([interval(*count) for count in counts])
        # Side by side: intervals of several rates at one scale would hide each other.
        beside = scales + step * 0.12 * (index - (len(styles) - 1) / 2)
        left.errorbar(beside, part, yerr=np.abs(ends.T - part), elinewidth=0.7, capsize=0, label=rf"$\eta = {rate:g}$",
                      **style)
        there = of_rate & columns["final_minimizer"]
        if rate <= lines.exact and there.any():
            place = columns["scale"][there] + step * 0.12 * (index - (len(styles) - 1) / 2)
            right.plot(place, columns["final_sharpness"][there] * rate / 2, linestyle="none", alpha=0.5,
                       label=rf"$\eta = {rate:g}$", **(style | {"markersize": 2.5}))
            level(right, lines.least * rate / 2, rf"$S_{{\min}}$, $\eta = {rate:g}$", color=style["color"], above=False,
                  linestyle=":")
    left.set_ylim(-0.03, 1.03)
    left.set_title("probability of divergence", loc="left")
    left.legend(loc="upper left")
    level(right, 1.0, r"$S = 2/\eta$", right=False, color=VERMILION, linestyle="--")
    right.set_yscale("log")
    right.set_ylim(top=3)
    right.set_title(r"$S/(2/\eta)$ of each converged network", loc="left")
    right.legend(loc="upper center", ncols=4, handletextpad=0.1, columnspacing=0.6)
    for axis in (left, right):
        axis.set_xlim(scales[0] - step * 0.6, scales[-1] + step * 0.6)
        axis.set_xlabel("scale $s$ of the initialization" if experiment.kind == "residual" else
                        "standard deviation of the initial entries")
    lettered([left, right])
    return figure
