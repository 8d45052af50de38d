"""Gradient flow of residual networks converges from a larger risk, for every radius.

The proof measures only the products that the kernel contains, and the movement of all layers together.
"""

from __future__ import annotations

import sympy as sp

from ...language.claim import Claim, Obligation, operator, scaled, swapped, without
from ...language.nodes import Relation, dot
from ...language.quantities import (
    L,
    M,
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
    rho,
    risk_gap,
    risk_gap_0,
    time,
    u,
)
from ...proof.builder import Proof, define
from ...proof.rules.gradient_flow import SQUARE_ROOT
from ...proof.rules.inequalities import POWER, SCALING, SIGN
from ...proof.rules.logic import HYPOTHESIS, INSTANCE, REWRITING, TRANSITIVITY
from ...proof.rules.sub_products import BOOTSTRAP, EXPONENTIAL, QUADRATIC_MEAN, SINGULAR_VALUES
from ...setting.residual import move
from ...setting.residual_constants import ALPHA_SHARP, CLOSE_SHARP, INSIDE, RATE_SHARP, SMALL_SHARP, middle, spread
from ..flow.pl_inequality import gradient_is_kernel
from .convergence import MOVES, change_bound, gradient_above, steepness
from .kernel import kernel_bound

ONE, FOUR = sp.S.One, sp.Integer(4)
FREELY = beta_sub_0 * sp.sqrt(L) * displacement
"""``beta_0`` times the movement of all layers in sum, which is largest if all move equally far."""
FROM_WITHIN = ("square", "E > 0", "L >= 2", INSIDE, SMALL_SHARP)

RESIDUAL_CONVERGENCE_SHARP = Claim(
    id="residual-convergence-sharp",
    title="Gradient flow of residual networks converges from a larger risk, for every radius",
    kind="dynamics",
    origins=("ours",),
    requires=("kernel", "gradient"),
    note="The least singular values are those of the products in the kernel only: P_k for k < L, and the backward "
    "vectors q_k in units of |p|. The radius rho is free; what it allows is largest between 0 and the radius where "
    "beta_0 (exp(beta_0 rho) - 1) reaches the least singular value at the start.",
    obligations=(
        Obligation(
            "perturbation",
            Relation(alpha_ends, ">=", alpha_ends_0 - spread(sp.sqrt(L) * displacement)),
            space="pairs",
            mutants=(
                swapped("halved", {sp.exp(FREELY) - 1: (sp.exp(FREELY) - 1) / 2}),
                swapped("without sqrt(L)", {sp.sqrt(L): sp.S.One}),
                swapped("0.9 beta_0 sqrt(L)", {FREELY: sp.Rational(9, 10) * FREELY}),
                operator("at most", "<="),
            ),
        ),
        Obligation(
            "rate",
            Relation(norm_gradient**2, ">=", 4 * lambda_pos * middle(alpha_ends) * norm_p**2 * risk_gap),
            space="product-starts",
            over=("W",),
            given=("square", "L >= 2"),
            tight=True,
            mutants=(
                scaled("4 -> 4.2", sp.Rational(21, 20)),
                swapped("alpha^4 -> alpha^3", {alpha_ends**4: alpha_ends**3}),
                swapped("alpha^2 -> alpha", {alpha_ends**2: alpha_ends}),
                swapped("lambda_+ -> Lambda", {lambda_pos: lambda_max}),
                swapped("without |p|^2", {norm_p: sp.S.One}),
            ),
        ),
        Obligation(
            "decay",
            Relation(risk_gap, "<=", risk_gap_0 * sp.exp(-RATE_SHARP * time)),
            space="residual-paths",
            over=("rho", "t"),
            given=FROM_WITHIN,
            decide="enclosed",
            mutants=(
                swapped("4 -> 32", {lambda_pos: 8 * lambda_pos}),
                swapped("without |p|^2", {norm_p: sp.S.One}),
                operator("at least", ">="),
                without(SMALL_SHARP),
            ),
        ),
        Obligation(
            "distance",
            CLOSE_SHARP,
            space="residual-paths",
            over=("rho", "t"),
            given=FROM_WITHIN,
            decide="enclosed",
            tight=True,
            mutants=(
                scaled("rho -> rho/4", sp.Rational(1, 4)),
                swapped("sqrt(L) -> L^2", {1 / sp.sqrt(L): L**-2}),
                without(SMALL_SHARP),
            ),
        ),
    ),
)

slope_bound = norm_gradient**2


def by_distance(proof: Proof) -> int:
    """Derive that every product changes by at most ``beta_0 (exp(beta_0 sqrt(L) |W(t) - W(0)|) - 1)``."""
    mean = proof.step(QUADRATIC_MEAN, (MOVES**2, "<=", L * sp.Sum(move(k) ** 2, (k, 1, L))),
                      data=(move(k), (k, 1, L)))
    named = proof.step(REWRITING, (MOVES**2, "<=", L * displacement**2), mean, define(proof, "displacement"))
    reach = sp.sqrt(L) * displacement
    moved = proof.step(SQUARE_ROOT, (MOVES, "<=", reach), named, data=(MOVES, reach))
    return change_bound(proof, moved, reach)


