"""A nearly balanced minimizer is nearly as flat as possible."""

from __future__ import annotations

from functools import cached_property, partial

import sympy as sp

from ...algebra.layer_ranges import i
from ...language.claim import Claim, Obligation, operator, scaled, swapped, without
from ...language.nodes import Relation, dot
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
    norm_w,
    norm_w_net,
    sigma_max,
    theta,
    u,
    w,
    w_star,
)
from ...proof.builder import Proof
from ...proof.rules.eigenvalues import monotone_eigenvalue, multiple_of_identity
from ...proof.rules.gram_powers import growth
from ...proof.rules.inequalities import cauchy_schwarz, positive_factor, power, scale
from ...proof.rules.infima import infimum
from ...proof.rules.logic import chain, hypothesis, identity, rewrite, specialize
from ...proof.rules.spectral_norms import least_eigenvalue, operator_norm
from ...proof.rules.sums import term_by_term
from ...setting.flow import BELOW_ONE, INVERTIBLE, margin
from ...setting.network import P, W
from ..landscape.common import back, front, minimizer_energy
from .norm_control import LAYERS, backward_growth, backward_step, layer_bounds

NEARLY_BALANCED = Relation(theta, "<=", sp.Rational(3, 4))
MARGIN_POWER = (1 - theta) ** (1 / L - 1)
EIGHT = Relation(S, "<=", 8 * L * lambda_max * norm_w ** (2 - 2 / L))
CONDITION = Relation(S, "<=", 4 * kappa * S_min)
AT_TARGET = ("minimizer", "w == w*", "plain", "E > 0")
NEARLY = (*AT_TARGET, NEARLY_BALANCED)

_balanced = partial(Obligation, space="balanced", over=("W",))

_at_limit = partial(Obligation, space="limit", over=("W",), decide="enclosed")

LIMIT_SHARPNESS = Claim(
    id="limit-sharpness",
    title="A nearly balanced minimizer is nearly as flat as possible",
    origins=("paper", "ours"),
    requires=("sharpness", "sharpness-lower", "norm-control"),
    note="The imbalance is conserved, so its value at the initialization decides. For singular Sigma the "
    "norm of w stands in place of that of w*. The last two are decided on limits of gradient flow, enclosed from "
    "exact initializations.",
    obligations=(
        _balanced("every-minimizer", Relation(S, "<=", 2 * L * lambda_max * norm_w_net ** (2 - 2 / L) * MARGIN_POWER),
                  given=("minimizer", "plain", "E > 0", BELOW_ONE), tight=True, formal="limit.limit_sharpness",
                  mutants=(scaled("2L -> 1.95L", sp.Rational(39, 40)),
                           swapped("without (1 - theta)", {MARGIN_POWER: sp.S.One}),
                           swapped("|w| -> |w*|", {norm_w_net: norm_w}),
                           swapped("Lambda -> a", {lambda_max: a}))),
        _balanced("target", Relation(S, "<=", 2 * L * lambda_max * norm_w ** (2 - 2 / L) * MARGIN_POWER),
                  given=(*AT_TARGET, BELOW_ONE), tight=True, formal="limit.limit_sharpness", shown=None,
                  mutants=(scaled("2L -> 1.95L", sp.Rational(39, 40)),
                           swapped("without (1 - theta)", {MARGIN_POWER: sp.S.One}),
                           swapped("Lambda -> a", {lambda_max: a}),
                           without("w == w*"))),
        _balanced("eight", EIGHT, given=NEARLY, formal="limit.limit_sharpness_eight", shown="8 L Lambda |w*|^(2-2/L)",
                  mutants=(scaled("8 -> 2", sp.Rational(1, 4)),
                           swapped("Lambda -> lambda", {lambda_max: lambda_min}),
                           without(NEARLY_BALANCED))),
        _balanced("ratio", Relation(S, "<=", 4 * lambda_max / a * S_min), given=NEARLY,
                  formal="limit.limit_sharpness_ratio",
                  mutants=(scaled("4 -> 1", sp.Rational(1, 4)),
                           swapped("Lambda/a -> a/Lambda", {lambda_max: a, a: lambda_max}),
                           without(NEARLY_BALANCED))),
        _balanced("condition", CONDITION, given=(*NEARLY, INVERTIBLE),
                  formal="limit.limit_sharpness_condition",
                  mutants=(scaled("4 -> 1", sp.Rational(1, 4)),
                           swapped("without kappa", {kappa: sp.S.One}),
                           without(NEARLY_BALANCED))),
        _at_limit("limit-eight", EIGHT, given=NEARLY,
                  mutants=(scaled("8 -> 2", sp.Rational(1, 4)),
                           swapped("Lambda -> lambda", {lambda_max: lambda_min}),
                           operator("at least", ">="))),
        _at_limit("limit-condition", CONDITION, given=(*NEARLY, INVERTIBLE),
                  mutants=(scaled("4 -> 1", sp.Rational(1, 4)),
                           swapped("without kappa", {kappa: sp.Rational(1, 4)}),
                           operator("at least", ">="))),
    ),
)


