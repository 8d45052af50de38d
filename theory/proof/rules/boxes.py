"""Rules for polynomials with rational coefficients in numbers that lie between rational bounds."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from fractions import Fraction
from math import inf

import sympy as sp

from ...algebra.algebra import oriented
from ...algebra.bernstein import is_nonnegative_on_box
from ...algebra.sturm import Interval, keeps_sign
from ...algebra.words import is_matrix
from ...language.nodes import Relation
from ..rule import require, rule
from .common import Expr, Inference, Premise, To, stated

BISECTIONS = 400
"""The most bisections of a box."""
DEGREE = 24
"""The largest degree in one number."""
NUMBERS = 3
"""The most numbers of a box."""
Coefficients = tuple[sp.Rational | int, ...]
"""The coefficients of a polynomial in one number, the constant term first."""
Terms = tuple[Coefficients, ...]
"""The terms of a polynomial in several numbers: a coefficient, and the exponent of each number."""


@rule("Sturm", "The sign of a polynomial with rational coefficients in a number between rational bounds: Sturm's "
      "theorem counts the roots between them.", linked=inf)
def sturm(
    at: Inference, number: Expr, coefficients: Coefficients, *bounds: Premise, to: To | None = None
) -> Relation:
    require(isinstance(number, sp.Expr) and not is_matrix(number), "{} is no number", number)
    require(type(coefficients) is tuple and len(coefficients) <= DEGREE + 1, "the degree is at most {}", DEGREE)
    exact, where = [_fraction(c) for c in coefficients], _interval(at, number, bounds)
    polynomial = sp.Add(*(c * number**n for n, c in enumerate(coefficients)))
    return _signed(at, polynomial, lambda strict: keeps_sign(exact, where, strict), to)


@rule("Bernstein", "The sign of a polynomial with rational coefficients in up to three numbers, each with a lower and "
      "an upper bound that are rational: after bisections of this box, its Bernstein coefficients.", linked=inf)
def bernstein(at: Inference, terms: Terms, *bounds: Premise, to: To | None = None) -> Relation:
    require(len(bounds) % 2 == 0 and 0 < len(bounds) <= 2 * NUMBERS, "a lower and an upper bound of each number")
    pairs = [bounds[n:n + 2] for n in range(0, len(bounds), 2)]
    numbers = [_number(at, pair) for pair in pairs]
    box = [_interval(at, number, pair) for number, pair in zip(numbers, pairs, strict=True)]
    require(all(one.low is not None and one.high is not None for one in box), "a bound is missing")
    require(type(terms) is tuple and all(type(term) is tuple and term for term in terms), "{} are no terms", terms)
    exact: dict[tuple[int, ...], Fraction] = {}
    for coefficient, *exponents in terms:
        require(len(exponents) == len(numbers), "an exponent is needed for each number")
        degrees = tuple(map(_degree, exponents))
        exact[degrees] = exact.get(degrees, Fraction(0)) + _fraction(coefficient)
    polynomial = sp.Add(*(c * sp.Mul(*(x**e for x, e in zip(numbers, exponents, strict=True)))
                          for c, *exponents in terms))
    return _signed(at, polynomial, lambda strict: is_nonnegative_on_box(exact, box, strict, BISECTIONS), to)


def _signed(at: Inference, polynomial: sp.Expr, shown: Callable[[bool], bool], to: To | None) -> Relation:
    """That the polynomial is positive or nonnegative, where that is shown; or ``to``, which says the same."""
    if to is None:
        strict = shown(True)
    else:
        goal = oriented(stated(to), ">=")
        require(goal.op in (">=", ">"), "a sign is an inequality")
        require(at.algebra().equal(goal.lhs - goal.rhs, polynomial), "the sides differ by another number than {}",
                polynomial)
        strict = goal.op == ">"
        require(not strict or shown(True), "it is not shown that {} is positive there", polynomial)
    require(strict or shown(False), "it is not shown that {} is nonnegative there", polynomial)
    return Relation(polynomial, ">" if strict else ">=", sp.S.Zero) if to is None else stated(to)


def _interval(at: Inference, number: sp.Expr, bounds: Sequence[int]) -> Interval:
    """Where the number lies by the premises, at most one from below and one from above."""
    found = Interval()
    for n in bounds:
        relation = oriented(at.relation(n), ">=")
        require(relation.op in (">=", ">"), "{} is no bound", relation)
        if relation.lhs == number:
            require(found.low is None, "there are two lower bounds of {}", number)
            found = replace(found, low=_fraction(relation.rhs), low_is_open=relation.op == ">")
        else:
            require(relation.rhs == number and found.high is None, "{} is no bound of {}, or a second one", relation,
                    number)
            found = replace(found, high=_fraction(relation.lhs), high_is_open=relation.op == ">")
    require(found.low is None or found.high is None or found.low < found.high, "there is nothing between the bounds")
    return found


def _number(at: Inference, bounds: Sequence[int]) -> sp.Expr:
    """The number that a pair of premises bounds."""
    numbers = [side for side in at.relation(bounds[0]).sides if isinstance(side, sp.Expr) and not side.is_Number]
    require(len(numbers) == 1 and not is_matrix(numbers[0]), "{} bounds no number", at.relation(bounds[0]))
    return numbers[0]


def _fraction(value: sp.Basic) -> Fraction:
    require(isinstance(value, sp.Rational), "{} is no rational number", value)
    return Fraction(int(value.p), int(value.q))


def _degree(value: sp.Basic) -> int:
    require(isinstance(value, sp.Integer) and 0 <= value <= DEGREE, "{} is no exponent up to {}", value, DEGREE)
    return int(value)
