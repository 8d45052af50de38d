"""Gradient flow of balanced weights moves ``w`` by an explicit kernel, and keeps weights along the target there."""

from __future__ import annotations

from functools import cached_property

import sympy as sp

from ...language.claim import Claim, Mutant, Obligation, scaled, swapped, without
from ...language.nodes import Relation, dot
from ...language.quantities import (
    L,
    M,
    Sigma,
    e,
    g,
    k,
    kernel_form,
    lambda_max,
    norm_w,
    norm_w_net,
    sigma_max,
    u,
    w,
    w_flow,
    w_star,
)
from ...proof.builder import Proof, cite, define
from ...proof.rules.eigenvalues import POLARIZATION
from ...proof.rules.gradient_flow import POSITIVE_PRODUCT
from ...proof.rules.inequalities import POWER, SCALING
from ...proof.rules.logic import HYPOTHESIS, IDENTITY, INSTANCE, REWRITING, TRANSITIVITY
from ..landscape.common import back
from .balanced_sharpness import balanced_kernel
from .limit_sharpness import NonzeroWeights

ZERO, ONE = sp.S.Zero, sp.S.One
NONZERO = Relation(norm_w_net, ">", 0)
ALL_DIRECTIONS = norm_w_net ** (2 - 2 / L) * dot(u, Sigma * (w - w_star))
ALONG_W = norm_w_net ** (-2 / L) * dot(u, w) * dot(w, Sigma * (w - w_star))

BALANCED_FLOW = Claim(
    id="balanced-flow",
    title="Gradient flow of the regressor of balanced weights",
    kind="dynamics",
    origins=("ours",),
    requires=("kernel", "near-rank-one", "norm-control"),
    note="The weights stay balanced, by conservation: this is a differential equation for w alone.",
    obligations=(
        Obligation(
            "flow",
            Relation(dot(u, w_flow), "==", -2 * (ALL_DIRECTIONS + (L - 1) * ALONG_W)),
            space="balanced",
            over=("W", "u"),
            given=("plain", "balanced", NONZERO),
            tight=True,
            mutants=(
                scaled("risk with the factor 1/2", sp.Rational(1, 2)),
                scaled("sign flipped", -1),
                swapped("L - 1 -> L", {L - 1: L}),
                swapped("without the direction of w", {L - 1: sp.S.Zero}),
                swapped("2 - 2/L -> 2 - 1/L", {norm_w_net ** (2 - 2 / L): norm_w_net ** (2 - 1 / L)}),
                without("balanced"),
                without("plain"),
            ),
        ),
    ),
)

GROWTH = 2 * e * L * norm_w_net ** (2 - 2 / L) * (norm_w - norm_w_net) * norm_w
ALIGNED = ("plain", "balanced", NONZERO, "w* eigenvector", "w along w*", "E > 0")


def _aligned(name: str, relation: Relation, *mutants: Mutant) -> Obligation:
    return Obligation(
        name, relation, space="balanced", over=("W", "u") if relation.lhs.has(u) else ("W",), given=ALIGNED,
        tight=True, mutants=(*mutants, without("balanced"), without("w along w*")))


ALIGNED_FLOW = Claim(
    id="aligned-flow",
    title="Gradient flow of balanced weights along an eigenvector",
    kind="dynamics",
    origins=("ours",),
    requires=("balanced-flow",),
    note="With x for the norm of w, which is the coordinate along w*, and s = x^{1/L} for the norm of each layer.",
    obligations=(
        _aligned(
            "radial", Relation(dot(w_star, w_flow), "==", GROWTH),
            scaled("without L", 1 / L),
            scaled("risk with the factor 1/2", sp.Rational(1, 2)),
            swapped("2 - 2/L -> 2 - 1/L", {norm_w_net ** (2 - 2 / L): norm_w_net ** (2 - 1 / L)}),
            swapped("e -> Lambda", {e: lambda_max}),
        ),
        _aligned(
            "stays", Relation(norm_w**2 * dot(u, w_flow), "==", dot(w_star, u) * dot(w_star, w_flow)),
            swapped("|w*| not squared", {norm_w**2: norm_w}, "lhs"),
            scaled("doubled", 2),
            scaled("sign flipped", -1),
        ),
        _aligned(
            "layers",
            Relation(norm_w_net ** (1 / L - 1) * dot(w_star, w_flow) / (L * norm_w), "==",
                     2 * e * norm_w_net ** (1 - 1 / L) * (norm_w - norm_w_net)),
            scaled("with L", L),
            swapped("s^{L-1} -> s^L", {norm_w_net ** (1 - 1 / L): norm_w_net}),
            swapped("e -> Lambda", {e: lambda_max}),
        ),
    ),
)


