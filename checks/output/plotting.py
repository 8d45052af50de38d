"""What all pictures share: their style, their colours, lines and axes, and how they are written.

Matplotlib is optional: it is imported inside of the functions, and `check_plot` tells whether it is there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from .messages import DataError
from .whole_files import written_whole

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.axis import Axis
    from matplotlib.figure import Figure

Color: TypeAlias = "str | tuple[float, float, float, float]"
LineStyle: TypeAlias = "str | tuple[int, tuple[int, int]]"
SUFFIXES = (".png", ".pdf", ".svg")
WIDTH = 6.9  # of a page, in inches
# Okabe and Ito's colours, told apart in every common form of colour blindness; dashes tell them apart in grey.
BLACK, BLUE, VERMILION, GREEN, ORANGE = "#000000", "#0072B2", "#D55E00", "#009E73", "#E69F00"


def check_plot(path: Path | None) -> None:
    """Raise DataError if a picture is wanted and cannot be drawn, which a command must find out before its work."""
    if path is None:
        return
    if path.suffix.lower() not in SUFFIXES:
        raise DataError(f"{str(path)!r} is no picture that can be drawn: let its name end in {', '.join(SUFFIXES)}.")
    if find_spec("matplotlib") is None:
        raise DataError("Matplotlib, which draws the picture, is not installed: run pip install 'flatcert[plot]'.")


def write_figure(make: Callable[[], Figure], path: Path, dpi: float | None = None) -> None:
    """Draw a figure in the common style, with 300 dots an inch unless ``dpi`` is given.

    The file is written whole or not at all.

    Raises:
        OSError: the file cannot be written.
    """
    from matplotlib import rc_context

    style = rc_context({  # the style is fixed: a user's own must not hide lines
        "font.size": 8, "axes.titlesize": 8.5, "axes.labelsize": 8, "legend.fontsize": 7, "legend.edgecolor": "none",
        "legend.framealpha": 0.85, "legend.columnspacing": 1.2, "legend.handlelength": 1.7, "legend.borderpad": 0.2,
        "figure.constrained_layout.w_pad": 0.08,
        "axes.spines.top": False, "axes.spines.right": False, "lines.linewidth": 1.3, "savefig.dpi": 300,
        "axes.titlelocation": "left", "axes.titley": 1.0, "pdf.fonttype": 42, "svg.hashsalt": "flatcert",
    })
    with style, written_whole(path) as draft:
        make().savefig(draft, dpi=dpi)


def panels(height: float, rows: int = 1, ratios: tuple[float, float] = (1, 1)) -> tuple[Figure, list[Axes]]:
    """A picture as wide as a page, and its axes: two in each row."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(WIDTH, height), layout="constrained")
    axes = figure.subplots(rows, 2, width_ratios=ratios)
    return figure, list(axes.ravel())


def shades(number: int) -> list[Color]:
    """Colours of an ordered quantity, from dark to light: told apart in every form of colour blindness and in grey."""
    from matplotlib import colormaps

    return list(colormaps["viridis"](np.linspace(0.0, 0.82, number)))


def level(axis: Axes, height: float, color: Color, dashes: LineStyle = "--", label: str | None = None) -> None:
    """Draw a horizontal line below the curves, named in the legend if it has a label."""
    axis.axhline(height, color=color, linestyle=dashes, linewidth=1.0, label=label, zorder=1)


def lettered(axes: Iterable[Axes]) -> None:
    """Put the letters (a), (b), ... before the titles."""
    for axis, letter in zip(axes, "abcdef", strict=False):
        axis.set_title(f"({letter}) {axis.get_title(loc='left')}", loc="left")


def plain_numbers(axis: Axis, low: float, high: float) -> None:
    """Write 20 and 200, not powers, on a logarithmic axis that spans less than three decades."""
    from matplotlib.ticker import LogLocator, NullFormatter

    if high < 1000 * low:
        axis.set_major_locator(LogLocator(subs=(1.0, 2.0, 5.0) if high < 200 * low else (1.0,)))
        axis.set_major_formatter("{x:g}")
        axis.set_minor_formatter(NullFormatter())
