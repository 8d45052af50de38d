"""What the figures of the experiments have in common: results, styles of learning rates, medians, the theory's lines."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from ..numeric.scalars import Array
from .experiment_lines import Lines
from .experiment_units import Columns
from .experiments import Experiment, SingleRun

if TYPE_CHECKING:
    from matplotlib.axes import Axes

WIDTH = 6.9  # of a page, in inches
GREY = "0.45"
MARKERS = "osD^vPX"


@dataclass(frozen=True)
class Results:
    """What a figure is drawn from: by name of the experiment its settings, columns and lines; columns of each single run."""

    seed: int
    experiments: Mapping[str, Experiment]
    columns: Mapping[str, Columns]
    lines: Mapping[str, Lines]
    singles: Mapping[SingleRun, Columns]


def shades(number: int) -> list[Any]:
    """Colours of an ordered quantity, told apart in every form of colour blindness and in grey."""
    from matplotlib import colormaps

    return list(colormaps["cividis"](np.linspace(0.0, 0.9, number)))


def rate_styles(experiment: Experiment) -> dict[float, dict[str, Any]]:
    """Colour and marker of each learning rate."""
    rates = sorted(run.rate for run in experiment.runs)
    return {rate: {"color": shade, "marker": marker, "markersize": 3.5}
            for rate, shade, marker in zip(rates, shades(len(rates)), MARKERS, strict=False)}


def spread(axis: Axes, x: Sequence[float], groups: Sequence[Array], **style: Any) -> None:
    """Medians joined by a line, with bars from the 10th to the 90th percentile; empty groups leave a gap."""
    kept = [(place, group) for place, group in zip(x, groups, strict=True) if len(group)]
    if kept:
        places = [place for place, _ in kept]
        low, middle, high = np.array([np.percentile(group, (10, 50, 90)) for _, group in kept]).T
        axis.errorbar(places, middle, yerr=[middle - low, high - middle], elinewidth=0.7, capsize=0, **style)


def by_scale(experiment: Experiment, columns: Columns, values: Array, chosen: Array) -> list[Array]:
    """The chosen values of each scale."""
    return [values[chosen & (columns["scale"] == scale)] for scale in experiment.scales]


def level(axis: Axes, height: float, label: str, *, right: bool = True, above: bool = True, **style: Any) -> None:
    """A horizontal line of the theory with its name on it, at one end."""
    axis.axhline(height, linewidth=1.0, zorder=1, **style)
    axis.annotate(label, (1.0 if right else 0.0, height), xycoords=("axes fraction", "data"),
                  xytext=(-2 if right else 2, 1.5 if above else -1.5), textcoords="offset points", fontsize=6.5,
                  ha="right" if right else "left", va="bottom" if above else "top", color=style["color"],
                  bbox={"facecolor": "white", "edgecolor": "none", "alpha": 0.75, "pad": 0.4})


def lettered(axes: Sequence[Axes]) -> None:
    for axis, letter in zip(axes, "abcdef", strict=False):
        axis.set_title(f"({letter}) {axis.get_title(loc='left')}", loc="left")
