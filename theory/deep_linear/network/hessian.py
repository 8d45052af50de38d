"""The second derivative of the risk is explicit in every direction."""

from __future__ import annotations

import sympy as sp

from ...language.claim import Claim, Obligation, scaled, swapped
from ...language.nodes import Relation, SubProduct, dot
from ...language.quantities import L, Sigma, curvature, g, j, k, u, w, w_ddot, w_dot, w_star
from ...proof.builder import Proof, define, on_generic_entries
from ...proof.rules.logic import IDENTITY, REWRITING, TRANSITIVITY
from ...proof.rules.sums import EXCHANGE, TAYLOR, TELESCOPING, TERMWISE
from ...setting.network import P, W, Xi, q, q_ddot, q_dot, t
from .common import LAYERS

HESSIAN = Claim(
    id="hessian",
    title="Second derivative of the risk",
    kind="identity",
    origins=("standard",),
    requires=("gradient",),
    obligations=(
        Obligation(
            "risk",
            Relation(curvature, "==", 2 * dot(w_dot, Sigma * w_dot) + dot(g, w_ddot)),
            over=("Xi",),
            decide="identity",
            formal="hessian.hessian",
            mutants=(
                swapped("2 -> 1 before the first term", {
                    2 * dot(w_dot, Sigma * w_dot): dot(w_dot, Sigma * w_dot)}),
                swapped("without the second term", {dot(g, w_ddot): sp.S.Zero}),
                swapped("half of the second term", {dot(g, w_ddot): dot(g, w_ddot) / 2}),
            ),
        ),
        Obligation(
            "first",
            Relation(dot(u, w_dot), "==", sp.Sum(dot(q(k), Xi(k) * P(k - 1) * u), (k, 1, L))),
            over=("Xi", "u"),
            decide="identity",
            formal="hessian.hessian_first",
            mutants=(scaled("sign flipped", -1), scaled("doubled", 2),
                     swapped("sum from k = 2", {sp.Tuple(k, 1, L): sp.Tuple(k, 2, L)})),
        ),
        Obligation(
            "second",
            Relation(
                dot(u, w_ddot), "==",
                2 * sp.Sum(dot(q(k), Xi(k) * SubProduct(j, k) * Xi(j) * P(j - 1) * u),
                           (j, 1, k - 1), (k, 1, L)),
            ),
            over=("Xi", "u"),
            decide="identity",
            formal="hessian.hessian_second",
            mutants=(
                scaled("without the factor 2", sp.Rational(1, 2)),
                swapped("only j = k - 1 left out", {sp.Tuple(j, 1, k - 1): sp.Tuple(j, 1, k - 2)}),
                scaled("sign flipped", -1),
            ),
        ),
    ),
)


def hessian_proof(proof: Proof) -> dict[str, int]:
    """The quadratic term of the risk when all layers move is the second derivative; both sums telescope."""
    moved, risk, expansion = (define(proof, x) for x in ("all moved", "risk moved", "curvature"))
    both = proof.step(TRANSITIVITY, (proof[expansion].rhs, "==", proof[risk].rhs), expansion, risk)
    g_is = define(proof, "g")
    quadratic = proof.step(
        TAYLOR,
        (curvature, "==", 2 * dot(w_dot, Sigma * w_dot) + 2 * dot(w_ddot, Sigma * (w - w_star))),
        both, moved, data=(t, 2))
    by_gradient = proof.step(
        REWRITING, (curvature, "==", 2 * dot(w_dot, Sigma * w_dot) + dot(g, w_ddot)),
        quadratic, g_is)
    on_generic_entries(proof, by_gradient)

    backward = define(proof, "q moved")
    step_1 = proof.step(TAYLOR, (q_dot(k - 1), "==", W(k).T * q_dot(k) + Xi(k).T * q(k)),
                        backward, data=(t, 1), scope=LAYERS)
    step_2 = proof.step(TAYLOR, (q_ddot(k - 1), "==", W(k).T * q_ddot(k) + 2 * Xi(k).T * q_dot(k)),
                        backward, data=(t, 2), scope=LAYERS)
    forward, P_0 = define(proof, "P"), define(proof, "P_0")

    def summed(vector: object, start: str, end: str, recursion: int, term: sp.Expr, target: sp.Expr) -> int:
        """Telescope ``<vector_k, P_k u>`` over all layers."""
        at_0, at_L = define(proof, start), define(proof, end)
        function = dot(vector(k), P(k) * u)  # type: ignore[operator]
        drop = proof.step(IDENTITY, (function.xreplace({k: k - 1}) - function, "==", term),
                          recursion, forward, scope=LAYERS)
        ends = dot(vector(0), P(0) * u) - dot(vector(L), P(L) * u)  # type: ignore[operator]
        total = proof.step(TELESCOPING, (ends, "==", sp.Sum(term, (k, 1, L))), drop,
                           data=(function, (k, 1, L)))
        return proof.step(REWRITING, (dot(u, target), "==", sp.Sum(term, (k, 1, L))), total, at_0, at_L, P_0)

    first = summed(q_dot, "q_dot 0", "q_dot L", step_1, dot(q(k), Xi(k) * P(k - 1) * u), w_dot)
    on_generic_entries(proof, first)
    outer = summed(q_ddot, "q_ddot 0", "q_ddot L", step_2, 2 * dot(q_dot(k), Xi(k) * P(k - 1) * u), w_ddot)

    # <q_dot_j, x> at x = Xi_j P_{j-1} u, telescoped over the layers above j.
    x = Xi(j) * P(j - 1) * u
    above = ((k, j + 1, L), (j, 1, L))
    extend, begin = define(proof, "SubProduct"), define(proof, "SubProduct start")
    function = dot(q_dot(k), SubProduct(j, k + 1) * x)
    term = dot(q(k), Xi(k) * SubProduct(j, k) * x)
    drop = proof.step(IDENTITY, (dot(q_dot(k - 1), SubProduct(j, k) * x) - function, "==", term),
                      step_1, extend, scope=above)
    total = proof.step(
        TELESCOPING,
        (dot(q_dot(j), SubProduct(j, j + 1) * x) - dot(q_dot(L), SubProduct(j, L + 1) * x), "==",
         sp.Sum(term, (k, j + 1, L))),
        drop, data=(function, (k, j + 1, L)), scope=((j, 1, L),))
    at_L = define(proof, "q_dot L")
    inner = proof.step(REWRITING, (dot(q_dot(j), x), "==", sp.Sum(term, (k, j + 1, L))), total, begin, at_L,
                       scope=((j, 1, L),))
    layers = proof.step(TERMWISE, (sp.Sum(dot(q_dot(j), x), (j, 1, L)), "==",
                                   sp.Sum(sp.Sum(term, (k, j + 1, L)), (j, 1, L))),
                        inner, data=("sum", (j, 1, L)))
    exchange = proof.step(EXCHANGE, (sp.Sum(sp.Sum(term, (k, j + 1, L)), (j, 1, L)), "==",
                                     sp.Sum(sp.Sum(term, (j, 1, k - 1)), (k, 1, L))),
                          data=(term, j, k, L))
    pairs = proof.step(TRANSITIVITY, (sp.Sum(dot(q_dot(j), x), (j, 1, L)), "==", proof[exchange].rhs),
                       layers, exchange)
    second = proof.step(REWRITING, (dot(u, w_ddot), "==", 2 * sp.Sum(term, (j, 1, k - 1), (k, 1, L))),
                        outer, pairs)
    on_generic_entries(proof, second, least_depth=2)
    return {"risk": by_gradient, "first": first, "second": second}


THEOREMS = ((HESSIAN, hessian_proof),)
