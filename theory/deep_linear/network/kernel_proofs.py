"""Derivations of section 1: gradient, second derivative, kernel, sharpness at a minimizer."""

from __future__ import annotations

import sympy as sp

from ...language import quantities as Q
from ...language.nodes import LayerMatrix, SubProduct, dot, frobenius, weighted_top
from ...proof.derivation import Derivation, Proof, i
from ...proof.rules.eigenvalues import GRAM, RIESZ
from ...proof.rules.generic_entries import GENERIC, SHAPES
from ...proof.rules.inequalities import SCALING
from ...proof.rules.logic import CLAIM, DEFINITION, HYPOTHESIS, IDENTITY, INSTANCE, REWRITING, TRANSITIVITY
from ...proof.rules.sums import EXCHANGE, TAYLOR, TELESCOPING, TERMWISE
from ...setting.network import (
    P,
    W,
    Xi,
    adjoint,
    gradient,
    q,
    q_ddot,
    q_dot,
    risk_layer,
    risk_min,
    t,
)
from ...setting.residual import DEFINED

L, M, Sigma, g, j, k, u, w = Q.L, Q.M, Q.Sigma, Q.g, Q.j, Q.k, Q.u, Q.w
LAYERS = ((k, 1, L),)


def define(proof: Proof, name: str, flipped: bool = False, **kwargs: object) -> int:
    """Add the definition of that name, with its own range and hypotheses."""
    entry = DEFINED[name]
    relation = entry.relation.flipped() if flipped else entry.relation
    kwargs.setdefault("scope", tuple((x, low, high) for x, (low, high) in entry.ranges.items()))
    kwargs.setdefault("given", entry.needs)
    return proof.step(DEFINITION, relation, data=name, **kwargs)  # type: ignore[arg-type]


def cite(proof: Proof, claim: str, obligation: str, **kwargs: object) -> int:
    """Add the conclusion that another claim's derivation yields."""
    from ... import library as registry

    cited = registry.derivation(claim)
    assert cited is not None
    step = cited.steps[cited.yields[obligation]]
    return proof.step(CLAIM, step.statement, data=(claim, obligation), scope=step.scope)


def generic(proof: Proof, conclusion: int, given: tuple[str, ...] = (), least_depth: int = 1) -> None:
    """The same identity on generic entries of a few shapes, beside the derivation.

    At depth one the second derivative of ``w`` is zero: some identities say nothing there.
    """
    step = proof.steps[conclusion]
    for widths in SHAPES:
        if len(widths) > least_depth:
            proof.step(GENERIC, step.statement, data=widths, scope=step.scope, given=given)


def regressor(proof: Proof) -> int:
    """``<q_k, P_k u> = <w, u>`` for ``k = 1..L``: the regressor can be cut at any layer."""
    forward, backward = define(proof, "P"), define(proof, "q")
    q_0, P_0 = define(proof, "q_0"), define(proof, "P_0")
    drop = proof.step(
        IDENTITY, (dot(q(k - 1), P(k - 1) * u) - dot(q(k), P(k) * u), "==", 0), forward, backward,
        scope=LAYERS, note="moving one layer across changes nothing")
    total = proof.step(
        TELESCOPING, (dot(q(0), P(0) * u) - dot(q(i), P(i) * u), "==", 0), drop,
        data=(dot(q(k), P(k) * u), (k, 1, i)), scope=((i, 1, L),))
    cut = proof.step(SCALING, (dot(q(i), P(i) * u), "==", dot(w, u)), total, q_0, P_0,
                     data=sp.S.One, scope=((i, 1, L),))
    return proof.step(INSTANCE, (dot(q(k), P(k) * u), "==", dot(w, u)), cut, data=((i, k),),
                      scope=LAYERS, note="the regressor can be cut at any layer")


