"""Rules about eigenvalues, quadratic forms and their order, true for symmetric matrices of every size.

Every statement ``A psd<= B`` has a symmetric difference ``B - A``: no other one is meaningful.
"""

from __future__ import annotations

import sympy as sp

from ...algebra.algebra import oriented
from ...algebra.words import Sigma_half, is_square
from ...language import quantities as Q
from ...language.nodes import LayerMatrix, Relation, dot, norm_squared, weighted_top
from ...language.norms import weighted_bottom
from ...setting.dependence import depends, source
from ..rule import require, rule
from .common import Expr, Exprs, Inference, Limits, Premise, Term, To, stated
from .sums import layers


def _independent(at: Inference, direction: sp.Basic, *sides: sp.Basic) -> None:
    """Refuse what depends on the direction, shown or not, and hypotheses about the direction."""
    require(not source(direction) & depends(*sides), "a side depends on the direction")
    at.free(direction)


@rule("Rayleigh quotient", "lambda_max(A) |z|^2 >= z^T A z; here A is Sigma, or Sigma^{1/2} A Sigma^{1/2} at "
      "z or at z = Sigma^{1/2} x.")
def rayleigh(at: Inference, form: str, matrix: Expr | None, x: Expr, to: To | None = None) -> Relation:
    require(form in ("covariance", "root", "pencil"), "no such quotient")
    if form == "covariance":
        wanted = Relation(Q.lambda_max * dot(x, x), ">=", dot(x, Q.Sigma * x))
    elif form == "root":
        wanted = Relation(weighted_top(matrix) * dot(x, x), ">=", dot(Sigma_half * x, matrix * Sigma_half * x))
    else:
        wanted = Relation(weighted_top(matrix) * dot(x, Q.Sigma * x), ">=", dot(Q.Sigma * x, matrix * Q.Sigma * x))
    return at.stated(wanted, to)


@rule("monotone eigenvalue", "u^T A u >= u^T B u for all u gives "
      "lambda_max(Sigma^{1/2} A Sigma^{1/2}) >= lambda_max(Sigma^{1/2} B Sigma^{1/2}).")
def monotone_eigenvalue(at: Inference, main: Premise, above: Expr, below: Expr, to: To | None = None) -> Relation:
    at.says(main, dot(Q.u, above * Q.u), ">=", dot(Q.u, below * Q.u))
    _independent(at, Q.u, above, below)
    return at.stated(Relation(weighted_top(above), ">=", weighted_top(below)), to)


@rule("pencil", "lambda_max(Sigma^{1/2} A Sigma^{1/2}) depends on Sigma A Sigma only.")
def pencil(at: Inference, first: Expr, second: Expr, *modulo: Premise, to: To | None = None) -> Relation:
    require(at.algebra(*modulo).equal(Q.Sigma * first * Q.Sigma, Q.Sigma * second * Q.Sigma), "the pencils differ")
    return at.stated(Relation(weighted_top(first), "==", weighted_top(second)), to)


@rule("multiple of the identity", "lambda_max(c Sigma) = c Lambda for c >= 0.")
def multiple_of_identity(at: Inference, factor: Expr, to: To | None = None) -> Relation:
    at.nonnegative(factor)
    return at.stated(Relation(weighted_top(factor * sp.Identity(Q.w.rows)), "==", factor * Q.lambda_max), to)


@rule("subadditivity", "lambda_max(A + B) <= lambda_max(A) + lambda_max(B), and a matrix "
      "c y y^T has the eigenvalue c |y|^2.")
def rank_one_update(at: Inference, first: Expr, second: Expr, x: Expr, to: To | None = None) -> Relation:
    at.nonnegative(first, second)
    matrix = first * sp.Identity(Q.w.rows) + second * x * x.T
    return at.stated(
        Relation(weighted_top(matrix), "<=", first * Q.lambda_max + second * dot(x, Q.Sigma * x)), to)


@rule("eigenvector update", "If v is an eigenvector of Sigma with eigenvalue e, then r Sigma + c v v^T has the "
      "eigenvalue r e + c |v|^2 at v and those of r Sigma elsewhere: the largest is the larger of it and r Lambda.")