class NonzeroWeights:
    """These steps hold where ``w`` is not zero: signs, and how far the backward vectors grow."""

    def __init__(self, p: Proof) -> None:
        self.proof = p
        self.layers = layer_bounds(p)
        self.step = backward_step(p, self.layers)
        self._signs(p, self.step)
        self.growth = backward_growth(p, self.step)
        self.below_norm = self._norm(p)

    def _signs(self, p: Proof, step: int) -> None:
        """Derive ``|w| > 0`` at a minimizer when ``E > 0``."""
        image = Sigma * w_star
        _minimizer, energy = minimizer_energy(p)
        self.norm, self.start = p.define("norm_w_net"), p.define("q_0")
        self.energy = rewrite(p, (norm_w_net**2 * dot(image, image), ">=", E**2), cauchy_schwarz(p, w, image), energy,
                              self.norm)
        self.nonzero: tuple[int, ...] = (positive_factor(p, self.energy, norm_w_net**2, dot(image, image)),)
        self.first = specialize(p, step, self.start, self.norm, k=1,
                                to=(norm_w_net**2, "<=", sigma_max**2 * back(sp.S.One)))

    @cached_property
    def largest_positive(self) -> int:
        """Derive ``sigma_max > 0``."""
        p, size, one = self.proof, dot(Sigma * w_star, Sigma * w_star), back(sp.S.One)
        scaled = scale(p, self.first, size, to=(sigma_max**2 * one * size, ">=", norm_w_net**2 * size))
        return positive_factor(p, chain(p, scaled, self.energy), sigma_max**2, one * size)

    def _norm(self, p: Proof) -> int:
        """Derive ``|w|^{2/L} <= sigma_max^2``."""
        scaled = scale(p, specialize(p, self.growth, k=1), sigma_max**2)
        return power(p, chain(p, self.first, scaled), 1 / L, to=(norm_w_net ** (2 / L), "<=", sigma_max**2))


def forward_step(p: Proof, squared: int) -> int:
    """Derive ``|P_k u|^2 <= sigma_max^2 |P_{k-1} u|^2``."""
    one = operator_norm(p.at(LAYERS), W(k), P(k - 1) * u)
    pushed = rewrite(p, (front(k), "<=", p[one].rhs), one, p.define("P"))
    return chain(p, pushed, scale(p, squared, front(k - 1)))


def sharpness_by_norm(p: Proof, common: NonzeroWeights) -> int:
    """Derive ``S <= 2 L Lambda sigma_max^{2L-2}``: every term of the kernel is at most ``sigma_max^{2L-2}``."""
    start = identity(p, (front(sp.S.Zero), "==", dot(u, u)), p.define("P_0"))
    step = specialize(p.at((i, 1, L)), forward_step(p, common.layers.squared), k=i)
    forwards = growth(p.at((i, 0, L)), start, step, front(i), sigma_max**2, i, 0, L, True,
                      to=(front(i), "<=", sigma_max ** (2 * i) * dot(u, u)))
    outer = scale(p, common.growth, front(k - 1))
    factor, whole = sigma_max ** (2 * (L - k)), sigma_max ** (2 * L - 2)
    inner = scale(p, specialize(p.at(LAYERS), forwards, i=k - 1), factor, to=(p[outer].rhs, "<=", whole * dot(u, u)))
    terms = term_by_term(p, chain(p, outer, inner), "sum", (k, 1, L))
    form = chain(p, p.cite("kernel", "matrix"), terms, to=(dot(u, M * u), "<=", L * whole * dot(u, u)))
    compared = monotone_eigenvalue(p, form, L * whole * sp.Identity(w.rows), M)
    doubled = scale(p, chain(p, multiple_of_identity(p, L * whole), compared), 2)
    return chain(p, p.cite("sharpness", "eigenvalue"), doubled, to=(S, "<=", p[doubled].lhs))


