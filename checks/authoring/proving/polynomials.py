"""Expressions as sums of monomials with rational exponents and rational coefficients: what the search computes with."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

import sympy as sp

from ....theory.algebra.powers import is_nonnegative, is_positive, power_form

__all__ = ["Monomial", "Monomials", "Polynomial", "Unreadable", "added", "fraction", "joined", "number", "times"]

Monomial = tuple[Fraction, ...]
"""The exponent of each atom."""
Polynomial = dict[Monomial, Fraction]
"""The coefficient of each monomial; none is zero."""


class Unreadable(Exception):
    """An expression is no sum of monomials with rational exponents and coefficients; the message says what it is."""


@dataclass(frozen=True)
class Monomials:
    """The monomials in the given atoms: symbols, and whatever else no law of powers takes apart."""

    atoms: tuple[sp.Expr, ...]

    @classmethod
    def of(cls, expressions: Iterable[sp.Expr]) -> Monomials:
        """The monomials in the atoms of the expressions. Raises Unreadable."""
        found = {base for each in expressions for _, powers in _terms(each) for base in powers}
        return cls(tuple(sorted(found, key=sp.default_sort_key)))

    def read(self, expression: sp.Expr) -> Polynomial:
        """The polynomial that an expression is. Raises Unreadable, also where it has another atom."""
        found: Polynomial = {}
        for coefficient, powers in _terms(expression):
            if not powers.keys() <= set(self.atoms):
                raise Unreadable(f"{expression} has a part of its own")
            monomial = tuple(powers.get(atom, Fraction(0)) for atom in self.atoms)
            found = added(found, {monomial: coefficient})
        return found

    def written(self, polynomial: Polynomial) -> sp.Expr:
        """A polynomial as an expression."""
        return sp.Add(*(number(c) * self.monomial(m) for m, c in polynomial.items()))

    def monomial(self, exponents: Monomial) -> sp.Expr:
        """A monomial as an expression."""
        return sp.Mul(*(atom ** number(e) for atom, e in zip(self.atoms, exponents, strict=True)))

    @property
    def one(self) -> Monomial:
        """The monomial 1."""
        return (Fraction(0),) * len(self.atoms)

    @cached_property
    def _signs(self) -> tuple[tuple[bool, bool], ...]:
        return tuple((is_positive(atom), is_nonnegative(atom)) for atom in self.atoms)

    @property
    def all_nonnegative(self) -> bool:
        """Whether no atom can be negative."""
        return all(nonnegative for _, nonnegative in self._signs)

    def is_defined(self, exponents: Monomial) -> bool:
        """Whether a monomial is a real number wherever the atoms are."""
        return all(positive or (e >= 0 and (nonnegative or e.denominator == 1))
                   for e, (positive, nonnegative) in zip(exponents, self._signs, strict=True))

    def is_nonnegative(self, exponents: Monomial) -> bool:
        """Whether a monomial is defined, and nonnegative by the signs of its atoms."""
        return self.is_defined(exponents) and all(
            nonnegative or (e.denominator == 1 and e % 2 == 0)
            for e, (_, nonnegative) in zip(exponents, self._signs, strict=True))

    def is_positive(self, exponents: Monomial) -> bool:
        """Whether a monomial is positive by the signs of its atoms."""
        return all(positive or e == 0 for e, (positive, _) in zip(exponents, self._signs, strict=True))


def added(one: Polynomial, other: Polynomial, factor: Fraction = Fraction(1)) -> Polynomial:
    """One polynomial plus a multiple of another.

    >>> added({(Fraction(1),): Fraction(2)}, {(Fraction(1),): Fraction(1)}, Fraction(-2))
    {}
    """
    total = dict(one)
    for monomial, coefficient in other.items():
        total[monomial] = total.get(monomial, Fraction(0)) + factor * coefficient
    return {monomial: c for monomial, c in total.items() if c}


def joined(one: Monomial, other: Monomial) -> Monomial:
    """The product of two monomials."""
    return tuple(x + y for x, y in zip(one, other, strict=True))


def times(one: Polynomial, other: Polynomial) -> Polynomial:
    """The product of two polynomials."""
    total: Polynomial = {}
    for left, c in one.items():
        total = added(total, {joined(left, right): d for right, d in other.items()}, c)
    return total


def _terms(expression: sp.Expr) -> list[tuple[Fraction, dict[sp.Expr, Fraction]]]:
    """The terms of an expression: a coefficient, and the exponent of each atom."""
    form = power_form(expression)
    return [_term(term) for term in sp.Add.make_args(form) if term != 0]


def _term(term: sp.Expr) -> tuple[Fraction, dict[sp.Expr, Fraction]]:
    coefficient, rest = term.as_coeff_Mul()
    if not coefficient.is_Rational:
        raise Unreadable(f"{coefficient} is irrational, and it computes with rational coefficients")
    powers: dict[sp.Expr, Fraction] = {}
    for factor in sp.Mul.make_args(rest):
        base, exponent = factor.as_base_exp()
        if factor == 1:
            continue
        if not exponent.is_Rational:
            base, exponent = factor, sp.S.One
        if base.is_number:
            raise Unreadable(f"{factor} is irrational, and it computes with rational coefficients")
        powers[base] = powers.get(base, Fraction(0)) + fraction(exponent)
    return fraction(coefficient), powers


def number(value: Fraction) -> sp.Rational:
    """A fraction as SymPy has it."""
    return sp.Rational(value.numerator, value.denominator)


def fraction(value: sp.Rational) -> Fraction:
    """SymPy's rational number as a fraction."""
    return Fraction(int(value.p), int(value.q))
