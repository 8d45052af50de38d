"""Section 2, continued: bounds on the least sharpness, the kink, and the least trace."""

from __future__ import annotations

import sympy as sp

from ...language.claim import Claim, Obligation, assuming, operator, scaled, swapped, without
from ...language.nodes import Relation
from ...language.quantities import (
    E,
    L,
    M,
    S_min,
    Sigma,
    a,
    b,
    e,
    lambda_max,
    lambda_min,
    trace,
    trace_min,
    trace_Sigma,
)
from .formulas import (
    ENERGY_UPPER,
    KINK_ABOVE,
    KINK_BELOW,
    PAPER_LOWER,
    PAPER_UPPER,
    SUM_UPPER,
    TIGHT_LOWER,
    TRACE_PRIMAL,
    law,
)
from .landscape import ATTAINABLE

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
            formal="lower.sharpness_lower_tight",
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
            formal="minimum.min_sharpness_above",
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
            formal="ladder.min_sharpness_upper",
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
                   tight=True, formal="ladder.paper_below_tight",
                   mutants=(operator("reversed", ">="), scaled("x 0.95", sp.Rational(19, 20)),
                            swapped("b -> lambda", {b: lambda_min}))),
        Obligation("tight-below-minimum", Relation(TIGHT_LOWER, "<=", S_min), "problem", (), ("E > 0",),
                   tight=True, formal="lower.sharpness_lower_tight", mutants=(operator("reversed", ">="),
                                        swapped("b -> Lambda", {b: lambda_max}, "lhs"),)),
        Obligation("minimum-below-energy", Relation(S_min, "<=", ENERGY_UPPER), "problem", (), ("E > 0",),
                   tight=True, formal="minimum.min_sharpness_above",
                   mutants=(operator("reversed", ">="), scaled("x 0.95", sp.Rational(19, 20)))),
        Obligation("energy-below-sum", Relation(ENERGY_UPPER, "<=", SUM_UPPER), "problem", (), ("E > 0",),
                   tight=True, formal="ladder.energy_below_sum", mutants=(operator("reversed", ">="),
                                        swapped("L - 1 -> L - 2", {L - 1: L - 2}))),
        Obligation("sum-below-paper", Relation(SUM_UPPER, "<=", PAPER_UPPER), "problem", (), ("E > 0",),
                   tight=True, formal="ladder.sum_below_paper",
                   mutants=(operator("reversed", ">="), swapped("a -> lambda", {a: lambda_min}))),
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
                assuming("L e >= 0.95 Lambda", lambda given: Relation(
                    given.lhs, given.op, sp.Rational(19, 20) * given.rhs)),
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
            formal="trace.trace_formula",
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
            formal="trace.trace_lower",
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
            formal="trace.trace_attained",
            mutants=(
                scaled("2 -> 1.99", sp.Rational(199, 200)),
                swapped("tr Sigma -> Lambda", {trace_Sigma: lambda_max}),
                swapped("exponent 1/(L-1) -> 1/L", {1 / (L - 1): 1 / L}),
            ),
        ),
    ),
)

CLAIMS = (
    MIN_SHARPNESS_BRACKET,
    MIN_SHARPNESS_UPPER,
    MIN_SHARPNESS_LADDER,
    MIN_SHARPNESS_KINK,
    MIN_TRACE,
)
