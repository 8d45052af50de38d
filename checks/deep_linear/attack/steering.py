"""Vary special instances by moves, so that a descent keeps what is special about them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from ....numeric.linalg.rational import rational_array
from ....numeric.linalg.scalars import Array
from ...attack.ground import Move
from ..instances.instance import Instance
from .moves import add_row, changed, raise_last, rescale, shift, turn

STEERED: tuple[Move[Instance], ...] = (raise_last, shift, rescale, add_row)
"""The moves that a descent may use besides turns."""


@dataclass(frozen=True)
class Steered:
    """An instance and several moves, made one after the other: a variation that keeps what is special.

    A point holds, for every plane of features, how far the regressor turns (1: not at all), then how far each of
    the moves goes (0: not at all). Turning changes neither the condition number nor the imbalance.
    """

    base: Instance
    moves: tuple[Move[Instance], ...] = ()
    extra: ClassVar[bool] = True

    @property
    def start(self) -> Array:
        return np.array([1.0] * len(self._planes) + [0.0] * len(self.moves))

    def at(self, point: Array) -> Instance:
        """The instance at a point of shape ``(m,)``."""
        steps = rational_array(np.nan_to_num(point, posinf=0, neginf=0) if point.dtype != object else point)
        case = changed(self.base)
        for plane, step in zip(self._planes, steps, strict=False):
            case = turn(case, step - 1, plane)
        for move, step in zip(self.moves, steps[len(self._planes):], strict=True):
            case = move(case, step * step) if step != 0 else case
        return case

    @property
    def _planes(self) -> list[tuple[int, int]]:
        d = min(self.base.dimension, 3)
        return [] if self.base.stated is not None else [(i, j) for j in range(d) for i in range(j)]
