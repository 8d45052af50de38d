"""Rules for power series: Gauss's series, its derivative term by term, geometric series."""

from __future__ import annotations

import sympy as sp

from ...algebra.algebra import Algebra
from ...algebra.powers import is_nonnegative, is_zero, power_form
from ...language.nodes import Relation
from ...language.quantities import SYMBOL_NAMES
from ...setting.dependence import hidden
from ...setting.initial_value import below, sigma_0
from ..rule import require, rule
from .common import Facts, Inference, Premise, To, stated

NEAR = frozenset({below(sigma_0)})
"""What holds for all small sigma_0, and so need not be supposed of a limit there."""


def _terms(expr: sp.Expr) -> tuple[sp.Expr, sp.Symbol, sp.Expr]:
    """A series ``rest + sum over n >= 0 of term`` taken apart: term, index, rest."""
    series = [x for x in sp.Add.make_args(expr) if x.is_Mul or isinstance(x, sp.Sum)]
    found = [x for x in series if x.has(sp.Sum)]
    require(len(found) == 1, "{} is not a series", expr)
    factor, total = found[0].as_independent(sp.Sum, as_Add=False)
    require(isinstance(total, sp.Sum) and len(total.limits) == 1, "{} is not a series", expr)
    index, low, high = total.limits[0]
    require(low == 0 and high == sp.oo and index.is_integer and index.is_nonnegative, "the sum is not over n >= 0")
    rest = expr - found[0]
    require(not rest.has(index) and not factor.has(index), "the index is used outside")
    return factor * total.function, index, rest


def _plain(facts: Facts) -> Algebra:
    """Return the algebra without the relations among the hypotheses, which write ``x*`` as a sum."""
    return Algebra(x for x in facts if isinstance(x, str))


def _geometric_ratio(term: sp.Expr, index: sp.Symbol, facts: Facts) -> sp.Expr:
    """The ratio of a geometric series; refused unless it is known to lie between 0 and 1."""
    ratio = power_form(_plain(facts).prepare(term.xreplace({index: index + 1}) / term))
    require(not ratio.has(index), "the ratio {} depends on the term", ratio)
    _below_one(ratio, facts)
    return ratio


def _below_one(ratio: sp.Expr, facts: Facts) -> None:
    algebra = Algebra(facts)
    rest = sp.factor(sp.together(1 - algebra.prepare(ratio)))
    require(algebra.is_nonnegative(ratio) and algebra.is_positive(rest), "{} may not lie between 0 and 1", ratio)


@rule("Gauss series", "2F1(a, b; c; z) is 1 + ab/c z + ..., the quotient of successive terms "
      "(a+n)(b+n)/((c+n)(n+1)) z, for 0 <= z < 1.")
def gauss_series(at: Inference, to: To) -> Relation:
    goal, plain = stated(to), _plain(at.facts)
    (function,) = goal.lhs.atoms(sp.hyper)
    (a, b), (c,), z = function.args
    factor = goal.lhs / function
    require(goal.op == "==" and not factor.has(sp.hyper), "it is not a multiple of one function")
    term, n, rest = _terms(goal.rhs)
    require(plain.is_positive(c) and not goal.lhs.has(n), "{} could be a pole, or has the index", c)
    _below_one(z, at.facts)

    def same(x: sp.Expr, y: sp.Expr) -> bool:
        return is_zero(power_form(plain.prepare(x)) - power_form(plain.prepare(y)))

    # The term n + 1 of the series, as its first term stands apart.
    after = (a + n + 1) * (b + n + 1) * z / ((c + n + 1) * (n + 2))
    require(same(rest, factor), "the first term is {}", factor)
    require(same(term.xreplace({n: sp.S.Zero}), factor * a * b * z / c), "the second term is another one")
    require(same(term.xreplace({n: n + 1}), term * after), "the quotient of two terms is {}", after)
    return goal


@rule("termwise derivative", "A series whose derivatives are a geometric series is differentiated term by term.")
def termwise_derivative(at: Inference, to: To, main: Premise) -> Relation:
    series, goal, plain = at.relation(main), stated(to), _plain(at.facts)
    require(series.op == "==" and goal.op == "==" and isinstance(goal.lhs, sp.Derivative),
            "the derivative of a series is wanted")
    require(len(goal.lhs.variables) == 1 and goal.lhs.expr == series.lhs, "it is the derivative of something else")
    (variable,) = goal.lhs.variables
    require(variable not in SYMBOL_NAMES and all(
        x.op in "<>" for x in at.facts if isinstance(x, Relation) and x.has(variable)),
        "the series was not shown to hold near each {}", variable)
    require(not hidden(variable, series.rhs, *at.facts), "something changes with {} unseen", variable)
    term, index, rest = _terms(series.rhs)
    found, other, derived = _terms(goal.rhs)
    slope = sp.diff(term, variable)
    require(variable != index == other and plain.equal(found, slope) and plain.equal(derived, sp.diff(rest, variable)),
            "the terms have other derivatives")
    # The ratio is below 1 and continuous: the derivatives converge uniformly near each point.
    _geometric_ratio(slope, index, at.facts)
    return goal


