"""Gradient flow converges linearly from a risk that is small enough, and moves by a bounded length."""

from __future__ import annotations

from functools import partial

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
from ...proof.builder import Proof
from ...proof.rules.gradient_flow import flow_length, gronwall, square_root
from ...proof.rules.inequalities import cauchy_schwarz, power, scale, sign
from ...proof.rules.logic import chain, identity, rewrite, specialize
from ...setting.flow import BELOW, BELOW_0, level, risk_flow
from .norm_control import backward_step, layer_bounds


def size(norm: sp.Expr) -> sp.Expr:
    """Return ``|w|^{2/L} + (L-1) Delta``, which bounds the squared norm of every layer."""
    return norm ** (2 / L) + (L - 1) * Delta


def rate(norm: sp.Expr) -> sp.Expr:
    """Return the constant of the Polyak-Lojasiewicz inequality where the norm of ``w`` is at least ``norm``."""
    return 4 * lambda_pos * norm**2 / size(norm)


RATE, RATE_0 = rate(level(risk_gap)), rate(level(risk_gap_0))
DECAY = risk_gap_0 * sp.exp(-RATE_0 * time)

_along = partial(Obligation, space="trajectory", over=("t",), given=("plain", "E > 0", BELOW_0), decide="enclosed")

_at_start = partial(Obligation, space="starts", over=("W",))

LINEAR_CONVERGENCE = Claim(
    id="linear-convergence",
    title="From below the risk of zero weights, gradient flow converges linearly",
    kind="dynamics",
    origins=("paper", "ours"),
    requires=("pl-inequality", "norm-control", "conservation"),
    note="Read off from the two bounds along the flow, not derived step by step: the length is finite, so the weights "
    "exist at all times and converge; the risk tends to its least value, so their limit is a minimizer.",
    obligations=(
        _at_start("norm", Relation(2 * sp.sqrt(b * E) * norm_w_net, ">=", E - risk_gap), given=("E > 0",),
                  mutants=(scaled("without the factor 2", sp.Rational(1, 2), "lhs"),
                           swapped("without R - R_min", {risk_gap: sp.S.Zero}),
                           swapped("R - R_min with the other sign", {risk_gap: -risk_gap}),
                           swapped("|w| squared", {norm_w_net: norm_w_net**2}, "lhs"))),
        _at_start("rate", Relation(norm_gradient**2, ">=", RATE * risk_gap), given=("plain", "E > 0", BELOW),
                  tight=True,
                  mutants=(scaled("4 -> 4.2", sp.Rational(21, 20)),
                           swapped("lambda_+ -> Lambda", {lambda_pos: lambda_max}),
                           swapped("without Delta", {Delta: sp.S.Zero}),
                           scaled("c^2 -> c", 1 / level(risk_gap)),
                           without(BELOW))),
        _along("decay", Relation(risk_gap, "<=", DECAY), tight=True,
               mutants=(swapped("4 -> 4.2", {lambda_pos: sp.Rational(21, 20) * lambda_pos}),
                        swapped("lambda_+ -> Lambda", {lambda_pos: lambda_max}),
                        swapped("without Delta", {Delta: sp.S.Zero}),
                        swapped("t -> t^2", {time: time**2}),
                        without(BELOW_0))),
        _along("length", Relation(displacement, "<=", 2 * sp.sqrt(risk_gap_0 / RATE_0)),
               mutants=(scaled("2 -> 1", sp.Rational(1, 2)),
                        swapped("lambda_+ -> Lambda", {lambda_pos: lambda_max}),
                        swapped("without Delta", {Delta: sp.S.Zero}),
                        without(BELOW_0))),
    ),
)

IMAGE = 2 * sp.sqrt(b * E)
"""``2 |Sigma w*|``."""


def norm_by_risk(p: Proof) -> int:
    """Derive ``2 |Sigma w*| |w| >= E - (R - R_min)``: expand the risk, drop ``w^T Sigma w``, use Cauchy-Schwarz."""
    inner, root = dot(w, Sigma * w_star), norm_w_net * sp.sqrt(b * E)
    expanded = sign(p, (E - risk_gap, "<=", 2 * inner), p.define("risk_gap"), p.define("E"))
    named = rewrite(p, (norm_w_net**2 * b * E, ">=", inner**2), cauchy_schwarz(p, w, Sigma * w_star),
                    p.define("norm_w_net"), p.define("b"))
    doubled = scale(p, square_root(p, named, inner, root), 2)
    return chain(p, doubled, expanded, to=(IMAGE * norm_w_net, ">=", E - risk_gap))


