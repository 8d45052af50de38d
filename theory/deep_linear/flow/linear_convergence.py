"""Gradient flow converges linearly from a risk that is small enough, and moves by a bounded length."""

from __future__ import annotations

from typing import NamedTuple

import sympy as sp

from ...language.claim import Claim, Obligation, scaled, swapped, without
from ...language.nodes import Relation, dot
from ...language.quantities import (
    Delta,
    E,
    L,
    Sigma,
    b,
    displacement,
    k,
    lambda_max,
    lambda_pos,
    norm_gradient,
    norm_q1,
    norm_w_net,
    risk_gap,
    risk_gap_0,
    sigma_max,
    time,
    w,
    w_star,
)
from ...proof.builder import Proof, cite, define
from ...proof.rules.gradient_flow import GRONWALL, LENGTH, SQUARE_ROOT
from ...proof.rules.inequalities import CAUCHY_SCHWARZ, POWER, SCALING, SIGN
from ...proof.rules.logic import CASES, IDENTITY, INSTANCE, REWRITING, TRANSITIVITY
from ...setting.flow import BELOW, BELOW_0, level, risk_flow
from ..landscape.common import back
from .norm_control import backward_step, layer_bounds

ZERO, ONE = sp.S.Zero, sp.S.One


def rate(norm: sp.Expr) -> sp.Expr:
    """Return the constant of the Polyak-Lojasiewicz inequality where the norm of ``w`` is at least ``norm``."""
    return 4 * lambda_pos * norm**2 / (norm ** (2 / L) + (L - 1) * Delta)


RATE, RATE_0 = rate(level(risk_gap)), rate(level(risk_gap_0))
DECAY = risk_gap_0 * sp.exp(-RATE_0 * time)

LINEAR_CONVERGENCE = Claim(
    id="linear-convergence",
    title="From below the risk of zero weights, gradient flow converges linearly",
    kind="dynamics",
    origins=("paper", "ours"),
    requires=("pl-inequality", "norm-control", "conservation"),
    note="Read off from the two bounds along the flow, not derived step by step: the length is finite, so the weights "
    "exist at all times and converge; the risk tends to its least value, so their limit is a minimizer.",
    obligations=(
        Obligation(
            "norm",
            Relation(2 * sp.sqrt(b * E) * norm_w_net, ">=", E - risk_gap),
            space="starts",
            over=("W",),
            given=("E > 0",),
            mutants=(
                scaled("without the factor 2", sp.Rational(1, 2), "lhs"),
                swapped("without R - R_min", {risk_gap: sp.S.Zero}),
                swapped("R - R_min with the other sign", {risk_gap: -risk_gap}),
                swapped("|w| squared", {norm_w_net: norm_w_net**2}, "lhs"),
            ),
        ),
        Obligation(
            "rate",
            Relation(norm_gradient**2, ">=", RATE * risk_gap),
            space="starts",
            over=("W",),
            given=("plain", "E > 0", BELOW),
            tight=True,
            mutants=(
                scaled("4 -> 4.2", sp.Rational(21, 20)),
                swapped("lambda_+ -> Lambda", {lambda_pos: lambda_max}),
                swapped("without Delta", {Delta: sp.S.Zero}),
                scaled("c^2 -> c", 1 / level(risk_gap)),
                without(BELOW),
            ),
        ),
        Obligation(
            "decay",
            Relation(risk_gap, "<=", DECAY),
            space="trajectory",
            over=("t",),
            given=("plain", "E > 0", BELOW_0),
            decide="enclosed",
            tight=True,
            mutants=(
                swapped("4 -> 4.2", {lambda_pos: sp.Rational(21, 20) * lambda_pos}),
                swapped("lambda_+ -> Lambda", {lambda_pos: lambda_max}),
                swapped("without Delta", {Delta: sp.S.Zero}),
                swapped("t -> t^2", {time: time**2}),
                without(BELOW_0),
            ),
        ),
        Obligation(
            "length",
            Relation(displacement, "<=", 2 * sp.sqrt(risk_gap_0 / RATE_0)),
            space="trajectory",
            over=("t",),
            given=("plain", "E > 0", BELOW_0),
            decide="enclosed",
            mutants=(
                scaled("2 -> 1", sp.Rational(1, 2)),
                swapped("lambda_+ -> Lambda", {lambda_pos: lambda_max}),
                swapped("without Delta", {Delta: sp.S.Zero}),
                without(BELOW_0),
            ),
        ),
    ),
)

IMAGE = 2 * sp.sqrt(b * E)
"""``2 |Sigma w*|``."""


def size(norm: sp.Expr) -> sp.Expr:
    """Return ``|w|^{2/L} + (L-1) Delta``, which bounds the squared norm of every layer."""
    return norm ** (2 / L) + (L - 1) * Delta


