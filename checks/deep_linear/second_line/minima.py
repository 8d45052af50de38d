"""Enclosures of least values over ``r > 0`` of convex functions: floats find the minimum, balls enclose it.

A convex function that is larger at ``m (1 - h)`` and ``m (1 + h)`` than at ``m`` has its minimum between them. Between
them it lies above the lines through its values at ``m`` and at the other end.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

import numpy as np
import sympy as sp
from flint import arb, fmpq
from scipy.optimize import minimize_scalar

from ....theory.language.nodes import Minimum, weighted_top
from ....theory.language.quantities import L, w_star
from ...arithmetic.exact import Undecidable
from ...arithmetic.ring import AnyRing
from ...arithmetic.rings import BallRing, FloatRing
from ...evaluation.evaluate import Undefined, UnknownNode, Value

SEARCHED = 30.0
"""The minimum is looked for where the logarithm of the variable is at most this, in absolute value."""
HALF_WIDTH = fmpq(1, 2**22)


def least(node: Minimum, depth: int, ring: AnyRing, at: Callable[[fmpq, AnyRing], Value]) -> arb:
    """An enclosure of the minimum, in the balls of a ring. ``at`` is the function, of a rational number in any ring.

    Raises UnknownNode where the function is not seen to be convex, Undefined where no minimum is bracketed.
    """
    body, variable = node.args
    if not isinstance(ring, BallRing):
        raise Undecidable("a minimum in exact numbers")
    if not _is_convex(body.xreplace({L: sp.Integer(depth)}), variable):
        raise UnknownNode(f"{body} is not seen to be convex")

    def height(logarithm: float) -> float:
        return float(at(fmpq(*float(np.exp(logarithm)).as_integer_ratio()), FloatRing()))

    found = minimize_scalar(height, bounds=(-SEARCHED, SEARCHED), method="bounded", options={"xatol": 1e-9})
    middle = fmpq(*float(np.exp(found.x)).as_integer_ratio())
    below, here, above = (arb(at(middle * (1 + side * HALF_WIDTH), ring)) for side in (-1, 0, 1))
    if not (below > here and above > here):
        raise Undefined("no minimum is bracketed")
    lowest: arb = (here - (below - here).max(above - here)).union(here)
    return lowest


_SEMIDEFINITE = ([sp.Identity(w_star.rows)], [w_star, w_star.T])


@lru_cache(maxsize=1024)
def _is_convex(expr: sp.Basic, variable: sp.Symbol) -> bool:
    """Whether a function of a positive variable is seen to be convex, all other symbols as their assumptions say."""
    if variable not in expr.free_symbols or expr == variable:
        return True
    if isinstance(expr, sp.Add):
        return all(_is_convex(term, variable) for term in expr.args)
    if isinstance(expr, sp.Mul):
        factor, rest = expr.as_independent(variable)
        apart = bool(factor.is_nonnegative) and rest != expr
        return (apart and _is_convex(rest, variable)) or _is_power(expr, variable)
    if isinstance(expr, weighted_top):  # this eigenvalue is convex and monotone in the matrix
        terms = (term.as_coeff_matrices() for term in sp.Add.make_args(expr.args[0].doit()))
        return all(_is_convex(factor, variable) and matrices in _SEMIDEFINITE for factor, matrices in terms)
    return _is_power(expr, variable)


def _is_power(expr: sp.Basic, variable: sp.Symbol) -> bool:
    """Whether an expression is a nonnegative factor times a convex power of the variable."""
    factor, power = sp.powsimp(sp.expand_power_base(expr, force=True)).as_independent(variable)
    base, exponent = power.as_base_exp()
    if base != variable:
        factor_inside, inside = base.as_independent(variable)
        inner, other = inside.as_base_exp()
        if inner != variable or not factor_inside.is_nonnegative:
            return False
        exponent *= other
    return bool(factor.is_nonnegative) and bool(exponent.is_Rational) and not 0 < exponent < 1
