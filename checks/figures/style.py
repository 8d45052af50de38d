"""What the figures share: their results, the styles of learning rates, medians, the lines of the theory."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypedDict

import numpy as np

from ...numeric.linalg.scalars import Array
from ..output.plotting import Color, LineStyle, level, shades
from .experiments import Experiment, SingleRun
from .lines import Lines
from .units import Columns

if TYPE_CHECKING:
    from matplotlib.artist import Artist
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

GREY = "0.45"
MARKERS = "osD^vPX"


class Style(TypedDict):
    """How the points of a learning rate are drawn."""

    color: Color
    marker: str
    markersize: float


@dataclass(frozen=True)
class Results:
    """The numbers of all figures: settings, columns and lines by experiment, and columns by single run."""

    seed: int
    experiments: Mapping[str, Experiment]
    columns: Mapping[str, Columns]
    lines: Mapping[str, Lines]
    singles: Mapping[SingleRun, Columns]


def rate_styles(experiment: Experiment) -> dict[float, Style]:
    """The colour and the marker of each learning rate."""
    rates = sorted(run.rate for run in experiment.runs)
    return {rate: {"color": shade, "marker": marker, "markersize": 3.5}
            for rate, shade, marker in zip(rates, shades(len(rates)), MARKERS, strict=False)}


def shifts(experiment: Experiment) -> dict[float, float]:
    """How far beside its scale each learning rate is drawn, so that bars of several rates do not hide each other."""
    scales, rates = experiment.scales, sorted(run.rate for run in experiment.runs)
    step = scales[1] - scales[0] if len(scales) > 1 else 1.0
    return {rate: 0.12 * step * (index - (len(rates) - 1) / 2) for index, rate in enumerate(rates)}


def spread(axis: Axes, x: Sequence[float] | Array, groups: Sequence[Array], **style: Any) -> None:
    """Draw medians joined by a line, with bars from the 10th to the 90th percentile. Empty groups are skipped."""
    kept = [(place, group) for place, group in zip(x, groups, strict=True) if len(group)]
    if kept:
        places = [place for place, _ in kept]
        low, middle, high = np.array([np.percentile(group, (10, 50, 90)) for _, group in kept]).T
        axis.errorbar(places, middle, yerr=[middle - low, high - middle], elinewidth=0.7, capsize=0, **style)


def places(experiment: Experiment, rate: float) -> Array:
    """The places on the axis where the scales are drawn for a learning rate."""
    return np.array(experiment.scales) + shifts(experiment)[rate]


def by_scale(experiment: Experiment, columns: Columns, values: Array, chosen: Array) -> list[Array]:
    """The chosen values of each scale."""
    return [values[chosen & (columns["scale"] == scale)] for scale in experiment.scales]


def in_legend(axis: Axes, label: str, color: Color = "black", dashes: LineStyle = "--", width: float = 1.0) -> None:
    """Add an entry to the legend for lines that have no label of their own."""
    axis.plot([], [], color=color, linestyle=dashes, linewidth=width, label=label)


def draw_bounds(axis: Axes, lines: Lines) -> None:
    """Draw ``8LΛ`` if there is one, ``S_min`` and the lower bound of the paper, in black and named in the legend."""
    for height, dashes, label in ((lines.eight, "-.", r"$8L\Lambda$"), (lines.least, "-", r"$S_{\min}$"),
                                  (lines.lower, ":", "lower bound of the paper")):
        if height is not None:
            level(axis, height, "black", dashes, label)


def beside(axis: Axes, height: float, label: str, color: Color, align: str = "center") -> None:
    """Write a label at the right end of a horizontal line, outside the axes, where nothing lies under it."""
    axis.annotate(label, (1.0, height), xycoords=("axes fraction", "data"), xytext=(2, 0), textcoords="offset points",
                  fontsize=6.5, va=align, color=color, annotation_clip=False)


def legend_above(figure: Figure, axes: Sequence[Axes], columns: int) -> None:
    """Draw one legend for several axes above them, with each name once."""
    named: dict[str, Artist] = {}
    for axis in axes:
        handles, labels = axis.get_legend_handles_labels()
        named = dict(zip(labels, handles, strict=True)) | named
    figure.legend(named.values(), named.keys(), loc="outside upper center", ncols=columns)


def name_scale(axis: Axes, experiment: Experiment) -> None:
    """Name the axis of the scales, and say that the learning rates stand side by side where there are several."""
    name = ("scale $s$ of the initialization" if experiment.kind == "residual" else
            "standard deviation of the initial entries")
    axis.set_xlabel(f"{name}\n(each rate a little beside it)" if len(experiment.runs) > 1 else name)
