"""Instances made twice as large: a constant that grows with the size is none."""

from __future__ import annotations

from contextlib import suppress
from functools import singledispatch
from typing import Any

import numpy as np
from flint import fmpq

from ...numeric.linalg.scalars import Array
from ..deep_linear.instances.instance import Instance, make
from ..instances.data import Data, NoInstance


@singledispatch
def enlarged(case: object) -> list[Any]:
    """The instance with one of its sizes doubled, each in turn."""
    raise NotImplementedError(type(case).__name__)


@enlarged.register
def _(case: Instance) -> list[Instance]:
    """The instance with twice the width, twice the features or twice the depth.

    The last layer sees one of two copies side by side. The new features are all zero, and the new layers are 1.
    """
    if case.readout is not None:
        return []
    *below, last = case.weights
    padded = np.concatenate([last, last * fmpq(0)], axis=1)
    stated = None if case.stated is None else np.concatenate([case.stated, case.stated * fmpq(0)])
    wide = make(case.name, _twice(case.covariance), [*map(_twice, below), padded], regressor=stated)
    first, *above = case.weights
    sigma, unseen = case.covariance, np.concatenate([first, first * fmpq(0)], axis=1)
    features = make(case.name, np.block([[sigma, sigma * fmpq(0)], [sigma * fmpq(0)] * 2]), [unseen, *above],
                    regressor=stated)
    deep = make(case.name, sigma, [*case.weights, *[[[1]]] * case.depth], regressor=case.stated)
    return [wide, features, deep]


def _twice(matrix: Array) -> Array:
    zero = matrix * fmpq(0)
    return np.block([[matrix, zero], [zero, matrix]])


@enlarged.register
def _data(case: Data) -> list[Data]:
    """A column becomes two copies one above the other, a matrix two blocks, a sequence is repeated."""
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
        parts = tuple(map(_twice, parts))
    elif axes:
        parts = tuple(np.concatenate([part, part], axis=axes[0]) for part in parts)
    if kind.index is None:
        return parts[0]
    return parts * 2 if kind.index.high == size and kind.index.low == 1 else parts
