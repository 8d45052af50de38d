"""Gradient flow of residual networks converges from a larger risk, for every radius.

The proof measures only the products that the kernel contains, and the movement of all layers together.
"""

from __future__ import annotations

from functools import partial

import sympy as sp

from ...language.claim import Claim, Obligation, operator, scaled, swapped, without
from ...language.nodes import Relation, dot
from ...language.quantities import (
    L,
    alpha_ends,
    alpha_ends_0,
    beta_sub_0,
    displacement,
    g,
    k,
    lambda_max,
    lambda_pos,
    norm_gradient,
    norm_p,
    risk_gap,
    risk_gap_0,
    time,
)
from ...proof.builder import Proof
from ...proof.rules.gradient_flow import square_root
from ...proof.rules.inequalities import power, scale, sign
from ...proof.rules.logic import chain, hypothesis, rewrite, specialize
from ...proof.rules.sub_products import exponential, quadratic_mean, singular_values, stay_close
from ...setting.residual import move
from ...setting.residual_constants import ALPHA_SHARP, CLOSE_SHARP, INSIDE, RATE_SHARP, SMALL_SHARP, middle, spread
from ..flow.linear_convergence import steepness
from ..flow.pl_inequality import gradient_is_kernel
from .convergence import MOVES, change_bound, gradient_above
from .kernel import kernel_bound

FREELY = beta_sub_0 * sp.sqrt(L) * displacement
"""``beta_0`` times the movement of all layers in sum, which is largest if all move equally far."""
FROM_WITHIN = ("square", "E > 0", "L >= 2", INSIDE, SMALL_SHARP)

_on_paths = partial(Obligation, space="residual-paths", over=("rho", "t"), given=FROM_WITHIN, decide="enclosed")

RESIDUAL_CONVERGENCE_SHARP = Claim(
    id="residual-convergence-sharp",
    title="Gradient flow of residual networks converges from a larger risk, for every radius",
    kind="dynamics",
    requires=("kernel", "gradient"),
    note="The least singular values are those of the products in the kernel only: P_k for k < L, and the backward "
    "vectors q_k in units of |p|. The radius rho is free; what it allows is largest between 0 and the radius where "
    "beta_0 (exp(beta_0 rho) - 1) reaches the least singular value at the start.",
    obligations=(
        Obligation("perturbation", Relation(alpha_ends, ">=", alpha_ends_0 - spread(sp.sqrt(L) * displacement)),
                   space="pairs",
                   mutants=(swapped("halved", {sp.exp(FREELY) - 1: (sp.exp(FREELY) - 1) / 2}),
                            swapped("without sqrt(L)", {sp.sqrt(L): sp.S.One}),
                            swapped("0.9 beta_0 sqrt(L)", {FREELY: sp.Rational(9, 10) * FREELY}),
                            operator("at most", "<="))),
        Obligation("rate", Relation(norm_gradient**2, ">=", 4 * lambda_pos * middle(alpha_ends) * norm_p**2 * risk_gap),
                   space="product-starts", over=("W",), given=("square", "L >= 2"), tight=True,
                   mutants=(scaled("4 -> 4.2", sp.Rational(21, 20)),
                            swapped("alpha^4 -> alpha^3", {alpha_ends**4: alpha_ends**3}),
                            swapped("alpha^2 -> alpha", {alpha_ends**2: alpha_ends}),
                            swapped("lambda_+ -> Lambda", {lambda_pos: lambda_max}),
                            swapped("without |p|^2", {norm_p: sp.S.One}))),
        _on_paths("decay", Relation(risk_gap, "<=", risk_gap_0 * sp.exp(-RATE_SHARP * time)),
                  mutants=(swapped("4 -> 32", {lambda_pos: 8 * lambda_pos}),
                           swapped("without |p|^2", {norm_p: sp.S.One}),
                           operator("at least", ">="),
                           without(SMALL_SHARP))),
        _on_paths("distance", CLOSE_SHARP, tight=True,
                  mutants=(scaled("rho -> rho/4", sp.Rational(1, 4)),
                           swapped("sqrt(L) -> L^2", {1 / sp.sqrt(L): L**-2}),
                           without(SMALL_SHARP))),
    ),
)


