"""The gradient of the risk in a layer is a matrix of rank one."""

from __future__ import annotations

import sympy as sp

from ...algebra.layer_ranges import i
from ...language.claim import Claim, Obligation, scaled, swapped
from ...language.nodes import LayerMatrix, Relation, dot
from ...language.quantities import Sigma, g, k, u, w, w_star
from ...proof.builder import Proof, define, on_generic_entries
from ...proof.rules.eigenvalues import RIESZ
from ...proof.rules.logic import INSTANCE, REWRITING, TRANSITIVITY
from ...proof.rules.sums import TAYLOR
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


def at_layer(proof: Proof) -> int:
    """Derive ``w = P_{k-1}^T W_k^T q_k``, the regressor as a function of one layer."""
    cut = regressor(proof)
    forward = define(proof, "P")
    inner = proof.step(REWRITING, (dot(u, P(k - 1).T * W(k).T * q(k)), "==", dot(u, w)), cut, forward,
                       scope=LAYERS)
    return proof.step(RIESZ, (P(k - 1).T * W(k).T * q(k), "==", w), inner, data=u, scope=LAYERS)


def gradient_proof(proof: Proof) -> dict[str, int]:
    """The linear term of the risk when one layer moves is an inner product with the gradient."""
    cut = at_layer(proof)
    moved, risk = define(proof, "layer moved"), define(proof, "risk layer")
    expansion = define(proof, "gradient")
    linear = proof.step(
        REWRITING,
        (risk_min + dot(w + t * P(k - 1).T * Xi(k).T * q(k) - w_star,
                        Sigma * (w + t * P(k - 1).T * Xi(k).T * q(k) - w_star)), "==", risk_layer),
        risk, moved, cut, scope=LAYERS)
    expanded = proof.step(
        TRANSITIVITY, (proof[linear].lhs, "==", proof[expansion].rhs), linear, expansion, scope=LAYERS)
    slope = proof.step(
        TAYLOR,
        (2 * dot(P(k - 1).T * Xi(k).T * q(k), Sigma * (w - w_star)), "==",
         sp.Trace(gradient(k).T * Xi(k))),
        expanded, data=(t, 1), scope=LAYERS)
    g_is, h_is = define(proof, "g"), define(proof, "h")
    h_before = proof.step(INSTANCE, (LayerMatrix("h", k - 1), "==", P(k - 1) * g), h_is,
                          data=((i, k - 1),), scope=LAYERS)
    inner = proof.step(
        REWRITING,
        (sp.Trace(gradient(k).T * Xi(k)), "==", sp.Trace((q(k) * LayerMatrix("h", k - 1).T).T * Xi(k))),
        slope, h_before, g_is, scope=LAYERS)
    layer = proof.step(RIESZ, (gradient(k), "==", q(k) * LayerMatrix("h", k - 1).T), inner,
                       data=Xi(k), scope=LAYERS)
    on_generic_entries(proof, layer)
    return {"layer": layer}


THEOREMS = ((GRADIENT, gradient_proof),)
