"""Conjectures in the words of a theory of one's own."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest
import sympy as sp
from flint import fmpq
from hypothesis import given
from hypothesis import strategies as st

import flatcert
from flatcert import Obligation, Setting, Theory
from flatcert.checks.attack.search import EFFORTS
from flatcert.checks.authoring.references import load, reference_of_text
from flatcert.checks.conjecture.errors import ConjectureError
from flatcert.checks.conjecture.language import Language, language_of
from flatcert.checks.conjecture.parser import parse_assumptions, parse_relation
from flatcert.checks.conjecture.reading import read_conjecture, read_line
from flatcert.checks.conjecture.sharpening import sharpen
from flatcert.checks.verifying.replay import replay
from flatcert.kinds import integer, matrix, positive, psd, real, sequence, signs, size, vector
from flatcert.language import norm_squared
from flatcert.theory.library import Library

THEORIES = Path(__file__).parents[3] / "examples" / "theories"
m, n, k = size("m"), size("n"), sp.Symbol("k", integer=True)
RICH = Setting("rich", x=positive(), r=real(), j=integer(), v=vector(m), A=matrix(m, n), Q=psd(m), s=signs(n),
               a=sequence(real(), k, 1, n), X=sequence(matrix(m, n), k, 1, 2))
theory = Theory("rich words", RICH)
size_of_A = theory.quantity("size_of_A", norm_squared(RICH["A"]), nonnegative=True)
theory.hypothesis("no vector", (norm_squared(RICH["v"]), "==", 0))
theory.claim("nothing", "Nothing", Obligation("any", (size_of_A, ">=", 0)))
LANGUAGE = language_of(theory.library)


def of_file(name: str) -> Library:
    return load(reference_of_text(str(THEORIES / f"{name}.py")))


@pytest.mark.parametrize("text", [
    "x <= 1", "dot(v, Q*v) <= largest_eigenvalue(Q)*norm_squared(v)", "trace(Q)**2 >= norm_squared(Q)",
    "spectral_norm(A)**2 <= size_of_A", "determinant(Q) >= 0", "norm_squared(A.T*v) <= norm_squared(A)*dot(v, v)",
    "Sum(a[k]**2, (k, 1, n))*n >= Sum(a[i], (i, 1, n))**2", "Max(x, r) >= Min(r, x)", "exp(log(x)) == x",
    "singular_value(A, 1) >= singular_value(A, 2)",
    "nuclear_norm(X[1] + X[2]) <= nuclear_norm(X[1]) + nuclear_norm(X[2])",
    "Expectation(dot(s, s)**2, s) == n**2", "smallest_eigenvalue(Q) >= 0", "x**(1/n) <= x + 1", "m >= 1",
    "dot(v, Inverse(Q)*v) >= 0", "abs(r) + j**2 >= 0", "norm_squared(A) == 0", "A == X[1]",
])
def test_texts_in_the_language_of_data_are_read_and_decided(text: str) -> None:
    """And the line of the conjecture reads as the same conjecture."""
    stated = read_conjecture(text, language=LANGUAGE)
    assert read_line(stated.line, LANGUAGE) == stated
    lhs, op, rhs = stated.relation.lhs, stated.relation.op, stated.relation.rhs
    assert parse_relation(f"{lhs} {op} {rhs}", LANGUAGE).sides == (lhs, rhs)  # as SymPy prints them
    assert flatcert.conjecture(text, theory=theory, effort="quick").answer in ("refuted", "not refuted", "proved")


REFUSED = {
    "y <= 1": "There is no quantity 'y'", "size_A <= 1": "did you mean size_of_A",
    "norm(A) <= 1": "There is no function 'norm'", "spectral_nrm(A) <= 1": "did you mean spectral_norm",
    "A <= 1": "a matrix where a number is needed", "A*v <= 1": "A product",
    "A + v <= 1": "one shape", "A + 1 <= x": "adds a number and a matrix",
    "trace(A) <= 1": "needs a square matrix", "a <= 1": "a is a sequence", "a[x] <= 1": "has the index 'x'",
    "Sum(a[k]) <= 1": "has a sum without limits", "Sum(a[x], (x, 1, n)) <= 1": "has a meaning already",
    "Sum(a[k], (k, 1, x)) <= 1": "has the index", "x.T <= 1": "transposes a number", "x**r <= 1": "has the exponent",
    "A**2 <= 1": "only square matrices", "Q**-1 <= 1": "Inverse", "x/A <= 1": "power of a matrix", "dot(v) <= 1": "",
    "spectral_norm(x) <= 1": "is for matrices", "largest_eigenvalue(X[1]*X[2].T) <= 1": "not symmetric",
    "v.shape <= 1": "contains Attribute", "v[0] <= 1": "contains Subscript",
    "__import__('os') <= 1": "There is no function", "log(x=x) <= 1": "by their places",
    "exp(x, x) <= 1": "one argument",
    "Sum(k, (k, 1, n), (i, 1, n)) <= 1": "without limits", "A == v": "one shape", "Gradient(A, v) <= 1": "",
}


@pytest.mark.parametrize("text", REFUSED)
def test_what_cannot_be_read_is_answered_with_one_sentence(text: str) -> None:
    with pytest.raises(ConjectureError) as caught:
        read_conjecture(text, language=LANGUAGE)
    sentence = str(caught.value)
    assert REFUSED[text] in sentence and "\n" not in sentence and sentence[-1] in ".?" and len(sentence) < 500


@given(st.text("xrjvAQsaXnmk0123456789.*/+-()<>=, _[]T", max_size=40)
       | st.sampled_from(["dot", "Sum", "Inverse", "exp", "Expectation", "Hessian", "Max", "solve"]).flatmap(
           lambda name: st.text("xvAQs,()*1 ", max_size=20).map(lambda inner: f"{name}({inner}) <= 1")))
def test_no_text_does_more_than_be_refused(text: str) -> None:
    with suppress(ConjectureError):
        parse_relation(text, LANGUAGE)


def test_commas_within_brackets_part_nothing() -> None:
    read = parse_assumptions("dot(v, v) <= 1, no vector, Sum(a[k], (k, 1, n)) == 0", LANGUAGE)
    assert [str(one) for one in read] == ["dot(v, v) <= 1", "no vector", "Sum(a[k], (k, 1, n)) == 0"]
    with pytest.raises(ConjectureError, match="did you mean 'no vector'"):
        parse_assumptions("no vectors", LANGUAGE)
    with pytest.raises(ConjectureError, match="none has a name here"):
        parse_assumptions("something", Language(Setting("plain", x=real())))


def test_hypotheses_by_name_and_symbols_of_sympy() -> None:
    v, Q = RICH["v"], RICH["Q"]
    assert flatcert.conjecture((norm_squared(v), "<=", 0), assuming="no vector", theory=theory,
                               effort="quick").answer == "not refuted"
    found = flatcert.conjecture((norm_squared(Q * v), "<=", norm_squared(Q)), theory=theory, effort="quick")
    assert found.answer == "refuted"


CASES: list[tuple[str, str, str, str]] = [
    ("factorization", "S <= 2*spectral_norm(Y) + 1", "exact", "refuted"),
    ("factorization", "norm_squared(U) + norm_squared(V) >= 2*nuclear_norm(Y)", "U*V.T == Y", "not refuted"),
    ("factorization", "norm_squared(U) + norm_squared(V) >= 2.01*nuclear_norm(Y)", "U*V.T == Y", "refuted"),
    ("steepest_descent", "f_next <= (high - low)/(high + low)*f", "positive definite, not at the minimum",
     "not refuted"),
    ("steepest_descent", "f_next <= (1 - low/high)**3*f", "positive definite, not at the minimum", "refuted"),
    ("estimates", "x*y <= (x + y)**2/5", "", "refuted"), ("estimates", "x*y <= (x + y)**2/4", "", "proved"),
    ("estimates", "x <= 17*y", "x <= 3, y >= 1/5", "proved"),
    ("estimates", "x <= 14*y", "x <= 3, y >= 1/5", "refuted"),
    ("weight_decay", "decay >= 2*norm_w_net", "", "proved"),
    ("weight_decay", "decay >= 2.1*norm_w_net", "", "refuted"),
    ("weight_decay", "decay >= 2.01*norm_w_net", "equal factors, L == 2", "refuted"),
]


@pytest.mark.parametrize("file, text, assuming, wanted", CASES, ids=[f"{one[0]}: {one[1]}" for one in CASES])
def test_answers_in_the_words_of_the_four_theories(file: str, text: str, assuming: str, wanted: str) -> None:
    found = flatcert.conjecture(text, assuming=assuming, theory=of_file(file), effort="quick")
    assert found.answer == wanted
    if found.counterexample is not None:
        instance = found.counterexample.instance
        assert all(len(str(value)) < 60 for value in instance.values())
        again = replay(f"conjecture/{found.line}@{found.counterexample.exact}", of_file(file))
        assert again.verdict == "refuted"
    else:
        assert found.tightest_ratio is not None and found.tightest_ratio >= 1


def test_what_no_instance_meets_is_undecided_and_says_why() -> None:
    found = flatcert.conjecture("x <= 1", assuming="norm_squared(v) == -1", theory=theory, effort="quick")
    assert found.answer == "undecided"
    assert "'norm_squared(v) == -1' fails on" in found.reason
    found = flatcert.conjecture("r <= 1", assuming="no vector, norm_squared(v) >= 1", theory=theory, effort="quick")
    assert "'no vector' fails on" in found.reason


def test_a_member_that_some_instances_lack_is_not_defined_there() -> None:
    found = flatcert.conjecture("a[3]**2 >= 0", theory=theory, effort="quick")
    assert found.answer == "not refuted"
    assert flatcert.conjecture("Sum(a[k], (k, 0, n)) <= 1", theory=theory, effort="quick").answer == "undecided"


@pytest.mark.parametrize("text, defined", [
    ("Sum(a[k]/a[k], (k, 1, n)) <= n - 1", lambda x: x != 0), ("Sum(sqrt(a[k])**2, (k, 1, n)) <= 0", lambda x: x >= 0),
    ("Sum(exp(log(a[k])), (k, 1, n)) <= 0", lambda x: x > 0),
])
def test_a_sum_that_sympy_simplifies_is_decided_only_where_its_text_is_defined(
    text: str, defined: Callable[[fmpq], bool]
) -> None:
    found = flatcert.conjecture(text, theory=theory, effort="quick").counterexample
    assert found is not None
    assert all(defined(fmpq(*map(int, f"{x}/1".split("/")[:2]))) for x in found.instance["a"])


def test_the_best_constant_of_a_form() -> None:
    numbers = of_file("estimates")
    found = sharpen(read_conjecture("x*y <= (x + y)**2", language=language_of(numbers)), EFFORTS["quick"])
    assert found.statement == "x*y <= (x + y)**2/4" and found.attained
    growing = sharpen(read_conjecture("Sum(a[k], (k, 1, n))**2 <= Sum(a[k]**2, (k, 1, n))", language=LANGUAGE),
                      EFFORTS["quick"])
    assert growing.constant is None


def test_a_counterexample_is_simple() -> None:
    found = flatcert.conjecture("r <= 1", theory=theory, effort="quick")
    assert found.answer == "refuted" and found.counterexample is not None
    assert found.counterexample.instance["r"] in ("2", "3", "3/2")
