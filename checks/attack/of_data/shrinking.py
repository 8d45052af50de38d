"""Make a counterexample of a setting of one's own small enough to read: smaller sizes, then simpler numbers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, TypeAlias

import numpy as np
import sympy as sp
from flint import fmpq

from ....theory.language.kinds import Entries, Kind, Structure
from ...instances.building import identity
from ...instances.data import Data, NoInstance, members
from ..simpler import at_position, complexity, cost, numbers, positions, shapes, simpler_numbers, unit_sized

Position: TypeAlias = tuple[str, int | None, tuple[int, ...]]
"""A datum, which member of a sequence (None: it is none), and the place of a number in it."""


@numbers.register
def _(case: Data) -> list[fmpq]:
    return [x for _, _, _, x in _numbers(case)]


@unit_sized.register
def _(case: Data) -> Data:
    """Every real datum is scaled by itself."""
    changes = {name: _unit_sized(case, name) for name, kind in case.setting.data.items()
               if kind.entries not in (Entries.INTEGER, Entries.SIGN)}
    return case.changed(changes, case.name)


def _unit_sized(case: Data, name: str) -> Any:
    largest = max((abs(x) for part in case.parts(name) for x in np.ravel(part)), default=fmpq(0))
    parts = tuple(part / largest for part in case.parts(name)) if largest else case.parts(name)
    return parts if case.setting.data[name].index is not None else parts[0]


@complexity.register
def _(case: Data) -> tuple[int, int, int, int]:
    found = numbers(case)
    return sum(case.sizes.values()), len(found), sum(map(cost, found)), sum(x < 0 for x in found)


@shapes.register
def _(case: Data) -> tuple[Callable[[Data], Iterator[Data]], ...]:
    return (*(partial(_without_index, size) for size in case.setting.sizes), _plainer_matrices)


@positions.register
def _(case: Data) -> list[Position]:
    return [(key, member, place) for key, member, place, _ in _numbers(case)]


@at_position.register
def _(case: Data, position: Position) -> Iterator[Data]:
    key, member, place = position
    kind = case.setting.data[key]
    value: Any = case.arrays[key] if member is None else case.parts(key)[member]
    for number in simpler_numbers(value[place] if place else value):
        changed: Any = number
        if place:
            changed = value.copy()
            changed[place] = number
            if kind.structure is not Structure.NONE:
                changed[place[::-1]] = number
        yield from _made(case, {key: _put(case, key, member, changed)})


def _put(case: Data, key: str, member: int | None, value: Any) -> Any:
    if member is None:
        return value
    parts = case.parts(key)
    return (*parts[:member], value, *parts[member + 1:])


def _numbers(case: Data) -> Iterator[tuple[str, int | None, tuple[int, ...], fmpq]]:
    """All numbers of an instance with their positions; of a symmetric matrix, its lower half."""
    for key, kind in case.setting.data.items():
        for i, part in enumerate(case.parts(key)):
            member = None if kind.index is None else i
            if isinstance(part, np.ndarray):
                lower = kind.structure is not Structure.NONE
                for place in np.ndindex(part.shape):
                    if not lower or place[0] >= place[1]:
                        yield key, member, place, part.item(place)
            else:
                yield key, member, (), part


def _without_index(size: sp.Symbol, case: Data) -> Iterator[Data]:
    """The instance without one index of a size, in every datum that has it."""
    for i in range(case.sizes[size.name] if case.sizes[size.name] > 1 else 0):
        smaller = {**case.sizes, size.name: case.sizes[size.name] - 1}
        yield from _made(case, {**{key: _cut(kind, case, key, size, i) for key, kind in case.setting.data.items()},
                                **smaller})


def _plainer_matrices(case: Data) -> Iterator[Data]:
    """The instance with a symmetric matrix that becomes the identity, or loses what is off its diagonal."""
    for key, member, place, _ in _numbers(case):
        if case.setting.data[key].structure is not Structure.NONE and not any(place):
            matrix = case.parts(key)[member or 0]
            for plainer in (identity(len(matrix)), np.diag(np.diag(matrix))):
                yield from _made(case, {key: _put(case, key, member, plainer)})


def _cut(kind: Kind, case: Data, key: str, size: sp.Symbol, i: int) -> Any:
    parts = [_cut_one(kind, part, size, i) for part in case.parts(key)]
    if kind.index is None:
        return parts[0]
    if size in kind.index.high.free_symbols:
        del parts[min(i, len(members(kind, case.sizes)) - 1)]
    return parts


def _cut_one(kind: Kind, part: Any, size: sp.Symbol, i: int) -> Any:
    for axis, one in enumerate(kind.shape if kind.sizes else ()):
        if one == size:
            part = np.delete(part, i, axis=axis)
    return part


def _made(case: Data, changes: dict[str, Any]) -> Iterator[Data]:
    """The changed instance, if it is one."""
    try:
        yield case.changed(changes, case.name)
    except NoInstance:
        return
