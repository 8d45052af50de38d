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
    eta,
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
from ...proof.builder import Proof
from ...proof.rules.calculus import limit
from ...proof.rules.eigenvalues import every_direction
from ...proof.rules.inequalities import scale, sign
from ...proof.rules.infima import infimum, nearly_flattest, no_eigenvalue_one, transfer, zero_form
from ...proof.rules.logic import chain, hypothesis, identity, rewrite, specialize
from ...proof.rules.sums import recursion
from ...setting.network import (
    P,
    P_shrunk,
    W,
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
    origins=("paper", "ours"),
    requires=("sharpness-lower", "sharpness-lower-tight", "min-sharpness"),
    note="That gradient descent then converges to a minimizer only from a null set is the general "
    "theorem on unstable fixed points (Ahn, Zhang and Sra 2022), cited here; its hypothesis, a gradient "
    "step that is non-singular at one point, is the last two statements (for some rescaling gamma; for "
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


def _threshold(p: Proof, bound: int, *positive: int, needs: tuple[str, ...] = ()) -> int:
    """Derive ``eta S > 2`` from ``S >= value > 0`` and ``eta > 2 / value``."""
    value = p[bound].rhs
    rate = hypothesis(p, Relation(eta, ">", 2 / value))
    product = scale(p.given(*needs), rate, value, *positive, to=(eta * value, ">", 2))
    return chain(p, scale(p, bound, eta), product)


def _zero_hessian(p: Proof) -> int:
    """Derive that the Hessian at zero vanishes: at ``s W`` it carries a positive power of ``s`` when ``L >= 3``."""
    shrunk, P_0, forward, q_L, backward, old_0, old_forward, old_backward = (p.define(x) for x in (
        "shrunk", "shrunk P_0", "shrunk P", "shrunk q_L", "shrunk q", "P_0", "P", "q"))
    layer = s * W(k)
    up = identity(p, (P_shrunk(k), "==", layer * P_shrunk(k - 1)), forward, shrunk)
    up, old_up = (specialize(p.at((i, 1, L)), n, k=i) for n in (up, scale(p, old_forward, s**k)))
    P_is = recursion(p.at((i, 0, L)), chain(p, P_0, old_0), up, old_up,
                     P_shrunk(i), s**i * P(i), s * W(i), i, 0, L, True)
    down = identity(p, (q_shrunk(k - 1), "==", layer.T * q_shrunk(k)), backward, shrunk)
    q_is = recursion(p.at(*LAYERS), q_L, down, scale(p, old_backward, s ** (L - k + 1)),
                     q_shrunk(k), s ** (L - k) * q(k), layer.T, k, 1, L, False)
    P_before, P_below = specialize(p.at(*LAYERS), P_is, i=k - 1), specialize(p.at((j, 1, L)), P_is, i=j - 1)
    first, second, risk = (p.cite("hessian", x) for x in ("first", "second", "risk"))
    values = {w_dot_shrunk: s ** (L - 1) * w_dot, w_ddot_shrunk: s ** (L - 2) * w_ddot}
    vectors = []
    for cited, before, (new, value) in zip((first, second), (P_before, P_below), values.items(), strict=True):
        scaled = rewrite(p, (dot(u, new), "==", dot(u, value)), transfer(p, cited, "shrunk"), q_is, before, cited)
        vectors.append(every_direction(p, (new, "==", value), scaled, u))
    there = transfer(p, risk, "shrunk")
    filled = rewrite(p, (curvature_shrunk, "==", p[there].rhs.xreplace(values)), there, *vectors)
    return zero_form(p.given("L >= 3"), filled)


def learning_rate(p: Proof) -> dict[str, int]:
    """The thresholds follow from the bounds. A gradient step is non-singular somewhere."""
    paper, tight = (p.cite(x, "minimizers") for x in ("sharpness-lower", "sharpness-lower-tight"))
    positive = chain(p, infimum(p, tight), sign(p.given("E > 0"), (p[tight].rhs, ">", 0)))
    exact = _threshold(p, p.define("S_min", flipped=True), positive)
    by_paper, by_tight = (_threshold(p, bound, needs=("E > 0",)) for bound in (paper, tight))
    above = scale(p, hypothesis(p, Relation(eta, "<", 2 / S_min)), S_min / eta, positive)
    sharp = scale(p, nearly_flattest(p, above), eta)

    at_zero = _zero_hessian(p)

    _same, rescaled = rescaled_minimizer(p)
    bound, factor = rescaled_bound(p), gamma**2 * norm_q1**2
    flat, adjoint = p.cite("sharpness", "hessian"), p.cite("kernel", "adjoint")
    *_others, first = positive_backward(p)
    growth = limit(p, (sp.Limit(2 * eta * factor * lambda_pos, gamma, sp.oo), "==", sp.oo), first)
    determinant = no_eigenvalue_one(p, rescaled, flat, adjoint, bound, growth, factor)
    return {"exact": exact, "paper": by_paper, "tight": by_tight, "sharp": sharp, "nonsingular-at-zero": at_zero,
            "nonsingular-two-layers": determinant}


THEOREMS = ((LEARNING_RATE, learning_rate),)
