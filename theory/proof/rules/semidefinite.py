"""Rules about the order ``psd<=`` of symmetric matrices: the larger one minus the smaller one is semidefinite.

Every statement ``A psd<= B`` has a symmetric difference: no other one is meaningful.
"""

from __future__ import annotations

import sympy as sp

from ...algebra.words import is_square
from ...language.nodes import Relation, dot
from ..rule import require, rule
from .common import Expr, Exprs, Inference, Premise, To, stated


@rule("order at a vector", "A psd<= B gives x^T A x <= x^T B x for a vector x, tr(x^T A x) <= tr(x^T B x) for a matrix.")
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
