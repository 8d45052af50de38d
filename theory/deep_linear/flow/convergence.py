"""Section 3 of the theory, the risk along gradient flow and the sharpness of its limit."""

from __future__ import annotations

import sympy as sp

from ...language.claim import Claim, Obligation, operator, scaled, swapped, without
from ...language.nodes import Relation, dot, weighted_top
from ...language.norms import weighted_bottom
from ...language.quantities import (
    L,
    M,
    S,
    S_min,
    a,
    kappa,
    lambda_max,
    lambda_min,
    lambda_pos,
    norm_gradient,
    norm_q1,
    norm_w,
    norm_w_net,
    risk_gap,
    theta,
    u,
    w_star,
)
from ...setting.flow import BELOW_ONE, INVERTIBLE

NEARLY_BALANCED = Relation(theta, "<=", sp.Rational(3, 4))
MARGIN_POWER = (1 - theta) ** (1 / L - 1)
EIGHT = Relation(S, "<=", 8 * L * lambda_max * norm_w ** (2 - 2 / L))
CONDITION = Relation(S, "<=", 4 * kappa * S_min)
AT_TARGET = ("minimizer", "w == w*", "plain", "E > 0")

PL_INEQUALITY = Claim(
    id="pl-inequality",
    title="Polyak-Lojasiewicz inequality for all weights",
    kind="inequality",
    origins=("paper", "ours"),
    requires=("kernel",),
    obligations=(
        Obligation(
            "backward-vector",
            Relation(norm_gradient**2, ">=", 4 * lambda_pos * norm_q1**2 * risk_gap),
            space="starts",
            over=("W",),
            tight=True,
            formal="pl.pl_inequality",
            mutants=(
                scaled("4 -> 4.2", sp.Rational(21, 20)),
                swapped("lambda_+ -> Lambda", {lambda_pos: lambda_max}),
                swapped("|q_1| -> |q_0| = |w|", {norm_q1: norm_w_net}),
            ),
        ),
        Obligation(
            "kernel",
            Relation(norm_gradient**2, ">=", 4 * weighted_bottom(M) * risk_gap),
            space="starts",
            over=("W",),
            tight=True,
            formal="pl.pl_inequality_kernel",
            mutants=(
                scaled("4 -> 4.2", sp.Rational(21, 20)),
                swapped("lambda_min -> lambda_max of the kernel", {weighted_bottom(M): weighted_top(M)}),
                swapped("R - R_min squared", {risk_gap: risk_gap**2}),
            ),
        ),
    ),
)

LIMIT_SHARPNESS = Claim(
    id="limit-sharpness",
    title="A nearly balanced minimizer is nearly as flat as possible",
    kind="inequality",
    origins=("paper", "ours"),
    requires=("sharpness", "sharpness-lower", "norm-control"),
    note="The imbalance is conserved, so its value at the initialization decides. For singular Sigma the "
    "norm of w stands in place of that of w*. The last two are decided on limits of gradient flow, enclosed from "
    "exact initializations.",
    obligations=(
        Obligation(
            "every-minimizer",
            Relation(S, "<=", 2 * L * lambda_max * norm_w_net ** (2 - 2 / L) * MARGIN_POWER),
            space="balanced",
            over=("W",),
            given=("minimizer", "plain", "E > 0", BELOW_ONE),
            tight=True,
            formal="limit.limit_sharpness",
            mutants=(
                scaled("2L -> 1.95L", sp.Rational(39, 40)),
                swapped("without (1 - theta)", {MARGIN_POWER: sp.S.One}),
                swapped("|w| -> |w*|", {norm_w_net: norm_w}),
                swapped("Lambda -> a", {lambda_max: a}),
            ),
        ),
        Obligation(
            "target",
            Relation(S, "<=", 2 * L * lambda_max * norm_w ** (2 - 2 / L) * MARGIN_POWER),
            space="balanced",
            over=("W",),
            given=(*AT_TARGET, BELOW_ONE),
            tight=True,
            formal="limit.limit_sharpness",
            mutants=(
                scaled("2L -> 1.95L", sp.Rational(39, 40)),
                swapped("without (1 - theta)", {MARGIN_POWER: sp.S.One}),
                swapped("Lambda -> a", {lambda_max: a}),
                without("w == w*"),
            ),
        ),
        Obligation(
            "eight",
            EIGHT,
            space="balanced",
            over=("W",),
            given=(*AT_TARGET, NEARLY_BALANCED),
            formal="limit.limit_sharpness_eight",
            mutants=(
                scaled("8 -> 2", sp.Rational(1, 4)),
                swapped("Lambda -> lambda", {lambda_max: lambda_min}),
                without(NEARLY_BALANCED),
            ),
        ),
        Obligation(
            "ratio",
            Relation(S, "<=", 4 * lambda_max / a * S_min),
            space="balanced",
            over=("W",),
            given=(*AT_TARGET, NEARLY_BALANCED),
            formal="limit.limit_sharpness_ratio",
            mutants=(
                scaled("4 -> 1", sp.Rational(1, 4)),
                swapped("Lambda/a -> a/Lambda", {lambda_max: a, a: lambda_max}),
                without(NEARLY_BALANCED),
            ),
        ),
        Obligation(
            "condition",
            CONDITION,
            space="balanced",
            over=("W",),
            given=(*AT_TARGET, NEARLY_BALANCED, INVERTIBLE),
            formal="limit.limit_sharpness_condition",
            mutants=(
                scaled("4 -> 1", sp.Rational(1, 4)),
                swapped("without kappa", {kappa: sp.S.One}),
                without(NEARLY_BALANCED),
            ),
        ),
        Obligation(
            "limit-eight",
            EIGHT,
            space="limit",
            over=("W",),
            given=(*AT_TARGET, NEARLY_BALANCED),
            decide="enclosed",
            mutants=(
                scaled("8 -> 2", sp.Rational(1, 4)),
                swapped("Lambda -> lambda", {lambda_max: lambda_min}),
                operator("at least", ">="),
            ),
        ),
        Obligation(
            "limit-condition",
            CONDITION,
            space="limit",
            over=("W",),
            given=(*AT_TARGET, NEARLY_BALANCED, INVERTIBLE),
            decide="enclosed",
            mutants=(
                scaled("4 -> 1", sp.Rational(1, 4)),
                swapped("without kappa", {kappa: sp.Rational(1, 4)}),
                operator("at least", ">="),
            ),
        ),
    ),
)

