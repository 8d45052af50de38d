"""Rules for differential equations: an explicit function is put in, and solutions are unique.

What is supposed of the time, or of a function of it, is supposed for all t >= 0.
"""

from __future__ import annotations

import sympy as sp
from sympy.core.function import AppliedUndef

from ...algebra.algebra import Algebra
from ...language.nodes import Relation
from ...language.quantities import time
from ...setting.dependence import depends, hidden, source
from ...setting.initial_value import below, s
from ..rule import Rule, Step, require
from .common import Facts, Premises

SMOOTH = (sp.Add, sp.Mul, AppliedUndef, sp.exp, sp.sin, sp.cos, sp.sinh, sp.cosh, sp.tanh, sp.atan)
"""Operations and functions that are smooth on the whole line (and unknown functions, which solve equations)."""


def vanishes(expr: sp.Expr) -> bool:
    """Whether an expression in exponentials, sines and powers is zero identically.

    Exponentials, powers and functions become variables of a rational function; ``sin^2 = 1 - cos^2``.

    >>> y = sp.Symbol("y", real=True)
    >>> vanishes(sp.cosh(y) ** 2 - sp.sinh(y) ** 2 - 1), vanishes(sp.cosh(y) - sp.sinh(y))
    (True, False)
    >>> vanishes(sp.sin(2 * sp.atan(y)) - 2 * y / (1 + y**2)), vanishes(sp.sin(y) ** 2 + sp.cos(y) ** 2 - 1)
    (True, True)
    """
    expr = expr.rewrite([sp.sinh, sp.cosh, sp.tanh], sp.exp)
    expr = expr.replace(lambda f: isinstance(f, sp.sin | sp.cos) and f.args[0].has(sp.atan), sp.expand_trig)
    numerator = sp.numer(sp.cancel(sp.together(expr)))
    for angle in {f.args[0] for f in numerator.atoms(sp.sin, sp.cos)}:
        sine, cosine = sp.Dummy("sine"), sp.Dummy("cosine")
        polynomial = numerator.xreplace({sp.sin(angle): sine, sp.cos(angle): cosine})
        rest = sp.rem(polynomial, sine**2 + cosine**2 - 1, sine)
        numerator = rest.xreplace({sine: sp.sin(angle), cosine: sp.cos(angle)})
    return bool(sp.expand(numerator) == 0)


def _smooth(expr: sp.Expr, algebra: Algebra) -> None:
    """Refuse what might not be smooth in the unknowns and the time, for all ``t >= 0``."""
    for node in sp.preorder_traversal(expr):
        if not node.has(time) or node == time or isinstance(node, SMOOTH):
            continue
        require(isinstance(node, sp.Pow) and node.exp.is_Integer, "{} might not be smooth", node)
        require(node.exp > 0 or algebra.is_positive(node.base), "{} could be zero", node.base)


def _at_all_times(facts: Facts) -> None:
    """What is supposed is an equation, a start or a bound along a solution, or does not change with the time.

    The time itself stands on the right of an equation only, where no solution stands.
    """
    for fact in facts:
        if not isinstance(fact, Relation) or not any(x.args == (time,) for x in _solutions(fact.lhs, fact.rhs)):
            lasts = not source(time) & depends(fact)
        else:
            left, right = (side.xreplace(dict.fromkeys(_solutions(side), sp.S.One)) for side in (fact.lhs, fact.rhs))
            equation = isinstance(fact.lhs, sp.Derivative) and fact.op == "=="
            solved = fact.op == "==" and not left.has(time) and not _solutions(fact.rhs)
            lasts = not hidden(time, fact) and (equation or solved or not (left.has(time) or right.has(time)))
        require(lasts, "{} could hold at some times only", fact)


def _solutions(*sides: sp.Basic) -> set[AppliedUndef]:
    """The unknown functions of the time."""
    return {x for side in sides for x in side.atoms(AppliedUndef) if x.args in ((time,), (sp.S.Zero,))}


def _unknown(relation: Relation) -> AppliedUndef:
    """The function ``y(t)`` of a relation ``y'(t) = ...``."""
    derivative = relation.lhs
    require(relation.op == "==" and isinstance(derivative, sp.Derivative) and derivative.variables == (time,)
            and isinstance(derivative.expr, AppliedUndef) and derivative.expr.args == (time,),
            "{} is not a differential equation", relation)
    return derivative.expr


