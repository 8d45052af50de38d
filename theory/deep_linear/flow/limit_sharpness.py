"""A nearly balanced minimizer is nearly as flat as possible."""

from __future__ import annotations

from functools import cached_property

import sympy as sp

from ...algebra.layer_ranges import i
from ...language.claim import Claim, Obligation, operator, scaled, swapped, without
from ...language.nodes import Relation, dot, weighted_top
from ...language.norms import spectral
from ...language.quantities import (
    E,
    L,
    M,
    S,
    S_min,
    Sigma,
    a,
    k,
    kappa,
    lambda_max,
    lambda_min,
    norm_p,
    norm_w,
    norm_w_net,
    sigma_max,
    theta,
    u,
    w,
    w_star,
)
from ...proof.builder import Proof, cite, define
from ...proof.rules.eigenvalues import LOEWNER, MULTIPLE_OF_IDENTITY
from ...proof.rules.gram_powers import GROWTH
from ...proof.rules.inequalities import CAUCHY_SCHWARZ, POSITIVE_FACTOR, POWER, SCALING, SIGN
from ...proof.rules.infima import INFIMUM
from ...proof.rules.logic import CASES, HYPOTHESIS, IDENTITY, INSTANCE, REWRITING, TRANSITIVITY
from ...proof.rules.spectral_norms import LEAST_EIGENVALUE, OPERATOR_NORM
from ...proof.rules.sums import TERMWISE
from ...setting.flow import BELOW_ONE, INVERTIBLE, margin
from ...setting.network import P, W
from ..landscape.common import back, front, minimizer_energy
from ..network.common import LAYERS
from .norm_control import backward_growth, backward_step, layer_bounds

NEARLY_BALANCED = Relation(theta, "<=", sp.Rational(3, 4))
MARGIN_POWER = (1 - theta) ** (1 / L - 1)
EIGHT = Relation(S, "<=", 8 * L * lambda_max * norm_w ** (2 - 2 / L))
CONDITION = Relation(S, "<=", 4 * kappa * S_min)
AT_TARGET = ("minimizer", "w == w*", "plain", "E > 0")

LIMIT_SHARPNESS = Claim(
    id="limit-sharpness",
    title="A nearly balanced minimizer is nearly as flat as possible",
    kind="inequality",
    origins=("paper", "ours"),
    requires=("sharpness", "sharpness-lower", "norm-control"),
    note="The imbalance is conserved, so its value at the initialization decides. For singular Sigma the "
    "norm of w stands in place of that of w*. The last two are decided on limits of gradient flow, enclosed from "
    "exact initializations.",
    obligations=(
        Obligation(
            "every-minimizer",
            Relation(S, "<=", 2 * L * lambda_max * norm_w_net ** (2 - 2 / L) * MARGIN_POWER),
            space="balanced",
            over=("W",),
            given=("minimizer", "plain", "E > 0", BELOW_ONE),
            tight=True,
            formal="limit.limit_sharpness",
            mutants=(
                scaled("2L -> 1.95L", sp.Rational(39, 40)),
                swapped("without (1 - theta)", {MARGIN_POWER: sp.S.One}),
                swapped("|w| -> |w*|", {norm_w_net: norm_w}),
                swapped("Lambda -> a", {lambda_max: a}),
            ),
        ),
        Obligation(
            "target",
            Relation(S, "<=", 2 * L * lambda_max * norm_w ** (2 - 2 / L) * MARGIN_POWER),
            space="balanced",
            over=("W",),
            given=(*AT_TARGET, BELOW_ONE),
            tight=True,
            formal="limit.limit_sharpness",
            mutants=(
                scaled("2L -> 1.95L", sp.Rational(39, 40)),
                swapped("without (1 - theta)", {MARGIN_POWER: sp.S.One}),
                swapped("Lambda -> a", {lambda_max: a}),
                without("w == w*"),
            ),
        ),
        Obligation(
            "eight",
            EIGHT,
            space="balanced",
            over=("W",),
            given=(*AT_TARGET, NEARLY_BALANCED),
            formal="limit.limit_sharpness_eight",
            mutants=(
                scaled("8 -> 2", sp.Rational(1, 4)),
                swapped("Lambda -> lambda", {lambda_max: lambda_min}),
                without(NEARLY_BALANCED),
            ),
        ),
        Obligation(
            "ratio",
            Relation(S, "<=", 4 * lambda_max / a * S_min),
            space="balanced",
            over=("W",),
            given=(*AT_TARGET, NEARLY_BALANCED),
            formal="limit.limit_sharpness_ratio",
            mutants=(
                scaled("4 -> 1", sp.Rational(1, 4)),
                swapped("Lambda/a -> a/Lambda", {lambda_max: a, a: lambda_max}),
                without(NEARLY_BALANCED),
            ),
        ),
        Obligation(
            "condition",
            CONDITION,
            space="balanced",
            over=("W",),
            given=(*AT_TARGET, NEARLY_BALANCED, INVERTIBLE),
            formal="limit.limit_sharpness_condition",
            mutants=(
                scaled("4 -> 1", sp.Rational(1, 4)),
                swapped("without kappa", {kappa: sp.S.One}),
                without(NEARLY_BALANCED),
            ),
        ),
        Obligation(
            "limit-eight",
            EIGHT,
            space="limit",
            over=("W",),
            given=(*AT_TARGET, NEARLY_BALANCED),
            decide="enclosed",
            mutants=(
                scaled("8 -> 2", sp.Rational(1, 4)),
                swapped("Lambda -> lambda", {lambda_max: lambda_min}),
                operator("at least", ">="),
            ),
        ),
        Obligation(
            "limit-condition",
            CONDITION,
            space="limit",
            over=("W",),
            given=(*AT_TARGET, NEARLY_BALANCED, INVERTIBLE),
            decide="enclosed",
            mutants=(
                scaled("4 -> 1", sp.Rational(1, 4)),
                swapped("without kappa", {kappa: sp.Rational(1, 4)}),
                operator("at least", ">="),
            ),
        ),
    ),
)


