"""Balanced minimizers have an explicit kernel, which bounds their sharpness."""

from __future__ import annotations

import sympy as sp

from ...algebra.layer_ranges import i
from ...language.claim import Claim, Obligation, scaled, swapped, without
from ...language.nodes import Relation, dot, weighted_top
from ...language.norms import second_singular, spectral
from ...language.quantities import (
    Delta,
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
    u,
    w,
    w_star,
)
from ...proof.builder import Proof, cite, define
from ...proof.rules.eigenvalues import POLARIZATION, RANK_ONE_UPDATE
from ...proof.rules.gram_powers import GROWTH
from ...proof.rules.inequalities import POWER, SCALING, SIGN
from ...proof.rules.infima import INFIMUM
from ...proof.rules.logic import ANTISYMMETRY, HYPOTHESIS, IDENTITY, INSTANCE, REWRITING, TRANSITIVITY
from ...proof.rules.spectral_norms import LEAST_EIGENVALUE, RANK_ONE_LAYER
from ...proof.rules.sums import TERMWISE
from ...setting.flow import INVERTIBLE, D
from ...setting.network import P, W, q
from ..landscape.common import UPPER, back, front, layer_inequality
from .limit_sharpness import AT_TARGET, NonzeroWeights, forward_step, same_norm

ONE = sp.S.One
BALANCED_FORM = norm_w ** (2 - 2 / L) * dot(u, u) + (L - 1) * norm_w ** (-2 / L) * dot(w_star, u) ** 2
BALANCED_MATRIX = (norm_w ** (2 - 2 / L) * sp.Identity(w_star.rows)
                   + (L - 1) * norm_w ** (-2 / L) * w_star * w_star.T)
BALANCED = (*AT_TARGET, "balanced")

BALANCED_SHARPNESS = Claim(
    id="balanced-sharpness",
    title="Kernel and sharpness of a balanced minimizer",
    kind="inequality",
    origins=("ours",),
    requires=("sharpness", "sharpness-lower", "kernel-agm", "near-rank-one", "norm-control"),
    obligations=(
        Obligation(
            "kernel",
            Relation(dot(u, M * u), "==", BALANCED_FORM),
            space="balanced",
            over=("W", "u"),
            given=BALANCED,
            tight=True,
            mutants=(
                swapped("L - 1 -> L", {(L - 1) * norm_w ** (-2 / L) * dot(w_star, u) ** 2:
                                       L * norm_w ** (-2 / L) * dot(w_star, u) ** 2}),
                scaled("doubled", 2),
                without("w == w*"),
                without("balanced"),
            ),
        ),
        Obligation(
            "sharpness",
            Relation(S, "==", 2 * weighted_top(BALANCED_MATRIX)),
            space="balanced",
            over=("W",),
            given=BALANCED,
            tight=True,
            mutants=(
                scaled("2 -> 1.99", sp.Rational(199, 200)),
                swapped("the least sharpness", {weighted_top(BALANCED_MATRIX): S_min / 2}),
                without("w == w*"),
                without("balanced"),
            ),
        ),
        Obligation(
            "ratio",
            Relation(S, "<=", (lambda_max + (L - 1) * a) / (L * a) * S_min),
            space="balanced",
            over=("W",),
            given=BALANCED,
            tight=True,
            mutants=(
                scaled("x 0.95", sp.Rational(19, 20)),
                swapped("L - 1 -> L - 2", {L - 1: L - 2}),
                without("balanced"),
            ),
        ),
        Obligation(
            "condition",
            Relation(S, "<=", (1 + (kappa - 1) / L) * S_min),
            space="balanced",
            over=("W",),
            given=(*BALANCED, INVERTIBLE),
            tight=True,
            mutants=(
                scaled("x 0.95", sp.Rational(19, 20)),
                swapped("1/L -> 1/L^2", {1 / L: 1 / L**2}),
                without("balanced"),
            ),
        ),
    ),
)


