"""Exact instances of a setting of one's own as points of R^m, so that a numerical optimizer moves through them.

Sizes, integers and signs stay. Every point keeps the kinds: a positive semidefinite matrix moves through a factor, a
symmetric one through its lower half, a positive number through a logarithm that leaves rationals rational.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from math import frexp
from typing import Any, ClassVar

import numpy as np
from flint import arb, fmpq

from ....numeric.linalg.rational import rational_array
from ....numeric.linalg.scalars import Array, object_array
from ....theory.language.kinds import Entries, Kind, Structure
from ...instances.data import Data
from ..points import Point, factor, kept

HIGHEST = 300
"""Positive numbers are kept between two powers of 2 with this exponent."""


@dataclass(frozen=True)
class FreeData:
    """All real numbers of an instance vary, and after each step ``completed`` recomputes what the hypotheses give."""

    base: Data
    completed: Callable[[Data], Data]
    fixed: frozenset[str] = frozenset()
    """The data that do not vary, because they are recomputed."""
    extra: ClassVar[bool] = False

    @cached_property
    def start(self) -> Point:
        return np.concatenate([np.zeros(0), *(_coordinates(kind, part) for _, kind, part in self._varying())])

    def at(self, point: Point) -> Data:
        """The instance at a point of shape ``(m,)``."""
        exact = list(rational_array(kept(point)))
        changes: dict[str, list[Any]] = {}
        for name, kind, part in self._varying():
            count = _coordinates(kind, part).size
            taken, exact = exact[:count], exact[count:]
            changes.setdefault(name, []).append(_part(kind, part, taken))
        data = {name: tuple(parts) if self.base.setting.data[name].index is not None else parts[0]
                for name, parts in changes.items()}
        return self.completed(self.base.changed(data, f"descent from {self.base.name}"))

    def _varying(self) -> Iterator[tuple[str, Kind, Any]]:
        for name, kind in self.base.setting.data.items():
            if name not in self.fixed and kind.entries not in (Entries.INTEGER, Entries.SIGN):
                yield from ((name, kind, part) for part in self.base.parts(name))


def _coordinates(kind: Kind, part: fmpq | Array) -> Point:
    """The float coordinates of one number or matrix."""
    array = np.array([[part]], dtype=object) if isinstance(part, fmpq) else part
    if kind.structure is Structure.PSD:
        return factor(array).ravel()
    entries = array[np.tril_indices(len(array))] if kind.structure is Structure.SYMMETRIC else array.ravel()
    found: Point = np.array([logarithm(x) if kind.entries is Entries.POSITIVE else float(arb(x)) for x in entries])
    return found


def _part(kind: Kind, part: fmpq | Array, coordinates: list[fmpq]) -> fmpq | Array:
    """A number or matrix like another one, from exact coordinates."""
    entries: Array = object_array([_ENTRY.get(kind.entries, fmpq)(x) for x in coordinates], (len(coordinates),))
    if isinstance(part, fmpq):
        number: fmpq = entries[0]
        return number
    if kind.structure is Structure.PSD:
        rows: Array = entries.reshape(-1, len(part))
        return rows.T @ rows if len(rows) else part
    if kind.structure is Structure.SYMMETRIC:
        lower: Array = part * fmpq(0)
        lower[np.tril_indices(len(part))] = entries
        lower.T[np.tril_indices(len(part))] = entries
        return lower
    return entries.reshape(part.shape)


def logarithm(value: fmpq) -> float:
    """The ``x`` of which :func:`power` makes the number.

    >>> [logarithm(fmpq(*x)) for x in ((1, 1), (3, 1), (1, 2), (5, 8))]
    [0.0, 1.5, -1.0, -0.75]
    """
    fraction, exponent = frexp(float(arb(value)))
    return exponent - 1 + 2 * fraction - 1


def power(x: fmpq) -> fmpq:
    """``2^x`` at integers and linear between them: rational, positive and increasing.

    >>> [str(power(fmpq(*x))) for x in ((0, 1), (3, 2), (-1, 1), (-3, 4))]
    ['1', '3', '1/2', '5/8']
    """
    bounded = max(min(x, fmpq(HIGHEST)), fmpq(-HIGHEST))
    whole = int(bounded.floor())
    return fmpq(2) ** whole * (1 + bounded - whole)


_ENTRY: dict[Entries, Callable[[fmpq], fmpq]] = {Entries.NONNEGATIVE: abs, Entries.POSITIVE: power}
"""How a coordinate becomes an entry; a real entry is its coordinate."""
