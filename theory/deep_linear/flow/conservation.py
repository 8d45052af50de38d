"""Gradient flow conserves the imbalance of adjacent layers."""

from __future__ import annotations

import sympy as sp

from ...algebra.layer_ranges import i
from ...language.claim import Claim, Obligation, scaled, swapped
from ...language.nodes import LayerMatrix, Relation, frobenius
from ...language.quantities import g, k
from ...proof.builder import Proof, cite, define
from ...proof.rules.logic import IDENTITY, INSTANCE
from ...proof.rules.sums import TAYLOR
from ...setting.flow import D_dot
from ...setting.network import P, W, gradient, q, t
from ..network.common import LAYERS
from .common import ADJACENT

CONSERVATION = Claim(
    id="conservation",
    title="Gradient flow conserves the imbalance of adjacent layers",
    kind="identity",
    origins=("standard",),
    requires=("gradient",),
    obligations=(
        Obligation(
            "layers",
            Relation(gradient(k) * W(k).T, "==", W(k + 1).T * gradient(k + 1)),
            over=("k < L",),
            decide="identity",
            formal="defs.layer_balance",
            mutants=(
                scaled("sign flipped", -1),
                scaled("doubled", 2),
                swapped("transposed", {W(k + 1).T * gradient(k + 1): gradient(k + 1).T * W(k + 1)}),
            ),
        ),
        Obligation(
            "conserved",
            Relation(frobenius(D_dot(k)), "==", 0),
            over=("k < L",),
            decide="identity",
            formal="defs.conservation",
            mutants=(
                swapped("sign of W_{k+1}^T W_{k+1} flipped", {
                    D_dot(k): gradient(k) * W(k).T + W(k) * gradient(k).T
                    + gradient(k + 1).T * W(k + 1) + W(k + 1).T * gradient(k + 1)}, "lhs"),
                swapped("W_{k+1} W_{k+1}^T is not needed", {
                    D_dot(k): gradient(k) * W(k).T + W(k) * gradient(k).T}, "lhs"),
                swapped("conserved by a gradient step, too", {
                    D_dot(k): gradient(k) * gradient(k).T - gradient(k + 1).T * gradient(k + 1)}, "lhs"),
            ),
        ),
    ),
)


def conservation(proof: Proof) -> dict[str, int]:
    """The product rule meets ``W_k h_{k-1} = h_k`` and ``W_{k+1}^T q_{k+1} = q_k`` in the gradient."""
    h = LayerMatrix("h", k)
    h_is, forward, backward = define(proof, "h"), define(proof, "P"), define(proof, "q", flipped=True)
    before = proof.step(INSTANCE, (LayerMatrix("h", k - 1), "==", P(k - 1) * g), h_is, data=((i, k - 1),),
                        scope=LAYERS)
    after = proof.step(INSTANCE, (h, "==", P(k) * g), h_is, data=((i, k),), scope=LAYERS)
    propagated = proof.step(IDENTITY, (W(k) * LayerMatrix("h", k - 1), "==", h), before, after, forward,
                            scope=LAYERS)
    pulled = proof.step(INSTANCE, (W(k + 1).T * q(k + 1), "==", q(k)), backward, data=((k, k + 1),),
                        scope=ADJACENT)
    here = cite(proof, "gradient", "layer")
    there = proof.step(INSTANCE, (gradient(k + 1), "==", q(k + 1) * h.T), here, data=((k, k + 1),), scope=ADJACENT)
    layers = proof.step(IDENTITY, (gradient(k) * W(k).T, "==", W(k + 1).T * gradient(k + 1)),
                        here, there, propagated, pulled, scope=ADJACENT)
    moved = define(proof, "D moved")
    product = proof.step(
        TAYLOR,
        (D_dot(k), "==", gradient(k + 1).T * W(k + 1) + W(k + 1).T * gradient(k + 1)
         - gradient(k) * W(k).T - W(k) * gradient(k).T),
        moved, data=(t, 1), scope=ADJACENT, note="the product rule")
    zero = proof.step(IDENTITY, (D_dot(k), "==", sp.ZeroMatrix(h.rows, h.rows)), product, layers, scope=ADJACENT)
    conserved = proof.step(IDENTITY, (frobenius(D_dot(k)), "==", 0), zero, scope=ADJACENT)
    return {"layers": layers, "conserved": conserved}


THEOREMS = ((CONSERVATION, conservation),)