def equal_norms(proof: Proof, common: NonzeroWeights, balanced: int) -> tuple[int, int]:
    """Derive ``sigma_max = |w|^{1/L}`` and ``|q_1|^2 = |w|^{2-2/L}``."""
    polynomial = cite(proof, "norm-control", "polynomial")
    power = proof.step(REWRITING, (sigma_max ** (2 * L), "<=", norm_w_net**2), polynomial, balanced)
    above = proof.step(POWER, (sigma_max**2, "<=", norm_w_net ** (2 / L)), power, data=1 / L)
    square = proof.step(ANTISYMMETRY, (sigma_max**2, "==", norm_w_net ** (2 / L)), above, common.below_norm)
    size = proof.step(POWER, (sigma_max, "==", norm_w_net ** (1 / L)), square, data=sp.Rational(1, 2))
    value = norm_w_net ** (2 - 2 / L)
    most = proof.step(INSTANCE, (back(ONE), "<=", sigma_max ** (2 * L - 2)), common.growth, data=((k, ONE),))
    most = proof.step(REWRITING, (back(ONE), "<=", value), most, size)
    least = proof.step(SCALING, (back(ONE), ">=", norm_w_net**2 / sigma_max**2), common.first,
                       common.largest_positive, data=sigma_max**-2)
    least = proof.step(REWRITING, (back(ONE), ">=", value), least, size)
    return size, proof.step(ANTISYMMETRY, (back(ONE), "==", value), most, least)


def first_layer(proof: Proof, common: NonzeroWeights, balanced: int) -> int:
    """Derive ``|P_1 u|^2 |w|^2 <= sigma_max^2 <w, u>^2``, as the first layer has rank one."""
    second = cite(proof, "near-rank-one", "second-value")
    total = define(proof, "Delta")
    value = second_singular(W(1))
    at_one = proof.step(INSTANCE, (value**2, "<=", sp.Sum(spectral(D(i)), (i, 1, L - 1))), second, data=((k, ONE),))
    small = proof.step(REWRITING, (value**2, "<=", Delta), at_one, total)
    small = proof.step(REWRITING, (value**2, "<=", 0), small, balanced)
    sign = proof.step(SIGN, (value**2, ">=", 0))
    square = proof.step(ANTISYMMETRY, (value**2, "==", 0), small, sign)
    zero = proof.step(POWER, (value, "==", 0), square, data=sp.Rational(1, 2))
    rank = proof.step(
        RANK_ONE_LAYER,
        (dot(W(1) * u, W(1) * u) * dot(W(1).T * q(1), W(1).T * q(1)), "==",
         spectral(W(1)) ** 2 * dot(q(1), W(1) * u) ** 2), zero, data=(W(1), q(1), u))
    pulled = proof.step(INSTANCE, (W(1).T * q(1), "==", q(0)), common.layers.backward, data=((k, ONE),))
    forward = proof.step(INSTANCE, (P(1), "==", W(1) * P(0)), define(proof, "P"), data=((k, ONE),))
    P_0 = define(proof, "P_0")
    named = proof.step(
        REWRITING, (front(ONE) * norm_w_net**2, "==", spectral(W(1)) ** 2 * dot(w, u) ** 2),
        rank, pulled, forward, P_0, common.start, common.norm)
    square = proof.step(INSTANCE, (spectral(W(1)) ** 2, "<=", sigma_max**2), common.layers.squared,
                        data=((k, ONE),))
    scaled = proof.step(SCALING, (spectral(W(1)) ** 2 * dot(w, u) ** 2, "<=", sigma_max**2 * dot(w, u) ** 2),
                        square, data=dot(w, u) ** 2)
    return proof.step(TRANSITIVITY, (front(ONE) * norm_w_net**2, "<=", sigma_max**2 * dot(w, u) ** 2), named, scaled)


