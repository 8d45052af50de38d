"""Derivations of gradient flow on balanced weights."""

from __future__ import annotations

from functools import cached_property

import sympy as sp

from ...language import quantities as Q
from ...language.nodes import dot
from ...proof.derivation import Derivation, Proof
from ...proof.rules.eigenvalues import POLARIZATION
from ...proof.rules.gradient_flow import POSITIVE_PRODUCT
from ...proof.rules.inequalities import POWER, SCALING
from ...proof.rules.logic import HYPOTHESIS, IDENTITY, INSTANCE, REWRITING, TRANSITIVITY
from ..landscape.bounds_proofs import back
from ..network.kernel_proofs import cite, define
from .balanced_flow import ALL_DIRECTIONS, ALONG_W, GROWTH, NONZERO
from .balanced_proofs import kernel_form
from .limit_proofs import NonzeroWeights

L, M, Sigma, g, k, u, w, w_flow, w_star = Q.L, Q.M, Q.Sigma, Q.g, Q.k, Q.u, Q.w, Q.w_flow, Q.w_star
e, norm_w, norm_w_net, sigma_max = Q.e, Q.norm_w, Q.norm_w_net, Q.sigma_max
ZERO, ONE = sp.S.Zero, sp.S.One


class SupposedNonzero(NonzeroWeights):
    """The same steps where ``w`` is not zero by hypothesis, not as a minimizer."""

    def _signs(self, proof: Proof, step: int) -> None:
        self.supposed = proof.step(HYPOTHESIS, NONZERO, given=(NONZERO,))
        self.norm, self.start = define(proof, "norm_w_net"), define(proof, "q_0")
        self.nonzero = ()  # the hypothesis says it
        first = proof.step(INSTANCE, (back(ZERO), "<=", sigma_max**2 * back(ONE)), step, data=((k, ONE),))
        self.first = proof.step(REWRITING, (norm_w_net**2, "<=", sigma_max**2 * back(ONE)), first, self.start,
                                self.norm)

    @cached_property
    def largest_positive(self) -> int:
        """``sigma_max > 0``."""
        squared = self.proof.step(POWER, (norm_w_net**2, ">", 0), self.supposed, data=sp.Integer(2))
        product = self.proof.step(TRANSITIVITY, (sigma_max**2 * back(ONE), ">", 0), self.first, squared)
        return self.proof.step(POSITIVE_PRODUCT, (sigma_max**2, ">", 0), product, data=(sigma_max**2, back(ONE)))


def mixed_form(proof: Proof) -> int:
    """``u^T M g`` as a sum over the layers: the quadratic form at ``u + g``."""
    matrix = cite(proof, "kernel", "matrix")
    at_g, at_sum = (
        proof.step(INSTANCE, (dot(x, M * x), "==", Q.kernel_form(x, x)), matrix, data=((u, x),)) for x in (g, u + g))
    return proof.step(SCALING, (dot(u, M * g), "==", Q.kernel_form(u, g)), at_sum, matrix, at_g,
                      data=sp.Rational(1, 2))


def balanced_flow() -> Derivation:
    """``w' = -M g`` with the kernel of balanced weights."""
    proof = Proof("balanced-flow")
    form = kernel_form(proof, SupposedNonzero(proof))
    kernel = norm_w_net ** (2 - 2 / L) * sp.Identity(w.rows) + (L - 1) * norm_w_net ** (-2 / L) * w * w.T
    matrix = proof.step(POLARIZATION, (M, "==", kernel), form)
    moving, mixed = cite(proof, "kernel", "flow"), mixed_form(proof)
    flow = proof.step(SCALING, (dot(u, w_flow), "==", -dot(u, M * g)), moving, mixed, data=ONE)
    g_is = define(proof, "g")
    closed = proof.step(REWRITING, (dot(u, w_flow), "==", -2 * (ALL_DIRECTIONS + (L - 1) * ALONG_W)), flow, matrix,
                        g_is)
    return proof.done(flow=closed)


def aligned_flow() -> Derivation:
    """Balanced flow with ``w`` a multiple of ``w*``, an eigenvector: every term points along ``w*``."""
    proof = Proof("aligned-flow")
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
    return proof.done(radial=radial, stays=stays, layers=closed)


PROOFS = {"balanced-flow": balanced_flow, "aligned-flow": aligned_flow}
