"""The sharpness of a minimizer is the largest eigenvalue of a d x d problem."""

from __future__ import annotations

import sympy as sp

from ...language.claim import Claim, Obligation, scaled, swapped, without
from ...language.nodes import Relation, dot, frobenius, weighted_top
from ...language.quantities import L, M, S, Sigma, curvature, k, lambda_max, u, w, w_dot, w_star
from ...proof.builder import Proof, cite, define, on_generic_entries
from ...proof.rules.eigenvalues import GRAM
from ...proof.rules.logic import HYPOTHESIS, REWRITING, TRANSITIVITY
from ...setting.network import Xi, adjoint
from .kernel import adjoint_of

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


def gram_premises(proof: Proof) -> tuple[int, int]:
    """Derive ``<u, w_dot> = sum <(J^* u)_k, Xi_k>`` and ``|J^* u|^2 = u^T M u``."""
    first = cite(proof, "hessian", "first")
    layer = adjoint_of(proof)
    inner = proof.step(
        REWRITING,
        (dot(u, w_dot), "==", sp.Sum(sp.Trace(adjoint(k).T * Xi(k)), (k, 1, L))), first, layer)
    adjoint_norm, matrix = cite(proof, "kernel", "adjoint"), cite(proof, "kernel", "matrix")
    norm = proof.step(TRANSITIVITY, (sp.Sum(frobenius(adjoint(k)), (k, 1, L)), "==", dot(u, M * u)),
                      adjoint_norm, matrix)
    return inner, norm


def sharpness_proof(proof: Proof) -> dict[str, int]:
    """The gradient vanishes at a minimizer, and what is left of the Hessian is a Gram matrix."""
    risk = cite(proof, "hessian", "risk")
    minimizer = proof.step(HYPOTHESIS, (Sigma * w, "==", Sigma * w_star), given=("minimizer",))
    g_is = define(proof, "g")
    flat = proof.step(REWRITING, (curvature, "==", 2 * dot(w_dot, Sigma * w_dot)),
                      risk, g_is, minimizer, note="the gradient of the risk in w is zero")
    on_generic_entries(proof, flat, given=("minimizer",), least_depth=2)
    inner, norm = gram_premises(proof)
    eigenvalue = proof.step(GRAM, (S, "==", 2 * weighted_top(M)), flat, inner, norm,
                            data=(M, sp.Integer(2)))
    return {"hessian": flat, "eigenvalue": eigenvalue}


THEOREMS = ((SHARPNESS, sharpness_proof),)