def term_above(proof: Proof, common: NonzeroWeights, size: int, rank: int) -> int:
    """Derive ``|q_k|^2 |P_{k-1} u|^2 <= |w|^{-2/L} <w, u>^2`` for ``k >= 2``."""
    step = forward_step(proof, common.layers.squared)
    start = proof.step(IDENTITY, (front(ONE), "==", front(ONE)))
    growth = proof.step(GROWTH, (front(k), "<=", sigma_max ** (2 * k - 2) * front(ONE)), start, step,
                        data=(front(k), sigma_max**2, k, 1, L, True), scope=((k, 1, L),))
    before = proof.step(INSTANCE, (front(k - 1), "<=", sigma_max ** (2 * k - 4) * front(ONE)), growth,
                        data=((k, k - 1),), scope=UPPER)
    outer = proof.step(SCALING, (back(k) * front(k - 1), "<=", sigma_max ** (2 * (L - k)) * front(k - 1)),
                       common.growth, data=front(k - 1), scope=UPPER)
    inner = proof.step(
        SCALING, (sigma_max ** (2 * (L - k)) * front(k - 1), "<=", sigma_max ** (2 * L - 4) * front(ONE)), before,
        common.largest_positive, data=sigma_max ** (2 * (L - k)), scope=UPPER)
    last = proof.step(
        SCALING, (sigma_max ** (2 * L - 4) * front(ONE), "<=",
                  sigma_max ** (2 * L - 2) * dot(w, u) ** 2 / norm_w_net**2), rank, *common.nonzero,
        common.largest_positive, data=sigma_max ** (2 * L - 4) / norm_w_net**2)
    chain = proof.step(TRANSITIVITY, (back(k) * front(k - 1), "<=", proof[last].rhs), outer, inner, last, scope=UPPER)
    return proof.step(REWRITING, (back(k) * front(k - 1), "<=", norm_w_net ** (-2 / L) * dot(w, u) ** 2), chain, size,
                      scope=UPPER)


def term_below(proof: Proof, common: NonzeroWeights, size: int) -> int:
    """Derive ``|q_k|^2 |P_{k-1} u|^2 >= |w|^{-2/L} <w, u>^2`` for ``k >= 2``."""
    layer = layer_inequality(proof)
    below = proof.step(INSTANCE, (back(k - 1) * front(k - 1), ">=", dot(w, u) ** 2), layer, data=((k, k - 1),),
                       scope=UPPER)
    pulled = proof.step(SCALING, (sigma_max**2 * back(k) * front(k - 1), ">=", back(k - 1) * front(k - 1)),
                        common.step, data=front(k - 1), scope=UPPER)
    chain = proof.step(TRANSITIVITY, (proof[pulled].lhs, ">=", dot(w, u) ** 2), pulled, below, scope=UPPER)
    divided = proof.step(SCALING, (back(k) * front(k - 1), ">=", dot(w, u) ** 2 / sigma_max**2), chain,
                         common.largest_positive, data=sigma_max**-2, scope=UPPER)
    return proof.step(REWRITING, (back(k) * front(k - 1), ">=", norm_w_net ** (-2 / L) * dot(w, u) ** 2), divided,
                      size, *common.nonzero, scope=UPPER)


def balanced_kernel(proof: Proof, common: NonzeroWeights) -> int:
    """Derive ``u^T M u = |w|^{2-2/L} |u|^2 + (L-1) |w|^{-2/L} <w, u>^2``."""
    balanced = proof.step(HYPOTHESIS, (Delta, "==", 0), given=("balanced",))
    size, first = equal_norms(proof, common, balanced)
    above = term_above(proof, common, size, first_layer(proof, common, balanced))
    below = term_below(proof, common, size)
    term = norm_w_net ** (-2 / L) * dot(w, u) ** 2
    each = proof.step(ANTISYMMETRY, (back(k) * front(k - 1), "==", term), above, below, scope=UPPER)
    total = proof.step(TERMWISE, (sp.Sum(back(k) * front(k - 1), (k, 2, L)), "==", (L - 1) * term), each,
                       *common.nonzero, data=("sum", (k, 2, L)))
    matrix, P_0 = cite(proof, "kernel", "matrix"), define(proof, "P_0")
    peeled = proof.step(
        IDENTITY, (dot(u, M * u) - back(ONE) * dot(u, u), "==", sp.Sum(back(k) * front(k - 1), (k, 2, L))),
        matrix, P_0, note="the first term of the sum peeled off")
    rest = proof.step(TRANSITIVITY, (proof[peeled].lhs, "==", (L - 1) * term), peeled, total)
    moved = proof.step(SCALING, (dot(u, M * u), "==", back(ONE) * dot(u, u) + (L - 1) * term), rest, data=ONE)
    return proof.step(REWRITING, (dot(u, M * u), "==", norm_w_net ** (2 - 2 / L) * dot(u, u) + (L - 1) * term),
                      moved, first)