def at_layer(proof: Proof) -> int:
    """``w = P_{k-1}^T W_k^T q_k``: the regressor as a function of one layer."""
    cut = regressor(proof)
    forward = define(proof, "P")
    inner = proof.step(REWRITING, (dot(u, P(k - 1).T * W(k).T * q(k)), "==", dot(u, w)), cut, forward,
                       scope=LAYERS)
    return proof.step(RIESZ, (P(k - 1).T * W(k).T * q(k), "==", w), inner, data=u, scope=LAYERS)


def gradient_proof() -> Derivation:
    """The linear term of the risk when one layer moves, read off as an inner product."""
    proof = Proof("gradient")
    cut = at_layer(proof)
    moved, risk = define(proof, "layer moved"), define(proof, "risk layer")
    expansion = define(proof, "gradient")
    linear = proof.step(
        REWRITING,
        (risk_min + dot(w + t * P(k - 1).T * Xi(k).T * q(k) - Q.w_star,
                        Sigma * (w + t * P(k - 1).T * Xi(k).T * q(k) - Q.w_star)), "==", risk_layer),
        risk, moved, cut, scope=LAYERS)
    expanded = proof.step(
        TRANSITIVITY, (proof[linear].lhs, "==", proof[expansion].rhs), linear, expansion, scope=LAYERS)
    slope = proof.step(
        TAYLOR,
        (2 * dot(P(k - 1).T * Xi(k).T * q(k), Sigma * (w - Q.w_star)), "==",
         sp.Trace(gradient(k).T * Xi(k))),
        expanded, data=(t, 1), scope=LAYERS)
    g_is, h_is = define(proof, "g"), define(proof, "h")
    h_before = proof.step(INSTANCE, (LayerMatrix("h", k - 1), "==", P(k - 1) * g), h_is,
                          data=((i, k - 1),), scope=LAYERS)
    inner = proof.step(
        REWRITING,
        (sp.Trace(gradient(k).T * Xi(k)), "==", sp.Trace((q(k) * LayerMatrix("h", k - 1).T).T * Xi(k))),
        slope, h_before, g_is, scope=LAYERS)
    layer = proof.step(RIESZ, (gradient(k), "==", q(k) * LayerMatrix("h", k - 1).T), inner,
                       data=Xi(k), scope=LAYERS)
    generic(proof, layer)
    return proof.done(layer=layer)


def hessian_proof() -> Derivation:
    """The quadratic term of the risk when all layers move; both sums by telescoping."""
    proof = Proof("hessian")
    moved, risk, expansion = (define(proof, x) for x in ("all moved", "risk moved", "curvature"))
    both = proof.step(TRANSITIVITY, (proof[expansion].rhs, "==", proof[risk].rhs), expansion, risk)
    g_is = define(proof, "g")
    quadratic = proof.step(
        TAYLOR,
        (Q.curvature, "==", 2 * dot(Q.w_dot, Sigma * Q.w_dot) + 2 * dot(Q.w_ddot, Sigma * (w - Q.w_star))),
        both, moved, data=(t, 2))
    by_gradient = proof.step(
        REWRITING, (Q.curvature, "==", 2 * dot(Q.w_dot, Sigma * Q.w_dot) + dot(g, Q.w_ddot)),
        quadratic, g_is)
    generic(proof, by_gradient)

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

    first = summed(q_dot, "q_dot 0", "q_dot L", step_1, dot(q(k), Xi(k) * P(k - 1) * u), Q.w_dot)
    generic(proof, first)
    outer = summed(q_ddot, "q_ddot 0", "q_ddot L", step_2, 2 * dot(q_dot(k), Xi(k) * P(k - 1) * u), Q.w_ddot)

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
    second = proof.step(REWRITING, (dot(u, Q.w_ddot), "==", 2 * sp.Sum(term, (j, 1, k - 1), (k, 1, L))),
                        outer, pairs)
    generic(proof, second, least_depth=2)
    return proof.done(risk=by_gradient, first=first, second=second)


