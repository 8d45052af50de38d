"""How one datum is filled with numbers: by a rule, for degenerate instances, or at random in a style.

A filling or a style fills one number, column or matrix. A sequence of numbers is filled like a column.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeAlias

import numpy as np
from flint import fmpq

from ...numeric.linalg.rational import rational_array
from ...numeric.linalg.scalars import Array
from ...theory.language.kinds import Entries, Kind, Structure
from . import building as draw
from .building import Generator
from .data import Datum, dimensions, members

Shape: TypeAlias = tuple[int, ...]
Filling: TypeAlias = Callable[[Kind, Shape], "fmpq | Array"]
"""A datum of a kind in a shape: ``()`` for a number, else rows and columns."""
Style: TypeAlias = Callable[[Kind, Shape, Generator], "fmpq | Array"]
"""The same at random."""
GRID = tuple(fmpq(*x) for x in ((1, 1), (0, 1), (2, 1), (1, 2), (-1, 1), (3, 1)))
"""The numbers of degenerate instances."""


def filled(kind: Kind, sizes: Mapping[str, int], one: Filling) -> Datum:
    """A datum at given sizes; of a sequence, all members."""
    shape = dimensions(kind, sizes)
    if kind.index is None:
        return one(kind, shape)
    count = len(members(kind, sizes))
    if shape:
        return tuple(_array(one(kind, shape)) for _ in range(count))
    return tuple(_array(one(kind, (count, 1))).flat) if count else ()


def _array(value: fmpq | Array) -> Array:
    return np.asarray(value, dtype=object)


def allowed(entries: Entries, value: fmpq) -> fmpq:
    """The number, or one near it that the kind allows.

    >>> allowed(Entries.SIGN, fmpq(-3)), allowed(Entries.POSITIVE, fmpq(0)), allowed(Entries.INTEGER, fmpq(5, 2))
    (-1, 1, 2)
    """
    match entries:
        case Entries.SIGN:
            return fmpq(-1) if value < 0 else fmpq(1)
        case Entries.INTEGER:
            return fmpq(int(value.p // value.q))
        case Entries.NONNEGATIVE:
            return abs(value)
        case Entries.POSITIVE:
            return abs(value) if value else fmpq(1)
    return value


def fitted(kind: Kind, array: Array) -> Array:
    """An array made to fit its kind: entries that are allowed, a symmetric or positive semidefinite matrix."""
    if kind.structure is Structure.PSD:
        return array.T @ array
    if kind.structure is Structure.SYMMETRIC:
        return array + array.T
    found: Array = np.array([allowed(kind.entries, x) for x in array.flat], dtype=object).reshape(array.shape)
    return found


def _zeros(shape: Shape) -> Array:
    return rational_array(np.zeros(shape, dtype=int))


def constant(value: fmpq) -> Filling:
    """All entries equal; a matrix with a structure is that multiple of the identity."""

    def fill(kind: Kind, shape: Shape) -> fmpq | Array:
        if not shape:
            return allowed(kind.entries, value)
        if kind.structure is not Structure.NONE:
            scaled: Array = (abs(value) if kind.structure is Structure.PSD else value) * draw.identity(shape[0])
            return scaled
        return fitted(kind, _zeros(shape) + value)

    return fill


def _first_only(kind: Kind, shape: Shape) -> fmpq | Array:
    """Zero but for the first entry: of rank one."""
    if not shape:
        return allowed(kind.entries, fmpq(1))
    array = _zeros(shape)
    array[0, 0] = fmpq(1)
    return fitted(kind, array)


def _all_equal(kind: Kind, shape: Shape) -> fmpq | Array:
    """Matrices of ones, of rank one whatever their structure is."""
    return allowed(kind.entries, fmpq(1)) if not shape else fitted(kind, _zeros(shape) + fmpq(1))


def _diagonal(*values: int) -> Filling:
    """The values along the diagonal in turn; in a column and in a sequence of numbers, the values in turn."""

    def fill(kind: Kind, shape: Shape) -> fmpq | Array:
        if not shape:
            return allowed(kind.entries, fmpq(values[0]))
        array = _zeros(shape)
        for i in range(shape[0] if shape[1] == 1 else min(shape)):
            array[i, 0 if shape[1] == 1 else i] = fmpq(values[i % len(values)])
        if kind.structure is Structure.NONE:
            return fitted(kind, array)
        return abs(array) if kind.structure is Structure.PSD else array

    return fill


FILLINGS: tuple[Filling, ...] = (
    constant(fmpq(1)), constant(fmpq(0)), _first_only, _diagonal(1, 4), _all_equal, constant(fmpq(2)),
    _diagonal(1, 0), _diagonal(1, 2, 3), _diagonal(2, 2, 1), constant(fmpq(1, 2)), _diagonal(1, -1))
"""All data are filled by one of these at a time, the most degenerate first."""


def _entry(entry: Callable[[Generator], fmpq]) -> Style:
    """Every entry is drawn by itself."""

    def style(kind: Kind, shape: Shape, rng: Generator) -> fmpq | Array:
        if not shape:
            return allowed(kind.entries, entry(rng))
        count = int(np.prod(shape))
        return fitted(kind, np.array([entry(rng) for _ in range(count)], dtype=object).reshape(shape))

    return style


def _low_rank(kind: Kind, shape: Shape, rng: Generator) -> fmpq | Array:
    """A product of a column and a row of small integers."""
    if not shape or shape[1] == 1 or kind.entries is not Entries.REAL:
        return _entry(_halves)(kind, shape, rng)
    left, right = draw.integers(rng, (shape[0], 1), 2), draw.integers(rng, (1, shape[1]), 2)
    return left @ left.T if kind.structure is not Structure.NONE else left @ right


def _repeated(kind: Kind, shape: Shape, rng: Generator) -> fmpq | Array:
    """``Q diag(...) Q^T`` with few distinct rational eigenvalues; among numbers, few distinct ones."""
    if not shape or shape[1] == 1 or kind.entries is not Entries.REAL:
        return _entry(lambda again: draw.pick(again, GRID))(kind, shape, rng)
    left, right = draw.rotation(rng, shape[0]), draw.rotation(rng, shape[1])
    middle = _zeros(shape)
    for i in range(min(shape)):
        middle[i, i] = draw.pick(rng, (fmpq(1), fmpq(1), fmpq(4), fmpq(0)))
    return left @ middle @ left.T if kind.structure is not Structure.NONE else left @ middle @ right.T


def _halves(rng: Generator) -> fmpq:
    return fmpq(draw.whole(rng, -6, 7), 2)


def _normal(rng: Generator) -> fmpq:
    return fmpq(round(float(rng.standard_normal()) * 2**20), 2**20)


def _scaled(low: int, high: int) -> Callable[[Generator], fmpq]:
    """Integers from -9 to 9, each times a power of two of its own."""
    return lambda rng: fmpq(draw.whole(rng, -9, 10)) * fmpq(2) ** draw.whole(rng, low, high)


STYLES: dict[str, Style] = {
    "small": _entry(_halves), "gaussian": _entry(_normal), "repeated": _repeated, "low-rank": _low_rank,
    "tiny": _entry(_scaled(-40, -20)), "huge": _entry(_scaled(20, 40)), "wild": _entry(_scaled(-30, 30)),
}
"""The families that random numbers come in."""
