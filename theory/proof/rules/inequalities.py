"""Rules for inequalities: scaling, powers, and the classical ones with their instances recomputed."""

from __future__ import annotations

from collections.abc import Sequence

import sympy as sp

from ...algebra.algebra import Algebra, Judgment, oriented
from ...language.claim import Given
from ...language.nodes import Relation, dot, frobenius
from ..rule import Rule, Step, require
from .calculus import smooth_everywhere
from .sums import layers, over, proper

Premises = Sequence[Judgment]
Facts = frozenset[Given]


def _scaling(step: Step, premises: Premises, facts: Facts) -> None:
    factor, main = step.data, premises[0].relation
    algebra = Algebra(facts, premises[1:])
    sign = algebra.is_nonnegative if main.op in ("<=", ">=") else algebra.is_positive
    require(sign(factor), "the sign of {} is not known", factor)
    goal = oriented(step.statement, main.op)
    signs = (factor, -factor) if main.op == "==" else (factor,)
    difference = main.lhs - main.rhs
    require(goal.op == main.op and any(algebra.equal(goal.lhs - goal.rhs, c * difference) for c in signs),
            "it is not its premise times {}", factor)


def _power(step: Step, premises: Premises, facts: Facts) -> None:
    main, exponent = premises[0].relation, step.data
    algebra = Algebra(facts, premises[1:])
    require(main.op != "!=" and algebra.is_positive(exponent), "the exponent must be positive")
    for side in (main.lhs, main.rhs):
        require(algebra.is_nonnegative(side), "{} is not known to be nonnegative", side)
    require(algebra.same(step.statement, Relation(main.lhs**exponent, main.op, main.rhs**exponent)),
            "it is not its premise to the power {}", exponent)


def _sign(step: Step, premises: Premises, facts: Facts) -> None:
    goal = oriented(step.statement, ">=")
    require(goal.op in (">=", ">"), "a sign is an inequality")
    algebra = Algebra(facts, premises)
    holds = algebra.is_positive if goal.op == ">" else algebra.is_nonnegative
    require(holds(goal.lhs - goal.rhs), "the sign of the difference is not evident")


def _arithmetic_geometric(step: Step, premises: Premises, facts: Facts) -> None:
    term, limits, form = step.data
    index, low, high = limits
    algebra = Algebra(facts, premises)
    layers(step, index, low, high, facts)
    for premise in premises:
        ends = {**step.ranges, index: (low, high)}
        require(all(algebra.covers(premise.ranges, x, *ends[x], {}) for x in ends),
                "a premise does not hold throughout")
    count = high - low + 1
    require(bool(algebra.prepare(count).is_positive and algebra.prepare(count).is_integer), "no terms")
    require(algebra.is_nonnegative(term), "{} is not known to be nonnegative", term)
    total, product = sp.Sum(term, limits), sp.Product(term, limits)
    require(form in ("power", "root"), "neither the power nor the root")
    if form == "power":
        wanted = Relation(total**count, ">=", count**count * product)
    else:
        wanted = Relation(total, ">=", count * product ** (1 / count))
    proper(wanted, step, premises, facts)
    require(algebra.same(step.statement, wanted), "the inequality is {}", wanted)


def _weighted_arithmetic_geometric(step: Step, premises: Premises, facts: Facts) -> None:
    x, y, n = step.data
    algebra = Algebra(facts)
    require(algebra.is_nonnegative(x) and algebra.is_nonnegative(y), "both must be nonnegative")
    require(bool(algebra.prepare(n).is_positive and algebra.prepare(n).is_integer), "a positive number of terms")
    wanted = Relation(x + (n - 1) * y, ">=", n * x ** (1 / n) * y ** (1 - 1 / n))
    require(algebra.same(step.statement, wanted), "the inequality is {}", wanted)


def _cauchy_schwarz(step: Step, premises: Premises, facts: Facts) -> None:
    x, y = step.data
    if y.shape[1] == 1:
        wanted = Relation(dot(x, x) * dot(y, y), ">=", dot(x, y) ** 2)
    else:
        wanted = Relation(dot(x, x) * frobenius(y), ">=", dot(y.T * x, y.T * x))
    require(Algebra(facts).same(step.statement, wanted), "the inequality is {}", wanted)


def _positive_factor(step: Step, premises: Premises, facts: Facts) -> None:
    x, y = step.data
    algebra = Algebra(facts)
    main = oriented(premises[0].relation, ">=")
    require(main.op in (">=", ">") and algebra.equal(main.lhs, x * y), "the premise bounds another product")
    require(algebra.is_positive(main.rhs), "the product is not bounded below by a positive number")
    require(algebra.is_nonnegative(x) and algebra.is_nonnegative(y), "a factor could be negative")
    require(algebra.same(step.statement, Relation(x, ">", 0)), "the conclusion is that the factor is positive")


def _monotone(step: Step, premises: Premises, facts: Facts) -> None:
    variable, function = step.data
    main = premises[0].relation
    algebra = Algebra(facts)
    require(variable.is_positive and main.op in (">=", "<=", ">", "<"), "an inequality of positive numbers")
    for side in (main.lhs, main.rhs):
        require(algebra.is_positive(side), "{} is not known to be positive", side)
    x = sp.Dummy("x", positive=True)  # no pole between the two sides
    slope = sp.diff(algebra.prepare(smooth_everywhere(function, variable, x, step, facts)), x)
    require(algebra.is_positive(slope), "the sign of the derivative {} is not known", slope)
    wanted = Relation(function.xreplace({variable: main.lhs}), main.op, function.xreplace({variable: main.rhs}))
    require(algebra.same(step.statement, wanted), "the inequality is {}", wanted)


SCALING = Rule("scaling", "Both sides times a nonnegative number (positive, if strict); terms may "
               "change sides.", _scaling)
POWER = Rule("power", "x -> x^s is increasing on x >= 0 for s > 0.", _power)
SIGN = Rule("sign", "The difference is a sum of nonnegative terms.", _sign)
AM_GM = Rule(
    "AM-GM", "n nonnegative numbers: (sum)^n >= n^n product, or sum >= n product^{1/n}.",
    _arithmetic_geometric, indices=True, binds=lambda data, number: frozenset({data[1][0]}),
    parts=lambda data: over(data[1], data[0]))
WEIGHTED_AM_GM = Rule(
    "weighted AM-GM", "x, y >= 0: x + (n-1) y >= n x^{1/n} y^{1-1/n}.", _weighted_arithmetic_geometric)
CAUCHY_SCHWARZ = Rule(
    "Cauchy-Schwarz", "|x|^2 |y|^2 >= <x, y>^2; for a matrix A, |x|^2 |A|_F^2 >= |A^T x|^2.",
    _cauchy_schwarz)
POSITIVE_FACTOR = Rule("positive factor", "x y >= c > 0 and x, y >= 0 give x > 0.", _positive_factor)
MONOTONE = Rule("monotonicity", "A function with positive derivative keeps an inequality.", _monotone)
