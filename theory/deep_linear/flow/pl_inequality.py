"""The Polyak-Lojasiewicz inequality holds for all weights."""

from __future__ import annotations

from functools import partial

import sympy as sp

from ...language.claim import Claim, Obligation, scaled, swapped
from ...language.nodes import Relation, dot, weighted_top
from ...language.norms import weighted_bottom
from ...language.quantities import (
    L,
    M,
    g,
    k,
    lambda_max,
    lambda_pos,
    norm_gradient,
    norm_q1,
    norm_w_net,
    risk_gap,
    u,
    w,
    w_star,
)
from ...proof.builder import Proof
from ...proof.rules.inequalities import scale, sign
from ...proof.rules.logic import chain, specialize
from ...proof.rules.spectral_norms import least_rayleigh, positive_spectrum
from ...proof.rules.sums import term_by_term
from ..landscape.common import back, front

_bound = partial(Obligation, space="starts", over=("W",), tight=True)

PL_INEQUALITY = Claim(
    id="pl-inequality",
    title="Polyak-Lojasiewicz inequality for all weights",
    origins=("paper", "ours"),
    requires=("kernel",),
    obligations=(
        _bound("backward-vector", Relation(norm_gradient**2, ">=", 4 * lambda_pos * norm_q1**2 * risk_gap),
               formal="pl.pl_inequality",
               mutants=(scaled("4 -> 4.2", sp.Rational(21, 20)),
                        swapped("lambda_+ -> Lambda", {lambda_pos: lambda_max}),
                        swapped("|q_1| -> |q_0| = |w|", {norm_q1: norm_w_net}))),
        _bound("kernel", Relation(norm_gradient**2, ">=", 4 * weighted_bottom(M) * risk_gap),
               formal="pl.pl_inequality_kernel",
               mutants=(scaled("4 -> 4.2", sp.Rational(21, 20)),
                        swapped("lambda_min -> lambda_max of the kernel", {weighted_bottom(M): weighted_top(M)}),
                        swapped("R - R_min squared", {risk_gap: risk_gap**2}))),
    ),
)

x = w - w_star


def gradient_is_kernel(p: Proof) -> int:
    """Derive ``|grad R|^2 = g^T M g``."""
    norm, total = p.define("norm_gradient"), p.cite("kernel", "gradient-norm")
    return chain(p, norm, total, specialize(p, p.cite("kernel", "matrix"), u=g))


def first_term(p: Proof) -> int:
    """Derive ``u^T M u >= |q_1|^2 |u|^2``: the right side is the first term of the kernel."""
    matrix, P_0, first = p.cite("kernel", "matrix"), p.define("P_0"), p.define("norm_q1")
    term, terms = back(k) * front(k - 1), (k, 2, L)
    rest = term_by_term(p, sign(p.at((k, 1, L)), (term, ">=", 0)), "sum", terms, to=(sp.Sum(term, terms), ">=", 0))
    return scale(p.note("the first term of the sum peeled off"), rest, 1, matrix, P_0, first,
                 to=(dot(u, M * u), ">=", norm_q1**2 * dot(u, u)))


def pl_inequality(p: Proof) -> dict[str, int]:
    """The first term of the kernel and the spectrum of ``Sigma`` give one bound, the least eigenvalue the other."""
    norm, g_is, gap = gradient_is_kernel(p), p.define("g"), p.define("risk_gap")
    at_g = specialize(p, first_term(p), u=g)
    by_risk = scale(p, positive_spectrum(p, x), 4 * norm_q1**2, g_is, gap,
                    to=(p[at_g].rhs, ">=", 4 * lambda_pos * norm_q1**2 * risk_gap))
    least = scale(p, least_rayleigh(p, M, x), 4, g_is, gap,
                  to=(dot(g, M * g), ">=", 4 * weighted_bottom(M) * risk_gap))
    return {"backward-vector": chain(p, norm, at_g, by_risk), "kernel": chain(p, norm, least)}


THEOREMS = ((PL_INEQUALITY, pl_inequality),)
