"""The end-to-end kernel satisfies the master inequality."""

from __future__ import annotations

import sympy as sp

from ...language.claim import Claim, Obligation, scaled, swapped
from ...language.nodes import Relation, dot
from ...language.quantities import L, M, k, norm_p, u, w
from ...proof.builder import Proof
from ...proof.rules.inequalities import means, scale
from ...proof.rules.logic import chain, rewrite
from ...proof.rules.sums import term_by_term
from .common import back, front, layer_inequality

KERNEL_AGM = Claim(
    id="kernel-agm",
    title="Master inequality for the end-to-end kernel",
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


def kernel_agm(p: Proof) -> dict[str, int]:
    """AM-GM compares the layers, and Cauchy-Schwarz bounds each of them."""
    matrix, P_0, readout = p.cite("kernel", "matrix"), p.define("P_0"), p.define("norm_p")
    mean = means(p, back(k) * front(k - 1), (k, 1, L), "power")
    inner, factor = sp.Product(back(k) * front(k), (k, 1, L - 1)), L**L * norm_p**2 * dot(u, u)
    shifted = rewrite(p.note("the product re-indexed: its ends are the read-out and u"),
                      (dot(u, M * u) ** L, ">=", factor * inner), mean, matrix, P_0, readout)
    layers = term_by_term(p, layer_inequality(p), "product", (k, 1, L - 1), to=(inner, ">=", dot(w, u) ** (2 * L - 2)))
    return {"all-weights": chain(p, shifted, scale(p, layers, factor))}


THEOREMS = ((KERNEL_AGM, kernel_agm),)
