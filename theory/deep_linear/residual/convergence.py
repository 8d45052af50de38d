"""Gradient flow of residual networks converges, with closed constants."""

from __future__ import annotations

import sympy as sp

from ...algebra.layer_ranges import i
from ...language.claim import Claim, Obligation, operator, scaled, swapped, without
from ...language.nodes import LayerMatrix, Relation, dot, frobenius, weighted_top
from ...language.quantities import (
    L,
    M,
    Sigma,
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
    u,
    w,
    w_star,
)
from ...proof.builder import Proof, cite, define
from ...proof.rules.eigenvalues import MULTIPLE_OF_IDENTITY, RAYLEIGH
from ...proof.rules.inequalities import POWER, SCALING, SIGN
from ...proof.rules.logic import HYPOTHESIS, IDENTITY, INSTANCE, REWRITING, TRANSITIVITY
from ...proof.rules.spectral_norms import POSITIVE_SPECTRUM
from ...proof.rules.sub_products import (
    BOOTSTRAP,
    EXPANSION,
    EXPONENTIAL,
    EXPONENTIAL_PRODUCT,
    SINGULAR_VALUES,
    SUB_PRODUCT,
)
from ...proof.rules.sums import TERMWISE
from ...setting.flow import risk_flow
from ...setting.network import P, gradient
from ...setting.residual import change, move
from ...setting.residual_constants import ABOVE_ZERO_0, ALPHA, BETA, CLOSE, RADIUS, RATE, SMALL, SPEED, spread
from ..flow.pl_inequality import gradient_is_kernel
from ..landscape.common import back
from ..network.common import LAYERS
from .kernel import KernelTerms

ONE, FOUR = sp.S.One, sp.Integer(4)
FREELY = beta_sub_0 * L * layer_displacement
"""``beta_0`` times the movement of all layers, if each moves as far as the one that moves most."""
FROM_THERE = ("square", "E > 0", ABOVE_ZERO_0, SMALL)

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
        Obligation(
            "perturbation-below",
            Relation(alpha_sub, ">=", alpha_sub_0 - spread(L * layer_displacement)),
            space="pairs",
            mutants=(
                swapped("halved", {sp.exp(FREELY) - 1: (sp.exp(FREELY) - 1) / 2}),
                swapped("without L", {FREELY: beta_sub_0 * layer_displacement}),
                operator("at most", "<="),
            ),
        ),
        Obligation(
            "perturbation-above",
            Relation(beta_sub, "<=", beta_sub_0 + spread(L * layer_displacement)),
            space="pairs",
            mutants=(
                swapped("exp(beta_0 s) -> exp(s)", {FREELY: L * layer_displacement}),
                swapped("without L", {FREELY: beta_sub_0 * layer_displacement}),
                operator("at least", ">="),
            ),
        ),
        Obligation(
            "rate",
            Relation(norm_gradient**2, ">=", 4 * lambda_pos * L * alpha_sub**4 * norm_p**2 * risk_gap),
            space="product-starts",
            over=("W",),
            given=("square",),
            tight=True,
            mutants=(
                scaled("4 -> 4.2", sp.Rational(21, 20)),
                swapped("alpha^4 -> alpha^3", {alpha_sub**4: alpha_sub**3}),
                swapped("lambda_+ -> Lambda", {lambda_pos: lambda_max}),
                swapped("without |p|^2", {norm_p: sp.S.One}),
            ),
        ),
        Obligation(
            "layer-speed",
            Relation(frobenius(LayerMatrix("gradient", k)), "<=",
                     4 * lambda_max * beta_sub**4 * norm_p**2 * risk_gap),
            space="product-starts",
            over=("W", "k"),
            tight=True,
            mutants=(
                scaled("4 -> 3.8", sp.Rational(19, 20)),
                swapped("beta^4 -> beta^3", {beta_sub**4: beta_sub**3}),
                swapped("Lambda -> lambda_+", {lambda_max: lambda_pos}),
                swapped("without |p|^2", {norm_p: sp.S.One}),
            ),
        ),
        Obligation(
            "decay",
            Relation(risk_gap, "<=", risk_gap_0 * sp.exp(-RATE * time)),
            space="residual-paths",
            over=("t",),
            given=FROM_THERE,
            decide="enclosed",
            mutants=(
                swapped("4 -> 128", {lambda_pos: 32 * lambda_pos}),
                swapped("without |p|^2", {norm_p: sp.S.One}),
                operator("at least", ">="),
                without(SMALL),
            ),
        ),
        Obligation(
            "layers",
            CLOSE,
            space="residual-paths",
            over=("t",),
            given=FROM_THERE,
            decide="enclosed",
            mutants=(
                scaled("rho -> rho/64", sp.Rational(1, 64)),
                operator("at least", ">="),
                without(SMALL),
            ),
        ),
    ),
)

slope_bound = norm_gradient**2
x = w - w_star

