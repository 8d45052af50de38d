"""The families that the kinds of a setting bring: degenerate instances first, then random ones at all scales.

All data of a setting are drawn jointly: everything zero, everything one, all numbers equal, before anything is random.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import cache, partial
from itertools import islice, product
from typing import Any, TypeAlias

import numpy as np
from flint import fmpq

from ...numeric.linalg.rational import rational_array
from ...numeric.linalg.scalars import Array
from ...theory.language.kinds import Entries, Kind, Structure
from ...theory.language.setting import Setting
from .data import Data, Datum, dimensions, make_data, members
from .families import building as draw
from .families.building import Generator
from .families.family import Family

Sizes: TypeAlias = Mapping[str, int]
LARGEST = 4
"""Random sizes are at most this."""
FEW = 3
"""All combinations of sizes up to this come first, where there are few enough."""
MANY = 400
"""There are no more degenerate instances than this."""
GRID = tuple(fmpq(*x) for x in ((1, 1), (0, 1), (2, 1), (1, 2), (-1, 1), (3, 1)))
"""The numbers of degenerate instances."""


@cache
def families(setting: Setting) -> tuple[Family[Data], ...]:
    """The families of a setting of one's own, the finite one first.

    >>> from ...theory.language.kinds import psd, size, vector
    >>> d = size("d")
    >>> [one.name for one in families(Setting("quadratic", Q=psd(d), x=vector(d)))][:3]
    ['degenerate', 'small', 'gaussian']
    """
    listed = list(islice(_degenerate(setting), MANY))
    random = [Family(name, _drawer(setting, entry)) for name, entry in _STYLES.items()]
    mixed = Family("mixed", lambda rng, index: _drawn(
        setting, rng, lambda kind, shape, again: draw.pick(again, list(_STYLES.values()))(kind, shape, again)))
    return (Family("degenerate", lambda _, index: listed[index], len(listed)), *random, mixed)


Filling: TypeAlias = Callable[[Kind, tuple[int, ...]], Datum]
Style: TypeAlias = Callable[[Kind, tuple[int, ...], Generator], Datum]


def _degenerate(setting: Setting) -> Iterator[Data]:
    """Each way to fill in all data, at each combination of sizes; then numbers in all combinations."""
    combinations = list(product(range(1, FEW + 1 if len(setting.sizes) <= 3 else FEW), repeat=len(setting.sizes)))
    seen = set()
    for filling in _FILLINGS:
        for chosen in combinations:
            sizes = dict(zip((size.name for size in setting.sizes), chosen, strict=True))
            made = make_data(setting, {**_filled(setting, sizes, filling), **sizes})
            if (key := str(made.describe())) not in seen:
                seen.add(key)
                yield made
    numbers = [key for key, kind in setting.data.items() if not kind.sizes and kind.index is None]
    for values in product(GRID, repeat=min(len(numbers), 4)) if numbers else ():
        sizes = {size.name: 1 for size in setting.sizes}
        arrays = _filled(setting, sizes, _constant(fmpq(1)))
        arrays |= {key: _allowed(setting.data[key].entries, value) for key, value in zip(numbers, values, strict=False)}
        made = make_data(setting, {**arrays, **sizes})
        if (key := str(made.describe())) not in seen:
            seen.add(key)
            yield made


def _filled(setting: Setting, sizes: Sizes, filling: Filling) -> dict[str, Datum]:
    return {key: _every(kind, sizes, partial(filling, kind)) for key, kind in setting.data.items()}


def _every(kind: Kind, sizes: Sizes, one: Callable[[tuple[int, ...]], Any]) -> Datum:
    """A datum, or all members of a sequence."""
    shape = dimensions(kind, sizes)
    return one(shape) if kind.index is None else tuple(one(shape) for _ in members(kind, sizes))


def _allowed(entries: Entries, value: fmpq) -> fmpq:
    """The number, or the nearest one in spirit that the kind allows."""
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


def _fitted(kind: Kind, array: Array) -> Array:
    """An array made to fit its kind: entries that are allowed, a symmetric or positive semidefinite matrix."""
    if kind.structure is Structure.PSD:
        return array.T @ array
    if kind.structure is Structure.SYMMETRIC:
        return array + array.T
    found: Array = np.array([_allowed(kind.entries, x) for x in array.flat], dtype=object).reshape(array.shape)
    return found


def _constant(value: fmpq) -> Filling:
    """All entries equal; a matrix with a structure is that multiple of the identity."""

    def fill(kind: Kind, shape: tuple[int, ...]) -> Datum:
        if not shape:
            return _allowed(kind.entries, value)
        if kind.structure is not Structure.NONE:
            scaled: Array = (abs(value) if kind.structure is Structure.PSD else value) * draw.identity(shape[0])
            return scaled
        return rational_array([[_allowed(kind.entries, value)] * shape[1]] * shape[0])

    return fill


def _first_only(kind: Kind, shape: tuple[int, ...]) -> Datum:
    """Zero but for the first entry: of rank one."""
    if not shape:
        return _allowed(kind.entries, fmpq(1))
    array = rational_array(np.zeros(shape, dtype=int))
    array[0, 0] = fmpq(1)
    return _fitted(kind, array)


def _all_equal(kind: Kind, shape: tuple[int, ...]) -> Datum:
    """Matrices of ones, of rank one whatever their structure is."""
    return _allowed(kind.entries, fmpq(1)) if not shape else _fitted(kind, rational_array(np.ones(shape, dtype=int)))


def _diagonal(*values: int) -> Filling:
    """The values along the diagonal in turn; in a vector and among numbers, the values in turn."""

    def fill(kind: Kind, shape: tuple[int, ...]) -> Datum:
        if not shape:
            return _allowed(kind.entries, fmpq(values[0]))
        array = rational_array(np.zeros(shape, dtype=int))
        for i in range(shape[0] if shape[1] == 1 else min(shape)):
            array[(i, 0) if shape[1] == 1 else (i, i)] = _allowed(kind.entries, fmpq(values[i % len(values)]))
        if kind.entries in (Entries.POSITIVE, Entries.SIGN):
            return _fitted(kind, array)
        return array

    return fill


_FILLINGS: tuple[Filling, ...] = (
    _constant(fmpq(1)), _constant(fmpq(0)), _first_only, _diagonal(1, 4), _all_equal, _constant(fmpq(2)),
    _diagonal(1, 0), _diagonal(1, 2, 3), _diagonal(2, 2, 1), _constant(fmpq(1, 2)))


def _drawer(setting: Setting, style: Style) -> Callable[[Generator, int], Data]:
    return lambda rng, index: _drawn(setting, rng, style)


def _drawn(setting: Setting, rng: Generator, style: Style) -> Data:
    """An instance of random sizes, each datum in the style."""
    sizes = {size.name: draw.whole(rng, 1, LARGEST + 1) for size in setting.sizes}
    def drawn(kind: Kind) -> Datum:
        return _every(kind, sizes, lambda shape: style(kind, shape, rng))

    arrays = {key: drawn(kind) for key, kind in setting.data.items()}
    return make_data(setting, {**arrays, **sizes})


def _entry(entry: Callable[[Generator], fmpq]) -> Style:
    """Every entry is drawn by itself."""

    def style(kind: Kind, shape: tuple[int, ...], rng: Generator) -> Datum:
        if not shape:
            return _allowed(kind.entries, entry(rng))
        count = int(np.prod(shape))
        return _fitted(kind, np.array([entry(rng) for _ in range(count)], dtype=object).reshape(shape))

    return style


def _low_rank(kind: Kind, shape: tuple[int, ...], rng: Generator) -> Datum:
    """A product of a column and a row of small integers."""
    if not shape or shape[1] == 1 or kind.entries is not Entries.REAL:
        return _entry(_halves)(kind, shape, rng)
    left, right = draw.integers(rng, (shape[0], 1), 2), draw.integers(rng, (1, shape[1]), 2)
    return left @ left.T if kind.structure is not Structure.NONE else left @ right


def _repeated(kind: Kind, shape: tuple[int, ...], rng: Generator) -> Datum:
    """``Q diag(...) Q^T`` with few distinct rational eigenvalues; among numbers, few distinct ones."""
    if not shape or shape[1] == 1 or kind.entries is not Entries.REAL:
        return _entry(lambda again: draw.pick(again, GRID))(kind, shape, rng)
    left, right = draw.rotation(rng, shape[0]), draw.rotation(rng, shape[1])
    values = [draw.pick(rng, (fmpq(1), fmpq(1), fmpq(4), fmpq(0))) for _ in range(min(shape))]
    middle = rational_array(np.zeros(shape, dtype=int))
    for i, value in enumerate(values):
        middle[i, i] = value
    return left @ middle @ left.T if kind.structure is not Structure.NONE else left @ middle @ right.T


def _halves(rng: Generator) -> fmpq:
    return fmpq(draw.whole(rng, -6, 7), 2)


def _normal(rng: Generator) -> fmpq:
    return fmpq(round(float(rng.standard_normal()) * 2**20), 2**20)


def _scaled(low: int, high: int) -> Callable[[Generator], fmpq]:
    """Small integers times a power of two, whose exponent is drawn for each entry's array alike or not."""
    return lambda rng: fmpq(draw.whole(rng, -9, 10)) * fmpq(2) ** draw.whole(rng, low, high)


_STYLES: dict[str, Style] = {
    "small": _entry(_halves), "gaussian": _entry(_normal), "repeated": _repeated, "low-rank": _low_rank,
    "tiny": _entry(_scaled(-40, -20)), "huge": _entry(_scaled(20, 40)), "wild": _entry(_scaled(-30, 30)),
}
"""The families that random numbers come in."""
