"""Minimizers can be arbitrarily sharp."""

from __future__ import annotations

import sympy as sp

from ...language.claim import Claim, Obligation, scaled, swapped
from ...language.nodes import Relation, dot, weighted_top
from ...language.quantities import L, S_rescaled, Sigma, gamma, k, lambda_max, norm_p, norm_q1, u, w, w_rescaled, w_star
from ...proof.builder import Proof, cite, define
from ...proof.rules.calculus import LIMIT
from ...proof.rules.eigenvalues import LOEWNER, MULTIPLE_OF_IDENTITY
from ...proof.rules.inequalities import SCALING, SIGN
from ...proof.rules.infima import TRANSFER
from ...proof.rules.logic import HYPOTHESIS, IDENTITY, INSTANCE, TRANSITIVITY
from ...proof.rules.sums import TERMWISE
from ...setting.network import M_rescaled, P_scaled, W, q, q_scaled
from ..network.common import LAYERS
from .common import minimizer_hypothesis

SHARPNESS_UNBOUNDED = Claim(
    id="sharpness-unbounded",
    title="Minimizers can be arbitrarily sharp",
    kind="inequality",
    origins=("paper",),
    requires=("sharpness",),
    note="W_1 <- W_1/gamma, W_2 <- gamma W_2; |q_1| is taken before scaling and contains the read-out. "
    "The sharpness tends to infinity with gamma when q_1 and Sigma are not zero.",
    obligations=(
        Obligation(
            "same-regressor",
            Relation(dot(u, w_rescaled), "==", dot(u, w)),
            over=("gamma", "u"),
            given=("L >= 2",),
            decide="identity",
            formal="unbounded.same_regressor",
            mutants=(scaled("times gamma", gamma), scaled("divided by gamma", 1 / gamma)),
        ),
        Obligation(
            "grows",
            Relation(S_rescaled, ">=", 2 * gamma**2 * norm_q1**2 * lambda_max),
            over=("W", "gamma"),
            given=("minimizer", "L >= 2"),
            tight=True,
            formal="unbounded.sharpness_unbounded",
            mutants=(
                scaled("2 -> 2.1", sp.Rational(21, 20)),
                swapped("gamma^2 -> gamma^3", {gamma**2: gamma**3}),
                scaled("times |p|", norm_p),
            ),
        ),
    ),
)


def rescaled_minimizer(proof: Proof) -> tuple[int, int]:
    """Derive that the rescaled weights have the same regressor, and are a minimizer with the old ones."""
    moved, q_2 = define(proof, "rescaled w"), define(proof, "rescaled q_2")
    q_0, backward = define(proof, "q_0", flipped=True), define(proof, "q")
    first = proof.step(INSTANCE, (q(0), "==", W(1).T * q(1)), backward, data=((k, sp.S.One),))
    second = proof.step(INSTANCE, (q(1), "==", W(2).T * q(2)), backward, data=((k, sp.Integer(2)),),
                        given=("L >= 2",))
    same = proof.step(IDENTITY, (w_rescaled, "==", w), moved, q_2, q_0, first, second)
    minimizer = minimizer_hypothesis(proof)
    rescaled = proof.step(IDENTITY, (Sigma * w_rescaled, "==", Sigma * w_star), same, minimizer)
    return same, rescaled


def rescaled_bound(proof: Proof) -> int:
    """Derive ``u^T M u >= gamma^2 |q_1|^2 |u|^2`` for the kernel of the rescaled weights."""
    matrix, P_0 = define(proof, "rescaled M"), define(proof, "rescaled P_0")
    q_1, q_2, old = (define(proof, x) for x in ("rescaled q_1", "rescaled q_2", "norm_q1"))
    backward = define(proof, "q", flipped=True)
    second = proof.step(INSTANCE, (W(2).T * q(2), "==", q(1)), backward, data=((k, sp.Integer(2)),),
                        given=("L >= 2",))
    norm = proof.step(IDENTITY, (dot(q_scaled(1), q_scaled(1)), "==", gamma**2 * norm_q1**2),
                      q_1, q_2, second, old)
    terms = dot(q_scaled(k), q_scaled(k)) * dot(P_scaled(k - 1) * u, P_scaled(k - 1) * u)
    peeled = proof.step(
        IDENTITY,
        (dot(u, M_rescaled * u) - gamma**2 * norm_q1**2 * dot(u, u), "==", sp.Sum(terms, (k, 2, L))),
        matrix, P_0, norm)
    term = proof.step(SIGN, (terms, ">=", 0), scope=LAYERS)
    rest = proof.step(TERMWISE, (sp.Sum(terms, (k, 2, L)), ">=", 0), term, data=("sum", (k, 2, L)))
    positive = proof.step(TRANSITIVITY, (proof[peeled].lhs, ">=", 0), peeled, rest)
    return proof.step(SCALING, (dot(u, M_rescaled * u), ">=", gamma**2 * norm_q1**2 * dot(u, u)), positive,
                      data=sp.S.One)


def unbounded(proof: Proof) -> dict[str, int]:
    """The scalars cancel in the regressor, and the first term of the kernel grows."""
    same, rescaled = rescaled_minimizer(proof)
    regressor = proof.step(IDENTITY, (dot(u, w_rescaled), "==", dot(u, w)), same)
    bound = rescaled_bound(proof)
    factor = gamma**2 * norm_q1**2
    identity = factor * sp.Identity(w.rows)
    compared = proof.step(LOEWNER, (weighted_top(M_rescaled), ">=", weighted_top(identity)), bound,
                          data=(M_rescaled, identity))
    multiple = proof.step(MULTIPLE_OF_IDENTITY, (weighted_top(identity), "==", factor * lambda_max),
                          data=factor)
    chain = proof.step(TRANSITIVITY, (weighted_top(M_rescaled), ">=", factor * lambda_max),
                       compared, multiple)
    doubled = proof.step(SCALING, (2 * weighted_top(M_rescaled), ">=", 2 * factor * lambda_max), chain,
                         data=sp.Integer(2))
    eigenvalue = cite(proof, "sharpness", "eigenvalue")
    transferred = proof.step(TRANSFER, (S_rescaled, "==", 2 * weighted_top(M_rescaled)),
                             eigenvalue, rescaled, data="rescaled")
    grows = proof.step(TRANSITIVITY, (S_rescaled, ">=", proof[doubled].rhs), transferred, doubled)
    q_1 = proof.step(HYPOTHESIS, (norm_q1, ">", 0), given=("q_1 != 0",), note="beside the obligations")
    proof.step(LIMIT, (sp.Limit(2 * factor * lambda_max, gamma, sp.oo), "==", sp.oo), q_1,
               given=("E > 0",), note="so the sharpness has no upper bound")
    return {"same-regressor": regressor, "grows": grows}


THEOREMS = ((SHARPNESS_UNBOUNDED, unbounded),)
