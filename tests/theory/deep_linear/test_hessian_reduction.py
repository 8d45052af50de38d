"""``hessian-reduction``: what its rule refuses, and the kernel of exact Hessians by another route."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import sympy as sp
from flint import fmpq, fmpq_mat
from hypothesis import given, settings
from hypothesis import strategies as st

from flatcert.checks import checker
from flatcert.checks.deep_linear.evaluation.bindings.network import dense_hessian
from flatcert.checks.deep_linear.instances.instance import Instance, make
from flatcert.checks.deep_linear.instances.pool import instance
from flatcert.theory.algebra.algebra import Judgment
from flatcert.theory.deep_linear.network.hessian_reduction import FIRST, PAIRS, SECOND
from flatcert.theory.language import quantities as Q
from flatcert.theory.language.claim import Given
from flatcert.theory.language.nodes import Relation, dot, family, width
from flatcert.theory.library import BUILT_IN
from flatcert.theory.proof.derivation import Refused, Step
from flatcert.theory.proof.rules.rank import hessian_rank
from flatcert.theory.typeset.formulas import statement

L, j, k, g = Q.L, Q.j, Q.k, Q.g
P, q, h, Xi, W = (family(name) for name in ("P", "q", "h", "Xi", "W"))
WIDE = make("wide", [[2, 1], [1, 3]], [[[1, 2], [0, 1], [3, -1]], [[1, 1, 2], [2, 0, 1]], [[1, -1]]], regressor=[1, 1])
BOUND = Relation(Q.hessian_rank, "<=", PAIRS + width(L - 1))


def accepted(form: sp.Expr, statement: Relation = BOUND, facts: tuple[Given, ...] = (), lhs: sp.Expr = Q.curvature,
             op: str = "==") -> bool:
    try:
        premise = Judgment(Relation(lhs, op, form), frozenset(facts))
        hessian_rank.infer(Step(statement, hessian_rank, (0,)), [premise], premise.facts, statement)
    except Refused:
        return False
    return True


def test_the_rule_accepts_any_function_of_what_the_hessian_sees() -> None:
    assert accepted(2 * FIRST + 2 * SECOND)
    assert accepted(FIRST * SECOND + Q.S)
    assert accepted(2 * FIRST, facts=("minimizer",))


@pytest.mark.parametrize("form", [
    sp.Sum(dot(Xi(k) * h(k - 1), q(k)), (k, 1, L)),  # the last layer, too
    sp.Sum(dot(Xi(k) * P(k - 1) * g, q(k)), (k, 1, L - 1)),  # the same vector, but not by its name
    sp.Sum(dot(Xi(k) * h(k - 1), Xi(k) * h(k - 1)), (j, 1, k), (k, 1, L)),
    sp.Sum(dot(Xi(k).T * W(k) * h(k - 1), h(k - 1)), (k, 1, L)),
    sp.Sum(sp.Trace(Xi(k).T * Xi(k)), (k, 1, L)),
    dot(Q.w_dot, Q.Sigma * Q.w_dot),
    Q.slope**2,
    sp.Symbol("unknown"),
], ids=str)
def test_the_rule_refuses_what_may_see_more(form: sp.Expr) -> None:
    assert not accepted(form)


def test_the_rule_refuses_other_premises_and_smaller_bounds() -> None:
    assert not accepted(2 * FIRST, lhs=Q.slope)
    assert not accepted(2 * FIRST, op="<=")
    assert not accepted(2 * FIRST, facts=(Relation(Q.curvature, ">", 0),))
    for rhs in (PAIRS + width(L), PAIRS + width(L - 1) - 1, PAIRS):
        assert not accepted(2 * FIRST, Relation(Q.hessian_rank, "<=", rhs))
    assert not accepted(2 * FIRST, Relation(Q.hessian_rank, "==", PAIRS + width(L - 1)))


def seen(case: Instance) -> fmpq_mat:
    """The exact matrix of ``Xi -> (Xi_k h_{k-1} for k < L, Xi_k^T q_k for k <= L)``, a column for every weight."""
    q_, h_ = case.network.backward(), case.network.forward(
        2 * (case.covariance @ (case.network.regressor() - case.regressor)))
    columns = []
    for at, moved in enumerate(case.weights):
        for row, column in np.ndindex(moved.shape):
            entries: list[Any] = []
            for k_, layer in enumerate(case.weights):
                m, n = layer.shape
                here = k_ == at
                if k_ < case.depth - 1:
                    entries += [h_[k_][column] if here and a == row else fmpq(0) for a in range(m)]
                entries += [q_[k_ + 1][row] if here and b == column else fmpq(0) for b in range(n)]
            columns.append(entries)
    return fmpq_mat(columns).transpose()


def null_space(matrix: fmpq_mat) -> list[list[fmpq]]:
    """Exact vectors that span it."""
    reduced, rank = matrix.rref()
    pivots = [next(c for c in range(matrix.ncols()) if reduced[r, c] != 0) for r in range(rank)]
    found = []
    for free in sorted(set(range(matrix.ncols())) - set(pivots)):
        vector = [fmpq(int(c == free)) for c in range(matrix.ncols())]
        for r, pivot in enumerate(pivots):
            vector[pivot] = -reduced[r, free]
        found.append(vector)
    return found


def bound(case: Instance) -> int:
    d = case.widths
    return d[-2] + sum(d[i] + d[i - 1] - 1 for i in range(1, case.depth))


@pytest.mark.parametrize("case", [
    WIDE,
    make("readout", [[2, 1], [1, 3]], [[[1, 2], [0, 1]], [[1, 3], [2, 1], [1, 1]]], readout=[1, 2, 0],
         regressor=[1, 0]),
    make("singular", [[1, 1], [1, 1]], [[[1, 2], [1, 0]], [[3, 1]]], regressor=[1, 1]),
    make("a layer of zeros", [[1, 0], [0, 2]], [[[1, 2], [3, 1]], [[0, 0], [0, 0]], [[1, 1]]], regressor=[1, 1]),
    make("minimizer", [[1, 0], [0, 2]], [[[1, 2], [3, 1]], [[1, 1]]]),
    make("depth one", [[1, 0], [0, 2]], [[[1, 2], [3, 1]]], readout=[1, 1], regressor=[1, 1]),
    *(instance("stray", 0, index) for index in range(3)),
], ids=lambda case: case.name)
def test_directions_that_the_hessian_does_not_see_are_its_kernel(case: Instance) -> None:
    """By the dense Hessian, and the null space of the two vectors a layer: exact linear algebra, no derivation."""
    if sum(layer.size for layer in case.weights) > 60:
        pytest.skip("too many weights for a dense matrix")
    dense, matrix = fmpq_mat(dense_hessian(case).tolist()), seen(case)
    unseen = null_space(matrix)
    assert len(unseen) == matrix.ncols() - matrix.rank() and matrix.rank() <= bound(case)
    assert dense.rank() <= matrix.rank()
    for vector in unseen:
        assert all(x == 0 for x in (dense * fmpq_mat([[x] for x in vector])).entries())


def test_the_bound_is_attained_away_from_minimizers() -> None:
    case = WIDE
    assert fmpq_mat(dense_hessian(case).tolist()).rank() == bound(case) == 10 < sum(x.size for x in case.weights) == 14


@settings(max_examples=30, deadline=None)
@given(st.integers(1, 5).flatmap(lambda n: st.lists(
    st.lists(st.integers(-1, 1), min_size=n, max_size=n), min_size=1, max_size=5)))
def test_the_checker_finds_the_rank(rows: list[list[int]]) -> None:
    checker.context.work = checker.WORK
    assert len(checker.row_space([[checker.Fraction(x) for x in row] for row in rows])) == fmpq_mat(rows).rank()


def test_the_checker_gives_no_rank_of_intervals() -> None:
    with pytest.raises(checker.Undecided):
        checker.row_space([[checker.Number(checker.Fraction(0), checker.Fraction(1))]])


def test_the_claim_says_what_the_rule_counts() -> None:
    claim = BUILT_IN.claim("hessian-reduction")
    assert claim.obligation("rank").relation == BOUND
    shown = statement(BOUND)
    assert "d_{k - 1} - 1" in shown and r"\operatorname{rank}\nabla^2 R" in shown
