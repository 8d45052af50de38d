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
from ..rule import require, rule
from .common import Facts, Inference, Premise, To, stated

BELOW = frozenset({below(s)})
"""What is supposed of the variable of a primitive, and then of the solution along which it is taken."""
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
        if not isinstance(fact, Relation) or not any(x.args == (time,) for x in _solutions(*fact.sides)):
            lasts = not source(time) & depends(fact)
        else:
            left, right = (side.xreplace(dict.fromkeys(_solutions(side), sp.S.One)) for side in fact.sides)
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


def _starts(start: Relation, y: AppliedUndef) -> None:
    """Refuse what does not say where the solution starts."""
    require(start.op == "==" and start.lhs == y.xreplace({time: sp.S.Zero}) and not start.rhs.has(time),
            "{} is no start", start)


@rule("explicit derivative", "The derivative of an explicit function is carried out, exponentials, sines and "
      "powers taken as variables of a rational function.")
def explicit_derivative(at: Inference, to: To, *premises: Premise) -> Relation:
    goal = stated(to)
    require(goal.op == "==" and isinstance(goal.lhs, sp.Derivative), "the statement is not about a derivative")
    require(not goal.lhs.atoms(sp.hyper, sp.Sum, sp.Integral), "the function is not explicit")
    # Differentiated first: a hypothesis may write one variable as a sum with another.
    require(vanishes(at.algebra().prepare(goal.lhs.doit() - goal.rhs)), "the derivative is another one")
    return goal


@rule("solving", "SymPy's solution of an initial value problem, put back into the equation.")
def solve(at: Inference, to: To, equation: Premise, start: Premise, hint: str, *premises: Premise) -> Relation:
    goal, law, first = stated(to), at.relation(equation), at.relation(start)
    _at_all_times(at.facts)
    y = _unknown(law)
    _starts(first, y)
    require(goal.op == "==" and isinstance(goal.lhs, sp.Derivative) and goal.lhs.variables == (time,),
            "the statement is not about a derivative")
    solution = goal.lhs.expr
    found = sp.dsolve(sp.Eq(*law.sides), y, hint=hint, ics={first.lhs: first.rhs})
    require(vanishes(found.rhs - solution), "the solution found is {}", found.rhs)
    require(goal.rhs == law.rhs.xreplace({y: solution}), "this is not the right side at the solution")
    require(vanishes(at.algebra().prepare(goal.lhs.doit() - goal.rhs)), "the solution does not check")
    return goal


@rule("uniqueness", "y' = f(t, y) with a smooth f has one solution with a given start: the function that solves "
      "it for all t >= 0 is the solution. Denominators are positive by further premises.",
      reference="Picard and Lindelöf")
def uniqueness(at: Inference, equation: Premise, start: Premise, solves: Premise, *modulo: Premise) -> Relation:
    law, first, explicit = (at.relation(x) for x in (equation, start, solves))
    _at_all_times(at.facts)
    y = _unknown(law)
    _starts(first, y)
    require(isinstance(explicit.lhs, sp.Derivative), "{} has no derivative", explicit)
    solution = explicit.lhs.expr
    require(not hidden(time, law.rhs, first.rhs, solution), "something changes with the time unseen")
    wanted = Relation(sp.Derivative(solution, time), "==", law.rhs.xreplace({y: solution}))
    require(explicit == wanted, "the function was not shown to solve the equation")
    require(not solution.has(y.func) and not wanted.rhs.has(y.func), "the function is not explicit")
    algebra = at.algebra(*modulo)
    require(vanishes(algebra.prepare(solution.xreplace({time: sp.S.Zero}) - first.rhs)), "it starts elsewhere")
    # Smooth in y and t: Lipschitz on every compact set, and both are solutions for all t >= 0.
    _smooth(law.rhs, algebra)
    _smooth(solution, algebra)
    return Relation(y, "==", solution)


@rule("separation of variables", "T' = 1/f and y' = f(y) give T(y(t)) - T(y(0)) = t; what the first supposes of its "
      "variable is supposed of y(t).", discharges=BELOW)
