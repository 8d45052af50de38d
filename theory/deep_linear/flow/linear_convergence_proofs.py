"""Derivation of the linear convergence of gradient flow."""

from __future__ import annotations

from typing import NamedTuple

import sympy as sp

from ...language import quantities as Q
from ...language.nodes import dot
from ...proof.derivation import Derivation, Proof
from ...proof.rules.gradient_flow import GRONWALL, LENGTH, SQUARE_ROOT
from ...proof.rules.inequalities import CAUCHY_SCHWARZ, POWER, SCALING, SIGN
from ...proof.rules.logic import CASES, IDENTITY, INSTANCE, REWRITING, TRANSITIVITY
from ...setting.flow import BELOW_0, level, risk_flow
from ..landscape.bounds_proofs import back
from ..network.kernel_proofs import cite, define
from .linear_convergence import DECAY, RATE_0, rate
from .norm_control_proofs import backward_step, layer_bounds

Delta, E, L, Sigma = Q.Delta, Q.E, Q.L, Q.Sigma
gap, gap_0, k, norm_q1, norm_w_net, sigma_max, w, w_star = (
    Q.risk_gap, Q.risk_gap_0, Q.k, Q.norm_q1, Q.norm_w_net, Q.sigma_max, Q.w, Q.w_star)
ZERO, ONE = sp.S.Zero, sp.S.One
IMAGE = 2 * sp.sqrt(Q.b * E)
"""``2 |Sigma w*|``."""


def size(norm: sp.Expr) -> sp.Expr:
    """``|w|^{2/L} + (L-1) Delta``: the largest square of the norm of a layer."""
    return norm ** (2 / L) + (L - 1) * Delta


def norm_by_risk(proof: Proof) -> int:
    """``2 |Sigma w*| |w| >= E - (R - R_min)``: expand the risk, drop ``w^T Sigma w``, then Cauchy-Schwarz."""
    inner = dot(w, Sigma * w_star)
    gap_is, energy, image = define(proof, "risk_gap"), define(proof, "E"), define(proof, "b")
    expanded = proof.step(SIGN, (E - gap, "<=", 2 * inner), gap_is, energy)
    cauchy = proof.step(CAUCHY_SCHWARZ, (dot(w, w) * dot(Sigma * w_star, Sigma * w_star), ">=", inner**2),
                        data=(w, Sigma * w_star))
    norm = define(proof, "norm_w_net")
    named = proof.step(REWRITING, (norm_w_net**2 * Q.b * E, ">=", inner**2), cauchy, norm, image)
    root = norm_w_net * sp.sqrt(Q.b * E)
    bound = proof.step(SQUARE_ROOT, (inner, "<=", root), named, data=(inner, root))
    doubled = proof.step(SCALING, (2 * inner, "<=", 2 * root), bound, data=sp.Integer(2))
    return proof.step(TRANSITIVITY, (IMAGE * norm_w_net, ">=", E - gap), doubled, expanded)


class Layers(NamedTuple):
    """Steps that hold for all weights: ``|w|^2 <= F(|w|) |q_1|^2`` and the Polyak-Lojasiewicz inequality."""

    first: int
    pl: int


def first_layer(proof: Proof) -> Layers:
    bounds = layer_bounds(proof)
    start, norm, first = define(proof, "q_0"), define(proof, "norm_w_net"), define(proof, "norm_q1")
    pulled = proof.step(INSTANCE, (back(ZERO), "<=", sigma_max**2 * back(ONE)), backward_step(proof, bounds),
                        data=((k, ONE),))
    named = proof.step(REWRITING, (norm_w_net**2, "<=", sigma_max**2 * norm_q1**2), pulled, start, norm, first)
    control = cite(proof, "norm-control", "norm")
    scaled = proof.step(SCALING, (sigma_max**2 * norm_q1**2, "<=", size(norm_w_net) * norm_q1**2), control,
                        data=norm_q1**2)
    return Layers(proof.step(TRANSITIVITY, (norm_w_net**2, "<=", size(norm_w_net) * norm_q1**2), named, scaled),
                  cite(proof, "pl-inequality", "backward-vector"))


