"""The kinds of data that a setting has: numbers, vectors and matrices, by their sizes and what they satisfy.

Each function returns a :class:`Kind`, which is data: what random instances it has, how they are written as text and how
they shrink is computed from it (see ``checks.instances.kinds``).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

import sympy as sp

from .symbols import Size

__all__ = ["Entries", "Index", "Kind", "Structure", "integer", "matrix", "nonnegative", "positive", "psd", "real",
           "sequence", "signs", "size", "symmetric", "vector"]


class Entries(StrEnum):
    """Which numbers the entries are."""

    REAL = "real"
    INTEGER = "integer"
    NONNEGATIVE = "nonnegative"
    POSITIVE = "positive"
    SIGN = "sign"


class Structure(StrEnum):
    """What a matrix satisfies as a whole."""

    NONE = ""
    SYMMETRIC = "symmetric"
    PSD = "positive semidefinite"


@dataclass(frozen=True)
class Index:
    """The index of a sequence: its symbol, and the first and the last value."""

    symbol: sp.Symbol
    low: sp.Expr
    high: sp.Expr


@dataclass(frozen=True)
class Kind:
    """A number (no sizes), a column (one size) or a matrix (two sizes), or a sequence of them (with an index)."""

    sizes: tuple[sp.Expr, ...] = ()
    entries: Entries = Entries.REAL
    structure: Structure = Structure.NONE
    index: Index | None = None

    @property
    def shape(self) -> tuple[sp.Expr, sp.Expr]:
        """Rows and columns. Raises ValueError for a number."""
        if not self.sizes:
            raise ValueError("a number has no shape")
        return (self.sizes[0], self.sizes[1] if len(self.sizes) == 2 else sp.S.One)

    @property
    def symbols(self) -> tuple[sp.Symbol, ...]:
        """The sizes that instances choose, in the order in which they occur. An index is none of them."""
        own = (*self.sizes, *((self.index.low, self.index.high) if self.index else ()))
        found = [x for size in own for x in sorted(size.free_symbols, key=str)]
        return tuple(dict.fromkeys(x for x in found if self.index is None or x != self.index.symbol))


def size(name: str) -> sp.Symbol:
    """A size, which every instance chooses: a positive integer.

    >>> matrix(size("m"), 2).shape
    (m, 2)
    """
    return Size(name)


def integer() -> Kind:
    """An integer."""
    return Kind(entries=Entries.INTEGER)


def real() -> Kind:
    """A real number."""
    return Kind()


def nonnegative() -> Kind:
    """A number that is at least 0."""
    return Kind(entries=Entries.NONNEGATIVE)


def positive() -> Kind:
    """A number above 0."""
    return Kind(entries=Entries.POSITIVE)


def vector(rows: Any) -> Kind:
    """A column of real numbers, of shape ``(rows, 1)``."""
    return Kind((_size(rows),))


def matrix(rows: Any, columns: Any) -> Kind:
    """A matrix of real numbers."""
    return Kind((_size(rows), _size(columns)))


def symmetric(rows: Any) -> Kind:
    """A symmetric matrix."""
    return Kind((_size(rows), _size(rows)), structure=Structure.SYMMETRIC)


def psd(rows: Any) -> Kind:
    """A symmetric positive semidefinite matrix, of any rank."""
    return Kind((_size(rows), _size(rows)), structure=Structure.PSD)


def signs(rows: Any) -> Kind:
    """A column of signs, each 1 or -1."""
    return Kind((_size(rows),), Entries.SIGN)


def sequence(kind: Kind, index: sp.Symbol, low: Any, high: Any) -> Kind:
    """An indexed family: a member of that kind for each integer from ``low`` to ``high``.

    Sizes of the kind may contain the index only where they do not change with it: all members have one shape.

    Raises ValueError for a sequence of sequences, or for a size that depends on the index.
    """
    if kind.index is not None:
        raise ValueError("a sequence has no sequences as its members: give it numbers, vectors or matrices")
    if any(index in one.free_symbols for one in kind.sizes):
        raise ValueError(f"the size {kind.sizes[0]} depends on the index {index}: all members have one shape")
    return replace(kind, index=Index(index, _size(low), _size(high)))


def _size(value: Any) -> sp.Expr:
    """A size as an expression. Raises TypeError with a sentence for what is no positive integer."""
    found = sp.sympify(value)
    if not (isinstance(found, sp.Expr) and found.is_integer):
        raise TypeError(f"{value!r} is no size: use an integer, or size(\"n\") for one that instances choose")
    return found
