"""Residual networks start with products of layers that nearly keep lengths, with a stated probability."""

from __future__ import annotations

from functools import partial

import sympy as sp

from ...language.claim import Claim, Obligation, swapped, without
from ...language.nodes import Relation
from ...language.quantities import L, alpha_sub_0, beta_sub_0, d, scale

LIMIT_NORM = sp.exp(sp.sqrt(scale**4 + 2 * scale**2) / 2 + sp.asinh(scale / sp.sqrt(2)))
"""The limit of the norm of ``W_L ... W_1`` as ``d`` and then ``L`` grow (free multiplicative Brownian motion)."""
BOUND, LOWER_POWER = (LIMIT_NORM ** sp.Rational(n, 4) for n in (5, 3))
DEEP = Relation(L, ">=", sp.Integer(20))
PROBABILITY = 1 - sp.exp(-d / 10)

_event = partial(Obligation, space="ensemble", given=(DEEP, Relation(scale, "<=", sp.S.One)), decide="estimated",
                 probability=PROBABILITY)

RESIDUAL_INIT = Claim(
    id="residual-init",
    title="The products of layers at the initialization are bounded by functions of the scale only",
    kind="probabilistic",
    origins=("paper", "ours"),
    note="For W_k = I + s (d L)^(-1/2) N_k with standard Gaussian N_k. The paper has the form; the constants "
    "here are ours, tried because of the limit of large d and L. False for few layers. Estimated by Monte Carlo "
    "with Clopper-Pearson intervals of confidence 0.99, in float64: never more than estimated, and a mutant is "
    "dead when the interval lies below the stated probability.",
    obligations=(
        _event("below", Relation(alpha_sub_0, ">=", 1 / BOUND),
               mutants=(swapped("power 5/4 -> 3/4", {1 / BOUND: 1 / LOWER_POWER}),
                        swapped("half the scale", {scale: scale / 2}),
                        without(DEEP))),
        _event("above", Relation(beta_sub_0, "<=", BOUND),
               mutants=(swapped("power 5/4 -> 3/4", {BOUND: LOWER_POWER}),
                        swapped("half the scale", {scale: scale / 2}),
                        swapped("whatever the scale", {scale: sp.Rational(1, 2)}))),
    ),
)

THEOREMS = ((RESIDUAL_INIT, None),)
