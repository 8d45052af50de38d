"""The kernel of the aligned minimizer, and that of every network of depth one, is explicit."""

from __future__ import annotations

import sympy as sp

from ...language.nodes import dot
from ...language.quantities import L, M, Sigma, k, norm_p, r, u, w, w_star
from ...proof.builder import Proof, cite, define
from ...proof.rules.eigenvalues import POLARIZATION
from ...proof.rules.logic import IDENTITY, INSTANCE, REWRITING
from ...proof.rules.sums import RECURSION
from ...setting.network import P, W, geometric, q, unit
from ..network.common import LAYERS
from .common import UPPER, back, front
from .formulas import rank_one_factor, spread


def aligned_kernel(proof: Proof) -> tuple[int, int]:
    """Derive ``M = r I + (L-1)(|p|^2/r)^{1/(L-1)} w* w*^T`` for the aligned weights, which are a minimizer."""
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
    """Derive ``M = |p|^2 I`` at depth one."""
    matrix, P_0, readout = cite(proof, "kernel", "matrix"), define(proof, "P_0"), define(proof, "norm_p")
    form = norm_p**2 * sp.Identity(w.rows)
    quadratic = proof.step(REWRITING, (dot(u, M * u), "==", dot(u, form * u)), matrix, P_0, readout,
                           given=("L == 1",))
    return proof.step(POLARIZATION, (M, "==", form), quadratic)
