"""Section 1 of the theory: gradient, Hessian and kernel of a deep linear network."""

from __future__ import annotations

import sympy as sp

from ...language.claim import Claim, Obligation, scaled, swapped, without
from ...language.nodes import LayerMatrix, Relation, SubProduct, dot, family, frobenius, weighted_top
from ...language.quantities import (
    L,
    M,
    S,
    Sigma,
    curvature,
    g,
    j,
    k,
    kernel_form,
    lambda_max,
    u,
    w,
    w_ddot,
    w_dot,
    w_flow,
)

P, q, h, Xi = (family(name) for name in ("P", "q", "h", "Xi"))

GRADIENT = Claim(
    id="gradient",
    title="Gradient of the risk",
    kind="identity",
    origins=("standard",),
    obligations=(
        Obligation(
            "layer",
            Relation(LayerMatrix("gradient", k), "==", q(k) * h(k - 1).T),
            over=("k",),
            decide="identity",
            formal="taylor.gradient",
            mutants=(
                scaled("risk with the factor 1/2", sp.Rational(1, 2)),
                scaled("sign flipped", -1),
                swapped("h_{k-1} -> P_{k-1} w", {h(k - 1): P(k - 1) * w}),
            ),
        ),
    ),
)

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

KERNEL = Claim(
    id="kernel",
    title="The end-to-end kernel",
    kind="identity",
    origins=("standard",),
    requires=("gradient",),
    obligations=(
        Obligation(
            "adjoint",
            Relation(sp.Sum(frobenius(LayerMatrix("adjoint", k)), (k, 1, L)), "==", kernel_form(u, u)),
            over=("u",),
            decide="identity",
            formal="hessian.adjoint_norm",
            mutants=(
                swapped("P_{k-1} -> P_k", {P(k - 1): P(k)}),
                swapped("q_k -> q_{k-1}", {q(k): q(k - 1)}),
                swapped("sum from k = 2", {sp.Tuple(k, 1, L): sp.Tuple(k, 2, L)}),
            ),
        ),
        Obligation(
            "matrix",
            Relation(dot(u, M * u), "==", kernel_form(u, u)),
            over=("u",),
            decide="identity",
            formal="ineq.kernel_matrix",
            mutants=(swapped("q_k -> q_{k-1}", {q(k): q(k - 1)}), scaled("doubled", 2)),
        ),
        Obligation(
            "gradient-norm",
            Relation(sp.Sum(frobenius(LayerMatrix("gradient", k)), (k, 1, L)), "==", kernel_form(g, g)),
            decide="identity",
            formal="hessian.gradient_norm",
            mutants=(scaled("doubled", 2), swapped("P_{k-1} -> P_k", {P(k - 1): P(k)})),
        ),
        Obligation(
            "flow",
            Relation(dot(u, w_flow), "==", -kernel_form(u, g)),
            over=("u",),
            decide="identity",
            formal="hessian.flow_kernel",
            mutants=(scaled("sign flipped", -1), scaled("doubled", 2)),
        ),
    ),
)

SHARPNESS = Claim(
    id="sharpness",
    title="Sharpness of a minimizer by a d x d eigenproblem",
    kind="identity",
    origins=("ours",),
    requires=("hessian", "kernel"),
    obligations=(
        Obligation(
            "hessian",
            Relation(curvature, "==", 2 * dot(w_dot, Sigma * w_dot)),
            over=("Xi",),
            given=("minimizer",),
            decide="identity",
            formal="hessian.hessian_minimizer",
            mutants=(without("minimizer"), scaled("without the factor 2", sp.Rational(1, 2))),
        ),
        Obligation(
            "eigenvalue",
            Relation(S, "==", 2 * weighted_top(M)),
            given=("minimizer",),
            space="dense",
            direct=True,
            tight=True,
            formal="eigenvalue.sharpness_eigenvalue",
            mutants=(
                without("minimizer"),
                scaled("without the factor 2", sp.Rational(1, 2)),
                swapped("lambda_max(Sigma) tr(M)", {weighted_top(M): lambda_max * sp.Trace(M)}),
            ),
        ),
    ),
)

CLAIMS = (GRADIENT, HESSIAN, KERNEL, SHARPNESS)
