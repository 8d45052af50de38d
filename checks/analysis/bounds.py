"""The numbers of a data set: its constants, every bound, ``S_min``, and the critical learning rates."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from flint import arb, ctx

from ...numeric.linalg.eigenvalues import eigenvalue_range
from ...numeric.linalg.precision import WORTH, is_narrow, most_bits, until_narrow
from ...numeric.linalg.rounding import float_above, float_below
from ...numeric.network.min_sharpness import MinSharpness, min_sharpness
from ...numeric.network.problem import RegressionProblem
from ...theory.language.quantities import trace
from ...theory.library import BUILT_IN
from ..arithmetic.eigenvectors import is_singular
from ..arithmetic.rings import BallRing, FloatRing
from ..data import Table, read_table
from ..deciding.balls import BITS
from ..deep_linear.evaluation.scope import RealScope
from ..deep_linear.instances.instance import problem_at_depth
from ..evaluation.evaluate import evaluate
from ..output import DataError, Inconclusive
from ..output.json_values import JsonObject, json_object
from .statements import bounds_of_problem, learning_rates

MAX_DEPTH = 10**6
RIGOROUS_FEATURES = 150
"""Up to so many features all numbers are proved enclosures. For more it takes too long to solve the normal equations
exactly."""
KAPPA, RATE = "the condition number", "the learning rate"
_SMALLEST, _LARGEST = arb((1, -1022)), arb((1, 1023))


@dataclass(frozen=True)
class Bound:
    """One bound of a claim. A lower bound is rounded down, and an upper bound up."""

    claim: str
    title: str
    side: str
    of: str
    value: float


@dataclass(frozen=True)
class BoundsReport:
    """Everything that ``flatcert bounds`` prints. All numbers are proved if ``min_sharpness`` is rigorous."""

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

    def as_dict(self) -> JsonObject:
        """The JSON object of the contract."""
        return json_object({
            **vars(self),
            "bounds": {bound.claim: bound.value for bound in self.bounds},
            "min_sharpness": {"lower": self.min_sharpness.lower, "upper": self.min_sharpness.upper},
            "rigorous": self.min_sharpness.rigorous,
        })

    def _repr_html_(self) -> str:
        from .bounds_notebook import bounds_html

        return bounds_html(self)

    def _repr_latex_(self) -> str:
        from .bounds_notebook import bounds_formula

        return bounds_formula(self)


def bounds(data: Any, depth: int, target: str | None = None) -> BoundsReport:
    """The report of a table at a depth, for the plain model with ``|p| = 1``.

    ``data`` is a table that was read, or with a target anything that `read_table` reads by its defaults.

    Raises:
        DataError: the depth is out of range, the least-squares regressor explains nothing (``E = 0``, so that ``a``,
            ``b`` and the bounds are undefined), or a number leaves the range of float64, in which all are reported.
        Inconclusive: a number cannot be enclosed narrowly.
    """
    if not isinstance(data, Table) and target is None:
        raise DataError("The target is not known: name the column to be regressed, bounds(data, depth, target), or "
                        "give a table from read_table.")
    table = data if isinstance(data, Table) else read_table(data, str(target))
    if depth < 1:
        raise DataError(f"The depth must be at least 1, not {depth}: give a positive number of layers.")
    if depth > MAX_DEPTH:
        raise DataError(f"The depth is {depth}, but at most {MAX_DEPTH} layers can be treated: give fewer.")
    problem = table.problem
    if problem.energy == 0:
        raise DataError(
            f"No feature is correlated with {table.target!r}, so w* = 0 and the bounds are undefined: "
            "choose another target or other features.")
    least = min_sharpness(problem, depth, rigorous_dimension=RIGOROUS_FEATURES)
    if least.rigorous:
        found = until_narrow(lambda bits: _numbers(problem, depth, BallRing(bits), bits),
                             lambda numbers: all(map(is_narrow, numbers.values())), BITS, problem.dimension)
        how = f"at {most_bits(problem.dimension)} bits"
    else:
        with np.errstate(divide="ignore", invalid="ignore"):  # a number without a finite value is refused below
            found = _numbers(problem, depth, FloatRing(), BITS)
        how = f"in float64, as there are more than {RIGOROUS_FEATURES} features,"
    check_numbers(found | {"the least sharpness S_min": least.enclosure}, how)
    return BoundsReport(
        n=table.samples, dim=problem.dimension, depth=depth,
        energy=_near(found["energy"]), rayleigh=_near(found["rayleigh"]), b=_near(found["b"]),
        lambda_min=float_below(found["lambda_min"]), lambda_max=float_above(found["lambda_max"]),
        condition_number=float_above(found[KAPPA]) if KAPPA in found else None,
        risk_min=_near(found["risk_min"]),
        bounds=tuple(_bound(name, found[name]) for name in bounds_of_problem()),
        min_sharpness=least,
        learning_rate={
            **{name: float_above(found[f"{RATE} ({name})"]) for name in learning_rates()},
            "exact_lower": float_below(arb(2) / arb(least.upper)),
            "exact_upper": float_above(arb(2) / arb(least.lower)),
        },
    )


def _numbers(problem: RegressionProblem, depth: int, ring: BallRing | FloatRing, bits: int) -> dict[str, arb]:
    """All numbers of a problem at a depth except ``S_min``, as balls by name.

    The condition number is left out if the covariance is singular. Then the smallest eigenvalue is exactly zero.
    """
    scope = RealScope(problem_at_depth(problem.covariance, problem.regressor, depth), ring)
    with ctx.workprec(bits):
        low, high = map(arb, eigenvalue_range(scope.covariance_of_ring(), bits))
        if isinstance(ring, FloatRing):  # by Weyl, float64 knows eigenvalues up to this
            error = arb(0, problem.dimension * float(np.finfo(np.float64).eps) * high)
            low = arb(0) if is_singular(problem.covariance) else low + error
        return {
            "energy": arb(problem.energy), "rayleigh": arb(problem.rayleigh), "b": arb(problem.b),
            "lambda_min": low, "lambda_max": high, **({} if low == 0 else {KAPPA: high / low}),
            "risk_min": arb(problem.risk_min),
            **{name: arb(evaluate(obligation.relation.rhs, scope)) for name, obligation in bounds_of_problem().items()},
            **{f"{RATE} ({name})": arb(evaluate(rate, scope)) for name, rate in learning_rates().items()},
        }


def check_numbers(found: dict[str, arb], how: str) -> None:
    """Raise Inconclusive for the first number that is wide, and DataError for the first that no float64 holds."""
    for name, value in found.items():
        if not is_narrow(value, WORTH):
            raise Inconclusive(
                f"Inconclusive: {how} {name} is enclosed only in {value.str(3)}, which says too little to be "
                "reported: remove columns that nearly depend on the others.")
    for name, value in found.items():
        size = abs(value)
        if value != 0 and not (size.lower() >= _SMALLEST and size.upper() <= _LARGEST):
            raise DataError(
                f"The results leave the range of float64 (2e-308 to 1.7e308), as {name} is about "
                f"{value.str(3, radius=False)}: rescale the columns to like sizes, or remove one that nearly "
                "depends on the others.")


def _near(value: arb) -> float:
    return float(value.mid())


def _bound(claim_id: str, value: arb) -> Bound:
    relation = bounds_of_problem()[claim_id].relation
    below = relation.op == ">="
    of = "trace" if relation.lhs == trace else "sharpness" if below else "least sharpness"
    return Bound(claim_id, BUILT_IN.claim(claim_id).title, "lower" if below else "upper", of,
                 float_below(value) if below else float_above(value))
