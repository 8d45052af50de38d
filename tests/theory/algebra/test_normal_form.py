"""The normal form against numbers: it equates what is equal, and nothing else."""

from __future__ import annotations

import random
from typing import Any

import pytest
import sympy as sp
from hypothesis import given
from hypothesis import strategies as st

from flatcert.theory.algebra.normal_form import Normalizer, NotNormal
from flatcert.theory.algebra.powers import is_zero, power_form
from flatcert.theory.algebra.words import make_word, word
from flatcert.theory.language import quantities as Q
from flatcert.theory.language.nodes import LayerMatrix, Relation, dot, norm_squared, weighted_top

k, L, u, w = Q.k, Q.L, Q.u, Q.w


def family(name: str, index: Any) -> LayerMatrix:
    return LayerMatrix(name, index)


def _number(seed: random.Random, rows: int, cols: int) -> sp.ImmutableMatrix:
    return sp.ImmutableMatrix(rows, cols, lambda _i, _j: seed.randint(-5, 5))


def _value(expr: Any, values: dict[sp.Basic, sp.ImmutableMatrix]) -> Any:
    if expr in values:
        return values[expr]
    if isinstance(expr, dot):
        return (_value(expr.args[0], values).T * _value(expr.args[1], values))[0]
    if isinstance(expr, sp.Trace):
        return _value(expr.arg, values).trace()
    if isinstance(expr, norm_squared):
        return sum(x**2 for x in _value(expr.args[0], values))
    if isinstance(expr, sp.Transpose):
        return _value(expr.arg, values).T
    if isinstance(expr, sp.MatPow):
        return _value(expr.base, values) ** int(expr.exp)
    if isinstance(expr, sp.Add | sp.MatAdd | sp.Mul | sp.MatMul):
        first, *rest = (_value(arg, values) for arg in expr.args)
        for x in rest:
            first = first + x if isinstance(expr, sp.Add | sp.MatAdd) else first * x
        return first
    if expr.is_Pow:
        return _value(expr.base, values) ** int(expr.exp)
    return expr


_SQUARE = [Q.Sigma, Q.M, Q.w_star * u.T, w * w.T, Q.Sigma * Q.M, Q.M * Q.Sigma]
_VECTORS = [u, w, Q.w_star, Q.Sigma * u, Q.M * Q.Sigma * w, u - 2 * w]


@st.composite
def scalars(draw: st.DrawFn) -> sp.Expr:
    kind = draw(st.sampled_from(["dot", "form", "trace", "norm"]))
    x, y = draw(st.sampled_from(_VECTORS)), draw(st.sampled_from(_VECTORS))
    A, B = draw(st.sampled_from(_SQUARE)), draw(st.sampled_from(_SQUARE))
    return {"dot": dot(x, y), "form": dot(x, A * B * y), "trace": sp.Trace(A * B.T), "norm": norm_squared(A - B)}[kind]


@given(scalars(), scalars())
def test_equal_normal_forms_and_equal_values_coincide(x: sp.Expr, y: sp.Expr) -> None:
    """Two directions: at random integers, different polynomials almost surely differ."""
    seed = random.Random(7)
    half, other = _number(seed, 3, 3), _number(seed, 3, 3)
    values = {Q.Sigma: half + half.T, Q.M: other + other.T}
    values |= {v: _number(seed, 3, 1) for v in (u, w, Q.w_star)}
    assert Normalizer().equal(x, y) == (_value(x, values) == _value(y, values))


@given(st.integers(0, 10_000))
def test_power_form_keeps_the_value(number: int) -> None:
    seed = random.Random(number)
    x, y, m = sp.symbols("x y m", positive=True)
    exponents = [1 / m, m / (m + 1), -1 / (m + 1), 2 - 2 / m, sp.Integer(2), sp.Rational(1, 2)]
    bases = [x, y, x * y, x + y, (x / y) ** (1 / m), 2 * x + 2 * y]
    expr = sp.Add(*(
        sp.Mul(*(seed.choice(bases) ** seed.choice(exponents) for _ in range(3))) for _ in range(2)))
    at = {x: sp.Rational(3, 2), y: sp.Rational(2, 7), m: sp.Integer(3)}
    assert abs(sp.N((expr - power_form(expr)).subs(at), 30)) < 1e-20 * (1 + abs(sp.N(expr.subs(at))))


def test_what_is_not_zero_is_not_called_zero() -> None:
    x, y = sp.symbols("x y", positive=True)
    n = sp.Symbol("n", integer=True, positive=True)
    assert is_zero((x**n * y) ** (1 / n) - x * y ** (1 / n))
    assert not is_zero((x**n * y) ** (1 / n) - x * y ** (2 / n))
    assert is_zero((x + y) ** (n + 1) - x * (x + y) ** n - y * (x + y) ** n)
    assert not is_zero((x + y) ** (n + 1) - x * (x + y) ** n)


def test_square_roots_of_squares_are_absolute_values() -> None:
    x = sp.Symbol("x", real=True)
    assert power_form(sp.Pow(x**2, sp.Rational(1, 2), evaluate=False)) == sp.Abs(x)


def test_a_boundary_of_size_one_splits_a_word() -> None:
    norm = Normalizer()
    assert norm.equal(norm_squared(u * w.T), dot(u, u) * dot(w, w))
    assert not norm.equal(norm_squared(u * w.T), dot(u, w) ** 2)


def test_sums_are_moved_and_peeled_but_never_changed() -> None:
    norm = Normalizer()
    term = dot(family("q", k), family("q", k))
    assert norm.equal(sp.Sum(term, (k, 1, L)), term.xreplace({k: sp.S.One}) + sp.Sum(term, (k, 2, L)))
    shifted = term.xreplace({k: k + 1})
    assert norm.equal(sp.Sum(term, (k, 2, L)), sp.Sum(shifted, (k, 1, L - 1)))
    assert not norm.equal(sp.Sum(term, (k, 1, L)), sp.Sum(shifted, (k, 1, L)))
    assert not norm.equal(sp.Sum(term, (k, 1, L)), sp.Sum(term, (k, 2, L)))


def test_an_equality_is_used_in_a_sum_only_within_its_range() -> None:
    rule = Relation(family("q", k), "==", family("W", k) * u)
    x, y = sp.Sum(dot(family("q", k), w), (k, 1, L)), sp.Sum(dot(family("W", k) * u, w), (k, 1, L))
    whole, inner = {k: (sp.S.One, L)}, {k: (sp.Integer(2), L)}
    assert Normalizer([(rule, whole)]).equal(x, y)
    assert not Normalizer([(rule, inner)]).equal(x, y)


def test_endless_substitution_is_reported() -> None:
    loop = Relation(Q.Sigma * u, "==", Q.M * Q.Sigma * u)
    with pytest.raises(NotNormal, match="without end"):
        Normalizer([(loop, {})]).scalar(dot(w, Q.Sigma * u))


def test_words_are_real_and_squares_are_nonnegative() -> None:
    square, mixed = make_word(((u, True), (Q.Sigma, False), (u, False))), make_word(((u, True), (w, False)))
    assert isinstance(square, word) and square.is_extended_nonnegative
    assert mixed.is_extended_real and mixed.is_extended_nonnegative is None


def test_the_weighted_eigenvalue_is_compared_by_its_matrix() -> None:
    norm = Normalizer()
    assert norm.equal(weighted_top(w * w.T + Q.M), weighted_top(Q.M + w * w.T))
    assert not norm.equal(weighted_top(w * w.T + Q.M), weighted_top(Q.M + 2 * w * w.T))
