"""Weighted inequalities between arithmetic and geometric means, among the monomials of a statement."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from itertools import combinations
from math import floor, lcm

import numpy as np
import sympy as sp
from numpy.typing import NDArray

from ....theory.proof.builder import Proof
from ....theory.proof.rules.inequalities import scale, sign, weighted_means
from ....theory.proof.rules.logic import chain
from .fact import Fact
from .polynomials import Monomial, Monomials, Polynomial, added

__all__ = ["means_among"]

_MOST = 12
"""The largest sum of weights: each unit of weight is a step."""
_NEAR = 1e-6
"""Weights below it, and means nearer than that, count as zero. It decides what is tried, and nothing else."""
_TARGETS = 8
"""The most monomials that are taken for means; those that the goal has with a negative coefficient come first."""
_POINTS = 14
"""The most monomials from which the numbers are taken whose mean is formed."""


def means_among(space: Monomials, monomials: Iterable[Monomial], goal: Polynomial) -> Iterator[Fact]:
    """The inequalities ``sum of w_i u_i >= W (product of u_i^w_i)^(1/W)`` whose mean is one of the monomials.

    The numbers ``u_i`` are monomials; where the goal has them with coefficients, also these multiples.
    """
    pool = sorted({m for m in monomials if space.is_nonnegative(m)})
    points = sorted(pool, key=lambda m: (goal.get(m, 0) <= 0, m))[:_POINTS]
    for target in sorted(pool, key=lambda m: (goal.get(m, 0) >= 0, m))[:_TARGETS]:
        others = [m for m in points if m != target]
        for size in sorted({2, 3, 4, sum(goal.get(m, 0) > 0 for m in others)} - {0, 1}):
            among = others if size <= 4 else [m for m in others if goal.get(m, 0) > 0]
            for chosen, weights in _weighted(target, among, size):
                yield _fact(space, chosen, weights, (Fraction(1),) * size, target)
                wanted = -goal.get(target, Fraction(0))
                parts = [goal.get(m, Fraction(0)) for m in chosen]
                if wanted > 0 and all(c > 0 for c in parts):
                    total = sum(weights)
                    multiples = tuple(c * total / w for c, w in zip(parts, weights, strict=True))
                    if len(set(multiples)) > 1:
                        yield _fact(space, chosen, weights, multiples, target, wanted * total)


def _weighted(
    target: Monomial, points: Sequence[Monomial], size: int
) -> Iterator[tuple[tuple[Monomial, ...], tuple[int, ...]]]:
    """The choices of monomials of which the target is a mean, with the weights."""
    if len(points) < size:
        return
    chosen = np.array(list(combinations(range(len(points)), size)))
    exponents = np.array([[*map(float, m), 1.0] for m in points])[chosen].swapaxes(1, 2)
    wanted = np.array([*map(float, target), 1.0])
    found = np.linalg.pinv(exponents) @ wanted
    errors = np.abs(np.einsum("kij,kj->ki", exponents, found) - wanted).max(axis=1)
    kept = (errors < _NEAR) & (found > _NEAR).all(axis=1)
    for row, shares in zip(chosen[kept], found[kept], strict=True):
        monomials = tuple(points[n] for n in row)
        weights = _weights(monomials, target, shares)
        if weights is not None:
            yield monomials, weights


def _weights(chosen: Sequence[Monomial], target: Monomial, near: NDArray[np.float64]) -> tuple[int, ...] | None:
    """Positive integers without a common factor, in about these ratios, by which the target is the mean."""
    shares = [Fraction(x).limit_denominator(_MOST) for x in near]
    exact = tuple(sum((s * m[n] for s, m in zip(shares, chosen, strict=True)), Fraction(0)) for n in range(len(target)))
    total = lcm(*(s.denominator for s in shares))
    if sum(shares) != 1 or exact != target or total > _MOST:
        return None
    return tuple(int(s * total) for s in shares)


def _fact(space: Monomials, chosen: Sequence[Monomial], weights: Sequence[int], multiples: Sequence[Fraction],
          target: Monomial, enough: Fraction | None = None) -> Fact:
    """The inequality for multiples of the monomials; the factor of the mean is a rational number up to ``enough``."""
    total = sum(weights)
    exact = sp.Mul(*(sp.Rational(c.numerator, c.denominator) ** sp.Rational(w, total)
                     for c, w in zip(multiples, weights, strict=True))) * total
    if exact.is_Rational:
        factor = Fraction(int(exact.p), int(exact.q))
    elif enough is not None and bool(exact >= sp.Rational(enough.numerator, enough.denominator)):
        factor = enough
    else:
        factor = Fraction(floor(exact * 10**6), 10**6)
    terms: Polynomial = {m: w * c for m, w, c in zip(chosen, weights, multiples, strict=True)}
    numbers = [space.written({m: c}) for m, c in zip(chosen, multiples, strict=True)]
    mean = space.monomial(target)

    def write(p: Proof) -> int:
        step = _step(p, numbers, weights)
        bound = sp.Rational(factor.numerator, factor.denominator) * mean
        if not exact.is_Rational:
            step = chain(p, step, sign(p, (exact * mean, ">=", bound)), to=(space.written(terms), ">=", bound))
        return step

    return Fact(added(terms, {target: factor}, Fraction(-1)), "<=", write, float(total))


def _step(p: Proof, numbers: Sequence[sp.Expr], weights: Sequence[int]) -> int:
    """Add the steps: one more number at a time, ``u + k M >= (k + 1) u^(1/(k+1)) M^(k/(k+1))``."""
    heavy, *others = sorted(zip(weights, range(len(numbers)), strict=True), reverse=True)
    count, rest = heavy[0], [numbers[n] for weight, n in others for _ in range(weight)]
    total, product, step = count * numbers[heavy[1]], numbers[heavy[1]] ** count, None
    for number in rest:
        mean = _root(product, count)
        larger = weighted_means(p, number, mean, count + 1,
                                to=(number + count * mean, ">=", (count + 1) * _root(number * product, count + 1)))
        if step is not None:
            step = scale(p, step, 1, to=(total + number, ">=", number + count * mean))
        product, total, count = number * product, total + number, count + 1
        step = larger if step is None else chain(p, step, larger)
    assert step is not None
    return step


def _root(product: sp.Expr, count: int) -> sp.Expr:
    return product ** sp.Rational(1, count)
