"""The proofs about minimizers share these steps: bounds on the kernel of a minimizer, and depth one."""

from __future__ import annotations

import sympy as sp

from ...language.nodes import dot, weighted_top
from ...language.quantities import E, L, M, S, S_min, Sigma, b, k, lambda_max, norm_p, norm_q1, r, u, w, w_star
from ...proof.builder import Proof, cite, define
from ...proof.rules.eigenvalues import LOEWNER, PENCIL, RAYLEIGH
from ...proof.rules.inequalities import AM_GM, CAUCHY_SCHWARZ, POSITIVE_FACTOR, SCALING
from ...proof.rules.infima import INFIMUM
from ...proof.rules.logic import HYPOTHESIS, IDENTITY, INSTANCE, REWRITING, TRANSITIVITY
from ...proof.rules.sums import TERMWISE
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


def minimizer_hypothesis(proof: Proof) -> int:
    """Suppose ``Sigma w = Sigma w*``: the weights are a minimizer."""
    return proof.step(HYPOTHESIS, (Sigma * w, "==", Sigma * w_star), given=("minimizer",))


def minimizer_energy(proof: Proof) -> tuple[int, int]:
    """Suppose a minimizer and derive ``w^T Sigma w* = E``."""
    minimizer = minimizer_hypothesis(proof)
    energy = define(proof, "E")
    return minimizer, proof.step(IDENTITY, (dot(w, Sigma * w_star), "==", E), minimizer, energy)


def layer_inequality(proof: Proof) -> int:
    """Derive ``r_k |P_k u|^2 >= <w, u>^2`` for every layer, by Cauchy-Schwarz where the regressor is cut."""
    cut = regressor(proof)
    cauchy = proof.step(CAUCHY_SCHWARZ, (back(k) * front(k), ">=", dot(q(k), P(k) * u) ** 2),
                        data=(q(k), P(k) * u), scope=LAYERS)
    return proof.step(REWRITING, (back(k) * front(k), ">=", dot(w, u) ** 2), cauchy, cut, scope=LAYERS)


def positive_backward(proof: Proof) -> tuple[int, int, int, int]:
    """Derive ``r_k |P_k u|^2 >= <w, u>^2``; ``r_k > 0``; the definition of ``|q_1|``; ``|q_1|^2 > 0``.

    At a minimizer no backward vector vanishes, when ``E > 0``.
    """
    layer = layer_inequality(proof)
    _minimizer, energy = minimizer_energy(proof)
    at_minimizer = proof.step(
        INSTANCE,
        (back(k) * dot(P(k) * Sigma * w_star, P(k) * Sigma * w_star), ">=", E**2),
        layer, energy, data=((u, Sigma * w_star),), scope=LAYERS)
    positive = proof.step(
        POSITIVE_FACTOR, (back(k), ">", 0), at_minimizer,
        data=(back(k), dot(P(k) * Sigma * w_star, P(k) * Sigma * w_star)), scope=LAYERS,
        note="no backward vector vanishes at a minimizer")
    first = define(proof, "norm_q1")
    one = proof.step(INSTANCE, (back(sp.S.One), ">", 0), positive, data=((k, sp.S.One),))
    return layer, positive, first, proof.step(REWRITING, (norm_q1**2, ">", 0), one, first)