class NonzeroWeights:
    """These steps hold where ``w`` is not zero: signs, and how far the backward vectors grow."""

    def __init__(self, proof: Proof) -> None:
        self.proof = proof
        self.layers = layer_bounds(proof)
        self.step = backward_step(proof, self.layers)
        self._signs(proof, self.step)
        self.growth = backward_growth(proof, self.step)
        self.below_norm = self._norm(proof, self.growth)

    def _signs(self, proof: Proof, step: int) -> None:
        """Derive ``|w| > 0`` at a minimizer when ``E > 0``."""
        image = Sigma * w_star
        _minimizer, energy = minimizer_energy(proof)
        self.norm = define(proof, "norm_w_net")
        cauchy = proof.step(CAUCHY_SCHWARZ, (dot(w, w) * dot(image, image), ">=", dot(w, image) ** 2),
                            data=(w, image))
        self.energy = proof.step(REWRITING, (norm_w_net**2 * dot(image, image), ">=", E**2), cauchy, energy,
                                 self.norm)
        self.nonzero: tuple[int, ...] = (proof.step(POSITIVE_FACTOR, (norm_w_net**2, ">", 0), self.energy,
                                                    data=(norm_w_net**2, dot(image, image))),)
        q_0 = define(proof, "q_0")
        self.start = q_0
        first = proof.step(INSTANCE, (back(sp.S.Zero), "<=", sigma_max**2 * back(sp.S.One)), step,
                           data=((k, sp.S.One),))
        self.first = proof.step(
            REWRITING, (norm_w_net**2, "<=", sigma_max**2 * back(sp.S.One)), first, q_0, self.norm)

    @cached_property
    def largest_positive(self) -> int:
        """Derive ``sigma_max > 0``."""
        image, one = Sigma * w_star, back(sp.S.One)
        scaled = self.proof.step(SCALING, (sigma_max**2 * one * dot(image, image), ">=",
                                           norm_w_net**2 * dot(image, image)), self.first, data=dot(image, image))
        chain = self.proof.step(TRANSITIVITY, (self.proof[scaled].lhs, ">=", E**2), scaled, self.energy)
        return self.proof.step(POSITIVE_FACTOR, (sigma_max**2, ">", 0), chain,
                               data=(sigma_max**2, one * dot(image, image)))

    def _norm(self, proof: Proof, growth: int) -> int:
        """Derive ``|w|^{2/L} <= sigma_max^2``."""
        one = back(sp.S.One)
        grown = proof.step(INSTANCE, (one, "<=", sigma_max ** (2 * L - 2)), growth, data=((k, sp.S.One),))
        scaled = proof.step(SCALING, (sigma_max**2 * one, "<=", sigma_max ** (2 * L)), grown,
                            data=sigma_max**2)
        whole = proof.step(TRANSITIVITY, (norm_w_net**2, "<=", sigma_max ** (2 * L)), self.first, scaled)
        return proof.step(POWER, (norm_w_net ** (2 / L), "<=", sigma_max**2), whole, data=1 / L)


