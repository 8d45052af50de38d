"""A picture of a campaign: how many decisions have which slack, for each obligation."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from ...output.plotting import panels, shades, write_figure
from .totals import over_shapes, slack_at_most

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from .campaign import Campaign

_SHOWN = 6
"""The most panels, and the most shapes of a panel."""


def draw_campaign(made: Campaign, path: Path) -> None:
    """Write the picture: for each obligation with slacks, the share of decisions with at most a slack, by shape.

    Only the six obligations and shapes with the most decisions are drawn. Raises OSError.
    """
    write_figure(lambda: _figure(made), path)


def _figure(made: Campaign) -> Figure:
    measured = {name: found for name, found in over_shapes(made.summary).items() if found.slacks}
    names = sorted(measured, key=lambda name: (-measured[name].slacks.total(), name))[:_SHOWN]
    rows = max(1, (len(names) + 1) // 2)
    figure, axes = panels(2.6 * rows, rows)
    for axis, name in zip(axes, names, strict=False):
        shapes = [(key.shape, found.slacks) for key, found in made.summary.items()
                  if (key.claim, key.obligation) == name and found.slacks]
        shapes = sorted(sorted(shapes, key=lambda pair: -pair[1].total())[:_SHOWN])
        for (shape, slacks), color in zip(shapes, shades(len(shapes)), strict=True):
            places = [place for place in sorted(slacks) if slack_at_most(place) < float("inf")]
            shares = [sum(slacks[other] for other in slacks if other <= place) / slacks.total() for place in places]
            axis.step([slack_at_most(place) for place in places], shares, where="post", color=color,
                      label=shape or None)
        axis.set(xscale="log", ylim=(0, 1), xlabel="slack: larger side over smaller, less 1",
                 ylabel="share of decisions", title="/".join(name))
        if any(shape for shape, _ in shapes):
            axis.legend(loc="upper left")
    for axis in axes[len(names):]:
        axis.set_axis_off()
    return figure
