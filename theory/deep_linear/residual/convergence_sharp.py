"""Section 4 of the theory: residual networks converge from a larger risk, for every radius.

It measures only the products that the kernel contains, and the movement of all layers together.
"""

from __future__ import annotations

import sympy as sp

from ...language.claim import Claim, Obligation, operator, scaled, swapped, without
from ...language.nodes import Relation
from ...language.quantities import (
    L,
    alpha_ends,
    alpha_ends_0,
    beta_sub_0,
    displacement,
    lambda_max,
    lambda_pos,
    norm_gradient,
    norm_p,
    risk_gap,
    risk_gap_0,
    time,
)
from ...setting.residual_constants import CLOSE_SHARP, INSIDE, RATE_SHARP, SMALL_SHARP, middle, spread

FREELY = beta_sub_0 * sp.sqrt(L) * displacement
"""``beta_0`` times the movement of all layers in sum, which is largest if all move equally far."""
FROM_WITHIN = ("square", "E > 0", "L >= 2", INSIDE, SMALL_SHARP)

RESIDUAL_CONVERGENCE_SHARP = Claim(
    id="residual-convergence-sharp",
    title="Gradient flow of residual networks converges from a larger risk, for every radius",
    kind="dynamics",
    origins=("ours",),
    requires=("kernel", "gradient"),
    note="The least singular values are those of the products in the kernel only: P_k for k < L, and the backward "
    "vectors q_k in units of |p|. The radius rho is free; what it allows is largest between 0 and the radius where "
    "beta_0 (exp(beta_0 rho) - 1) reaches the least singular value at the start.",
    obligations=(
        Obligation(
            "perturbation",
            Relation(alpha_ends, ">=", alpha_ends_0 - spread(sp.sqrt(L) * displacement)),
            space="pairs",
            mutants=(
                swapped("halved", {sp.exp(FREELY) - 1: (sp.exp(FREELY) - 1) / 2}),
                swapped("without sqrt(L)", {sp.sqrt(L): sp.S.One}),
                swapped("0.9 beta_0 sqrt(L)", {FREELY: sp.Rational(9, 10) * FREELY}),
                operator("at most", "<="),
            ),
        ),
        Obligation(
            "rate",
            Relation(norm_gradient**2, ">=", 4 * lambda_pos * middle(alpha_ends) * norm_p**2 * risk_gap),
            space="product-starts",
            over=("W",),
            given=("square", "L >= 2"),
            tight=True,
            mutants=(
                scaled("4 -> 4.2", sp.Rational(21, 20)),
                swapped("alpha^4 -> alpha^3", {alpha_ends**4: alpha_ends**3}),
                swapped("alpha^2 -> alpha", {alpha_ends**2: alpha_ends}),
                swapped("lambda_+ -> Lambda", {lambda_pos: lambda_max}),
                swapped("without |p|^2", {norm_p: sp.S.One}),
            ),
        ),
        Obligation(
            "decay",
            Relation(risk_gap, "<=", risk_gap_0 * sp.exp(-RATE_SHARP * time)),
            space="residual-paths",
            over=("rho", "t"),
            given=FROM_WITHIN,
            decide="enclosed",
            mutants=(
                swapped("4 -> 32", {lambda_pos: 8 * lambda_pos}),
                swapped("without |p|^2", {norm_p: sp.S.One}),
                operator("at least", ">="),
                without(SMALL_SHARP),
            ),
        ),
        Obligation(
            "distance",
            CLOSE_SHARP,
            space="residual-paths",
            over=("rho", "t"),
            given=FROM_WITHIN,
            decide="enclosed",
            tight=True,
            mutants=(
                scaled("rho -> rho/4", sp.Rational(1, 4)),
                swapped("sqrt(L) -> L^2", {1 / sp.sqrt(L): L**-2}),
                without(SMALL_SHARP),
            ),
        ),
    ),
)

CLAIMS = (RESIDUAL_CONVERGENCE_SHARP,)