class SupposedNonzero(NonzeroWeights):
    """These are the steps of ``NonzeroWeights`` where ``w`` is not zero by hypothesis, not as a minimizer."""

    def _signs(self, proof: Proof, step: int) -> None:
        self.supposed = proof.step(HYPOTHESIS, NONZERO, given=(NONZERO,))
        self.norm, self.start = define(proof, "norm_w_net"), define(proof, "q_0")
        self.nonzero = ()  # the hypothesis says it
        first = proof.step(INSTANCE, (back(ZERO), "<=", sigma_max**2 * back(ONE)), step, data=((k, ONE),))
        self.first = proof.step(REWRITING, (norm_w_net**2, "<=", sigma_max**2 * back(ONE)), first, self.start,
                                self.norm)

    @cached_property
    def largest_positive(self) -> int:
        """Derive ``sigma_max > 0``."""
        squared = self.proof.step(POWER, (norm_w_net**2, ">", 0), self.supposed, data=sp.Integer(2))
        product = self.proof.step(TRANSITIVITY, (sigma_max**2 * back(ONE), ">", 0), self.first, squared)
        return self.proof.step(POSITIVE_PRODUCT, (sigma_max**2, ">", 0), product, data=(sigma_max**2, back(ONE)))


def mixed_form(proof: Proof) -> int:
    """Derive ``u^T M g`` as a sum over the layers, from the quadratic form at ``u + g``."""
    matrix = cite(proof, "kernel", "matrix")
    at_g, at_sum = (
        proof.step(INSTANCE, (dot(x, M * x), "==", kernel_form(x, x)), matrix, data=((u, x),)) for x in (g, u + g))
    return proof.step(SCALING, (dot(u, M * g), "==", kernel_form(u, g)), at_sum, matrix, at_g,
                      data=sp.Rational(1, 2))


def balanced_flow(proof: Proof) -> dict[str, int]:
    """The flow ``w' = -M g`` has the kernel of balanced weights."""
    form = balanced_kernel(proof, SupposedNonzero(proof))
    kernel = norm_w_net ** (2 - 2 / L) * sp.Identity(w.rows) + (L - 1) * norm_w_net ** (-2 / L) * w * w.T
    matrix = proof.step(POLARIZATION, (M, "==", kernel), form)
    moving, mixed = cite(proof, "kernel", "flow"), mixed_form(proof)
    flow = proof.step(SCALING, (dot(u, w_flow), "==", -dot(u, M * g)), moving, mixed, data=ONE)
    g_is = define(proof, "g")
    closed = proof.step(REWRITING, (dot(u, w_flow), "==", -2 * (ALL_DIRECTIONS + (L - 1) * ALONG_W)), flow, matrix,
                        g_is)
    return {"flow": closed}


def aligned_flow(proof: Proof) -> dict[str, int]:
    """Balanced flow starts with ``w`` a multiple of ``w*``, an eigenvector: every term points along ``w*``."""
    flow = cite(proof, "balanced-flow", "flow")
    along, star = define(proof, "along w*"), define(proof, "norm_w")
    eigenvector = proof.step(HYPOTHESIS, (Sigma * w_star, "==", e * w_star), given=("w* eigenvector",))
    direction = proof.step(REWRITING, (dot(u, w_flow), "==", GROWTH / norm_w**2 * dot(u, w_star)), flow, along,
                           eigenvector, star)
    radial = proof.step(INSTANCE, (dot(w_star, w_flow), "==", GROWTH), direction, star, data=((u, w_star),))
    stays = proof.step(IDENTITY, (norm_w**2 * dot(u, w_flow), "==", dot(w_star, u) * dot(w_star, w_flow)), direction,
                       radial)
    nonzero = proof.step(HYPOTHESIS, NONZERO, given=(NONZERO,))
    factor = norm_w_net ** (1 / L - 1) / (L * norm_w)
    layers = proof.step(SCALING, (factor * dot(w_star, w_flow), "==", factor * GROWTH), radial, nonzero, data=factor)
    closed = proof.step(REWRITING, (factor * dot(w_star, w_flow), "==",
                                    2 * e * norm_w_net ** (1 - 1 / L) * (norm_w - norm_w_net)), layers)
    return {"radial": radial, "stays": stays, "layers": closed}


THEOREMS = ((BALANCED_FLOW, balanced_flow), (ALIGNED_FLOW, aligned_flow))
