"""The Hessian at any weights reduces to two vectors a layer."""

from __future__ import annotations

import sympy as sp

from ...language.claim import Claim, Obligation, operator, scaled, swapped
from ...language.nodes import Relation, SubProduct, dot, width
from ...language.quantities import L, Sigma, curvature, g, hessian_rank, j, k, w, w_ddot, w_dot
from ...proof.builder import Proof, on_generic_entries
from ...proof.rules import rank
from ...proof.rules.logic import chain, rewrite, specialize
from ...proof.rules.sums import term_by_term
from ...setting.network import P, Xi, q
from .common import h


def forward(layer: sp.Expr) -> sp.MatrixExpr:
    """Return ``a_k = Xi_k h_{k-1}``, of shape ``(d_k, 1)``: the Hessian sees only ``a_k`` and ``b_k`` of ``Xi_k``."""
    return Xi(layer) * h(layer - 1)


def backward(layer: sp.Expr) -> sp.MatrixExpr:
    """Return ``b_k = Xi_k^T q_k``, of shape ``(d_{k-1}, 1)``."""
    return Xi(layer).T * q(layer)


FIRST = sp.Sum(dot(P(j - 1).T * backward(j), Sigma * P(k - 1).T * backward(k)), (j, 1, L), (k, 1, L))
"""``w'^T Sigma w'``, where ``w' = sum_k P_{k-1}^T b_k``."""
SECOND = sp.Sum(dot(forward(j), SubProduct(j, k).T * backward(k)), (j, 1, k - 1), (k, 1, L))
"""Half of ``g^T w''``: the sum over ``j < k`` of ``a_j^T (W_{k-1} ... W_{j+1})^T b_k``."""
PAIRS = sp.Sum(width(k - 1) + width(k) - 1, (k, 1, L - 1))
"""The dimensions of all ``(a_k, b_k)`` with ``q_k^T a_k = b_k^T h_{k-1}``, of the layers below the last one."""

CLAIM = Claim(
    id="hessian-reduction",
    title="The Hessian sees two vectors of each layer",
    kind="identity",
    requires=("hessian",),
    obligations=(
        Obligation(
            "form",
            Relation(curvature, "==", 2 * FIRST + 2 * SECOND),
            over=("Xi",),
            decide="identity",
            formal="hessian.hessian_form",
            mutants=(
                swapped("2 -> 1 before the first sum", {2 * FIRST: FIRST}),
                swapped("2 -> 1 before the second sum", {2 * SECOND: SECOND}),
                swapped("without the second sum", {2 * SECOND: sp.S.Zero}),
                swapped("without the terms j = k of the first sum", {
                    FIRST: sp.Sum(FIRST.function, (j, 1, k - 1), (k, 1, L))}),
                swapped("j = k - 1 left out", {sp.Tuple(j, 1, k - 1): sp.Tuple(j, 1, k - 2)}),
                swapped("h_{j-1} -> P_{j-1} w", {h(j - 1): P(j - 1) * w}),
                scaled("sign flipped", -1),
            ),
        ),
        Obligation(
            "rank",
            Relation(hessian_rank, "<=", PAIRS + width(L - 1)),
            space="dense",
            direct=True,
            tight=True,
            mutants=(
                swapped("one dimension less in the last layer", {width(L - 1): width(L - 1) - 1}),
                swapped("b_k = 0 for k < L", {width(k - 1): sp.S.One}),
                swapped("a_k = 0", {width(k): sp.S.One}),
                swapped("two relations between a_k and b_k", {PAIRS: PAIRS - (L - 1)}),
                swapped("d_{L-1} -> d_L", {width(L - 1): width(L)}),
                operator("strictly", "<"),
            ),
        ),
    ),
    note="With a_k = Xi_k h_{k-1} and b_k = Xi_k^T q_k, for which <q_k,a_k> = <b_k,h_{k-1}>: a direction in which all "
         "b_k, and a_k for k < L, vanish lies in the kernel of the Hessian. Its non-zero eigenvalues are those of an "
         "eigenproblem of as many dimensions as bound the rank.",
)


def hessian_reduction_proof(p: Proof) -> dict[str, int]:
    """``first`` of ``hessian`` is used at ``Sigma w'`` and at ``Sigma P_{k-1}^T b_k``, ``second`` is used at ``g``."""
    risk, first, second = (p.cite("hessian", name) for name in ("risk", "first", "second"))
    outer = specialize(p, first, u=Sigma * w_dot)
    inner = specialize(p.at((j, 1, L)), first, u=Sigma * P(j - 1).T * backward(j))
    layers = term_by_term(p, inner, "sum", (j, 1, L))
    squared = chain(p.note("the direction enters through Xi_k^T q_k only"), outer, layers)
    gradient = specialize(p, second, u=g)
    h_before = specialize(p.at((j, 1, L)), p.define("h"), i=j - 1)
    paired = rewrite(p.note("and through Xi_j h_{j-1}"), (dot(g, w_ddot), "==", 2 * SECOND), gradient, h_before)
    form = rewrite(p, (curvature, "==", 2 * FIRST + 2 * SECOND), risk, squared, paired)
    on_generic_entries(p, form, least_depth=2)
    return {"form": form, "rank": rank.hessian_rank(p, form)}


THEOREMS = ((CLAIM, hessian_reduction_proof),)