@rule("geometric series", "The sum of c q^n over n >= 0 is c/(1-q), for 0 <= q < 1.")
def geometric_series(at: Inference, to: To) -> Relation:
    goal, plain = stated(to), _plain(at.facts)
    term, index, rest = _terms(goal.lhs)
    value = rest + term.xreplace({index: sp.S.Zero}) / (1 - _geometric_ratio(term, index, at.facts))
    difference = sp.together(plain.prepare(value - goal.rhs))
    require(goal.op == "==" and is_zero(power_form(sp.numer(difference))), "the sum is {}", value)
    return goal


@rule("comparison of series", "Series of nonnegative terms are compared term by term.")
def compare_series(at: Inference, to: To) -> Relation:
    goal, plain = stated(to), _plain(at.facts)
    require(goal.op == "<=", "series are compared by <=")
    larger, index, above = _terms(goal.rhs)
    require(above == 0 and plain.is_nonnegative(larger), "a term could be negative")
    if goal.lhs == 0:
        return goal
    smaller, other, below = _terms(goal.lhs)
    require(index == other and below == 0 and plain.is_nonnegative(smaller), "the series do not compare")
    _geometric_ratio(larger, index, at.facts)  # so that both converge
    quotient = sp.cancel(power_form(plain.prepare(smaller / larger)))
    require(is_nonnegative(sp.factor(1 - quotient)), "a term could be larger")
    return goal


def _at_zero(expr: sp.Expr, variable: sp.Symbol, facts: Facts) -> sp.Expr:
    """The value at 0 of what is continuous there: positive powers vanish, denominators do not."""
    algebra = Algebra(facts)
    if not expr.has(variable):
        for function in expr.atoms(sp.hyper):
            _below_one(function.args[2], facts)  # a finite number
        return expr
    if isinstance(expr, sp.Add | sp.Mul):
        return expr.func(*(_at_zero(x, variable, facts) for x in expr.args))
    require(isinstance(expr, sp.Pow) or expr == variable, "{} need not be continuous", expr)
    base, exponent = expr.as_base_exp()
    if base == variable:
        require(not exponent.has(variable) and algebra.is_positive(exponent), "{} need not tend to 0", expr)
        return sp.S.Zero
    value = _at_zero(base, variable, facts)
    require(exponent.is_Integer and (exponent > 0 or algebra.is_positive(value)), "{} need not be continuous", expr)
    return value**exponent


@rule("squeeze", "A function between two that are continuous at 0 and agree there tends to their value; what holds "
      "for all small arguments need not be supposed.", discharges=NEAR)
def squeeze(at: Inference, to: To, upper: Premise, lower: Premise) -> Relation:
    goal, above, beneath = stated(to), at.relation(upper), at.relation(lower)
    limit, value = goal.lhs, goal.rhs
    require(isinstance(limit, sp.Limit) and goal.op == "==", "the statement is not a limit")
    function, variable, point, side = limit.args
    require(point == 0 and str(side) == "+" and variable.is_positive, "the limit is not at 0 from above")
    near = at.facts - NEAR
    require(near == at.facts or variable == sigma_0, "a hypothesis about {} is not about {}", sigma_0, variable)
    for fact in (f for f in at.facts if isinstance(f, Relation) and f.has(variable)):
        require(fact in NEAR and _at_zero(fact.lhs, variable, near) == 0 and not fact.rhs.has(variable)
                and Algebra(near).is_positive(fact.rhs), "{} may not hold near 0", fact)
    require(not hidden(variable, above.rhs, beneath.rhs), "a bound changes with {} unseen", variable)
    require(above.lhs == function == beneath.lhs and above.op == "<=" and beneath.op == ">=",
            "these are not its bounds")
    for bound in (above.rhs, beneath.rhs):
        require(_plain(near).equal(_at_zero(bound, variable, near), value), "{} tends elsewhere", bound)
    return goal
