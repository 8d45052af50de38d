"""The least sharpness of a minimizer is the minimum of an explicit function."""

from __future__ import annotations

import sympy as sp

from ...language.claim import Claim, Obligation, scaled, swapped, without
from ...language.nodes import Minimum, Relation, weighted_top
from ...language.quantities import L, M, S, S_min, alpha, lambda_max, lambda_min, norm_p, norm_q1, norm_w, r, tau, w
from ...proof.builder import Proof, cite
from ...proof.rules.calculus import CONVEXITY, LIMIT
from ...proof.rules.eigenvalues import MULTIPLE_OF_IDENTITY
from ...proof.rules.infima import AT_LEAST_VALUE, EXHIBITED, INFIMUM, LEAST
from ...proof.rules.logic import ANTISYMMETRY, IDENTITY, INSTANCE, REWRITING, TRANSITIVITY
from .aligned import aligned_kernel, depth_one_kernel
from .common import primal_at_signal, primal_bound
from .formulas import ATTAINABLE, PRIMAL, rank_one_factor

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


def least_primal(proof: Proof) -> int:
    """Derive that the function of ``r`` has a least value, as it grows at both ends."""
    below = primal_at_signal(proof)
    function, bound = PRIMAL, proof[below].rhs
    at_zero = proof.step(LIMIT, (sp.Limit(bound, r, 0, "+"), "==", sp.oo), given=("E > 0", "L >= 2"))
    at_infinity = proof.step(LIMIT, (sp.Limit(bound, r, sp.oo), "==", sp.oo), given=("E > 0", "L >= 2"))
    return proof.step(LEAST, (function, ">=", Minimum(function, r)), below, at_zero, at_infinity,
                      data=(function, bound, r))


def min_sharpness(proof: Proof) -> dict[str, int]:
    """Every minimizer lies above the curve, the aligned one lies on it, and the curve has a lowest point."""
    every, sign = primal_bound(proof)

    M_is, shown = aligned_kernel(proof)
    eigenvalue = cite(proof, "sharpness", "eigenvalue")
    attained = proof.step(REWRITING, (S, "==", PRIMAL), eigenvalue, M_is)

    M_one = depth_one_kernel(proof)
    identity = norm_p**2 * sp.Identity(w.rows)
    top = proof.step(IDENTITY, (weighted_top(M), "==", weighted_top(identity)), M_one)
    multiple = proof.step(MULTIPLE_OF_IDENTITY, (weighted_top(identity), "==", norm_p**2 * lambda_max),
                          data=norm_p**2)
    doubled = proof.step(REWRITING, (S, "==", 2 * norm_p**2 * lambda_max), eigenvalue, top, multiple)

    proof.step(
        CONVEXITY,
        (sp.Derivative(r * alpha + rank_one_factor(r) * tau, (r, 2)), ">=", 0), given=("L >= 2",),
        note="the largest eigenvalue is the maximum of these functions over directions: convex in r")
    least = least_primal(proof)
    at_q1 = proof.step(INSTANCE, (PRIMAL.subs(r, norm_q1**2), ">=", Minimum(PRIMAL, r)), least, sign,
                       data=((r, norm_q1**2),))
    above = proof.step(TRANSITIVITY, (S, ">=", Minimum(PRIMAL, r)), every, at_q1)
    lower = proof.step(INFIMUM, (S_min, ">=", Minimum(PRIMAL, r)), above)
    value = proof.step(EXHIBITED, (S_min, "<=", PRIMAL), attained, shown)
    upper = proof.step(AT_LEAST_VALUE, (S_min, "<=", Minimum(PRIMAL, r)), value, least, data=(PRIMAL, r))
    statement = proof.step(ANTISYMMETRY, (S_min, "==", Minimum(PRIMAL, r)), upper, lower)
    return {"every-minimizer": every, "attained": attained, "depth-one": doubled, "statement": statement}


THEOREMS = ((MIN_SHARPNESS, min_sharpness),)
