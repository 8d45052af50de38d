"""Matrices in Loewner's order, and derivatives of words, decided on instances by the ordinary routes."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
import sympy as sp

from flatcert import language as fl
from flatcert.checks.deciding.balls import compare
from flatcert.checks.deciding.verdicts import Outcome, Verdict
from flatcert.checks.deep_linear.evaluation.batches import sides
from flatcert.checks.deep_linear.evaluation.scope import RealScope, holds
from flatcert.checks.deep_linear.instances.instance import Instance, make
from flatcert.checks.evaluation.abstract_scope import Pair
from flatcert.theory.language import quantities as Q
from flatcert.theory.language.nodes import width
from flatcert.theory.language.relation import Relation

IDENTITY = sp.Identity(width(0))
CASES = [make(f"case {i}", [[2, 1], [1, Fraction(i + 1, 2)]], [[[1, i]], [[2]]]) for i in range(6)]


def decided(relation: Relation, case: Instance) -> Outcome:
    return compare(relation, lambda ring: RealScope(case, ring))


ORDERED = {
    "equal": (Q.Sigma, "psd<=", Q.Sigma, Verdict.HELD),
    "twice": (Q.Sigma, "psd<=", 2 * Q.Sigma, Verdict.HELD),
    "half": (2 * Q.Sigma, "psd<=", Q.Sigma, Verdict.REFUTED),
    "backwards": (2 * Q.Sigma, "psd>=", Q.Sigma, Verdict.HELD),
    "not below one": (Q.Sigma, "psd<=", IDENTITY, Verdict.REFUTED),
    "below the trace": (Q.Sigma, "psd<=", Q.trace_Sigma * IDENTITY, Verdict.HELD),
    "rank one": (sp.ZeroMatrix(width(0), width(0)), "psd<=", Q.w * Q.w.T, Verdict.HELD),
}


@pytest.mark.parametrize("name", ORDERED)
def test_the_order_of_symmetric_matrices(name: str) -> None:
    """Ties (a difference with the eigenvalue zero) are decided exactly."""
    small, op, large, verdict = ORDERED[name]
    relation = Relation(small, op, large)
    for case in CASES:
        assert decided(relation, case).verdict is verdict
        assert holds(relation, case) is (verdict is Verdict.HELD)


def test_the_largest_eigenvalue_bounds_the_matrix_and_nothing_less_does() -> None:
    """The largest eigenvalue is irrational in some cases: the tie is one of algebraic numbers."""
    top = Q.lambda_max * IDENTITY
    for case in CASES:
        assert decided(Relation(Q.Sigma, "psd<=", top), case).verdict is Verdict.HELD
        assert decided(Relation(Q.Sigma, "psd<=", sp.Rational(99, 100) * top), case).verdict is Verdict.REFUTED


def test_a_matrix_that_is_not_symmetric_is_not_compared() -> None:
    with pytest.raises(ValueError, match="not symmetric"):
        decided(Relation(Q.Sigma, "psd<=", Q.Sigma * Q.w * Q.w.T), CASES[1])


DERIVATIVES = {
    "hessian of the energy": Relation(fl.largest_eigenvalue(fl.Hessian(Q.E, Q.w_star)), "==", 2 * Q.lambda_max),
    "gradient of the energy": Relation(fl.norm_squared(fl.Gradient(Q.E, Q.w_star)), "==", 4 * Q.b * Q.E),
    "gradient of a norm": Relation(fl.norm_squared(fl.Gradient(Q.norm_w, Q.w_star)), "==", sp.S.One),
}


@pytest.mark.parametrize("name", DERIVATIVES)
def test_words_are_differentiated_by_their_definitions(name: str) -> None:
    """Also in batches, where each instance is evaluated by itself."""
    relation = DERIVATIVES[name]
    for case in CASES[1:]:
        assert decided(relation, case).verdict is Verdict.HELD
    both = sides(relation, [Pair(case, {}) for case in CASES[1:]])
    assert np.isfinite(both).all() and both[:, 0] == pytest.approx(both[:, 1])
    changed = Relation(relation.lhs, "==", sp.Rational(99, 100) * relation.rhs)
    assert decided(changed, CASES[1]).verdict is Verdict.REFUTED


def test_a_primitive_has_no_derivative() -> None:
    """``lambda_pos`` is computed of Sigma by no expression: it is not taken for a constant."""
    with pytest.raises(TypeError, match="lambda_pos has no definition"):
        decided(Relation(fl.norm_squared(fl.Gradient(Q.lambda_pos * Q.E, Q.Sigma)), "==", 0), CASES[1])
