"""Section 4 of the theory: gradient flow of residual networks converges, with closed constants."""

from __future__ import annotations

import sympy as sp

from ...language.claim import Claim, Obligation, operator, scaled, swapped, without
from ...language.nodes import LayerMatrix, Relation, frobenius
from ...language.quantities import (
    L,
    alpha_sub,
    alpha_sub_0,
    beta_sub,
    beta_sub_0,
    k,
    lambda_max,
    lambda_pos,
    layer_displacement,
    norm_gradient,
    norm_p,
    risk_gap,
    risk_gap_0,
    time,
)
from ...setting.residual_constants import (
    ABOVE_ZERO_0,
    CLOSE,
    RATE,
    SMALL,
    spread,
)

FREELY = beta_sub_0 * L * layer_displacement
"""``beta_0`` times the movement of all layers, if each moves as far as the one that moves most."""
FROM_THERE = ("square", "E > 0", ABOVE_ZERO_0, SMALL)

RESIDUAL_CONVERGENCE = Claim(
    id="residual-convergence",
    title="Gradient flow of residual networks converges linearly, and each layer moves by at most rho/L",
    kind="dynamics",
    origins=("paper", "ours"),
    requires=("residual-kernel", "gradient", "kernel"),
    note="alpha and beta are the tightest bounds on the singular values of all products of consecutive layers, "
    "alpha <= 1 <= beta. Stated with the smallest positive eigenvalue of Sigma, which is the smallest if Sigma is "
    "invertible. Read off, not derived: the length is finite, so the weights converge; the risk tends to its least "
    "value, so their limit is a minimizer.",
    obligations=(
        Obligation(
            "perturbation-below",
            Relation(alpha_sub, ">=", alpha_sub_0 - spread(L * layer_displacement)),
            space="pairs",
            mutants=(
                swapped("halved", {sp.exp(FREELY) - 1: (sp.exp(FREELY) - 1) / 2}),
                swapped("without L", {FREELY: beta_sub_0 * layer_displacement}),
                operator("at most", "<="),
            ),
        ),
        Obligation(
            "perturbation-above",
            Relation(beta_sub, "<=", beta_sub_0 + spread(L * layer_displacement)),
            space="pairs",
            mutants=(
                swapped("exp(beta_0 s) -> exp(s)", {FREELY: L * layer_displacement}),
                swapped("without L", {FREELY: beta_sub_0 * layer_displacement}),
                operator("at least", ">="),
            ),
        ),
        Obligation(
            "rate",
            Relation(norm_gradient**2, ">=", 4 * lambda_pos * L * alpha_sub**4 * norm_p**2 * risk_gap),
            space="product-starts",
            over=("W",),
            given=("square",),
            tight=True,
            mutants=(
                scaled("4 -> 4.2", sp.Rational(21, 20)),
                swapped("alpha^4 -> alpha^3", {alpha_sub**4: alpha_sub**3}),
                swapped("lambda_+ -> Lambda", {lambda_pos: lambda_max}),
                swapped("without |p|^2", {norm_p: sp.S.One}),
            ),
        ),
        Obligation(
            "layer-speed",
            Relation(frobenius(LayerMatrix("gradient", k)), "<=",
                     4 * lambda_max * beta_sub**4 * norm_p**2 * risk_gap),
            space="product-starts",
            over=("W", "k"),
            tight=True,
            mutants=(
                scaled("4 -> 3.8", sp.Rational(19, 20)),
                swapped("beta^4 -> beta^3", {beta_sub**4: beta_sub**3}),
                swapped("Lambda -> lambda_+", {lambda_max: lambda_pos}),
                swapped("without |p|^2", {norm_p: sp.S.One}),
            ),
        ),
        Obligation(
            "decay",
            Relation(risk_gap, "<=", risk_gap_0 * sp.exp(-RATE * time)),
            space="residual-paths",
            over=("t",),
            given=FROM_THERE,
            decide="enclosed",
            mutants=(
                swapped("4 -> 128", {lambda_pos: 32 * lambda_pos}),
                swapped("without |p|^2", {norm_p: sp.S.One}),
                operator("at least", ">="),
                without(SMALL),
            ),
        ),
        Obligation(
            "layers",
            CLOSE,
            space="residual-paths",
            over=("t",),
            given=FROM_THERE,
            decide="enclosed",
            mutants=(
                scaled("rho -> rho/64", sp.Rational(1, 64)),
                operator("at least", ">="),
                without(SMALL),
            ),
        ),
    ),
)

CLAIMS = (RESIDUAL_CONVERGENCE,)
