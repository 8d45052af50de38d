"""Numbers of a problem at a depth, by the claims that say what they are. All are balls."""

from __future__ import annotations

import sympy as sp
from flint import arb, ctx

from ...numeric.linalg.precision import is_narrow, until_narrow
from ...numeric.network.problem import RegressionProblem
from ...theory.language.quantities import S_min
from ...theory.library import BUILT_IN
from ..arithmetic.rings import BallRing
from ..deciding.balls import BITS
from ..deep_linear.evaluation.scope import RealScope
from ..deep_linear.instances.instance import Instance, problem_at_depth
from ..evaluation.evaluate import Undefined, evaluate


def balanced_sharpness(problem: RegressionProblem, depth: int) -> arb:
    """``S_bal``, the sharpness of the balanced minimizers with ``w = w*`` and no read-out (claim `balanced-sharpness`).

    >>> from ...numeric.linalg.rational import rational
    >>> problem = RegressionProblem.from_covariance([[3.0]], [1.0]).astype(rational)
    >>> print(balanced_sharpness(problem, 5).str(5, radius=False))
    30.000
    """
    return _of_problem(problem, depth, BUILT_IN.claim("balanced-sharpness").obligation("sharpness").relation.rhs)


def ratio_bound(problem: RegressionProblem, depth: int) -> arb:
    """``4κ``, which bounds ``S/S_min`` where ``θ <= 3/4`` (claim `limit-sharpness`). Infinite if ``Σ`` is singular.

    >>> from ...numeric.linalg.rational import rational
    >>> problem = RegressionProblem.from_covariance([[3.0]], [1.0]).astype(rational)
    >>> print(ratio_bound(problem, 5).str(5, radius=False))
    4.0000
    """
    bound = BUILT_IN.claim("limit-sharpness").obligation("condition").relation.rhs
    try:
        return _of_problem(problem, depth, bound.xreplace({S_min: sp.S.One}))
    except Undefined:
        return arb("inf")


def _of_problem(problem: RegressionProblem, depth: int, expression: sp.Expr) -> arb:
    """The value of an expression that reads the problem and the depth only."""
    return narrow_value(problem_at_depth(problem.covariance, problem.regressor, depth), expression)


def narrow_value(instance: Instance, expression: sp.Basic, known: dict[str, arb] | None = None) -> arb:
    """The value of an expression on an instance. The precision is raised until the ball is narrow.

    ``known`` holds values of words.
    """
    def value(bits: int) -> arb:
        with ctx.workprec(bits):
            return arb(evaluate(expression, RealScope(instance, BallRing(bits), known)))

    return until_narrow(value, is_narrow, BITS, instance.dimension)