def _explicit_derivative(step: Step, premises: Premises, facts: Facts) -> None:
    goal, algebra = step.statement, Algebra(facts)
    require(goal.op == "==" and isinstance(goal.lhs, sp.Derivative), "the statement is not about a derivative")
    require(not goal.lhs.atoms(sp.hyper, sp.Sum, sp.Integral), "the function is not explicit")
    # Differentiated first: a hypothesis may write one variable as a sum with another.
    require(vanishes(algebra.prepare(goal.lhs.doit() - goal.rhs)), "the derivative is another one")


def _solving(step: Step, premises: Premises, facts: Facts) -> None:
    _at_all_times(facts)
    equation, start = (p.relation for p in premises[:2])
    y = _unknown(equation)
    require(start.op == "==" and start.lhs == y.xreplace({time: sp.S.Zero}), "{} is no start", start)
    goal = step.statement
    require(goal.op == "==" and isinstance(goal.lhs, sp.Derivative) and goal.lhs.variables == (time,),
            "the statement is not about a derivative")
    solution, algebra = goal.lhs.expr, Algebra(facts)
    found = sp.dsolve(sp.Eq(equation.lhs, equation.rhs), y, hint=step.data, ics={start.lhs: start.rhs})
    require(vanishes(found.rhs - solution), "the solution found is {}", found.rhs)
    require(goal.rhs == equation.rhs.xreplace({y: solution}), "this is not the right side at the solution")
    require(vanishes(algebra.prepare(goal.lhs.doit() - goal.rhs)), "the solution does not check")


def _uniqueness(step: Step, premises: Premises, facts: Facts) -> None:
    _at_all_times(facts)
    equation, start, explicit = (p.relation for p in premises[:3])
    require(not hidden(time, equation.rhs, start.rhs, step.statement.rhs), "something changes with the time unseen")
    y, goal = _unknown(equation), step.statement
    require(goal.op == "==" and goal.lhs == y and not goal.rhs.has(y.func), "the statement is not a solution")
    require(start.op == "==" and start.lhs == y.xreplace({time: sp.S.Zero}) and not start.rhs.has(time),
            "{} is no start", start)
    algebra = Algebra(facts, premises[3:])
    wanted = Relation(sp.Derivative(goal.rhs, time), "==", equation.rhs.xreplace({y: goal.rhs}))
    require(explicit == wanted and not wanted.rhs.has(y.func), "the function was not shown to solve the equation")
    require(vanishes(algebra.prepare(goal.rhs.xreplace({time: sp.S.Zero}) - start.rhs)), "it starts elsewhere")
    # Smooth in y and t: Lipschitz on every compact set, and both are solutions for all t >= 0.
    _smooth(equation.rhs, algebra)
    _smooth(goal.rhs, algebra)


def _separation(step: Step, premises: Premises, facts: Facts) -> None:
    _at_all_times(facts)
    primitive, equation, start = (p.relation for p in premises)
    require(not hidden(time, primitive, equation.rhs, start.rhs), "something changes with the time unseen")
    y, goal = _unknown(equation), step.statement
    require(primitive.op == "==" and isinstance(primitive.lhs, sp.Derivative) and len(primitive.lhs.variables) == 1,
            "the first premise is not about a derivative")
    (variable,), function = primitive.lhs.variables, primitive.lhs.expr
    require(start.op == "==" and start.lhs == y.xreplace({time: sp.S.Zero}) and not start.rhs.has(time),
            "{} is no start", start)
    require(bool(variable.is_positive and y.is_positive), "{} may take values that {} does not", y, variable)
    require(facts & SEPARATION.discharges <= premises[0].facts, "a hypothesis is about something else")
    require(not any(p.facts & SEPARATION.discharges for p in premises[1:]), "a premise supposes it as well")
    along = {variable: y}
    for fact in premises[0].facts & SEPARATION.discharges:
        assert isinstance(fact, Relation)
        there = Relation(fact.lhs.xreplace(along), fact.op, fact.rhs.xreplace(along))
        require(variable == s and there in facts, "{} is not supposed along the solution", fact)
    require(not any(isinstance(f, Relation) and f.lhs.has(variable) | f.rhs.has(variable)
                    for n, p in enumerate(premises) for f in p.facts - (set() if n else SEPARATION.discharges)),
            "a premise supposes something else of {}", variable)
    named = Algebra(x for x in facts if isinstance(x, str))
    require(named.equal(primitive.rhs.xreplace(along) * equation.rhs, sp.S.One), "the primitive is another one")
    wanted = Relation(function.xreplace(along) - function.xreplace({variable: start.rhs}), "==", time)
    require(goal == wanted and not function.has(time, y.func), "the time is {}", wanted.lhs)


