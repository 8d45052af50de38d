"""Section 3 of the theory: what gradient flow conserves, and how close to rank one the layers are."""

from __future__ import annotations

import sympy as sp

from ...language.claim import Claim, Mutant, Obligation, scaled, swapped, without
from ...language.nodes import Relation, dot, frobenius
from ...language.norms import second_singular, spectral
from ...language.quantities import Delta, L, j, k, norm_w_net, sigma_max
from ...setting.flow import D, D_dot, left, right
from ...setting.network import W, gradient

TAIL = sp.Tuple(j, k, L - 1)

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

SINGULAR_VALUES = Claim(
    id="singular-values",
    title="The squared norms of the layers differ by at most the imbalance",
    kind="inequality",
    origins=("paper", "ours"),
    note="Squared: the same for the norms themselves is false.",
    obligations=(
        Obligation(
            "layers",
            Relation(sp.Abs(spectral(W(j)) ** 2 - spectral(W(k)) ** 2), "<=", Delta),
            space="layers",
            over=("W", "j <= k"),
            tight=True,
            formal="singular.singular_values",
            mutants=(
                swapped("not squared", {spectral(W(j)) ** 2: spectral(W(j)), spectral(W(k)) ** 2: spectral(W(k))},
                        "lhs"),
                swapped("mean of the |D_k| instead of their sum", {Delta: Delta / (L - 1)}),
                scaled("0.95 Delta", sp.Rational(19, 20)),
            ),
        ),
    ),
)

NEAR_RANK_ONE = Claim(
    id="near-rank-one",
    title="Layers of a nearly balanced network are nearly of rank one",
    kind="inequality",
    origins=("paper", "ours"),
    obligations=(
        Obligation(
            "norms",
            Relation(frobenius(W(k)) - spectral(W(k)) ** 2, "<=",
                     sp.Sum(sp.Trace(D(j)) + spectral(D(j)), TAIL)),
            space="layers",
            over=("W", "k"),
            given=("plain",),
            tight=True,
            formal="nearrank.near_rank_one",
            mutants=(
                scaled("x 0.95", sp.Rational(19, 20)),
                swapped("without |D_j|", {spectral(D(j)): sp.S.Zero}),
                swapped("sum over j > k", {TAIL: sp.Tuple(j, k + 1, L - 1)}),
                swapped("sum over j < k", {TAIL: sp.Tuple(j, 1, k - 1)}),
                without("plain"),
            ),
        ),
        Obligation(
            "second-value",
            Relation(second_singular(W(k)) ** 2, "<=", sp.Sum(spectral(D(j)), TAIL)),
            space="layers",
            over=("W", "k"),
            given=("plain",),
            tight=True,
            formal="nearrank.near_rank_one_plane",
            mutants=(
                scaled("x 0.95", sp.Rational(19, 20)),
                swapped("not squared", {second_singular(W(k)) ** 2: second_singular(W(k))}, "lhs"),
                swapped("sum over j > k", {TAIL: sp.Tuple(j, k + 1, L - 1)}),
                without("plain"),
            ),
        ),
    ),
)

NORM_CONTROL = Claim(
    id="norm-control",
    title="The regressor controls the norms of the layers",
    kind="inequality",
    origins=("ours",),
    obligations=(
        Obligation(
            "polynomial",
            Relation(sigma_max ** (2 * L) - (L - 1) * Delta * sigma_max ** (2 * L - 2), "<=", norm_w_net**2),
            space="layers",
            over=("W",),
            given=("plain",),
            tight=True,
            formal="normcontrol.norm_control",
            mutants=(
                swapped("L - 1 -> 0.95 (L - 1)", {Delta: sp.Rational(19, 20) * Delta}, "lhs"),
                swapped("without Delta", {Delta: sp.S.Zero}, "lhs"),
                without("plain"),
            ),
        ),
        Obligation(
            "norm",
            Relation(sigma_max**2, "<=", norm_w_net ** (2 / L) + (L - 1) * Delta),
            space="layers",
            over=("W",),
            given=("plain",),
            tight=True,
            formal="normcontrol.norm_control_root",
            mutants=(
                swapped("L - 1 -> 0.95 (L - 1)", {Delta: sp.Rational(19, 20) * Delta}),
                swapped("without Delta", {Delta: sp.S.Zero}),
                without("plain"),
            ),
        ),
    ),
)

