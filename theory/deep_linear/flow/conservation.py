"""Gradient flow conserves the imbalance of adjacent layers."""

from __future__ import annotations

from functools import partial

import sympy as sp

from ...language.claim import Claim, Obligation, scaled, swapped
from ...language.nodes import LayerMatrix, Relation, norm_squared
from ...language.quantities import L, k
from ...proof.builder import Proof
from ...proof.rules.logic import identity, specialize
from ...proof.rules.sums import taylor_coefficient
from ...setting.flow import D_dot
from ...setting.network import W, gradient, t
from .common import ADJACENT

MOVED = gradient(k) * W(k).T + W(k) * gradient(k).T
MOVED_ABOVE = gradient(k + 1).T * W(k + 1) + W(k + 1).T * gradient(k + 1)
"""How fast ``W_k W_k^T`` and ``W_{k+1}^T W_{k+1}`` decrease."""

_adjacent = partial(Obligation, over=("k < L",), decide="identity")

CONSERVATION = Claim(
    id="conservation",
    title="Gradient flow conserves the imbalance of adjacent layers",
    kind="identity",
    origins=("standard",),
    requires=("gradient",),
    obligations=(
        _adjacent("layers", Relation(gradient(k) * W(k).T, "==", W(k + 1).T * gradient(k + 1)),
                  formal="defs.layer_balance",
                  mutants=(scaled("sign flipped", -1),
                           scaled("doubled", 2),
                           swapped("transposed", {W(k + 1).T * gradient(k + 1): gradient(k + 1).T * W(k + 1)}))),
        _adjacent("conserved", Relation(norm_squared(D_dot(k)), "==", 0), formal="defs.conservation",
                  mutants=(swapped("sign of W_{k+1}^T W_{k+1} flipped", {D_dot(k): MOVED + MOVED_ABOVE}, "lhs"),
                           swapped("W_{k+1} W_{k+1}^T is not needed", {D_dot(k): MOVED}, "lhs"),
                           swapped("conserved by a gradient step, too", {
                               D_dot(k): gradient(k) * gradient(k).T - gradient(k + 1).T * gradient(k + 1)}, "lhs"))),
    ),
)


def conservation(p: Proof) -> dict[str, int]:
    """The product rule meets ``W_k h_{k-1} = h_k`` and ``W_{k+1}^T q_{k+1} = q_k`` in the gradient."""
    adjacent, layers = p.at(ADJACENT), p.at((k, 1, L))
    h, h_is, forward, backward = LayerMatrix("h", k), p.define("h"), p.define("P"), p.define("q", flipped=True)
    before, after = specialize(layers, h_is, i=k - 1), specialize(layers, h_is, i=k)
    propagated = identity(layers, (W(k) * LayerMatrix("h", k - 1), "==", h), before, after, forward)
    here, pulled = p.cite("gradient", "layer"), specialize(adjacent, backward, k=k + 1)
    there = specialize(adjacent, here, k=k + 1)
    balance = identity(adjacent, CONSERVATION.obligation("layers").relation, here, there, propagated, pulled)
    product = taylor_coefficient(
        p.note("the product rule"),
        (D_dot(k), "==", MOVED_ABOVE - MOVED), p.define("D moved"), t, 1)
    zero = identity(p, (D_dot(k), "==", sp.ZeroMatrix(h.rows, h.rows)), product, balance)
    conserved = identity(p, CONSERVATION.obligation("conserved").relation, zero)
    return {"layers": balance, "conserved": conserved}


THEOREMS = ((CONSERVATION, conservation),)
