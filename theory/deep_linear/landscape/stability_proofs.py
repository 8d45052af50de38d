"""Derivations about sharpness without bound and about learning rates."""

from __future__ import annotations

import sympy as sp

from ...language import quantities as Q
from ...language.nodes import Relation, dot, weighted_top
from ...proof.derivation import Derivation, Proof, i
from ...proof.rules.calculus import LIMIT
from ...proof.rules.eigenvalues import LOEWNER, MULTIPLE_OF_IDENTITY, RIESZ
from ...proof.rules.inequalities import SCALING, SIGN
from ...proof.rules.infima import DETERMINANT, INFIMUM, TRANSFER, WITNESS, ZERO_FORM
from ...proof.rules.logic import HYPOTHESIS, IDENTITY, INSTANCE, REWRITING, TRANSITIVITY
from ...proof.rules.sums import RECURSION, TERMWISE
from ...setting.network import (
    M_rescaled,
    P,
    P_scaled,
    P_shrunk,
    W,
    at_other_weights,
    curvature_shrunk,
    q,
    q_scaled,
    q_shrunk,
    s,
    w_ddot_shrunk,
    w_dot_shrunk,
)
from ..network.kernel_proofs import LAYERS, cite, define
from .bounds_proofs import minimizer_hypothesis, positive_backward

L, S, S_min, Sigma = Q.L, Q.S, Q.S_min, Q.Sigma
eta, gamma, k, norm_q1, u, w, w_star = (
    Q.eta, Q.gamma, Q.k, Q.norm_q1, Q.u, Q.w, Q.w_star)


def rescaled_minimizer(proof: Proof) -> tuple[int, int]:
    """The rescaled weights have the same regressor, and are a minimizer with the old ones."""
    moved, q_2 = define(proof, "rescaled w"), define(proof, "rescaled q_2")
    q_0, backward = define(proof, "q_0", flipped=True), define(proof, "q")
    first = proof.step(INSTANCE, (q(0), "==", W(1).T * q(1)), backward, data=((k, sp.S.One),))
    second = proof.step(INSTANCE, (q(1), "==", W(2).T * q(2)), backward, data=((k, sp.Integer(2)),),
                        given=("L >= 2",))
    same = proof.step(IDENTITY, (Q.w_rescaled, "==", w), moved, q_2, q_0, first, second)
    minimizer = minimizer_hypothesis(proof)
    rescaled = proof.step(IDENTITY, (Sigma * Q.w_rescaled, "==", Sigma * w_star), same, minimizer)
    return same, rescaled


def rescaled_bound(proof: Proof) -> int:
    """``u^T M u >= gamma^2 |q_1|^2 |u|^2`` for the kernel of the rescaled weights."""
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


def unbounded() -> Derivation:
    """The scalars cancel in the regressor; the first term of the kernel grows."""
    proof = Proof("sharpness-unbounded")
    same, rescaled = rescaled_minimizer(proof)
    regressor = proof.step(IDENTITY, (dot(u, Q.w_rescaled), "==", dot(u, w)), same)
    bound = rescaled_bound(proof)
    factor = gamma**2 * norm_q1**2
    identity = factor * sp.Identity(w.rows)
    compared = proof.step(LOEWNER, (weighted_top(M_rescaled), ">=", weighted_top(identity)), bound,
                          data=(M_rescaled, identity))
    multiple = proof.step(MULTIPLE_OF_IDENTITY, (weighted_top(identity), "==", factor * Q.lambda_max),
                          data=factor)
    chain = proof.step(TRANSITIVITY, (weighted_top(M_rescaled), ">=", factor * Q.lambda_max),
                       compared, multiple)
    doubled = proof.step(SCALING, (2 * weighted_top(M_rescaled), ">=", 2 * factor * Q.lambda_max), chain,
                         data=sp.Integer(2))
    eigenvalue = cite(proof, "sharpness", "eigenvalue")
    transferred = proof.step(TRANSFER, (Q.S_rescaled, "==", 2 * weighted_top(M_rescaled)),
                             eigenvalue, rescaled, data="rescaled")
    grows = proof.step(TRANSITIVITY, (Q.S_rescaled, ">=", proof[doubled].rhs), transferred, doubled)
    q_1 = proof.step(HYPOTHESIS, (norm_q1, ">", 0), given=("q_1 != 0",), note="beside the obligations")
    proof.step(LIMIT, (sp.Limit(2 * factor * Q.lambda_max, gamma, sp.oo), "==", sp.oo), q_1,
               given=("E > 0",), note="so the sharpness has no upper bound")
    return proof.done(same_regressor=regressor, grows=grows)