def forward_step(proof: Proof, squared: int) -> int:
    """Derive ``|P_k u|^2 <= sigma_max^2 |P_{k-1} u|^2``."""
    forward = define(proof, "P")
    one = proof.step(
        OPERATOR_NORM, (dot(W(k) * P(k - 1) * u, W(k) * P(k - 1) * u), "<=", spectral(W(k)) ** 2 * front(k - 1)),
        data=(W(k), P(k - 1) * u), scope=LAYERS)
    pushed = proof.step(REWRITING, (front(k), "<=", spectral(W(k)) ** 2 * front(k - 1)), one, forward,
                        scope=LAYERS)
    scaled = proof.step(SCALING, (spectral(W(k)) ** 2 * front(k - 1), "<=", sigma_max**2 * front(k - 1)),
                        squared, data=front(k - 1), scope=LAYERS)
    return proof.step(TRANSITIVITY, (front(k), "<=", sigma_max**2 * front(k - 1)), pushed, scaled, scope=LAYERS)


def sharpness_by_norm(proof: Proof, common: NonzeroWeights) -> int:
    """Derive ``S <= 2 L Lambda sigma_max^{2L-2}``: every term of the kernel is at most ``sigma_max^{2L-2}``."""
    P_0 = define(proof, "P_0")
    step = forward_step(proof, common.layers.squared)
    start = proof.step(IDENTITY, (front(sp.S.Zero), "==", dot(u, u)), P_0)
    step = proof.step(INSTANCE, (front(i), "<=", sigma_max**2 * front(i - 1)), step, data=((k, i),),
                      scope=((i, 1, L),))
    forwards = proof.step(
        GROWTH, (front(i), "<=", sigma_max ** (2 * i) * dot(u, u)), start, step,
        data=(front(i), sigma_max**2, i, 0, L, True), scope=((i, 0, L),))
    before = proof.step(INSTANCE, (front(k - 1), "<=", sigma_max ** (2 * k - 2) * dot(u, u)), forwards,
                        data=((i, k - 1),), scope=LAYERS)
    outer = proof.step(SCALING, (back(k) * front(k - 1), "<=", sigma_max ** (2 * (L - k)) * front(k - 1)),
                       common.growth, data=front(k - 1), scope=LAYERS)
    whole = sigma_max ** (2 * L - 2) * dot(u, u)
    inner = proof.step(SCALING, (sigma_max ** (2 * (L - k)) * front(k - 1), "<=", whole), before,
                       data=sigma_max ** (2 * (L - k)), scope=LAYERS)
    term = proof.step(TRANSITIVITY, (back(k) * front(k - 1), "<=", whole), outer, inner, scope=LAYERS)
    terms = proof.step(TERMWISE, (sp.Sum(back(k) * front(k - 1), (k, 1, L)), "<=", L * whole), term,
                       data=("sum", (k, 1, L)))
    form = proof.step(TRANSITIVITY, (dot(u, M * u), "<=", L * whole), cite(proof, "kernel", "matrix"), terms)
    factor = L * sigma_max ** (2 * L - 2)
    identity = factor * sp.Identity(w.rows)
    compared = proof.step(LOEWNER, (weighted_top(identity), ">=", weighted_top(M)), form, data=(identity, M))
    multiple = proof.step(MULTIPLE_OF_IDENTITY, (weighted_top(identity), "==", factor * lambda_max), data=factor)
    chain = proof.step(TRANSITIVITY, (weighted_top(M), "<=", factor * lambda_max), compared, multiple)
    doubled = proof.step(SCALING, (2 * weighted_top(M), "<=", 2 * factor * lambda_max), chain, data=sp.Integer(2))
    eigenvalue = cite(proof, "sharpness", "eigenvalue")
    return proof.step(TRANSITIVITY, (S, "<=", 2 * factor * lambda_max), eigenvalue, doubled)


