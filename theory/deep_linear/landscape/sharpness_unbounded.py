"""Minimizers can be arbitrarily sharp."""

from __future__ import annotations

import sympy as sp

from ...language.claim import Claim, Obligation, scaled, swapped
from ...language.nodes import Relation, dot
from ...language.quantities import L, S_rescaled, Sigma, gamma, k, lambda_max, norm_p, norm_q1, u, w, w_rescaled, w_star
from ...proof.builder import Proof
from ...proof.rules.calculus import limit
from ...proof.rules.eigenvalues import monotone_eigenvalue, multiple_of_identity
from ...proof.rules.inequalities import scale, sign
from ...proof.rules.infima import transfer
from ...proof.rules.logic import chain, hypothesis, identity, specialize
from ...proof.rules.sums import term_by_term
from ...setting.network import M_rescaled, P_scaled, q_scaled

SHARPNESS_UNBOUNDED = Claim(
    id="sharpness-unbounded",
    title="Minimizers can be arbitrarily sharp",
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


def rescaled_minimizer(p: Proof) -> tuple[int, int]:
    """Derive that the rescaled weights have the same regressor, and are a minimizer with the old ones."""
    moved, q_2, backward = (p.define(x) for x in ("rescaled w", "rescaled q_2", "q"))
    q_0 = p.define("q_0", flipped=True)
    first, second = specialize(p, backward, k=1), specialize(p.given("L >= 2"), backward, k=2)
    same = identity(p, (w_rescaled, "==", w), moved, q_2, q_0, first, second)
    return same, identity(p, (Sigma * w_rescaled, "==", Sigma * w_star), same, hypothesis(p, "minimizer"))


def rescaled_bound(p: Proof) -> int:
    """Derive ``u^T M u >= gamma^2 |q_1|^2 |u|^2`` for the kernel of the rescaled weights."""
    matrix, P_0, q_1, q_2, old = (
        p.define(x) for x in ("rescaled M", "rescaled P_0", "rescaled q_1", "rescaled q_2", "norm_q1"))
    second = specialize(p.given("L >= 2"), p.define("q", flipped=True), k=2)
    norm = identity(p, (dot(q_scaled(1), q_scaled(1)), "==", gamma**2 * norm_q1**2), q_1, q_2, second, old)
    terms = dot(q_scaled(k), q_scaled(k)) * dot(P_scaled(k - 1) * u, P_scaled(k - 1) * u)
    term = sign(p.at((k, 2, L)), (terms, ">=", 0))
    rest = term_by_term(p, term, "sum", (k, 2, L), to=(sp.Sum(terms, (k, 2, L)), ">=", 0))
    return scale(p.note("the first term of the kernel and the rest"), rest, 1, matrix, P_0, norm,
                 to=(dot(u, M_rescaled * u), ">=", gamma**2 * norm_q1**2 * dot(u, u)))


def unbounded(p: Proof) -> dict[str, int]:
    """The scalars cancel in the regressor, and the first term of the kernel grows."""
    same, rescaled = rescaled_minimizer(p)
    regressor = identity(p, (dot(u, w_rescaled), "==", dot(u, w)), same)
    factor = gamma**2 * norm_q1**2
    compared = monotone_eigenvalue(p, rescaled_bound(p), M_rescaled, factor * sp.Identity(w.rows))
    doubled = scale(p, chain(p, compared, multiple_of_identity(p, factor)), 2)
    grows = chain(p, transfer(p, p.cite("sharpness", "eigenvalue"), "rescaled", rescaled), doubled)
    q_1 = hypothesis(p.note("beside the obligations"), "q_1 != 0")
    limit(p.given("E > 0").note("so the sharpness has no upper bound"),
          (sp.Limit(2 * factor * lambda_max, gamma, sp.oo), "==", sp.oo), q_1)
    return {"same-regressor": regressor, "grows": grows}


THEOREMS = ((SHARPNESS_UNBOUNDED, unbounded),)
