"""A minimizer whose products of layers keep lengths is nearly as flat as possible."""

from __future__ import annotations

import sympy as sp

from ...language.claim import Claim, Obligation, operator, scaled, swapped
from ...language.nodes import Relation, dot, weighted_top
from ...language.quantities import (
    E,
    L,
    M,
    S,
    S_min,
    Sigma,
    a,
    alpha_sub,
    beta_sub,
    kappa,
    lambda_max,
    lambda_min,
    norm_p,
    norm_w,
    u,
    w,
    w_star,
)
from ...proof.builder import Proof, cite, define
from ...proof.rules.eigenvalues import LOEWNER, MULTIPLE_OF_IDENTITY
from ...proof.rules.inequalities import POWER, SCALING, SIGN
from ...proof.rules.logic import CASES, HYPOTHESIS, REWRITING, TRANSITIVITY
from ...proof.rules.spectral_norms import LEAST_EIGENVALUE
from ...proof.rules.sub_products import SUB_PRODUCT
from ...setting.flow import INVERTIBLE
from ...setting.network import q
from ...setting.residual import factor
from ...setting.residual_constants import ABOVE_ZERO, middle
from ..landscape.common import back, minimizer_energy
from .kernel import length

RESIDUAL_SHARPNESS = Claim(
    id="residual-sharpness",
    title="A minimizer whose products of layers keep lengths is nearly as flat as possible",
    kind="inequality",
    origins=("paper", "ours"),
    requires=("residual-kernel", "residual-min-sharpness", "sharpness"),
    obligations=(
        Obligation(
            "every-minimizer",
            Relation(S, "<=", 2 * L * lambda_max * beta_sub**4 * norm_p**2),
            space="products",
            over=("W",),
            given=("minimizer",),
            tight=True,
            formal="residual_sharp.residual_sharpness",
            mutants=(
                scaled("2L -> 1.95L", sp.Rational(39, 40)),
                swapped("beta^4 -> beta^3", {beta_sub**4: beta_sub**3}),
                swapped("Lambda -> lambda", {lambda_max: lambda_min}),
                swapped("without |p|^2", {norm_p: sp.S.One}),
            ),
        ),
        Obligation(
            "sharper",
            Relation(S, "<=", 2 * lambda_max * middle(beta_sub) * norm_p**2),
            space="products",
            over=("W",),
            given=("minimizer", "L >= 2"),
            tight=True,
            formal="residual_sharp.residual_sharpness_sharper",
            mutants=(
                scaled("2 -> 1.95", sp.Rational(39, 40)),
                swapped("beta^4 -> beta^3", {beta_sub**4: beta_sub**3}),
                swapped("Lambda -> lambda", {lambda_max: lambda_min}),
                swapped("L - 2 -> L - 3", {L - 2: L - 3}),
            ),
        ),
        Obligation(
            "ratio",
            Relation(S, "<=", beta_sub**4 / alpha_sub**2 * kappa * S_min),
            space="products",
            over=("W",),
            given=("minimizer", "square", "E > 0", INVERTIBLE, ABOVE_ZERO),
            tight=True,
            formal="residual_sharp.residual_sharpness_ratio",
            mutants=(
                swapped("beta^4 -> beta^2", {beta_sub**4: beta_sub**2}),
                swapped("without alpha", {alpha_sub: sp.S.One}),
                swapped("without kappa", {kappa: sp.S.One}),
                operator("at least", ">="),
            ),
        ),
    ),
)


def sharpness_above(proof: Proof, form: int, size: sp.Expr) -> int:
    """Derive ``S <= 2 c Lambda`` from ``u^T M u <= c |u|^2``."""
    identity = size * sp.Identity(w.rows)
    compared = proof.step(LOEWNER, (weighted_top(identity), ">=", weighted_top(M)), form, data=(identity, M))
    multiple = proof.step(MULTIPLE_OF_IDENTITY, (weighted_top(identity), "==", size * lambda_max), data=size)
    chain = proof.step(TRANSITIVITY, (weighted_top(M), "<=", size * lambda_max), compared, multiple)
    doubled = proof.step(SCALING, (2 * weighted_top(M), "<=", 2 * size * lambda_max), chain, data=sp.Integer(2))
    return proof.step(TRANSITIVITY, (S, "<=", 2 * size * lambda_max), cite(proof, "sharpness", "eigenvalue"), doubled)


