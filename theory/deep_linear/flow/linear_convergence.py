"""Section 3 of the theory, how fast gradient flow converges, and how far it goes."""

from __future__ import annotations

import sympy as sp

from ...language.claim import Claim, Obligation, scaled, swapped, without
from ...language.nodes import Relation
from ...language.quantities import (
    Delta,
    E,
    L,
    b,
    displacement,
    lambda_max,
    lambda_pos,
    norm_gradient,
    norm_w_net,
    risk_gap,
    risk_gap_0,
    time,
)
from ...setting.flow import BELOW, BELOW_0, level


def rate(norm: sp.Expr) -> sp.Expr:
    """The constant of the Polyak-Lojasiewicz inequality where the norm of ``w`` is at least ``norm``."""
    return 4 * lambda_pos * norm**2 / (norm ** (2 / L) + (L - 1) * Delta)


RATE, RATE_0 = rate(level(risk_gap)), rate(level(risk_gap_0))
DECAY = risk_gap_0 * sp.exp(-RATE_0 * time)

LINEAR_CONVERGENCE = Claim(
    id="linear-convergence",
    title="From below the risk of zero weights, gradient flow converges linearly",
    kind="dynamics",
    origins=("paper", "ours"),
    requires=("pl-inequality", "norm-control", "conservation"),
    note="Read off from the two bounds along the flow, not derived step by step: the length is finite, so the weights "
    "exist at all times and converge; the risk tends to its least value, so their limit is a minimizer.",
    obligations=(
        Obligation(
            "norm",
            Relation(2 * sp.sqrt(b * E) * norm_w_net, ">=", E - risk_gap),
            space="starts",
            over=("W",),
            given=("E > 0",),
            mutants=(
                scaled("without the factor 2", sp.Rational(1, 2), "lhs"),
                swapped("without R - R_min", {risk_gap: sp.S.Zero}),
                swapped("R - R_min with the other sign", {risk_gap: -risk_gap}),
                swapped("|w| squared", {norm_w_net: norm_w_net**2}, "lhs"),
            ),
        ),
        Obligation(
            "rate",
            Relation(norm_gradient**2, ">=", RATE * risk_gap),
            space="starts",
            over=("W",),
            given=("plain", "E > 0", BELOW),
            tight=True,
            mutants=(
                scaled("4 -> 4.2", sp.Rational(21, 20)),
                swapped("lambda_+ -> Lambda", {lambda_pos: lambda_max}),
                swapped("without Delta", {Delta: sp.S.Zero}),
                scaled("c^2 -> c", 1 / level(risk_gap)),
                without(BELOW),
            ),
        ),
        Obligation(
            "decay",
            Relation(risk_gap, "<=", DECAY),
            space="trajectory",
            over=("t",),
            given=("plain", "E > 0", BELOW_0),
            decide="enclosed",
            tight=True,
            mutants=(
                swapped("4 -> 4.2", {lambda_pos: sp.Rational(21, 20) * lambda_pos}),
                swapped("lambda_+ -> Lambda", {lambda_pos: lambda_max}),
                swapped("without Delta", {Delta: sp.S.Zero}),
                swapped("t -> t^2", {time: time**2}),
                without(BELOW_0),
            ),
        ),
        Obligation(
            "length",
            Relation(displacement, "<=", 2 * sp.sqrt(risk_gap_0 / RATE_0)),
            space="trajectory",
            over=("t",),
            given=("plain", "E > 0", BELOW_0),
            decide="enclosed",
            mutants=(
                scaled("2 -> 1", sp.Rational(1, 2)),
                swapped("lambda_+ -> Lambda", {lambda_pos: lambda_max}),
                swapped("without Delta", {Delta: sp.S.Zero}),
                without(BELOW_0),
            ),
        ),
    ),
)

CLAIMS = (LINEAR_CONVERGENCE,)
