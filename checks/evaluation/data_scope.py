"""An instance of a setting of one's own, seen in one ring."""

from __future__ import annotations

import numpy as np
import sympy as sp
from flint import fmpq

from ...numeric.linalg.rational import rational
from ...theory.language.quantities import Quantity
from ..arithmetic.exact import Exact
from ..arithmetic.exact_ring import ExactRing
from ..arithmetic.ring import AnyRing
from ..arithmetic.rings import BallRing
from ..instances.data import Data, members
from ..output import DataError
from .abstract_scope import Values
from .evaluate import Scope, Undefined, UnknownNode, Value, evaluate


class BadValue(DataError):
    """The function of a primitive gives no exact number. The message is a sentence."""


def given_value(word: Quantity, instance: Data) -> fmpq:
    """The number that the function of a primitive gives on an instance. A division by zero says: it is not defined.

    Raises BadValue where the function fails or gives no exact number.
    """
    if word.value is None:
        raise UnknownNode(f"{word.name} has no function")
    try:
        return rational(word.value(instance))
    except ZeroDivisionError:
        raise
    except Exception as error:
        raise BadValue(f"The function of the word {word.name!r} gives no exact number at {instance.name}: "
                       f"{type(error).__name__}: {str(error).removesuffix('.')}.") from error


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
        self.memo = {} if self.values else instance.readings.setdefault(ring, {})

    def value(self, name: str) -> Value:
        if name in self.integers:  # not remembered: a sum gives its index one number after the other
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
            raise Undefined(f"there is no {family}[{index}]")
        key = f"{family}[{index}]"
        if key not in self.memo:
            self.memo[key] = self._lift(self.instance.parts(family)[index - places.start])
        return self.memo[key]

    def _computed(self, name: str) -> Value:
        if name in self.values:
            return self._lift(self.values[name])
        if name in self.instance.arrays:
            return self._lift(self.instance.arrays[name])
        word = self.instance.setting.words.get(name)
        if word is not None and word.definition is not None:
            return evaluate(word.definition, self)
        if word is not None and word.value is not None:
            return self._lift(given_value(word, self.instance))
        raise UnknownNode(f"no number is bound to the name {name!r}")

    def _lift(self, value: Value) -> Value:
        if isinstance(value, np.ndarray):
            return self.ring.array(value)
        if isinstance(value, Exact):
            return self.ring.lift(value)
        return self.ring.number(fmpq(value))
