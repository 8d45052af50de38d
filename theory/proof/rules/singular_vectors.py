"""Rules about the top singular vectors of adjacent layers."""

from __future__ import annotations

from collections.abc import Sequence

import sympy as sp

from ...language import quantities as Q
from ...language.nodes import Relation, dot
from ...language.norms import second_singular, spectral
from ...setting.flow import D, left, right
from ...setting.network import W
from ..rule import require
from .common import Expr, Inference, Premise, To, says, stated
from .named import rule


def _stipulated(at: Inference, premises: Sequence[int], wanted: Sequence[Relation]) -> None:
    for number, relation in zip(premises, wanted, strict=True):
        require(at.relation(number) == relation, "the premise should be {}", relation)


def _left_top(index: sp.Expr) -> tuple[Relation, Relation]:
    return (Relation(dot(left(index), left(index)), "==", 1),
            Relation(W(index) * W(index).T * left(index), "==", spectral(W(index)) ** 2 * left(index)))


def _right_top(index: sp.Expr) -> tuple[Relation, Relation]:
    return (Relation(dot(right(index), right(index)), "==", 1),
            Relation(W(index).T * W(index) * right(index), "==", spectral(W(index)) ** 2 * right(index)))


@rule("split along the top vector", "|A^T x|^2 <= s_1^2 <x, u>^2 + s_2^2 (|x|^2 - <x, u>^2) for the "
      "unit top left singular vector u of A.")
def spectral_split(at: Inference, unit: Premise, top: Premise, index: Expr, x: Expr, to: To | None = None) -> Relation:
    _stipulated(at, (unit, top), _left_top(index))
    part = dot(x, left(index)) ** 2
    wanted = Relation(dot(W(index).T * x, W(index).T * x), "<=",
                      spectral(W(index)) ** 2 * part + second_singular(W(index)) ** 2 * (dot(x, x) - part))
    return at.stated(wanted, to)


@rule("quadratic form", "|x^T A x| <= |A| |x|^2.")
def quadratic_form(at: Inference, to: To, matrix: Expr, x: Expr) -> Relation:
    goal = stated(to)
    size = spectral(matrix) * dot(x, x)
    form = dot(x, matrix * x)
    options = (Relation(form, "<=", size), Relation(-form, "<=", size))
    require(any(at.algebra().same(goal, wanted) for wanted in options), "the form is at most {}", size)
    return goal


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
    defined = Relation(D(k), "==", W(k) * W(k).T - W(k + 1).T * W(k + 1))
    _stipulated(at, (difference, left_unit, left_top, right_unit, right_top),
                (defined, *_left_top(k), *_right_top(k + 1)))
    here, other = (W(k), W(k + 1)) if side == "left" else (W(k + 1), W(k))
    algebra = at.algebra()
    says(algebra, at.relation(apart), Relation(second_singular(other) ** 2, "<=", spectral(here) ** 2 - gap))
    says(algebra, at.relation(positive), Relation(gap, ">", 0))
    wanted = Relation(gap**2 * (1 - dot(right(k + 1), left(k)) ** 2), "<=", spectral(D(k)) ** 2)
    return at.stated(wanted, to)


SPECTRAL_SPLIT, QUADRATIC_FORM, SINE = spectral_split, quadratic_form, sine
