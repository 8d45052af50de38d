"""Rules about spectral norms: of layers, of their products, of differences of Gram matrices."""

from __future__ import annotations

from collections.abc import Callable

import sympy as sp

from ...algebra.words import is_matrix
from ...language import quantities as Q
from ...language.nodes import Relation, dot, norm_squared, width
from ...language.norms import second_singular, spectral, weighted_bottom
from ..rule import require, rule
from .common import Expr, Inference, Premise, To


@rule("smallest positive eigenvalue", "|Sigma x|^2 >= lambda_+ x^T Sigma x: in the eigenbasis of Sigma, the "
      "eigenvalue zero adds nothing to either side.")
def positive_spectrum(at: Inference, x: Expr, to: To | None = None) -> Relation:
    wanted = Relation(dot(Q.Sigma * x, Q.Sigma * x), ">=", Q.lambda_pos * dot(x, Q.Sigma * x))
    return at.stated(wanted, to)


@rule("smallest eigenvalue that is positive", "If Sigma is not zero, lambda_+ is one of its eigenvalues, so "
      "lambda <= lambda_+; and lambda_+ = lambda if lambda > 0.")
def least_positive(at: Inference, to: To, *positive: Premise) -> Relation:
    require("E > 0" in at.facts, "Sigma could be zero")
    for number in positive:
        at.says(number, Q.lambda_min, ">", 0)
    equal = (Relation(Q.lambda_pos, "==", Q.lambda_min),) if positive else ()
    return at.one_of(to, Relation(Q.lambda_min, "<=", Q.lambda_pos), *equal)


@rule("least Rayleigh quotient", "z^T A z >= lambda_min(Sigma^{1/2} A Sigma^{1/2}) |x|^2 in the form z = Sigma x: "
      "the quadratic form of Sigma^{1/2} A Sigma^{1/2} at Sigma^{1/2} x.")
def least_rayleigh(at: Inference, matrix: Expr, x: Expr, to: To | None = None) -> Relation:
    wanted = Relation(dot(Q.Sigma * x, matrix * Q.Sigma * x), ">=",
                      weighted_bottom(matrix) * dot(x, Q.Sigma * x))
    return at.stated(wanted, to)


@rule("smallest eigenvalue", "x^T Sigma x >= lambda |x|^2.")
def least_eigenvalue(at: Inference, x: Expr, to: To | None = None) -> Relation:
    return at.stated(Relation(dot(x, Q.Sigma * x), ">=", Q.lambda_min * dot(x, x)), to)


@rule("Weyl's inequality", "If C = A A^T - B^T B, the largest singular values of A and B, squared, differ by at "
      "most |C|; so do the second ones.",
      reference="H. Weyl, Das asymptotische Verteilungsgesetz der Eigenwerte linearer partieller "
      "Differentialgleichungen, Math. Ann. 71 (1912) 441-479")
def gram_difference(
    at: Inference, to: To, main: Premise, norm: Callable[[sp.Expr], sp.Expr], first: Expr, second: Expr
) -> Relation:
    definition = at.relation(main)
    require(norm in (spectral, second_singular), "{} is not a singular value", norm)
    require(definition.op == "==" and is_matrix(definition.lhs), "the premise defines no matrix")
    gram = first * first.T - second.T * second
    require(at.algebra().equal(definition.rhs, gram), "the premise is not about these two matrices")
    here, there, gap = norm(first) ** 2, norm(second) ** 2, spectral(definition.lhs)
    return at.one_of(to, Relation(here, "<=", there + gap), Relation(there, "<=", here + gap))


@rule("single row", "A matrix with one row has one singular value, its Frobenius norm.")
def single_row(at: Inference, to: To, matrix: Expr) -> Relation:
    require("plain" in at.facts and matrix.shape[0] == width(Q.L), "{} is not known to be a single row", matrix)
    return at.one_of(to, Relation(spectral(matrix) ** 2, "==", norm_squared(matrix)),
                     Relation(second_singular(matrix), "==", 0))


@rule("matrix of rank one", "A = s x y^T with unit x, y has |A u|^2 |A^T q|^2 = s^2 <q, A u>^2.")
def rank_one_layer(at: Inference, main: Premise, matrix: Expr, x: Expr, y: Expr, to: To | None = None) -> Relation:
    at.says(main, second_singular(matrix), "==", 0)
    image, back = matrix * y, matrix.T * x
    return at.stated(
        Relation(dot(image, image) * dot(back, back), "==", spectral(matrix) ** 2 * dot(x, image) ** 2), to)


@rule("dimension one", "Vectors with one entry have <x, y>^2 = |x|^2 |y|^2.")
def dimension_one(at: Inference, x: Expr, y: Expr, to: To | None = None) -> Relation:
    require("plain" in at.facts and x.shape == y.shape == (width(Q.L), 1), "the vectors could be longer than one")
    return at.stated(Relation(dot(x, y) ** 2, "==", dot(x, x) * dot(y, y)), to)


@rule("operator norm", "|A x| <= |A| |x|, and |A^T| = |A|.")
def operator_norm(at: Inference, matrix: Expr, x: Expr, to: To | None = None) -> Relation:
    size = spectral(matrix.arg if isinstance(matrix, sp.Transpose) else matrix)
    return at.stated(Relation(dot(matrix * x, matrix * x), "<=", size**2 * dot(x, x)), to)


@rule("absolute value", "x <= c and -x <= c give |x| <= c.")
def absolute_value(at: Inference, above: Premise, below: Premise, value: Expr, bound: Expr) -> Relation:
    require(bool(at.algebra().form(value).is_extended_real), "{} could be no real number", value)
    at.says(above, value, "<=", bound)
    at.says(below, -value, "<=", bound)
    return Relation(sp.Abs(value), "<=", bound)