PAIRS = ((j, 1, L), (k, j, L))
MOVES = sp.Sum(move(i), (i, 1, L))
"""How far the layers move, summed over the layers."""


def change_bound(proof: Proof, moved: int, reach: sp.Expr) -> int:
    """Derive that products change by at most ``beta_0 (exp(beta_0 s) - 1)``, where the layers move by ``s`` in sum."""
    term = beta_sub_0 * move(i)
    product = sp.Product(1 + term, (i, j, k))
    expanded = proof.step(EXPANSION, (change(j, k), "<=", beta_sub_0 * (product - 1)), scope=PAIRS)
    exponential = proof.step(EXPONENTIAL_PRODUCT, (product, "<=", sp.exp(beta_sub_0 * MOVES)), data=(term, (i, j, k)),
                             scope=PAIRS)
    scaled = proof.step(SCALING, (beta_sub_0 * MOVES, "<=", beta_sub_0 * reach), moved, data=beta_sub_0)
    larger = proof.step(EXPONENTIAL, (sp.exp(beta_sub_0 * MOVES), "<=", sp.exp(beta_sub_0 * reach)), scaled)
    chain = proof.step(TRANSITIVITY, (product, "<=", sp.exp(beta_sub_0 * reach)), exponential, larger, scope=PAIRS)
    outer = proof.step(SCALING, (beta_sub_0 * (product - 1), "<=", spread(reach)), chain, data=beta_sub_0, scope=PAIRS)
    return proof.step(TRANSITIVITY, (change(j, k), "<=", spread(reach)), expanded, outer, scope=PAIRS)


def by_largest_move(proof: Proof) -> int:
    """Derive that products change by at most ``beta_0 (exp(beta_0 L m) - 1)``, if each layer moves by at most ``m``."""
    each = define(proof, "layer displacement")
    moved = proof.step(TERMWISE, (MOVES, "<=", L * layer_displacement), each, data=("sum", (k, 1, L)))
    return change_bound(proof, moved, L * layer_displacement)


def gradient_above(proof: Proof) -> int:
    """Derive ``|g|^2 >= 4 lambda_+ (R - R_min)``."""
    spectrum = proof.step(POSITIVE_SPECTRUM, (dot(Sigma * x, Sigma * x), ">=", lambda_pos * dot(x, Sigma * x)), data=x)
    scaled = proof.step(SCALING, (4 * dot(Sigma * x, Sigma * x), ">=", 4 * lambda_pos * dot(x, Sigma * x)), spectrum,
                        data=FOUR)
    return proof.step(REWRITING, (dot(g, g), ">=", 4 * lambda_pos * risk_gap), scaled, define(proof, "g"),
                      define(proof, "risk_gap"))


def simple_rate(proof: Proof) -> int:
    """Derive ``|grad R|^2 >= 4 lambda_+ L alpha^4 |p|^2 (R - R_min)``."""
    size = L * alpha_sub**4 * norm_p**2
    form = cite(proof, "residual-kernel", "simple-below")
    at_g = proof.step(INSTANCE, (dot(g, M * g), ">=", size * dot(g, g)), form, data=((u, g),))
    scaled = proof.step(SCALING, (size * dot(g, g), ">=", 4 * lambda_pos * size * risk_gap), gradient_above(proof),
                        data=size)
    return proof.step(TRANSITIVITY, (slope_bound, ">=", 4 * lambda_pos * size * risk_gap), gradient_is_kernel(proof),
                      at_g,
                      scaled)


def layer_speed(proof: Proof) -> int:
    """Derive ``|grad_k R|^2 = |q_k|^2 |P_{k-1} g|^2 <= beta^4 |p|^2 |g|^2 <= 4 Lambda beta^4 |p|^2 (R - R_min)``."""
    image = dot(P(k - 1) * g, P(k - 1) * g)
    before = proof.step(INSTANCE, (LayerMatrix("h", k - 1), "==", P(k - 1) * g), define(proof, "h"),
                        data=((i, k - 1),), scope=LAYERS)
    norm = proof.step(IDENTITY, (frobenius(gradient(k)), "==", back(k) * image), cite(proof, "gradient", "layer"),
                      before, scope=LAYERS)
    outer = proof.step(SCALING, (back(k) * image, "<=", beta_sub**2 * norm_p**2 * image),
                       KernelTerms(proof, beta_sub).backward(ONE, L), data=image, scope=LAYERS)
    forward = proof.step(SUB_PRODUCT, (image, "<=", beta_sub**2 * dot(g, g)), data=(beta_sub, P(k - 1), g),
                         scope=LAYERS)
    inner = proof.step(SCALING, (beta_sub**2 * norm_p**2 * image, "<=", beta_sub**4 * norm_p**2 * dot(g, g)), forward,
                       data=beta_sub**2 * norm_p**2, scope=LAYERS)
    identity = sp.Identity(w.rows)
    quotient = proof.step(RAYLEIGH, (weighted_top(identity) * dot(x, Sigma * x), ">=", dot(Sigma * x, Sigma * x)),
                          data=("pencil", identity, x))
    largest = proof.step(MULTIPLE_OF_IDENTITY, (weighted_top(identity), "==", lambda_max), data=ONE)
    named = proof.step(REWRITING, (lambda_max * dot(x, Sigma * x), ">=", dot(Sigma * x, Sigma * x)), quotient, largest)
    scaled = proof.step(SCALING, (4 * dot(Sigma * x, Sigma * x), "<=", 4 * lambda_max * dot(x, Sigma * x)), named,
                        data=FOUR)
    size = proof.step(REWRITING, (dot(g, g), "<=", 4 * lambda_max * risk_gap), scaled, define(proof, "g"),
                      define(proof, "risk_gap"))
    last = proof.step(SCALING,
                      (beta_sub**4 * norm_p**2 * dot(g, g), "<=", 4 * lambda_max * beta_sub**4 * norm_p**2 * risk_gap),
                      size,
                      data=beta_sub**4 * norm_p**2)
    return proof.step(TRANSITIVITY, (frobenius(gradient(k)), "<=", proof[last].rhs), norm, outer, inner, last,
                      scope=LAYERS)


