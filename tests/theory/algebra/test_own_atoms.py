"""The normal form of expressions with matrices and sequences of one's own: its value is theirs, on random instances."""

from __future__ import annotations

from itertools import islice

import sympy as sp
from hypothesis import given, settings
from hypothesis import strategies as st

from flatcert import Setting
from flatcert.checks.deciding.verdicts import Verdict
from flatcert.checks.deciding.ways import decider
from flatcert.kinds import matrix, nonnegative, psd, sequence, signs, size, symmetric, vector
from flatcert.language import (
    Expectation,
    Gradient,
    Hessian,
    Inverse,
    Sum,
    determinant,
    dot,
    hadamard,
    kronecker,
    matrix_product,
    matrix_sum,
    norm_squared,
    nuclear_norm,
    singular_value,
    solve,
    spectral_norm,
    trace,
)
from flatcert.theory.algebra.algebra import Algebra
from flatcert.theory.algebra.words import trace_word, word
from flatcert.theory.language.obligation import Obligation
from flatcert.theory.language.relation import Relation

n = size("n")
k = sp.Symbol("k", integer=True)
SETTING = Setting("atoms", A=symmetric(n), B=matrix(n, n), Q=psd(n), u=vector(n), s=signs(n), c=nonnegative(),
                  x=sequence(nonnegative(), k, 1, n), M=sequence(matrix(n, n), k, 1, n))
A, B, Q, u, s, c, x, M = (SETTING[name] for name in SETTING.data)
REGULAR = Q + sp.Identity(n)
SQUARES = [
    A, B, M(1), M(n), Inverse(REGULAR), solve(REGULAR, B), hadamard(A, Q), hadamard(B, M(1)),
    kronecker(A, sp.Identity(1)), Hessian(dot(u, B * u) ** 2, u), Gradient(dot(u, B * A * u), B),
    matrix_sum(k * M(k), (k, 1, n)), matrix_product(M(k), (k, 1, n))]
VECTORS = [u, s, Gradient(dot(u, Q * u), u), solve(REGULAR, u), hadamard(u, s)]
NUMBERS = [
    c, x(1), x(n), Sum(x(k) * c, (k, 1, n)), Sum(norm_squared(M(k)), (k, 1, n)), determinant(B), nuclear_norm(A),
    singular_value(B, 2), Expectation(dot(s, u) ** 2, s)]


@st.composite
def numbers(draw: st.DrawFn) -> sp.Expr:
    """A sum of two products of numbers that are made of matrices."""
    left, right, middle = (draw(st.sampled_from(SQUARES)) for _ in range(3))
    y, z = draw(st.sampled_from(VECTORS)), draw(st.sampled_from(VECTORS))
    made = draw(st.sampled_from([
        dot(y, left * right * z), trace((left + 2 * right) * middle.T), norm_squared(left * right - 3 * middle),
        dot((left - right.T) * y, z) ** 2]))
    factor = draw(st.sampled_from(NUMBERS))
    return (made + factor) * draw(st.sampled_from(NUMBERS)) - factor * made


def plain(form: sp.Expr) -> sp.Expr:
    """A normal form in the language of statements."""
    return form.replace(lambda x: isinstance(x, word | trace_word), lambda x: trace(sp.MatMul(*x.args)))


def contradicted(left: sp.Expr, right: sp.Expr, cases: int) -> set[Verdict]:
    way = decider(Obligation("law", Relation(left, "==", right), on=("any",), setting=SETTING))
    return {way.decide(case).verdict for case in islice(way.cases(0), cases)}


@settings(max_examples=25, deadline=None)
@given(numbers())
def test_the_normal_form_has_the_value_of_the_expression(expr: sp.Expr) -> None:
    verdicts = contradicted(expr, plain(Algebra(()).form(expr)), 6)
    assert Verdict.HELD in verdicts and Verdict.REFUTED not in verdicts


def test_the_normal_form_of_another_number_does_not() -> None:
    expr = trace(hadamard(A, Q) * M(1))
    assert Verdict.REFUTED in contradicted(expr, plain(Algebra(()).form(2 * expr)), 6)


def test_factors_that_are_symmetric_lose_their_transposition() -> None:
    algebra = Algebra(())
    symmetric = [hadamard(A, Q), kronecker(A, Q), Inverse(REGULAR), Inverse(A), Hessian(dot(u, B * u), u)]
    assert all(algebra.equal(m, sp.Transpose(m)) for m in symmetric[:2])
    assert all(algebra.equal(dot(u, m * B * u), dot(B * u, m * u)) for m in (hadamard(A, Q), Inverse(A), symmetric[4]))
    sums = [Inverse(REGULAR), Inverse(c * A - B.T * Q * B), hadamard(B * B.T, A)]
    assert all(algebra.equal(dot(u, m * B * u), dot(B * u, m * u)) for m in sums)
    others = [hadamard(A, B), Inverse(B + A), Inverse(A * Q), Inverse(B.T * A * B.T), Inverse(B), Inverse(REGULAR * B),
              M(1), Gradient(dot(u, B * u), B)]
    assert not any(algebra.equal(m, sp.Transpose(m)) for m in others)


def test_atoms_that_print_alike_are_not_equal() -> None:
    """Identities of all sizes print as I."""
    two, three = (kronecker(sp.Identity(size), sp.ones(1, 1)) for size in (2, 3))
    assert str(two) == str(three)
    assert not Algebra(()).equal(determinant(two) * c, determinant(three) * c)
    assert not Algebra(()).equal(nuclear_norm(two) * c, nuclear_norm(three) * c)


def test_the_sum_of_a_sequence_does_not_depend_on_the_name_of_its_index() -> None:
    i, j = sp.symbols("i j", integer=True)
    algebra = Algebra(())
    assert algebra.equal(Sum(c * x(i), (i, 1, n)), c * Sum(x(j), (j, 1, n)))
    assert algebra.equal(Sum(x(i + 1), (i, 0, n - 1)), Sum(x(j), (j, 1, n)))
    assert not algebra.equal(Sum(x(i + 1), (i, 1, n)), Sum(x(j), (j, 1, n)))
    assert not algebra.equal(Sum(x(i) ** 2, (i, 1, n)), Sum(x(i), (i, 1, n)) ** 2)
    assert not algebra.equal(Sum(x(i) * spectral_norm(M(i)), (i, 1, n)), Sum(x(i) * spectral_norm(M(1)), (i, 1, n)))
