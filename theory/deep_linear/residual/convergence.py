"""Gradient flow of residual networks converges, with closed constants."""

from __future__ import annotations

from functools import partial

import sympy as sp

from ...algebra.layer_ranges import i
from ...language.claim import Claim, Obligation, operator, scaled, swapped, without
from ...language.nodes import Relation, dot, norm_squared
from ...language.quantities import (
    L,
    alpha_sub,
    alpha_sub_0,
    beta_sub,
    beta_sub_0,
    g,
    j,
    k,
    lambda_max,
    lambda_pos,
    layer_displacement,
    norm_gradient,
    norm_p,
    risk_gap,
    risk_gap_0,
    time,
    w,
    w_star,
)
from ...proof.builder import Proof
from ...proof.rules.eigenvalues import multiple_of_identity, rayleigh
from ...proof.rules.inequalities import power, scale, sign
from ...proof.rules.logic import chain, hypothesis, identity, specialize
from ...proof.rules.spectral_norms import positive_spectrum
from ...proof.rules.sub_products import (
    expansion,
    exponential,
    exponential_product,
    singular_values,
    stay_close,
    sub_product,
)
from ...proof.rules.sums import term_by_term
from ...setting.network import P, gradient
from ...setting.residual import change, move
from ...setting.residual_constants import ABOVE_ZERO_0, ALPHA, BETA, CLOSE, RATE, SMALL, SPEED, spread
from ..flow.linear_convergence import steepness
from ..flow.pl_inequality import gradient_is_kernel
from ..landscape.common import back
from .kernel import KernelTerms

FREELY = beta_sub_0 * L * layer_displacement
"""``beta_0`` times the movement of all layers, if each moves as far as the one that moves most."""
REACH = spread(L * layer_displacement)
ONE_LAYER = swapped("without L", {FREELY: beta_sub_0 * layer_displacement})
FROM_THERE = ("square", "E > 0", ABOVE_ZERO_0, SMALL)

_on_paths = partial(Obligation, space="residual-paths", over=("t",), given=FROM_THERE, decide="enclosed")

_anywhere = partial(Obligation, space="product-starts", tight=True)

RESIDUAL_CONVERGENCE = Claim(
    id="residual-convergence",
    title="Gradient flow of residual networks converges linearly, and each layer moves by at most rho/L",
    kind="dynamics",
    origins=("paper", "ours"),
    requires=("residual-kernel", "gradient", "kernel"),
    note="alpha and beta are the tightest bounds on the singular values of all products of consecutive layers, "
    "alpha <= 1 <= beta. Stated with the smallest positive eigenvalue of Sigma, which is the smallest if Sigma is "
    "invertible. Read off, not derived: the length is finite, so the weights converge; the risk tends to its least "
    "value, so their limit is a minimizer.",
    obligations=(
        Obligation("perturbation-below", Relation(alpha_sub, ">=", alpha_sub_0 - REACH), space="pairs",
                   mutants=(swapped("halved", {sp.exp(FREELY) - 1: (sp.exp(FREELY) - 1) / 2}), ONE_LAYER,
                            operator("at most", "<="))),
        Obligation("perturbation-above", Relation(beta_sub, "<=", beta_sub_0 + REACH), space="pairs",
                   mutants=(swapped("exp(beta_0 s) -> exp(s)", {FREELY: L * layer_displacement}), ONE_LAYER,
                            operator("at least", ">="))),
        _anywhere("rate", Relation(norm_gradient**2, ">=", 4 * lambda_pos * L * alpha_sub**4 * norm_p**2 * risk_gap),
                  over=("W",), given=("square",),
                  mutants=(scaled("4 -> 4.2", sp.Rational(21, 20)),
                           swapped("alpha^4 -> alpha^3", {alpha_sub**4: alpha_sub**3}),
                           swapped("lambda_+ -> Lambda", {lambda_pos: lambda_max}),
                           swapped("without |p|^2", {norm_p: sp.S.One}))),
        _anywhere("layer-speed",
                  Relation(norm_squared(gradient(k)), "<=", 4 * lambda_max * beta_sub**4 * norm_p**2 * risk_gap),
                  over=("W", "k"),
                  mutants=(scaled("4 -> 3.8", sp.Rational(19, 20)),
                           swapped("beta^4 -> beta^3", {beta_sub**4: beta_sub**3}),
                           swapped("Lambda -> lambda_+", {lambda_max: lambda_pos}),
                           swapped("without |p|^2", {norm_p: sp.S.One}))),
        _on_paths("decay", Relation(risk_gap, "<=", risk_gap_0 * sp.exp(-RATE * time)),
                  mutants=(swapped("4 -> 128", {lambda_pos: 32 * lambda_pos}),
                           swapped("without |p|^2", {norm_p: sp.S.One}),
                           operator("at least", ">="),
                           without(SMALL))),
        _on_paths("layers", CLOSE,
                  mutants=(scaled("rho -> rho/64", sp.Rational(1, 64)), operator("at least", ">="), without(SMALL))),
    ),
)

x = w - w_star

