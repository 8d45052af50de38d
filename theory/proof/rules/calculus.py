"""Rules of one-variable calculus, recomputed by SymPy for a symbolic depth."""

from __future__ import annotations

from dataclasses import replace
from functools import cache, lru_cache

import sympy as sp

from ...algebra.powers import is_positive, is_zero, power_form
from ...language.nodes import Minimum, Relation
from ..context import context
from ..rule import require, rule
from ..well_defined import not_smooth, undefined
from .common import Expr, Inference, Premise, To, stated


def least_value(function: sp.Expr, variable: sp.Symbol) -> tuple[sp.Expr, sp.Expr]:
    """Where a strictly convex function of a positive variable is least, and its value there.

    Differentiate, solve for the positive stationary point, substitute, simplify.
    Raises Refused when SymPy finds no point or cannot sign the second derivative.

    >>> r, a, b = sp.symbols("r a b", positive=True)
    >>> least_value(r * a + b / r, r)
    (sqrt(b)/sqrt(a), 2*sqrt(a)*sqrt(b))
    """
    terms = [x.as_independent(variable, as_Add=False) for x in sp.Add.make_args(power_form(function))]
    by_power: dict[sp.Expr, sp.Expr] = {}
    for coefficient, power in terms:
        by_power[power] = by_power.get(power, sp.S.Zero) + coefficient
    # Solved once for symbols in place of positive coefficients, which is quicker and repeats.
    ordered = [by_power[power] for power in sorted(by_power, key=str)]
    names = {x: _coefficient(n) for n, x in enumerate(ordered) if is_positive(x)}
    short = sp.Add(*(names.get(c, c) * power for power, c in by_power.items()))
    back = {name: x for x, name in names.items()}
    point, value = (power_form(x.xreplace(back)) for x in _least_value(short, variable))
    slope = sp.diff(power_form(function), variable)
    require(is_zero(slope.xreplace({variable: point})), "the stationary point does not check")
    return point, value


def smooth_everywhere(at: Inference, function: sp.Expr, variable: sp.Symbol, x: sp.Dummy) -> sp.Expr:
    """The function of ``x`` in place of the variable; refused unless it is defined and smooth for every ``x > 0``."""
    here, where = function.xreplace({variable: x}), context(at.facts, (), at.ranges)
    where = replace(where, variables=frozenset({x}))
    reason = undefined(here, where) or not_smooth(here, x, where)
    require(not reason, "{}", reason)
    return here


_ANY = sp.Dummy("x", positive=True)
"""Any positive number: the same symbol at each call, so that solutions are remembered."""


@cache
def _coefficient(number: int) -> sp.Dummy:
    """A positive number that no statement can contain."""
    return sp.Dummy(f"c_{number}", positive=True)


@lru_cache(maxsize=64)
def _least_value(function: sp.Expr, variable: sp.Symbol) -> tuple[sp.Expr, sp.Expr]:
    slope = sp.diff(function, variable)
    require(is_positive(power_form(sp.diff(function, variable, 2))), "the second derivative has no evident sign")
    points = [power_form(x) for x in sp.solve(slope, variable) if is_positive(power_form(x))]
    require(len(points) == 1, "no single positive stationary point")
    return points[0], power_form(function.xreplace({variable: points[0]}))


@rule("minimization", "Differentiate, solve for the positive stationary point, find the second "
      "derivative positive, substitute: the least value over the positive numbers (the infimum, where a "
      "coefficient vanishes).")
def minimize(at: Inference, function: Expr, variable: Expr, to: To) -> Relation:
    goal, algebra = stated(to), at.algebra()
    require(type(variable) is sp.Symbol and variable.is_positive, "{} is no positive number", variable)
    x = _ANY  # which no hypothesis is about
    smooth_everywhere(at, function, variable, x)
    prepared = algebra.form(function.xreplace({variable: x}))
    vanishing = [y for y in prepared.free_symbols if y.is_nonnegative and not y.is_positive]
    positive = {y: sp.Dummy(f"{y.name}", positive=True) for y in vanishing}
    _point, value = least_value(prepared.xreplace(positive), x)
    value = value.xreplace({new: y for y, new in positive.items()})
    minimum = Minimum(function, variable)
    bound = goal.lhs == function and goal.op == ">="
    require(bound or (goal.op == "==" and goal.lhs == minimum), "the statement is not about this minimum")
    require(is_zero(algebra.form(goal.rhs) - value), "the least value is {}", value)
    for y in vanishing:
        # With y = 0 only c x is left, whose infimum over x > 0 is 0.
        edge, left = value.xreplace({y: sp.S.Zero}), prepared.xreplace({y: sp.S.Zero})
        require(edge == 0 and is_positive(left / x) and x not in (left / x).free_symbols, "{} = 0 is another case", y)
    return goal


def _another(variable: sp.Symbol) -> sp.Dummy:
    """A symbol like the variable that no hypothesis is about: what is assumed of numbers is not put in for it."""
    return sp.Dummy(variable.name, **variable.assumptions0)


@rule("convexity", "The second derivative is nonnegative.")
def convexity(at: Inference, to: To) -> Relation:
    goal = stated(to)
    require(isinstance(goal.lhs, sp.Derivative) and goal.op == ">=" and goal.rhs == 0,
            "convexity is a second derivative >= 0")
    function, (variable, order) = goal.lhs.args[0], goal.lhs.args[1]
    require(order == 2, "the second derivative is wanted")
    algebra, x = at.algebra(), _another(variable)
    second = sp.diff(algebra.form(function.xreplace({variable: x})), x, 2)
    require(algebra.is_nonnegative(second), "the second derivative has no evident sign")
    return goal


@rule("differentiation", "The derivative is carried out.")
def differentiate(at: Inference, main: Premise, to: To | None = None) -> Relation:
    premise = at.relation(main)
    require(isinstance(premise.lhs, sp.Derivative), "the premise is not about a derivative")
    return at.stated(Relation(premise.lhs.doit(), premise.op, premise.rhs), to)


@rule("limit", "A sum of powers of a variable with positive coefficients tends to infinity if one of them does; "
      "else to those of its terms that are constant.")
def limit(at: Inference, to: To, *premises: Premise) -> Relation:
    goal = stated(to)
    require(isinstance(goal.lhs, sp.Limit) and goal.op == "==", "the statement is not a limit")
    function, variable, point, _side = goal.lhs.args
    for premise in (at.relation(n) for n in premises):
        require(variable not in premise.free_symbols, "a premise is about {}", variable)
    algebra, x = at.algebra(*premises), _another(variable)
    value = sp.S.Zero
    for term in sp.Add.make_args(algebra.assumed(function.xreplace({variable: x}))):
        coefficient, power = term.as_independent(x, as_Add=False)
        base, exponent = power.as_base_exp()
        require(is_positive(coefficient), "{} is not known to be positive", coefficient)
        require(power == 1 or (base == x and not exponent.has(x)), "{} is no power", power)
        grows, falls = (is_positive(y if point == sp.oo else -y) for y in (exponent, -exponent))
        require(power == 1 or grows or falls, "the sign of {} is not known", exponent)
        value += coefficient if power == 1 else sp.oo if grows else sp.S.Zero
    require(value == sp.oo == goal.rhs or algebra.equal(goal.rhs, value), "the limit is {}", value)
    return goal
