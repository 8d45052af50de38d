"""The end-to-end kernel of layers whose products nearly keep lengths is nearly a multiple of the identity."""

from __future__ import annotations

import sympy as sp

from ...language.claim import Claim, Mutant, Obligation, scaled, swapped
from ...language.nodes import Relation, dot
from ...language.quantities import L, M, alpha_sub, beta_sub, k, norm_p, u
from ...proof.builder import Proof
from ...proof.rules.inequalities import scale
from ...proof.rules.logic import chain, identity, rewrite
from ...proof.rules.sub_products import sub_product
from ...proof.rules.sums import term_by_term
from ...proof.steps import Range
from ...setting.network import P, q
from ...setting.residual_constants import middle
from ..landscape.common import back, front

ONE = sp.S.One
length = dot(u, u)


def _bound(name: str, bound: sp.Symbol, value: sp.Expr, given: tuple[str, ...], *more: Mutant) -> Obligation:
    """Return the obligation that compares ``u^T M u`` with ``value |p|^2 |u|^2``: ``alpha`` below, ``beta`` above."""
    letter, op, nearly = ("alpha", ">=", 101) if bound == alpha_sub else ("beta", "<=", 99)
    outer = (swapped(f"{letter}^2 -> {letter}", {bound**2: bound}),) if value.has(bound**2) else ()
    return Obligation(
        name, Relation(dot(u, M * u), op, value * norm_p**2 * length), "products", ("W", "u"), given, tight=True,
        formal=f"residual.residual_kernel_{name.replace('-', '_')}",
        mutants=(scaled(f"x {nearly / 100}", sp.Rational(nearly, 100)),
                 swapped(f"{letter}^4 -> {letter}^3", {bound**4: bound**3}), *outer,
                 swapped("without |p|^2", {norm_p: sp.S.One}), *more))


RESIDUAL_KERNEL = Claim(
    id="residual-kernel",
    title="The end-to-end kernel between multiples of the identity",
    requires=("kernel",),
    note="alpha and beta are the tightest bounds, alpha <= 1 <= beta, on the singular values of all products of "
    "consecutive layers.",
    obligations=(
        _bound("below", alpha_sub, middle(alpha_sub), ("square", "L >= 2"), swapped("L - 2 -> L - 1", {L - 2: L - 1})),
        _bound("above", beta_sub, middle(beta_sub), ("L >= 2",), swapped("L - 2 -> L - 3", {L - 2: L - 3})),
        _bound("simple-below", alpha_sub, L * alpha_sub**4, ("square",)),
        _bound("simple-above", beta_sub, L * beta_sub**4, ()),
    ),
)


class KernelTerms:
    """Steps that compare ``|q_k|^2`` and ``|P_k u|^2`` by a bound on singular values, for a range of layers."""

    def __init__(self, p: Proof, bound: sp.Symbol, layers: Range) -> None:
        self.p, self.bound, self.layers = p.at(layers), bound, layers
        self.products = self.p if bound == beta_sub else self.p.given("square")
        self.readout = p.define("norm_p")

    def backward(self, index: sp.Expr = k) -> int:
        """Compare ``|q_k|^2`` with ``bound^2 |p|^2``."""
        raw = sub_product(self.products, self.bound, q(index), q(L))
        return rewrite(self.p, (back(index), self.p[raw].op, self.bound**2 * norm_p**2), raw, self.readout)

    def forward(self, index: sp.Expr = k - 1) -> int:
        """Compare ``|P_{k-1} u|^2`` with ``bound^2 |u|^2``."""
        return sub_product(self.products, self.bound, P(index), u)

    def sum(self, p: Proof) -> int:
        """Compare the sum of the terms, as each of them is compared with ``bound^4 |p|^2 |u|^2``."""
        outer = scale(self.p, self.backward(), front(k - 1))
        term = chain(self.p, outer, scale(self.p, self.forward(), self.bound**2 * norm_p**2))
        (_k, first, last), each = self.layers, p[term]
        return term_by_term(p, term, "sum", self.layers, to=(
            sp.Sum(each.lhs, self.layers), each.op, (last - first + 1) * each.rhs))


def simple_kernel(p: Proof, bound: sp.Symbol) -> int:
    """Compare ``u^T M u`` with ``L bound^4 |p|^2 |u|^2``: every term has at most both sides."""
    return chain(p, p.cite("kernel", "matrix"), KernelTerms(p, bound, (k, 1, L)).sum(p))


def kernel_bound(p: Proof, bound: sp.Symbol) -> int:
    """Compare ``u^T M u`` with ``(2 bound^2 + (L-2) bound^4) |p|^2 |u|^2``: the outer terms have one side only."""
    terms, deep = KernelTerms(p, bound, (k, 2, L - 1)), p.given("L >= 2")
    total = terms.sum(deep)
    inner, op, rest = p[total].lhs, p[total].op, p[total].rhs
    first, last = back(ONE) * length, norm_p**2 * front(L - 1)
    peeled = identity(deep.note("the first and the last term of the sum peeled off"),
                      (dot(u, M * u) - first - last, "==", inner),
                      p.cite("kernel", "matrix"), p.define("P_0"), terms.readout)
    moved = scale(p, chain(p, peeled, total), 1, to=(dot(u, M * u), op, first + last + rest))
    side = bound**2 * norm_p**2 * length
    one = scale(p, terms.backward(ONE), length, to=(p[moved].rhs, op, side + last + rest))
    two = scale(p, terms.forward(L - 1), norm_p**2, to=(p[one].rhs, op, middle(bound) * norm_p**2 * length))
    return chain(p, moved, one, two)


def residual_kernel(p: Proof) -> dict[str, int]:
    """Each backward vector is an image of the read-out, and each forward product keeps lengths up to a factor."""
    return {"below": kernel_bound(p, alpha_sub), "above": kernel_bound(p, beta_sub),
            "simple-below": simple_kernel(p, alpha_sub), "simple-above": simple_kernel(p, beta_sub)}


THEOREMS = ((RESIDUAL_KERNEL, residual_kernel),)
