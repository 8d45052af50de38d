"""Above some learning rates every minimizer is unstable."""

from __future__ import annotations

import sympy as sp

from ...algebra.layer_ranges import i
from ...language.claim import Claim, Obligation, assuming, operator, scaled, swapped, without
from ...language.nodes import Relation, dot
from ...language.quantities import (
    L,
    S,
    S_flat,
    S_min,
    Sigma,
    eta,
    g,
    gamma,
    hessian_at_zero,
    j,
    k,
    lambda_pos,
    norm_p,
    norm_q1,
    step_determinant,
    step_determinant_zero,
    u,
    w_ddot,
    w_dot,
)
from ...proof.builder import Proof, cite, define
from ...proof.rules.calculus import LIMIT
from ...proof.rules.eigenvalues import RIESZ
from ...proof.rules.inequalities import SCALING, SIGN
from ...proof.rules.infima import DETERMINANT, INFIMUM, TRANSFER, WITNESS, ZERO_FORM
from ...proof.rules.logic import HYPOTHESIS, IDENTITY, INSTANCE, REWRITING, TRANSITIVITY
from ...proof.rules.sums import RECURSION
from ...setting.network import (
    P,
    P_shrunk,
    W,
    at_other_weights,
    curvature_shrunk,
    q,
    q_shrunk,
    s,
    w_ddot_shrunk,
    w_dot_shrunk,
)
from ..network.common import LAYERS
from .common import positive_backward
from .formulas import ATTAINABLE, PAPER_LOWER, TIGHT_LOWER
from .sharpness_unbounded import rescaled_bound, rescaled_minimizer


def _unstable(name: str, threshold: sp.Expr) -> Obligation:
    """Return the obligation that above the threshold every minimizer has a multiplier ``1 - eta S < -1``."""
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


def _threshold(
    proof: Proof, bound: int, value: sp.Expr, *positive: int, needs: tuple[str, ...] = ()
) -> int:
    """Derive ``eta S > 2`` from ``S >= value > 0`` and ``eta > 2
    value``.
    """
    given = Relation(eta, ">", 2 / value)
    rate = proof.step(HYPOTHESIS, given, given=(given,))
    product = proof.step(SCALING, (eta * value, ">", 2), rate, *positive, data=value, given=needs)
    scaled = proof.step(SCALING, (eta * S, ">=", eta * value), bound, data=eta)
    return proof.step(TRANSITIVITY, (eta * S, ">", 2), scaled, product)


def _positive_minimum(proof: Proof, tight: int) -> int:
    """Derive ``S_min > 0``."""
    lower = proof.step(INFIMUM, (S_min, ">=", proof[tight].rhs), tight)
    sign = proof.step(SIGN, (proof[tight].rhs, ">", 0), given=("E > 0",))
    return proof.step(TRANSITIVITY, (S_min, ">", 0), lower, sign)


