"""The families that the kinds of a setting bring: degenerate instances first, then random ones at all scales.

All data of a setting are drawn jointly: everything one, everything zero, all numbers equal, before anything is random.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from itertools import count, islice, product
from typing import TypeAlias

from flint import fmpq

from ...numeric.linalg.scalars import Array
from ...theory.language.kinds import Kind
from ...theory.language.setting import Setting
from . import building as draw
from .building import Generator
from .data import Data, dimensions, make_data
from .family import Family
from .fillings import FILLINGS, GRID, STYLES, Filling, Shape, Style, allowed, constant, filled

Sizes: TypeAlias = dict[str, int]
LARGEST = 4
"""So many values of each size are drawn at random."""
FEW = 3
"""All combinations of so many values of each size come first, where there are at most three sizes."""
MANY = 400
"""There are no more degenerate instances than this."""
HIGHEST = 20
"""A setting that has no instance with all sizes up to this has none at all."""


@cache
def families(setting: Setting) -> tuple[Family[Data], ...]:
    """The families of a setting of one's own, the finite one first.

    >>> from ...theory.language.kinds import psd, size, vector
    >>> d = size("d")
    >>> [one.name for one in families(Setting("quadratic", Q=psd(d), x=vector(d)))][:3]
    ['degenerate', 'small', 'gaussian']
    """
    listed = list(islice(_degenerate(setting), MANY))
    random = [Family(name, _drawer(setting, style)) for name, style in (STYLES | {"mixed": _mixed}).items()]
    return (Family("degenerate", lambda _, index: listed[index], len(listed)), *random)


def _mixed(kind: Kind, shape: Shape, rng: Generator) -> fmpq | Array:
    """Each datum in a style of its own."""
    return draw.pick(rng, list(STYLES.values()))(kind, shape, rng)


def _degenerate(setting: Setting) -> Iterator[Data]:
    """Each way to fill in all data, at each combination of sizes; then numbers in all combinations."""
    seen = set()
    for made in _candidates(setting):
        if (key := str((made.describe(), made.sizes))) not in seen:
            seen.add(key)
            yield made


def _candidates(setting: Setting) -> Iterator[Data]:
    for filling in FILLINGS:
        for sizes in combinations(setting, FEW if len(setting.sizes) <= 3 else FEW - 1):
            yield made_at(setting, sizes, filling)
    numbers = [key for key, kind in setting.data.items() if not kind.sizes and kind.index is None]
    least = dict.fromkeys((size.name for size in setting.sizes), lowest(setting))
    for values in product(GRID, repeat=min(len(numbers), 4)) if numbers else ():
        chosen = {key: allowed(setting.data[key].entries, value)
                  for key, value in zip(numbers, values, strict=False)}
        yield made_at(setting, least, constant(fmpq(1)), chosen)


def made_at(setting: Setting, sizes: Sizes, filling: Filling, numbers: dict[str, fmpq] | None = None) -> Data:
    """The instance of these sizes with all data filled in one way, but for some numbers."""
    arrays = {key: filled(kind, sizes, filling) for key, kind in setting.data.items()}
    return make_data(setting, {**arrays, **sizes, **(numbers or {})})


def combinations(setting: Setting, values: int) -> Iterator[Sizes]:
    """All combinations of so many values of each size, small ones first, at which every datum has a shape."""
    names, low = [size.name for size in setting.sizes], lowest(setting)
    for chosen in sorted(product(range(low, low + values), repeat=len(names)), key=sum):
        sizes = dict(zip(names, chosen, strict=True))
        if fits(setting, sizes):
            yield sizes


def fits(setting: Setting, sizes: Sizes) -> bool:
    """Whether every vector and matrix has at least one row and column: ``d - 1`` rows need ``d`` to be 2."""
    return all(side > 0 for kind in setting.data.values() for side in dimensions(kind, sizes))


@cache
def lowest(setting: Setting) -> int:
    """The least value that all sizes can have together. Raises ValueError where there is none."""
    for value in range(1, HIGHEST + 1):
        if fits(setting, dict.fromkeys((size.name for size in setting.sizes), value)):
            return value
    raise ValueError(f"The setting {setting.name!r} has no instance whose sizes are all equal, up to {HIGHEST}.")


def drawn_sizes(setting: Setting, rng: Generator) -> Sizes:
    """Sizes at random, at which every datum has a shape."""
    low = lowest(setting)
    drawn = ({size.name: draw.whole(rng, low, low + LARGEST) for size in setting.sizes} for _ in count())
    return next(sizes for sizes in drawn if fits(setting, sizes))


def _drawer(setting: Setting, style: Style) -> Callable[[Generator, int], Data]:
    """A function that draws instances of random sizes, each datum in the style."""

    def drawn(rng: Generator, index: int) -> Data:
        sizes = drawn_sizes(setting, rng)
        arrays = {key: filled(kind, sizes, lambda one, shape: style(one, shape, rng))
                  for key, kind in setting.data.items()}
        return make_data(setting, {**arrays, **sizes})

    return drawn
