"""Bounds on the least sharpness: the bracket, the upper bound of the paper, and all of them in order."""

from __future__ import annotations

import sympy as sp

from ...language.claim import Claim, Obligation, operator, scaled, swapped
from ...language.nodes import Minimum, Relation, dot, weighted_top
from ...language.quantities import E, L, S_min, Sigma, a, b, lambda_max, lambda_min, norm_p, norm_w, r, w_star
from ...proof.builder import Proof, cite, define
from ...proof.derivation import Derivation
from ...proof.rules.calculus import MINIMIZE
from ...proof.rules.eigenvalues import RANK_ONE_UPDATE, RAYLEIGH
from ...proof.rules.inequalities import POWER, SCALING, WEIGHTED_AM_GM
from ...proof.rules.infima import AT_LEAST_VALUE, BELOW_VALUE, INFIMUM
from ...proof.rules.logic import CASES, INSTANCE, REWRITING, TRANSITIVITY
from .common import DEEP, rank_one_factor, shallow_minimum, spread
from .formulas import ENERGY_UPPER, PAPER_LOWER, PAPER_UPPER, PRIMAL, SUM_UPPER, TIGHT_LOWER, law
from .sharpness_lower import lower_ladder

top = lambda_max

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
    """``S_min <= 2 (r Lambda + (L-1)(|p|^2/r)^{1/(L-1)} E)`` for every ``r``."""
    statement = cite(proof, "min-sharpness", "statement")
    value = proof.step(BELOW_VALUE, (S_min, "<=", PRIMAL), statement)
    c, energy = rank_one_factor(r), define(proof, "E")
    update = proof.step(
        RANK_ONE_UPDATE,
        (weighted_top(spread(r, c, w_star)), "<=", r * top + c * dot(w_star, Sigma * w_star)),
        data=(r, c, w_star), given=("L >= 2",))
    doubled = proof.step(SCALING, (PRIMAL, "<=", 2 * (r * top + c * dot(w_star, Sigma * w_star))), update,
                         data=sp.Integer(2))
    filled = proof.step(REWRITING, (PRIMAL, "<=", 2 * (r * top + c * E)), doubled, energy)
    return proof.step(TRANSITIVITY, (S_min, "<=", 2 * (r * top + c * E)), value, filled)


def energy_upper(proof: Proof) -> int:
    """``S_min <= 2 L |p|^{2/L} E^{1-1/L} Lambda^{1/L}``: calculus over ``r``, and depth one apart."""
    linear = linear_bound(proof)
    function = proof[linear].rhs
    least = proof.step(MINIMIZE, (Minimum(function, r), "==", law(top, E)), data=(function, r), given=DEEP,
                       note="calculus over r")
    deep = proof.step(AT_LEAST_VALUE, (S_min, "<=", law(top, E)), linear, least, data=(function, r))
    flat = shallow_minimum(proof)
    shallow = proof.step(TRANSITIVITY, (S_min, "<=", law(top, E)), flat, note="the same at L = 1")
    return proof.step(CASES, (S_min, "<=", law(top, E)), shallow, deep)


def bracket() -> Derivation:
    """Below by the sharper bound for every minimizer; above by the calculus with ``Lambda``."""
    proof = Proof("min-sharpness-bracket")
    tight = cite(proof, "sharpness-lower-tight", "minimizers")
    below = proof.step(INFIMUM, (S_min, ">=", law(b, E)), tight)
    above = energy_upper(proof)
    return proof.done(below=below, above=above)


def sum_value() -> sp.Expr:
    """``2 |p|^{2/L} |w*|^{2-2/L} (Lambda + (L-1) a)``."""
    return 2 * norm_p ** (2 / L) * norm_w ** (2 - 2 / L) * (top + (L - 1) * a)


def root_value() -> sp.Expr:
    """The bound of the paper, with its square root."""
    return 2 * norm_p ** (2 / L) * norm_w ** (2 - 2 / L) * sp.sqrt((2 * L - 1) * top**2 + (L - 1) ** 2 * a**2)


def sum_below_root(proof: Proof) -> int:
    """The square of ``Lambda + (L-1) a`` is at most what is under the root, as ``a <= Lambda``."""
    quotient = proof.step(RAYLEIGH, (top * dot(w_star, w_star), ">=", dot(w_star, Sigma * w_star)),
                          data=("covariance", None, w_star))
    E_is, a_is, norm_is = define(proof, "E"), define(proof, "a"), define(proof, "norm_w")
    filled = proof.step(REWRITING, (top * norm_w**2, ">=", a * norm_w**2), quotient, E_is, norm_is, a_is)
    order = proof.step(SCALING, (top, ">=", a), filled, data=1 / norm_w**2)
    squares = proof.step(
        SCALING, ((2 * L - 1) * top**2 + (L - 1) ** 2 * a**2, ">=", (top + (L - 1) * a) ** 2), order,
        data=2 * (L - 1) * top)
    root = proof.step(POWER, (root_value() / (2 * norm_p ** (2 / L) * norm_w ** (2 - 2 / L)), ">=",
                              top + (L - 1) * a), squares, data=sp.Rational(1, 2))
    return proof.step(SCALING, (sum_value(), "<=", root_value()), root,
                      data=2 * norm_p ** (2 / L) * norm_w ** (2 - 2 / L))


def upper() -> Derivation:
    """The balanced ``r``, then the square root."""
    proof = Proof("min-sharpness-upper")
    linear = linear_bound(proof)
    a_is = define(proof, "a")
    balanced = norm_p ** (2 / L) * norm_w ** (2 - 2 / L)
    deep = proof.step(INSTANCE, (S_min, "<=", sum_value()), linear, a_is, data=((r, balanced),))
    flat = shallow_minimum(proof)
    shallow = proof.step(TRANSITIVITY, (S_min, "<=", sum_value()), flat, note="the same at L = 1")
    both = proof.step(CASES, (S_min, "<=", sum_value()), shallow, deep)
    root = proof.step(TRANSITIVITY, (S_min, "<=", root_value()), both, sum_below_root(proof))
    return proof.done(root=root)


def ladder() -> Derivation:
    """Each rung from the one before."""
    proof = Proof("min-sharpness-ladder")
    _raised, first = lower_ladder(proof)
    second = cite(proof, "min-sharpness-bracket", "below")
    third = cite(proof, "min-sharpness-bracket", "above")
    means = proof.step(WEIGHTED_AM_GM, (top + (L - 1) * a, ">=", L * top ** (1 / L) * a ** (1 - 1 / L)),
                       data=(top, a, L))
    factor = 2 * norm_p ** (2 / L) * norm_w ** (2 - 2 / L)
    a_is = define(proof, "a")
    scaled = proof.step(SCALING, (sum_value(), ">=", factor * L * top ** (1 / L) * a ** (1 - 1 / L)), means,
                        data=factor)
    fourth = proof.step(REWRITING, (law(top, E), "<=", sum_value()), scaled, a_is)
    fifth = sum_below_root(proof)
    return proof.done(paper_below_tight=first, tight_below_minimum=second, minimum_below_energy=third,
                      energy_below_sum=fourth, sum_below_paper=fifth)


THEOREMS = ((MIN_SHARPNESS_BRACKET, bracket), (MIN_SHARPNESS_UPPER, upper), (MIN_SHARPNESS_LADDER, ladder))
