"""A minimizer whose products of layers keep lengths is nearly as flat as possible."""

from __future__ import annotations

from functools import partial

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
    u,
    w,
)
from ...proof.builder import Proof
from ...proof.rules.eigenvalues import monotone_eigenvalue, multiple_of_identity
from ...proof.rules.inequalities import power, scale
from ...proof.rules.logic import chain, hypothesis, rewrite
from ...proof.rules.spectral_norms import least_eigenvalue
from ...proof.rules.sub_products import sub_product
from ...setting.flow import INVERTIBLE
from ...setting.network import q
from ...setting.residual import factor
from ...setting.residual_constants import ABOVE_ZERO, middle
from ..flow.balanced_sharpness import quotient_below
from ..landscape.common import minimizer_energy
from .kernel import length

_bound = partial(Obligation, space="products", over=("W",), tight=True)

RESIDUAL_SHARPNESS = Claim(
    id="residual-sharpness",
    title="A minimizer whose products of layers keep lengths is nearly as flat as possible",
    origins=("paper", "ours"),
    requires=("residual-kernel", "residual-min-sharpness", "sharpness"),
    obligations=(
        _bound("every-minimizer", Relation(S, "<=", 2 * L * lambda_max * beta_sub**4 * norm_p**2), given=("minimizer",),
               formal="residual_sharp.residual_sharpness",
               mutants=(scaled("2L -> 1.95L", sp.Rational(39, 40)),
                        swapped("beta^4 -> beta^3", {beta_sub**4: beta_sub**3}),
                        swapped("Lambda -> lambda", {lambda_max: lambda_min}),
                        swapped("without |p|^2", {norm_p: sp.S.One}))),
        _bound("sharper", Relation(S, "<=", 2 * lambda_max * middle(beta_sub) * norm_p**2),
               given=("minimizer", "L >= 2"), formal="residual_sharp.residual_sharpness_sharper",
               mutants=(scaled("2 -> 1.95", sp.Rational(39, 40)),
                        swapped("beta^4 -> beta^3", {beta_sub**4: beta_sub**3}),
                        swapped("Lambda -> lambda", {lambda_max: lambda_min}),
                        swapped("L - 2 -> L - 3", {L - 2: L - 3}))),
        _bound("ratio", Relation(S, "<=", beta_sub**4 / alpha_sub**2 * kappa * S_min),
               given=("minimizer", "square", "E > 0", INVERTIBLE, ABOVE_ZERO),
               formal="residual_sharp.residual_sharpness_ratio",
               mutants=(swapped("beta^4 -> beta^2", {beta_sub**4: beta_sub**2}),
                        swapped("without alpha", {alpha_sub: sp.S.One}),
                        swapped("without kappa", {kappa: sp.S.One}),
                        operator("at least", ">="))),
    ),
)


def sharpness_above(p: Proof, form: int, size: sp.Expr) -> int:
    """Derive ``S <= 2 c Lambda`` from ``u^T M u <= c |u|^2``."""
    compared = monotone_eigenvalue(p, form, size * sp.Identity(w.rows), M)
    bound = chain(p, compared, multiple_of_identity(p, size), to=(weighted_top(M), "<=", size * lambda_max))
    return chain(p, p.cite("sharpness", "eigenvalue"), scale(p, bound, 2))


def energy_below(p: Proof) -> int:
    """Derive ``E = w^T Sigma w >= lambda |w|^2 >= lambda alpha^2 |p|^2`` at a minimizer."""
    minimizer, inner = minimizer_energy(p)
    energy = rewrite(p, (dot(w, Sigma * w), "==", E), inner, minimizer)
    length_of_w = sub_product(p.given("square"), alpha_sub, q(0), q(L))
    scaled = scale(p, length_of_w, lambda_min, p.define("q_0"), p.define("norm_p"),
                   to=(lambda_min * dot(w, w), ">=", lambda_min * alpha_sub**2 * norm_p**2))
    return chain(p, energy, least_eigenvalue(p, w), scaled)


def least_sharpness_below(p: Proof) -> int:
    """Derive ``S_min >= 2 L lambda alpha^2 |p|^2`` from section 2, as ``w`` is no shorter than ``alpha |p|``."""
    a_is, law, exponent = p.define("a"), 2 * L * norm_p ** (2 / L), 1 - 1 / L
    named = rewrite(p, (S_min, ">=", law * E**exponent * a ** (1 / L)), p.cite("residual-min-sharpness", "below"), a_is)
    raised = power(p, energy_below(p), exponent)
    one = scale(p, raised, law * a ** (1 / L))
    two = scale(p, power(p, quotient_below(p, a_is), 1 / L), law * p[raised].rhs)
    value = 2 * L * lambda_min * norm_p**2
    rest = value * alpha_sub ** (2 * exponent)
    three = scale(p, power(p, p.define("alpha_sub"), 2 / L), rest, to=(value * alpha_sub**2, "<=", rest))
    return chain(p, named, one, two, three)


def residual_sharpness(p: Proof) -> dict[str, int]:
    """The kernel is at most a multiple of the identity; the least sharpness is at least a multiple of ``lambda``."""
    goals = {x.name: x.relation for x in RESIDUAL_SHARPNESS.obligations}
    every = sharpness_above(p, p.cite("residual-kernel", "simple-above"), L * beta_sub**4 * norm_p**2)
    size = p.define("kernel above")
    form = rewrite(p, (dot(u, M * u), "<=", factor * length), p.cite("residual-kernel", "above"), size)
    sharper = rewrite(p, goals["sharper"], sharpness_above(p, form, factor), size)
    quotient = beta_sub**4 / alpha_sub**2 * lambda_max / lambda_min
    scaled = scale(p.given(ABOVE_ZERO), least_sharpness_below(p), quotient, hypothesis(p, INVERTIBLE),
                   to=(p[every].rhs, "<=", quotient * S_min))
    ratio = rewrite(p, goals["ratio"], chain(p, every, scaled), p.define("kappa"))
    return {"every-minimizer": every, "sharper": sharper, "ratio": ratio}


THEOREMS = ((RESIDUAL_SHARPNESS, residual_sharpness),)