def balanced_sharpness(proof: Proof) -> dict[str, int]:
    """Every term of the kernel is bounded from both sides. The eigenvalue and the least sharpness follow."""
    common = NonzeroWeights(proof)
    form = balanced_kernel(proof, common)
    same = same_norm(proof, common)
    target = next(n for n, step in enumerate(proof.steps) if step.hypotheses == ("w == w*",))
    kernel = proof.step(REWRITING, (dot(u, M * u), "==", BALANCED_FORM), form, same, target)
    matrix = proof.step(POLARIZATION, (M, "==", BALANCED_MATRIX), kernel)
    eigenvalue = cite(proof, "sharpness", "eigenvalue")
    sharpness = proof.step(REWRITING, (S, "==", 2 * weighted_top(BALANCED_MATRIX)), eigenvalue, matrix)

    first, second = norm_w ** (2 - 2 / L), (L - 1) * norm_w ** (-2 / L)
    star = define(proof, "norm_w")
    update = proof.step(
        RANK_ONE_UPDATE,
        (weighted_top(BALANCED_MATRIX), "<=", first * lambda_max + second * dot(w_star, Sigma * w_star)),
        data=(first, second, w_star), given=("E > 0",))
    E_is, a_is = define(proof, "E"), define(proof, "a")
    named = proof.step(REWRITING, (weighted_top(BALANCED_MATRIX), "<=", first * (lambda_max + (L - 1) * a)), update,
                       E_is, a_is)
    doubled = proof.step(SCALING, (2 * weighted_top(BALANCED_MATRIX), "<=", 2 * first * (lambda_max + (L - 1) * a)),
                         named,
                         data=sp.Integer(2))
    bound = proof.step(TRANSITIVITY, (S, "<=", 2 * first * (lambda_max + (L - 1) * a)), sharpness, doubled)

    paper = cite(proof, "sharpness-lower", "minimizers")
    least = proof.step(INFIMUM, (S_min, ">=", proof[paper].rhs), paper)
    readout = proof.step(HYPOTHESIS, (norm_p, "==", 1), given=("plain",))
    below = proof.step(REWRITING, (S_min, ">=", 2 * L * first * a), least, readout)
    quotient = (lambda_max + (L - 1) * a) / (L * a)
    scaled = proof.step(SCALING, (2 * first * (lambda_max + (L - 1) * a), "<=", quotient * S_min), below, data=quotient)
    ratio = proof.step(TRANSITIVITY, (S, "<=", quotient * S_min), bound, scaled)

    eigen = proof.step(LEAST_EIGENVALUE, (dot(w_star, Sigma * w_star), ">=", lambda_min * dot(w_star, w_star)),
                       data=w_star)
    filled = proof.step(REWRITING, (a * norm_w**2, ">=", lambda_min * norm_w**2), eigen, E_is, star, a_is)
    order = proof.step(SCALING, (a, ">=", lambda_min), filled, data=1 / norm_w**2)
    positive = proof.step(HYPOTHESIS, INVERTIBLE, given=(INVERTIBLE,))
    number = lambda_max / lambda_min
    weaker = proof.step(
        SCALING, (2 * first * (lambda_max + (L - 1) * a), "<=", 2 * first * (number + L - 1) * a), order, positive,
        data=2 * first * number)
    times = proof.step(SCALING, (2 * first * (number + L - 1) * a, "<=", (number + L - 1) / L * S_min), below,
                       positive, data=(number + L - 1) / L)
    chain = proof.step(TRANSITIVITY, (S, "<=", (number + L - 1) / L * S_min), bound, weaker, times)
    kappa_is = define(proof, "kappa")
    condition = proof.step(REWRITING, (S, "<=", (1 + (kappa - 1) / L) * S_min), chain, kappa_is)
    return {"kernel": kernel, "sharpness": sharpness, "ratio": ratio, "condition": condition}


THEOREMS = ((BALANCED_SHARPNESS, balanced_sharpness),)