def _zero_hessian(proof: Proof) -> int:
    """Derive that the Hessian at zero vanishes: at ``s W`` it carries a positive power of ``s`` when ``L >= 3``."""
    shrunk, P_0, forward = (define(proof, x) for x in ("shrunk", "shrunk P_0", "shrunk P"))
    q_L, backward = define(proof, "shrunk q_L"), define(proof, "shrunk q")
    old_0, old_forward, old_backward = define(proof, "P_0"), define(proof, "P"), define(proof, "q")
    layer = s * W(k)
    up = proof.step(IDENTITY, (P_shrunk(k), "==", layer * P_shrunk(k - 1)), forward, shrunk, scope=LAYERS)
    start = proof.step(IDENTITY, (P_shrunk(0), "==", s**0 * P(0)), P_0, old_0)
    power = proof.step(IDENTITY, (s**k * P(k), "==", layer * s ** (k - 1) * P(k - 1)), old_forward,
                       scope=LAYERS)
    up, power = (proof.step(INSTANCE, Relation(proof[n].lhs.xreplace({k: i}), "==", proof[n].rhs.xreplace({k: i})), n,
                            data=((k, i),), scope=((i, 1, L),)) for n in (up, power))
    P_is = proof.step(RECURSION, (P_shrunk(i), "==", s**i * P(i)), start, up, power,
                      data=(P_shrunk(i), s**i * P(i), s * W(i), i, sp.S.Zero, L, True), scope=((i, 0, L),))
    down = proof.step(IDENTITY, (q_shrunk(k - 1), "==", layer.T * q_shrunk(k)), backward, shrunk,
                      scope=LAYERS)
    end = proof.step(IDENTITY, (q_shrunk(L), "==", s**0 * q(L)), q_L)
    power = proof.step(
        IDENTITY, (s ** (L - k + 1) * q(k - 1), "==", layer.T * s ** (L - k) * q(k)), old_backward,
        scope=LAYERS)
    q_is = proof.step(RECURSION, (q_shrunk(k), "==", s ** (L - k) * q(k)), end, down, power,
                      data=(q_shrunk(k), s ** (L - k) * q(k), layer.T, k, sp.S.One, L, False), scope=LAYERS)
    P_before = proof.step(INSTANCE, (P_shrunk(k - 1), "==", s ** (k - 1) * P(k - 1)), P_is,
                          data=((i, k - 1),), scope=LAYERS)
    P_below = proof.step(INSTANCE, (P_shrunk(j - 1), "==", s ** (j - 1) * P(j - 1)), P_before,
                         data=((k, j),), scope=((j, 1, L),))
    first, second, risk = (cite(proof, "hessian", x) for x in ("first", "second", "risk"))
    vectors = []
    for cited, new, old, loss, before in (
        (first, w_dot_shrunk, w_dot, L - 1, P_before), (second, w_ddot_shrunk, w_ddot, L - 2, P_below)
    ):
        there = proof.step(TRANSFER, at_other_weights(proof[cited], "shrunk"), cited, data="shrunk")
        scaled = proof.step(REWRITING, (dot(u, new), "==", s**loss * dot(u, old)),
                            there, q_is, before, cited)
        vectors.append(proof.step(RIESZ, (new, "==", s**loss * old), scaled, data=u))
    there = proof.step(TRANSFER, at_other_weights(proof[risk], "shrunk"), risk, data="shrunk")
    filled = proof.step(
        REWRITING,
        (curvature_shrunk, "==", 2 * s ** (2 * L - 2) * dot(w_dot, Sigma * w_dot)
         + s ** (L - 2) * at_other_weights(Relation(dot(g, w_ddot), "==", 0), "shrunk").lhs.xreplace(
             {w_ddot_shrunk: w_ddot})),
        there, *vectors)
    return proof.step(ZERO_FORM, (hessian_at_zero, "==", 0), filled, given=("L >= 3",))


def learning_rate(proof: Proof) -> dict[str, int]:
    """The thresholds follow from the bounds. A gradient step is non-singular somewhere."""
    paper, tight = cite(proof, "sharpness-lower", "minimizers"), cite(
        proof, "sharpness-lower-tight", "minimizers")
    positive = _positive_minimum(proof, tight)
    infimum = define(proof, "S_min")
    exact = _threshold(proof, infimum, S_min, positive)
    by_paper = _threshold(proof, paper, proof[paper].rhs, needs=("E > 0",))
    by_tight = _threshold(proof, tight, proof[tight].rhs, needs=("E > 0",))

    below = Relation(eta, "<", 2 / S_min)
    rate = proof.step(HYPOTHESIS, below, given=(below,))
    above = proof.step(SCALING, (S_min, "<", 2 / eta), rate, positive, data=S_min / eta)
    witness = proof.step(WITNESS, (S_flat, "<=", 2 / eta), above)
    sharp = proof.step(SCALING, (eta * S_flat, "<=", 2), witness, data=eta)

    at_zero = _zero_hessian(proof)

    _same, rescaled = rescaled_minimizer(proof)
    bound = rescaled_bound(proof)
    flat, adjoint = cite(proof, "sharpness", "hessian"), cite(proof, "kernel", "adjoint")
    _layer, _positive, _first, sign = positive_backward(proof)
    factor = gamma**2 * norm_q1**2
    growth = proof.step(LIMIT, (sp.Limit(2 * eta * factor * lambda_pos, gamma, sp.oo), "==", sp.oo), sign)
    determinant = proof.step(DETERMINANT, (step_determinant, "!=", 0),
                             rescaled, flat, adjoint, bound, growth, data=factor)
    return {"exact": exact, "paper": by_paper, "tight": by_tight, "sharp": sharp, "nonsingular-at-zero": at_zero,
            "nonsingular-two-layers": determinant}


THEOREMS = ((LEARNING_RATE, learning_rate),)