def separate(at: Inference, primitive: Premise, equation: Premise, start: Premise) -> Relation:
    slope, law, first = (at.relation(x) for x in (primitive, equation, start))
    _at_all_times(at.facts)
    require(not hidden(time, slope, law.rhs, first.rhs), "something changes with the time unseen")
    y = _unknown(law)
    require(slope.op == "==" and isinstance(slope.lhs, sp.Derivative) and len(slope.lhs.variables) == 1,
            "the first premise is not about a derivative")
    (variable,), function = slope.lhs.variables, slope.lhs.expr
    _starts(first, y)
    require(bool(variable.is_positive and y.is_positive), "{} may take values that {} does not", y, variable)
    supposed, others = at.premise(primitive).facts, at.premise(equation).facts | at.premise(start).facts
    require(at.facts & BELOW <= supposed, "a hypothesis is about something else")
    require(not others & BELOW, "a premise supposes it as well")
    along = {variable: y}
    for fact in BELOW & supposed:
        there = fact.xreplace(along)
        require(variable == s and there in at.facts, "{} is not supposed along the solution", fact)
    require(not any(isinstance(f, Relation) and f.has(variable)
                    for f in supposed - BELOW | others), "a premise supposes something else of {}", variable)
    named = Algebra(x for x in at.facts if isinstance(x, str))
    require(named.equal(slope.rhs.xreplace(along) * law.rhs, sp.S.One), "the primitive is another one")
    wanted = Relation(function.xreplace(along) - function.xreplace({variable: first.rhs}), "==", time)
    require(not function.has(time, y.func), "the primitive changes with the time")
    return wanted


@rule("increase", "A smooth function of t >= 0 with a nonnegative derivative is at least its value at 0.")
def increasing(at: Inference, main: Premise, to: To | None = None) -> Relation:
    slope, algebra = at.relation(main), at.algebra()
    _at_all_times(at.facts)
    require(slope.op == "==" and isinstance(slope.lhs, sp.Derivative) and slope.lhs.variables == (time,)
            and algebra.is_nonnegative(slope.rhs), "the derivative is not known to be nonnegative")
    function = slope.lhs.expr
    _smooth(function, algebra)
    start = function.xreplace({time: sp.S.Zero})
    goal = Relation(function, ">=", start) if to is None else stated(to)
    require(goal.lhs == function and goal.op == ">=" and vanishes(goal.rhs - start),
            "an increasing function is at least its start")
    return goal


@rule("half angle", "tan y = T gives cos 2y = (1 - T^2)/(1 + T^2).")
def half_angle(at: Inference, main: Premise, to: To | None = None) -> Relation:
    half = at.relation(main)
    require(half.op == "==" and isinstance(half.lhs, sp.tan), "the premise is not about a tangent")
    angle, value = 2 * half.lhs.args[0], (1 - half.rhs**2) / (1 + half.rhs**2)
    goal = Relation(sp.cos(angle), "==", value) if to is None else stated(to)
    require(goal.op == "==" and goal.lhs == sp.cos(angle) and vanishes(goal.rhs - value), "the cosine is {}", value)
    return goal


@rule("elimination", "Products are differentiated, and the linear equations solved for the derivatives, as their "
      "determinant is not zero.")
def eliminate(at: Inference, to: To, *equations: Premise) -> Relation:
    goal, algebra = stated(to), at.algebra()
    _unknown(goal)
    gaps = []
    for relation in (at.relation(n) for n in equations):
        require(relation.op == "==" and isinstance(relation.lhs, sp.Derivative), "{} has no derivative", relation)
        gaps.append(relation.lhs.doit() - relation.rhs)
    rates = sorted(set().union(*(x.atoms(sp.Derivative) for x in gaps)), key=sp.default_sort_key)
    require(len(rates) == len(gaps), "there are not as many equations as derivatives")
    matrix, right = sp.linear_eq_to_matrix(gaps, rates)
    determinant = sp.trigsimp(matrix.det())
    require(algebra.is_positive(determinant) or algebra.is_positive(-determinant), "they might not determine them")
    found = matrix.adjugate() * right / determinant
    require(goal.lhs in rates and vanishes(found[rates.index(goal.lhs)] - goal.rhs), "the derivative is another one")
    return goal
