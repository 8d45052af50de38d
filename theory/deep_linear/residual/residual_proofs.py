"""Derivations of the kernel and of the sharpness of residual networks."""

from __future__ import annotations

import sympy as sp

from ...language import quantities as Q
from ...language.nodes import dot, weighted_top
from ...proof.derivation import Derivation, Proof
from ...proof.rules.eigenvalues import LOEWNER, MULTIPLE_OF_IDENTITY
from ...proof.rules.inequalities import POWER, SCALING, SIGN
from ...proof.rules.logic import CASES, HYPOTHESIS, IDENTITY, REWRITING, TRANSITIVITY
from ...proof.rules.spectral_norms import LEAST_EIGENVALUE
from ...proof.rules.sub_products import SUB_PRODUCT
from ...proof.rules.sums import TERMWISE
from ...setting.flow import INVERTIBLE
from ...setting.network import P, q
from ...setting.residual import factor
from ...setting.residual_constants import ABOVE_ZERO, middle
from ..landscape.bounds_proofs import back, front, minimizer_energy
from ..landscape.formulas import PAPER_LOWER
from ..network.kernel_proofs import cite, define

E, L, M, S, Sigma, S_min = Q.E, Q.L, Q.M, Q.S, Q.Sigma, Q.S_min
a, k, norm_p, norm_w, u, w, w_star = Q.a, Q.k, Q.norm_p, Q.norm_w, Q.u, Q.w, Q.w_star
alpha, beta, least, top = Q.alpha_sub, Q.beta_sub, Q.lambda_min, Q.lambda_max
length = dot(u, u)
ONE = sp.S.One


class KernelTerms:
    """Steps that bound ``|q_k|^2`` and ``|P_k u|^2`` by one of the bounds on singular values."""

    def __init__(self, proof: Proof, bound: sp.Symbol) -> None:
        self.proof, self.bound = proof, bound
        self.op = "<=" if bound == beta else ">="
        self.given = () if bound == beta else ("square",)
        self.readout = define(proof, "norm_p")

    def backward(self, first: sp.Expr, last: sp.Expr, at: sp.Expr = k) -> int:
        """``|q_k|^2`` against ``bound^2 |p|^2``."""
        scope = ((k, first, last),) if at == k else ()
        raw = self.proof.step(SUB_PRODUCT, (back(at), self.op, self.bound**2 * back(L)),
                              data=(self.bound, q(at), q(L)), given=self.given, scope=scope)
        return self.proof.step(REWRITING, (back(at), self.op, self.bound**2 * norm_p**2), raw, self.readout,
                               scope=scope)

    def forward(self, first: sp.Expr, last: sp.Expr, at: sp.Expr = k - 1) -> int:
        """``|P_{k-1} u|^2`` against ``bound^2 |u|^2``."""
        scope = ((k, first, last),) if at == k - 1 else ()
        return self.proof.step(SUB_PRODUCT, (front(at), self.op, self.bound**2 * length),
                               data=(self.bound, P(at), u), given=self.given, scope=scope)

    def sum(self, first: sp.Expr, last: sp.Expr, needs: tuple[str, ...] = ()) -> int:
        """The terms of some layers, each against ``bound^4 |p|^2 |u|^2``."""
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
    """``u^T M u`` against ``L bound^4 |p|^2 |u|^2``: every term has at most both sides."""
    terms = KernelTerms(proof, bound)
    matrix, total = cite(proof, "kernel", "matrix"), terms.sum(ONE, L)
    return proof.step(TRANSITIVITY, (dot(u, M * u), terms.op, proof[total].rhs), matrix, total)


def kernel_bound(proof: Proof, bound: sp.Symbol) -> int:
    """``u^T M u`` against ``(2 bound^2 + (L-2) bound^4) |p|^2 |u|^2``: first and last term have one side only."""
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


def residual_kernel() -> Derivation:
    """Each backward vector is an image of the read-out, each forward product keeps lengths up to a factor."""
    proof = Proof("residual-kernel")
    return proof.done(below=kernel_bound(proof, alpha), above=kernel_bound(proof, beta),
                      simple_below=simple_kernel(proof, alpha), simple_above=simple_kernel(proof, beta))


def sharpness_above(proof: Proof, form: int, size: sp.Expr) -> int:
    """``S <= 2 c Lambda`` from ``u^T M u <= c |u|^2``."""
    identity = size * sp.Identity(w.rows)
    compared = proof.step(LOEWNER, (weighted_top(identity), ">=", weighted_top(M)), form, data=(identity, M))
    multiple = proof.step(MULTIPLE_OF_IDENTITY, (weighted_top(identity), "==", size * top), data=size)
    chain = proof.step(TRANSITIVITY, (weighted_top(M), "<=", size * top), compared, multiple)
    doubled = proof.step(SCALING, (2 * weighted_top(M), "<=", 2 * size * top), chain, data=sp.Integer(2))
    return proof.step(TRANSITIVITY, (S, "<=", 2 * size * top), cite(proof, "sharpness", "eigenvalue"), doubled)


