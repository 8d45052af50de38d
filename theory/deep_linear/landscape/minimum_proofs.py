"""Derivations of the least sharpness and the least trace, with the aligned minimizer."""

from __future__ import annotations

import sympy as sp

from ...language import quantities as Q
from ...language.nodes import Minimum, dot, frobenius, weighted_top
from ...proof.derivation import Derivation, Proof
from ...proof.rules.calculus import CONVEXITY, LIMIT, MINIMIZE
from ...proof.rules.eigenvalues import GRAM, MULTIPLE_OF_IDENTITY, POLARIZATION, RIESZ, TRACE_FORM
from ...proof.rules.inequalities import AM_GM, CAUCHY_SCHWARZ, POWER, SCALING
from ...proof.rules.infima import AT_LEAST_VALUE, EXHIBITED, INFIMUM, LEAST
from ...proof.rules.logic import ANTISYMMETRY, CASES, IDENTITY, INSTANCE, REWRITING, TRANSITIVITY
from ...proof.rules.sums import RECURSION, TERMWISE
from ...setting.network import P, Sigma_half, W, geometric, q, unit
from ..network.kernel_proofs import LAYERS, cite, define, gram_premises, regressor
from .bounds_proofs import (
    UPPER,
    back,
    front,
    minimizer_hypothesis,
    primal_at_signal,
    primal_bound,
    rank_one_factor,
    spread,
)

E, L, M, S, Sigma, S_min = Q.E, Q.L, Q.M, Q.S, Q.Sigma, Q.S_min
k, norm_p, norm_q1, r, u, w, w_star = Q.k, Q.norm_p, Q.norm_q1, Q.r, Q.u, Q.w, Q.w_star
trace, trace_min, trace_Sigma = Q.trace, Q.trace_min, Q.trace_Sigma
PRIMAL: sp.Expr = 2 * weighted_top(spread(r, rank_one_factor(r), w_star))


def aligned_kernel(proof: Proof) -> tuple[int, int]:
    """``M = r I + (L-1)(|p|^2/r)^{1/(L-1)} w* w*^T`` for the aligned weights, which are a minimizer."""
    first, layer, norm, readout = (
        define(proof, x) for x in ("aligned first", "aligned", "aligned unit", "aligned readout"))
    P_0, q_0 = define(proof, "P_0"), define(proof, "q_0", flipped=True)
    front_k = unit(k) * w_star.T / sp.sqrt(geometric(k))
    back_k = sp.sqrt(geometric(k)) * unit(k)

    norm_before = proof.step(INSTANCE, (dot(unit(k - 1), unit(k - 1)), "==", 1), norm,
                             data=((k, k - 1),), scope=UPPER)
    norm_1 = proof.step(INSTANCE, (dot(unit(1), unit(1)), "==", 1), norm, data=((k, sp.S.One),))
    forward = define(proof, "P")
    forward_1 = proof.step(INSTANCE, (P(1), "==", W(1) * P(0)), forward, data=((k, sp.S.One),))
    start = proof.step(IDENTITY, (P(1), "==", front_k.xreplace({k: sp.S.One})), forward_1, P_0, first)
    same = proof.step(IDENTITY, (front_k, "==", W(k) * front_k.xreplace({k: k - 1})), layer, norm_before,
                      scope=UPPER)
    P_is = proof.step(RECURSION, (P(k), "==", front_k), start, define(proof, "P", scope=UPPER), same,
                      data=(P(k), front_k, W(k), k, sp.S.One, L, True), scope=LAYERS)

    backward = define(proof, "q")
    backward_1 = proof.step(INSTANCE, (q(0), "==", W(1).T * q(1)), backward, data=((k, sp.S.One),))
    end = proof.step(IDENTITY, (q(L), "==", back_k.xreplace({k: L})), readout)
    same = proof.step(IDENTITY, (back_k.xreplace({k: k - 1}), "==", W(k).T * back_k), layer, norm,
                      scope=UPPER)
    q_is = proof.step(RECURSION, (q(k), "==", back_k), end, define(proof, "q", scope=UPPER), same,
                      data=(q(k), back_k, W(k).T, k, sp.S.One, L, False), scope=LAYERS)
    q_1 = proof.step(INSTANCE, (q(1), "==", back_k.xreplace({k: sp.S.One})), q_is, data=((k, sp.S.One),))
    w_is = proof.step(IDENTITY, (w, "==", w_star), q_0, backward_1, q_1, first, norm_1)
    minimizer = proof.step(IDENTITY, (Sigma * w, "==", Sigma * w_star), w_is)

    matrix = cite(proof, "kernel", "matrix")
    peeled = proof.step(
        REWRITING,
        (dot(u, M * u), "==", back(sp.S.One) * dot(u, u) + sp.Sum(back(k) * front(k - 1), (k, 2, L))),
        matrix, P_0)
    P_before = proof.step(INSTANCE, (P(k - 1), "==", front_k.xreplace({k: k - 1})), P_is,
                          data=((k, k - 1),), scope=UPPER)
    form = spread(r, rank_one_factor(r), w_star)
    filled = proof.step(REWRITING, (dot(u, M * u), "==", dot(u, form * u)),
                        peeled, q_1, q_is, P_before, norm, norm_before, norm_1)
    return proof.step(POLARIZATION, (M, "==", form), filled), minimizer