def control(proof: Proof, common: NonzeroWeights) -> int:
    """Derive ``(1 - theta) sigma_max^{2L} <= |w|^2``."""
    polynomial = cite(proof, "norm-control", "polynomial")
    theta_is = define(proof, "theta")
    error = theta * norm_w_net ** (2 / L) * sigma_max ** (2 * L - 2)
    named = proof.step(REWRITING, (sigma_max ** (2 * L) - error, "<=", norm_w_net**2), polynomial, theta_is)
    weaker = proof.step(SCALING, ((1 - theta) * sigma_max ** (2 * L), "<=", sigma_max ** (2 * L) - error),
                        common.below_norm, data=theta * sigma_max ** (2 * L - 2))
    return proof.step(TRANSITIVITY, ((1 - theta) * sigma_max ** (2 * L), "<=", norm_w_net**2), weaker, named)


def every_minimizer(proof: Proof, bounded: int, controlled: int) -> int:
    """Derive ``S <= 2 L Lambda |w|^{2-2/L} (1-theta)^{-(1-1/L)}`` from the power ``1 - 1/L`` of norm control."""
    split = define(proof, "margin")
    power = 1 - 1 / L
    named = proof.step(REWRITING, (margin * sigma_max ** (2 * L), "<=", norm_w_net**2), controlled, split)
    goal = (margin**power * sigma_max ** (2 * L - 2), "<=", norm_w_net ** (2 - 2 / L))
    deep = proof.step(POWER, goal, named, data=power, given=("L >= 2",))
    shallow = proof.step(SIGN, goal, given=("L == 1",), note="both sides are one")
    both = proof.step(CASES, goal, shallow, deep)
    law = 2 * L * lambda_max * norm_w_net ** (2 - 2 / L)
    scaled = proof.step(SCALING, (2 * L * lambda_max * sigma_max ** (2 * L - 2), "<=", law * margin**-power), both,
                        data=2 * L * lambda_max * margin**-power)
    bound = proof.step(TRANSITIVITY, (S, "<=", law * margin**-power), bounded, scaled)
    below = proof.step(HYPOTHESIS, (theta, "<", 1), given=(BELOW_ONE,))
    sign = proof.step(SCALING, (1 - theta, ">", 0), below, data=sp.S.One)
    return proof.step(REWRITING, (S, "<=", law * (1 - theta) ** -power), bound, split, sign)


def same_norm(proof: Proof, common: NonzeroWeights) -> int:
    """Derive ``|w| = |w*|`` when ``w = w*``."""
    target = proof.step(HYPOTHESIS, (w, "==", w_star), given=("w == w*",))
    star = define(proof, "norm_w")
    squares = proof.step(REWRITING, (norm_w_net**2, "==", norm_w**2), common.norm, star, target)
    return proof.step(POWER, (norm_w_net, "==", norm_w), squares, data=sp.Rational(1, 2))


