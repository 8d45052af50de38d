"""The least sharpness has a bracket and the upper bound of the paper; a ladder puts all bounds in order."""

from __future__ import annotations

import sympy as sp

from ...language.claim import Claim, Obligation, operator, scaled, swapped
from ...language.nodes import Minimum, Relation, dot, weighted_top
from ...language.quantities import E, L, S_min, Sigma, a, b, lambda_max, lambda_min, norm_w, r, w_star
from ...proof.builder import Proof, cite, define
from ...proof.rules.calculus import MINIMIZE
from ...proof.rules.eigenvalues import RANK_ONE_UPDATE, RAYLEIGH
from ...proof.rules.inequalities import POWER, SCALING, WEIGHTED_AM_GM
from ...proof.rules.infima import AT_LEAST_VALUE, BELOW_VALUE, INFIMUM
from ...proof.rules.logic import CASES, INSTANCE, REWRITING, TRANSITIVITY
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
    spread,
)
from .sharpness_lower import lower_ladder

MIN_SHARPNESS_BRACKET = Claim(
    id="min-sharpness-bracket",
    title="Bracket of the least sharpness, closing with depth",
    kind="inequality",
    origins=("ours",),
    requires=("sharpness-lower-tight", "min-sharpness-dual"),
    note="The ratio of the sides is (Lambda/b)^{1/L}, which tends to 1.",
    obligations=(
        Obligation(
            "below",
            Relation(S_min, ">=", TIGHT_LOWER),
            space="problem",
            given=("E > 0",),
            tight=True,
            formal="lower.sharpness_lower_tight",
            mutants=(
                scaled("2L -> 2.05L", sp.Rational(41, 40)),
                swapped("b -> Lambda", {b: lambda_max}),
                swapped("exponents exchanged", {1 / L: 1 - 1 / L, 1 - 1 / L: 1 / L}),
            ),
        ),
        Obligation(
            "above",
            Relation(S_min, "<=", ENERGY_UPPER),
            space="problem",
            given=("E > 0",),
            tight=True,
            formal="minimum.min_sharpness_above",
            mutants=(
                scaled("2L -> 1.95L", sp.Rational(39, 40)),
                swapped("Lambda -> b", {lambda_max: b}),
                swapped("exponents exchanged", {1 / L: 1 - 1 / L, 1 - 1 / L: 1 / L}),
            ),
        ),
    ),
)

MIN_SHARPNESS_UPPER = Claim(
    id="min-sharpness-upper",
    title="Upper bound on the least sharpness, as in the paper",
    kind="inequality",
    origins=("paper",),
    requires=("min-sharpness",),
    obligations=(
        Obligation(
            "root",
            Relation(S_min, "<=", PAPER_UPPER),
            space="problem",
            given=("E > 0",),
            tight=True,
            formal="ladder.min_sharpness_upper",
            mutants=(
                swapped("2L - 1 -> 2L - 2", {2 * L - 1: 2 * L - 2}),
                swapped("a -> lambda", {a: lambda_min}),
                swapped("exponent 2 - 2/L -> 2 - 1/L", {2 - 2 / L: 2 - 1 / L}),
            ),
        ),
    ),
)

MIN_SHARPNESS_LADDER = Claim(
    id="min-sharpness-ladder",
    title="All bounds on the least sharpness in order",
    kind="inequality",
    origins=("ours",),
    requires=("sharpness-lower", "min-sharpness-bracket", "min-sharpness-upper"),
    obligations=(
        Obligation("paper-below-tight", Relation(PAPER_LOWER, "<=", TIGHT_LOWER), "problem", (), ("E > 0",),
                   tight=True, formal="ladder.paper_below_tight",
                   mutants=(operator("reversed", ">="), scaled("x 0.95", sp.Rational(19, 20)),
                            swapped("b -> lambda", {b: lambda_min}))),
        Obligation("tight-below-minimum", Relation(TIGHT_LOWER, "<=", S_min), "problem", (), ("E > 0",),
                   tight=True, formal="lower.sharpness_lower_tight", mutants=(operator("reversed", ">="),
                                        swapped("b -> Lambda", {b: lambda_max}, "lhs"),)),
        Obligation("minimum-below-energy", Relation(S_min, "<=", ENERGY_UPPER), "problem", (), ("E > 0",),
                   tight=True, formal="minimum.min_sharpness_above",
                   mutants=(operator("reversed", ">="), scaled("x 0.95", sp.Rational(19, 20)))),
        Obligation("energy-below-sum", Relation(ENERGY_UPPER, "<=", SUM_UPPER), "problem", (), ("E > 0",),
                   tight=True, formal="ladder.energy_below_sum", mutants=(operator("reversed", ">="),
                                        swapped("L - 1 -> L - 2", {L - 1: L - 2}))),
        Obligation("sum-below-paper", Relation(SUM_UPPER, "<=", PAPER_UPPER), "problem", (), ("E > 0",),
                   tight=True, formal="ladder.sum_below_paper",
                   mutants=(operator("reversed", ">="), swapped("a -> lambda", {a: lambda_min}))),
    ),
)


