"""The proofs about minimizers share these steps: bounds on the kernel of a minimizer, and depth one."""

from __future__ import annotations

import sympy as sp

from ...language.nodes import dot, weighted_top
from ...language.quantities import E, L, M, Sigma, b, k, norm_q1, r, u, w, w_star
from ...proof.builder import Proof
from ...proof.rules.eigenvalues import monotone_eigenvalue, pencil, rayleigh
from ...proof.rules.inequalities import cauchy_schwarz, means, positive_factor, scale
from ...proof.rules.infima import infimum
from ...proof.rules.logic import chain, hypothesis, identity, rewrite, specialize
from ...proof.rules.sums import term_by_term
from ...setting.network import P, q
from ..network.common import LAYERS, regressor
from .formulas import rank_one_factor, spread

UPPER = ((k, 2, L),)

DEEP = ("E > 0", "L >= 2")


def back(index: sp.Expr) -> sp.Expr:
    """Return ``|q_k|^2``, which is also written ``r_k``."""
    return dot(q(index), q(index))


def front(index: sp.Expr) -> sp.Expr:
    """Return ``|P_k u|^2``."""
    return dot(P(index) * u, P(index) * u)


def minimizer_energy(p: Proof) -> tuple[int, int]:
    """Suppose a minimizer and derive ``w^T Sigma w* = E``."""
    minimizer, energy = hypothesis(p, "minimizer"), p.define("E")
    return minimizer, identity(p, (dot(w, Sigma * w_star), "==", E), minimizer, energy)


def layer_inequality(p: Proof) -> int:
    """Derive ``r_k |P_k u|^2 >= <w, u>^2`` for every layer, by Cauchy-Schwarz where the regressor is cut."""
    cut = regressor(p)
    cauchy = cauchy_schwarz(p.at(*LAYERS), q(k), P(k) * u)
    return rewrite(p, (back(k) * front(k), ">=", dot(w, u) ** 2), cauchy, cut)


def positive_backward(p: Proof) -> tuple[int, int, int, int]:
    """Derive ``r_k |P_k u|^2 >= <w, u>^2``; ``r_k > 0``; the definition of ``|q_1|``; ``|q_1|^2 > 0``.

    At a minimizer no backward vector vanishes, when ``E > 0``.
    """
    layer = layer_inequality(p)
    _minimizer, energy = minimizer_energy(p)
    signal = front(k).xreplace({u: Sigma * w_star})
    at_minimizer = specialize(p, layer, energy, u=Sigma * w_star, to=(back(k) * signal, ">=", E**2))
    positive = positive_factor(p.note("no backward vector vanishes at a minimizer"), at_minimizer, back(k), signal)
    first = p.define("norm_q1")
    return layer, positive, first, specialize(p, positive, first, k=1, to=(norm_q1**2, ">", 0))


def ratio_bound(p: Proof) -> tuple[int, int]:
    """Derive ``u^T M u >= |q_1|^2 |u|^2 + (L-1) (|p|^2/|q_1|^2)^{1/(L-1)} <w, u>^2`` and ``|q_1|^2 > 0``.

    The inequality compares matrices. It holds for minimizers when ``E > 0``.
    """
    matrix, P_0, readout = p.cite("kernel", "matrix"), p.define("P_0"), p.define("norm_p")
    layer, positive, first, one = positive_backward(p)
    before, below = (specialize(p.at(*UPPER), n, k=k - 1) for n in (positive, layer))
    ratio = back(k) / back(k - 1)
    added = term_by_term(p, scale(p, below, ratio, before), "sum", (k, 2, L))
    mean = means(p.given("L >= 2"), ratio, (k, 2, L), "root", before)
    factor = rank_one_factor(norm_q1**2)
    ratios = rewrite(p.note("the product telescopes to |p|^2 / |q_1|^2"), (p[mean].lhs, ">=", factor),
                     mean, readout, first, one)
    peeled = identity(
        p.note("the first term of the sum peeled off"),
        (dot(u, M * u) - norm_q1**2 * dot(u, u), "==", p[added].lhs), matrix, P_0, first)
    joined = chain(p, peeled, added, scale(p, ratios, dot(w, u) ** 2))
    return scale(p, joined, 1, to=(dot(u, M * u), ">=", norm_q1**2 * dot(u, u) + factor * dot(w, u) ** 2)), one


def primal_bound(p: Proof) -> tuple[int, int]:
    """Derive that ``S`` is at least the primal function at ``r = |q_1|^2``, and ``|q_1|^2 > 0``."""
    form, one = ratio_bound(p)
    here, target = (spread(norm_q1**2, rank_one_factor(norm_q1**2), x) for x in (w, w_star))
    compared = monotone_eigenvalue(p, form, M, here)
    same = pencil(p.given("L >= 2"), here, target, hypothesis(p, "minimizer"), one)
    doubled = scale(p, chain(p, compared, same), 2)
    return chain(p, p.cite("sharpness", "eigenvalue"), doubled), one


def primal_at_signal(p: Proof) -> int:
    """Derive that the primal function at ``r`` is at least ``2 (r b + (L-1)(|p|^2/r)^{1/(L-1)} E)``."""
    E_is, b_is = p.define("E"), p.define("b")
    c = rank_one_factor(r)
    matrix = spread(r, c, w_star)
    signal = rayleigh(p.given("L >= 2"), "pencil", matrix, w_star)
    return scale(p, signal, 2 / E, E_is, b_is, to=(2 * weighted_top(matrix), ">=", 2 * (r * b + c * E)))


def shallow_minimum(p: Proof) -> int:
    """Derive ``S_min = 2 |p|^2 Lambda`` at depth one, where every minimizer has the same sharpness."""
    return infimum(p, p.cite("min-sharpness", "depth-one"))
