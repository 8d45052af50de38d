"""The sharpness of a minimizer is the largest eigenvalue of a d x d problem."""

from __future__ import annotations

import sympy as sp

from ...language.claim import Claim, Obligation, scaled, swapped, without
from ...language.nodes import Relation, dot, weighted_top
from ...language.quantities import L, M, S, Sigma, curvature, k, lambda_max, u, w_dot
from ...proof.builder import Proof, on_generic_entries
from ...proof.rules.eigenvalues import gram
from ...proof.rules.logic import chain, hypothesis, rewrite
from ...setting.network import Xi, adjoint
from .kernel import adjoint_of

SHARPNESS = Claim(
    id="sharpness",
    title="Sharpness of a minimizer by a d x d eigenproblem",
    kind="identity",
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


def gram_premises(p: Proof) -> tuple[int, int]:
    """Derive ``<u, w_dot> = sum <(J^* u)_k, Xi_k>`` and ``|J^* u|^2 = u^T M u``."""
    inner = rewrite(p, (dot(u, w_dot), "==", sp.Sum(sp.Trace(adjoint(k).T * Xi(k)), (k, 1, L))),
                    p.cite("hessian", "first"), adjoint_of(p))
    return inner, chain(p, p.cite("kernel", "adjoint"), p.cite("kernel", "matrix"))


def sharpness_proof(p: Proof) -> dict[str, int]:
    """The gradient vanishes at a minimizer, and what is left of the Hessian is a Gram matrix."""
    flat = rewrite(
        p.note("the gradient of the risk in w is zero"), (curvature, "==", 2 * dot(w_dot, Sigma * w_dot)),
        p.cite("hessian", "risk"), p.define("g"), hypothesis(p, "minimizer"))
    on_generic_entries(p, flat, given=("minimizer",), least_depth=2)
    return {"hessian": flat, "eigenvalue": gram(p, flat, *gram_premises(p), M, 2)}


THEOREMS = ((SHARPNESS, sharpness_proof),)
