"""Rules about the top singular vectors of adjacent layers."""

from __future__ import annotations

import sympy as sp

from ...language import quantities as Q
from ...language.nodes import Relation, dot
from ...language.norms import second_singular, spectral
from ...setting.flow import DEFINED, D, left, right
from ...setting.network import W
from ..rule import require, rule
from .common import Expr, Inference, Premise, To


def defined_at(at: Inference, layer: sp.Expr, **premises: Premise) -> None:
    """Refuse premises that are not the definitions of those names, at the layer. (A blank is written ``_``.)"""
    for name, number in premises.items():
        at.is_stipulated(number, DEFINED[name.replace("_", " ")].relation.xreplace({Q.k: layer}))


@rule("split along the top vector", "|A^T x|^2 <= s_1^2 <x, u>^2 + s_2^2 (|x|^2 - <x, u>^2) for the "
      "unit top left singular vector u of A.")
def spectral_split(at: Inference, unit: Premise, top: Premise, index: Expr, x: Expr, to: To | None = None) -> Relation:
    defined_at(at, index, left_unit=unit, left=top)
    part = dot(x, left(index)) ** 2
    wanted = Relation(dot(W(index).T * x, W(index).T * x), "<=",
                      spectral(W(index)) ** 2 * part + second_singular(W(index)) ** 2 * (dot(x, x) - part))
    return at.stated(wanted, to)


@rule("quadratic form", "|x^T A x| <= |A| |x|^2.")
def quadratic_form(at: Inference, to: To, matrix: Expr, x: Expr) -> Relation:
    size = spectral(matrix) * dot(x, x)
    form = dot(x, matrix * x)
    return at.one_of(to, Relation(form, "<=", size), Relation(-form, "<=", size))


@rule("sine theorem", "H = G + D with symmetric matrices, H u = s u with |u| = 1, v a unit top eigenvector of G, and "
      "the other eigenvalues of G at most s - c with c > 0: the part of u orthogonal to v is multiplied by at least c "
      "under s - G, which maps it to that part of D u, so c |sin| <= |D|. Likewise with the roles exchanged.",
      reference="C. Davis and W. M. Kahan, The rotation of eigenvectors by a perturbation III, SIAM J. Numer. Anal. 7 "
      "(1970) 1-46")
def sine(
    at: Inference, difference: Premise, left_unit: Premise, left_top: Premise, right_unit: Premise, right_top: Premise,
    apart: Premise, positive: Premise, side: str, gap: Expr, to: To | None = None,
) -> Relation:
    require(side in ("left", "right"), "neither of the two sides")
    k = Q.k
    defined_at(at, k, D=difference, left_unit=left_unit, left=left_top)
    defined_at(at, k + 1, right_unit=right_unit, right=right_top)
    here, other = (W(k), W(k + 1)) if side == "left" else (W(k + 1), W(k))
    at.says(apart, second_singular(other) ** 2, "<=", spectral(here) ** 2 - gap)
    at.says(positive, gap, ">", 0)
    wanted = Relation(gap**2 * (1 - dot(right(k + 1), left(k)) ** 2), "<=", spectral(D(k)) ** 2)
    return at.stated(wanted, to)
