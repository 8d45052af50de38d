"""Balanced minimizers have an explicit kernel, which bounds their sharpness."""

from __future__ import annotations

from functools import partial

import sympy as sp

from ...language.claim import Claim, Obligation, scaled, swapped, without
from ...language.nodes import Relation, dot, weighted_top
from ...language.norms import second_singular, spectral
from ...language.quantities import (
    L,
    M,
    S,
    S_min,
    a,
    k,
    kappa,
    lambda_max,
    lambda_min,
    norm_w,
    norm_w_net,
    sigma_max,
    u,
    w,
    w_star,
)
from ...proof.builder import Proof
from ...proof.rules.eigenvalues import polarization, rank_one_update
from ...proof.rules.gram_powers import growth
from ...proof.rules.inequalities import power, scale, sign
from ...proof.rules.infima import infimum
from ...proof.rules.logic import antisymmetry, chain, hypothesis, identity, rewrite, specialize
from ...proof.rules.spectral_norms import least_eigenvalue, rank_one_layer
from ...proof.rules.sums import term_by_term
from ...setting.flow import INVERTIBLE
from ...setting.network import W, q
from ..landscape.common import back, front, layer_inequality
from .limit_sharpness import AT_TARGET, NonzeroWeights, forward_step, same_norm

ONE = sp.S.One
TERM = norm_w_net ** (-2 / L) * dot(w, u) ** 2
"""Every term of the kernel after the first one, where the weights are balanced."""
ALONG = norm_w ** (-2 / L) * dot(w_star, u) ** 2
BALANCED_FORM = norm_w ** (2 - 2 / L) * dot(u, u) + (L - 1) * ALONG
BALANCED_MATRIX = (norm_w ** (2 - 2 / L) * sp.Identity(w_star.rows)
                   + (L - 1) * norm_w ** (-2 / L) * w_star * w_star.T)
BALANCED = (*AT_TARGET, "balanced")

_balanced = partial(Obligation, space="balanced", tight=True)

BALANCED_SHARPNESS = Claim(
    id="balanced-sharpness",
    title="Kernel and sharpness of a balanced minimizer",
    requires=("sharpness", "sharpness-lower", "kernel-agm", "near-rank-one", "norm-control"),
    obligations=(
        _balanced("kernel", Relation(dot(u, M * u), "==", BALANCED_FORM), over=("W", "u"), given=BALANCED,
                  mutants=(swapped("L - 1 -> L", {(L - 1) * ALONG: L * ALONG}),
                           scaled("doubled", 2),
                           without("w == w*"),
                           without("balanced"))),
        _balanced("sharpness", Relation(S, "==", 2 * weighted_top(BALANCED_MATRIX)), over=("W",), given=BALANCED,
                  shown="S_bal",
                  mutants=(scaled("2 -> 1.99", sp.Rational(199, 200)),
                           swapped("the least sharpness", {weighted_top(BALANCED_MATRIX): S_min / 2}),
                           without("w == w*"),
                           without("balanced"))),
        _balanced("ratio", Relation(S, "<=", (lambda_max + (L - 1) * a) / (L * a) * S_min), over=("W",), given=BALANCED,
                  mutants=(scaled("x 0.95", sp.Rational(19, 20)),
                           swapped("L - 1 -> L - 2", {L - 1: L - 2}),
                           without("balanced"))),
        _balanced("condition", Relation(S, "<=", (1 + (kappa - 1) / L) * S_min), over=("W",),
                  given=(*BALANCED, INVERTIBLE),
                  mutants=(scaled("x 0.95", sp.Rational(19, 20)),
                           swapped("1/L -> 1/L^2", {1 / L: 1 / L**2}),
                           without("balanced"))),
    ),
)


def equal_norms(p: Proof, common: NonzeroWeights, balanced: int) -> tuple[int, int]:
    """Derive ``sigma_max = |w|^{1/L}`` and ``|q_1|^2 = |w|^{2-2/L}``."""
    largest = rewrite(p, (sigma_max ** (2 * L), "<=", norm_w_net**2), p.cite("norm-control", "polynomial"), balanced)
    squares = antisymmetry(p, power(p, largest, 1 / L), common.below_norm)
    size = power(p, squares, sp.Rational(1, 2))
    value = norm_w_net ** (2 - 2 / L)
    most = specialize(p, common.growth, size, k=1, to=(back(ONE), "<=", value))
    least = scale(p, common.first, sigma_max**-2, common.largest_positive, size, to=(back(ONE), ">=", value))
    return size, antisymmetry(p, most, least)


def first_layer(p: Proof, common: NonzeroWeights, balanced: int) -> int:
    """Derive ``|P_1 u|^2 |w|^2 <= sigma_max^2 <w, u>^2``, as the first layer has rank one."""
    value, norm = second_singular(W(1)), spectral(W(1))
    below = specialize(p, p.cite("near-rank-one", "second-value"), k=1)
    square = antisymmetry(p, chain(p, below, p.define("Delta"), balanced), sign(p, (value**2, ">=", 0)))
    zero = power(p, square, sp.Rational(1, 2))
    rank = rank_one_layer(p, zero, W(1), q(1), u)
    pulled, forward = specialize(p, common.layers.backward, k=1), specialize(p, p.define("P"), k=1)
    named = rewrite(p, (front(ONE) * norm_w_net**2, "==", norm**2 * dot(w, u) ** 2),
                    rank, pulled, forward, p.define("P_0"), common.start, common.norm)
    return chain(p, named, scale(p, specialize(p, common.layers.squared, k=1), dot(w, u) ** 2))


