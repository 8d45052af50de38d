"""Every node of the language in a theorem about matrices of one's own: true ones hold everywhere, changed ones fail.

The theorems are textbook facts, so that a wrong value of a node contradicts one of them. Where one holds with equality,
the same statement moved by 1 % is refuted on the same instances.
"""

from __future__ import annotations

from itertools import islice

import pytest
import sympy as sp

from flatcert.checks.deciding.verdicts import Verdict
from flatcert.checks.deciding.ways import decider
from flatcert.kinds import matrix, positive, psd, real, sequence, signs, size, symmetric, vector
from flatcert.language import (
    Abs,
    Expectation,
    Gradient,
    Hessian,
    Inverse,
    Max,
    Min,
    Sum,
    determinant,
    dot,
    hadamard,
    kronecker,
    largest_eigenvalue,
    matrix_product,
    matrix_sum,
    norm_squared,
    nuclear_norm,
    singular_value,
    smallest_eigenvalue,
    solve,
    spectral_norm,
    sqrt,
    trace,
)
from flatcert.theory.language.obligation import Obligation
from flatcert.theory.language.relation import Relation
from flatcert.theory.language.setting import Setting

m, n = size("m"), size("n")
k = sp.Symbol("k", integer=True, positive=True)
ZOO = Setting("zoo", A=matrix(m, n), B=matrix(m, n), Q=psd(n), H=symmetric(n), x=vector(n), s=signs(n), t=positive(),
              W=sequence(matrix(n, n), k, 1, 3), c=sequence(real(), k, 1, 3))
A, B, Q, H, x, s, t = (ZOO[name] for name in "ABQHxst")
IDENTITY, ZERO = sp.Identity(n), sp.ZeroMatrix(n, n)
W, c = ZOO["W"], ZOO["c"]
NET = norm_squared(W(3) * W(2) * W(1)) / 2
F = dot(x, Q * x) / 2 + t * norm_squared(x) / 2
DEFINITE = (Relation(determinant(Q), ">", 0),)
CASES = 40

TRUE = {
    "spectral and Frobenius": (spectral_norm(A), "<=", sqrt(norm_squared(A))),
    "Frobenius and nuclear": (sqrt(norm_squared(A)), "<=", nuclear_norm(A)),
    "second and first": (singular_value(H, 2), "<=", singular_value(H, 1)),
    "triangle": (nuclear_norm(A + B), "<=", nuclear_norm(A) + nuclear_norm(B)),
    "Weyl": (largest_eigenvalue(Q + H), "<=", largest_eigenvalue(Q) + largest_eigenvalue(H)),
    "spectral norm of a symmetric matrix": (
        spectral_norm(H), "==", Max(largest_eigenvalue(H), -smallest_eigenvalue(H))),
    "least part": (Min(trace(Q), t), "<=", t),
    "trace": (largest_eigenvalue(Q), "<=", trace(Q)),
    "Hadamard's determinant": (determinant(Q), "<=", (trace(Q) / n) ** n),
    "Kantorovich, from below": (dot(x, x) ** 2, "<=", dot(x, Inverse(Q) * x) * dot(x, Q * x)),
    "a solution": (Q * solve(Q, x), "==", x),
    "Kronecker": (spectral_norm(kronecker(A, B)), "==", spectral_norm(A) * spectral_norm(B)),
    "entrywise": (norm_squared(hadamard(A, B)), "<=", norm_squared(A) * norm_squared(B)),
    "expectation of a form": (Expectation(dot(s, H * s), s), "==", trace(H)),
    "Khintchine": (Expectation(Abs(dot(s, x)), s) ** 2, "<=", norm_squared(x)),
    "gradient": (Gradient(F, x), "==", Q * x + t * x),
    "Hessian": (Hessian(F, x), "==", Q + t * IDENTITY),
    "gradient in a layer": (Gradient(NET, W(2)), "==", W(3).T * W(3) * W(2) * W(1) * W(1).T),
    "Hessian in three layers": (trace(Hessian(NET, W(1), W(2), W(3))), "==", n * (
        norm_squared(W(3) * W(2)) + norm_squared(W(2) * W(1))) + norm_squared(W(3)) * norm_squared(W(1))),
    "a sequence of numbers": (Sum(c(k), (k, 1, 3)) ** 2, "<=", 3 * Sum(c(k) ** 2, (k, 1, 3))),
    "a product of layers": (matrix_product(W(k), (k, 1, 3)), "==", W(3) * W(2) * W(1)),
    "a sum of layers": (matrix_sum(k * W(k), (k, 2, 3)), "==", 2 * W(2) + 3 * W(3)),
    "no layers": (matrix_sum(A, (k, 2, 1)) * matrix_product(W(k), (k, 2, 1)) + A, "==", A),
    "gradient of a product": (Gradient(norm_squared(matrix_product(W(k), (k, 1, 2))), W(2)), "==",
                              2 * W(2) * W(1) * W(1).T),
    "order": (Q, "psd<=", largest_eigenvalue(Q) * IDENTITY),
    "Gram": (A.T * A, "psd>=", ZERO),
    "Schur": (hadamard(Q, Q), "psd>=", ZERO),
}
NEEDS_INVERSE = ("Kantorovich, from below", "a solution")


def verdicts(relation: tuple[sp.Basic, str, sp.Basic], name: str) -> list[Verdict]:
    given = DEFINITE if name in NEEDS_INVERSE else ()
    way = decider(Obligation("stated", Relation(*relation), given=given, on=("any",), setting=ZOO))
    return [way.decide(case).verdict for case in islice(way.cases(0), CASES)]


@pytest.mark.parametrize("name", TRUE)
def test_a_theorem_holds_on_all_instances(name: str) -> None:
    """Ties are decided, too: nothing is left open."""
    found = verdicts(TRUE[name], name)
    assert set(found) <= {Verdict.HELD, Verdict.NOT_APPLICABLE} and Verdict.HELD in found


@pytest.mark.parametrize("name", [name for name, (_, op, _) in TRUE.items() if not op.startswith("psd>")])
def test_a_theorem_moved_by_one_percent_is_refuted(name: str) -> None:
    lhs, op, rhs = TRUE[name]
    assert Verdict.REFUTED in verdicts((sp.Rational(101, 100) * lhs, op, rhs), name)
