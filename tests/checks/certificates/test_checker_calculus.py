"""The checker's derivatives, eigenvalues of any sign and linear systems, by other routes: SymPy and NumPy."""

from fractions import Fraction

import numpy as np
import pytest
import sympy as sp
from hypothesis import given, settings
from hypothesis import strategies as st

from flatcert.checks import checker
from flatcert.checks.checker import Undecided, context

small = st.fractions(-3, 3, max_denominator=3)


@pytest.fixture(autouse=True)
def fresh():
    context.work, context.bits, context.exact = 10 * checker.WORK, 64, False


def matrices(rows, columns, entries=small):
    return st.lists(st.lists(entries, min_size=columns, max_size=columns), min_size=rows, max_size=rows)


def rational(x):
    return sp.Rational(x.numerator, x.denominator)


def decided(function, *arguments):
    """The value at the first precision at which there is one."""
    for context.bits, context.exact in checker.PRECISIONS:
        try:
            return function(*arguments)
        except Undecided:
            continue
    raise AssertionError("undecided")


def symbols(m, name):
    return sp.Matrix(len(m), len(m[0]), lambda i, j: sp.Symbol(f"{name}{i}{j}"))


@settings(max_examples=15, deadline=None)
@given(x=matrices(2, 2), y=matrices(2, 2))
def test_derivatives_are_those_of_sympy(x, y):
    def f(point):
        a, b = point
        square = checker.dot(b, b)
        terms = (checker.dot(a, checker.identity(2)) * checker.dot(a, a), checker.power(square, Fraction(3)),
                 -2 * checker.dot(a, b))
        return sum(terms, Fraction(0))

    u, v = symbols(x, "x"), symbols(y, "y")
    stated = u.trace() * sum(a * a for a in u) + sum(b * b for b in v) ** 3 - 2 * sum(
        a * b for a, b in zip(u, v, strict=True))
    names = [*u, *v]
    at = dict(zip(names, [rational(z) for m in (x, y) for row in m for z in row], strict=True))
    gradient = [z for m in checker.gradient(f, [x, y]) for row in m for z in row]
    assert [rational(z) for z in gradient] == [sp.diff(stated, name).subs(at) for name in names]
    hessian = checker.hessian(f, [x, y])
    assert sp.Matrix(8, 8, lambda i, j: rational(hessian[i][j])) == sp.hessian(stated, names).subs(at)


@settings(max_examples=15, deadline=None)
@given(a=st.fractions(Fraction(1, 9), 9, max_denominator=9), b=small, e=st.fractions(-3, 3, max_denominator=3))
def test_powers_and_exponentials_of_moving_numbers(a, b, e):
    context.bits = 128
    t, moving = sp.Symbol("t"), checker.Jet(a, b, Fraction(1, 2))
    path = rational(a) + rational(b) * t + t**2 / 2
    for found, stated in ((checker.power(moving, e), path ** rational(e)), (checker.exponential(moving), sp.exp(path))):
        for k, part in enumerate(checker.parts(found)):
            exact = Fraction(str((sp.diff(stated, t, k).subs(t, 0) / sp.factorial(k)).evalf(60)))
            low, high = checker.lift(part).lo, checker.lift(part).hi
            slack = Fraction(1, 10**30) * (1 + abs(exact))
            assert low - slack <= exact <= high + slack
            assert high - low <= slack


@settings(max_examples=60, deadline=None)
@given(data=st.data(), size=st.integers(1, 4))
def test_linear_systems_are_those_of_sympy(data, size):
    a, b = data.draw(matrices(size, size)), data.draw(matrices(size, 2))
    exact = sp.Matrix([[rational(x) for x in row] for row in a])
    determinant, x = checker.eliminated(a, b)
    assert rational(determinant) == exact.det()
    if exact.det():
        assert sp.Matrix([[rational(y) for y in row] for row in x]) == exact.LUsolve(
            sp.Matrix([[rational(y) for y in row] for row in b]))
        context.bits = 512
        root = checker.power(Fraction(2), Fraction(1, 2))
        scaled, _ = checker.eliminated(checker.times(root, a), b)
        low, high = float(checker.lift(scaled).lo), float(checker.lift(scaled).hi)
        value = float(exact.det()) * 2 ** (size / 2)
        assert low - 1e-9 * abs(value) <= value <= high + 1e-9 * abs(value)
    else:
        assert x == []
        with pytest.raises(ZeroDivisionError):
            checker.solution(a, b)


def test_a_pivot_that_may_be_zero_is_none():
    hidden = checker.Number(Fraction(-1), Fraction(1))
    with pytest.raises(Undecided):
        checker.eliminated([[Fraction(0), Fraction(1)], [hidden, Fraction(0)]], checker.identity(2))
    with pytest.raises(Undecided):  # the determinant moves, though it is zero here
        checker.gradient(lambda m: checker.eliminated(m[0], checker.identity(1))[0], [[[Fraction(0)]]])


@settings(max_examples=60, deadline=None)
@given(data=st.data(), size=st.integers(1, 4))
def test_eigenvalues_of_any_sign(data, size):
    a = data.draw(matrices(size, size))
    a = checker.plus(a, checker.turned(a))
    stated = np.linalg.eigvalsh(np.array(a, dtype=float))
    for sign, value in ((1, stated[-1]), (-1, stated[0])):
        found = checker.lift(decided(checker.extreme, a, sign))
        assert float(found.lo) - 1e-6 <= value <= float(found.hi) + 1e-6
        assert found.hi - found.lo < Fraction(1, 10**6)
    f = checker.charpoly(a)
    for j, value in enumerate(reversed(stated), 1):
        assert abs(float(checker.lift(checker.root(f, j)).lo) - value) < 1e-4


def test_a_tie_with_a_negative_eigenvalue_is_decided_in_exact_forms():
    context.bits, context.exact = 256, True
    a = [[Fraction(-3), Fraction(1)], [Fraction(1), Fraction(-1)]]  # -2 +- sqrt(2)
    low, again = checker.extreme(a, -1), checker.extreme(checker.times(Fraction(2), a), -1)
    assert checker.compare(low, checker.extreme(a, -1)) == 0
    assert checker.compare(again, low) == -1 and checker.compare(low, checker.extreme(a, 1)) == -1
