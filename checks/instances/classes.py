"""Classes of instances. An instance is in a class by its exact numbers alone, whatever its family is.

Ranks and products are FLINT's, called directly.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from flint import fmpq, fmpq_mat

from ...numeric.linalg.scalars import Array
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


@dataclass(frozen=True)
class Numbers:
    """The exact matrices of an instance: a covariance, a regressor, the layers from first to last, a read-out."""

    covariance: fmpq_mat
    target: fmpq_mat
    layers: tuple[fmpq_mat, ...]
    readout: fmpq_mat

    @classmethod
    def of(cls, case: Instance) -> Numbers:
        readout = [[fmpq(1)]] if case.readout is None else _column(case.readout)
        return cls(fmpq_mat(case.covariance.tolist()), fmpq_mat(_column(case.regressor)),
                   tuple(fmpq_mat(layer.tolist()) for layer in case.weights), fmpq_mat(readout))

    @property
    def shape(self) -> Shape:
        return Shape((self.covariance.nrows(), *(layer.nrows() for layer in self.layers)))

    @cached_property
    def gap(self) -> fmpq_mat:
        """``w - w*``."""
        vector = self.readout
        for layer in reversed(self.layers):
            vector = layer.transpose() * vector
        return vector - self.target

    @property
    def singular(self) -> bool:
        return bool(self.covariance.rank() < self.covariance.nrows())

    @property
    def off_target(self) -> bool:
        return not _vanishes(self.gap)

    @property
    def minimizer(self) -> bool:
        return _vanishes(self.covariance * self.gap)


def _column(vector: Array) -> list[list[fmpq]]:
    return [[entry] for entry in vector]


def _vanishes(matrix: fmpq_mat) -> bool:
    return all(entry == 0 for entry in matrix.entries())


OF_SHAPE: dict[str, Callable[[Shape], bool]] = {
    "depth 1": lambda s: s.depth == 1,
    "depth 2": lambda s: s.depth == 2,
    f"depth {DEEP} or more": lambda s: s.depth >= DEEP,
    "d = 1": lambda s: s.widths[0] == 1,
    "a narrow layer": lambda s: any(width < s.widths[0] for width in s.hidden),
    "a wide layer": lambda s: any(width > s.widths[0] for width in s.hidden),
}
OF_NUMBERS: dict[str, Callable[[Numbers], bool]] = {
    "singular covariance": lambda n: n.singular,
    "a minimizer off w*": lambda n: n.minimizer and n.off_target,
    "weights off the minimum": lambda n: not n.minimizer,
    "singular covariance off the minimum": lambda n: n.singular and not n.minimizer,
    "a read-out": lambda n: n.readout.nrows() > 1 or n.readout[0, 0] != 1,
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
        numbers = Numbers.of(case)
        memo["all"] = classes_of_shape(numbers.shape.widths) | {
            name for name, holds in OF_NUMBERS.items() if holds(numbers)}
    found: frozenset[str] = memo["all"]
    return found


def ends_reached(layers: Iterable[int], last: int) -> frozenset[str]:
    """Which ends of the range ``1 .. last`` are among the layers."""
    reached = set(layers)
    return frozenset(name for name, layer in zip(LAYERS, (1, last), strict=True) if layer in reached)
