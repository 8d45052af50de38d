"""Given equalities, and what each says about an atom of the normal form."""

from __future__ import annotations

from abc import ABC, abstractmethod

import sympy as sp
from sympy.matrices.expressions.matexpr import MatrixExpr

from .layer_ranges import Ranges, throughout
from .words import Word

_DEPTH_LIMIT = 60


class NotNormal(ValueError):
    """An expression that the normal form does not cover."""


class Equalities(ABC):
    """The equalities that are used from left to right, and the layer indices that sums bind at the moment.

    An equality with a free layer index is used inside a sum only over its range.
    """

    def __init__(self, depth: sp.Expr) -> None:
        self.depth = depth
        self._bound: list[tuple[sp.Symbol, sp.Expr, sp.Expr]] = []
        self._scalars: dict[sp.Expr, tuple[sp.Expr, Ranges]] = {}
        self._matrices: list[tuple[Word, MatrixExpr, Ranges]] = []
        self._level = 0

    @abstractmethod
    def scalar(self, expr: sp.Expr) -> sp.Expr:
        """The normal form of a scalar expression."""

    @abstractmethod
    def _scalar(self, expr: sp.Expr) -> sp.Expr:
        """The normal form of a scalar, whose powers are not yet collected."""

    @property
    def indices(self) -> set[sp.Symbol]:
        """The symbols in what the equalities replace."""
        patterns = [*self._scalars, *(x for pattern, *_ in self._matrices for x, _transposed in pattern)]
        return set().union(*(x.free_symbols for x in patterns))

    def _known(self, atom: sp.Expr) -> sp.Expr:
        """What a given equality says about an atom."""
        if atom not in self._scalars:
            return atom
        other, ranges = self._scalars[atom]
        if not self._covered(ranges):
            return atom
        self._descend()
        try:
            return self._scalar(other)
        finally:
            self._level -= 1

    def _descend(self) -> None:
        self._level += 1
        if self._level > _DEPTH_LIMIT:
            self._level = 0
            raise NotNormal("the equalities substitute without end")

    def _covered(self, ranges: Ranges) -> bool:
        outer: dict[sp.Symbol, tuple[sp.Expr, sp.Expr]] = {}
        for symbol, low, high in self._bound:
            if symbol in ranges:
                least, most = ranges[symbol]
                if not (throughout(low - least, outer) and throughout(most - high, outer)):
                    return False
            outer[symbol] = (low, high)
        return True