def term_above(p: Proof, common: NonzeroWeights, size: int, rank: int) -> int:
    """Derive ``|q_k|^2 |P_{k-1} u|^2 <= |w|^{-2/L} <w, u>^2`` for ``k >= 2``."""
    start, step = identity(p, (front(ONE), "==", front(ONE))), forward_step(p, common.layers.squared)
    grown = growth(p.at((k, 1, L)), start, step, front(k), sigma_max**2, k, 1, L, True,
                   to=(front(k), "<=", sigma_max ** (2 * k - 2) * front(ONE)))
    upper = p.at((k, 2, L))
    outer = scale(upper, common.growth, front(k - 1))
    inner = scale(upper, specialize(upper, grown, k=k - 1), sigma_max ** (2 * (L - k)))
    last = scale(p, rank, sigma_max ** (2 * L - 4) / norm_w_net**2, *common.nonzero, common.largest_positive)
    return rewrite(upper, (back(k) * front(k - 1), "<=", TERM), chain(upper, outer, inner, last), size)


def term_below(p: Proof, common: NonzeroWeights, size: int) -> int:
    """Derive ``|q_k|^2 |P_{k-1} u|^2 >= |w|^{-2/L} <w, u>^2`` for ``k >= 2``."""
    upper = p.at((k, 2, L))
    below = specialize(upper, layer_inequality(p), k=k - 1)
    pulled = scale(upper, common.step, front(k - 1))
    cut = chain(upper, pulled, below, to=(p[pulled].rhs, ">=", p[below].rhs))
    divided = scale(upper, cut, sigma_max**-2, common.largest_positive)
    return rewrite(upper, (back(k) * front(k - 1), ">=", TERM), divided, size, *common.nonzero)


def balanced_kernel(p: Proof, common: NonzeroWeights) -> int:
    """Derive ``u^T M u = |w|^{2-2/L} |u|^2 + (L-1) |w|^{-2/L} <w, u>^2``."""
    balanced = hypothesis(p, "balanced")
    size, first = equal_norms(p, common, balanced)
    above = term_above(p, common, size, first_layer(p, common, balanced))
    each = antisymmetry(p, above, term_below(p, common, size))
    terms = sp.Sum(back(k) * front(k - 1), (k, 2, L))
    total = term_by_term(p, each, "sum", (k, 2, L), *common.nonzero, to=(terms, "==", (L - 1) * TERM))
    peeled = identity(p.note("the first term of the sum peeled off"),
                      (dot(u, M * u) - back(ONE) * dot(u, u), "==", terms),
                      p.cite("kernel", "matrix"), p.define("P_0"))
    form = norm_w_net ** (2 - 2 / L) * dot(u, u) + (L - 1) * TERM
    return scale(p, chain(p, peeled, total), 1, first, to=(dot(u, M * u), "==", form))


def quotient_below(p: Proof, a_is: int) -> int:
    """Derive ``a >= lambda`` from the definition of ``a``, which is a step."""
    return scale(p, least_eigenvalue(p, w_star), norm_w**-2, p.define("E"), p.define("norm_w"), a_is,
                 to=(a, ">=", lambda_min))


def balanced_sharpness(p: Proof) -> dict[str, int]:
    """Every term of the kernel is bounded from both sides. The eigenvalue and the least sharpness follow."""
    common = NonzeroWeights(p)
    form = balanced_kernel(p, common)
    same = same_norm(p, common)
    kernel = rewrite(p, (dot(u, M * u), "==", BALANCED_FORM), form, same, hypothesis(p, "w == w*"))
    matrix = polarization(p, (M, "==", BALANCED_MATRIX), kernel)
    sharpness = rewrite(p, (S, "==", 2 * weighted_top(BALANCED_MATRIX)), p.cite("sharpness", "eigenvalue"), matrix)

    first, second = norm_w ** (2 - 2 / L), (L - 1) * norm_w ** (-2 / L)
    update = rank_one_update(p.given("E > 0"), first, second, w_star)
    E_is, a_is = p.define("E"), p.define("a")
    doubled = scale(p, update, 2, E_is, a_is, to=(p[sharpness].rhs, "<=", 2 * first * (lambda_max + (L - 1) * a)))
    bound = chain(p, sharpness, doubled)

    least = infimum(p, p.cite("sharpness-lower", "minimizers"))
    below = rewrite(p, (S_min, ">=", 2 * L * first * a), least, hypothesis(p, "plain"))
    quotient = (lambda_max + (L - 1) * a) / (L * a)
    ratio = chain(p, bound, scale(p, below, quotient, to=(p[bound].rhs, "<=", quotient * S_min)))

    number, order = lambda_max / lambda_min, quotient_below(p, a_is)
    positive = hypothesis(p, INVERTIBLE)
    weaker = scale(p, order, 2 * first * number, positive, to=(p[bound].rhs, "<=", 2 * first * (number + L - 1) * a))
    last = scale(p, below, (number + L - 1) / L, positive, to=(p[weaker].rhs, "<=", (number + L - 1) / L * S_min))
    condition = rewrite(p, (S, "<=", (1 + (kappa - 1) / L) * S_min), chain(p, bound, weaker, last), p.define("kappa"))
    return {"kernel": kernel, "sharpness": sharpness, "ratio": ratio, "condition": condition}


THEOREMS = ((BALANCED_SHARPNESS, balanced_sharpness),)