def first_layer(p: Proof) -> int:
    """Derive ``|w|^2 <= F(|w|) |q_1|^2`` for all weights, with ``F(x) = x^{2/L} + (L-1) Delta``."""
    pulled = specialize(p, backward_step(p, layer_bounds(p)), k=1)
    named = rewrite(p, (norm_w_net**2, "<=", sigma_max**2 * norm_q1**2), pulled,
                    p.define("q_0"), p.define("norm_w_net"), p.define("norm_q1"))
    return chain(p, named, scale(p, p.cite("norm-control", "norm"), norm_q1**2))


def rate_by_norm(p: Proof, first: int, pl: int, above: int) -> int:
    """Derive ``|grad R|^2 >= 4 lambda_+ c^2 / F(c) (R - R_min)`` from ``|w| >= c``.

    The reason is that ``x^2 / F(x)`` does not decrease.
    """
    c = p[above].rhs
    nonzero = chain(p, above, sign(p, (c, ">", 0)))
    exponent, imbalance = 2 - 2 / L, (L - 1) * Delta
    moved = scale(p, power(p, above, exponent), (c * norm_w_net) ** (2 / L), to=(
        norm_w_net**2 * size(c), ">=", c**2 * norm_w_net ** (2 / L) + norm_w_net**2 * imbalance))
    weighted = scale(p, power(p, above, 2), imbalance, to=(p[moved].rhs, ">=", c**2 * size(norm_w_net)))
    scaled = scale(p, first, size(c), to=(size(c) * size(norm_w_net) * norm_q1**2, ">=", p[moved].lhs))
    factor = 4 * lambda_pos * risk_gap
    divided = scale(p, chain(p, scaled, moved, weighted), factor / (size(c) * size(norm_w_net)), nonzero,
                    to=(factor * norm_q1**2, ">=", rate(c) * risk_gap))
    return chain(p, pl, divided)


def lasting_rate(p: Proof, first: int, pl: int, norm: int, name: str) -> int:
    """Derive what ``rate_by_norm`` gives at the stated ``c``, from ``2 |Sigma w*| |w| >= E - x`` for a gap ``x``."""
    is_level = p.define(name)
    c = p[is_level]
    above = scale(p, norm, 1 / IMAGE, is_level, to=(norm_w_net, ">=", c.lhs))
    bound = rate_by_norm(p, first, pl, above)
    return rewrite(p, (norm_gradient**2, ">=", rate(c.rhs) * risk_gap), bound, is_level)


def steepness(p: Proof) -> int:
    """Derive ``R' = -|grad R|^2``."""
    return identity(p, (risk_flow, "==", -(norm_gradient**2)),
                    p.define("risk flow"), p.define("norm_gradient", flipped=True))


def linear_convergence(p: Proof) -> dict[str, int]:
    """The Polyak-Lojasiewicz inequality keeps its constant, as the risk does not increase. Gronwall's lemma follows."""
    norm, first, pl = norm_by_risk(p), first_layer(p), p.cite("pl-inequality", "backward-vector")
    pointwise = lasting_rate(p, first, pl, norm, "least")

    slope = steepness(p)
    falling = gronwall(p.note("the risk does not increase"), slope, sign(p, (norm_gradient**2, ">=", 0)), 0)
    started = scale(p, falling, 1, to=(E - risk_gap, ">=", E - risk_gap_0))
    lasting = lasting_rate(p, first, pl, chain(p, norm, started), "least_0")
    conserved, imbalance = p.cite("conservation", "conserved"), p.define("Delta")
    decay = gronwall(p, slope, lasting, RATE_0, conserved, imbalance)

    travelled = flow_length(p, slope, lasting, RATE_0, conserved, imbalance)
    divided = scale(p, travelled, 1 / sp.sqrt(RATE_0))
    weaker = sign(p.given("E > 0", BELOW_0), (p[divided].rhs, "<=", 2 * sp.sqrt(risk_gap_0 / RATE_0)))
    return {"norm": norm, "rate": pointwise, "decay": decay, "length": chain(p, divided, weaker)}


THEOREMS = ((LINEAR_CONVERGENCE, linear_convergence),)
