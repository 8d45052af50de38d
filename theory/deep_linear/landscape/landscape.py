"""Section 2 of the theory: the sharpness of every minimizer, and its least value exactly."""

from __future__ import annotations

import sympy as sp

from ...language.claim import Claim, Obligation, scaled, swapped, without
from ...language.nodes import Maximum, Minimum, Relation, dot
from ...language.quantities import (
    E,
    L,
    M,
    S,
    S_min,
    a,
    alpha,
    b,
    lambda_max,
    lambda_min,
    norm_p,
    norm_q1,
    norm_w,
    r,
    tau,
    u,
    w,
    z,
)
from .formulas import (
    DUAL,
    PAPER_LOWER,
    PRIMAL,
    TIGHT_LOWER,
)

ATTAINABLE = ("minimizer", "E > 0")

KERNEL_AGM = Claim(
    id="kernel-agm",
    title="Master inequality for the end-to-end kernel",
    kind="inequality",
    origins=("ours",),
    requires=("kernel",),
    obligations=(
        Obligation(
            "all-weights",
            Relation(dot(u, M * u) ** L, ">=", L**L * norm_p**2 * dot(u, u) * dot(w, u) ** (2 * (L - 1))),
            over=("W", "u"),
            tight=True,
            formal="ineq.kernel_AGM",
            mutants=(
                scaled("L^L -> 1.01 L^L", sp.Rational(101, 100)),
                swapped("|p|^2 -> |p|^4", {norm_p**2: norm_p**4}),
                swapped("exponent 2(L-1) -> 2L", {2 * L - 2: 2 * L}),
            ),
        ),
    ),
)

SHARPNESS_LOWER = Claim(
    id="sharpness-lower",
    title="Theorem 1 of the paper: lower bound on the sharpness of minimizers",
    kind="inequality",
    origins=("paper",),
    requires=("sharpness-lower-tight",),
    obligations=(
        Obligation(
            "minimizers",
            Relation(S, ">=", PAPER_LOWER),
            over=("W",),
            given=ATTAINABLE,
            tight=True,
            formal="lower.sharpness_lower",
            mutants=(
                scaled("2L -> 2.1L", sp.Rational(21, 20)),
                swapped("a -> Lambda", {a: lambda_max}),
                swapped("exponent 2 - 2/L -> 2 - 1/L", {2 - 2 / L: 2 - 1 / L}),
                swapped("a -> b", {a: b}),
                swapped("|p|^{2/L} -> |p|^2", {2 / L: sp.Integer(2)}),
                without("minimizer"),
            ),
        ),
    ),
)

SHARPNESS_LOWER_TIGHT = Claim(
    id="sharpness-lower-tight",
    title="Sharper lower bound on the sharpness of minimizers",
    kind="inequality",
    origins=("ours",),
    requires=("sharpness", "kernel-agm"),
    obligations=(
        Obligation(
            "minimizers",
            Relation(S, ">=", TIGHT_LOWER),
            over=("W",),
            given=ATTAINABLE,
            tight=True,
            formal="lower.sharpness_lower_tight",
            mutants=(
                scaled("2L -> 2.05L", sp.Rational(41, 40)),
                swapped("b -> Lambda", {b: lambda_max}),
                swapped("exponents exchanged", {1 / L: 1 - 1 / L, 1 - 1 / L: 1 / L}),
                swapped("E -> |w*|^2", {E: norm_w**2}),
                without("minimizer"),
            ),
        ),
    ),
)

MIN_SHARPNESS = Claim(
    id="min-sharpness",
    title="The least sharpness of a minimizer, exactly",
    kind="inequality",
    origins=("ours",),
    requires=("sharpness", "kernel-agm"),
    statement=Relation(S_min, "==", Minimum(PRIMAL, r)),
    note="For L >= 2; at L = 1 it is 2 |p|^2 Lambda. The minimum is attained; the function of r is "
    "convex; any rank of the covariance. Every minimizer has at least the value at r = |q_1|^2, and for "
    "every r an aligned minimizer has it.",
    beyond_coq="that the minimum over r is attained, nor that the function of r is convex",
    obligations=(
        Obligation(
            "every-minimizer",
            Relation(S, ">=", PRIMAL.subs(r, norm_q1**2)),
            over=("W",),
            given=(*ATTAINABLE, "L >= 2"),
            tight=True,
            formal="minimum.min_sharpness_every",
            mutants=(
                scaled("2 -> 2.02", sp.Rational(101, 100)),
                swapped("L - 1 -> L before the rank-one term", {
                    (L - 1) * (norm_p**2 / norm_q1**2) ** (1 / (L - 1)):
                    L * (norm_p**2 / norm_q1**2) ** (1 / (L - 1))}),
                swapped("r frozen at |w*|^{2-2/L}", {norm_q1: norm_w ** (1 - 1 / L)}),
                without("minimizer"),
            ),
        ),
        Obligation(
            "attained",
            Relation(S, "==", PRIMAL),
            space="aligned",
            over=("r",),
            given=(*ATTAINABLE, "L >= 2"),
            decide="exists",
            tight=True,
            formal="minimum.min_sharpness_attained",
            mutants=(
                scaled("2 -> 1.99", sp.Rational(199, 200)),
                swapped("exponent 1/(L-1) -> 1/L", {1 / (L - 1): 1 / L}),
                swapped("r -> 2 r", {r: 2 * r}),
            ),
        ),
        Obligation(
            "depth-one",
            Relation(S, "==", 2 * norm_p**2 * lambda_max),
            over=("W",),
            given=("minimizer", "L == 1"),
            space="dense",
            direct=True,
            tight=True,
            formal="minimum.min_sharpness_depth_one",
            mutants=(
                scaled("without the factor 2", sp.Rational(1, 2)),
                swapped("Lambda -> lambda", {lambda_max: lambda_min}),
                swapped("|p|^2 -> |p|", {norm_p**2: norm_p}),
            ),
        ),
    ),
)

MIN_SHARPNESS_DUAL = Claim(
    id="min-sharpness-dual",
    title="The least sharpness by duality",
    kind="inequality",
    origins=("ours",),
    requires=("kernel-agm", "min-sharpness"),
    statement=Relation(S_min, "==", Maximum(DUAL, z)),
    note="In every dimension; 0^0 = 1 at L = 1.",
    obligations=(
        Obligation(
            "every-direction",
            Relation(S, ">=", DUAL),
            over=("W", "z"),
            given=ATTAINABLE,
            tight=True,
            formal="minimum.min_sharpness_dual",
            mutants=(
                scaled("2L -> 2.02L", sp.Rational(101, 100)),
                swapped("exponent of (z.v)^2: 1 - 1/L -> 1 - 1/(2L)", {1 - 1 / L: 1 - 1 / (2 * L)}),
                without("minimizer"),
            ),
        ),
        Obligation(
            "attained",
            Relation(PRIMAL, "==", DUAL),
            space="planted",
            over=("r", "z"),
            given=("E > 0", "L >= 2"),
            decide="exists",
            tight=True,
            mutants=(
                scaled("2L -> 1.98L", sp.Rational(99, 100)),
                swapped("z = v/|v| suffices", {alpha: b, tau: E}),
                swapped("exponents exchanged", {1 / L: 1 - 1 / L, 1 - 1 / L: 1 / L}),
            ),
        ),
    ),
)

CLAIMS = (KERNEL_AGM, SHARPNESS_LOWER, SHARPNESS_LOWER_TIGHT, MIN_SHARPNESS, MIN_SHARPNESS_DUAL)