def control(p: Proof, common: NonzeroWeights) -> int:
    """Derive ``(1 - theta) sigma_max^{2L} <= |w|^2``."""
    polynomial = p.cite("norm-control", "polynomial")
    weaker = scale(p, common.below_norm, theta * sigma_max ** (2 * L - 2), p.define("theta"),
                   to=((1 - theta) * sigma_max ** (2 * L), "<=", p[polynomial].lhs))
    return chain(p, weaker, polynomial)


def every_minimizer(p: Proof, bounded: int, controlled: int) -> int:
    """Derive ``S <= 2 L Lambda |w|^{2-2/L} (1-theta)^{-(1-1/L)}`` from the power ``1 - 1/L`` of norm control."""
    split, exponent = p.define("margin"), 1 - 1 / L
    raised = power(p, controlled, exponent, split,
                   to=(margin**exponent * sigma_max ** (2 * L - 2), "<=", norm_w_net ** (2 - 2 / L)))
    scaled = scale(p, raised, 2 * L * lambda_max * margin**-exponent)
    positive = scale(p, hypothesis(p, BELOW_ONE), 1, to=(1 - theta, ">", 0))
    bound = chain(p, bounded, scaled)
    return rewrite(p, LIMIT_SHARPNESS.obligation("every-minimizer").relation, bound, split, positive)


def same_norm(p: Proof, common: NonzeroWeights) -> int:
    """Derive ``|w| = |w*|`` when ``w = w*``."""
    target, star = hypothesis(p, "w == w*"), p.define("norm_w")
    return power(p, common.norm, sp.Rational(1, 2), star, target, to=(norm_w_net, "==", norm_w))


def eight(p: Proof, common: NonzeroWeights, bounded: int, controlled: int, same: int) -> int:
    """Derive ``S <= 8 L Lambda |w*|^{2-2/L}`` when ``theta <= 3/4``, as ``sigma_max^{2L} <= 4 |w|^2`` there."""
    lower = scale(p, common.below_norm, sigma_max ** (2 * L - 2) / 4)
    quarter = scale(p, hypothesis(p, NEARLY_BALANCED), sigma_max ** (2 * L), to=(p[lower].rhs, "<=", p[controlled].lhs))
    product = chain(p, lower, quarter, controlled)
    scaled = scale(p, product, 8 * L * lambda_max / norm_w_net ** (2 / L), *common.nonzero)
    return rewrite(p, EIGHT, chain(p, bounded, scaled), same)


def limit_sharpness(p: Proof) -> dict[str, int]:
    """The largest norm bounds every term of the kernel, and norm control bounds the largest norm."""
    common = NonzeroWeights(p)
    bound, controlled = sharpness_by_norm(p, common), control(p, common)
    every, same = every_minimizer(p, bound, controlled), same_norm(p, common)
    target = rewrite(p, LIMIT_SHARPNESS.obligation("target").relation, every, same)
    flat = eight(p, common, bound, controlled, same)

    paper = p.cite("sharpness-lower", "minimizers")
    factor = 2 * L * norm_w ** (2 - 2 / L)
    below = rewrite(p, (S_min, ">=", factor * a), infimum(p, paper), hypothesis(p, "plain"))
    ratio = chain(p, flat, scale(p, below, 4 * lambda_max / a))

    weaker = scale(p, least_eigenvalue(p, w_star), factor / norm_w**2, p.define("E"), p.define("norm_w"),
                   p.define("a"), to=(factor * a, ">=", factor * lambda_min))
    by_kappa = scale(p, chain(p, below, weaker), 4 * lambda_max / lambda_min, p.define("kappa"),
                     to=(4 * kappa * S_min, ">=", p[flat].rhs))
    condition = chain(p, flat, by_kappa)
    return {"every-minimizer": every, "target": target, "eight": flat, "ratio": ratio, "condition": condition,
            "limit-eight": flat, "limit-condition": condition}


THEOREMS = ((LIMIT_SHARPNESS, limit_sharpness),)