def energy_below(proof: Proof) -> int:
    """``E = w^T Sigma w >= lambda |w|^2 >= lambda alpha^2 |p|^2`` at a minimizer."""
    minimizer, inner = minimizer_energy(proof)
    energy = proof.step(REWRITING, (dot(w, Sigma * w), "==", E), inner, minimizer)
    eigen = proof.step(LEAST_EIGENVALUE, (dot(w, Sigma * w), ">=", least * dot(w, w)), data=w)
    raw = proof.step(SUB_PRODUCT, (back(sp.S.Zero), ">=", alpha**2 * back(L)), data=(alpha, q(0), q(L)),
                     given=("square",))
    start, readout = define(proof, "q_0"), define(proof, "norm_p")
    length_of_w = proof.step(REWRITING, (dot(w, w), ">=", alpha**2 * norm_p**2), raw, start, readout)
    scaled = proof.step(SCALING, (least * dot(w, w), ">=", least * alpha**2 * norm_p**2), length_of_w, data=least)
    return proof.step(TRANSITIVITY, (E, ">=", least * alpha**2 * norm_p**2), energy, eigen, scaled)


def quotient_below(proof: Proof, a_is: int) -> int:
    """``a >= lambda``."""
    eigen = proof.step(LEAST_EIGENVALUE, (dot(w_star, Sigma * w_star), ">=", least * dot(w_star, w_star)), data=w_star)
    E_is, norm = define(proof, "E"), define(proof, "norm_w")
    named = proof.step(REWRITING, (a * norm_w**2, ">=", least * norm_w**2), eigen, E_is, norm, a_is)
    return proof.step(SCALING, (a, ">=", least), named, data=1 / norm_w**2)


def least_sharpness_below(proof: Proof) -> int:
    """``S_min >= 2 L lambda alpha^2 |p|^2``: by section 2, as ``w`` is no shorter than ``alpha |p|``."""
    cited, a_is = cite(proof, "residual-min-sharpness", "below"), define(proof, "a")
    law, power = 2 * L * norm_p ** (2 / L), 1 - 1 / L
    named = proof.step(REWRITING, (S_min, ">=", law * E**power * a ** (1 / L)), cited, a_is)
    size = least * alpha**2 * norm_p**2
    energy, quotient = energy_below(proof), quotient_below(proof, a_is)
    goal = (E**power, ">=", size**power)
    deep = proof.step(POWER, goal, energy, data=power, given=("L >= 2",))
    shallow = proof.step(SIGN, goal, given=("L == 1",), note="both sides are one")
    both = proof.step(CASES, goal, shallow, deep)
    one = proof.step(SCALING, (proof[named].rhs, ">=", law * size**power * a ** (1 / L)), both,
                     data=law * a ** (1 / L))
    root = proof.step(POWER, (a ** (1 / L), ">=", least ** (1 / L)), quotient, data=1 / L)
    value = 2 * L * least * norm_p**2
    two = proof.step(SCALING, (proof[one].rhs, ">=", value * alpha ** (2 * power)), root, data=law * size**power)
    unit = define(proof, "alpha_sub")
    raised = proof.step(POWER, (alpha ** (2 / L), "<=", 1), unit, data=2 / L)
    three = proof.step(SCALING, (value * alpha**2, "<=", value * alpha ** (2 * power)), raised,
                       data=value * alpha ** (2 * power))
    return proof.step(TRANSITIVITY, (S_min, ">=", value * alpha**2), named, one, two, three)


def residual_sharpness() -> Derivation:
    """The kernel is at most a multiple of the identity; the least sharpness is at least a multiple of ``lambda``."""
    proof = Proof("residual-sharpness")
    simple = L * beta**4 * norm_p**2
    every = sharpness_above(proof, cite(proof, "residual-kernel", "simple-above"), simple)
    form, size = cite(proof, "residual-kernel", "above"), define(proof, "kernel above")
    named = proof.step(REWRITING, (dot(u, M * u), "<=", factor * length), form, size)
    bound = sharpness_above(proof, named, factor)
    sharper = proof.step(REWRITING, (S, "<=", 2 * top * middle(beta) * norm_p**2), bound, size)

    below = least_sharpness_below(proof)
    invertible = proof.step(HYPOTHESIS, INVERTIBLE, given=(INVERTIBLE,))
    quotient = beta**4 / alpha**2 * top / least
    scaled = proof.step(SCALING, (2 * simple * top, "<=", quotient * S_min), below, invertible, data=quotient,
                        given=(ABOVE_ZERO,))
    chain = proof.step(TRANSITIVITY, (S, "<=", quotient * S_min), every, scaled)
    ratio = proof.step(REWRITING, (S, "<=", beta**4 / alpha**2 * Q.kappa * S_min), chain, define(proof, "kappa"))
    return proof.done(every_minimizer=every, sharper=sharper, ratio=ratio)


def residual_min_sharpness() -> Derivation:
    """The bounds of section 2 have the factor already."""
    proof = Proof("residual-min-sharpness")
    every = cite(proof, "sharpness-lower", "minimizers")
    first, second = (cite(proof, "min-sharpness-ladder", x) for x in ("paper-below-tight", "tight-below-minimum"))
    below = proof.step(TRANSITIVITY, (S_min, ">=", PAPER_LOWER), second, first)
    return proof.done(every_minimizer=every, below=below, above=cite(proof, "min-sharpness-bracket", "above"))


PROOFS = {"residual-min-sharpness": residual_min_sharpness, "residual-kernel": residual_kernel,
          "residual-sharpness": residual_sharpness}