def energy_below(proof: Proof) -> int:
    """Derive ``E = w^T Sigma w >= lambda |w|^2 >= lambda alpha^2 |p|^2`` at a minimizer."""
    minimizer, inner = minimizer_energy(proof)
    energy = proof.step(REWRITING, (dot(w, Sigma * w), "==", E), inner, minimizer)
    eigen = proof.step(LEAST_EIGENVALUE, (dot(w, Sigma * w), ">=", lambda_min * dot(w, w)), data=w)
    raw = proof.step(SUB_PRODUCT, (back(sp.S.Zero), ">=", alpha_sub**2 * back(L)), data=(alpha_sub, q(0), q(L)),
                     given=("square",))
    start, readout = define(proof, "q_0"), define(proof, "norm_p")
    length_of_w = proof.step(REWRITING, (dot(w, w), ">=", alpha_sub**2 * norm_p**2), raw, start, readout)
    scaled = proof.step(SCALING, (lambda_min * dot(w, w), ">=", lambda_min * alpha_sub**2 * norm_p**2), length_of_w,
                        data=lambda_min)
    return proof.step(TRANSITIVITY, (E, ">=", lambda_min * alpha_sub**2 * norm_p**2), energy, eigen, scaled)


def quotient_below(proof: Proof, a_is: int) -> int:
    """Derive ``a >= lambda``."""
    eigen = proof.step(LEAST_EIGENVALUE, (dot(w_star, Sigma * w_star), ">=", lambda_min * dot(w_star, w_star)),
                       data=w_star)
    E_is, norm = define(proof, "E"), define(proof, "norm_w")
    named = proof.step(REWRITING, (a * norm_w**2, ">=", lambda_min * norm_w**2), eigen, E_is, norm, a_is)
    return proof.step(SCALING, (a, ">=", lambda_min), named, data=1 / norm_w**2)


def least_sharpness_below(proof: Proof) -> int:
    """Derive ``S_min >= 2 L lambda alpha^2 |p|^2`` from section 2, as ``w`` is no shorter than ``alpha |p|``."""
    cited, a_is = cite(proof, "residual-min-sharpness", "below"), define(proof, "a")
    law, power = 2 * L * norm_p ** (2 / L), 1 - 1 / L
    named = proof.step(REWRITING, (S_min, ">=", law * E**power * a ** (1 / L)), cited, a_is)
    size = lambda_min * alpha_sub**2 * norm_p**2
    energy, quotient = energy_below(proof), quotient_below(proof, a_is)
    goal = (E**power, ">=", size**power)
    deep = proof.step(POWER, goal, energy, data=power, given=("L >= 2",))
    shallow = proof.step(SIGN, goal, given=("L == 1",), note="both sides are one")
    both = proof.step(CASES, goal, shallow, deep)
    one = proof.step(SCALING, (proof[named].rhs, ">=", law * size**power * a ** (1 / L)), both,
                     data=law * a ** (1 / L))
    root = proof.step(POWER, (a ** (1 / L), ">=", lambda_min ** (1 / L)), quotient, data=1 / L)
    value = 2 * L * lambda_min * norm_p**2
    two = proof.step(SCALING, (proof[one].rhs, ">=", value * alpha_sub ** (2 * power)), root, data=law * size**power)
    unit = define(proof, "alpha_sub")
    raised = proof.step(POWER, (alpha_sub ** (2 / L), "<=", 1), unit, data=2 / L)
    three = proof.step(SCALING, (value * alpha_sub**2, "<=", value * alpha_sub ** (2 * power)), raised,
                       data=value * alpha_sub ** (2 * power))
    return proof.step(TRANSITIVITY, (S_min, ">=", value * alpha_sub**2), named, one, two, three)


def residual_sharpness(proof: Proof) -> dict[str, int]:
    """The kernel is at most a multiple of the identity; the least sharpness is at least a multiple of ``lambda``."""
    simple = L * beta_sub**4 * norm_p**2
    every = sharpness_above(proof, cite(proof, "residual-kernel", "simple-above"), simple)
    form, size = cite(proof, "residual-kernel", "above"), define(proof, "kernel above")
    named = proof.step(REWRITING, (dot(u, M * u), "<=", factor * length), form, size)
    bound = sharpness_above(proof, named, factor)
    sharper = proof.step(REWRITING, (S, "<=", 2 * lambda_max * middle(beta_sub) * norm_p**2), bound, size)

    below = least_sharpness_below(proof)
    invertible = proof.step(HYPOTHESIS, INVERTIBLE, given=(INVERTIBLE,))
    quotient = beta_sub**4 / alpha_sub**2 * lambda_max / lambda_min
    scaled = proof.step(SCALING, (2 * simple * lambda_max, "<=", quotient * S_min), below, invertible, data=quotient,
                        given=(ABOVE_ZERO,))
    chain = proof.step(TRANSITIVITY, (S, "<=", quotient * S_min), every, scaled)
    ratio = proof.step(REWRITING, (S, "<=", beta_sub**4 / alpha_sub**2 * kappa * S_min), chain, define(proof, "kappa"))
    return {"every-minimizer": every, "sharper": sharper, "ratio": ratio}


THEOREMS = ((RESIDUAL_SHARPNESS, residual_sharpness),)
