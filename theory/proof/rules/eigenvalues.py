"""Rules about eigenvalues and quadratic forms, true for symmetric matrices of every size."""

from __future__ import annotations

from collections.abc import Sequence

import sympy as sp

from ...algebra.algebra import Algebra, Judgment, oriented
from ...algebra.words import Sigma_half
from ...language import quantities as Q
from ...language.claim import Given
from ...language.nodes import LayerMatrix, Relation, dot, frobenius, weighted_top
from ...setting.dependence import depends, source
from ..rule import Rule, Step, require
from .sums import layers, over

Premises = Sequence[Judgment]
Facts = frozenset[Given]


def _says(algebra: Algebra, relation: Relation, wanted: Relation) -> None:
    require(algebra.same(relation, wanted), "{} should be {}", relation, wanted)


def _independent(direction: sp.Basic, facts: Facts, *sides: sp.Basic) -> None:
    """Refuse what depends on the direction, shown or not, and hypotheses about the direction."""
    require(not source(direction) & depends(*sides), "a side depends on the direction")
    require(not source(direction) & depends(*facts), "a hypothesis is about the direction")


def _rayleigh(step: Step, premises: Premises, facts: Facts) -> None:
    form, matrix, x = step.data
    require(form in ("covariance", "root", "pencil"), "no such quotient")
    if form == "covariance":
        wanted = Relation(Q.lambda_max * dot(x, x), ">=", dot(x, Q.Sigma * x))
    elif form == "root":
        wanted = Relation(weighted_top(matrix) * dot(x, x), ">=",
                          dot(Sigma_half * x, matrix * Sigma_half * x))
    else:
        wanted = Relation(weighted_top(matrix) * dot(x, Q.Sigma * x), ">=",
                          dot(Q.Sigma * x, matrix * Q.Sigma * x))
    _says(Algebra(facts), step.statement, wanted)


def _loewner(step: Step, premises: Premises, facts: Facts) -> None:
    above, below = step.data
    algebra = Algebra(facts)
    _says(algebra, premises[0].relation, Relation(dot(Q.u, above * Q.u), ">=", dot(Q.u, below * Q.u)))
    _independent(Q.u, facts, above, below)
    _says(algebra, step.statement, Relation(weighted_top(above), ">=", weighted_top(below)))


def _pencil(step: Step, premises: Premises, facts: Facts) -> None:
    first, second = step.data
    algebra = Algebra(facts, premises)
    require(algebra.equal(Q.Sigma * first * Q.Sigma, Q.Sigma * second * Q.Sigma), "the pencils differ")
    _says(Algebra(facts), step.statement, Relation(weighted_top(first), "==", weighted_top(second)))


def _multiple_of_identity(step: Step, premises: Premises, facts: Facts) -> None:
    algebra = Algebra(facts)
    require(algebra.is_nonnegative(step.data), "the factor could be negative")
    identity = sp.Identity(Q.w.rows)
    _says(algebra, step.statement, Relation(weighted_top(step.data * identity), "==", step.data * Q.lambda_max))


def _rank_one_update(step: Step, premises: Premises, facts: Facts) -> None:
    first, second, x = step.data
    algebra = Algebra(facts)
    require(algebra.is_nonnegative(first) and algebra.is_nonnegative(second), "a factor could be negative")
    matrix = first * sp.Identity(Q.w.rows) + second * x * x.T
    bound = first * Q.lambda_max + second * dot(x, Q.Sigma * x)
    _says(algebra, step.statement, Relation(weighted_top(matrix), "<=", bound))