def _threshold(
    proof: Proof, bound: int, value: sp.Expr, *positive: int, needs: tuple[str, ...] = ()
) -> int:
    """``eta S > 2`` from ``S >= value > 0`` and ``eta > 2 / value``."""
    given = Relation(eta, ">", 2 / value)
    rate = proof.step(HYPOTHESIS, given, given=(given,))
    product = proof.step(SCALING, (eta * value, ">", 2), rate, *positive, data=value, given=needs)
    scaled = proof.step(SCALING, (eta * S, ">=", eta * value), bound, data=eta)
    return proof.step(TRANSITIVITY, (eta * S, ">", 2), scaled, product)


def _positive_minimum(proof: Proof, tight: int) -> int:
    """``S_min > 0``."""
    lower = proof.step(INFIMUM, (S_min, ">=", proof[tight].rhs), tight)
    sign = proof.step(SIGN, (proof[tight].rhs, ">", 0), given=("E > 0",))
    return proof.step(TRANSITIVITY, (S_min, ">", 0), lower, sign)


def _zero_hessian(proof: Proof) -> int:
    """At ``s W`` the second derivative carries a power of ``s``, at least the first when ``L >= 3``."""
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
    P_below = proof.step(INSTANCE, (P_shrunk(Q.j - 1), "==", s ** (Q.j - 1) * P(Q.j - 1)), P_before,
                         data=((k, Q.j),), scope=((Q.j, 1, L),))
    first, second, risk = (cite(proof, "hessian", x) for x in ("first", "second", "risk"))
    vectors = []
    for cited, new, old, loss, before in (
        (first, w_dot_shrunk, Q.w_dot, L - 1, P_before), (second, w_ddot_shrunk, Q.w_ddot, L - 2, P_below)
    ):
        there = proof.step(TRANSFER, at_other_weights(proof[cited], "shrunk"), cited, data="shrunk")
        scaled = proof.step(REWRITING, (dot(u, new), "==", s**loss * dot(u, old)),
                            there, q_is, before, cited)
        vectors.append(proof.step(RIESZ, (new, "==", s**loss * old), scaled, data=u))
    there = proof.step(TRANSFER, at_other_weights(proof[risk], "shrunk"), risk, data="shrunk")
    filled = proof.step(
        REWRITING,
        (curvature_shrunk, "==", 2 * s ** (2 * L - 2) * dot(Q.w_dot, Sigma * Q.w_dot)
         + s ** (L - 2) * at_other_weights(Relation(dot(Q.g, Q.w_ddot), "==", 0), "shrunk").lhs.xreplace(
             {w_ddot_shrunk: Q.w_ddot})),
        there, *vectors)
    return proof.step(ZERO_FORM, (Q.hessian_at_zero, "==", 0), filled, given=("L >= 3",))


def learning_rate() -> Derivation:
    """The thresholds from the bounds; a gradient step that is non-singular somewhere."""
    proof = Proof("learning-rate")
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
    witness = proof.step(WITNESS, (Q.S_flat, "<=", 2 / eta), above)
    sharp = proof.step(SCALING, (eta * Q.S_flat, "<=", 2), witness, data=eta)

    at_zero = _zero_hessian(proof)

    _same, rescaled = rescaled_minimizer(proof)
    bound = rescaled_bound(proof)
    flat, adjoint = cite(proof, "sharpness", "hessian"), cite(proof, "kernel", "adjoint")
    _layer, _positive, _first, sign = positive_backward(proof)
    factor = gamma**2 * norm_q1**2
    growth = proof.step(LIMIT, (sp.Limit(2 * eta * factor * Q.lambda_pos, gamma, sp.oo), "==", sp.oo), sign)
    determinant = proof.step(DETERMINANT, (Q.step_determinant, "!=", 0),
                             rescaled, flat, adjoint, bound, growth, data=factor)
    return proof.done(exact=exact, paper=by_paper, tight=by_tight, sharp=sharp,
                      nonsingular_at_zero=at_zero, nonsingular_two_layers=determinant)


PROOFS = {"sharpness-unbounded": unbounded, "learning-rate": learning_rate}
