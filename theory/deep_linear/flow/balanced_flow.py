"""Section 3 of the theory, closed forms of gradient flow: balanced weights, and weights along the target."""

from __future__ import annotations

import sympy as sp

from ...language.claim import Claim, Mutant, Obligation, scaled, swapped, without
from ...language.nodes import Relation, dot
from ...language.quantities import L, Sigma, e, lambda_max, norm_w, norm_w_net, u, w, w_flow, w_star

NONZERO = Relation(norm_w_net, ">", 0)
ALL_DIRECTIONS = norm_w_net ** (2 - 2 / L) * dot(u, Sigma * (w - w_star))
ALONG_W = norm_w_net ** (-2 / L) * dot(u, w) * dot(w, Sigma * (w - w_star))

BALANCED_FLOW = Claim(
    id="balanced-flow",
    title="Gradient flow of the regressor of balanced weights",
    kind="dynamics",
    origins=("ours",),
    requires=("kernel", "near-rank-one", "norm-control"),
    note="The weights stay balanced, by conservation: this is a differential equation for w alone.",
    obligations=(
        Obligation(
            "flow",
            Relation(dot(u, w_flow), "==", -2 * (ALL_DIRECTIONS + (L - 1) * ALONG_W)),
            space="balanced",
            over=("W", "u"),
            given=("plain", "balanced", NONZERO),
            tight=True,
            mutants=(
                scaled("risk with the factor 1/2", sp.Rational(1, 2)),
                scaled("sign flipped", -1),
                swapped("L - 1 -> L", {L - 1: L}),
                swapped("without the direction of w", {L - 1: sp.S.Zero}),
                swapped("2 - 2/L -> 2 - 1/L", {norm_w_net ** (2 - 2 / L): norm_w_net ** (2 - 1 / L)}),
                without("balanced"),
                without("plain"),
            ),
        ),
    ),
)

GROWTH = 2 * e * L * norm_w_net ** (2 - 2 / L) * (norm_w - norm_w_net) * norm_w
ALIGNED = ("plain", "balanced", NONZERO, "w* eigenvector", "w along w*", "E > 0")


def _aligned(name: str, relation: Relation, *mutants: Mutant) -> Obligation:
    return Obligation(
        name, relation, space="balanced", over=("W", "u") if relation.lhs.has(u) else ("W",), given=ALIGNED,
        tight=True, mutants=(*mutants, without("balanced"), without("w along w*")))


ALIGNED_FLOW = Claim(
    id="aligned-flow",
    title="Gradient flow of balanced weights along an eigenvector",
    kind="dynamics",
    origins=("ours",),
    requires=("balanced-flow",),
    note="With x for the norm of w, which is the coordinate along w*, and s = x^{1/L} for the norm of each layer.",
    obligations=(
        _aligned(
            "radial", Relation(dot(w_star, w_flow), "==", GROWTH),
            scaled("without L", 1 / L),
            scaled("risk with the factor 1/2", sp.Rational(1, 2)),
            swapped("2 - 2/L -> 2 - 1/L", {norm_w_net ** (2 - 2 / L): norm_w_net ** (2 - 1 / L)}),
            swapped("e -> Lambda", {e: lambda_max}),
        ),
        _aligned(
            "stays", Relation(norm_w**2 * dot(u, w_flow), "==", dot(w_star, u) * dot(w_star, w_flow)),
            swapped("|w*| not squared", {norm_w**2: norm_w}, "lhs"),
            scaled("doubled", 2),
            scaled("sign flipped", -1),
        ),
        _aligned(
            "layers",
            Relation(norm_w_net ** (1 / L - 1) * dot(w_star, w_flow) / (L * norm_w), "==",
                     2 * e * norm_w_net ** (1 - 1 / L) * (norm_w - norm_w_net)),
            scaled("with L", L),
            swapped("s^{L-1} -> s^L", {norm_w_net ** (1 - 1 / L): norm_w_net}),
            swapped("e -> Lambda", {e: lambda_max}),
        ),
    ),
)

CLAIMS = (BALANCED_FLOW, ALIGNED_FLOW)