def rate_by_norm(proof: Proof, layers: Layers, above: int, c: sp.Symbol) -> int:
    """``|grad R|^2 >= 4 lambda_+ c^2 / F(c) (R - R_min)``, from ``|w| >= c``: ``x^2 / F(x)`` does not decrease."""
    positive = proof.step(SIGN, (c, ">", 0))
    nonzero = proof.step(TRANSITIVITY, (norm_w_net, ">", 0), above, positive)
    power = 2 - 2 / L
    goal = (norm_w_net**power, ">=", c**power)
    deep = proof.step(POWER, goal, above, data=power, given=("L >= 2",))
    shallow = proof.step(SIGN, goal, given=("L == 1",), note="both sides are one")
    both = proof.step(CASES, goal, shallow, deep)
    imbalance = (L - 1) * Delta
    moved = proof.step(
        SCALING, (norm_w_net**2 * size(c), ">=", c**2 * norm_w_net ** (2 / L) + norm_w_net**2 * imbalance), both,
        data=(c * norm_w_net) ** (2 / L))
    squares = proof.step(POWER, (norm_w_net**2, ">=", c**2), above, data=sp.Integer(2))
    weighted = proof.step(SCALING, (proof[moved].rhs, ">=", c**2 * size(norm_w_net)), squares, data=imbalance)
    scaled = proof.step(SCALING, (size(c) * size(norm_w_net) * norm_q1**2, ">=", size(c) * norm_w_net**2), layers.first,
                        data=size(c))
    chain = proof.step(TRANSITIVITY, (proof[scaled].lhs, ">=", c**2 * size(norm_w_net)), scaled, moved, weighted)
    factor = 4 * Q.lambda_pos * gap
    divided = proof.step(SCALING, (factor * norm_q1**2, ">=", rate(c) * gap), chain, nonzero,
                         data=factor / (size(c) * size(norm_w_net)))
    return proof.step(TRANSITIVITY, (Q.norm_gradient**2, ">=", rate(c) * gap), layers.pl, divided)


def lasting_rate(proof: Proof, layers: Layers, norm: int, value: sp.Expr, name: str) -> int:
    """The same with the stated ``c``, from ``2 |Sigma w*| |w| >= E - value``."""
    is_level = define(proof, name)
    c = proof[is_level].lhs
    above = proof.step(SCALING, (norm_w_net, ">=", level(value)), norm, data=1 / IMAGE)
    named = proof.step(REWRITING, (norm_w_net, ">=", c), above, is_level)
    bound = rate_by_norm(proof, layers, named, c)
    return proof.step(REWRITING, (Q.norm_gradient**2, ">=", rate(level(value)) * gap), bound, is_level)


def linear_convergence() -> Derivation:
    """The Polyak-Lojasiewicz inequality with a constant that lasts, as the risk does not increase; then Gronwall."""
    proof = Proof("linear-convergence")
    norm, layers = norm_by_risk(proof), first_layer(proof)
    pointwise = lasting_rate(proof, layers, norm, gap, "least")

    moving, gradient = define(proof, "risk flow"), define(proof, "norm_gradient", flipped=True)
    slope = proof.step(IDENTITY, (risk_flow, "==", -Q.norm_gradient**2), moving, gradient)
    trivial = proof.step(SIGN, (Q.norm_gradient**2, ">=", 0))
    falling = proof.step(GRONWALL, (gap, "<=", gap_0), slope, trivial, data=ZERO,
                         note="the risk does not increase")
    started = proof.step(SCALING, (E - gap, ">=", E - gap_0), falling, data=ONE)
    kept = proof.step(TRANSITIVITY, (IMAGE * norm_w_net, ">=", E - gap_0), norm, started)
    lasting = lasting_rate(proof, layers, kept, gap_0, "least_0")
    conserved, imbalance = cite(proof, "conservation", "conserved"), define(proof, "Delta")
    decay = proof.step(GRONWALL, (gap, "<=", DECAY), slope, lasting, conserved, imbalance, data=RATE_0)

    root = sp.sqrt(RATE_0)
    ends = 2 * sp.sqrt(gap_0) - 2 * sp.sqrt(gap)
    travelled = proof.step(LENGTH, (root * Q.displacement, "<=", ends), slope, lasting, conserved, imbalance,
                           data=RATE_0)
    divided = proof.step(SCALING, (Q.displacement, "<=", ends / root), travelled, data=1 / root)
    weaker = proof.step(SIGN, (ends / root, "<=", 2 * sp.sqrt(gap_0) / root), given=("E > 0", BELOW_0))
    length = proof.step(TRANSITIVITY, (Q.displacement, "<=", 2 * sp.sqrt(gap_0 / RATE_0)), divided, weaker)
    return proof.done(norm=norm, rate=pointwise, decay=decay, length=length)


PROOFS = {"linear-convergence": linear_convergence}
