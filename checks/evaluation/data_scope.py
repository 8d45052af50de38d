"""An instance of a setting of one's own, seen in one ring."""

from __future__ import annotations

import numpy as np
import sympy as sp
from flint import fmpq

from ..arithmetic.exact import Exact
from ..arithmetic.exact_ring import ExactRing
from ..arithmetic.ring import AnyRing
from ..arithmetic.rings import BallRing
from ..instances.data import Data, members
from .evaluate import Meaningless, Scope, UnknownNode, Value, evaluate
from .scope import Values


class DataScope(Scope):
    """The data of an instance, the words of its setting and the values of quantifiers, in a ring."""

    def __init__(self, instance: Data, ring: AnyRing, values: Values | None = None) -> None:
        self.instance, self.ring, self.values = instance, ring, values or {}
        self.integers = dict(instance.sizes)
        for name, value in {**instance.arrays, **self.values}.items():
            if isinstance(value, fmpq) and value.q == 1:
                self.integers[name] = int(value.p)
            elif isinstance(value, int):
                self.integers[name] = value
        self.outside = frozenset(self.integers)
        self.memo = {} if self.values else instance.readings.setdefault(ring, {})

    def value(self, name: str) -> Value:
        if name in self.integers and name not in self.outside:  # the index of a sum, which has many values
            return self.ring.number(fmpq(self.integers[name]))
        if name not in self.memo:
            self.memo[name] = self._computed(name)
        return self.memo[name]

    def definition(self, name: str) -> sp.Basic | None:
        word = self.instance.setting.words.get(name)
        if name in self.values or word is None:
            return None
        if word.definition is None:
            raise UnknownNode(f"{name} has no definition, which a derivative or an expectation needs")
        return word.definition

    def over_rationals(self) -> DataScope | None:
        if not isinstance(self.ring, BallRing):
            return None
        exactly = DataScope(self.instance, ExactRing(), self.values)
        exactly.integers = self.integers
        return exactly

    def layer(self, family: str, index: int) -> Value:
        """A member of a sequence."""
        kind = self.instance.setting.data.get(family)
        if kind is None or kind.index is None:
            raise UnknownNode(f"{family!r} is no sequence")
        places = members(kind, self.instance.sizes)
        if index not in places:
            raise Meaningless(f"there is no {family}[{index}]")
        key = f"{family}[{index}]"
        if key not in self.memo:
            self.memo[key] = self._lift(self._sequence(family)[index - places.start])
        return self.memo[key]

    def _sequence(self, family: str) -> tuple[Value, ...]:
        found = self.instance.arrays[family]
        return found if isinstance(found, tuple) else ()

    def _computed(self, name: str) -> Value:
        if name in self.values:
            return self._lift(self.values[name])
        if name in self.instance.arrays:
            return self._lift(self.instance.arrays[name])
        word = self.instance.setting.words.get(name)
        if word is not None and word.definition is not None:
            return evaluate(word.definition, self)
        if name in self.integers:
            return self.ring.number(fmpq(self.integers[name]))
        raise UnknownNode(f"no number is bound to the name {name!r}")

    def _lift(self, value: Value) -> Value:
        if isinstance(value, np.ndarray):
            return self.ring.array(value)
        if isinstance(value, Exact):
            return self.ring.lift(value)
        return self.ring.number(fmpq(value))
