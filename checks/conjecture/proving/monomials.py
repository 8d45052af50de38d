"""Expressions as monomials: products of powers of symbols, primes and sums; the exponents depend on the depth."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TypeAlias

import sympy as sp

from ....theory.algebra.powers import power_form
from .exponents import FIELD, Exponent, exponent, written

__all__ = ["Monomial", "Unreadable", "expression", "over", "read", "times"]

Monomial: TypeAlias = Mapping[sp.Expr, Exponent]
"""The exponent of each atom; none is zero. A positive number is a product of powers of primes."""


class Unreadable(Exception):
    """An expression is no monomial."""


def read(number: sp.Expr) -> Monomial:
    """The monomial that an expression is. A sum is an atom, without its numerical and common factors.

    Raises Unreadable.
    """
    return _read(power_form(number))


def _read(number: sp.Expr) -> Monomial:
    if number.is_Rational:
        if number <= 0:
            raise Unreadable(f"{number} is not positive")
        return {sp.Integer(p): FIELD(int(n)) for p, n in sp.factorrat(number).items()}
    if number.is_Symbol:
        return {number: FIELD.one}
    if number.is_Mul:
        found: Monomial = {}
        for factor in number.args:
            found = times(found, _read(factor))
        return found
    if number.is_Pow:
        power = exponent(number.exp)
        if power is None:
            raise Unreadable(f"the exponent {number.exp}")
        return times({}, _read(number.base), power)
    if number.is_Add:
        return _read_sum(number)
    raise Unreadable(f"{number}")


def _read_sum(number: sp.Expr) -> Monomial:
    common = sp.factor_terms(number)
    if common.is_Add:
        return {common: FIELD.one}
    if common.is_Mul:
        found: Monomial = {}
        for factor in common.args:
            found = times(found, {factor: FIELD.one} if factor.is_Add else _read(factor))
        return found
    return _read(common)


def times(one: Monomial, other: Monomial, power: Exponent = FIELD.one) -> Monomial:
    """The product of one monomial and a power of another."""
    found = dict(one)
    for atom, value in other.items():
        total = found.get(atom, FIELD.zero) + power * value
        if total:
            found[atom] = total
        else:
            found.pop(atom, None)
    return found


def over(one: Monomial, other: Monomial) -> Monomial:
    """The quotient of two monomials."""
    return times(one, other, -FIELD.one)


def expression(monomial: Monomial) -> sp.Expr:
    """A monomial as an expression."""
    return sp.Mul(*(atom ** written(value) for atom, value in monomial.items()))


def atoms(monomials: Iterable[Monomial]) -> list[sp.Expr]:
    """The atoms of monomials, in an order that does not depend on the run."""
    return sorted({atom for one in monomials for atom in one}, key=sp.default_sort_key)
