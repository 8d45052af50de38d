"""The least trace of the Hessian follows the law of the least sharpness."""

from __future__ import annotations

import sympy as sp

from ...language.claim import Claim, Obligation, scaled, swapped, without
from ...language.nodes import Minimum, Relation, norm_squared
from ...language.quantities import E, L, M, Sigma, k, lambda_max, norm_p, r, trace, trace_min, trace_Sigma, u, w
from ...proof.builder import Proof
from ...proof.rules.calculus import minimize
from ...proof.rules.eigenvalues import every_direction, gram, trace_form
from ...proof.rules.inequalities import cauchy_schwarz, means, power, scale
from ...proof.rules.infima import at_minimum, exhibited_minimizer, infimum
from ...proof.rules.logic import antisymmetry, cases, chain, hypothesis, rewrite
from ...proof.rules.sums import term_by_term
from ...setting.network import P, Sigma_half, q
from ..network.common import LAYERS, regressor
from ..network.sharpness import gram_premises
from .aligned import aligned_kernel, depth_one_kernel
from .common import DEEP, back
from .formulas import ATTAINABLE, LEAST_TRACE, TRACE_PRIMAL

MIN_TRACE = Claim(
    id="min-trace",
    title="The least trace of the Hessian",
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


def trace_master(p: Proof) -> int:
    """Derive ``tr(Sigma M)^L >= L^L |p|^2 tr(Sigma) E^{L-1}`` at minimizers, as for the kernel itself."""
    root, trace_is, P_0, readout, energy = (p.define(x) for x in ("root", "trace_Sigma", "P_0", "norm_p", "E"))
    summed = trace_form(p, p.cite("kernel", "matrix"), M, back(k), P(k - 1), (k, 1, L))
    mean = means(p, back(k) * norm_squared(P(k - 1) * Sigma_half), (k, 1, L), "power")
    term, factor = back(k) * norm_squared(P(k) * Sigma_half), L**L * norm_p**2 * trace_Sigma
    inner = sp.Product(term, (k, 1, L - 1))
    shifted = rewrite(p, (sp.Trace(Sigma * M) ** L, ">=", factor * inner), mean, summed, P_0, root, readout, trace_is)
    vector = every_direction(p, (P(k).T * q(k), "==", w), regressor(p), u)
    cauchy = cauchy_schwarz(p.at(*LAYERS), q(k), P(k) * Sigma_half)
    layer = rewrite(p, (term, ">=", E), cauchy, root, vector, hypothesis(p, "minimizer"), energy)
    layers = term_by_term(p, layer, "product", (k, 1, L - 1), to=(inner, ">=", E ** (L - 1)))
    return chain(p, shifted, scale(p, layers, factor))


def min_trace(p: Proof) -> dict[str, int]:
    """The master inequality bounds the trace, calculus over ``r`` minimizes it, the aligned minimizer attains it."""
    flat = p.cite("sharpness", "hessian")
    formula = gram(p, flat, *gram_premises(p), M, 2, to=(trace, "==", 2 * sp.Trace(Sigma * M)))
    root = power(p, trace_master(p), 1 / L, to=(sp.Trace(Sigma * M), ">=", LEAST_TRACE / 2))
    every = chain(p, formula, scale(p, root, 2))

    M_is, shown = aligned_kernel(p)
    energy, trace_is = p.define("E"), p.define("trace_Sigma")
    attained = rewrite(p, (trace, "==", TRACE_PRIMAL), formula, M_is, energy, trace_is)
    value = exhibited_minimizer(p, attained, shown)
    least = minimize(p.given(*DEEP).note("calculus over r"), TRACE_PRIMAL, r,
                     (Minimum(TRACE_PRIMAL, r), "==", LEAST_TRACE))
    deep = at_minimum(p, value, least, TRACE_PRIMAL, r)
    at_one = rewrite(p, (trace, "==", LEAST_TRACE), formula, depth_one_kernel(p), trace_is)
    shallow = chain(p, infimum(p, at_one), to=p[deep])
    statement = antisymmetry(p, cases(p, shallow, deep), infimum(p, every))
    return {"formula": formula, "every-minimizer": every, "attained": attained, "statement": statement}


THEOREMS = ((MIN_TRACE, min_trace),)
