"""Section 2 of the theory: how flat can a minimizer be? The bounds, each typed once.

Every statement carries the fixed read-out: ``norm_p = 1`` gives the plain model.
"""

from __future__ import annotations

import sympy as sp

from .claims import Claim, Obligation, operator, scaled, swapped, without
from .expressions import Maximum, Minimum, Relation, dot, weighted_top
from .quantities import (
    E,
    L,
    M,
    S,
    S_min,
    Sigma,
    a,
    alpha,
    b,
    e,
    lambda_max,
    lambda_min,
    norm_p,
    norm_q1,
    norm_w,
    r,
    tau,
    trace,
    trace_min,
    trace_Sigma,
    u,
    w,
    w_star,
    z,
)

ATTAINABLE = ("minimizer", "E > 0")
_readout = norm_p ** (2 / L)


def law(first: sp.Expr, second: sp.Expr) -> sp.Expr:
    """``2 L |p|^{2/L} first^{1/L} second^{1 - 1/L}``: the one law behind section 2.

    It is ``2 min_r (r first + (L-1) (|p|^2/r)^{1/(L-1)} second)``.
    """
    return 2 * L * _readout * first ** (1 / L) * second ** (1 - 1 / L)


PAPER_LOWER = 2 * L * _readout * norm_w ** (2 - 2 / L) * a
TIGHT_LOWER = law(b, E)
ENERGY_UPPER = law(lambda_max, E)
SUM_UPPER = 2 * _readout * norm_w ** (2 - 2 / L) * (lambda_max + (L - 1) * a)
PAPER_UPPER = (
    2 * _readout * norm_w ** (2 - 2 / L) * sp.sqrt((2 * L - 1) * lambda_max**2 + (L - 1) ** 2 * a**2)
)
PRIMAL: sp.Expr = 2 * weighted_top(
    r * sp.Identity(w.rows) + (L - 1) * (norm_p**2 / r) ** (1 / (L - 1)) * w_star * w_star.T
)
TRACE_PRIMAL = 2 * (r * trace_Sigma + (L - 1) * (norm_p**2 / r) ** (1 / (L - 1)) * E)
DUAL = law(alpha, tau)
KINK_BELOW = law(e, E)
KINK_ABOVE = 2 * _readout * lambda_max * ((L - 1) * E / (lambda_max - e)) ** (1 - 1 / L)

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
    note="The minimum is attained; the function of r is convex; any rank of the covariance. "
    "Every minimizer has at least the value at r = |q_1|^2, and for every r an aligned minimizer has it.",
    obligations=(
        Obligation(
            "every-minimizer",
            Relation(S, ">=", PRIMAL.subs(r, norm_q1**2)),
            over=("W",),
            given=(*ATTAINABLE, "L >= 2"),
            tight=True,
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

MIN_SHARPNESS_BRACKET = Claim(
    id="min-sharpness-bracket",
    title="Bracket of the least sharpness, closing with depth",
    kind="inequality",
    origins=("ours",),
    requires=("sharpness-lower-tight", "min-sharpness-dual"),
    note="The ratio of the sides is (Lambda/b)^{1/L}, which tends to 1.",
    obligations=(
        Obligation(
            "below",
            Relation(S_min, ">=", TIGHT_LOWER),
            space="problem",
            given=("E > 0",),
            tight=True,
            mutants=(
                scaled("2L -> 2.05L", sp.Rational(41, 40)),
                swapped("b -> Lambda", {b: lambda_max}),
                swapped("exponents exchanged", {1 / L: 1 - 1 / L, 1 - 1 / L: 1 / L}),
            ),
        ),
        Obligation(
            "above",
            Relation(S_min, "<=", ENERGY_UPPER),
            space="problem",
            given=("E > 0",),
            tight=True,
            mutants=(
                scaled("2L -> 1.95L", sp.Rational(39, 40)),
                swapped("Lambda -> b", {lambda_max: b}),
                swapped("exponents exchanged", {1 / L: 1 - 1 / L, 1 - 1 / L: 1 / L}),
            ),
        ),
    ),
)

MIN_SHARPNESS_UPPER = Claim(
    id="min-sharpness-upper",
    title="Upper bound on the least sharpness, as in the paper",
    kind="inequality",
    origins=("paper",),
    requires=("min-sharpness",),
    obligations=(
        Obligation(
            "root",
            Relation(S_min, "<=", PAPER_UPPER),
            space="problem",
            given=("E > 0",),
            tight=True,
            mutants=(
                swapped("2L - 1 -> 2L - 2", {2 * L - 1: 2 * L - 2}),
                swapped("a -> lambda", {a: lambda_min}),
                swapped("exponent 2 - 2/L -> 2 - 1/L", {2 - 2 / L: 2 - 1 / L}),
            ),
        ),
    ),
)

MIN_SHARPNESS_LADDER = Claim(
    id="min-sharpness-ladder",
    title="All bounds on the least sharpness in order",
    kind="inequality",
    origins=("ours",),
    requires=("sharpness-lower", "min-sharpness-bracket", "min-sharpness-upper"),
    obligations=(
        Obligation("paper-below-tight", Relation(PAPER_LOWER, "<=", TIGHT_LOWER), "problem", (), ("E > 0",),
                   tight=True, mutants=(operator("reversed", ">="), scaled("x 0.95", sp.Rational(19, 20)),
                                        swapped("b -> lambda", {b: lambda_min}))),
        Obligation("tight-below-minimum", Relation(TIGHT_LOWER, "<=", S_min), "problem", (), ("E > 0",),
                   tight=True, mutants=(operator("reversed", ">="),
                                        swapped("b -> Lambda", {b: lambda_max}, "lhs"),)),
        Obligation("minimum-below-energy", Relation(S_min, "<=", ENERGY_UPPER), "problem", (), ("E > 0",),
                   tight=True, mutants=(operator("reversed", ">="), scaled("x 0.95", sp.Rational(19, 20)))),
        Obligation("energy-below-sum", Relation(ENERGY_UPPER, "<=", SUM_UPPER), "problem", (), ("E > 0",),
                   tight=True, mutants=(operator("reversed", ">="),
                                        swapped("L - 1 -> L - 2", {L - 1: L - 2}))),
        Obligation("sum-below-paper", Relation(SUM_UPPER, "<=", PAPER_UPPER), "problem", (), ("E > 0",),
                   tight=True, mutants=(operator("reversed", ">="), swapped("a -> lambda", {a: lambda_min}))),
    ),
)

MIN_SHARPNESS_KINK = Claim(
    id="min-sharpness-kink",
    title="The least sharpness when the regressor is an eigenvector",
    kind="inequality",
    origins=("ours",),
    requires=("min-sharpness", "min-sharpness-dual"),
    note="With Sigma = diag(1, 4), w* = e_1, L = 2 the value is 8/sqrt(3).",
    obligations=(
        Obligation(
            "low-eigenvalue",
            Relation(S_min, "==", KINK_ABOVE),
            space="eigenvector",
            given=("E > 0", "w* eigenvector", Relation(L * e, "<", lambda_max)),
            tight=True,
            mutants=(
                scaled("2 Lambda -> 2.02 Lambda", sp.Rational(101, 100)),
                swapped("Lambda - e -> Lambda", {lambda_max - e: lambda_max}),
                swapped("exponent 1 - 1/L -> 1/L", {1 - 1 / L: 1 / L}),
            ),
        ),
        Obligation(
            "high-eigenvalue",
            Relation(S_min, "==", KINK_BELOW),
            space="eigenvector",
            given=("E > 0", "w* eigenvector", Relation(L * e, ">=", lambda_max)),
            tight=True,
            mutants=(
                scaled("2L -> 2.02L", sp.Rational(101, 100)),
                swapped("e -> Lambda", {e: lambda_max}),
                without(Relation(L * e, ">=", lambda_max)),
            ),
        ),
    ),
)

MIN_TRACE = Claim(
    id="min-trace",
    title="The least trace of the Hessian",
    kind="inequality",
    origins=("ours",),
    requires=("sharpness", "kernel-agm"),
    statement=Relation(trace_min, "==", law(trace_Sigma, E)),
    note="The law of the least sharpness with the trace for the largest eigenvalue; the aligned "
    "minimizer of first backward norm |q_1|^2 = r has the trace stated last, and r is free.",
    obligations=(
        Obligation(
            "formula",
            Relation(trace, "==", 2 * sp.Trace(Sigma * M)),
            given=("minimizer",),
            space="dense",
            direct=True,
            tight=True,
            mutants=(
                scaled("without the factor 2", sp.Rational(1, 2)),
                swapped("tr(Sigma M) -> Lambda tr(M)", {sp.Trace(Sigma * M): lambda_max * sp.Trace(M)}),
            ),
        ),
        Obligation(
            "every-minimizer",
            Relation(trace, ">=", law(trace_Sigma, E)),
            over=("W",),
            given=ATTAINABLE,
            tight=True,
            mutants=(
                scaled("2L -> 2.02L", sp.Rational(101, 100)),
                swapped("exponents exchanged", {1 / L: 1 - 1 / L, 1 - 1 / L: 1 / L}),
                without("minimizer"),
            ),
        ),
        Obligation(
            "attained",
            Relation(trace, "==", TRACE_PRIMAL),
            space="aligned",
            over=("r",),
            given=(*ATTAINABLE, "L >= 2"),
            decide="exists",
            tight=True,
            mutants=(
                scaled("2 -> 1.99", sp.Rational(199, 200)),
                swapped("tr Sigma -> Lambda", {trace_Sigma: lambda_max}),
                swapped("exponent 1/(L-1) -> 1/L", {1 / (L - 1): 1 / L}),
            ),
        ),
    ),
)

CLAIMS = (
    KERNEL_AGM,
    SHARPNESS_LOWER,
    SHARPNESS_LOWER_TIGHT,
    MIN_SHARPNESS,
    MIN_SHARPNESS_DUAL,
    MIN_SHARPNESS_BRACKET,
    MIN_SHARPNESS_UPPER,
    MIN_SHARPNESS_LADDER,
    MIN_SHARPNESS_KINK,
    MIN_TRACE,
)