BALANCED_FORM = norm_w ** (2 - 2 / L) * dot(u, u) + (L - 1) * norm_w ** (-2 / L) * dot(w_star, u) ** 2
BALANCED_MATRIX = (norm_w ** (2 - 2 / L) * sp.Identity(w_star.rows)
                   + (L - 1) * norm_w ** (-2 / L) * w_star * w_star.T)
BALANCED = (*AT_TARGET, "balanced")

BALANCED_SHARPNESS = Claim(
    id="balanced-sharpness",
    title="Kernel and sharpness of a balanced minimizer",
    kind="inequality",
    origins=("ours",),
    requires=("sharpness", "sharpness-lower", "kernel-agm", "near-rank-one", "norm-control"),
    obligations=(
        Obligation(
            "kernel",
            Relation(dot(u, M * u), "==", BALANCED_FORM),
            space="balanced",
            over=("W", "u"),
            given=BALANCED,
            tight=True,
            mutants=(
                swapped("L - 1 -> L", {(L - 1) * norm_w ** (-2 / L) * dot(w_star, u) ** 2:
                                       L * norm_w ** (-2 / L) * dot(w_star, u) ** 2}),
                scaled("doubled", 2),
                without("w == w*"),
                without("balanced"),
            ),
        ),
        Obligation(
            "sharpness",
            Relation(S, "==", 2 * weighted_top(BALANCED_MATRIX)),
            space="balanced",
            over=("W",),
            given=BALANCED,
            tight=True,
            mutants=(
                scaled("2 -> 1.99", sp.Rational(199, 200)),
                swapped("the least sharpness", {weighted_top(BALANCED_MATRIX): S_min / 2}),
                without("w == w*"),
                without("balanced"),
            ),
        ),
        Obligation(
            "ratio",
            Relation(S, "<=", (lambda_max + (L - 1) * a) / (L * a) * S_min),
            space="balanced",
            over=("W",),
            given=BALANCED,
            tight=True,
            mutants=(
                scaled("x 0.95", sp.Rational(19, 20)),
                swapped("L - 1 -> L - 2", {L - 1: L - 2}),
                without("balanced"),
            ),
        ),
        Obligation(
            "condition",
            Relation(S, "<=", (1 + (kappa - 1) / L) * S_min),
            space="balanced",
            over=("W",),
            given=(*BALANCED, INVERTIBLE),
            tight=True,
            mutants=(
                scaled("x 0.95", sp.Rational(19, 20)),
                swapped("1/L -> 1/L^2", {1 / L: 1 / L**2}),
                without("balanced"),
            ),
        ),
    ),
)

CLAIMS = (PL_INEQUALITY, LIMIT_SHARPNESS, BALANCED_SHARPNESS)