def eigenvector_update(at: Inference, eigenvector: Premise, energy: Premise, first: Expr, second: Expr) -> Relation:
    at.says(eigenvector, Q.Sigma * Q.w_star, "==", Q.e * Q.w_star)
    at.says(energy, Q.E, "==", dot(Q.w_star, Q.Sigma * Q.w_star))
    require(at.algebra().is_positive(Q.E), "the eigenvector could vanish")
    at.nonnegative(first, second)
    matrix = first * sp.Identity(Q.w.rows) + second * Q.w_star * Q.w_star.T
    largest = sp.Max(first * Q.lambda_max, first * Q.e + second * Q.E, evaluate=False)
    return Relation(weighted_top(matrix), "==", largest)


@rule("maximum", "The maximum of two numbers is the larger one.")
def larger(at: Inference, main: Premise, order: Premise, to: To | None = None) -> Relation:
    maximum, above = at.relation(main), oriented(at.relation(order), ">=")
    require(isinstance(maximum.rhs, sp.Max) and len(maximum.rhs.args) == 2 and maximum.op == "==",
            "the premise is not a maximum of two")
    large, small = maximum.rhs.args
    if not at.algebra().equal(above.lhs, large):
        large, small = small, large
    at.says(order, large, ">=", small)
    return at.stated(Relation(maximum.lhs, "==", large), to)


@rule("Gram matrix", "If the Hessian is c J^T Sigma J and J J^T = M, then, as A A^T and A^T A share their "
      "non-zero eigenvalues, its largest eigenvalue is c lambda_max(Sigma^{1/2} M Sigma^{1/2}), and its trace "
      "c tr(Sigma M).")
def gram(
    at: Inference, hessian: Premise, linear: Premise, norm: Premise, matrix: Expr, factor: Expr, to: To | None = None
) -> Relation:
    _independent(at, Q.u, matrix)
    _independent(at, LayerMatrix("Xi", Q.k), matrix)
    require(bool(factor.is_positive), "the factor must be positive")
    adjoint = LayerMatrix("adjoint", Q.k)
    at.says(hessian, Q.curvature, "==", factor * dot(Q.w_dot, Q.Sigma * Q.w_dot))
    inner = sp.Sum(sp.Trace(adjoint.T * LayerMatrix("Xi", Q.k)), (Q.k, 1, Q.L))
    at.says(linear, dot(Q.u, Q.w_dot), "==", inner)
    total = sp.Sum(norm_squared(adjoint), (Q.k, 1, Q.L))
    at.says(norm, total, "==", dot(Q.u, matrix * Q.u))
    wanted = Relation(Q.S, "==", factor * weighted_top(matrix))
    if to is not None and stated(to).lhs == Q.trace:
        wanted = Relation(Q.trace, "==", factor * sp.Trace(Q.Sigma * matrix))
    return at.stated(wanted, to)


@rule("trace and eigenvalues", "tr(Sigma A) is the sum of the d eigenvalues of Sigma^{1/2} A Sigma^{1/2}, for a "
      "symmetric A: at most d times the largest and at least d times the smallest one; and at least the largest one, "
      "if u^T A u >= 0 for all u, as none is negative then.")
def trace_of_eigenvalues(at: Inference, to: To, matrix: Expr, *semidefinite: Premise) -> Relation:
    require(at.algebra().equal(matrix, sp.Transpose(matrix)), "{} is not symmetric", matrix)
    _independent(at, Q.u, matrix)
    whole, alone = sp.Trace(Q.Sigma * matrix), matrix == sp.Identity(Q.w.rows)
    top, bottom = (Q.lambda_max, Q.lambda_min) if alone else (weighted_top(matrix), weighted_bottom(matrix))
    for number in semidefinite:
        at.says(number, dot(Q.u, matrix * Q.u), ">=", 0)
    above = (Relation(top, "<=", whole),) if semidefinite else ()
    return at.one_of(to, Relation(whole, "<=", Q.d * top), Relation(Q.d * bottom, "<=", whole), *above)


@rule("trace of a quadratic form", "Summed over the columns u of Sigma^{1/2}, u^T A u gives "
      "tr(Sigma A), and |B u|^2 gives |B Sigma^{1/2}|_F^2.", indices=True)
def trace_form(
    at: Inference, main: Premise, matrix: Expr, weight: Term, factor: Term, limits: Limits, to: To | None = None
) -> Relation:
    index, _first, _last = layers(at, limits)
    require(index not in at.premise(main).ranges, "the premise is about one term")
    at.hold(main)
    parts = sp.Sum(weight * dot(factor * Q.u, factor * Q.u), limits)
    at.says(main, dot(Q.u, matrix * Q.u), "==", parts)
    _independent(at, Q.u, matrix, weight, factor)
    wanted = sp.Sum(weight * norm_squared(factor * Sigma_half), limits)
    return at.stated(Relation(sp.Trace(Q.Sigma * matrix), "==", wanted), to)