def _eigenvector_update(step: Step, premises: Premises, facts: Facts) -> None:
    first, second = step.data
    algebra = Algebra(facts)
    _says(algebra, premises[0].relation, Relation(Q.Sigma * Q.w_star, "==", Q.e * Q.w_star))
    _says(algebra, premises[1].relation, Relation(Q.E, "==", dot(Q.w_star, Q.Sigma * Q.w_star)))
    require(algebra.is_positive(Q.E), "the eigenvector could vanish")
    require(algebra.is_nonnegative(first) and algebra.is_nonnegative(second), "a factor could be negative")
    matrix = first * sp.Identity(Q.w.rows) + second * Q.w_star * Q.w_star.T
    wanted = sp.Max(first * Q.lambda_max, first * Q.e + second * Q.E, evaluate=False)
    goal = step.statement
    require(goal.op == "==" and algebra.equal(goal.lhs, weighted_top(matrix)), "another matrix")
    require(goal.rhs == wanted, "the largest eigenvalue is {}", wanted)


def _larger(step: Step, premises: Premises, facts: Facts) -> None:
    main = premises[0].relation
    algebra = Algebra(facts)
    require(isinstance(main.rhs, sp.Max) and len(main.rhs.args) == 2 and main.op == "==",
            "the premise is not a maximum of two")
    large, small = main.rhs.args
    order = oriented(premises[1].relation, ">=")
    if not algebra.equal(order.lhs, large):
        large, small = small, large
    _says(algebra, order, Relation(large, ">=", small))
    _says(algebra, step.statement, Relation(main.lhs, "==", large))


def _gram(step: Step, premises: Premises, facts: Facts) -> None:
    matrix, factor = step.data
    algebra = Algebra(facts)
    hessian, linear, norm = (p.relation for p in premises)
    _independent(Q.u, facts, matrix)
    _independent(LayerMatrix("Xi", Q.k), facts, matrix)
    require(bool(sp.sympify(factor).is_positive), "the factor must be positive")
    adjoint = LayerMatrix("adjoint", Q.k)
    _says(algebra, hessian, Relation(Q.curvature, "==", factor * dot(Q.w_dot, Q.Sigma * Q.w_dot)))
    inner = sp.Sum(sp.Trace(adjoint.T * LayerMatrix("Xi", Q.k)), (Q.k, 1, Q.L))
    _says(algebra, linear, Relation(dot(Q.u, Q.w_dot), "==", inner))
    total = sp.Sum(frobenius(adjoint), (Q.k, 1, Q.L))
    _says(algebra, norm, Relation(total, "==", dot(Q.u, matrix * Q.u)))
    if step.statement.lhs == Q.trace:
        wanted = Relation(Q.trace, "==", factor * sp.Trace(Q.Sigma * matrix))
    else:
        wanted = Relation(Q.S, "==", factor * weighted_top(matrix))
    _says(algebra, step.statement, wanted)


def _trace_form(step: Step, premises: Premises, facts: Facts) -> None:
    matrix, weight, factor, limits = step.data
    algebra = Algebra(facts)
    index, first, last = limits
    layers(step, index, first, last, facts)
    require(index not in premises[0].ranges, "the premise is about one term")
    for other, (low, high) in step.ranges.items():
        require(algebra.covers(premises[0].ranges, other, low, high, {}), "the premise does not hold for all {}", other)
    parts = sp.Sum(weight * dot(factor * Q.u, factor * Q.u), limits)
    _says(algebra, premises[0].relation, Relation(dot(Q.u, matrix * Q.u), "==", parts))
    _independent(Q.u, facts, matrix, weight, factor)
    wanted = Relation(sp.Trace(Q.Sigma * matrix), "==", sp.Sum(weight * frobenius(factor * Sigma_half), limits))
    _says(algebra, step.statement, wanted)


def _riesz(step: Step, premises: Premises, facts: Facts) -> None:
    direction = step.data
    goal, main = step.statement, premises[0].relation
    require(goal.op == "==" and main.op == "==", "an equality for every direction")
    require(direction == Q.u or (type(direction) is LayerMatrix and direction.name == "Xi"),
            "{} is not an arbitrary direction", direction)
    _independent(direction, facts, goal.lhs, goal.rhs)
    if direction == Q.u:
        sides = [dot(x, direction) for x in (goal.lhs, goal.rhs)]
    else:
        sides = [sp.Trace(x.T * direction) for x in (goal.lhs, goal.rhs)]
    _says(Algebra(facts), main, Relation(sides[0], "==", sides[1]))