def ratio_bound(proof: Proof) -> tuple[int, int]:
    """Derive ``u^T M u >= |q_1|^2 |u|^2 + (L-1) (|p|^2/|q_1|^2)^{1/(L-1)} <w, u>^2`` and ``|q_1|^2 > 0``.

    The inequality compares matrices. It holds for minimizers when ``E > 0``.
    """
    matrix = cite(proof, "kernel", "matrix")
    layer, positive, first, sign = positive_backward(proof)
    before = proof.step(INSTANCE, (back(k - 1), ">", 0), positive, data=((k, k - 1),), scope=UPPER)
    below = proof.step(INSTANCE, (back(k - 1) * front(k - 1), ">=", dot(w, u) ** 2), layer,
                       data=((k, k - 1),), scope=UPPER)
    ratio = back(k) / back(k - 1)
    divided = proof.step(SCALING, (back(k) * front(k - 1), ">=", ratio * dot(w, u) ** 2), below, before,
                         data=ratio, scope=UPPER)
    added = proof.step(
        TERMWISE,
        (sp.Sum(back(k) * front(k - 1), (k, 2, L)), ">=", sp.Sum(ratio, (k, 2, L)) * dot(w, u) ** 2),
        divided, data=("sum", (k, 2, L)))
    means = proof.step(
        AM_GM,
        (sp.Sum(ratio, (k, 2, L)), ">=", (L - 1) * sp.Product(ratio, (k, 2, L)) ** (1 / (L - 1))),
        before, data=(ratio, (k, 2, L), "root"), given=("L >= 2",))
    readout = define(proof, "norm_p")
    ratios = proof.step(REWRITING, (sp.Sum(ratio, (k, 2, L)), ">=", rank_one_factor(norm_q1**2)),
                        means, readout, first, sign, note="the product telescopes to |p|^2 / |q_1|^2")
    weighted = proof.step(
        SCALING, (sp.Sum(ratio, (k, 2, L)) * dot(w, u) ** 2, ">=",
                  rank_one_factor(norm_q1**2) * dot(w, u) ** 2), ratios, data=dot(w, u) ** 2)
    rest = proof.step(
        TRANSITIVITY,
        (sp.Sum(back(k) * front(k - 1), (k, 2, L)), ">=", rank_one_factor(norm_q1**2) * dot(w, u) ** 2),
        added, weighted)
    P_0 = define(proof, "P_0")
    peeled = proof.step(
        IDENTITY,
        (dot(u, M * u) - norm_q1**2 * dot(u, u), "==", sp.Sum(back(k) * front(k - 1), (k, 2, L))),
        matrix, P_0, first, note="the first term of the sum peeled off")
    joined = proof.step(
        TRANSITIVITY,
        (dot(u, M * u) - norm_q1**2 * dot(u, u), ">=", rank_one_factor(norm_q1**2) * dot(w, u) ** 2),
        peeled, rest)
    moved = proof.step(
        SCALING,
        (dot(u, M * u), ">=", norm_q1**2 * dot(u, u) + rank_one_factor(norm_q1**2) * dot(w, u) ** 2),
        joined, data=sp.S.One)
    return moved, sign


def primal_bound(proof: Proof) -> tuple[int, int]:
    """Derive that ``S`` is at least the primal function at ``r = |q_1|^2``, and ``|q_1|^2 > 0``."""
    form, sign = ratio_bound(proof)
    c = rank_one_factor(norm_q1**2)
    compared = proof.step(
        LOEWNER, (weighted_top(M), ">=", weighted_top(spread(norm_q1**2, c, w))), form,
        data=(M, spread(norm_q1**2, c, w)))
    minimizer = next(n for n, s in enumerate(proof.steps) if s.hypotheses == ("minimizer",))
    pencil = proof.step(
        PENCIL, (weighted_top(spread(norm_q1**2, c, w)), "==", weighted_top(spread(norm_q1**2, c, w_star))),
        minimizer, sign, data=(spread(norm_q1**2, c, w), spread(norm_q1**2, c, w_star)),
        given=("L >= 2",))
    chain = proof.step(TRANSITIVITY, (weighted_top(M), ">=", weighted_top(spread(norm_q1**2, c, w_star))),
                       compared, pencil)
    eigenvalue = cite(proof, "sharpness", "eigenvalue")
    doubled = proof.step(
        SCALING, (2 * weighted_top(M), ">=", 2 * weighted_top(spread(norm_q1**2, c, w_star))), chain,
        data=sp.Integer(2))
    bound = proof.step(TRANSITIVITY, (S, ">=", proof[doubled].rhs), eigenvalue, doubled)
    return bound, sign


def primal_at_signal(proof: Proof) -> int:
    """Derive that the primal function at ``r`` is at least ``2 (r b + (L-1)(|p|^2/r)^{1/(L-1)} E)``."""
    E_is, b_is = define(proof, "E"), define(proof, "b")
    c, x = rank_one_factor(r), Sigma * w_star
    matrix = spread(r, c, w_star)
    signal = proof.step(RAYLEIGH, (weighted_top(matrix) * dot(w_star, x), ">=", dot(x, matrix * x)),
                        data=("pencil", matrix, w_star), given=("L >= 2",))
    moments = proof.step(
        REWRITING, (weighted_top(matrix) * E, ">=", r * b * E + c * E**2), signal, E_is, b_is)
    return proof.step(SCALING, (2 * weighted_top(matrix), ">=", 2 * (r * b + c * E)), moments, data=2 / E)


def shallow_minimum(proof: Proof) -> int:
    """Derive ``S_min = 2 |p|^2 Lambda`` at depth one, where every minimizer has the same sharpness."""
    value = cite(proof, "min-sharpness", "depth-one")
    return proof.step(INFIMUM, (S_min, "==", 2 * norm_p**2 * lambda_max), value)
