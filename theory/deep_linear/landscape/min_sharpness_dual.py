"""The least sharpness is also a maximum over directions."""

from __future__ import annotations

import sympy as sp

from ...algebra.words import Sigma_half
from ...language.claim import Claim, Obligation, scaled, swapped, without
from ...language.nodes import Maximum, Minimum, Relation, dot, weighted_top
from ...language.quantities import E, L, M, S, S_min, alpha, b, norm_p, r, tau, w, w_star, z
from ...proof.builder import Proof
from ...proof.rules.calculus import convexity, differentiate, minimize
from ...proof.rules.eigenvalues import rayleigh, root_kernel
from ...proof.rules.inequalities import power, scale
from ...proof.rules.infima import minimax, rank_one, top_direction
from ...proof.rules.logic import cases, chain, hypothesis, rewrite, specialize
from ...setting.network import alpha_Z, tau_Z
from .common import DEEP, shallow_minimum
from .formulas import ATTAINABLE, DUAL, PRIMAL, rank_one_factor
from .min_sharpness import least_primal

MIN_SHARPNESS_DUAL = Claim(
    id="min-sharpness-dual",
    title="The least sharpness by duality",
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


def dual(p: Proof) -> dict[str, int]:
    """The master inequality holds in every direction. A saddle point leaves the calculus in each direction."""
    master, eigenvalue = p.cite("kernel-agm", "all-weights"), p.cite("sharpness", "eigenvalue")
    root, alpha_is, tau_is, unit = (p.define(name) for name in ("root", "alpha", "tau", "z"))
    half, x = root_kernel(p, hypothesis(p, "minimizer"), w, w_star), Sigma_half * z
    at_z = specialize(p, master, root, alpha_is, tau_is, half, u=x,
                      to=(dot(x, M * x) ** L, ">=", L**L * norm_p**2 * alpha * tau ** (L - 1)))
    bound = power(p, at_z, 1 / L, to=(dot(x, M * x), ">=", DUAL / 2))
    top = chain(p, rayleigh(p, "root", M, z), bound)
    every = chain(p, eigenvalue, scale(p, top, 2, unit, to=(2 * weighted_top(M), ">=", DUAL)))

    optimal, slope = p.define("planted top"), differentiate(p, p.define("planted stationary"))
    weight = r * (r / norm_p**2) ** (1 / (L - 1))
    solved = scale(p, slope, weight, to=(tau, "==", alpha * weight))
    attained = rewrite(p, (PRIMAL, "==", DUAL), optimal, solved)

    c = rank_one_factor(r)
    convex = convexity(p.given("L >= 2"), (sp.Derivative(r * alpha_Z + c * tau_Z, (r, 2)), ">=", 0))
    saddle = minimax(p, convex, least_primal(p), c)
    swapped = chain(p, p.cite("min-sharpness", "statement"), saddle, rank_one(p, saddle, c))
    moment = 2 * (r * alpha + c * tau)
    calculus = minimize(p.given(*DEEP).note("calculus over r"), moment, r, (Minimum(moment, r), "==", DUAL))
    deep = rewrite(p, (S_min, "==", Maximum(DUAL, z)), swapped, calculus)
    shallow = chain(p, shallow_minimum(p), top_direction(p, 2 * norm_p**2))
    return {"every-direction": every, "attained": attained, "statement": cases(p, shallow, deep, to=p[deep])}


THEOREMS = ((MIN_SHARPNESS_DUAL, dual),)
