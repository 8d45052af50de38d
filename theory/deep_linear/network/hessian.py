"""The second derivative of the risk is explicit in every direction."""

from __future__ import annotations

from functools import partial

import sympy as sp

from ...language.claim import Claim, Obligation, scaled, swapped
from ...language.nodes import Relation, SubProduct, dot, family
from ...language.quantities import L, Sigma, curvature, g, j, k, u, w_ddot, w_dot
from ...proof.builder import Proof, on_generic_entries
from ...proof.rules.logic import chain, identity, rewrite
from ...proof.rules.sums import exchange_sums, taylor_coefficient, telescope, term_by_term
from ...setting.network import P, W, Xi, q, q_ddot, q_dot, t

_identity = partial(Obligation, decide="identity")

HESSIAN = Claim(
    id="hessian",
    title="Second derivative of the risk",
    kind="identity",
    origins=("standard",),
    requires=("gradient",),
    obligations=(
        _identity("risk", Relation(curvature, "==", 2 * dot(w_dot, Sigma * w_dot) + dot(g, w_ddot)), over=("Xi",),
                  formal="hessian.hessian",
                  mutants=(swapped("2 -> 1 before the first term", {
                               2 * dot(w_dot, Sigma * w_dot): dot(w_dot, Sigma * w_dot)}),
                           swapped("without the second term", {dot(g, w_ddot): sp.S.Zero}),
                           swapped("half of the second term", {dot(g, w_ddot): dot(g, w_ddot) / 2}))),
        _identity("first", Relation(dot(u, w_dot), "==", sp.Sum(dot(q(k), Xi(k) * P(k - 1) * u), (k, 1, L))),
                  over=("Xi", "u"), formal="hessian.hessian_first",
                  mutants=(scaled("sign flipped", -1),
                           scaled("doubled", 2),
                           swapped("sum from k = 2", {sp.Tuple(k, 1, L): sp.Tuple(k, 2, L)}))),
        _identity("second",
                  Relation(dot(u, w_ddot), "==", 2 * sp.Sum(
                      dot(q(k), Xi(k) * SubProduct(j, k) * Xi(j) * P(j - 1) * u), (j, 1, k - 1), (k, 1, L))),
                  over=("Xi", "u"), formal="hessian.hessian_second",
                  mutants=(scaled("without the factor 2", sp.Rational(1, 2)),
                           swapped("only j = k - 1 left out", {sp.Tuple(j, 1, k - 1): sp.Tuple(j, 1, k - 2)}),
                           scaled("sign flipped", -1))),
    ),
)


def hessian_proof(p: Proof) -> dict[str, int]:
    """The quadratic term of the risk when all layers move is the second derivative; both sums telescope."""
    moved, risk, expansion, g_is = (p.define(x) for x in ("all moved", "risk moved", "curvature", "g"))
    both = chain(p, expansion, risk)
    by_gradient = taylor_coefficient(
        p, (curvature, "==", 2 * dot(w_dot, Sigma * w_dot) + dot(g, w_ddot)), both, t, 2, moved, g_is)
    on_generic_entries(p, by_gradient)

    backward, forward, P_0 = (p.define(x) for x in ("q moved", "P", "P_0"))
    step_1 = taylor_coefficient(p, (q_dot(k - 1), "==", W(k).T * q_dot(k) + Xi(k).T * q(k)), backward, t, 1)
    step_2 = taylor_coefficient(p, (q_ddot(k - 1), "==", W(k).T * q_ddot(k) + 2 * Xi(k).T * q_dot(k)), backward, t, 2)

    def summed(name: str, recursion: int, term: sp.Expr, target: sp.Expr) -> int:
        """Telescope ``<v_k, P_k u>`` over all layers, where ``v`` is the family of that name."""
        at_0, at_L = p.define(f"{name} 0"), p.define(f"{name} L")
        here = dot(family(name)(k), P(k) * u)
        drop = identity(p, (here.xreplace({k: k - 1}) - here, "==", term), recursion, forward)
        total = telescope(p, drop, here, (k, 1, L))
        return rewrite(p, (dot(u, target), "==", p[total].rhs), total, at_0, at_L, P_0)

    first = summed("q_dot", step_1, dot(q(k), Xi(k) * P(k - 1) * u), w_dot)
    on_generic_entries(p, first)
    outer = summed("q_ddot", step_2, 2 * dot(q_dot(k), Xi(k) * P(k - 1) * u), w_ddot)

    # <q_dot_j, x> at x = Xi_j P_{j-1} u, telescoped over the layers above j.
    x = Xi(j) * P(j - 1) * u
    extend, begin, at_L = (p.define(x) for x in ("SubProduct", "SubProduct start", "q_dot L"))
    here, term = dot(q_dot(k), SubProduct(j, k + 1) * x), dot(q(k), Xi(k) * SubProduct(j, k) * x)
    drop = identity(p.at((k, j + 1, L), (j, 1, L)), (here.xreplace({k: k - 1}) - here, "==", term), step_1, extend)
    total = telescope(p, drop, here, (k, j + 1, L))
    inner = rewrite(p, (dot(q_dot(j), x), "==", p[total].rhs), total, begin, at_L)
    layers = term_by_term(p, inner, "sum", (j, 1, L))
    pairs = chain(p, layers, exchange_sums(p, term, j, k, L))
    second = rewrite(p, (dot(u, w_ddot), "==", 2 * sp.Sum(term, (j, 1, k - 1), (k, 1, L))), outer, pairs)
    on_generic_entries(p, second, least_depth=2)
    return {"risk": by_gradient, "first": first, "second": second}


THEOREMS = ((HESSIAN, hessian_proof),)