def _increase(step: Step, premises: Premises, facts: Facts) -> None:
    _at_all_times(facts)
    (premise,) = premises
    slope, goal, algebra = premise.relation, step.statement, Algebra(facts)
    require(slope.op == "==" and isinstance(slope.lhs, sp.Derivative) and slope.lhs.variables == (time,)
            and algebra.is_nonnegative(slope.rhs), "the derivative is not known to be nonnegative")
    function = slope.lhs.expr
    _smooth(function, algebra)
    require(goal.lhs == function and goal.op == ">=" and vanishes(goal.rhs - function.xreplace({time: sp.S.Zero})),
            "an increasing function is at least its start")


def _half_angle(step: Step, premises: Premises, facts: Facts) -> None:
    (premise,) = premises
    half, goal = premise.relation, step.statement
    require(half.op == "==" and isinstance(half.lhs, sp.tan), "the premise is not about a tangent")
    value = (1 - half.rhs**2) / (1 + half.rhs**2)
    require(goal.op == "==" and goal.lhs == sp.cos(2 * half.lhs.args[0]) and vanishes(goal.rhs - value),
            "the cosine is {}", value)


def _elimination(step: Step, premises: Premises, facts: Facts) -> None:
    goal, algebra = step.statement, Algebra(facts)
    _unknown(goal)
    equations = []
    for premise in premises:
        relation = premise.relation
        require(relation.op == "==" and isinstance(relation.lhs, sp.Derivative), "{} has no derivative", relation)
        equations.append(relation.lhs.doit() - relation.rhs)
    rates = sorted(set().union(*(x.atoms(sp.Derivative) for x in equations)), key=sp.default_sort_key)
    require(len(rates) == len(equations), "there are not as many equations as derivatives")
    matrix, right = sp.linear_eq_to_matrix(equations, rates)
    determinant = sp.trigsimp(matrix.det())
    require(algebra.is_positive(determinant) or algebra.is_positive(-determinant), "they might not determine them")
    found = matrix.adjugate() * right / determinant
    require(goal.lhs in rates and vanishes(found[rates.index(goal.lhs)] - goal.rhs), "the derivative is another one")


EXPLICIT_DERIVATIVE = Rule(
    "explicit derivative", "The derivative of an explicit function is carried out, exponentials, sines and "
    "powers taken as variables of a rational function.", _explicit_derivative)
SOLVING = Rule(
    "solving", "SymPy's solution of an initial value problem, put back into the equation.", _solving)
UNIQUENESS = Rule(
    "uniqueness", "y' = f(t, y) with a smooth f has one solution with a given start: the function that solves "
    "it for all t >= 0 is the solution. Denominators are positive by further premises.", _uniqueness,
    reference="Picard and Lindelöf")
SEPARATION = Rule(
    "separation of variables", "T' = 1/f and y' = f(y) give T(y(t)) - T(y(0)) = t; what the first supposes of its "
    "variable is supposed of y(t).", _separation, discharges=frozenset({below(s)}))
INCREASE = Rule(
    "increase", "A smooth function of t >= 0 with a nonnegative derivative is at least its value at 0.", _increase)
HALF_ANGLE = Rule("half angle", "tan y = T gives cos 2y = (1 - T^2)/(1 + T^2).", _half_angle)
ELIMINATION = Rule(
    "elimination", "Products are differentiated, and the linear equations solved for the derivatives, as their "
    "determinant is not zero.", _elimination)
