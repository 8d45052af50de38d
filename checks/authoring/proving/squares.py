"""Squares of sums of a few monomials, for numbers that may be negative."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fractions import Fraction
from functools import partial
from itertools import combinations, product

import sympy as sp

from ....theory.proof.builder import Proof
from ....theory.proof.rules.inequalities import power, sign
from .fact import Fact
from .polynomials import Monomial, Monomials, Polynomial, joined, times

__all__ = ["squares_among"]

_MOST = 8
"""The most monomials that are added up in squares."""


def squares_among(space: Monomials, monomials: Iterable[Monomial], goal: Polynomial) -> Iterator[Fact]:
    """The squares of sums and differences of up to three roots of the monomials.

    Two roots are also taken with the factors that complete a square of the goal.
    """
    pool = set(monomials)
    roots = [r for r in dict.fromkeys(tuple(e / 2 for e in m) for m in sorted(pool)) if space.is_defined(r)][:_MOST]
    for root in roots:
        yield _square(space, {root: Fraction(1)})
    for one, other in combinations(roots, 2):
        middle = goal.get(joined(one, other), Fraction(0))
        factors = {Fraction(1), Fraction(-1)}
        for root in (one, other):
            if (c := goal.get(tuple(2 * e for e in root), Fraction(0))) and middle:
                factors.add(middle / (2 * c) if root == one else 2 * c / middle)
        for factor in sorted(factors):
            yield _square(space, {one: Fraction(1), other: factor})
    for three in combinations(roots[:6], 3):
        for signs in product((1, -1), repeat=2):
            yield _square(space, {m: Fraction(s) for m, s in zip(three, (1, *signs), strict=True)})


def _square(space: Monomials, terms: Polynomial) -> Fact:
    root = space.written(terms)
    return Fact(times(terms, terms), "<=", partial(_step, root=root))


def _step(p: Proof, root: sp.Expr) -> int:
    """Add the steps: an absolute value is nonnegative, and its square is that of the number."""
    return power(p, sign(p, (sp.Abs(root), ">=", 0)), 2, to=(root**2, ">=", 0))
