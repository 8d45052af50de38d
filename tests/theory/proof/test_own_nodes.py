"""Matrix nodes and sequences in derivations over settings of one's own: truths are accepted, falsehoods refused."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import sympy as sp

from flatcert import Obligation, Setting, Theory
from flatcert.kinds import matrix, nonnegative, positive, psd, real, sequence, signs, size, symmetric, vector
from flatcert.language import (
    Expectation,
    Gradient,
    Hessian,
    Inverse,
    Max,
    Sum,
    determinant,
    dot,
    hadamard,
    kronecker,
    largest_eigenvalue,
    log,
    matrix_product,
    matrix_sum,
    norm_squared,
    nuclear_norm,
    singular_value,
    smallest_eigenvalue,
    solve,
    spectral_norm,
    trace,
)
from flatcert.rules import (
    by_order,
    cauchy_schwarz,
    chain,
    hypothesis,
    identity,
    means,
    operator_norm,
    product,
    rewrite,
    scale,
    sign,
    specialize,
    term_by_term,
    weighted_sum,
)
from flatcert.theory.language import quantities as built_in
from flatcert.theory.language.relation import Relation
from flatcert.theory.language.setting import DEEP_LINEAR
from flatcert.theory.proof.builder import Proof
from flatcert.theory.proof.refusal import Refused
from flatcert.theory.proof.rule import Step
from flatcert.theory.proof.rules.table import RULES

n, d = size("n"), size("d")
k = sp.Symbol("k", integer=True, positive=True)
any_index = sp.Symbol("m", integer=True)
SETTING = Setting(
    "nodes", A=symmetric(d), B=matrix(d, d), Q=psd(d), R=matrix(d, n), u=vector(d), s=signs(d), c=positive(), a=real(),
    x=sequence(nonnegative(), k, 1, n), y=sequence(real(), k, 2, n), M=sequence(matrix(d, d), k, 1, n),
    z=sequence(positive(), k, 1, n), one_row=psd(1), v=vector(1))
A, B, Q, R, u, s, c, a, x, y, M, z, one_row, v = (SETTING[name] for name in SETTING.data)
one = sp.Identity(d)
THEORY = Theory("nodes", SETTING)
along_signs = THEORY.quantity("along_signs", dot(s, u))
rough = THEORY.quantity("rough", spectral_norm(B))
computed = THEORY.quantity("computed", lambda instance: sp.Integer(1), depends=("B",))
of_signs = THEORY.quantity("of_signs", lambda instance: sp.Integer(1), depends=("s",))
GRADIENT, HESSIAN = Gradient(dot(u, Q * u) / n, u), Hessian(dot(u, Q * u) ** 2, u)
SUM, PRODUCT = matrix_sum(any_index * M(any_index), (any_index, 1, n)), matrix_product(M(k), (k, 2, n))


def refusals(write: Callable[[Proof], object]) -> list[str]:
    """Why steps are refused, also while they are written."""
    p = Proof("none", THEORY.library)
    try:
        write(p)
    except Refused as error:
        return [str(error)]
    return [result.message for result in p.done({}).check(p.library) if not result.ok]


def supposed(p: Proof, lhs: object, op: str, rhs: object) -> int:
    return hypothesis(p, Relation(lhs, op, rhs))


def same(node: sp.MatrixExpr) -> tuple[sp.Expr, str, sp.Expr]:
    """That a trace may be rotated, said of a matrix with as many rows as B has."""
    return trace(node * B), "==", trace(B * node)


ACCEPTED: dict[str, Callable[[Proof], Any]] = {
    "nuclear norm": lambda p: sign(p, (nuclear_norm(R) * norm_squared(B) + nuclear_norm(B), ">=", 0)),
    "singular value": lambda p: sign(p, (c * singular_value(R, 2), ">=", 0)),
    "its place is a size": lambda p: sign(p, (singular_value(R, n + 1), ">=", 0)),
    "determinant": lambda p: sign(p, (determinant(B) ** 2, ">=", 0)),
    "eigenvalues": lambda p: weighted_sum(
        p, (largest_eigenvalue(A) ** 2 + smallest_eigenvalue(Q) ** 2, ">=",
            2 * largest_eigenvalue(A) * smallest_eigenvalue(Q)),
        squares=((1, largest_eigenvalue(A) - smallest_eigenvalue(Q)),)),
    "entry by entry": lambda p: identity(p, (dot(u, hadamard(A, Q) * B * u), "==", dot(B * u, hadamard(A, Q) * u))),
    "Kronecker": lambda p: cauchy_schwarz(p, kronecker(u, u), kronecker(B, A)),
    "operator norm": lambda p: operator_norm(p, hadamard(A, B), u),
    "inverse of a definite matrix": lambda p: identity(p, same(Inverse(Q + c * one))),
    "solution": lambda p: operator_norm(p, B, solve(2 * one + B.T * B, u)),
    "inverse, by a determinant": lambda p: identity(p.given(Relation(determinant(B), "!=", 0)), same(Inverse(B))),
    "inverse, by its sign": lambda p: identity(p.given(Relation(determinant(B), "<", 0)), same(Inverse(B))),
    "inverse, by an eigenvalue": lambda p: identity(
        p.given(Relation(0, "<", smallest_eigenvalue(A))), same(Inverse(A))),
    "inverse, as a hypothesis has it": lambda p: scale(p, supposed(p, trace(Inverse(B)), "<=", a), 2),
    "gradient": lambda p: identity(p, (norm_squared(GRADIENT), "==", dot(GRADIENT, GRADIENT))),
    "Hessian": lambda p: identity(p, (dot(u, HESSIAN * B * u), "==", dot(B * u, HESSIAN * u))),
    "gradient in a member": lambda p: sign(p, (norm_squared(Gradient(norm_squared(M(1) * B), M(1))), ">=", 0)),
    "expectation": lambda p: sign(p, (Expectation(along_signs**2 + dot(s, u) ** 2, s), ">=", 0)),
    "expectation beside a hypothesis": lambda p: sign(
        p, (Expectation(a - c, s) + x(1), ">=", 0), supposed(p, c, "<", a)),
    "sum of matrices": lambda p: identity(p, same(SUM)),
    "product of matrices": lambda p: identity(p, same(PRODUCT)),
    "members": lambda p: sign(p, (x(1) * x(n) + c * x(1), ">=", 0)),
    "sum over a sequence": lambda p: sign(p, (Sum(c * x(any_index), (any_index, 1, n)), ">=", 0)),
    "a factor leaves a sum": lambda p: identity(p, (
        Sum(c * y(any_index), (any_index, 2, n)), "==", c * Sum(y(k), (k, 2, n)))),
    "positive members": lambda p: sign(p, (z(1) / z(n) + Sum(1 / z(k), (k, 1, n)), ">=", 0)),
    "means of members": lambda p: means(p, z(k), (k, 1, n), "root"),
    "a sum in a sum over the same index": lambda p: sign(p, (
        Sum(x(k) * (c + Sum(x(k), (k, 1, n))), (k, 1, n)), ">=", 0)),
    "cases by the order of members": lambda p: by_order(
        p, *(product(p, h, h, to=((x(1) - x(n)) ** 2, ">=", 0)) for h in (
            supposed(p, x(1), "<=", x(n)), supposed(p, x(n), "<=", x(1)))),
        Relation(x(1), "<=", x(n)), Relation(x(n), "<=", x(1))),
    "one member": lambda p: specialize(p, sign(p.at((k, 1, n)), (x(k), ">=", 0)), k=n),
    "term by term": lambda p: term_by_term(
        p, cauchy_schwarz(p.at((k, 1, n)), u, M(k)), "sum", (k, 1, n),
        to=(dot(u, u) * Sum(norm_squared(M(k)), (k, 1, n)), ">=", Sum(dot(M(k).T * u, M(k).T * u), (k, 1, n)))),
    "a chain": lambda p: chain(p, supposed(p, nuclear_norm(B), "<=", determinant(A)),
                               supposed(p, determinant(A), "<", x(1))),
    "substitution": lambda p: rewrite(p, (x(1) * c, "<=", a), supposed(p, nuclear_norm(B) * c, "<=", a),
                                      supposed(p, nuclear_norm(B), "==", x(1))),
}
REFUSED: dict[str, tuple[Callable[[Proof], Any], str]] = {
    "the sign of a determinant": (lambda p: sign(p, (determinant(B), ">=", 0)), "is not evident"),
    "the sign of an eigenvalue": (lambda p: sign(p, (largest_eigenvalue(A), ">=", 0)), "is not evident"),
    "the sign of an expectation": (lambda p: sign(p, (Expectation(dot(s, u), s), ">=", 0)), "is not evident"),
    "the sign of a member": (lambda p: sign(p, (y(n), ">=", 0)), "y[n] may be no member of the sequence"),
    "the sign of real members": (lambda p: sign(p, (Sum(y(k), (k, 2, n)), ">=", 0)), "is not evident"),
    "an eigenvalue of what is not symmetric": (
        lambda p: sign(p, (largest_eigenvalue(B) ** 2, ">=", 0)), "not known to be symmetric"),
    "a singular value without a number": (lambda p: sign(p, (singular_value(B, a), ">=", 0)), "no number of a"),
    "a singular value before the first": (lambda p: sign(p, (singular_value(B, n - 1), ">=", 0)), "no number of a"),
    "a transposed factor": (lambda p: identity(p, (
        dot(u, hadamard(A, B) * u), "==", dot(u, hadamard(A, B.T) * u))), "different normal forms"),
    "a node of other matrices": (lambda p: identity(p, (determinant(A * B), "==", determinant(B))), "normal forms"),
    "an inverse": (lambda p: identity(p, same(Inverse(B))), "B could be singular"),
    "an inverse of what is semidefinite": (lambda p: identity(p, same(Inverse(Q))), "could be singular"),
    "an inverse of a difference": (lambda p: identity(p, same(Inverse(one - Q))), "could be singular"),
    "an inverse with a shift of any sign": (lambda p: identity(p, same(Inverse(Q + a * one))), "could be singular"),
    "a solution": (lambda p: sign(p, (norm_squared(solve(B, u)), ">=", 0)), "B could be singular"),
    "a determinant that may vanish": (
        lambda p: identity(p.given(Relation(0, "<=", determinant(B))), same(Inverse(B))), "could be singular"),
    "a chain through what may be undefined": (lambda p: chain(
        p, sign(p, (c + norm_squared(Inverse(B)), ">", 0)), sign(p, (0, ">=", -norm_squared(Inverse(B)))),
        to=(c + norm_squared(Inverse(B)), ">=", -norm_squared(Inverse(B)))), "could be singular"),
    "an inverse that cancels": (
        lambda p: identity(p, (norm_squared(Inverse(B) - Inverse(B) + A) + nuclear_norm(Inverse(B)), "==",
                               norm_squared(A) + nuclear_norm(Inverse(B)))), "could be singular"),
    "an inverse times the matrix": (lambda p: identity(
        p.given(Relation(determinant(B), "!=", 0)), (dot(u, Inverse(B) * B * u), "==", dot(u, u))), "normal forms"),
    "a gradient of a norm": (lambda p: identity(p, (
        trace(Gradient(spectral_norm(B), B)), "==", trace(Gradient(spectral_norm(B), B).T))), "might not be smooth"),
    "a gradient of a word that is a norm": (
        lambda p: sign(p, (norm_squared(Gradient(rough * trace(B), B)), ">=", 0)), "might not be smooth"),
    "a gradient of a word without a definition": (
        lambda p: sign(p, (norm_squared(Gradient(computed * trace(B), B)), ">=", 0)), "has no definition"),
    "a gradient of a root": (
        lambda p: sign(p, (norm_squared(Gradient(sp.sqrt(norm_squared(B)), B)), ">=", 0)), "smooth"),
    "a gradient of a maximum": (lambda p: sign(p, (norm_squared(Gradient(Max(trace(B), 0), B)), ">=", 0)), "smooth"),
    "a hypothesis about the signs": (
        lambda p: sign(p, (Expectation(a - dot(s, u), s), ">=", 0), supposed(p, dot(s, u), "<", a)), "which is bound"),
    "a word about the signs": (
        lambda p: sign(p, (Expectation(a - dot(s, u), s), ">=", 0), supposed(p, along_signs, "<", a)), "is bound"),
    "a word without a definition, about the signs": (
        lambda p: sign(p, (Expectation(a - of_signs, s), ">=", 0), supposed(p, of_signs, "<", a)), "is bound"),
    "signs of a semidefinite datum": (lambda p: sign(
        p, (Expectation(dot(v, one_row * v) / (dot(v, one_row * v) + c), one_row), ">=", 0)), "is no column of signs"),
    "an identity without a size": (lambda p: sign(p, (nuclear_norm(sp.Identity(a)), ">=", 0)), "could be no shape"),
    "a zero matrix whose size may be negative": (
        lambda p: sign(p, (nuclear_norm(sp.ZeroMatrix(n - 2, n)), ">=", 0)), "could be no shape"),
    "an eigenvalue of what may be empty": (
        lambda p: sign(p, (largest_eigenvalue(sp.Identity(n - 1)) ** 2, ">=", 0)), "could be empty"),
    "a sum of matrices that is written as one of numbers": (
        lambda p: identity(p, (Sum(M(k), (k, 1, n)), "==", Sum(M(k), (k, 1, n)))), "M[k] is a matrix"),
    "signs that a hypothesis makes positive": (lambda p: identity(
        p.given(Relation(0, "<", along_signs)), (Expectation(log(along_signs), s) * c, "==",
                                                 c * Expectation(log(along_signs), s))), "which is bound"),
    "a premise about signs": (lambda p: chain(
        p, sign(p, (Expectation(dot(s, u) ** 2, s), ">=", 0)), supposed(p, 0, ">=", along_signs)), "which is bound"),
    "a member that may vanish, in a denominator": (lambda p: sign(p, (1 / x(1), ">=", 0)), "not known to be positive"),
    "no member": (lambda p: sign(p, (x(0), ">=", 0)), "may be no member"),
    "a member after the last": (lambda p: sign(p, (x(n + 1), ">=", 0)), "may be no member"),
    "a member that some sizes lack": (lambda p: sign(p, (x(2), ">=", 0)), "may be no member"),
    "a sum beyond the sequence": (lambda p: sign(p, (Sum(x(k), (k, 1, n + 1)), ">=", 0)), "may be no member"),
    "a sum of matrices beyond the sequence": (
        lambda p: identity(p, same(matrix_sum(M(k), (k, 1, 2)))), "may be no member"),
    "a member that is constant in an empty sum": (
        lambda p: sign(p, (Sum(x(k) * y(2) ** 2, (k, 2, n)), ">=", 0)), "may be no member"),
    "a range beyond the sequence": (lambda p: sign(p.at((k, 1, n + 1)), (x(k), ">=", 0)), "may be no member"),
    "a hypothesis about no member": (lambda p: supposed(p, x(n + 1), "<=", a), "may be no member"),
    "a value outside the range": (
        lambda p: specialize(p, sign(p.at((k, 1, n)), (x(k), ">=", 0)), k=n + 1), "outside the range"),
    "a value put under a binder": (lambda p: specialize(
        p, sign(p.at((k, 1, n)), (nuclear_norm(matrix_sum(any_index * M(k), (any_index, 1, n))), ">=", 0)), k=1),
        "nothing is put into matrix_sum"),
    "an index bound twice": (lambda p: sign(
        p, (Sum(nuclear_norm(matrix_sum(M(k), (k, 1, n))) * x(k), (k, 1, n)), ">=", 0)), "k is bound twice"),
    "two sums with one first term": (lambda p: identity(p, tuple(
        sp.Product(nuclear_norm(matrix_sum(N, (k, 1, n))) + x(k), (k, 1, 1)) if N != "==" else N
        for N in (2 * M(k), "==", M(k) + M(1)))), "k is bound twice"),
    "an equality for one member": (lambda p: identity(
        p, (Sum(x(k), (k, 1, n)), "==", n * a), supposed(p, x(1), "==", a)), "different normal forms"),
    "a hypothesis about one member": (lambda p: identity(
        p, (Sum(x(k), (k, 1, n)), "==", n * a), supposed(p.at((k, 1, n)), x(k), "==", a)), "about the layer"),
    "an index with an assumption": (lambda p: sign(p, (Sum(
        (-1) ** sp.Symbol("e", even=True) * x(1), (sp.Symbol("e", even=True), 1, n)), ">=", 0)), "no index of its own"),
    "an index of the algebra": (lambda p: identity(p, (
        Sum(x(k) * x(sp.Symbol("_1", integer=True)), (k, 1, n), (sp.Symbol("_1", integer=True), 1, n)), "==",
        n * Sum(x(k) ** 2, (k, 1, n)))), "no index of its own"),
    "an index that is a word": (
        lambda p: sign(p, (Sum(x(1), (built_in.L, 1, n)), ">=", 0)), "is no word of nodes"),
    "a shape that changes with the index": (lambda p: sign(p, (
        nuclear_norm(matrix_sum(sp.Identity(any_index), (any_index, 1, n))), ">=", 0)), "changes with the index"),
    "cases by a quotient of members": (lambda p: by_order(
        p, supposed(p, a / x(1), "<=", 0), supposed(p, 0, "<=", a / x(1)), Relation(a / x(1), "<=", 0),
        Relation(0, "<=", a / x(1))), "is no polynomial"),
}


@pytest.mark.parametrize("name", ACCEPTED)
def test_what_is_true_is_accepted(name: str) -> None:
    assert refusals(ACCEPTED[name]) == []


@pytest.mark.parametrize("name", REFUSED)
def test_what_does_not_follow_is_refused(name: str) -> None:
    write, because = REFUSED[name]
    assert any(because in message for message in refusals(write)), refusals(write)


@pytest.mark.parametrize("node", [determinant(B), nuclear_norm(B), x(1), Expectation(c, s), norm_squared(GRADIENT)])
def test_none_stands_in_proofs_about_deep_linear_networks(node: sp.Expr) -> None:
    p = Proof("none", Theory("networks", DEEP_LINEAR).library)
    p.add(Step(Relation(node**2, ">=", 0), RULES["sign"]))
    assert refusals_of(p)


def refusals_of(p: Proof) -> list[str]:
    return [result.message for result in p.done({}).check(p.library) if not result.ok]


def test_a_network_has_no_determinant_in_proofs() -> None:
    p = Proof("none", Theory("networks", DEEP_LINEAR).library)
    sign(p, (determinant(built_in.Sigma) ** 2, ">=", 0))
    assert refusals_of(p) == ["sign: determinant(Sigma) (determinant) may not stand in a statement"]


def test_a_word_with_a_free_index_has_no_definition_in_proofs() -> None:
    """It would be one number, and equal to every member."""
    setting = Setting("members", x=sequence(real(), k, 1, n))
    theory = Theory("members", setting)
    theory.quantifier(k, lambda instance: [1])
    member = theory.quantity("member", setting["x"](k))
    p = Proof("none", theory.library)
    p.at((k, 1, n)).define("member")
    assert any("index that is free" in message or "is no word" in message for message in refusals_of(p))
    q = Proof("none", theory.library)
    identity(q.at((k, 1, n)), (member, "==", setting["x"](k)))
    assert refusals_of(q)


def test_a_claim_is_proved_with_them() -> None:
    """A derivation yields a claim; stated with a member that may not be there, it does not."""
    theory = Theory("of nodes", Setting("nodes of a claim", **SETTING.data))
    symbols = theory.setting
    w, N, v = symbols["x"], symbols["M"], symbols["u"]
    total = Sum(norm_squared(N(k)), (k, 1, n))
    images = Sum(dot(N(k).T * v, N(k).T * v), (k, 1, n))
    extra = (w(n + 1) + 1) ** 2 - w(n + 1) ** 2 - 2 * w(n + 1) - 1
    claim = theory.claim("images", "Images", Obligation("all", (dot(v, v) * total, ">=", images)))
    wrong = theory.claim("wrong", "Wrong", Obligation("all", (dot(v, v) * total + extra, ">=", images)))

    def write(p: Proof) -> dict[str, int]:
        each = cauchy_schwarz(p.at((k, 1, n)), v, N(k))
        return {"all": term_by_term(p, each, "sum", (k, 1, n), to=(dot(v, v) * total, ">=", images))}

    for one_claim in (claim, wrong):
        theory.proof(one_claim)(write)
    proved, forged = (theory.library.derivation(x.id) for x in (claim, wrong))
    assert proved is not None and forged is not None
    assert proved.ok(theory.library) and proved.matches(claim, theory.library) == []
    assert "may be no member" in forged.matches(wrong, theory.library)[0]