def sharper_rate(proof: Proof) -> int:
    """Derive ``|grad R|^2 >= 4 lambda_+ (2 alpha^2 + (L-2) alpha^4) |p|^2 (R - R_min)``."""
    form = kernel_bound(proof, alpha_ends)
    size = dot(g, g)
    at_g = proof.step(INSTANCE, (dot(g, M * g), ">=", middle(alpha_ends) * norm_p**2 * size), form, data=((u, g),))
    above = gradient_above(proof)
    outer, inner = 2 * alpha_ends**2 * norm_p**2, (L - 2) * alpha_ends**4 * norm_p**2
    value = 4 * lambda_pos * risk_gap
    one = proof.step(SCALING, ((outer + inner) * size, ">=", outer * value + inner * size), above, data=outer)
    two = proof.step(SCALING, (proof[one].rhs, ">=", (outer + inner) * value), above, data=inner, given=("L >= 2",))
    return proof.step(TRANSITIVITY, (slope_bound, ">=", 4 * lambda_pos * middle(alpha_ends) * norm_p**2 * risk_gap),
                      gradient_is_kernel(proof), at_g, one, two)


def sharper_lasting(proof: Proof, rate: int, below: int) -> int:
    """Derive the same with the least singular values at the start, less what they may lose."""
    close = proof.step(HYPOTHESIS, CLOSE_SHARP, given=(CLOSE_SHARP,))
    scaled = proof.step(SCALING, (beta_sub_0 * sp.sqrt(L) * displacement, "<=", beta_sub_0 * rho), close,
                        data=beta_sub_0 * sp.sqrt(L))
    raised = proof.step(EXPONENTIAL, (sp.exp(beta_sub_0 * sp.sqrt(L) * displacement), "<=", sp.exp(beta_sub_0 * rho)),
                        scaled)
    least = proof.step(SCALING, (proof[below].rhs, ">=", ALPHA_SHARP), raised, data=beta_sub_0)
    least = proof.step(TRANSITIVITY, (alpha_ends, ">=", ALPHA_SHARP), below, least)
    value = 4 * lambda_pos * norm_p**2 * risk_gap
    square = proof.step(POWER, (alpha_ends**2, ">=", ALPHA_SHARP**2), least, data=sp.Integer(2), given=(INSIDE,))
    fourth = proof.step(POWER, (alpha_ends**4, ">=", ALPHA_SHARP**4), least, data=FOUR, given=(INSIDE,))
    one = proof.step(SCALING, (proof[rate].rhs, ">=", value * (2 * ALPHA_SHARP**2 + (L - 2) * alpha_ends**4)), square,
                     data=2 * value)
    two = proof.step(SCALING, (proof[one].rhs, ">=", RATE_SHARP * risk_gap), fourth, data=(L - 2) * value,
                     given=("L >= 2",))
    return proof.step(TRANSITIVITY, (slope_bound, ">=", RATE_SHARP * risk_gap), rate, one, two)


def sharper_sign(proof: Proof) -> int:
    """Derive that the rate is positive: its first part is positive, its second part is not negative."""
    first = 8 * lambda_pos * norm_p**2 * ALPHA_SHARP**2
    second = proof.step(SIGN, ((L - 2) * ALPHA_SHARP**4 * 4 * lambda_pos * norm_p**2, ">=", 0),
                        given=("L >= 2", INSIDE))
    more = proof.step(SCALING, (RATE_SHARP, ">=", first), second, data=ONE)
    sign = proof.step(SIGN, (first, ">", 0), given=("E > 0", INSIDE))
    return proof.step(TRANSITIVITY, (RATE_SHARP, ">", 0), more, sign)


def residual_convergence_sharp(proof: Proof) -> dict[str, int]:
    """The products in the kernel alone count, and all layers move together, within any radius."""
    reach = spread(sp.sqrt(L) * displacement)
    below = proof.step(SINGULAR_VALUES, (alpha_ends, ">=", alpha_ends_0 - reach), by_distance(proof), data=alpha_ends)
    rate = sharper_rate(proof)
    lasting, sign, slope = sharper_lasting(proof, rate, below), sharper_sign(proof), steepness(proof)
    small = proof.step(HYPOTHESIS, SMALL_SHARP, given=(SMALL_SHARP,))
    small = proof.step(SCALING, (4 * risk_gap_0, "<=", RATE_SHARP * rho**2 / L), small, data=FOUR)

    def conclude(statement: tuple[sp.Expr, str, sp.Expr] | Relation) -> int:
        return proof.step(BOOTSTRAP, statement, slope, lasting, sign, small,
                          data=(CLOSE_SHARP, RATE_SHARP, sp.S.Zero))

    return {"perturbation": below, "rate": rate, "distance": conclude(CLOSE_SHARP),
            "decay": conclude((risk_gap, "<=", risk_gap_0 * sp.exp(-RATE_SHARP * time)))}


THEOREMS = ((RESIDUAL_CONVERGENCE_SHARP, residual_convergence_sharp),)