def depth_one_kernel(proof: Proof) -> int:
    """``M = |p|^2 I`` at depth one."""
    matrix, P_0, readout = cite(proof, "kernel", "matrix"), define(proof, "P_0"), define(proof, "norm_p")
    form = norm_p**2 * sp.Identity(w.rows)
    quadratic = proof.step(REWRITING, (dot(u, M * u), "==", dot(u, form * u)), matrix, P_0, readout,
                           given=("L == 1",))
    return proof.step(POLARIZATION, (M, "==", form), quadratic)


def least_primal(proof: Proof) -> int:
    """The function of ``r`` has a least value: it grows at both ends."""
    below = primal_at_signal(proof)
    function, bound = PRIMAL, proof[below].rhs
    at_zero = proof.step(LIMIT, (sp.Limit(bound, r, 0, "+"), "==", sp.oo), given=("E > 0", "L >= 2"))
    at_infinity = proof.step(LIMIT, (sp.Limit(bound, r, sp.oo), "==", sp.oo), given=("E > 0", "L >= 2"))
    return proof.step(LEAST, (function, ">=", Minimum(function, r)), below, at_zero, at_infinity,
                      data=(function, bound, r))


def min_sharpness() -> Derivation:
    """Every minimizer lies above the curve, the aligned one on it; the curve has a lowest point."""
    proof = Proof("min-sharpness")
    every, sign = primal_bound(proof)

    M_is, shown = aligned_kernel(proof)
    eigenvalue = cite(proof, "sharpness", "eigenvalue")
    attained = proof.step(REWRITING, (S, "==", PRIMAL), eigenvalue, M_is)

    M_one = depth_one_kernel(proof)
    identity = norm_p**2 * sp.Identity(w.rows)
    top = proof.step(IDENTITY, (weighted_top(M), "==", weighted_top(identity)), M_one)
    multiple = proof.step(MULTIPLE_OF_IDENTITY, (weighted_top(identity), "==", norm_p**2 * Q.lambda_max),
                          data=norm_p**2)
    doubled = proof.step(REWRITING, (S, "==", 2 * norm_p**2 * Q.lambda_max), eigenvalue, top, multiple)

    proof.step(
        CONVEXITY,
        (sp.Derivative(r * Q.alpha + rank_one_factor(r) * Q.tau, (r, 2)), ">=", 0), given=("L >= 2",),
        note="the largest eigenvalue is the maximum of these functions over directions: convex in r")
    least = least_primal(proof)
    at_q1 = proof.step(INSTANCE, (PRIMAL.subs(r, norm_q1**2), ">=", Minimum(PRIMAL, r)), least, sign,
                       data=((r, norm_q1**2),))
    above = proof.step(TRANSITIVITY, (S, ">=", Minimum(PRIMAL, r)), every, at_q1)
    lower = proof.step(INFIMUM, (S_min, ">=", Minimum(PRIMAL, r)), above)
    value = proof.step(EXHIBITED, (S_min, "<=", PRIMAL), attained, shown)
    upper = proof.step(AT_LEAST_VALUE, (S_min, "<=", Minimum(PRIMAL, r)), value, least, data=(PRIMAL, r))
    statement = proof.step(ANTISYMMETRY, (S_min, "==", Minimum(PRIMAL, r)), upper, lower)
    return proof.done(every_minimizer=every, attained=attained, depth_one=doubled, statement=statement)