@rule("every direction", "<x, A> = <x, B> for every x gives A = B.")
def every_direction(at: Inference, to: To, main: Premise, direction: Expr) -> Relation:
    goal, premise = stated(to), at.relation(main)
    require(goal.op == "==" and premise.op == "==", "an equality for every direction")
    require(direction == Q.u or (type(direction) is LayerMatrix and direction.name == "Xi"),
            "{} is not an arbitrary direction", direction)
    _independent(at, direction, goal.lhs, goal.rhs)
    if direction == Q.u:
        sides = [dot(x, direction) for x in goal.sides]
    else:
        sides = [sp.Trace(x.T * direction) for x in goal.sides]
    at.says(main, sides[0], "==", sides[1])
    return goal


@rule("zero vector", "|x - y|^2 = 0 gives x = y.")
def zero_vector(at: Inference, main: Premise, x: Expr, y: Expr, to: To | None = None) -> Relation:
    at.says(main, dot(x - y, x - y), "==", 0)
    return at.stated(Relation(x, "==", y), to)


@rule("polarization", "Symmetric matrices with the same quadratic form agree.")
def polarization(at: Inference, to: To, main: Premise) -> Relation:
    goal, algebra = stated(to), at.algebra()
    for side in goal.sides:
        require(algebra.equal(side, sp.Transpose(side)), "{} is not symmetric", side)
    require(goal.op == "==", "an equality of matrices")
    _independent(at, Q.u, goal.lhs, goal.rhs)
    at.says(main, dot(Q.u, goal.lhs * Q.u), "==", dot(Q.u, goal.rhs * Q.u))
    return goal


@rule("kernel of the root", "Sigma x = Sigma y gives Sigma^{1/2} x = Sigma^{1/2} y, for "
      "|Sigma^{1/2}(x - y)|^2 = (x - y)^T (Sigma x - Sigma y).")
def root_kernel(at: Inference, main: Premise, x: Expr, y: Expr, to: To | None = None) -> Relation:
    at.says(main, Q.Sigma * x, "==", Q.Sigma * y)
    return at.stated(Relation(Sigma_half * x, "==", Sigma_half * y), to)


@rule("order at a vector", "A psd<= B gives x^T A x <= x^T B x at a vector x, and the traces of both at a matrix x.")
def at_vector(at: Inference, main: Premise, x: Expr, to: To | None = None) -> Relation:
    small, large = _sides(at, main)
    if x.shape[1] == 1:
        return at.stated(Relation(dot(x, small * x), "<=", dot(x, large * x)), to)
    return at.stated(Relation(sp.Trace(x.T * small * x), "<=", sp.Trace(x.T * large * x)), to)


@rule("evidently semidefinite", "A sum of squares B^T B, also of those named, and of B^T A B with A semidefinite.")
def semidefinite(at: Inference, to: To, roots: Exprs = ()) -> Relation:
    goal = stated(to)
    require(goal.op == "psd<=", "it compares matrices")
    algebra, left = at.algebra(), goal.rhs - goal.lhs
    for root in roots:
        left -= sp.Transpose(root) * root
    for factors, coefficient in algebra.normal.matrix(algebra.prepare(left)).items():
        require(is_square(factors), "{} is not evidently semidefinite", sp.MatMul(*(x for x, _ in factors)))
        require(algebra.is_nonnegative(coefficient), "{} is not known to be nonnegative", coefficient)
    return goal


@rule("commuting factors", "A psd<= B and C psd<= D, where B - A and D - C commute: (B - A) (D - C) is semidefinite.",
      linked=2)
def commuting(at: Inference, first: Premise, second: Premise, *modulo: Premise, to: To | None = None) -> Relation:
    one, other = (large - small for small, large in (_sides(at, first), _sides(at, second)))
    require(one.shape == other.shape, "the matrices have different sizes")
    require(at.algebra(*modulo).equal(one * other, other * one), "{} and {} are not known to commute", one, other)
    return at.stated(Relation(sp.ZeroMatrix(*one.shape), "psd<=", one * other), to, *modulo)


def _sides(at: Inference, number: int) -> tuple[sp.MatrixExpr, sp.MatrixExpr]:
    """The smaller and the larger matrix that a premise compares."""
    relation = at.relation(number)
    require(relation.op == "psd<=", "{} compares no matrices", relation)
    return relation.sides
