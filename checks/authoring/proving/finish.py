"""Where few numbers are left: the sign of a polynomial by Sturm's theorem, or on a box by Bernstein coefficients."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from functools import partial
from math import gcd, lcm
from typing import NamedTuple

import sympy as sp

from ....theory.algebra.bernstein import is_nonnegative_on_box
from ....theory.algebra.sturm import Interval, keeps_sign
from ....theory.language.relation import Relation
from ....theory.proof.builder import Proof
from ....theory.proof.rules.inequalities import BISECTIONS, DEGREE, NUMBERS, bernstein, scale, sign, sturm
from .fact import Trial
from .hypotheses import Spelled
from .knowledge import Knowledge
from .polynomials import Monomial, Polynomial, fraction, joined
from .polynomials import number as as_number
from .products import product_for
from .sums import chain_for, least_factor

__all__ = ["finishes"]


class Bound(NamedTuple):
    """A rational bound of a number, which an open one is not, with the steps that show it."""

    value: sp.Rational
    is_open: bool
    write: Trial


class Line(NamedTuple):
    """Monomials ``first * (number ** k)``, each with the coefficient that the ``k``-th place has."""

    first: Monomial
    number: Monomial
    coefficients: tuple[Fraction, ...]


def finishes(goal: Relation, top: sp.Expr, hypotheses: Sequence[Spelled]) -> Iterator[Trial]:
    """Ways to show that ``top``, the larger side of a goal minus the smaller one, has its sign. Raises Unreadable."""
    known = Knowledge.of(Relation(sp.S.Zero, goal.op, top), hypotheses)
    wanted = known.space.read(top)
    line = _line(wanted)
    if line is not None:
        yield from _in_one_number(goal, line, known, hypotheses)
        return
    places = [n for n in range(len(known.space.atoms)) if any(m[n] for m in wanted)]
    if 1 < len(places) <= NUMBERS and all(e.denominator == 1 and 0 <= e <= DEGREE for m in wanted for e in m):
        yield from _in_several(goal, wanted, places, known, hypotheses)


def _in_one_number(goal: Relation, line: Line, known: Knowledge, hypotheses: Sequence[Spelled]) -> Iterator[Trial]:
    """The polynomial is one in a monomial, times another monomial."""
    space = known.space
    if len(line.coefficients) > DEGREE + 1 or not space.is_nonnegative(line.first):
        return
    pair = [_bound(line.number, side, known, hypotheses) for side in (-1, 1)]
    if not keeps_sign(line.coefficients, _interval(pair), goal.op == "<"):
        return
    bounds = [bound for bound in pair if bound is not None]
    number, first = space.monomial(line.number), space.monomial(line.first)
    exact = tuple(as_number(c) for c in line.coefficients)

    def write(p: Proof) -> int:
        steps = [bound.write(p) for bound in bounds]
        if first == 1:
            return sturm(p, number, exact, *steps, to=goal)
        polynomial = sp.Add(*(c * number**n for n, c in enumerate(exact)))
        return scale(p, sturm(p, number, exact, *steps, to=(polynomial, goal.flipped().op, 0)), first, to=goal)

    yield write


def _in_several(goal: Relation, wanted: Polynomial, places: Sequence[int], known: Knowledge,
                hypotheses: Sequence[Spelled]) -> Iterator[Trial]:
    """Each number lies between two bounds."""
    space = known.space
    units = [tuple(Fraction(n == place) for n in range(len(space.atoms))) for place in places]
    pairs = [[_bound(unit, side, known, hypotheses) for side in (-1, 1)] for unit in units]
    bounds = [bound for pair in pairs for bound in pair if bound is not None]
    if len(bounds) < 2 * len(places):
        return
    terms = {tuple(int(m[n]) for n in places): c for m, c in wanted.items()}
    if is_nonnegative_on_box(terms, [_interval(pair) for pair in pairs], goal.op == "<", BISECTIONS):
        data = tuple((as_number(c), *map(sp.Integer, m)) for m, c in terms.items())
        yield lambda p: bernstein(p, data, *(bound.write(p) for bound in bounds), to=goal)


def _interval(pair: Sequence[Bound | None]) -> Interval:
    """What lies between a lower and an upper bound."""
    low, high = pair
    return Interval(None if low is None else fraction(low.value),
                    None if high is None else fraction(high.value),
                    low is not None and low.is_open, high is not None and high.is_open)


def _line(wanted: Polynomial) -> Line | None:
    """The monomials of a polynomial on a line with equal distances; None where they are on none."""
    monomials = sorted(wanted)
    if len(monomials) < 2:  # its sign is that of the coefficient
        return None
    first, last = monomials[0], monomials[-1]
    whole = tuple(b - a for a, b in zip(first, last, strict=True))
    place = next(n for n, e in enumerate(whole) if e)
    shares = [(m[place] - first[place]) / whole[place] for m in monomials]
    if any(m != joined(first, tuple(share * e for e in whole)) for m, share in zip(monomials, shares, strict=True)):
        return None
    parts = lcm(*(share.denominator for share in shares))
    counts = [int(share * parts) for share in shares]
    common = gcd(*counts)
    coefficients = [Fraction(0)] * (counts[-1] // common + 1)
    for count, m in zip(counts, monomials, strict=True):
        coefficients[count // common] = wanted[m]
    number = tuple(e * common / parts for e in whole)
    if all(e >= 0 for e in first) and sum(map(bool, number)) == 1 and all(e.denominator == 1 for e in first):
        return _from_zero(Line(first, number, tuple(coefficients)))
    return Line(first, number, tuple(coefficients))


def _from_zero(line: Line) -> Line:
    """The line of a number that may be negative begins with the monomial that does not contain the number."""
    place = next(n for n, e in enumerate(line.number) if e)
    steps = line.first[place] / line.number[place]
    if steps.denominator != 1:
        return line
    first = tuple(Fraction(0) if n == place else e for n, e in enumerate(line.first))
    return Line(first, line.number, (Fraction(0),) * int(steps) + line.coefficients)


def _bound(number: Monomial, side: int, known: Knowledge, hypotheses: Sequence[Spelled]) -> Bound | None:
    """A rational bound of a monomial, from above (``side`` is 1) or from below (-1)."""
    space = known.space
    written, one = space.monomial(number), space.one
    if number in (m for fact in known.supposed for m in fact.polynomial):
        factor = least_factor({number: Fraction(side)}, {one: Fraction(1)}, known.supposed, space)
        if factor is not None and (side > 0 or factor < 0 or not space.is_nonnegative(number)):
            value = as_number(side * factor)
            for op in ("<", "<="):
                goal = Relation(written, op, value) if side > 0 else Relation(value, op, written)
                if (found := chain_for(goal, hypotheses)) is not None:
                    return Bound(value, op == "<", partial(found.write, goal=goal))
    power = product_for(number, one, known.powers, space) if side > 0 else product_for(one, number, known.powers, space)
    if power is not None and power.factor.is_Rational:
        op = "<" if power.strict else "<="
        value = power.factor if side > 0 else 1 / power.factor
        goal = Relation(written, op, value) if side > 0 else Relation(1, op, power.factor * written)
        shown = partial(power.write, goal=goal)
        return Bound(value, power.strict, shown if side > 0 else lambda p: scale(p, shown(p), value))
    if side < 0 and space.is_nonnegative(number):
        op = ">" if space.is_positive(number) else ">="
        return Bound(sp.S.Zero, op == ">", lambda p: sign(p, (written, op, 0)))
    return None
