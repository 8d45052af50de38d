"""A scope in which some names have other values: variables of a derivative, or signs of an expectation."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias

import sympy as sp

from ...theory.language.symbols import MatrixMember
from ..arithmetic.ring import AnyRing
from ..arithmetic.taylor import TaylorRing
from .abstract_scope import Compile, Scope, Value

Name: TypeAlias = str | tuple[str, int]
"""The name of a matrix, or that of a sequence with the index of a member."""


class ReplacedScope(Scope):
    """Another scope with the values of some names replaced, and with them those of all words that contain the names.

    A member of a sequence is named by the sequence and its index.
    """

    def __init__(self, base: Scope, values: Mapping[Name, Value], compiled: Compile, ring: AnyRing) -> None:
        self.base, self.values, self.compiled, self.ring = base, values, compiled, ring
        self.names = {name if isinstance(name, str) else name[0] for name in values}

    @property
    def integers(self) -> dict[str, int]:
        """Those of the scope: a sum that binds an index binds it there, too."""
        return self.base.integers

    @integers.setter
    def integers(self, integers: dict[str, int]) -> None:
        self.base.integers = integers

    def value(self, name: str) -> Value:
        if name in self.values:
            return self.values[name]
        meaning = self.base.definition(name)
        if meaning is not None and self._reads(meaning):
            return self.compiled(meaning)(self)
        return self._constant(self.base.value(name))

    def definition(self, name: str) -> sp.Basic | None:
        return None if name in self.values else self.base.definition(name)

    def layer(self, family: str, index: int) -> Value:
        """A member of a sequence of data. Members that have a definition may contain the names, and are refused."""
        if (family, index) in self.values:
            return self.values[family, index]
        if self.base.definition(family) is not None:
            raise self._lacks(f"members of {family}")
        return self._constant(self.base.layer(family, index))

    def _constant(self, value: Value) -> Value:
        return self.ring.constant(value) if isinstance(self.ring, TaylorRing) else value

    def _reads(self, meaning: sp.Basic) -> bool:
        """Whether an expression contains one of the names, itself or by definition."""
        for symbol in meaning.atoms(sp.Symbol, sp.MatrixSymbol, MatrixMember):
            if symbol.name in self.names:
                return True
            within = None if symbol.name in self.integers else self.base.definition(symbol.name)
            if within is not None and self._reads(within):
                return True
        return False
