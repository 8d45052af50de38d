"""Rules of one-variable calculus, recomputed by SymPy for a symbolic depth."""

from __future__ import annotations

from collections.abc import Sequence

import sympy as sp

from .claims import Given
from .derivations import Refused, Rule, Step, require
from .expressions import Minimum, Relation
from .facts import Algebra, Judgment
from .powers import is_positive, is_zero, power_form

Premises = Sequence[Judgment]
Facts = frozenset[Given]


def least_value(function: sp.Expr, variable: sp.Symbol) -> tuple[sp.Expr, sp.Expr]:
    """Where a strictly convex function of a positive variable is least, and its value there.

    Differentiate, solve for the positive stationary point, substitute, simplify.
    Raises Refused when SymPy finds no point or cannot sign the second derivative.

    >>> r, a, b = sp.symbols("r a b", positive=True)
    >>> least_value(r * a + b / r, r)
    (sqrt(b)/sqrt(a), 2*sqrt(a)*sqrt(b))
    """
    function = power_form(function)
    slope = sp.diff(function, variable)
    require(is_positive(power_form(sp.diff(function, variable, 2))), "the second derivative has no evident sign")
    points = [power_form(x) for x in sp.solve(slope, variable) if is_positive(power_form(x))]
    require(len(points) == 1, "no single positive stationary point")
    require(is_zero(slope.xreplace({variable: points[0]})), "the stationary point does not check")
    return points[0], power_form(function.xreplace({variable: points[0]}))


def _minimize(step: Step, premises: Premises, facts: Facts) -> None:
    function, variable = step.data
    goal = step.statement
    algebra = Algebra(facts)
    prepared = algebra.form(function)
    vanishing = [x for x in prepared.free_symbols if x.is_nonnegative and not x.is_positive]
    positive = {x: sp.Dummy(f"{x.name}", positive=True) for x in vanishing}
    _point, value = least_value(prepared.xreplace(positive), variable)
    value = value.xreplace({y: x for x, y in positive.items()})
    minimum = Minimum(function, variable)
    bound = goal.lhs == function and goal.op == ">="
    require(bound or (goal.op == "==" and goal.lhs == minimum), "the statement is not about this minimum")
    require(is_zero(algebra.form(goal.rhs) - value), f"the least value is {value}")
    for x in vanishing:
        # With x = 0 only c r is left, whose infimum over r > 0 is 0.
        edge, left = value.xreplace({x: sp.S.Zero}), prepared.xreplace({x: sp.S.Zero})
        require(edge == 0 and is_positive(left / variable) and variable not in (left / variable).free_symbols,
                f"{x} = 0 is another case")


def _convexity(step: Step, premises: Premises, facts: Facts) -> None:
    goal = step.statement
    require(isinstance(goal.lhs, sp.Derivative) and goal.op == ">=" and goal.rhs == 0,
            "convexity is a second derivative >= 0")
    function, (variable, order) = goal.lhs.args[0], goal.lhs.args[1]
    require(order == 2, "the second derivative is wanted")
    algebra = Algebra(facts)
    second = sp.diff(algebra.form(function), variable, 2)
    require(algebra.is_nonnegative(second), "the second derivative has no evident sign")


def _derivative(step: Step, premises: Premises, facts: Facts) -> None:
    main = premises[0].relation
    require(isinstance(main.lhs, sp.Derivative), "the premise is not about a derivative")
    done = Relation(main.lhs.doit(), main.op, main.rhs)
    require(Algebra(facts).same(step.statement, done), f"the derivative gives {done}")


def _limit(step: Step, premises: Premises, facts: Facts) -> None:
    goal = step.statement
    require(isinstance(goal.lhs, sp.Limit) and goal.op == "==", "the statement is not a limit")
    function, variable, point, side = goal.lhs.args
    algebra = Algebra(facts, premises)
    computed = sp.limit(algebra.assumed(function), variable, point, str(side))
    if computed != goal.rhs:
        raise Refused(f"the limit is {computed}")


MINIMIZE = Rule(
    "minimization", "Differentiate, solve for the positive stationary point, find the second "
    "derivative positive, substitute: the least value over the positive numbers (the infimum, where a "
    "coefficient vanishes).", _minimize)
CONVEXITY = Rule("convexity", "The second derivative is nonnegative.", _convexity)
DERIVATIVE = Rule("differentiation", "The derivative is carried out.", _derivative)
LIMIT = Rule("limit", "The limit is computed.", _limit)
