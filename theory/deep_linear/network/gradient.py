"""The gradient of the risk in a layer is a matrix of rank one."""

from __future__ import annotations

import sympy as sp

from ...language.claim import Claim, Obligation, scaled, swapped
from ...language.nodes import LayerMatrix, Relation, dot
from ...language.quantities import Sigma, k, u, w, w_star
from ...proof.builder import Proof, on_generic_entries
from ...proof.rules.eigenvalues import every_direction
from ...proof.rules.logic import chain, rewrite, specialize
from ...proof.rules.sums import taylor_coefficient
from ...setting.network import P, W, Xi, gradient, q, risk_layer, risk_min, t
from .common import LAYERS, h, regressor

GRADIENT = Claim(
    id="gradient",
    title="Gradient of the risk",
    kind="identity",
    origins=("standard",),
    obligations=(
        Obligation(
            "layer",
            Relation(LayerMatrix("gradient", k), "==", q(k) * h(k - 1).T),
            over=("k",),
            decide="identity",
            formal="taylor.gradient",
            mutants=(
                scaled("risk with the factor 1/2", sp.Rational(1, 2)),
                scaled("sign flipped", -1),
                swapped("h_{k-1} -> P_{k-1} w", {h(k - 1): P(k - 1) * w}),
            ),
        ),
    ),
)


def at_layer(p: Proof) -> int:
    """Derive ``w = P_{k-1}^T W_k^T q_k``, the regressor as a function of one layer."""
    inner = rewrite(p, (dot(u, P(k - 1).T * W(k).T * q(k)), "==", dot(u, w)), regressor(p), p.define("P"))
    return every_direction(p, (P(k - 1).T * W(k).T * q(k), "==", w), inner, u)


def gradient_proof(p: Proof) -> dict[str, int]:
    """The linear term of the risk when one layer moves is an inner product with the gradient."""
    cut = at_layer(p)
    moved, risk, expansion, g_is, h_is = (p.define(x) for x in ("layer moved", "risk layer", "gradient", "g", "h"))
    residual = w + t * P(k - 1).T * Xi(k).T * q(k) - w_star
    linear = rewrite(p, (risk_min + dot(residual, Sigma * residual), "==", risk_layer), risk, moved, cut)
    expanded = chain(p, linear, expansion)
    h_before = specialize(p.at(*LAYERS), h_is, i=k - 1)
    outer = q(k) * h(k - 1).T
    slope = taylor_coefficient(
        p, (sp.Trace(outer.T * Xi(k)), "==", sp.Trace(gradient(k).T * Xi(k))), expanded, t, 1, h_before, g_is)
    layer = every_direction(p, (gradient(k), "==", outer), slope, Xi(k))
    on_generic_entries(p, layer)
    return {"layer": layer}


THEOREMS = ((GRADIENT, gradient_proof),)