TAIL_SUM = sp.Sum(spectral(D(j)), TAIL)
OVERLAP = dot(right(k + 1), left(k)) ** 2
"""Squared cosine between the top right vector of one layer and the top left vector of the layer below."""


def _alignment(name: str, norm: sp.Expr) -> Obligation:
    return Obligation(
        name,
        Relation(norm**2 * (1 - OVERLAP), "<=", TAIL_SUM + 2 * spectral(D(k))),
        space="layers",
        over=("W", "k < L", "top vectors"),
        given=("plain",),
        tight=True,
        mutants=(
            scaled("x 0.95", sp.Rational(19, 20)),
            swapped("without the tail", {TAIL_SUM: sp.S.Zero}),
            swapped("norm not squared", {norm**2: norm}, "lhs"),
        ),
    )


ALIGNMENT = Claim(
    id="alignment",
    title="Adjacent layers of a nearly balanced network are nearly aligned",
    kind="inequality",
    origins=("paper", "ours"),
    requires=("near-rank-one",),
    note="For every choice of top singular vectors. Divided by the squared norm, where it is positive.",
    obligations=(_alignment("by-lower-layer", spectral(W(k))), _alignment("by-upper-layer", spectral(W(k + 1)))),
)

LOWER_GAP = spectral(W(k)) ** 2 - sp.Sum(spectral(D(j)), sp.Tuple(j, k + 1, L - 1))
UPPER_GAP = spectral(W(k + 1)) ** 2 - TAIL_SUM


def _quadratic(name: str, gap: sp.Expr, mutants: tuple[Mutant, ...]) -> Obligation:
    return Obligation(
        name,
        Relation(gap**2 * (1 - OVERLAP), "<=", spectral(D(k)) ** 2),
        space="layers",
        over=("W", "k < L", "top vectors"),
        given=("plain", Relation(gap, ">", 0)),
        tight=True,
        mutants=mutants,
    )


def _squared(name: str, norm: sp.Expr) -> Obligation:
    return Obligation(
        name,
        Relation(norm**4 * (1 - OVERLAP), "<=", (TAIL_SUM + 2 * spectral(D(k))) ** 2),
        space="layers",
        over=("W", "k < L", "top vectors"),
        given=("plain",),
        tight=True,
        mutants=(
            scaled("x 0.95", sp.Rational(19, 20)),
            swapped("without the tail", {TAIL_SUM: sp.S.Zero}),
            swapped("|W|^4 -> |W|^2", {norm**4: norm**2}, "lhs"),
        ),
    )


ALIGNMENT_QUADRATIC = Claim(
    id="alignment-quadratic",
    title="Alignment of adjacent layers, of second order in the imbalance",
    kind="inequality",
    origins=("ours",),
    requires=("near-rank-one",),
    note="Divided by the gap, which is positive: a bound on the sine of the angle. The last two, divided by |W|^4, "
    "square the bound of alignment.",
    obligations=(
        _quadratic("lower-gap", LOWER_GAP, (
            scaled("x 0.95", sp.Rational(19, 20)),
            swapped("|D_k|^2 -> |D_k|^3", {spectral(D(k)) ** 2: spectral(D(k)) ** 3}),
            without(Relation(LOWER_GAP, ">", 0)),
        )),
        _quadratic("upper-gap", UPPER_GAP, (
            scaled("x 0.95", sp.Rational(19, 20)),
            swapped("|D_k|^2 -> |D_k|^3", {spectral(D(k)) ** 2: spectral(D(k)) ** 3}),
            without(Relation(UPPER_GAP, ">", 0)),
        )),
        _squared("by-lower-layer", spectral(W(k))),
        _squared("by-upper-layer", spectral(W(k + 1))),
    ),
)

CLAIMS = (CONSERVATION, SINGULAR_VALUES, NEAR_RANK_ONE, NORM_CONTROL, ALIGNMENT, ALIGNMENT_QUADRATIC)
