"""The least sharpness is also a maximum over directions."""

from __future__ import annotations

import sympy as sp

from ...algebra.words import Sigma_half, Z
from ...language.claim import Claim, Obligation, scaled, swapped, without
from ...language.nodes import Maximum, Minimum, Relation, dot, weighted_top
from ...language.quantities import E, L, M, S, S_min, Sigma, alpha, b, lambda_max, norm_p, r, tau, u, w, w_star, z
from ...proof.builder import Proof, cite, define
from ...proof.rules.calculus import CONVEXITY, DERIVATIVE, MINIMIZE
from ...proof.rules.eigenvalues import RAYLEIGH, ROOT_KERNEL
from ...proof.rules.inequalities import POWER, SCALING
from ...proof.rules.infima import RANK_ONE, SADDLE, TOP_DIRECTION
from ...proof.rules.logic import CASES, HYPOTHESIS, IDENTITY, INSTANCE, REWRITING, TRANSITIVITY
from ...setting.network import alpha_Z, tau_Z
from .common import DEEP, shallow_minimum
from .formulas import ATTAINABLE, DUAL, PRIMAL, rank_one_factor
from .min_sharpness import least_primal

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


def dual(proof: Proof) -> dict[str, int]:
    """The master inequality holds in every direction. A saddle point leaves the calculus in each direction."""
    master = cite(proof, "kernel-agm", "all-weights")
    x = Sigma_half * z
    at_z = proof.step(
        INSTANCE, (dot(x, M * x) ** L, ">=", L**L * norm_p**2 * dot(x, x) * dot(w, x) ** (2 * (L - 1))),
        master, data=((u, x),))
    root, alpha_is, tau_is, unit = (define(proof, name) for name in ("root", "alpha", "tau", "z"))
    minimizer = proof.step(HYPOTHESIS, (Sigma * w, "==", Sigma * w_star), given=("minimizer",))
    half = proof.step(ROOT_KERNEL, (Sigma_half * w, "==", Sigma_half * w_star), minimizer, data=(w, w_star))
    filled = proof.step(
        REWRITING, (dot(x, M * x) ** L, ">=", L**L * norm_p**2 * alpha * tau ** (L - 1)),
        at_z, root, alpha_is, tau_is, half)
    bound = proof.step(POWER, (dot(x, M * x), ">=", DUAL / 2), filled, data=1 / L)
    quotient = proof.step(RAYLEIGH, (weighted_top(M) * dot(z, z), ">=", dot(x, M * x)),
                          data=("root", M, z))
    quotient = proof.step(REWRITING, (weighted_top(M), ">=", dot(x, M * x)), quotient, unit)
    chain = proof.step(TRANSITIVITY, (weighted_top(M), ">=", DUAL / 2), quotient, bound)
    doubled = proof.step(SCALING, (2 * weighted_top(M), ">=", DUAL), chain, data=sp.Integer(2))
    eigenvalue = cite(proof, "sharpness", "eigenvalue")
    every = proof.step(TRANSITIVITY, (S, ">=", DUAL), eigenvalue, doubled)

    c = rank_one_factor(r)
    optimal = define(proof, "planted top")
    stationary = define(proof, "planted stationary")
    slope = proof.step(DERIVATIVE, (alpha - (norm_p**2 / r) ** (1 / (L - 1)) * tau / r, "==", 0), stationary)
    weight = r * (r / norm_p**2) ** (1 / (L - 1))
    solved = proof.step(SCALING, (tau, "==", alpha * weight), slope, data=weight)
    value = proof.step(REWRITING, (PRIMAL, "==", 2 * L * r * alpha), optimal, solved)
    stated = proof.step(IDENTITY, (DUAL, "==", 2 * L * r * alpha), solved)
    attained = proof.step(TRANSITIVITY, (PRIMAL, "==", DUAL), value, stated)

    convex = proof.step(CONVEXITY, (sp.Derivative(r * alpha_Z + c * tau_Z, (r, 2)), ">=", 0),
                        given=("L >= 2",))
    least = least_primal(proof)
    density = Maximum(Minimum(2 * (r * alpha_Z + c * tau_Z), r), Z)
    saddle = proof.step(SADDLE, (Minimum(PRIMAL, r), "==", density), convex, least, data=c)
    inner = Minimum(2 * (r * alpha + c * tau), r)
    rank_one = proof.step(RANK_ONE, (density, "==", Maximum(inner, z)), saddle, data=c)
    calculus = proof.step(MINIMIZE, (inner, "==", DUAL), data=(inner.args[0], r), given=DEEP,
                          note="calculus over r")
    primal = cite(proof, "min-sharpness", "statement")
    swapped = proof.step(TRANSITIVITY, (S_min, "==", Maximum(inner, z)), primal, saddle, rank_one)
    deep = proof.step(REWRITING, (S_min, "==", Maximum(DUAL, z)), swapped, calculus)
    flat = shallow_minimum(proof)
    largest = proof.step(TOP_DIRECTION, (Maximum(2 * norm_p**2 * alpha, z), "==", 2 * norm_p**2 * lambda_max),
                         data=2 * norm_p**2)
    shallow = proof.step(TRANSITIVITY, (S_min, "==", Maximum(2 * norm_p**2 * alpha, z)), flat, largest)
    statement = proof.step(CASES, (S_min, "==", Maximum(DUAL, z)), shallow, deep)
    return {"every-direction": every, "attained": attained, "statement": statement}


THEOREMS = ((MIN_SHARPNESS_DUAL, dual),)
