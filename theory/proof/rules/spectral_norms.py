"""Rules about spectral norms: of layers, of their products, of differences of Gram matrices."""

from __future__ import annotations

import sympy as sp

from ...algebra.algebra import Algebra
from ...algebra.words import is_matrix
from ...language import quantities as Q
from ...language.nodes import Relation, dot, frobenius, width
from ...language.norms import second_singular, spectral, weighted_bottom
from ..rule import Rule, Step, require
from .common import Facts, Premises, says


def _positive_spectrum(step: Step, premises: Premises, facts: Facts) -> None:
    x = step.data
    wanted = Relation(dot(Q.Sigma * x, Q.Sigma * x), ">=", Q.lambda_pos * dot(x, Q.Sigma * x))
    says(Algebra(facts), step.statement, wanted)


def _least_rayleigh(step: Step, premises: Premises, facts: Facts) -> None:
    matrix, x = step.data
    wanted = Relation(dot(Q.Sigma * x, matrix * Q.Sigma * x), ">=",
                      weighted_bottom(matrix) * dot(x, Q.Sigma * x))
    says(Algebra(facts), step.statement, wanted)


def _least_eigenvalue(step: Step, premises: Premises, facts: Facts) -> None:
    x = step.data
    says(Algebra(facts), step.statement, Relation(dot(x, Q.Sigma * x), ">=", Q.lambda_min * dot(x, x)))


def _gram_difference(step: Step, premises: Premises, facts: Facts) -> None:
    norm, first, second = step.data
    require(norm in (spectral, second_singular), "{} is not a singular value", norm)
    main = premises[0].relation
    algebra = Algebra(facts)
    require(main.op == "==" and is_matrix(main.lhs), "the premise defines no matrix")
    difference = main.rhs
    grams = (first * first.T - second.T * second, second.T * second - first * first.T)
    require(algebra.equal(difference, grams[0]), "the premise is not about these two matrices")
    here, there, gap = norm(first) ** 2, norm(second) ** 2, spectral(main.lhs)
    options = (Relation(here, "<=", there + gap), Relation(there, "<=", here + gap))
    require(any(algebra.same(step.statement, x) for x in options), "the bounds are {} and {}", *options)


def _single_row(step: Step, premises: Premises, facts: Facts) -> None:
    matrix = step.data
    require("plain" in facts and matrix.shape[0] == width(Q.L), "{} is not known to be a single row", matrix)
    options = (Relation(spectral(matrix) ** 2, "==", frobenius(matrix)),
               Relation(second_singular(matrix), "==", 0))
    require(any(Algebra(facts).same(step.statement, x) for x in options), "a single row gives {} or {}", *options)


def _rank_one_layer(step: Step, premises: Premises, facts: Facts) -> None:
    matrix, x, y = step.data
    says(Algebra(facts), premises[0].relation, Relation(second_singular(matrix), "==", 0))
    image, back = matrix * y, matrix.T * x
    says(Algebra(facts), step.statement,
          Relation(dot(image, image) * dot(back, back), "==", spectral(matrix) ** 2 * dot(x, image) ** 2))


def _dimension_one(step: Step, premises: Premises, facts: Facts) -> None:
    x, y = step.data
    require("plain" in facts and x.shape == y.shape == (width(Q.L), 1), "the vectors could be longer than one")
    says(Algebra(facts), step.statement, Relation(dot(x, y) ** 2, "==", dot(x, x) * dot(y, y)))


def _operator_norm(step: Step, premises: Premises, facts: Facts) -> None:
    matrix, x = step.data
    says(Algebra(facts), step.statement,
          Relation(dot(matrix * x, matrix * x), "<=", spectral(matrix) ** 2 * dot(x, x)))


def _transposed_norm(step: Step, premises: Premises, facts: Facts) -> None:
    matrix, x = step.data
    says(Algebra(facts), step.statement,
          Relation(dot(matrix.T * x, matrix.T * x), "<=", spectral(matrix) ** 2 * dot(x, x)))


def _absolute_value(step: Step, premises: Premises, facts: Facts) -> None:
    value, bound = step.data
    algebra = Algebra(facts)
    require(bool(algebra.form(value).is_extended_real), "{} could be no real number", value)
    says(algebra, premises[0].relation, Relation(value, "<=", bound))
    says(algebra, premises[1].relation, Relation(-value, "<=", bound))
    goal = step.statement
    require(goal.op == "<=" and goal.lhs == sp.Abs(value), "the conclusion bounds another number")
    require(algebra.equal(goal.rhs, bound), "the bound is {}", bound)


POSITIVE_SPECTRUM = Rule(
    "smallest positive eigenvalue", "|Sigma x|^2 >= lambda_+ x^T Sigma x: in the eigenbasis of Sigma, the "
    "eigenvalue zero adds nothing to either side.", _positive_spectrum)
LEAST_EIGENVALUE = Rule("smallest eigenvalue", "x^T Sigma x >= lambda |x|^2.", _least_eigenvalue)
LEAST_RAYLEIGH = Rule(
    "least Rayleigh quotient", "z^T A z >= lambda_min(Sigma^{1/2} A Sigma^{1/2}) |x|^2 in the form z = Sigma x: "
    "the quadratic form of Sigma^{1/2} A Sigma^{1/2} at Sigma^{1/2} x.", _least_rayleigh)
GRAM_DIFFERENCE = Rule(
    "Weyl's inequality", "If C = A A^T - B^T B, the largest singular values of A and B, squared, differ by at "
    "most |C|; so do the second ones.", _gram_difference,
    reference="H. Weyl, Das asymptotische Verteilungsgesetz der Eigenwerte linearer partieller "
    "Differentialgleichungen, Math. Ann. 71 (1912) 441-479")
SINGLE_ROW = Rule("single row", "A matrix with one row has one singular value, its Frobenius norm.", _single_row)
RANK_ONE_LAYER = Rule("matrix of rank one", "A = s x y^T with unit x, y has |A u|^2 |A^T q|^2 = s^2 <q, A u>^2.",
                      _rank_one_layer)
DIMENSION_ONE = Rule("dimension one", "Vectors with one entry have <x, y>^2 = |x|^2 |y|^2.", _dimension_one)
OPERATOR_NORM = Rule("operator norm", "|A x| <= |A| |x|.", _operator_norm)
TRANSPOSED_NORM = Rule("operator norm of the transpose", "|A^T x| <= |A| |x|.", _transposed_norm)
ABSOLUTE_VALUE = Rule("absolute value", "x <= c and -x <= c give |x| <= c.", _absolute_value)