PAIRS = ((j, 1, L), (k, j, L))
MOVES = sp.Sum(move(i), (i, 1, L))
"""How far the layers move, summed over the layers."""


def change_bound(p: Proof, moved: int) -> int:
    """Derive that products change by at most ``beta_0 (exp(beta_0 s) - 1)``, where the layers move by ``s`` in sum."""
    pairs, term = p.at(*PAIRS), beta_sub_0 * move(i)
    product = sp.Product(1 + term, (i, j, k))
    expanded = expansion(pairs, (change(j, k), "<=", beta_sub_0 * (product - 1)))
    larger = exponential(p, scale(p, moved, beta_sub_0))
    raised = chain(pairs, exponential_product(pairs, term, (i, j, k)), larger)
    outer = scale(pairs, raised, beta_sub_0, to=(p[expanded].rhs, "<=", spread(p[moved].rhs)))
    return chain(pairs, expanded, outer)


def by_largest_move(p: Proof) -> int:
    """Derive that products change by at most ``beta_0 (exp(beta_0 L m) - 1)``, if each layer moves by at most ``m``."""
    return change_bound(p, term_by_term(p, p.define("layer displacement"), "sum", (k, 1, L),
                                        to=(MOVES, "<=", L * layer_displacement)))


def gradient_above(p: Proof) -> int:
    """Derive ``|g|^2 >= 4 lambda_+ (R - R_min)``."""
    return scale(p, positive_spectrum(p, x), 4, p.define("g"), p.define("risk_gap"),
                 to=(dot(g, g), ">=", 4 * lambda_pos * risk_gap))


def simple_rate(p: Proof) -> int:
    """Derive ``|grad R|^2 >= 4 lambda_+ L alpha^4 |p|^2 (R - R_min)``."""
    at_g = specialize(p, p.cite("residual-kernel", "simple-below"), u=g)
    return chain(p, gradient_is_kernel(p), at_g, scale(p, gradient_above(p), L * alpha_sub**4 * norm_p**2))


def layer_speed(p: Proof) -> int:
    """Derive ``|grad_k R|^2 = |q_k|^2 |P_{k-1} g|^2 <= beta^4 |p|^2 |g|^2 <= 4 Lambda beta^4 |p|^2 (R - R_min)``."""
    layers, image = p.at((k, 1, L)), dot(P(k - 1) * g, P(k - 1) * g)
    before = specialize(layers, p.define("h"), i=k - 1)
    norm = identity(layers, (norm_squared(gradient(k)), "==", back(k) * image), p.cite("gradient", "layer"), before)
    outer = scale(layers, KernelTerms(p, beta_sub, (k, 1, L)).backward(), image)
    inner = scale(layers, sub_product(layers, beta_sub, P(k - 1), g), beta_sub**2 * norm_p**2)
    size = scale(p, rayleigh(p, "pencil", sp.Identity(w.rows), x), 4, multiple_of_identity(p, 1),
                 p.define("g"), p.define("risk_gap"), to=(dot(g, g), "<=", 4 * lambda_max * risk_gap))
    return chain(layers, norm, outer, inner, scale(p, size, beta_sub**4 * norm_p**2))


def while_close(p: Proof, below: int, above: int) -> tuple[int, int]:
    """Derive ``alpha >= alpha_0 / 2`` and ``beta <= beta_0 + alpha_0 / 2``, while the layers stay close."""
    raised = exponential(p, scale(p, hypothesis(p, CLOSE), beta_sub_0 * L))
    least = scale(p, raised, beta_sub_0, to=(p[below].rhs, ">=", ALPHA))
    largest = scale(p, raised, beta_sub_0, to=(p[above].rhs, "<=", BETA))
    return chain(p, below, least), chain(p, above, largest)


def residual_convergence(p: Proof) -> dict[str, int]:
    """The products change little, rate and speed hold at any weights, and so the weights stay close."""
    changed = by_largest_move(p)
    below, above = (singular_values(p, changed, value) for value in (alpha_sub, beta_sub))
    rate, speed = simple_rate(p), layer_speed(p)

    least, largest = while_close(p, below, above)
    lasting = chain(p, rate, scale(p, power(p, least, 4), 4 * lambda_pos * L * norm_p**2 * risk_gap))
    slow = chain(p, speed, scale(p, power(p, largest, 4), 4 * lambda_max * norm_p**2 * risk_gap))
    slope, positive = steepness(p), sign(p.given("E > 0", ABOVE_ZERO_0), (RATE, ">", 0))
    small = scale(p, hypothesis(p, SMALL), 4 * SPEED)
    decay, layers = (stay_close(p, goal, slope, lasting, positive, small, CLOSE, RATE, SPEED, slow)
                     for goal in (RESIDUAL_CONVERGENCE.obligation("decay").relation, CLOSE))
    return {"perturbation-below": below, "perturbation-above": above, "rate": rate, "layer-speed": speed,
            "decay": decay, "layers": layers}


THEOREMS = ((RESIDUAL_CONVERGENCE, residual_convergence),)
