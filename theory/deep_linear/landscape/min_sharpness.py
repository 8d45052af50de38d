"""The least sharpness of a minimizer is the minimum of an explicit function."""

from __future__ import annotations

import sympy as sp

from ...language.claim import Claim, Obligation, scaled, swapped, without
from ...language.nodes import Minimum, Relation
from ...language.quantities import L, S, S_min, alpha, lambda_max, lambda_min, norm_p, norm_q1, norm_w, r, tau
from ...proof.builder import Proof
from ...proof.rules.calculus import convexity, limit
from ...proof.rules.eigenvalues import multiple_of_identity
from ...proof.rules.infima import at_minimum, exhibited_minimizer, infimum, least
from ...proof.rules.logic import antisymmetry, chain, rewrite, specialize
from .aligned import aligned_kernel, depth_one_kernel
from .common import DEEP, primal_at_signal, primal_bound
from .formulas import ATTAINABLE, PRIMAL, rank_one_factor

MIN_SHARPNESS = Claim(
    id="min-sharpness",
    title="The least sharpness of a minimizer, exactly",
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


def least_primal(p: Proof) -> int:
    """Derive that the function of ``r`` has a least value, as it grows at both ends."""
    below, deep = primal_at_signal(p), p.given(*DEEP)
    bound = p[below].rhs
    at_zero = limit(deep, (sp.Limit(bound, r, 0, "+"), "==", sp.oo))
    at_infinity = limit(deep, (sp.Limit(bound, r, sp.oo), "==", sp.oo))
    return least(p, below, at_zero, at_infinity, PRIMAL, bound, r)


def min_sharpness(p: Proof) -> dict[str, int]:
    """Every minimizer lies above the curve, the aligned one lies on it, and the curve has a lowest point."""
    every, positive = primal_bound(p)
    M_is, shown = aligned_kernel(p)
    eigenvalue = p.cite("sharpness", "eigenvalue")
    attained = rewrite(p, (S, "==", PRIMAL), eigenvalue, M_is)
    depth_one = rewrite(p, (S, "==", 2 * norm_p**2 * lambda_max), eigenvalue, depth_one_kernel(p),
                        multiple_of_identity(p, norm_p**2))
    convexity(p.given("L >= 2").note(
        "the largest eigenvalue is the maximum of these functions over directions: convex in r"),
        (sp.Derivative(r * alpha + rank_one_factor(r) * tau, (r, 2)), ">=", 0))
    lowest = least_primal(p)
    lower = infimum(p, chain(p, every, specialize(p, lowest, positive, r=norm_q1**2)))
    upper = at_minimum(p, exhibited_minimizer(p, attained, shown), lowest, PRIMAL, r)
    return {"every-minimizer": every, "attained": attained, "depth-one": depth_one,
            "statement": antisymmetry(p, upper, lower)}


THEOREMS = ((MIN_SHARPNESS, min_sharpness),)
