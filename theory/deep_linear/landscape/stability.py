"""Section 2, continued: sharpness without bound, and learning rates."""

from __future__ import annotations

import sympy as sp

from ...language.claim import Claim, Obligation, assuming, operator, scaled, swapped, without
from ...language.nodes import Relation, dot
from ...language.quantities import (
    L,
    S,
    S_flat,
    S_min,
    S_rescaled,
    eta,
    gamma,
    hessian_at_zero,
    lambda_max,
    norm_p,
    norm_q1,
    step_determinant,
    step_determinant_zero,
    u,
    w,
    w_rescaled,
)
from .formulas import PAPER_LOWER, TIGHT_LOWER
from .landscape import ATTAINABLE

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


def _unstable(name: str, threshold: sp.Expr) -> Obligation:
    """Above the threshold every minimizer has a multiplier ``1 - eta S < -1``."""
    return Obligation(
        name,
        Relation(eta * S, ">", sp.Integer(2)),
        over=("W", "eta"),
        given=(*ATTAINABLE, Relation(eta, ">", threshold)),
        mutants=(
            scaled("2 -> 2.05 (a smaller threshold)", sp.Rational(41, 40)),
            assuming("> -> >=", lambda given: Relation(given.lhs, ">=", given.rhs)),
            assuming("half the threshold", lambda given: Relation(given.lhs, given.op, given.rhs / 2)),
            assuming("read-out multiplied, not divided", lambda given: Relation(
                given.lhs, given.op, given.rhs * norm_p ** (4 / L))),
        ),
    )


LEARNING_RATE = Claim(
    id="learning-rate",
    title="Learning rates above which every minimizer is unstable",
    kind="inequality",
    origins=("paper", "ours"),
    requires=("sharpness-lower", "sharpness-lower-tight", "min-sharpness"),
    note="That gradient descent then converges to a minimizer only from a null set is the general "
    "theorem on unstable fixed points (Ahn, Zhang and Sra 2022), cited here; its hypothesis, a gradient "
    "step that is non-singular at one point, is the last two obligations (for some rescaling gamma; for "
    "L = 1 the step is affine).",
    obligations=(
        _unstable("exact", 2 / S_min),
        _unstable("paper", 2 / PAPER_LOWER),
        _unstable("tight", 2 / TIGHT_LOWER),
        Obligation(
            "sharp",
            Relation(eta * S_flat, "<=", sp.Integer(2)),
            space="problem",
            over=("eta",),
            given=("E > 0", Relation(eta, "<", 2 / S_min)),
            decide="exists",
            mutants=(
                scaled("2 -> 1.95", sp.Rational(39, 40)),
                assuming("a larger threshold", lambda given: Relation(
                    given.lhs, given.op, given.rhs * sp.Rational(21, 20))),
                assuming("threshold 2/S_min -> 4/S_min", lambda given: Relation(
                    given.lhs, given.op, 2 * given.rhs)),
            ),
        ),
        Obligation(
            "nonsingular-at-zero",
            Relation(hessian_at_zero, "==", sp.S.Zero),
            given=("L >= 3",),
            space="dense",
            direct=True,
            mutants=(without("L >= 3"),),
        ),
        Obligation(
            "nonsingular-two-layers",
            Relation(step_determinant, "!=", sp.S.Zero),
            over=("eta",),
            given=("minimizer", "E > 0", "L >= 2"),
            decide="exists",
            space="dense",
            direct=True,
            mutants=(
                operator("!= -> ==", "=="),
                swapped("at W = 0", {step_determinant: step_determinant_zero}, "lhs"),
            ),
        ),
    ),
)

CLAIMS = (SHARPNESS_UNBOUNDED, LEARNING_RATE)