def linear_bound(proof: Proof) -> int:
    """Derive ``S_min <= 2 (r Lambda + (L-1)(|p|^2/r)^{1/(L-1)} E)`` for every ``r``."""
    statement = cite(proof, "min-sharpness", "statement")
    value = proof.step(BELOW_VALUE, (S_min, "<=", PRIMAL), statement)
    c, energy = rank_one_factor(r), define(proof, "E")
    update = proof.step(
        RANK_ONE_UPDATE,
        (weighted_top(spread(r, c, w_star)), "<=", r * lambda_max + c * dot(w_star, Sigma * w_star)),
        data=(r, c, w_star), given=("L >= 2",))
    doubled = proof.step(SCALING, (PRIMAL, "<=", 2 * (r * lambda_max + c * dot(w_star, Sigma * w_star))), update,
                         data=sp.Integer(2))
    filled = proof.step(REWRITING, (PRIMAL, "<=", 2 * (r * lambda_max + c * E)), doubled, energy)
    return proof.step(TRANSITIVITY, (S_min, "<=", 2 * (r * lambda_max + c * E)), value, filled)


def energy_upper(proof: Proof) -> int:
    """Derive ``S_min <= 2 L |p|^{2/L} E^{1-1/L} Lambda^{1/L}`` by calculus over ``r``; depth one is a case apart."""
    linear = linear_bound(proof)
    function = proof[linear].rhs
    least = proof.step(MINIMIZE, (Minimum(function, r), "==", ENERGY_UPPER), data=(function, r), given=DEEP,
                       note="calculus over r")
    deep = proof.step(AT_LEAST_VALUE, (S_min, "<=", ENERGY_UPPER), linear, least, data=(function, r))
    flat = shallow_minimum(proof)
    shallow = proof.step(TRANSITIVITY, (S_min, "<=", ENERGY_UPPER), flat, note="the same at L = 1")
    return proof.step(CASES, (S_min, "<=", ENERGY_UPPER), shallow, deep)


def bracket(proof: Proof) -> dict[str, int]:
    """The sharper bound for every minimizer holds below. The calculus with ``Lambda`` gives the bound above."""
    tight = cite(proof, "sharpness-lower-tight", "minimizers")
    below = proof.step(INFIMUM, (S_min, ">=", TIGHT_LOWER), tight)
    above = energy_upper(proof)
    return {"below": below, "above": above}


def sum_below_root(proof: Proof) -> int:
    """Derive that the square of ``Lambda + (L-1) a`` is at most what is under the root, as ``a <= Lambda``."""
    quotient = proof.step(RAYLEIGH, (lambda_max * dot(w_star, w_star), ">=", dot(w_star, Sigma * w_star)),
                          data=("covariance", None, w_star))
    E_is, a_is, norm_is = define(proof, "E"), define(proof, "a"), define(proof, "norm_w")
    filled = proof.step(REWRITING, (lambda_max * norm_w**2, ">=", a * norm_w**2), quotient, E_is, norm_is, a_is)
    order = proof.step(SCALING, (lambda_max, ">=", a), filled, data=1 / norm_w**2)
    squares = proof.step(
        SCALING, ((2 * L - 1) * lambda_max**2 + (L - 1) ** 2 * a**2, ">=", (lambda_max + (L - 1) * a) ** 2), order,
        data=2 * (L - 1) * lambda_max)
    root = proof.step(POWER, (PAPER_UPPER / (2 * BALANCED_R), ">=", lambda_max + (L - 1) * a), squares,
                      data=sp.Rational(1, 2))
    return proof.step(SCALING, (SUM_UPPER, "<=", PAPER_UPPER), root, data=2 * BALANCED_R)


def upper(proof: Proof) -> dict[str, int]:
    """The balanced ``r`` gives the sum, and the square root bounds the sum."""
    linear = linear_bound(proof)
    a_is = define(proof, "a")
    deep = proof.step(INSTANCE, (S_min, "<=", SUM_UPPER), linear, a_is, data=((r, BALANCED_R),))
    flat = shallow_minimum(proof)
    shallow = proof.step(TRANSITIVITY, (S_min, "<=", SUM_UPPER), flat, note="the same at L = 1")
    both = proof.step(CASES, (S_min, "<=", SUM_UPPER), shallow, deep)
    root = proof.step(TRANSITIVITY, (S_min, "<=", PAPER_UPPER), both, sum_below_root(proof))
    return {"root": root}


def ladder(proof: Proof) -> dict[str, int]:
    """Each rung follows from the one before."""
    _raised, first = lower_ladder(proof)
    second = cite(proof, "min-sharpness-bracket", "below")
    third = cite(proof, "min-sharpness-bracket", "above")
    means = proof.step(WEIGHTED_AM_GM, (lambda_max + (L - 1) * a, ">=", L * lambda_max ** (1 / L) * a ** (1 - 1 / L)),
                       data=(lambda_max, a, L))
    a_is = define(proof, "a")
    scaled = proof.step(SCALING, (SUM_UPPER, ">=", 2 * BALANCED_R * proof[means].rhs), means, data=2 * BALANCED_R)
    fourth = proof.step(REWRITING, (ENERGY_UPPER, "<=", SUM_UPPER), scaled, a_is)
    fifth = sum_below_root(proof)
    return {"paper-below-tight": first, "tight-below-minimum": second, "minimum-below-energy": third,
            "energy-below-sum": fourth, "sum-below-paper": fifth}


THEOREMS = ((MIN_SHARPNESS_BRACKET, bracket), (MIN_SHARPNESS_UPPER, upper), (MIN_SHARPNESS_LADDER, ladder))
