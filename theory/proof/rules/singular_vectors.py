"""Rules about the top singular vectors of adjacent layers."""

from __future__ import annotations

from collections.abc import Sequence

import sympy as sp

from ...algebra.algebra import Algebra
from ...language import quantities as Q
from ...language.nodes import Relation, dot
from ...language.norms import second_singular, spectral
from ...setting.flow import D, left, right
from ...setting.network import W
from ..rule import Rule, Step, require
from .common import Facts, Premises, says


def _stipulated(premises: Premises, wanted: Sequence[Relation]) -> None:
    for premise, relation in zip(premises, wanted, strict=True):
        require(premise.relation == relation, "the premise should be {}", relation)


def _left_top(index: sp.Expr) -> tuple[Relation, Relation]:
    return (Relation(dot(left(index), left(index)), "==", 1),
            Relation(W(index) * W(index).T * left(index), "==", spectral(W(index)) ** 2 * left(index)))


def _right_top(index: sp.Expr) -> tuple[Relation, Relation]:
    return (Relation(dot(right(index), right(index)), "==", 1),
            Relation(W(index).T * W(index) * right(index), "==", spectral(W(index)) ** 2 * right(index)))


def _spectral_split(step: Step, premises: Premises, facts: Facts) -> None:
    index, x = step.data
    _stipulated(premises, _left_top(index))
    part = dot(x, left(index)) ** 2
    wanted = Relation(dot(W(index).T * x, W(index).T * x), "<=",
                      spectral(W(index)) ** 2 * part + second_singular(W(index)) ** 2 * (dot(x, x) - part))
    says(Algebra(facts), step.statement, wanted)


def _quadratic_form(step: Step, premises: Premises, facts: Facts) -> None:
    matrix, x = step.data
    size = spectral(matrix) * dot(x, x)
    form = dot(x, matrix * x)
    options = (Relation(form, "<=", size), Relation(-form, "<=", size))
    require(any(Algebra(facts).same(step.statement, wanted) for wanted in options), "the form is at most {}", size)


def _sine(step: Step, premises: Premises, facts: Facts) -> None:
    side, gap = step.data
    require(side in ("left", "right"), "neither of the two sides")
    k = Q.k
    difference = Relation(D(k), "==", W(k) * W(k).T - W(k + 1).T * W(k + 1))
    _stipulated(premises[:5], (difference, *_left_top(k), *_right_top(k + 1)))
    here, other = (W(k), W(k + 1)) if side == "left" else (W(k + 1), W(k))
    algebra = Algebra(facts)
    apart, positive = premises[5].relation, premises[6].relation
    says(algebra, apart, Relation(second_singular(other) ** 2, "<=", spectral(here) ** 2 - gap))
    says(algebra, positive, Relation(gap, ">", 0))
    wanted = Relation(gap**2 * (1 - dot(right(k + 1), left(k)) ** 2), "<=", spectral(D(k)) ** 2)
    says(algebra, step.statement, wanted)


SPECTRAL_SPLIT = Rule("split along the top vector", "|A^T x|^2 <= s_1^2 <x, u>^2 + s_2^2 (|x|^2 - <x, u>^2) for the "
                      "unit top left singular vector u of A.", _spectral_split)
QUADRATIC_FORM = Rule("quadratic form", "|x^T A x| <= |A| |x|^2.", _quadratic_form)
SINE = Rule(
    "sine theorem", "H = G + D with symmetric matrices, H u = s u with |u| = 1, v a unit top eigenvector of G, and "
    "the other eigenvalues of G at most s - c with c > 0: the part of u orthogonal to v is multiplied by at least c "
    "under s - G, which maps it to that part of D u, so c |sin| <= |D|. Likewise with the roles exchanged.", _sine,
    reference="C. Davis and W. M. Kahan, The rotation of eigenvectors by a perturbation III, SIAM J. Numer. Anal. 7 "
    "(1970) 1-46")
