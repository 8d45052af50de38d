"""Instances made twice as large: a constant that grows with the size is none."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import numpy as np
from flint import fmpq

from ...numeric.linalg.scalars import Array
from ..instances.data import Data, NoInstance


def enlarged(case: Data) -> list[Data]:
    """The instance with one of its sizes doubled, each in turn.

    A column becomes two copies one above the other, a matrix two blocks, a sequence is repeated.
    """
    found = []
    for size in case.setting.sizes:
        with suppress(NoInstance):
            changes: dict[str, Any] = {name: _doubled(case, name, size) for name in case.setting.data}
            found.append(case.changed(changes | {size.name: 2 * case.sizes[size.name]}, f"twice {case.name}"))
    return found


def _doubled(case: Data, name: str, size: object) -> Any:
    kind, parts = case.setting.data[name], case.parts(name)
    axes = [axis for axis, one in enumerate(kind.shape) if one == size] if kind.sizes else []
    if len(axes) == 2:
        parts = tuple(map(twice, parts))
    elif axes:
        parts = tuple(np.concatenate([part, part], axis=axes[0]) for part in parts)
    if kind.index is None:
        return parts[0]
    return parts * 2 if kind.index.high == size and kind.index.low == 1 else parts


def twice(matrix: Array) -> Array:
    """Two copies of a matrix as blocks on the diagonal."""
    zero = matrix * fmpq(0)
    return np.block([[matrix, zero], [zero, matrix]])