def by_distance(p: Proof) -> int:
    """Derive that every product changes by at most ``beta_0 (exp(beta_0 sqrt(L) |W(t) - W(0)|) - 1)``."""
    squares = rewrite(p, (MOVES**2, "<=", L * displacement**2), quadratic_mean(p, move(k), (k, 1, L)),
                      p.define("displacement"))
    return change_bound(p, square_root(p, squares, MOVES, sp.sqrt(L) * displacement))


def sharper_rate(p: Proof) -> int:
    """Derive ``|grad R|^2 >= 4 lambda_+ (2 alpha^2 + (L-2) alpha^4) |p|^2 (R - R_min)``."""
    at_g = specialize(p, kernel_bound(p, alpha_ends), u=g)
    above, size, value = gradient_above(p), dot(g, g), 4 * lambda_pos * risk_gap
    outer, inner = 2 * alpha_ends**2 * norm_p**2, (L - 2) * alpha_ends**4 * norm_p**2
    one = scale(p, above, outer, to=((outer + inner) * size, ">=", outer * value + inner * size))
    two = scale(p.given("L >= 2"), above, inner, to=(p[one].rhs, ">=", (outer + inner) * value))
    return chain(p, gradient_is_kernel(p), at_g, one, two)


def sharper_lasting(p: Proof, rate: int, below: int) -> int:
    """Derive the rate with the least singular values at the start, less what they may lose along the flow."""
    raised = exponential(p, scale(p, hypothesis(p, CLOSE_SHARP), beta_sub_0 * sp.sqrt(L)))
    least = chain(p, below, scale(p, raised, beta_sub_0, to=(p[below].rhs, ">=", ALPHA_SHARP)))
    square, fourth = (power(p.given(INSIDE), least, exponent) for exponent in (2, 4))
    value = 4 * lambda_pos * norm_p**2 * risk_gap
    one = scale(p, square, 2 * value, to=(
        p[rate].rhs, ">=", value * (2 * ALPHA_SHARP**2 + (L - 2) * alpha_ends**4)))
    two = scale(p.given("L >= 2"), fourth, (L - 2) * value, to=(p[one].rhs, ">=", RATE_SHARP * risk_gap))
    return chain(p, rate, one, two)


def sharper_sign(p: Proof) -> int:
    """Derive that the rate is positive: its first part is positive, its second part is not negative."""
    first, second = (4 * lambda_pos * norm_p**2 * x for x in (2 * ALPHA_SHARP**2, (L - 2) * ALPHA_SHARP**4))
    more = scale(p, sign(p.given("L >= 2", INSIDE), (second, ">=", 0)), 1, to=(RATE_SHARP, ">=", first))
    return chain(p, more, sign(p.given("E > 0", INSIDE), (first, ">", 0)))


def residual_convergence_sharp(p: Proof) -> dict[str, int]:
    """The products in the kernel alone count, and all layers move together, within any radius."""
    below = singular_values(p, by_distance(p), alpha_ends)
    rate = sharper_rate(p)
    lasting, positive, slope = sharper_lasting(p, rate, below), sharper_sign(p), steepness(p)
    small = scale(p, hypothesis(p, SMALL_SHARP), 4)
    decay, distance = (stay_close(p, goal, slope, lasting, positive, small, CLOSE_SHARP, RATE_SHARP, 0)
                       for goal in (RESIDUAL_CONVERGENCE_SHARP.obligation("decay").relation, CLOSE_SHARP))
    return {"perturbation": below, "rate": rate, "distance": distance, "decay": decay}


THEOREMS = ((RESIDUAL_CONVERGENCE_SHARP, residual_convergence_sharp),)