def eight(proof: Proof, common: NonzeroWeights, bounded: int, controlled: int, same: int) -> int:
    """Derive ``S <= 8 L Lambda |w*|^{2-2/L}`` when ``theta <= 3/4``, as ``sigma_max^{2L} <= 4 |w|^2`` there."""
    small = proof.step(HYPOTHESIS, NEARLY_BALANCED, given=(NEARLY_BALANCED,))
    quarter = proof.step(SCALING, (sigma_max ** (2 * L) / 4, "<=", (1 - theta) * sigma_max ** (2 * L)), small,
                         data=sigma_max ** (2 * L))
    chain = proof.step(TRANSITIVITY, (sigma_max ** (2 * L) / 4, "<=", norm_w_net**2), quarter, controlled)
    lower = proof.step(
        SCALING, (norm_w_net ** (2 / L) * sigma_max ** (2 * L - 2) / 4, "<=", sigma_max ** (2 * L) / 4),
        common.below_norm, data=sigma_max ** (2 * L - 2) / 4)
    product = proof.step(TRANSITIVITY, (proof[lower].lhs, "<=", norm_w_net**2), lower, chain)
    law = 8 * L * lambda_max * norm_w_net ** (2 - 2 / L)
    scaled = proof.step(SCALING, (2 * L * lambda_max * sigma_max ** (2 * L - 2), "<=", law), product, *common.nonzero,
                        data=8 * L * lambda_max / norm_w_net ** (2 / L))
    bound = proof.step(TRANSITIVITY, (S, "<=", law), bounded, scaled)
    return proof.step(REWRITING, (S, "<=", 8 * L * lambda_max * norm_w ** (2 - 2 / L)), bound, same)


def limit_sharpness(proof: Proof) -> dict[str, int]:
    """The largest norm bounds every term of the kernel, and norm control bounds the largest norm."""
    common = NonzeroWeights(proof)
    bound = sharpness_by_norm(proof, common)
    controlled = control(proof, common)
    every = every_minimizer(proof, bound, controlled)
    same = same_norm(proof, common)
    law = 2 * L * lambda_max * norm_w ** (2 - 2 / L)
    target = proof.step(REWRITING, (S, "<=", law * (1 - theta) ** (1 / L - 1)), every, same)
    flat = eight(proof, common, bound, controlled, same)

    paper = cite(proof, "sharpness-lower", "minimizers")
    least = proof.step(INFIMUM, (S_min, ">=", proof[paper].rhs), paper)
    readout = proof.step(HYPOTHESIS, (norm_p, "==", 1), given=("plain",))
    below = proof.step(REWRITING, (S_min, ">=", 2 * L * norm_w ** (2 - 2 / L) * a), least, readout)
    scaled = proof.step(SCALING, (8 * L * lambda_max * norm_w ** (2 - 2 / L), "<=", 4 * lambda_max / a * S_min), below,
                        data=4 * lambda_max / a)
    ratio = proof.step(TRANSITIVITY, (S, "<=", 4 * lambda_max / a * S_min), flat, scaled)

    least_value = proof.step(LEAST_EIGENVALUE, (dot(w_star, Sigma * w_star), ">=", lambda_min * dot(w_star, w_star)),
                             data=w_star)
    E_is, star, a_is = define(proof, "E"), define(proof, "norm_w"), define(proof, "a")
    named = proof.step(REWRITING, (a * norm_w**2, ">=", lambda_min * norm_w**2), least_value, E_is, star, a_is)
    order = proof.step(SCALING, (a, ">=", lambda_min), named, data=1 / norm_w**2)
    factor = 2 * L * norm_w ** (2 - 2 / L)
    weaker = proof.step(SCALING, (factor * a, ">=", factor * lambda_min), order, data=factor)
    chain = proof.step(TRANSITIVITY, (S_min, ">=", proof[weaker].rhs), below, weaker)
    kappa_is = define(proof, "kappa")
    positive = proof.step(HYPOTHESIS, INVERTIBLE, given=(INVERTIBLE,))
    scaled = proof.step(SCALING,
                        (4 * lambda_max / lambda_min * S_min, ">=", 8 * L * lambda_max * norm_w ** (2 - 2 / L)), chain,
                        positive, data=4 * lambda_max / lambda_min)
    by_kappa = proof.step(REWRITING, (4 * kappa * S_min, ">=", 8 * L * lambda_max * norm_w ** (2 - 2 / L)), scaled,
                          kappa_is)
    condition = proof.step(TRANSITIVITY, (S, "<=", 4 * kappa * S_min), flat, by_kappa)
    return {"every-minimizer": every, "target": target, "eight": flat, "ratio": ratio, "condition": condition,
            "limit-eight": flat, "limit-condition": condition}


THEOREMS = ((LIMIT_SHARPNESS, limit_sharpness),)
