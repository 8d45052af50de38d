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
from ...proof.builder import Proof
from ...proof.rules.eigenvalues import polarization
from ...proof.rules.inequalities import positive_factor, scale
from ...proof.rules.logic import hypothesis, identity, rewrite, specialize
from ..landscape.common import back
from .balanced_sharpness import balanced_kernel
from .limit_sharpness import NonzeroWeights

NONZERO = Relation(norm_w_net, ">", 0)
ALL_DIRECTIONS = norm_w_net ** (2 - 2 / L) * dot(u, Sigma * (w - w_star))
ALONG_W = norm_w_net ** (-2 / L) * dot(u, w) * dot(w, Sigma * (w - w_star))

BALANCED_FLOW = Claim(
    id="balanced-flow",
    title="Gradient flow of the regressor of balanced weights",
    kind="dynamics",
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

    def _signs(self, p: Proof, step: int) -> None:
        self.supposed = hypothesis(p, NONZERO)
        self.norm, self.start = p.define("norm_w_net"), p.define("q_0")
        self.nonzero = ()  # the hypothesis says it
        self.first = specialize(p, step, self.start, self.norm, k=1,
                                to=(norm_w_net**2, "<=", sigma_max**2 * back(sp.S.One)))

    @cached_property
    def largest_positive(self) -> int:
        """Derive ``sigma_max > 0``."""
        return positive_factor(self.proof, self.first, sigma_max**2, back(sp.S.One), self.supposed)


def mixed_form(p: Proof) -> int:
    """Derive ``u^T M g`` as a sum over the layers, from the quadratic form at ``u + g``."""
    matrix = p.cite("kernel", "matrix")
    at_g, at_sum = specialize(p, matrix, u=g), specialize(p, matrix, u=u + g)
    return scale(p, at_sum, sp.Rational(1, 2), matrix, at_g, to=(dot(u, M * g), "==", kernel_form(u, g)))


def balanced_flow(p: Proof) -> dict[str, int]:
    """The flow ``w' = -M g`` has the kernel of balanced weights."""
    form = balanced_kernel(p, SupposedNonzero(p))
    kernel = norm_w_net ** (2 - 2 / L) * sp.Identity(w.rows) + (L - 1) * norm_w_net ** (-2 / L) * w * w.T
    matrix = polarization(p, (M, "==", kernel), form)
    flow = scale(p, p.cite("kernel", "flow"), 1, mixed_form(p), to=(dot(u, w_flow), "==", -dot(u, M * g)))
    return {"flow": rewrite(p, BALANCED_FLOW.obligation("flow").relation, flow, matrix, p.define("g"))}


def aligned_flow(p: Proof) -> dict[str, int]:
    """Balanced flow starts with ``w`` a multiple of ``w*``, an eigenvector: every term points along ``w*``."""
    stays, layers = (ALIGNED_FLOW.obligation(name).relation for name in ("stays", "layers"))
    star = p.define("norm_w")
    direction = rewrite(p, (dot(u, w_flow), "==", GROWTH / norm_w**2 * dot(u, w_star)),
                        p.cite("balanced-flow", "flow"), p.define("along w*"), hypothesis(p, "w* eigenvector"), star)
    radial = specialize(p, direction, star, u=w_star, to=(dot(w_star, w_flow), "==", GROWTH))
    factor = norm_w_net ** (1 / L - 1) / (L * norm_w)
    return {"radial": radial, "stays": identity(p, stays, direction, radial),
            "layers": scale(p, radial, factor, hypothesis(p, NONZERO), to=layers)}


THEOREMS = ((BALANCED_FLOW, balanced_flow), (ALIGNED_FLOW, aligned_flow))
