"""Rules about the top singular vectors of adjacent layers."""

from __future__ import annotations

import sympy as sp

from ...language import quantities as Q
from ...language.nodes import Relation, dot
from ...language.norms import second_singular, spectral
from ...setting.flow import DEFINED, left
from ...setting.network import W
from ..rule import rule
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
