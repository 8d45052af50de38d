"""The least trace of the Hessian follows the law of the least sharpness."""

from __future__ import annotations

import sympy as sp

from ...language.claim import Claim, Obligation, scaled, swapped, without
from ...language.nodes import Minimum, Relation, dot, frobenius
from ...language.quantities import E, L, M, Sigma, k, lambda_max, norm_p, r, trace, trace_min, trace_Sigma, u, w
from ...proof.builder import Proof, cite, define
from ...proof.rules.calculus import MINIMIZE
from ...proof.rules.eigenvalues import GRAM, RIESZ, TRACE_FORM
from ...proof.rules.inequalities import AM_GM, CAUCHY_SCHWARZ, POWER, SCALING
from ...proof.rules.infima import AT_LEAST_VALUE, EXHIBITED, INFIMUM
from ...proof.rules.logic import ANTISYMMETRY, CASES, IDENTITY, REWRITING, TRANSITIVITY
from ...proof.rules.sums import TERMWISE
from ...setting.network import P, Sigma_half, q
from ..network.common import LAYERS, regressor
from ..network.sharpness import gram_premises
from .aligned import aligned_kernel, depth_one_kernel
from .common import back, minimizer_hypothesis
from .formulas import ATTAINABLE, LEAST_TRACE, TRACE_PRIMAL

MIN_TRACE = Claim(
    id="min-trace",
    title="The least trace of the Hessian",
    kind="inequality",
    origins=("ours",),
    requires=("sharpness", "kernel-agm"),
    statement=Relation(trace_min, "==", LEAST_TRACE),
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
            Relation(trace, ">=", LEAST_TRACE),
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


def trace_master(proof: Proof) -> int:
    """Derive ``tr(Sigma M)^L >= L^L |p|^2 tr(Sigma) E^{L-1}`` at minimizers, as for the kernel itself."""
    matrix = cite(proof, "kernel", "matrix")
    summed = proof.step(
        TRACE_FORM,
        (sp.Trace(Sigma * M), "==", sp.Sum(back(k) * frobenius(P(k - 1) * Sigma_half), (k, 1, L))),
        matrix, data=(M, back(k), P(k - 1), (k, 1, L)))
    term = back(k) * frobenius(P(k - 1) * Sigma_half)
    means = proof.step(
        AM_GM, (sp.Sum(term, (k, 1, L)) ** L, ">=", L**L * sp.Product(term, (k, 1, L))),
        data=(term, (k, 1, L), "power"))
    root, trace_is = define(proof, "root"), define(proof, "trace_Sigma")
    P_0, readout = define(proof, "P_0"), define(proof, "norm_p")
    inner = sp.Product(back(k) * frobenius(P(k) * Sigma_half), (k, 1, L - 1))
    shifted = proof.step(
        REWRITING, (sp.Trace(Sigma * M) ** L, ">=", L**L * norm_p**2 * trace_Sigma * inner),
        means, proof.step(IDENTITY, (proof[summed].rhs, "==", sp.Trace(Sigma * M)), summed),
        P_0, root, readout, trace_is)
    cut = regressor(proof)
    vector = proof.step(REWRITING, (dot(u, P(k).T * q(k)), "==", dot(u, w)), cut, scope=LAYERS)
    vector = proof.step(RIESZ, (P(k).T * q(k), "==", w), vector, data=u, scope=LAYERS)
    cauchy = proof.step(
        CAUCHY_SCHWARZ,
        (back(k) * frobenius(P(k) * Sigma_half), ">=",
         dot(Sigma_half * P(k).T * q(k), Sigma_half * P(k).T * q(k))),
        data=(q(k), P(k) * Sigma_half), scope=LAYERS)
    minimizer, energy = minimizer_hypothesis(proof), define(proof, "E")
    layer = proof.step(REWRITING, (back(k) * frobenius(P(k) * Sigma_half), ">=", E),
                       cauchy, root, vector, minimizer, energy, scope=LAYERS)
    layers = proof.step(TERMWISE, (inner, ">=", sp.Product(E, (k, 1, L - 1))), layer,
                        data=("product", (k, 1, L - 1)))
    factor = L**L * norm_p**2 * trace_Sigma
    scaled = proof.step(SCALING, (factor * inner, ">=", factor * E ** (L - 1)), layers, data=factor)
    return proof.step(TRANSITIVITY, (sp.Trace(Sigma * M) ** L, ">=", factor * E ** (L - 1)), shifted, scaled)


def min_trace(proof: Proof) -> dict[str, int]:
    """The master inequality bounds the trace, calculus over ``r`` minimizes it, the aligned minimizer attains it."""
    flat = cite(proof, "sharpness", "hessian")
    inner, norm = gram_premises(proof)
    formula = proof.step(GRAM, (trace, "==", 2 * sp.Trace(Sigma * M)), flat, inner, norm,
                         data=(M, sp.Integer(2)))

    root = proof.step(POWER, (sp.Trace(Sigma * M), ">=", LEAST_TRACE / 2), trace_master(proof), data=1 / L)
    doubled = proof.step(SCALING, (2 * sp.Trace(Sigma * M), ">=", LEAST_TRACE), root, data=sp.Integer(2))
    every = proof.step(TRANSITIVITY, (trace, ">=", LEAST_TRACE), formula, doubled)

    M_is, shown = aligned_kernel(proof)
    energy, trace_is = define(proof, "E"), define(proof, "trace_Sigma")
    attained = proof.step(REWRITING, (trace, "==", TRACE_PRIMAL), formula, M_is, energy, trace_is)

    value = proof.step(EXHIBITED, (trace_min, "<=", TRACE_PRIMAL), attained, shown)
    least = proof.step(MINIMIZE, (Minimum(TRACE_PRIMAL, r), "==", LEAST_TRACE), data=(TRACE_PRIMAL, r),
                       given=("E > 0", "L >= 2"), note="calculus over r")
    deep = proof.step(AT_LEAST_VALUE, (trace_min, "<=", LEAST_TRACE), value, least, data=(TRACE_PRIMAL, r))
    M_one = depth_one_kernel(proof)
    at_one = proof.step(REWRITING, (trace, "==", LEAST_TRACE), formula, M_one, trace_is)
    shallow = proof.step(INFIMUM, (trace_min, "==", LEAST_TRACE), at_one)
    shallow = proof.step(TRANSITIVITY, (trace_min, "<=", LEAST_TRACE), shallow)
    upper = proof.step(CASES, (trace_min, "<=", LEAST_TRACE), shallow, deep)
    lower = proof.step(INFIMUM, (trace_min, ">=", LEAST_TRACE), every)
    statement = proof.step(ANTISYMMETRY, (trace_min, "==", LEAST_TRACE), upper, lower)
    return {"formula": formula, "every-minimizer": every, "attained": attained, "statement": statement}


THEOREMS = ((MIN_TRACE, min_trace),)
