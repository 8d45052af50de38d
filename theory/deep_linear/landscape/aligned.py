"""The kernel of the aligned minimizer, and that of every network of depth one, is explicit."""

from __future__ import annotations

import sympy as sp

from ...language.nodes import dot
from ...language.quantities import L, M, Sigma, k, norm_p, r, u, w, w_star
from ...proof.builder import Proof
from ...proof.rules.eigenvalues import polarization
from ...proof.rules.logic import identity, rewrite, specialize
from ...proof.rules.sums import recursion
from ...setting.network import P, W, geometric, q, unit
from ..network.common import LAYERS
from .common import UPPER, back, front
from .formulas import rank_one_factor, spread


def aligned_kernel(p: Proof) -> tuple[int, int]:
    """Derive ``M = r I + (L-1)(|p|^2/r)^{1/(L-1)} w* w*^T`` for the aligned weights, which are a minimizer."""
    first, layer, norm, readout, P_0, forward, backward = (p.define(x) for x in (
        "aligned first", "aligned", "aligned unit", "aligned readout", "P_0", "P", "q"))
    q_0, upper = p.define("q_0", flipped=True), p.at(*UPPER)
    norm_1, norm_before = specialize(p, norm, k=1), specialize(upper, norm, k=k - 1)

    def front_at(index: sp.Expr) -> sp.MatrixExpr:
        return unit(index) * w_star.T / sp.sqrt(geometric(index))

    def back_at(index: sp.Expr) -> sp.MatrixExpr:
        return sp.sqrt(geometric(index)) * unit(index)

    start = identity(p, (P(1), "==", front_at(sp.S.One)), specialize(p, forward, k=1), P_0, first)
    grown = identity(p, (front_at(k), "==", W(k) * front_at(k - 1)), layer, norm_before)
    P_is = recursion(p.at(*LAYERS), start, forward, grown, P(k), front_at(k), W(k), k, 1, L, True)
    carried = identity(p, (back_at(k - 1), "==", W(k).T * back_at(k)), layer, norm)
    q_is = recursion(p.at(*LAYERS), readout, backward, carried, q(k), back_at(k), W(k).T, k, 1, L, False)
    q_1 = specialize(p, q_is, k=1)
    w_is = identity(p, (w, "==", w_star), q_0, specialize(p, backward, k=1), q_1, first, norm_1)
    minimizer = identity(p, (Sigma * w, "==", Sigma * w_star), w_is)

    rest = sp.Sum(back(k) * front(k - 1), (k, 2, L))
    peeled = rewrite(p, (dot(u, M * u), "==", back(sp.S.One) * dot(u, u) + rest), p.cite("kernel", "matrix"), P_0)
    form = spread(r, rank_one_factor(r), w_star)
    filled = rewrite(p, (dot(u, M * u), "==", dot(u, form * u)),
                     peeled, q_1, q_is, specialize(upper, P_is, k=k - 1), norm, norm_before, norm_1)
    return polarization(p, (M, "==", form), filled), minimizer


def depth_one_kernel(p: Proof) -> int:
    """Derive ``M = |p|^2 I`` at depth one."""
    form = norm_p**2 * sp.Identity(w.rows)
    quadratic = rewrite(p.given("L == 1"), (dot(u, M * u), "==", dot(u, form * u)),
                        p.cite("kernel", "matrix"), p.define("P_0"), p.define("norm_p"))
    return polarization(p, (M, "==", form), quadratic)
