"""Exact instances of a setting of one's own: arrays of rationals by name."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, TypeAlias

import numpy as np
import sympy as sp
from flint import fmpq

from ...numeric.linalg.rational import is_psd, is_symmetric, rational, rational_array
from ...numeric.linalg.scalars import Array
from ...theory.language.kinds import Entries, Kind, Structure
from ...theory.language.setting import Setting

Datum: TypeAlias = "fmpq | Array | tuple[fmpq, ...] | tuple[Array, ...]"
"""A number, a column or matrix, or a sequence of them."""
Sizes: TypeAlias = dict[str, int]


class NoInstance(ValueError):
    """What is given is no instance of the setting. The message is a sentence without its full stop."""


@dataclass(frozen=True, eq=False)
class Data:
    """One exact instance of a setting; ``name`` (``family:seed:index``) makes it again.

    ``arrays`` holds every datum of the setting in exact numbers: a number as ``fmpq``, a vector ``(n, 1)`` and a matrix
    as an array of ``fmpq``, a sequence as a tuple of these. ``sizes`` holds every size by name.
    """

    name: str
    setting: Setting
    arrays: Mapping[str, Datum]
    sizes: Mapping[str, int]
    values: Mapping[str, Any] = field(default_factory=dict)

    def __getitem__(self, name: str) -> Datum | int:
        """A datum, or a size, by its name. Raises KeyError."""
        return self.arrays[name] if name in self.arrays else self.sizes[name]

    @cached_property
    def readings(self) -> dict[Hashable, dict[Any, Any]]:
        """A cache of what was computed of the instance, by ring. It lives as long as the instance."""
        return {}

    def describe(self) -> dict[str, object]:
        """The instance as exact strings, for reports; a size is among them where no shape shows it."""
        shown = {side for kind in self.setting.data.values() for side in (*kind.sizes, *_length(kind))}
        sizes = {size.name: str(self.sizes[size.name]) for size in self.setting.sizes if size not in shown}
        return {"name": self.name, **{name: _strings(value) for name, value in self.arrays.items()}, **sizes}

    def renamed(self, name: str) -> Data:
        """The same instance under another name."""
        return replace(self, name=name)

    def parts(self, name: str) -> tuple[Any, ...]:
        """The members of a sequence, or the only part of another datum."""
        found = self.arrays[name]
        return found if isinstance(found, tuple) else (found,)

    def changed(self, changes: Mapping[str, Any], name: str) -> Data:
        """The instance with other data or sizes, under a name. Raises NoInstance where that is none."""
        return make_data(self.setting, {**self.arrays, **self.sizes, **changes}, name)


def make_data(setting: Setting, arrays: Mapping[str, Any], name: str = "given") -> Data:
    """An instance from numbers in any exact form; vectors may be flat. Sizes are read off the shapes.

    Raises NoInstance with a sentence where a datum is missing or unknown, is not exact, does not fit its kind, or where
    two shapes disagree about a size.

    >>> from ...theory.language.kinds import psd, size, vector
    >>> d = size("d")
    >>> made = make_data(Setting("quadratic", Q=psd(d), x=vector(d)), {"Q": [[2, 1], [1, 2]], "x": [1, "1/2"]})
    >>> made["d"], made.describe()["x"]
    (2, [['1'], ['1/2']])
    """
    missing, unknown = [x for x in setting.data if x not in arrays], [
        x for x in arrays if x not in setting.data and x not in {size.name for size in setting.sizes}]
    if missing or unknown:
        problem = f"lacks {', '.join(missing)}" if missing else f"has {', '.join(unknown)}, which is no datum"
        raise NoInstance(f"an instance of {setting.name!r} {problem}: its data are {', '.join(setting.data)}")
    sizes: Sizes = {}
    read = {key: _read(key, kind, arrays[key], sizes) for key, kind in setting.data.items()}
    for size in setting.sizes:
        if size.name in arrays:
            _agree(size.name, size, _whole(size.name, arrays[size.name]), sizes)
        elif size.name not in sizes:
            raise NoInstance(f"the size {size} follows from no shape: give it as a datum of the instance")
    made = Data(name, setting, read, {size.name: sizes[size.name] for size in setting.sizes})
    for key, kind in setting.data.items():
        _check(key, kind, made)
    return made


def dimensions(kind: Kind, sizes: Mapping[str, int]) -> tuple[int, ...]:
    """Rows and columns of a kind at given sizes; nothing for a number."""
    return tuple(_at(x, sizes) for x in kind.shape) if kind.sizes else ()


def members(kind: Kind, sizes: Mapping[str, int]) -> range:
    """The values of the index of a sequence at given sizes. Raises ValueError for a kind that is no sequence."""
    if kind.index is None:
        raise ValueError("no sequence")
    return range(_at(kind.index.low, sizes), _at(kind.index.high, sizes) + 1)


def _at(size: sp.Expr, sizes: Mapping[str, int]) -> int:
    return int(size.xreplace({x: sp.Integer(sizes[x.name]) for x in size.free_symbols}))


def _read(key: str, kind: Kind, value: Any, sizes: Sizes) -> Any:
    if kind.index is None:
        return _one(key, kind, value, sizes)
    if not isinstance(value, Sequence | np.ndarray) or isinstance(value, str):
        raise NoInstance(f"{key} is to be a sequence, and is {value!r}")
    listed = [_one(key, kind, one, sizes) for one in value]
    for high in _length(kind):
        _agree(key, high, len(listed) + int(kind.index.low) - 1, sizes)
    return tuple(listed)


def _length(kind: Kind) -> tuple[sp.Symbol, ...]:
    """The size that the number of members of a sequence shows, if there is one."""
    known = kind.index is not None and kind.index.high.is_Symbol and kind.index.low.is_Integer
    return (kind.index.high,) if known and kind.index is not None else ()


def _whole(name: str, value: Any) -> int:
    try:
        found = rational(value)
    except (ValueError, TypeError) as error:
        raise NoInstance(f"{name} is not exact: {str(error).removesuffix('.')}") from None
    if found.q != 1 or found < 1:
        raise NoInstance(f"{name} is a size: give it as a positive integer, not as {found}")
    return int(found.p)


def _one(key: str, kind: Kind, value: Any, sizes: Sizes) -> fmpq | Array:
    try:
        if not kind.sizes:
            return rational(value)
        array = rational_array(value)
    except (ValueError, TypeError) as error:
        raise NoInstance(f"{key} is not exact: {str(error).removesuffix('.')}") from None
    if len(kind.sizes) == 1 and array.ndim == 1:
        array = array.reshape(-1, 1)
    if array.ndim != 2 or 0 in array.shape:
        raise NoInstance(f"{key} is to have the shape {kind.shape}, and has {array.shape}")
    for size, found in zip(kind.shape, array.shape, strict=True):
        if size.is_Symbol:
            _agree(key, size, found, sizes)
    return array


def _agree(key: str, size: Any, found: int, sizes: Sizes) -> None:
    if sizes.setdefault(size.name, found) != found:
        raise NoInstance(f"{key} says {size} = {found}, but other data say {size} = {sizes[size.name]}")


def _check(key: str, kind: Kind, made: Data) -> None:
    value = made.arrays[key]
    parts = value if isinstance(value, tuple) else (value,)
    if kind.index is not None and len(parts) != len(members(kind, made.sizes)):
        raise NoInstance(f"{key} has {len(parts)} members, and is to have {len(members(kind, made.sizes))}")
    for part in parts:
        shape = dimensions(kind, made.sizes)
        if isinstance(part, np.ndarray) and part.shape != shape:
            raise NoInstance(f"{key} is to have the shape {shape}, and has {part.shape}")
        if not all(map(_ALLOWED[kind.entries], part.flat if isinstance(part, np.ndarray) else (part,))):
            raise NoInstance(f"{key} is to be {kind.entries}, and is not")
        if not isinstance(part, np.ndarray) or kind.structure is Structure.NONE:
            continue
        if not is_symmetric(part):
            raise NoInstance(f"{key} is to be symmetric, and is not")
        if kind.structure is Structure.PSD and not is_psd(part):
            raise NoInstance(f"{key} is to be positive semidefinite, and is not")


_ALLOWED = {
    Entries.REAL: lambda x: True, Entries.INTEGER: lambda x: x.q == 1, Entries.NONNEGATIVE: lambda x: x >= 0,
    Entries.POSITIVE: lambda x: x > 0, Entries.SIGN: lambda x: abs(x) == 1,
}


def _strings(value: Any) -> object:
    if isinstance(value, tuple | np.ndarray):
        return [_strings(part) for part in value]
    return str(value)