def norm_by_risk(proof: Proof) -> int:
    """Derive ``2 |Sigma w*| |w| >= E - (R - R_min)``: expand the risk, drop ``w^T Sigma w``, use Cauchy-Schwarz."""
    inner = dot(w, Sigma * w_star)
    gap_is, energy, image = define(proof, "risk_gap"), define(proof, "E"), define(proof, "b")
    expanded = proof.step(SIGN, (E - risk_gap, "<=", 2 * inner), gap_is, energy)
    cauchy = proof.step(CAUCHY_SCHWARZ, (dot(w, w) * dot(Sigma * w_star, Sigma * w_star), ">=", inner**2),
                        data=(w, Sigma * w_star))
    norm = define(proof, "norm_w_net")
    named = proof.step(REWRITING, (norm_w_net**2 * b * E, ">=", inner**2), cauchy, norm, image)
    root = norm_w_net * sp.sqrt(b * E)
    bound = proof.step(SQUARE_ROOT, (inner, "<=", root), named, data=(inner, root))
    doubled = proof.step(SCALING, (2 * inner, "<=", 2 * root), bound, data=sp.Integer(2))
    return proof.step(TRANSITIVITY, (IMAGE * norm_w_net, ">=", E - risk_gap), doubled, expanded)


class Layers(NamedTuple):
    """These steps hold for all weights: ``|w|^2 <= F(|w|) |q_1|^2`` and the Polyak-Lojasiewicz inequality."""

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
    """Derive ``|grad R|^2 >= 4 lambda_+ c^2
    F(c) (R - R_min)`` from ``|w| >= c``, as ``x^2
    F(x)`` does not decrease.
    """
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
    factor = 4 * lambda_pos * risk_gap
    divided = proof.step(SCALING, (factor * norm_q1**2, ">=", rate(c) * risk_gap), chain, nonzero,
                         data=factor / (size(c) * size(norm_w_net)))
    return proof.step(TRANSITIVITY, (norm_gradient**2, ">=", rate(c) * risk_gap), layers.pl, divided)


def lasting_rate(proof: Proof, layers: Layers, norm: int, value: sp.Expr, name: str) -> int:
    """Derive the same with the stated ``c``, from ``2 |Sigma w*| |w| >= E - value``."""
    is_level = define(proof, name)
    c = proof[is_level].lhs
    above = proof.step(SCALING, (norm_w_net, ">=", level(value)), norm, data=1 / IMAGE)
    named = proof.step(REWRITING, (norm_w_net, ">=", c), above, is_level)
    bound = rate_by_norm(proof, layers, named, c)
    return proof.step(REWRITING, (norm_gradient**2, ">=", rate(level(value)) * risk_gap), bound, is_level)


def linear_convergence(proof: Proof) -> dict[str, int]:
    """The Polyak-Lojasiewicz inequality keeps its constant, as the risk does not increase. Gronwall's lemma follows."""
    norm, layers = norm_by_risk(proof), first_layer(proof)
    pointwise = lasting_rate(proof, layers, norm, risk_gap, "least")

    moving, gradient = define(proof, "risk flow"), define(proof, "norm_gradient", flipped=True)
    slope = proof.step(IDENTITY, (risk_flow, "==", -norm_gradient**2), moving, gradient)
    trivial = proof.step(SIGN, (norm_gradient**2, ">=", 0))
    falling = proof.step(GRONWALL, (risk_gap, "<=", risk_gap_0), slope, trivial, data=ZERO,
                         note="the risk does not increase")
    started = proof.step(SCALING, (E - risk_gap, ">=", E - risk_gap_0), falling, data=ONE)
    kept = proof.step(TRANSITIVITY, (IMAGE * norm_w_net, ">=", E - risk_gap_0), norm, started)
    lasting = lasting_rate(proof, layers, kept, risk_gap_0, "least_0")
    conserved, imbalance = cite(proof, "conservation", "conserved"), define(proof, "Delta")
    decay = proof.step(GRONWALL, (risk_gap, "<=", DECAY), slope, lasting, conserved, imbalance, data=RATE_0)

    root = sp.sqrt(RATE_0)
    ends = 2 * sp.sqrt(risk_gap_0) - 2 * sp.sqrt(risk_gap)
    travelled = proof.step(LENGTH, (root * displacement, "<=", ends), slope, lasting, conserved, imbalance,
                           data=RATE_0)
    divided = proof.step(SCALING, (displacement, "<=", ends / root), travelled, data=1 / root)
    weaker = proof.step(SIGN, (ends / root, "<=", 2 * sp.sqrt(risk_gap_0) / root), given=("E > 0", BELOW_0))
    length = proof.step(TRANSITIVITY, (displacement, "<=", 2 * sp.sqrt(risk_gap_0 / RATE_0)), divided, weaker)
    return {"norm": norm, "rate": pointwise, "decay": decay, "length": length}


THEOREMS = ((LINEAR_CONVERGENCE, linear_convergence),)
