"""Signs of polynomials in one number: SymPy's isolation of real roots, which is written otherwise, agrees."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise

import pytest
import sympy as sp
from hypothesis import given
from hypothesis import strategies as st

from flatcert.theory.algebra.sturm import Interval, keeps_sign

x = sp.Symbol("x", real=True)
numbers = st.fractions(-3, 3, max_denominator=4)
factors = st.one_of(st.tuples(numbers, st.just(Fraction(1))), st.tuples(numbers, numbers, st.just(Fraction(1))))


@st.composite
def polynomials(draw: st.DrawFn) -> list[Fraction]:
    """Products of a few factors, some of them squared, so that roots are multiple, and irrational, and at ends."""
    whole = sp.Poly(draw(st.sampled_from((1, -1, 2))), x, domain="QQ")
    for factor in draw(st.lists(factors, max_size=4)):
        power = draw(st.sampled_from((1, 1, 2, 3)))
        whole *= sp.Poly(list(map(sp.Rational, reversed(factor))), x, domain="QQ") ** power
    return [Fraction(int(c.p), int(c.q)) for c in reversed(whole.all_coeffs())]


@st.composite
def intervals(draw: st.DrawFn) -> Interval:
    low, high = sorted(draw(st.lists(numbers, min_size=2, max_size=2, unique=True)))
    return Interval(draw(st.sampled_from((low, low, None))), draw(st.sampled_from((high, high, None))),
                    draw(st.booleans()), draw(st.booleans()))


def by_isolation(coefficients: list[Fraction], where: Interval, strict: bool) -> bool:
    """The same by SymPy: the sign between the roots, which are isolated, and at them."""
    polynomial = sp.Poly([sp.Rational(c) for c in reversed(coefficients)] or [0], x)
    low, high = (None if end is None else sp.Rational(end) for end in (where.low, where.high))
    roots = sorted(set(sp.real_roots(polynomial)) if not polynomial.is_zero and polynomial.degree() > 0 else ())
    inside = [r for r in roots if (low is None or r > low) and (high is None or r < high)]
    if strict:
        ends = [(low, where.low_is_open), (high, where.high_is_open)]
        if inside or any(end is not None and not is_open and polynomial.eval(end) <= 0 for end, is_open in ends):
            return False
    known = [end for end in (low, *inside, high) if end is not None] or [sp.S.Zero]
    marks = [known[0] - 1 if low is None else low, *inside, known[-1] + 1 if high is None else high]
    between = [polynomial.eval(sp.Rational((one + other) / 2) if ((one + other) / 2).is_Rational else
                               sp.nsimplify(sp.N((one + other) / 2, 40), rational=True))
               for one, other in pairwise(marks)]
    return all(value > 0 for value in between) or (not strict and all(value >= 0 for value in between))


@given(polynomials(), intervals(), st.booleans())
def test_the_isolation_of_roots_agrees(coefficients: list[Fraction], where: Interval, strict: bool) -> None:
    assert keeps_sign(coefficients, where, strict) == by_isolation(coefficients, where, strict)


@given(polynomials(), intervals(), st.booleans(), st.data())
def test_nothing_is_accepted_that_is_negative_at_a_rational_point(
    coefficients: list[Fraction], where: Interval, strict: bool, data: st.DataObject
) -> None:
    at = data.draw(st.fractions(where.low, where.high, max_denominator=60))
    value = sum((c * at**n for n, c in enumerate(coefficients)), Fraction(0))
    inside = not (where.low_is_open and at == where.low) and not (where.high_is_open and at == where.high)
    if keeps_sign(coefficients, where, strict) and inside:
        assert value > 0 or (value == 0 and not strict)


@pytest.mark.parametrize(("coefficients", "where", "nonnegative", "positive"), [
    ([], Interval(), True, False),
    ([0, 0], Interval(Fraction(0), Fraction(1)), True, False),
    ([1], Interval(), True, True),
    ([-1], Interval(Fraction(0)), False, False),
    ([0, 1], Interval(Fraction(0)), True, False),
    ([0, 1], Interval(Fraction(0), low_is_open=True), True, True),
    ([0, 1], Interval(), False, False),
    ([-2, 0, 1], Interval(Fraction(3, 2)), True, True),
    ([-2, 0, 1], Interval(Fraction(7, 5)), False, False),
    ([4, 0, -4, 0, 1], Interval(), True, False),
])
def test_examples(coefficients: list[int], where: Interval, nonnegative: bool, positive: bool) -> None:
    exact = list(map(Fraction, coefficients))
    assert (keeps_sign(exact, where, False), keeps_sign(exact, where, True)) == (nonnegative, positive)
