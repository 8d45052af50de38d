"""Functions of the time, and the initial value problems that define them.

What is supposed of a function of the time is supposed for all t >= 0.
"""

from __future__ import annotations

import sympy as sp

from ..language.claim import Mutant, assuming
from ..language.nodes import Relation
from ..language.quantities import L, norm_w, time

x, phi, sigma = (sp.Function(name, positive=True)(time) for name in ("x", "phi", "sigma"))
"""Along the flow: ``|w|``, the angle of ``w`` to ``w*``, and ``x^{1/L}``."""
x_0, sigma_0, s, T_0 = sp.symbols("x_0 sigma_0 sigma T_0", positive=True)
"""The starts of ``x`` and ``sigma``, any value of ``sigma``, and ``tan(phi(0)/2)``."""


SERIES_INDEX = sp.Symbol("n", integer=True, nonnegative=True)
"""The index of every power series."""


def flow_of(y: sp.Expr, rate: sp.Expr) -> Relation:
    """``y'(t) = rate``."""
    return Relation(sp.Derivative(y, time), "==", rate)


def start_of(y: sp.Expr, value: sp.Expr) -> Relation:
    """``y(0) = value``."""
    return Relation(y.xreplace({time: sp.S.Zero}), "==", value)


def other_equation(label: str, factor: sp.Expr | int) -> Mutant:
    """The right sides of the differential equations supposed multiplied by a factor."""
    return assuming(label, lambda given: Relation(given.lhs, given.op, factor * given.rhs) if (
        given.lhs.has(sp.Derivative)) else given)


def below(y: sp.Expr) -> Relation:
    """``y^L < x*``."""
    return Relation(y**L, "<", norm_w)
