"""The end-to-end kernel moves the regressor under gradient flow."""

from __future__ import annotations

from functools import partial

import sympy as sp

from ...language.claim import Claim, Obligation, scaled, swapped
from ...language.nodes import LayerMatrix, Relation, dot, norm_squared
from ...language.quantities import L, M, g, k, kernel_form, u, w_flow
from ...proof.builder import Proof, on_generic_entries
from ...proof.rules.eigenvalues import every_direction
from ...proof.rules.logic import identity, rewrite, specialize
from ...proof.rules.sums import taylor_coefficient
from ...setting.network import P, Xi, adjoint, gradient, q, t
from .common import LAYERS

_identity = partial(Obligation, over=("u",), decide="identity")

KERNEL = Claim(
    id="kernel",
    title="The end-to-end kernel",
    kind="identity",
    origins=("standard",),
    requires=("gradient",),
    obligations=(
        _identity("adjoint",
                  Relation(sp.Sum(norm_squared(LayerMatrix("adjoint", k)), (k, 1, L)), "==", kernel_form(u, u)),
                  formal="hessian.adjoint_norm",
                  mutants=(swapped("P_{k-1} -> P_k", {P(k - 1): P(k)}),
                           swapped("q_k -> q_{k-1}", {q(k): q(k - 1)}),
                           swapped("sum from k = 2", {sp.Tuple(k, 1, L): sp.Tuple(k, 2, L)}))),
        _identity("matrix", Relation(dot(u, M * u), "==", kernel_form(u, u)), formal="ineq.kernel_matrix",
                  mutants=(swapped("q_k -> q_{k-1}", {q(k): q(k - 1)}), scaled("doubled", 2))),
        Obligation("gradient-norm",
                   Relation(sp.Sum(norm_squared(LayerMatrix("gradient", k)), (k, 1, L)), "==", kernel_form(g, g)),
                   decide="identity", formal="hessian.gradient_norm",
                   mutants=(scaled("doubled", 2), swapped("P_{k-1} -> P_k", {P(k - 1): P(k)}))),
        _identity("flow", Relation(dot(u, w_flow), "==", -kernel_form(u, g)), formal="hessian.flow_kernel",
                  mutants=(scaled("sign flipped", -1), scaled("doubled", 2))),
    ),
)


def adjoint_of(p: Proof) -> int:
    """Derive ``(J^* u)_k = q_k (P_{k-1} u)^T``, the gradient of ``<u, w>`` with respect to layer ``k``."""
    moved, expansion = p.define("layer moved"), p.define("adjoint")
    slope = taylor_coefficient(
        p, (dot(u, P(k - 1).T * Xi(k).T * q(k)), "==", sp.Trace(adjoint(k).T * Xi(k))), expansion, t, 1, moved)
    return every_direction(p, (adjoint(k), "==", q(k) * (P(k - 1) * u).T), slope, Xi(k))


def kernel_proof(p: Proof) -> dict[str, int]:
    """The adjoint gives the kernel, and its Frobenius norms are those of rank-one matrices."""
    layer = adjoint_of(p)
    norm = identity(p, (sp.Sum(norm_squared(adjoint(k)), (k, 1, L)), "==", kernel_form(u, u)), layer)
    on_generic_entries(p, norm)
    gradient_is, matrix, h_is, flow_is = p.cite("gradient", "layer"), *(p.define(x) for x in ("M", "h", "flow"))
    h_before = specialize(p.at(*LAYERS), h_is, i=k - 1)
    gradient_norm = identity(
        p, (sp.Sum(norm_squared(gradient(k)), (k, 1, L)), "==", kernel_form(g, g)), gradient_is, h_before)
    on_generic_entries(p, gradient_norm)
    flow = rewrite(p, (dot(u, w_flow), "==", -kernel_form(u, g)), flow_is, layer, gradient_is, h_before)
    on_generic_entries(p, flow)
    return {"adjoint": norm, "matrix": matrix, "gradient-norm": gradient_norm, "flow": flow}


THEOREMS = ((KERNEL, kernel_proof),)
