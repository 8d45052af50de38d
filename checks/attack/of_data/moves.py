"""Moves of instances of a setting of one's own: each changes one datum, or all of them, along a line of ``t > 0``."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import Any, TypeAlias

import numpy as np
from flint import fmpq

from ....numeric.linalg.scalars import Array
from ....theory.language.kinds import Entries, Kind, Structure
from ....theory.language.setting import Setting
from ...instances.building import identity
from ...instances.data import Data, NoInstance
from ..ground import Move, NoMove

Change: TypeAlias = Callable[[Any, fmpq], Any]
"""What a number or matrix becomes at ``t``."""
NAME = "aimed"


def moves(setting: Setting, free: Iterable[str], completed: Callable[[Data], Data]) -> list[Move[Data]]:
    """The moves of the data that are free. What the hypotheses give by these is recomputed after each move."""
    names = [name for name in free if setting.data[name].entries is not Entries.SIGN]
    real = [name for name in names if setting.data[name].entries is not Entries.INTEGER]
    together: dict[str, Change] = dict.fromkeys(real, _scaled)
    single = [{name: change} for name in names for change in _changes(setting.data[name])]
    return [partial(_moved, changes, completed) for changes in [*single, together]]


def _moved(changes: dict[str, Change], completed: Callable[[Data], Data], case: Data, t: fmpq) -> Data:
    """Raises NoMove where the changed data are no instance."""
    made = {name: tuple(change(part, t) for part in case.parts(name)) for name, change in changes.items()}
    try:
        return completed(case.changed({name: parts if case.setting.data[name].index is not None else parts[0]
                                       for name, parts in made.items()}, NAME))
    except NoInstance:
        raise NoMove from None


def _changes(kind: Kind) -> Iterator[Change]:
    if not kind.sizes:
        yield lambda number, t: t
        if kind.entries in (Entries.REAL, Entries.INTEGER):
            yield lambda number, t: -t
        return
    yield _scaled
    yield _with_larger_entry
    if kind.structure is not Structure.NONE:
        yield lambda matrix, t: matrix + identity(len(matrix)) * t


def _scaled(part: Any, t: fmpq) -> Any:
    return part * t


def _with_larger_entry(matrix: Array, t: fmpq) -> Array:
    """The last diagonal entry grows by ``t``, or the last one of a column."""
    changed = matrix.copy()
    changed[-1, min(changed.shape) - 1 if changed.shape[0] == changed.shape[1] else -1] += t
    return np.asarray(changed, dtype=object)
