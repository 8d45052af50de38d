"""The end-to-end kernel of layers whose products nearly keep lengths is nearly a multiple of the identity."""

from __future__ import annotations

import sympy as sp

from ...language.claim import Claim, Obligation, scaled, swapped
from ...language.nodes import Relation, dot
from ...language.quantities import L, M, alpha_sub, beta_sub, k, norm_p, u
from ...proof.builder import Proof, cite, define
from ...proof.rules.inequalities import SCALING
from ...proof.rules.logic import IDENTITY, REWRITING, TRANSITIVITY
from ...proof.rules.sub_products import SUB_PRODUCT
from ...proof.rules.sums import TERMWISE
from ...setting.network import P, q
from ...setting.residual_constants import middle
from ..landscape.common import back, front

ONE = sp.S.One
length = dot(u, u)

RESIDUAL_KERNEL = Claim(
    id="residual-kernel",
    title="The end-to-end kernel between multiples of the identity",
    kind="inequality",
    origins=("ours",),
    requires=("kernel",),
    note="alpha and beta are the tightest bounds, alpha <= 1 <= beta, on the singular values of all products of "
    "consecutive layers.",
    obligations=(
        Obligation(
            "below",
            Relation(dot(u, M * u), ">=", middle(alpha_sub) * norm_p**2 * length),
            space="products",
            over=("W", "u"),
            given=("square", "L >= 2"),
            tight=True,
            formal="residual.residual_kernel_below",
            mutants=(
                scaled("x 1.01", sp.Rational(101, 100)),
                swapped("alpha^4 -> alpha^3", {alpha_sub**4: alpha_sub**3}),
                swapped("alpha^2 -> alpha", {alpha_sub**2: alpha_sub}),
                swapped("without |p|^2", {norm_p: sp.S.One}),
                swapped("L - 2 -> L - 1", {L - 2: L - 1}),
            ),
        ),
        Obligation(
            "above",
            Relation(dot(u, M * u), "<=", middle(beta_sub) * norm_p**2 * length),
            space="products",
            over=("W", "u"),
            given=("L >= 2",),
            tight=True,
            formal="residual.residual_kernel_above",
            mutants=(
                scaled("x 0.99", sp.Rational(99, 100)),
                swapped("beta^4 -> beta^3", {beta_sub**4: beta_sub**3}),
                swapped("beta^2 -> beta", {beta_sub**2: beta_sub}),
                swapped("without |p|^2", {norm_p: sp.S.One}),
                swapped("L - 2 -> L - 3", {L - 2: L - 3}),
            ),
        ),
        Obligation(
            "simple-below",
            Relation(dot(u, M * u), ">=", L * alpha_sub**4 * norm_p**2 * length),
            space="products",
            over=("W", "u"),
            given=("square",),
            tight=True,
            formal="residual.residual_kernel_simple_below",
            mutants=(
                scaled("x 1.01", sp.Rational(101, 100)),
                swapped("alpha^4 -> alpha^3", {alpha_sub**4: alpha_sub**3}),
                swapped("without |p|^2", {norm_p: sp.S.One}),
            ),
        ),
        Obligation(
            "simple-above",
            Relation(dot(u, M * u), "<=", L * beta_sub**4 * norm_p**2 * length),
            space="products",
            over=("W", "u"),
            tight=True,
            formal="residual.residual_kernel_simple_above",
            mutants=(
                scaled("x 0.99", sp.Rational(99, 100)),
                swapped("beta^4 -> beta^3", {beta_sub**4: beta_sub**3}),
                swapped("without |p|^2", {norm_p: sp.S.One}),
            ),
        ),
    ),
)


