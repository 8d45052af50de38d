"""Two lower bounds hold for the sharpness of every minimizer: that of the paper, and a sharper one."""

from __future__ import annotations

from functools import partial

import sympy as sp

from ...language.claim import Claim, Obligation, scaled, swapped, without
from ...language.nodes import Relation, dot, weighted_top
from ...language.quantities import E, L, M, S, Sigma, a, b, lambda_max, norm_p, norm_q1, norm_w, r, w_star
from ...proof.builder import Proof
from ...proof.rules.calculus import minimize
from ...proof.rules.eigenvalues import rayleigh
from ...proof.rules.inequalities import cauchy_schwarz, monotone, power, scale
from ...proof.rules.logic import chain, rewrite, specialize
from .common import DEEP, minimizer_energy, primal_at_signal, primal_bound
from .formulas import ATTAINABLE, PAPER_LOWER, TIGHT_LOWER

_bound = partial(Obligation, over=("W",), given=ATTAINABLE, tight=True)

SHARPNESS_LOWER = Claim(
    id="sharpness-lower",
    title="Theorem 1 of the paper: lower bound on the sharpness of minimizers",
    origins=("paper",),
    requires=("sharpness-lower-tight",),
    obligations=(
        _bound("minimizers", Relation(S, ">=", PAPER_LOWER), formal="lower.sharpness_lower",
               mutants=(scaled("2L -> 2.1L", sp.Rational(21, 20)),
                        swapped("a -> Lambda", {a: lambda_max}),
                        swapped("exponent 2 - 2/L -> 2 - 1/L", {2 - 2 / L: 2 - 1 / L}),
                        swapped("a -> b", {a: b}),
                        swapped("|p|^{2/L} -> |p|^2", {2 / L: sp.Integer(2)}),
                        without("minimizer"))),
    ),
)

SHARPNESS_LOWER_TIGHT = Claim(
    id="sharpness-lower-tight",
    title="Sharper lower bound on the sharpness of minimizers",
    requires=("sharpness", "kernel-agm"),
    obligations=(
        _bound("minimizers", Relation(S, ">=", TIGHT_LOWER), formal="lower.sharpness_lower_tight",
               mutants=(scaled("2L -> 2.05L", sp.Rational(41, 40)),
                        swapped("b -> Lambda", {b: lambda_max}),
                        swapped("exponents exchanged", {1 / L: 1 - 1 / L, 1 - 1 / L: 1 / L}),
                        swapped("E -> |w*|^2", {E: norm_w**2}),
                        without("minimizer"))),
    ),
)


def lower_tight(p: Proof) -> dict[str, int]:
    """The master inequality at ``u = Sigma w*`` gives the bound. Calculus over ``r`` gives it again."""
    master, eigenvalue = p.cite("kernel-agm", "all-weights"), p.cite("sharpness", "eigenvalue")
    _minimizer, energy = minimizer_energy(p)
    E_is, b_is, x = p.define("E"), p.define("b"), Sigma * w_star
    at_signal = specialize(p, master, energy, b_is, u=x,
                           to=(dot(x, M * x) ** L, ">=", L**L * norm_p**2 * b * E ** (2 * L - 1)))
    value = L * norm_p ** (2 / L) * b ** (1 / L) * E ** ((2 * L - 1) / L)
    root = power(p, at_signal, 1 / L, to=(dot(x, M * x), ">=", value))
    top = chain(p, rayleigh(p, "pencil", M, w_star), root)
    final = chain(p, eigenvalue, scale(p, top, 2 / E, E_is, to=(2 * weighted_top(M), ">=", TIGHT_LOWER)))

    primal, positive = primal_bound(p)
    linear = primal_at_signal(p)
    function = p[linear].rhs
    least = minimize(p.given(*DEEP).note("calculus over r"), function, r, (function, ">=", TIGHT_LOWER))
    at_q1 = specialize(p, chain(p, linear, least), positive, r=norm_q1**2)
    p.again("minimizers", chain(p, primal, at_q1))
    return {"minimizers": final}


def quotients_in_order(p: Proof) -> tuple[int, int]:
    """Derive ``b >= a`` by Cauchy-Schwarz. The definition of ``a`` is a step, too."""
    E_is, b_is, a_is, norm_is = (p.define(x) for x in ("E", "b", "a", "norm_w"))
    cauchy = rewrite(p, (norm_w**2 * b * E, ">=", E**2), cauchy_schwarz(p, w_star, Sigma * w_star), E_is, b_is, norm_is)
    return scale(p, cauchy, 1 / (E * norm_w**2), a_is, to=(b, ">=", a)), a_is


def lower_ladder(p: Proof) -> int:
    """Derive that the bound in ``b`` is at least the bound in ``a``."""
    order, a_is = quotients_in_order(p)
    return rewrite(p, (TIGHT_LOWER, ">=", PAPER_LOWER), monotone(p, order, b, TIGHT_LOWER), a_is)


def lower(p: Proof) -> dict[str, int]:
    """The sharper bound holds with ``b`` lowered to ``a``."""
    return {"minimizers": chain(p, p.cite("sharpness-lower-tight", "minimizers"), lower_ladder(p))}


THEOREMS = ((SHARPNESS_LOWER, lower), (SHARPNESS_LOWER_TIGHT, lower_tight))
