"""Exponents, indices and limits of sums: exact rationals of the integers in scope."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from functools import cache, reduce
from operator import mul
from typing import Protocol

import sympy as sp

from .abstract_scope import Meaningless, UnknownNode


class Indexed(Protocol):
    """Anything with values for the depth, the dimension and the indices of layers."""

    @property
    def integers(self) -> dict[str, int]: ...


def integer(expression: sp.Basic, scope: Indexed) -> int:
    """The value of an index or a summation limit. Raises Meaningless when not an integer."""
    value = exponent(expression)(scope.integers)
    if value.denominator != 1:
        raise Meaningless(f"{expression} is not an integer")
    return int(value)


@cache
def exponent(expression: sp.Basic) -> Callable[[dict[str, int]], Fraction]:
    """The exact value as a function of the integers by name."""
    names = sorted(symbol.name for symbol in expression.free_symbols)
    remembered = cache(lambda *values: _exponent(expression, dict(zip(names, values, strict=True))))

    def found(integers: dict[str, int]) -> Fraction:
        missing = [name for name in names if name not in integers]
        if missing:
            raise UnknownNode(f"{expression} stands in an exponent or an index, and {missing[0]} is no integer there")
        return remembered(*[integers[name] for name in names])

    return found


def _exponent(expression: sp.Basic, integers: dict[str, int]) -> Fraction:
    if isinstance(expression, sp.Rational):
        return Fraction(int(expression.p), int(expression.q))
    if isinstance(expression, sp.Symbol):
        return Fraction(integers[expression.name])
    if isinstance(expression, (sp.Add, sp.Mul, sp.Pow)):
        parts = [_exponent(arg, integers) for arg in expression.args]
        if isinstance(expression, sp.Add):
            return sum(parts, Fraction(0))
        if isinstance(expression, sp.Mul):
            return reduce(mul, parts)
        base, power = parts
        if power.denominator != 1:
            raise UnknownNode(f"{expression} is a root, so no exact exponent")
        return Fraction(base ** int(power))
    raise UnknownNode(f"{expression} cannot stand in an exponent or an index")