def _polarization(step: Step, premises: Premises, facts: Facts) -> None:
    goal = step.statement
    algebra = Algebra(facts)
    for side in (goal.lhs, goal.rhs):
        require(algebra.equal(side, sp.Transpose(side)), "{} is not symmetric", side)
    require(goal.op == "==", "an equality of matrices")
    _independent(Q.u, facts, goal.lhs, goal.rhs)
    _says(algebra, premises[0].relation,
          Relation(dot(Q.u, goal.lhs * Q.u), "==", dot(Q.u, goal.rhs * Q.u)))


def _root_kernel(step: Step, premises: Premises, facts: Facts) -> None:
    x, y = step.data
    algebra = Algebra(facts)
    _says(algebra, premises[0].relation, Relation(Q.Sigma * x, "==", Q.Sigma * y))
    _says(algebra, step.statement, Relation(Sigma_half * x, "==", Sigma_half * y))


RAYLEIGH = Rule(
    "Rayleigh quotient", "lambda_max(A) |z|^2 >= z^T A z; here A is Sigma, or Sigma^{1/2} A Sigma^{1/2} at "
    "z or at z = Sigma^{1/2} x.", _rayleigh)
LOEWNER = Rule("monotone eigenvalue", "u^T A u >= u^T B u for all u gives "
               "lambda_max(Sigma^{1/2} A Sigma^{1/2}) >= lambda_max(Sigma^{1/2} B Sigma^{1/2}).", _loewner)
PENCIL = Rule("pencil", "lambda_max(Sigma^{1/2} A Sigma^{1/2}) depends on Sigma A Sigma only.", _pencil)
MULTIPLE_OF_IDENTITY = Rule("multiple of the identity", "lambda_max(c Sigma) = c Lambda for c >= 0.",
                            _multiple_of_identity)
RANK_ONE_UPDATE = Rule("subadditivity", "lambda_max(A + B) <= lambda_max(A) + lambda_max(B), and a matrix "
                       "c y y^T has the eigenvalue c |y|^2.", _rank_one_update)
EIGENVECTOR_UPDATE = Rule(
    "eigenvector update", "If v is an eigenvector of Sigma with eigenvalue e, then r Sigma + c v v^T has the "
    "eigenvalue r e + c |v|^2 at v and those of r Sigma elsewhere: the largest is the larger of it and r "
    "Lambda.", _eigenvector_update)
LARGER = Rule("maximum", "The maximum of two numbers is the larger one.", _larger)
GRAM = Rule(
    "Gram matrix", "If the Hessian is c J^T Sigma J and J J^T = M, then, as A A^T and A^T A share their "
    "non-zero eigenvalues, its largest eigenvalue is c lambda_max(Sigma^{1/2} M Sigma^{1/2}), and its trace "
    "c tr(Sigma M).", _gram)
TRACE_FORM = Rule("trace of a quadratic form", "Summed over the columns u of Sigma^{1/2}, u^T A u gives "
                  "tr(Sigma A), and |B u|^2 gives |B Sigma^{1/2}|_F^2.", _trace_form, indices=True,
                  parts=lambda data: ((data[0], {}), *over(data[3], data[1], data[2])))
RIESZ = Rule("every direction", "<x, A> = <x, B> for every x gives A = B.", _riesz)
POLARIZATION = Rule("polarization", "Symmetric matrices with the same quadratic form agree.", _polarization)
ROOT_KERNEL = Rule("kernel of the root", "Sigma x = Sigma y gives Sigma^{1/2} x = Sigma^{1/2} y, for "
                   "|Sigma^{1/2}(x - y)|^2 = (x - y)^T (Sigma x - Sigma y).", _root_kernel)
