"""The least sharpness has a bracket and the upper bound of the paper; a ladder puts all bounds in order."""

from __future__ import annotations

from functools import partial

import sympy as sp

from ...language.claim import Claim, Obligation, operator, scaled, swapped
from ...language.nodes import Minimum, Relation
from ...language.quantities import E, L, S_min, a, b, lambda_max, lambda_min, norm_w, r, w_star
from ...proof.builder import Proof
from ...proof.rules.calculus import minimize
from ...proof.rules.eigenvalues import rank_one_update, rayleigh
from ...proof.rules.inequalities import power, scale, weighted_means
from ...proof.rules.infima import at_minimum, infimum, minimum_is_below
from ...proof.rules.logic import cases, chain, specialize
from .common import DEEP, shallow_minimum
from .formulas import (
    BALANCED_R,
    ENERGY_UPPER,
    PAPER_LOWER,
    PAPER_UPPER,
    PRIMAL,
    SUM_UPPER,
    TIGHT_LOWER,
    rank_one_factor,
)
from .sharpness_lower import lower_ladder

_bound = partial(Obligation, space="problem", given=("E > 0",), tight=True)

MIN_SHARPNESS_BRACKET = Claim(
    id="min-sharpness-bracket",
    title="Bracket of the least sharpness, closing with depth",
    requires=("sharpness-lower-tight", "min-sharpness-dual"),
    note="The ratio of the sides is (Lambda/b)^{1/L}, which tends to 1.",
    obligations=(
        _bound("below", Relation(S_min, ">=", TIGHT_LOWER), formal="lower.sharpness_lower_tight",
               mutants=(scaled("2L -> 2.05L", sp.Rational(41, 40)),
                        swapped("b -> Lambda", {b: lambda_max}),
                        swapped("exponents exchanged", {1 / L: 1 - 1 / L, 1 - 1 / L: 1 / L}))),
        _bound("above", Relation(S_min, "<=", ENERGY_UPPER), formal="minimum.min_sharpness_above",
               mutants=(scaled("2L -> 1.95L", sp.Rational(39, 40)),
                        swapped("Lambda -> b", {lambda_max: b}),
                        swapped("exponents exchanged", {1 / L: 1 - 1 / L, 1 - 1 / L: 1 / L}))),
    ),
)

MIN_SHARPNESS_UPPER = Claim(
    id="min-sharpness-upper",
    title="Upper bound on the least sharpness, as in the paper",
    origins=("paper",),
    requires=("min-sharpness",),
    obligations=(
        _bound("root", Relation(S_min, "<=", PAPER_UPPER), formal="ladder.min_sharpness_upper",
               mutants=(swapped("2L - 1 -> 2L - 2", {2 * L - 1: 2 * L - 2}),
                        swapped("a -> lambda", {a: lambda_min}),
                        swapped("exponent 2 - 2/L -> 2 - 1/L", {2 - 2 / L: 2 - 1 / L}))),
    ),
)

MIN_SHARPNESS_LADDER = Claim(
    id="min-sharpness-ladder",
    title="All bounds on the least sharpness in order",
    requires=("sharpness-lower", "min-sharpness-bracket", "min-sharpness-upper"),
    obligations=(
        _bound("paper-below-tight", Relation(PAPER_LOWER, "<=", TIGHT_LOWER), over=(),
               formal="ladder.paper_below_tight",
               mutants=(operator("reversed", ">="),
                        scaled("x 0.95", sp.Rational(19, 20)),
                        swapped("b -> lambda", {b: lambda_min}))),
        _bound("tight-below-minimum", Relation(TIGHT_LOWER, "<=", S_min), over=(), formal="lower.sharpness_lower_tight",
               mutants=(operator("reversed", ">="), swapped("b -> Lambda", {b: lambda_max}, "lhs"))),
        _bound("minimum-below-energy", Relation(S_min, "<=", ENERGY_UPPER), over=(),
               formal="minimum.min_sharpness_above",
               mutants=(operator("reversed", ">="), scaled("x 0.95", sp.Rational(19, 20)))),
        _bound("energy-below-sum", Relation(ENERGY_UPPER, "<=", SUM_UPPER), over=(), formal="ladder.energy_below_sum",
               mutants=(operator("reversed", ">="), swapped("L - 1 -> L - 2", {L - 1: L - 2}))),
        _bound("sum-below-paper", Relation(SUM_UPPER, "<=", PAPER_UPPER), over=(), formal="ladder.sum_below_paper",
               mutants=(operator("reversed", ">="), swapped("a -> lambda", {a: lambda_min}))),
    ),
)


