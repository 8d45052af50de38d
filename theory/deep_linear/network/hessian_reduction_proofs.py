"""Derivation of the reduced Hessian: both terms of ``hessian``, with the direction read off layer by layer."""

from __future__ import annotations

import sympy as sp

from ...language import quantities as Q
from ...language.nodes import dot, width
from ...proof.derivation import Derivation, Proof, i
from ...proof.rules.logic import INSTANCE, REWRITING, TRANSITIVITY
from ...proof.rules.rank import RANK
from ...proof.rules.sums import TERMWISE
from ...setting.network import P, Xi, q
from .hessian_reduction import FIRST, PAIRS, SECOND, backward, h
from .kernel_proofs import cite, define, generic

L, Sigma, g, j, k, u = Q.L, Q.Sigma, Q.g, Q.j, Q.k, Q.u


def hessian_reduction_proof() -> Derivation:
    """``first`` of ``hessian`` twice, at ``Sigma w'`` and at ``Sigma P_{k-1}^T b_k``; ``second`` at ``g``."""
    proof = Proof("hessian-reduction")
    risk, first, second = (cite(proof, "hessian", name) for name in ("risk", "first", "second"))

    image = Sigma * Q.w_dot
    outer = proof.step(
        INSTANCE, (dot(image, Q.w_dot), "==", sp.Sum(dot(q(k), Xi(k) * P(k - 1) * image), (k, 1, L))),
        first, data=((u, image),))
    part = Sigma * P(j - 1).T * backward(j)
    inner = proof.step(
        INSTANCE, (dot(part, Q.w_dot), "==", sp.Sum(dot(q(k), Xi(k) * P(k - 1) * part), (k, 1, L))),
        first, data=((u, part),), scope=((j, 1, L),))
    layers = proof.step(
        TERMWISE, (sp.Sum(dot(part, Q.w_dot), (j, 1, L)), "==",
                   sp.Sum(proof[inner].rhs, (j, 1, L))), inner, data=("sum", (j, 1, L)))
    squared = proof.step(TRANSITIVITY, (dot(image, Q.w_dot), "==", FIRST), outer, layers,
                         note="the direction enters through Xi_k^T q_k only")

    gradient = proof.step(INSTANCE, (dot(g, Q.w_ddot), "==", proof[second].rhs.xreplace({u: g})), second,
                          data=((u, g),))
    h_is = define(proof, "h")
    h_before = proof.step(INSTANCE, (h(j - 1), "==", P(j - 1) * g), h_is, data=((i, j - 1),), scope=((j, 1, L),))
    paired = proof.step(REWRITING, (dot(g, Q.w_ddot), "==", 2 * SECOND), gradient, h_before,
                        note="and through Xi_j h_{j-1}")
    form = proof.step(REWRITING, (Q.curvature, "==", 2 * FIRST + 2 * SECOND), risk, squared, paired)
    generic(proof, form, least_depth=2)
    rank = proof.step(RANK, (Q.hessian_rank, "<=", PAIRS + width(L - 1)), form)
    return proof.done(form=form, rank=rank)


PROOFS = {"hessian-reduction": hessian_reduction_proof}
