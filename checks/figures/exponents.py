"""The picture of the bounds that were discovered: their exponents in the plane of two free words."""

from __future__ import annotations

from typing import TYPE_CHECKING

import sympy as sp

from ..conjecture.discovery.search import Discovered, Discovery
from ..conjecture.errors import ConjectureError
from ..output.plotting import GREEN, ORANGE, VERMILION, WIDTH

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["check_two", "exponents"]

_DEPTH = 7
"""The depth at which exponents are drawn; they are affine in 1/L."""
_MARKS = {"proved": ("o", GREEN), "refuted": ("x", VERMILION), "open": ("s", ORANGE)}


def check_two(found: Discovery) -> None:
    """Raise ConjectureError unless two exponents are free."""
    if len(found.free) != 2:
        raise ConjectureError(f"A picture needs two free exponents, and here there are {len(found.free)} "
                              f"({', '.join(found.free) or 'none'}): choose the words accordingly.")


def exponents(found: Discovery) -> Figure:
    """Lower bounds and upper bounds beside each other, as points with their exponents as coordinates."""
    from matplotlib.figure import Figure as NewFigure

    figure = NewFigure(figsize=(WIDTH, WIDTH / 2), layout="constrained")
    for place, below in enumerate((True, False), 1):
        axes = figure.add_subplot(1, 2, place)
        _side(axes, found, [one for one in found.bounds if one.below == below])
        axes.set_title(f"{found.target} {'>=' if below else '<='} c ...  at L = {_DEPTH}")
    return figure


def _side(axes: Axes, found: Discovery, bounds: list[Discovered]) -> None:
    for answer, (marker, color) in _MARKS.items():
        points = [[float(sp.sympify(one.exponents.get(word, "0"), {"L": sp.Integer(_DEPTH)})) for word in found.free]
                  for one in bounds if one.answer == answer]
        if points:
            axes.scatter(*zip(*points, strict=True), marker=marker, color=color, label=answer)
    axes.set_xlabel(f"exponent of {found.free[0]}")
    axes.set_ylabel(f"exponent of {found.free[1]}")
    if bounds:
        axes.legend()
