"""Rational functions of the depth, as exponents and multipliers; their signs at all integer depths, decided exactly."""

from __future__ import annotations

from fractions import Fraction
from typing import Any, TypeAlias

import sympy as sp

from ....theory.language.quantities import L

__all__ = ["FIELD", "Exponent", "affine", "at", "exponent", "is_nonnegative", "written"]

FIELD = sp.QQ.frac_field(L)
"""The field of rational functions of the depth."""
Exponent: TypeAlias = Any
"""An element of the field. (SymPy's elements have no type of their own that mypy knows.)"""
_MOST = 2000
"""The largest depth up to which signs are decided one depth at a time."""


def exponent(expression: sp.Expr) -> Exponent | None:
    """The element of the field that an expression is; None where it is no rational function of the depth.

    >>> exponent(2 - 2 / L) * L
    2*L - 2
    """
    if expression.free_symbols - {L}:
        return None
    numerator, denominator = sp.fraction(sp.together(expression))
    if not (numerator.is_polynomial(L) and denominator.is_polynomial(L)):
        return None
    try:
        return FIELD.from_sympy(expression)
    except (sp.polys.polyerrors.CoercionFailed, ValueError, ZeroDivisionError):
        return None


def written(value: Exponent) -> sp.Expr:
    """An element of the field as an expression, a sum of multiples of powers of the depth where it is one."""
    return sp.expand(sp.cancel(FIELD.to_sympy(value)))


def at(value: Exponent, depth: int) -> Fraction | None:
    """The value at one depth; None at a pole."""
    top, bottom = (_value(part, depth) for part in (value.numer, value.denom))
    return top / bottom if bottom else None


def is_nonnegative(value: Exponent, least: int, most: int | None = None) -> bool:
    """Whether the value is defined and nonnegative at every integer depth from ``least`` on, or up to ``most``.

    Beyond the Cauchy bounds of numerator and denominator the signs are those of the leading coefficients.

    >>> is_nonnegative(exponent(1 - 1 / L), 1), is_nonnegative(exponent(1 - 2 / L), 1)
    (True, False)
    """
    if not value:
        return True
    if most is None:
        leading = value.numer.LC * value.denom.LC
        if leading < 0:
            return False
        most = max(_cauchy(value.numer), _cauchy(value.denom), least)
    if most - least > _MOST:
        return False
    found = [at(value, depth) for depth in range(least, most + 1)]
    return all(x is not None and x >= 0 for x in found)


def affine(values: dict[Any, Exponent], inverse: bool) -> tuple[dict[Any, Fraction], dict[Any, Fraction]] | None:
    """Constants ``c`` and ``s`` with ``value = c + s L`` for all values, or ``c + s/L`` if ``inverse``; or None."""
    constants, slopes = {}, {}
    for key, value in values.items():
        turned = value * FIELD.from_sympy(L) if inverse else value
        if turned.denom.degree() > 0 or turned.numer.degree() > 1:
            return None
        first, second = (_value(turned.numer, 0) / _value(turned.denom, 0), None)
        second = _value(turned.numer, 1) / _value(turned.denom, 0) - first
        constants[key], slopes[key] = (second, first) if inverse else (first, second)
    return constants, slopes


def _value(part: Any, depth: int) -> Fraction:
    value = part.evaluate(0, depth) if part else 0
    return Fraction(int(value.numerator), int(value.denominator))


def _cauchy(part: Any) -> int:
    """An integer beyond which a polynomial has no root."""
    lead = abs(Fraction(int(part.LC.numerator), int(part.LC.denominator)))
    sizes = [abs(Fraction(int(c.numerator), int(c.denominator))) for c in part.coeffs()[1:]]
    return int(1 + max(sizes, default=Fraction(0)) / lead) + 1
