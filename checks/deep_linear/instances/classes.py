"""Classes of instances. An instance is in a class by its exact numbers alone, whatever its family is."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from ...arithmetic.eigenvectors import is_singular
from .instance import Instance

DEEP = 4
"""From this depth on a network counts as deep."""


@dataclass(frozen=True)
class Shape:
    """Widths ``d_0, ..., d_L`` of a network. An identity over a prime field has no more of an instance than these."""

    widths: tuple[int, ...]

    @property
    def depth(self) -> int:
        return len(self.widths) - 1

    @property
    def hidden(self) -> tuple[int, ...]:
        return self.widths[1:-1]


def _off_target(case: Instance) -> bool:
    """Whether ``w != w*``."""
    return bool((case.network.regressor() != case.regressor).any())


OF_SHAPE: dict[str, Callable[[Shape], bool]] = {
    "depth 1": lambda s: s.depth == 1,
    "depth 2": lambda s: s.depth == 2,
    f"depth {DEEP} or more": lambda s: s.depth >= DEEP,
    "d = 1": lambda s: s.widths[0] == 1,
    "a narrow layer": lambda s: any(width < s.widths[0] for width in s.hidden),
    "a wide layer": lambda s: any(width > s.widths[0] for width in s.hidden),
}
OF_NUMBERS: dict[str, Callable[[Instance], bool]] = {
    "singular covariance": lambda case: is_singular(case.covariance),
    "a minimizer off w*": lambda case: case.is_minimizer and _off_target(case),
    "weights off the minimum": lambda case: not case.is_minimizer,
    "singular covariance off the minimum": lambda case: is_singular(case.covariance) and not case.is_minimizer,
    "a read-out": lambda case: case.readout is not None and (len(case.readout) > 1 or case.readout[0] != 1),
}
LAYERS = ("the first layer", "the last layer")
CLASSES = (*OF_SHAPE, *OF_NUMBERS, *LAYERS)
"""All classes."""


def classes_of_shape(widths: Sequence[int]) -> frozenset[str]:
    """
    >>> sorted(classes_of_shape([2, 1, 1]))
    ['a narrow layer', 'depth 2']
    """
    shape = Shape(tuple(widths))
    return frozenset(name for name, holds in OF_SHAPE.items() if holds(shape))


def classes_of(case: Instance) -> frozenset[str]:
    """The classes of an instance, remembered with it.

    >>> from .instance import make
    >>> sorted(classes_of(make("example", [[1, 0], [0, 0]], [[[3, 4]], [[5]]])))
    ['a minimizer off w*', 'a narrow layer', 'depth 2', 'singular covariance']
    """
    memo = case.readings.setdefault("classes", {})
    if "all" not in memo:
        memo["all"] = classes_of_shape(case.widths) | {name for name, holds in OF_NUMBERS.items() if holds(case)}
    found: frozenset[str] = memo["all"]
    return found


def ends_reached(layers: Iterable[int], last: int) -> frozenset[str]:
    """Which ends of the range ``1 .. last`` are among the layers."""
    reached = set(layers)
    return frozenset(name for name, layer in zip(LAYERS, (1, last), strict=True) if layer in reached)
