"""Two lower bounds hold for the sharpness of every minimizer: that of the paper, and a sharper one."""

from __future__ import annotations

import sympy as sp

from ...language.claim import Claim, Obligation, scaled, swapped, without
from ...language.nodes import Relation, dot, weighted_top
from ...language.quantities import E, L, M, S, Sigma, a, b, lambda_max, norm_p, norm_q1, norm_w, r, u, w, w_star
from ...proof.builder import Proof, cite, define
from ...proof.rules.calculus import MINIMIZE
from ...proof.rules.eigenvalues import RAYLEIGH
from ...proof.rules.inequalities import CAUCHY_SCHWARZ, MONOTONE, POWER, SCALING
from ...proof.rules.logic import INSTANCE, REWRITING, TRANSITIVITY
from .common import minimizer_energy, primal_at_signal, primal_bound
from .formulas import ATTAINABLE, PAPER_LOWER, TIGHT_LOWER, law

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


def lower_tight(proof: Proof) -> dict[str, int]:
    """The master inequality at ``u = Sigma w*`` gives the bound. Calculus over ``r`` gives it again."""
    master = cite(proof, "kernel-agm", "all-weights")
    x = Sigma * w_star
    at_signal = proof.step(
        INSTANCE,
        (dot(x, M * x) ** L, ">=", L**L * norm_p**2 * dot(x, x) * dot(w, x) ** (2 * (L - 1))),
        master, data=((u, x),))
    _minimizer, energy = minimizer_energy(proof)
    b_is, E_is = define(proof, "b"), define(proof, "E")
    filled = proof.step(
        REWRITING, (dot(x, M * x) ** L, ">=", L**L * norm_p**2 * b * E ** (2 * L - 1)),
        at_signal, energy, b_is)
    value = L * norm_p ** (2 / L) * b ** (1 / L) * E ** ((2 * L - 1) / L)
    root = proof.step(POWER, (dot(x, M * x), ">=", value), filled, data=1 / L)
    quotient = proof.step(RAYLEIGH, (weighted_top(M) * dot(w_star, x), ">=", dot(x, M * x)),
                          data=("pencil", M, w_star))
    quotient = proof.step(REWRITING, (weighted_top(M) * E, ">=", dot(x, M * x)), quotient, E_is)
    chain = proof.step(TRANSITIVITY, (weighted_top(M) * E, ">=", value), quotient, root)
    scaled = proof.step(SCALING, (2 * weighted_top(M), ">=", TIGHT_LOWER), chain, data=2 / E)
    eigenvalue = cite(proof, "sharpness", "eigenvalue")
    final = proof.step(TRANSITIVITY, (S, ">=", TIGHT_LOWER), eigenvalue, scaled)

    primal, sign = primal_bound(proof)
    linear = primal_at_signal(proof)
    function = proof[linear].rhs
    least = proof.step(MINIMIZE, (function, ">=", TIGHT_LOWER), data=(function, r), given=("E > 0", "L >= 2"),
                       note="calculus over r")
    chain = proof.step(TRANSITIVITY, (proof[linear].lhs, ">=", TIGHT_LOWER), linear, least)
    at_q1 = proof.step(INSTANCE, (proof[primal].rhs, ">=", TIGHT_LOWER), chain, sign, data=((r, norm_q1**2),))
    second = proof.step(TRANSITIVITY, (S, ">=", TIGHT_LOWER), primal, at_q1)
    proof.again("minimizers", second)
    return {"minimizers": final}


def rayleigh_order(proof: Proof) -> int:
    """Derive ``b >= a`` by Cauchy-Schwarz for ``w*`` and ``Sigma w*``."""
    cauchy = proof.step(
        CAUCHY_SCHWARZ,
        (dot(w_star, w_star) * dot(Sigma * w_star, Sigma * w_star), ">=", dot(w_star, Sigma * w_star) ** 2),
        data=(w_star, Sigma * w_star))
    E_is, b_is, a_is = define(proof, "E"), define(proof, "b"), define(proof, "a")
    norm_is = define(proof, "norm_w")
    filled = proof.step(REWRITING, (norm_w**2 * b * E, ">=", E**2), cauchy, E_is, b_is, norm_is)
    divided = proof.step(SCALING, (b, ">=", E / norm_w**2), filled, data=1 / (E * norm_w**2))
    return proof.step(REWRITING, (b, ">=", a), divided, a_is)


def lower_ladder(proof: Proof) -> tuple[int, int]:
    """Derive that the bound in ``b`` is at least the bound in ``a``."""
    order = rayleigh_order(proof)
    raised = proof.step(MONOTONE, (TIGHT_LOWER, ">=", law(a, E)), order, data=(b, TIGHT_LOWER))
    a_is = define(proof, "a")
    return raised, proof.step(REWRITING, (TIGHT_LOWER, ">=", PAPER_LOWER), raised, a_is)


def lower(proof: Proof) -> dict[str, int]:
    """The sharper bound holds with ``b`` lowered to ``a``."""
    tight = cite(proof, "sharpness-lower-tight", "minimizers")
    _raised, step = lower_ladder(proof)
    final = proof.step(TRANSITIVITY, (S, ">=", proof[step].rhs), tight, step)
    return {"minimizers": final}


THEOREMS = ((SHARPNESS_LOWER, lower), (SHARPNESS_LOWER_TIGHT, lower_tight))