def linear_bound(p: Proof) -> int:
    """Derive ``S_min <= 2 (r Lambda + (L-1)(|p|^2/r)^{1/(L-1)} E)`` for every ``r``."""
    value, energy = minimum_is_below(p, p.cite("min-sharpness", "statement")), p.define("E")
    c = rank_one_factor(r)
    update = rank_one_update(p.given("L >= 2"), r, c, w_star)
    return chain(p, value, scale(p, update, 2, energy, to=(PRIMAL, "<=", 2 * (r * lambda_max + c * E))))


def bracket(p: Proof) -> dict[str, int]:
    """The sharper bound for every minimizer holds below. Calculus over ``r`` gives the bound above."""
    below = infimum(p, p.cite("sharpness-lower-tight", "minimizers"))
    linear = linear_bound(p)
    function = p[linear].rhs
    least = minimize(p.given(*DEEP).note("calculus over r"), function, r, (Minimum(function, r), "==", ENERGY_UPPER))
    deep = at_minimum(p, linear, least, function, r)
    shallow = chain(p.note("the same at L = 1"), shallow_minimum(p), to=p[deep])
    return {"below": below, "above": cases(p, shallow, deep)}


def sum_below_root(p: Proof) -> int:
    """Derive that the square of ``Lambda + (L-1) a`` is at most what is under the root, as ``a <= Lambda``."""
    E_is, a_is, norm_is = (p.define(x) for x in ("E", "a", "norm_w"))
    quotient = rayleigh(p, "covariance", None, w_star)
    order = scale(p, quotient, 1 / norm_w**2, E_is, norm_is, a_is, to=(lambda_max, ">=", a))
    total = lambda_max + (L - 1) * a
    squares = scale(p, order, 2 * (L - 1) * lambda_max,
                    to=((2 * L - 1) * lambda_max**2 + (L - 1) ** 2 * a**2, ">=", total**2))
    root = power(p, squares, sp.Rational(1, 2), to=(PAPER_UPPER / (2 * BALANCED_R), ">=", total))
    return scale(p, root, 2 * BALANCED_R, to=(SUM_UPPER, "<=", PAPER_UPPER))


def upper(p: Proof) -> dict[str, int]:
    """The balanced ``r`` gives the sum, and the square root bounds the sum."""
    deep = specialize(p, linear_bound(p), p.define("a"), r=BALANCED_R, to=(S_min, "<=", SUM_UPPER))
    shallow = chain(p.note("the same at L = 1"), shallow_minimum(p), to=p[deep])
    return {"root": chain(p, cases(p, shallow, deep), sum_below_root(p))}


def ladder(p: Proof) -> dict[str, int]:
    """Each rung follows from the one before."""
    first = lower_ladder(p)
    second, third = (p.cite("min-sharpness-bracket", x) for x in ("below", "above"))
    mean = weighted_means(p, lambda_max, a, L)
    fourth = scale(p, mean, 2 * BALANCED_R, p.define("a"), to=(ENERGY_UPPER, "<=", SUM_UPPER))
    return {"paper-below-tight": first, "tight-below-minimum": second, "minimum-below-energy": third,
            "energy-below-sum": fourth, "sum-below-paper": sum_below_root(p)}


THEOREMS = ((MIN_SHARPNESS_BRACKET, bracket), (MIN_SHARPNESS_UPPER, upper), (MIN_SHARPNESS_LADDER, ladder))
