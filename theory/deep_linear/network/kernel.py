"""The end-to-end kernel moves the regressor under gradient flow."""

from __future__ import annotations

import sympy as sp

from ...algebra.layer_ranges import i
from ...language.claim import Claim, Obligation, scaled, swapped
from ...language.nodes import LayerMatrix, Relation, dot, frobenius
from ...language.quantities import L, M, g, k, kernel_form, u, w_flow
from ...proof.builder import Proof, cite, define, on_generic_entries
from ...proof.rules.eigenvalues import RIESZ
from ...proof.rules.logic import IDENTITY, INSTANCE, REWRITING
from ...proof.rules.sums import TAYLOR
from ...setting.network import P, Xi, adjoint, gradient, q, t
from .common import LAYERS

KERNEL = Claim(
    id="kernel",
    title="The end-to-end kernel",
    kind="identity",
    origins=("standard",),
    requires=("gradient",),
    obligations=(
        Obligation(
            "adjoint",
            Relation(sp.Sum(frobenius(LayerMatrix("adjoint", k)), (k, 1, L)), "==", kernel_form(u, u)),
            over=("u",),
            decide="identity",
            formal="hessian.adjoint_norm",
            mutants=(
                swapped("P_{k-1} -> P_k", {P(k - 1): P(k)}),
                swapped("q_k -> q_{k-1}", {q(k): q(k - 1)}),
                swapped("sum from k = 2", {sp.Tuple(k, 1, L): sp.Tuple(k, 2, L)}),
            ),
        ),
        Obligation(
            "matrix",
            Relation(dot(u, M * u), "==", kernel_form(u, u)),
            over=("u",),
            decide="identity",
            formal="ineq.kernel_matrix",
            mutants=(swapped("q_k -> q_{k-1}", {q(k): q(k - 1)}), scaled("doubled", 2)),
        ),
        Obligation(
            "gradient-norm",
            Relation(sp.Sum(frobenius(LayerMatrix("gradient", k)), (k, 1, L)), "==", kernel_form(g, g)),
            decide="identity",
            formal="hessian.gradient_norm",
            mutants=(scaled("doubled", 2), swapped("P_{k-1} -> P_k", {P(k - 1): P(k)})),
        ),
        Obligation(
            "flow",
            Relation(dot(u, w_flow), "==", -kernel_form(u, g)),
            over=("u",),
            decide="identity",
            formal="hessian.flow_kernel",
            mutants=(scaled("sign flipped", -1), scaled("doubled", 2)),
        ),
    ),
)


def adjoint_of(proof: Proof) -> int:
    """Return ``(J^* u)_k = q_k (P_{k-1} u)^T``, the gradient of ``<u, w>`` with respect to layer ``k``."""
    moved, expansion = define(proof, "layer moved"), define(proof, "adjoint")
    slope = proof.step(
        TAYLOR, (dot(u, P(k - 1).T * Xi(k).T * q(k)), "==", sp.Trace(adjoint(k).T * Xi(k))),
        expansion, moved, data=(t, 1), scope=LAYERS)
    inner = proof.step(
        REWRITING,
        (sp.Trace(adjoint(k).T * Xi(k)), "==", sp.Trace((q(k) * (P(k - 1) * u).T).T * Xi(k))),
        slope, scope=LAYERS)
    return proof.step(RIESZ, (adjoint(k), "==", q(k) * (P(k - 1) * u).T), inner, data=Xi(k), scope=LAYERS)


def kernel_proof(proof: Proof) -> dict[str, int]:
    """The adjoint gives the kernel, and its Frobenius norms are those of rank-one matrices."""
    layer = adjoint_of(proof)
    norm = proof.step(
        IDENTITY, (sp.Sum(frobenius(adjoint(k)), (k, 1, L)), "==", kernel_form(u, u)), layer)
    on_generic_entries(proof, norm)
    matrix = define(proof, "M")
    gradient_is = cite(proof, "gradient", "layer")
    h_is = define(proof, "h")
    h_before = proof.step(INSTANCE, (LayerMatrix("h", k - 1), "==", P(k - 1) * g), h_is,
                          data=((i, k - 1),), scope=LAYERS)
    gradient_norm = proof.step(
        IDENTITY, (sp.Sum(frobenius(gradient(k)), (k, 1, L)), "==", kernel_form(g, g)),
        gradient_is, h_before)
    on_generic_entries(proof, gradient_norm)
    flow_is = define(proof, "flow")
    flow = proof.step(REWRITING, (dot(u, w_flow), "==", -kernel_form(u, g)),
                      flow_is, layer, gradient_is, h_before)
    on_generic_entries(proof, flow)
    return {"adjoint": norm, "matrix": matrix, "gradient-norm": gradient_norm, "flow": flow}


THEOREMS = ((KERNEL, kernel_proof),)
