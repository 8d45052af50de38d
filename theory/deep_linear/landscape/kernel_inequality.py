"""The end-to-end kernel satisfies the master inequality."""

from __future__ import annotations

import sympy as sp

from ...language.claim import Claim, Obligation, scaled, swapped
from ...language.nodes import Relation, dot
from ...language.quantities import L, M, k, norm_p, u, w
from ...proof.builder import Proof, cite, define
from ...proof.rules.inequalities import AM_GM, SCALING
from ...proof.rules.logic import REWRITING, TRANSITIVITY
from ...proof.rules.sums import TERMWISE
from .common import back, front, layer_inequality

KERNEL_AGM = Claim(
    id="kernel-agm",
    title="Master inequality for the end-to-end kernel",
    kind="inequality",
    origins=("ours",),
    requires=("kernel",),
    obligations=(
        Obligation(
            "all-weights",
            Relation(dot(u, M * u) ** L, ">=", L**L * norm_p**2 * dot(u, u) * dot(w, u) ** (2 * (L - 1))),
            over=("W", "u"),
            tight=True,
            formal="ineq.kernel_AGM",
            mutants=(
                scaled("L^L -> 1.01 L^L", sp.Rational(101, 100)),
                swapped("|p|^2 -> |p|^4", {norm_p**2: norm_p**4}),
                swapped("exponent 2(L-1) -> 2L", {2 * L - 2: 2 * L}),
            ),
        ),
    ),
)


def kernel_agm(proof: Proof) -> dict[str, int]:
    """AM-GM compares the layers, and Cauchy-Schwarz bounds each of them."""
    matrix = cite(proof, "kernel", "matrix")
    P_0, readout = define(proof, "P_0"), define(proof, "norm_p")
    term = back(k) * front(k - 1)
    means = proof.step(
        AM_GM, (sp.Sum(term, (k, 1, L)) ** L, ">=", L**L * sp.Product(term, (k, 1, L))),
        data=(term, (k, 1, L), "power"))
    inner = sp.Product(back(k) * front(k), (k, 1, L - 1))
    shifted = proof.step(
        REWRITING, (dot(u, M * u) ** L, ">=", L**L * norm_p**2 * dot(u, u) * inner),
        means, matrix, P_0, readout, note="the product re-indexed: its ends are the read-out and u")
    layer = layer_inequality(proof)
    layers = proof.step(TERMWISE, (inner, ">=", sp.Product(dot(w, u) ** 2, (k, 1, L - 1))), layer,
                        data=("product", (k, 1, L - 1)))
    factor = L**L * norm_p**2 * dot(u, u)
    scaled = proof.step(SCALING, (factor * inner, ">=", factor * dot(w, u) ** (2 * (L - 1))), layers,
                        data=factor)
    final = proof.step(
        TRANSITIVITY, (dot(u, M * u) ** L, ">=", factor * dot(w, u) ** (2 * (L - 1))), shifted, scaled)
    return {"all-weights": final}


THEOREMS = ((KERNEL_AGM, kernel_agm),)
