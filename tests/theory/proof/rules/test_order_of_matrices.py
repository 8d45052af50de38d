"""The order of symmetric matrices in derivations, and what kinds say of a matrix: falsehoods are refused."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import sympy as sp
from accepting import refusals, refusals_of, supposed

from flatcert import Obligation, Setting, Theory
from flatcert.kinds import matrix, nonnegative, psd, real, size, symmetric, vector
from flatcert.language import dot, trace
from flatcert.rules import at_vector, chain, commuting, identity, scale, semidefinite, sign
from flatcert.theory.algebra.algebra import Algebra
from flatcert.theory.language.relation import Relation
from flatcert.theory.language.symbols import MatrixOf
from flatcert.theory.proof.builder import Proof
from flatcert.theory.proof.rule import Step
from flatcert.theory.proof.rules.table import RULES

d = size("d")
SETTING = Setting("orders", A=symmetric(d), B=symmetric(d), Q=psd(d), X=matrix(d, d), u=vector(d), c=nonnegative(),
                  a=real())
A, B, Q, X, u, c, a = (SETTING[name] for name in SETTING.data)
one, zero = sp.Identity(d), sp.ZeroMatrix(d, d)


def empty() -> Proof:
    """A proof without steps, of a claim over the setting."""
    theory = Theory("orders", SETTING)
    theory.claim("c", "C", Obligation("o", (c, ">=", 0)))
    return Proof("c", theory.library)


def test_kinds_say_what_is_symmetric_and_what_is_semidefinite() -> None:
    algebra = Algebra(())
    assert [algebra.equal(m, m.T) for m in (A, Q, X)] == [True, True, False]
    assert [algebra.is_nonnegative(dot(u, m * u)) for m in (A, Q, X, A * A, X.T * X, X.T * Q * X, X * X)] == [
        False, True, False, True, True, True, False]
    assert [algebra.is_nonnegative(trace(m)) for m in (A, Q, Q * X * X.T, A * A)] == [False, True, True, True]


def test_what_follows_is_accepted() -> None:
    p = empty()
    low, high, other = supposed(p, (one, "psd<=", Q), (Q, "psd<=", c * one), (A, "psd<=", B))
    assert str(p[at_vector(p, other, u)]) == "dot(u, A*u) <= dot(u, B*u)"
    at_vector(p, other, u, to=(dot(u, A * u), "<=", dot(u, B * u)))
    commuting(p, low, high, to=(0 * one, "psd<=", (1 + c) * Q - c * one - Q * Q))
    semidefinite(p, (zero, "psd<=", c * Q + X.T * X + X.T * Q * X + A * A))
    semidefinite(p, (2 * c * A, "psd<=", A * A + c**2 * one), (A - c * one,))
    chain(p, low, high, to=(one, "psd<=", c * one))
    scale(p, other, 2, to=(2 * A, "psd<=", 2 * B))
    identity(p, (dot(u, A * B * u), "==", dot(u, B * A * u)))
    assert refusals(p) == []


@pytest.mark.parametrize(("false", "because"), [
    (lambda p: semidefinite(p, (zero, "psd<=", A)), "A is not evidently semidefinite"),
    (lambda p: semidefinite(p, (zero, "psd<=", -Q)), "-1 is not known to be nonnegative"),
    (lambda p: semidefinite(p, (zero, "psd<=", a * Q)), "a is not known to be nonnegative"),
    (lambda p: semidefinite(p, (Q, "psd<=", zero)), "-1 is not known to be nonnegative"),
    (lambda p: semidefinite(p, (zero, "psd<=", X)), "is not known to be symmetric"),
    (lambda p: semidefinite(p, (zero, "psd<=", Q * A * Q)), "is not evidently semidefinite"),
    (lambda p: semidefinite(p, (zero, "psd<=", A * A * A)), "is not evidently semidefinite"),
    (lambda p: semidefinite(p, (zero, "psd<=", 2 * A * A), (2 * A,)), "is not known to be nonnegative"),
    (lambda p: semidefinite(p, (zero, "==", Q)), "compares matrices"),
    (lambda p: at_vector(p, *supposed(p, (A, "psd<=", B)), u, to=(dot(u, B * u), "<=", dot(u, A * u))),
     "the conclusion is"),
    (lambda p: at_vector(p, *supposed(p, (A, "psd<=", B)), u, to=(dot(u, A * u), "<", dot(u, B * u))),
     "the conclusion is"),
    (lambda p: at_vector(p, *supposed(p, (A, "==", B)), u), "compares no matrices"),
    (lambda p: at_vector(p, *supposed(p, (a, "<=", c)), u), "compares no matrices"),
    (lambda p: commuting(p, *supposed(p, (zero, "psd<=", A), (zero, "psd<=", B))), "are not known to commute"),
    (lambda p: commuting(p, *supposed(p, (A, "psd<=", B), (A, "psd<=", Q))), "are not known to commute"),
    (lambda p: commuting(p, *supposed(p, (one, "psd<=", Q), (c * one, "psd<=", Q)), to=(zero, "psd<=", Q * Q)),
     "the conclusion is"),
    (lambda p: scale(p, *supposed(p, (A, "psd<=", B)), -1, to=(-A, "psd<=", -B)), "is not known to be positive"),
    (lambda p: scale(p, *supposed(p, (A, "psd<=", B)), 1, to=(B, "psd<=", A)), "it is not its premise"),
    (lambda p: chain(p, *supposed(p, (A, "psd<=", B), (Q, "psd<=", B)), to=(A, "psd<=", Q)), "the chain breaks"),
    (lambda p: chain(p, *supposed(p, (A, "psd<=", B)), to=(A, "psd>=", B)), "compared by psd<="),
    (lambda p: supposed(p, (A, "psd>=", B))[0], "compared by psd<="),
    (lambda p: supposed(p, (a, "psd<=", c))[0], "numbers are not compared"),
    (lambda p: supposed(p, (A, "psd<=", X))[0], "is not known to be symmetric"),
    (lambda p: sign(p, (zero, "psd<=", Q)), "a sign is an inequality"),
])
def test_a_falsehood_is_refused(false: Callable[[Proof], int], because: str) -> None:
    """While it is written, or when it is checked, where its author gives the statement."""
    (found,) = refusals_of(empty(), false)
    assert because in found


@pytest.mark.parametrize("step", [
    Step(Relation(dot(u, X * u), "<=", c), RULES["order at a vector"], (0,), data=X),
    Step(Relation(zero, "psd<=", Q), RULES["evidently semidefinite"], (), data=((X, X.T, X),)),
    Step(Relation(zero, "psd<=", A), RULES["commuting factors"], (0, 0)),
    Step(Relation(zero, "psd<=", MatrixOf("A", d, d, "orders", "positive semidefinite")),
         RULES["evidently semidefinite"], (), data=()),
], ids=lambda step: f"{step.statement} from {step.data}")
def test_a_forged_step_is_refused(step: Step) -> None:
    """Also a symbol that claims to be of another kind than the setting says."""
    p = empty()
    supposed(p, (zero, "psd<=", A))
    p.add(step)
    assert len(refusals(p)) == 1