def trace_master(proof: Proof) -> int:
    """``tr(Sigma M)^L >= L^L |p|^2 tr(Sigma) E^{L-1}`` at minimizers, as for the kernel itself."""
    matrix = cite(proof, "kernel", "matrix")
    summed = proof.step(
        TRACE_FORM,
        (sp.Trace(Sigma * M), "==", sp.Sum(back(k) * frobenius(P(k - 1) * Sigma_half), (k, 1, L))),
        matrix, data=(M, back(k), P(k - 1), (k, 1, L)))
    term = back(k) * frobenius(P(k - 1) * Sigma_half)
    means = proof.step(
        AM_GM, (sp.Sum(term, (k, 1, L)) ** L, ">=", L**L * sp.Product(term, (k, 1, L))),
        data=(term, (k, 1, L), "power"))
    root, trace_is = define(proof, "root"), define(proof, "trace_Sigma")
    P_0, readout = define(proof, "P_0"), define(proof, "norm_p")
    inner = sp.Product(back(k) * frobenius(P(k) * Sigma_half), (k, 1, L - 1))
    shifted = proof.step(
        REWRITING, (sp.Trace(Sigma * M) ** L, ">=", L**L * norm_p**2 * trace_Sigma * inner),
        means, proof.step(IDENTITY, (proof[summed].rhs, "==", sp.Trace(Sigma * M)), summed),
        P_0, root, readout, trace_is)
    cut = regressor(proof)
    vector = proof.step(REWRITING, (dot(u, P(k).T * q(k)), "==", dot(u, w)), cut, scope=LAYERS)
    vector = proof.step(RIESZ, (P(k).T * q(k), "==", w), vector, data=u, scope=LAYERS)
    cauchy = proof.step(
        CAUCHY_SCHWARZ,
        (back(k) * frobenius(P(k) * Sigma_half), ">=",
         dot(Sigma_half * P(k).T * q(k), Sigma_half * P(k).T * q(k))),
        data=(q(k), P(k) * Sigma_half), scope=LAYERS)
    minimizer, energy = minimizer_hypothesis(proof), define(proof, "E")
    layer = proof.step(REWRITING, (back(k) * frobenius(P(k) * Sigma_half), ">=", E),
                       cauchy, root, vector, minimizer, energy, scope=LAYERS)
    layers = proof.step(TERMWISE, (inner, ">=", sp.Product(E, (k, 1, L - 1))), layer,
                        data=("product", (k, 1, L - 1)))
    factor = L**L * norm_p**2 * trace_Sigma
    scaled = proof.step(SCALING, (factor * inner, ">=", factor * E ** (L - 1)), layers, data=factor)
    return proof.step(TRANSITIVITY, (sp.Trace(Sigma * M) ** L, ">=", factor * E ** (L - 1)), shifted, scaled)


def min_trace() -> Derivation:
    """The master inequality under the trace; the aligned minimizer; calculus over ``r``."""
    proof = Proof("min-trace")
    flat = cite(proof, "sharpness", "hessian")
    inner, norm = gram_premises(proof)
    formula = proof.step(GRAM, (trace, "==", 2 * sp.Trace(Sigma * M)), flat, inner, norm,
                         data=(M, sp.Integer(2)))

    law = 2 * L * norm_p ** (2 / L) * trace_Sigma ** (1 / L) * E ** (1 - 1 / L)
    root = proof.step(POWER, (sp.Trace(Sigma * M), ">=", law / 2), trace_master(proof), data=1 / L)
    doubled = proof.step(SCALING, (2 * sp.Trace(Sigma * M), ">=", law), root, data=sp.Integer(2))
    every = proof.step(TRANSITIVITY, (trace, ">=", law), formula, doubled)

    M_is, shown = aligned_kernel(proof)
    energy, trace_is = define(proof, "E"), define(proof, "trace_Sigma")
    function = 2 * (r * trace_Sigma + rank_one_factor(r) * E)
    attained = proof.step(REWRITING, (trace, "==", function), formula, M_is, energy, trace_is)

    value = proof.step(EXHIBITED, (trace_min, "<=", function), attained, shown)
    least = proof.step(MINIMIZE, (Minimum(function, r), "==", law), data=(function, r),
                       given=("E > 0", "L >= 2"), note="calculus over r")
    deep = proof.step(AT_LEAST_VALUE, (trace_min, "<=", law), value, least, data=(function, r))
    M_one = depth_one_kernel(proof)
    at_one = proof.step(REWRITING, (trace, "==", law), formula, M_one, trace_is)
    shallow = proof.step(INFIMUM, (trace_min, "==", law), at_one)
    shallow = proof.step(TRANSITIVITY, (trace_min, "<=", law), shallow)
    upper = proof.step(CASES, (trace_min, "<=", law), shallow, deep)
    lower = proof.step(INFIMUM, (trace_min, ">=", law), every)
    statement = proof.step(ANTISYMMETRY, (trace_min, "==", law), upper, lower)
    return proof.done(formula=formula, every_minimizer=every, attained=attained, statement=statement)


PROOFS = {"min-sharpness": min_sharpness, "min-trace": min_trace}