def steepness(proof: Proof) -> int:
    """Derive ``R' = -|grad R|^2``."""
    moving, norm = define(proof, "risk flow"), define(proof, "norm_gradient", flipped=True)
    return proof.step(IDENTITY, (risk_flow, "==", -slope_bound), moving, norm)


def still(proof: Proof, below: int, above: int) -> tuple[int, int]:
    """Derive ``alpha >= alpha_0
    2`` and ``beta <= beta_0 + alpha_0
    2``, while the layers stay close.
    """
    close = proof.step(HYPOTHESIS, CLOSE, given=(CLOSE,))
    scaled = proof.step(SCALING, (FREELY, "<=", beta_sub_0 * RADIUS), close,
                        data=beta_sub_0 * L)
    power = sp.exp(FREELY)
    raised = proof.step(EXPONENTIAL, (power, "<=", 1 + alpha_sub_0 / (2 * beta_sub_0)), scaled)
    least = proof.step(SCALING, (proof[below].rhs, ">=", ALPHA), raised, data=beta_sub_0)
    largest = proof.step(SCALING, (proof[above].rhs, "<=", BETA), raised, data=beta_sub_0)
    return (proof.step(TRANSITIVITY, (alpha_sub, ">=", ALPHA), below, least),
            proof.step(TRANSITIVITY, (beta_sub, "<=", BETA), above, largest))


def residual_convergence(proof: Proof) -> dict[str, int]:
    """The products change little, rate and speed hold at any weights, and so the weights stay close."""
    changed = by_largest_move(proof)
    reach = spread(L * layer_displacement)
    below = proof.step(SINGULAR_VALUES, (alpha_sub, ">=", alpha_sub_0 - reach), changed, data=alpha_sub)
    above = proof.step(SINGULAR_VALUES, (beta_sub, "<=", beta_sub_0 + reach), changed, data=beta_sub)
    rate, speed = simple_rate(proof), layer_speed(proof)

    least, largest = still(proof, below, above)
    fourth = proof.step(POWER, (alpha_sub**4, ">=", ALPHA**4), least, data=FOUR)
    lasting = proof.step(SCALING, (proof[rate].rhs, ">=", RATE * risk_gap), fourth,
                         data=4 * lambda_pos * L * norm_p**2 * risk_gap)
    lasting = proof.step(TRANSITIVITY, (slope_bound, ">=", RATE * risk_gap), rate, lasting)
    fourth = proof.step(POWER, (beta_sub**4, "<=", BETA**4), largest, data=FOUR)
    slow = proof.step(SCALING, (proof[speed].rhs, "<=", SPEED * risk_gap), fourth,
                      data=4 * lambda_max * norm_p**2 * risk_gap)
    slow = proof.step(TRANSITIVITY, (frobenius(gradient(k)), "<=", SPEED * risk_gap), speed, slow, scope=LAYERS)
    slope, sign = steepness(proof), proof.step(SIGN, (RATE, ">", 0), given=("E > 0", ABOVE_ZERO_0))
    small = proof.step(HYPOTHESIS, SMALL, given=(SMALL,))
    small = proof.step(SCALING, (4 * SPEED * risk_gap_0, "<=", RATE**2 * (RADIUS / L) ** 2), small, data=4 * SPEED)

    def conclude(statement: tuple[sp.Expr, str, sp.Expr] | Relation) -> int:
        return proof.step(BOOTSTRAP, statement, slope, lasting, sign, small, slow,
                          data=(CLOSE, RATE, SPEED))

    return {"perturbation-below": below, "perturbation-above": above, "rate": rate, "layer-speed": speed,
            "decay": conclude((risk_gap, "<=", risk_gap_0 * sp.exp(-RATE * time))), "layers": conclude(CLOSE)}


THEOREMS = ((RESIDUAL_CONVERGENCE, residual_convergence),)