def adjoint_of(proof: Proof) -> int:
    """``(J^* u)_k = q_k (P_{k-1} u)^T``: the gradient of ``<u, w>`` with respect to layer ``k``."""
    moved, expansion = define(proof, "layer moved"), define(proof, "adjoint")
    slope = proof.step(
        TAYLOR, (dot(u, P(k - 1).T * Xi(k).T * q(k)), "==", sp.Trace(adjoint(k).T * Xi(k))),
        expansion, moved, data=(t, 1), scope=LAYERS)
    inner = proof.step(
        REWRITING,
        (sp.Trace(adjoint(k).T * Xi(k)), "==", sp.Trace((q(k) * (P(k - 1) * u).T).T * Xi(k))),
        slope, scope=LAYERS)
    return proof.step(RIESZ, (adjoint(k), "==", q(k) * (P(k - 1) * u).T), inner, data=Xi(k), scope=LAYERS)


def kernel_proof() -> Derivation:
    """The kernel by the adjoint; Frobenius norms of rank-one matrices."""
    proof = Proof("kernel")
    layer = adjoint_of(proof)
    norm = proof.step(
        IDENTITY, (sp.Sum(frobenius(adjoint(k)), (k, 1, L)), "==", Q.kernel_form(u, u)), layer)
    generic(proof, norm)
    matrix = define(proof, "M")
    gradient_is = cite(proof, "gradient", "layer")
    h_is = define(proof, "h")
    h_before = proof.step(INSTANCE, (LayerMatrix("h", k - 1), "==", P(k - 1) * g), h_is,
                          data=((i, k - 1),), scope=LAYERS)
    gradient_norm = proof.step(
        IDENTITY, (sp.Sum(frobenius(gradient(k)), (k, 1, L)), "==", Q.kernel_form(g, g)),
        gradient_is, h_before)
    generic(proof, gradient_norm)
    flow_is = define(proof, "flow")
    flow = proof.step(REWRITING, (dot(u, Q.w_flow), "==", -Q.kernel_form(u, g)),
                      flow_is, layer, gradient_is, h_before)
    generic(proof, flow)
    return proof.done(adjoint=norm, matrix=matrix, gradient_norm=gradient_norm, flow=flow)


def gram_premises(proof: Proof) -> tuple[int, int]:
    """``<u, w_dot> = sum <(J^* u)_k, Xi_k>`` and ``|J^* u|^2 = u^T M u``."""
    first = cite(proof, "hessian", "first")
    layer = adjoint_of(proof)
    inner = proof.step(
        REWRITING,
        (dot(u, Q.w_dot), "==", sp.Sum(sp.Trace(adjoint(k).T * Xi(k)), (k, 1, L))), first, layer)
    adjoint_norm, matrix = cite(proof, "kernel", "adjoint"), cite(proof, "kernel", "matrix")
    norm = proof.step(TRANSITIVITY, (sp.Sum(frobenius(adjoint(k)), (k, 1, L)), "==", dot(u, M * u)),
                      adjoint_norm, matrix)
    return inner, norm


def sharpness_proof() -> Derivation:
    """At a minimizer the gradient vanishes, and what is left of the Hessian is a Gram matrix."""
    proof = Proof("sharpness")
    risk = cite(proof, "hessian", "risk")
    minimizer = proof.step(HYPOTHESIS, (Sigma * w, "==", Sigma * Q.w_star), given=("minimizer",))
    g_is = define(proof, "g")
    flat = proof.step(REWRITING, (Q.curvature, "==", 2 * dot(Q.w_dot, Sigma * Q.w_dot)),
                      risk, g_is, minimizer, note="the gradient of the risk in w is zero")
    generic(proof, flat, given=("minimizer",), least_depth=2)
    inner, norm = gram_premises(proof)
    eigenvalue = proof.step(GRAM, (Q.S, "==", 2 * weighted_top(M)), flat, inner, norm,
                            data=(M, sp.Integer(2)))
    return proof.done(hessian=flat, eigenvalue=eigenvalue)


PROOFS = {"gradient": gradient_proof, "hessian": hessian_proof, "kernel": kernel_proof,
          "sharpness": sharpness_proof}
