"""The numbers of a data set: its constants, every bound, ``S_min``, the critical learning rates."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import isfinite
from typing import Any

import numpy as np
from flint import arb, ctx, fmpq

from ..numeric.min_sharpness import RIGOROUS_DIMENSION, MinSharpness, min_sharpness
from ..numeric.problem import RegressionProblem
from ..numeric.rational import rational_array
from ..numeric.rounding import float_above, float_below
from ..numeric.spectra import eigenvalue_range
from ..theory.claims import Obligation
from ..theory.expressions import Relation
from ..theory.quantities import trace
from ..theory.registry import claim
from .data import DataError, Table
from .evaluate import evaluate
from .instances import Instance
from .rings import BallRing, FloatRing
from .scope import RealScope

BITS = 128
MAX_DEPTH = 10**6
BOUNDS = {
    "sharpness-lower": "minimizers",
    "sharpness-lower-tight": "minimizers",
    "min-sharpness-bracket": "above",
    "min-sharpness-ladder": "energy-below-sum",
    "min-sharpness-upper": "root",
    "min-trace": "every-minimizer",
}
"""Claim id to the obligation whose right side is the bound."""


@dataclass(frozen=True)
class Bound:
    """One bound of a claim: rounded down when it bounds from below, up when from above."""

    claim: str
    title: str
    side: str
    of: str
    value: float


@dataclass(frozen=True)
class BoundsReport:
    """Everything that ``flatcert bounds`` prints. With ``rigorous`` all sides are proved enclosures."""

    n: int
    dim: int
    depth: int
    energy: float
    rayleigh: float
    b: float
    lambda_min: float
    lambda_max: float
    condition_number: float | None
    risk_min: float
    bounds: tuple[Bound, ...]
    min_sharpness: MinSharpness
    learning_rate: dict[str, float]

    def as_dict(self) -> dict[str, Any]:
        """The JSON object of the contract."""
        plain = ("n", "dim", "depth", "energy", "rayleigh", "b", "lambda_min", "lambda_max",
                 "condition_number", "risk_min")
        return {
            **{name: getattr(self, name) for name in plain},
            "bounds": {bound.claim: bound.value for bound in self.bounds},
            "min_sharpness": {"lower": self.min_sharpness.lower, "upper": self.min_sharpness.upper},
            "learning_rate": self.learning_rate,
            "rigorous": self.min_sharpness.rigorous,
        }


def bounds(table: Table, depth: int) -> BoundsReport:
    """The report of a table at a depth (the plain model, ``|p| = 1``).

    Raises :class:`~flatcert.checks.data.DataError` when the depth is out of range, when the
    least-squares regressor explains nothing (``E = 0``: ``a``, ``b`` and the bounds are undefined),
    or when a number leaves the range of float64, in which all are reported.
    """
    if depth < 1:
        raise DataError(f"The depth must be at least 1, not {depth}: give a positive number of layers.")
    if depth > MAX_DEPTH:
        raise DataError(f"The depth is {depth}, but at most {MAX_DEPTH} layers can be treated: give fewer.")
    problem = RegressionProblem.from_data(table.X, table.y)
    if problem.energy == 0:
        raise DataError(
            f"No feature is correlated with {table.target!r}, so w* = 0 and the bounds are undefined: "
            "choose another target or other features.")
    rigorous = problem.dimension <= RIGOROUS_DIMENSION
    case = Instance("data", problem.covariance, _layers(problem.regressor, depth), stated=problem.regressor)
    scope = RealScope(case, BallRing(BITS) if rigorous else FloatRing())
    least = min_sharpness(problem, depth)
    with ctx.workprec(BITS):
        low, high = eigenvalue_range(
            problem.covariance if rigorous else FloatRing().array(problem.covariance))
        low, high = arb(low), arb(high)
        singular = not bool(low > 0)
        report = BoundsReport(
            n=len(table.y), dim=problem.dimension, depth=depth,
            energy=_near(problem.energy), rayleigh=_near(problem.rayleigh), b=_near(problem.b),
            lambda_min=max(0.0, float_below(low)), lambda_max=float_above(high),
            condition_number=None if singular else float_above(high / low),
            risk_min=_near(problem.risk_min),
            bounds=tuple(_bound(claim_id, name, scope) for claim_id, name in BOUNDS.items()),
            min_sharpness=least,
            learning_rate=_learning_rates(scope, least),
        )
    if not all(map(isfinite, _numbers(report.as_dict()))):
        raise DataError("The results leave the range of float64 (1e308): rescale the columns to like sizes.")
    return report


def _numbers(value: Any) -> Iterator[float]:
    if isinstance(value, dict):
        for part in value.values():
            yield from _numbers(part)
    elif value is not None:
        yield value


def _layers(regressor: Any, depth: int) -> tuple[Any, ...]:
    """Some minimizer of that depth; only the depth matters for the bounds of a problem."""
    return (regressor[None, :], *[rational_array(np.ones((1, 1), dtype=int))] * (depth - 1))


def _near(value: Any) -> float:
    return float(arb(value).mid()) if isinstance(value, fmpq) else float(value)


def _bound(claim_id: str, name: str, scope: RealScope) -> Bound:
    obligation: Obligation = claim(claim_id).obligation(name)
    relation = obligation.relation
    below = relation.op == ">="
    value = arb(evaluate(relation.rhs, scope))
    of = "trace" if relation.lhs == trace else "sharpness" if below else "least sharpness"
    return Bound(claim_id, claim(claim_id).title, "lower" if below else "upper", of,
                 float_below(value) if below else float_above(value))


def _learning_rates(scope: RealScope, least: MinSharpness) -> dict[str, float]:
    """Above each of these every minimizer is unstable (rounded up); ``exact`` is an enclosure."""
    rates = {}
    for name in ("paper", "tight"):
        (threshold,) = (g for g in claim("learning-rate").obligation(name).given if isinstance(g, Relation))
        rates[name] = float_above(arb(evaluate(threshold.rhs, scope)))
    rates["exact_lower"] = float_below(arb(2) / arb(least.upper))
    rates["exact_upper"] = float_above(arb(2) / arb(least.lower))
    return rates
