"""The Polyak-Lojasiewicz inequality holds for all weights."""

from __future__ import annotations

import sympy as sp

from ...language.claim import Claim, Obligation, scaled, swapped
from ...language.nodes import Relation, dot, weighted_top
from ...language.norms import weighted_bottom
from ...language.quantities import (
    L,
    M,
    Sigma,
    g,
    k,
    kernel_form,
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
from ...proof.builder import Proof, cite, define
from ...proof.rules.inequalities import SCALING, SIGN
from ...proof.rules.logic import IDENTITY, INSTANCE, REWRITING, TRANSITIVITY
from ...proof.rules.spectral_norms import LEAST_RAYLEIGH, POSITIVE_SPECTRUM
from ...proof.rules.sums import TERMWISE
from ..landscape.common import back, front
from ..network.common import LAYERS

PL_INEQUALITY = Claim(
    id="pl-inequality",
    title="Polyak-Lojasiewicz inequality for all weights",
    kind="inequality",
    origins=("paper", "ours"),
    requires=("kernel",),
    obligations=(
        Obligation(
            "backward-vector",
            Relation(norm_gradient**2, ">=", 4 * lambda_pos * norm_q1**2 * risk_gap),
            space="starts",
            over=("W",),
            tight=True,
            formal="pl.pl_inequality",
            mutants=(
                scaled("4 -> 4.2", sp.Rational(21, 20)),
                swapped("lambda_+ -> Lambda", {lambda_pos: lambda_max}),
                swapped("|q_1| -> |q_0| = |w|", {norm_q1: norm_w_net}),
            ),
        ),
        Obligation(
            "kernel",
            Relation(norm_gradient**2, ">=", 4 * weighted_bottom(M) * risk_gap),
            space="starts",
            over=("W",),
            tight=True,
            formal="pl.pl_inequality_kernel",
            mutants=(
                scaled("4 -> 4.2", sp.Rational(21, 20)),
                swapped("lambda_min -> lambda_max of the kernel", {weighted_bottom(M): weighted_top(M)}),
                swapped("R - R_min squared", {risk_gap: risk_gap**2}),
            ),
        ),
    ),
)

x = w - w_star


def gradient_is_kernel(proof: Proof) -> int:
    """Derive ``|grad R|^2 = g^T M g``."""
    norm, total = define(proof, "norm_gradient"), cite(proof, "kernel", "gradient-norm")
    matrix = cite(proof, "kernel", "matrix")
    at_g = proof.step(INSTANCE, (dot(g, M * g), "==", kernel_form(g, g)), matrix, data=((u, g),))
    return proof.step(TRANSITIVITY, (norm_gradient**2, "==", dot(g, M * g)), norm, total, at_g)


def first_term(proof: Proof) -> int:
    """Derive ``u^T M u >= |q_1|^2 |u|^2``: the right side is the first term of the kernel."""
    matrix, P_0, first = cite(proof, "kernel", "matrix"), define(proof, "P_0"), define(proof, "norm_q1")
    terms = back(k) * front(k - 1)
    peeled = proof.step(
        IDENTITY, (dot(u, M * u) - norm_q1**2 * dot(u, u), "==", sp.Sum(terms, (k, 2, L))),
        matrix, P_0, first, note="the first term of the sum peeled off")
    term = proof.step(SIGN, (terms, ">=", 0), scope=LAYERS)
    rest = proof.step(TERMWISE, (sp.Sum(terms, (k, 2, L)), ">=", 0), term, data=("sum", (k, 2, L)))
    positive = proof.step(TRANSITIVITY, (proof[peeled].lhs, ">=", 0), peeled, rest)
    return proof.step(SCALING, (dot(u, M * u), ">=", norm_q1**2 * dot(u, u)), positive, data=sp.S.One)


def pl_inequality(proof: Proof) -> dict[str, int]:
    """The first term of the kernel and the spectrum of ``Sigma`` give one bound, the least eigenvalue the other."""
    norm = gradient_is_kernel(proof)
    g_is, gap = define(proof, "g"), define(proof, "risk_gap")
    at_g = proof.step(INSTANCE, (dot(g, M * g), ">=", norm_q1**2 * dot(g, g)), first_term(proof),
                      data=((u, g),))
    spectrum = proof.step(POSITIVE_SPECTRUM, (dot(Sigma * x, Sigma * x), ">=", lambda_pos * dot(x, Sigma * x)),
                          data=x)
    by_risk = proof.step(SCALING, (4 * norm_q1**2 * dot(Sigma * x, Sigma * x), ">=",
                                   4 * lambda_pos * norm_q1**2 * dot(x, Sigma * x)), spectrum,
                         data=4 * norm_q1**2)
    bound = proof.step(REWRITING, (norm_q1**2 * dot(g, g), ">=", 4 * lambda_pos * norm_q1**2 * risk_gap),
                       by_risk, g_is, gap)
    first = proof.step(TRANSITIVITY, (norm_gradient**2, ">=", proof[bound].rhs), norm, at_g, bound)

    least = proof.step(LEAST_RAYLEIGH, (dot(Sigma * x, M * Sigma * x), ">=",
                                        weighted_bottom(M) * dot(x, Sigma * x)), data=(M, x))
    scaled = proof.step(SCALING, (4 * dot(Sigma * x, M * Sigma * x), ">=",
                                  4 * weighted_bottom(M) * dot(x, Sigma * x)), least, data=sp.Integer(4))
    filled = proof.step(REWRITING, (dot(g, M * g), ">=", 4 * weighted_bottom(M) * risk_gap),
                        scaled, g_is, gap)
    second = proof.step(TRANSITIVITY, (norm_gradient**2, ">=", proof[filled].rhs), norm, filled)
    return {"backward-vector": first, "kernel": second}


THEOREMS = ((PL_INEQUALITY, pl_inequality),)