class KernelTerms:
    """These steps bound ``|q_k|^2`` and ``|P_k u|^2`` by one of the bounds on singular values."""

    def __init__(self, proof: Proof, bound: sp.Symbol) -> None:
        self.proof, self.bound = proof, bound
        self.op = "<=" if bound == beta_sub else ">="
        self.given = () if bound == beta_sub else ("square",)
        self.readout = define(proof, "norm_p")

    def backward(self, first: sp.Expr, last: sp.Expr, at: sp.Expr = k) -> int:
        """Compare ``|q_k|^2`` with ``bound^2 |p|^2``."""
        scope = ((k, first, last),) if at == k else ()
        raw = self.proof.step(SUB_PRODUCT, (back(at), self.op, self.bound**2 * back(L)),
                              data=(self.bound, q(at), q(L)), given=self.given, scope=scope)
        return self.proof.step(REWRITING, (back(at), self.op, self.bound**2 * norm_p**2), raw, self.readout,
                               scope=scope)

    def forward(self, first: sp.Expr, last: sp.Expr, at: sp.Expr = k - 1) -> int:
        """Compare ``|P_{k-1} u|^2`` with ``bound^2 |u|^2``."""
        scope = ((k, first, last),) if at == k - 1 else ()
        return self.proof.step(SUB_PRODUCT, (front(at), self.op, self.bound**2 * length),
                               data=(self.bound, P(at), u), given=self.given, scope=scope)

    def sum(self, first: sp.Expr, last: sp.Expr, needs: tuple[str, ...] = ()) -> int:
        """Compare the terms of some layers, each with ``bound^4 |p|^2 |u|^2``."""
        proof, bound, scope = self.proof, self.bound, ((k, first, last),)
        outer = proof.step(
            SCALING, (back(k) * front(k - 1), self.op, bound**2 * norm_p**2 * front(k - 1)),
            self.backward(first, last), data=front(k - 1), scope=scope)
        inner = proof.step(
            SCALING, (bound**2 * norm_p**2 * front(k - 1), self.op, bound**4 * norm_p**2 * length),
            self.forward(first, last), data=bound**2 * norm_p**2, scope=scope)
        term = proof.step(TRANSITIVITY, (proof[outer].lhs, self.op, proof[inner].rhs), outer, inner, scope=scope)
        limits, count = (k, first, last), last - first + 1
        return proof.step(TERMWISE, (sp.Sum(proof[term].lhs, limits), self.op, count * proof[term].rhs), term,
                          data=("sum", limits), given=needs)


def simple_kernel(proof: Proof, bound: sp.Symbol) -> int:
    """Compare ``u^T M u`` with ``L bound^4 |p|^2 |u|^2``: every term has at most both sides."""
    terms = KernelTerms(proof, bound)
    matrix, total = cite(proof, "kernel", "matrix"), terms.sum(ONE, L)
    return proof.step(TRANSITIVITY, (dot(u, M * u), terms.op, proof[total].rhs), matrix, total)


def kernel_bound(proof: Proof, bound: sp.Symbol) -> int:
    """Compare ``u^T M u`` with ``(2 bound^2 + (L-2) bound^4) |p|^2 |u|^2``: the outer terms have one side only."""
    terms = KernelTerms(proof, bound)
    matrix, P_0 = cite(proof, "kernel", "matrix"), define(proof, "P_0")
    inner = sp.Sum(back(k) * front(k - 1), (k, 2, L - 1))
    ends = back(ONE) * length + norm_p**2 * front(L - 1)
    peeled = proof.step(IDENTITY, (dot(u, M * u) - ends, "==", inner), matrix, P_0, terms.readout,
                        given=("L >= 2",), note="the first and the last term of the sum peeled off")
    total = terms.sum(sp.Integer(2), L - 1, ("L >= 2",))
    rest = proof[total].rhs
    joined = proof.step(TRANSITIVITY, (proof[peeled].lhs, terms.op, rest), peeled, total)
    moved = proof.step(SCALING, (dot(u, M * u), terms.op, ends + rest), joined, data=ONE)
    side = bound**2 * norm_p**2 * length
    first = proof.step(SCALING, (ends + rest, terms.op, side + norm_p**2 * front(L - 1) + rest),
                       terms.backward(ONE, ONE, ONE), data=length)
    last = proof.step(SCALING, (proof[first].rhs, terms.op, middle(bound) * norm_p**2 * length),
                      terms.forward(L, L, L - 1), data=norm_p**2)
    return proof.step(TRANSITIVITY, (dot(u, M * u), terms.op, proof[last].rhs), moved, first, last)


def residual_kernel(proof: Proof) -> dict[str, int]:
    """Each backward vector is an image of the read-out, and each forward product keeps lengths up to a factor."""
    return {"below": kernel_bound(proof, alpha_sub), "above": kernel_bound(proof, beta_sub),
            "simple-below": simple_kernel(proof, alpha_sub), "simple-above": simple_kernel(proof, beta_sub)}


THEOREMS = ((RESIDUAL_KERNEL, residual_kernel),)
