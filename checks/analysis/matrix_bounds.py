"""The numbers of a data set with several targets: the least sharpness, its bracket and the least trace.

They are those of the claims ``matrix-min-sharpness`` and ``matrix-min-trace`` of the pack ``matrix-networks``, for
networks with one output for each target, and hidden widths of at least the rank of ``W*``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from flint import arb, ctx
from rich.console import Console

from ...numeric.linalg.eigenvalues import top_eigenvalue
from ...numeric.linalg.precision import is_narrow, most_bits, until_narrow
from ...numeric.linalg.rational import exact_product, minimum_norm_solution, rational_array
from ...numeric.linalg.rounding import float_above, float_below
from ...numeric.linalg.scalars import Array, convert_array, scalar_kind
from ...numeric.network.matrix_problem import MatrixProblem
from ...numeric.network.min_sharpness import MinSharpness, dual_value, min_sharpness
from ...numeric.network.problem import RegressionProblem
from ..arithmetic.rings import BallRing, FloatRing
from ..data import Table
from ..deciding.balls import BITS
from ..output import DataError, quoted
from ..output.intervals import directed
from ..output.json_values import JsonObject, json_object
from ..output.tables import table as shown_table
from .bounds import MAX_DEPTH, RIGOROUS_FEATURES, check_numbers

LOWER, UPPER, TRACE = "lower", "upper", "trace"


@dataclass(frozen=True)
class MatrixBoundsReport:
    """What ``flatcert bounds`` prints for several targets. A lower bound is rounded down, and an upper bound up."""

    n: int
    dim: int
    depth: int
    targets: tuple[str, ...]
    energy: float
    signal: float
    lambda_max: float
    nuclear: float
    risk_min: float
    bracket: tuple[float, float]
    min_sharpness: MinSharpness
    min_trace: float
    learning_rate: tuple[float, float]

    def as_dict(self) -> JsonObject:
        """The report as a JSON object."""
        return json_object({
            **vars(self),
            "min_sharpness": {"lower": self.min_sharpness.lower, "upper": self.min_sharpness.upper},
            "rigorous": self.min_sharpness.rigorous,
        })


def matrix_bounds(table: Table, others: Sequence[str], depth: int) -> MatrixBoundsReport:
    """The report of a table at a depth, with further columns as targets beside the table's own.

    Raises:
        DataError: no feature is left, the depth is out of range, or the features explain none of the targets.
        Inconclusive: a number cannot be enclosed narrowly.
    """
    if not 1 <= depth <= MAX_DEPTH:
        raise DataError(f"The depth is {depth}, and must be from 1 to {MAX_DEPTH}.")
    targets = (table.target, *others)
    problem = problem_of(table, others)
    if problem.energy == 0:
        raise DataError(f"No feature is correlated with {' or '.join(map(quoted, targets))}, so W* = 0 and the bounds "
                        "are undefined: choose other targets or other features.")
    least = min_sharpness(problem, depth, rigorous_dimension=RIGOROUS_FEATURES)
    if least.rigorous:
        found = until_narrow(lambda bits: _numbers(problem, depth, bits),
                             lambda numbers: all(map(is_narrow, numbers.values())), BITS, problem.dimension)
    else:
        found = _numbers(problem.astype(lambda x: float(arb(x))), depth, BITS)
    check_numbers(found | {"the least sharpness S_min": least.enclosure}, f"at {most_bits(problem.dimension)} bits")
    return MatrixBoundsReport(
        n=table.samples, dim=problem.dimension, depth=depth, targets=targets, energy=float(arb(problem.energy).mid()),
        signal=float(found["mu"].mid()), lambda_max=float_above(found["lambda_max"]),
        nuclear=float(found["nuclear norm"].mid()), risk_min=float(arb(problem.risk_min).mid()),
        bracket=(float_below(found[LOWER]), float_above(found[UPPER])), min_sharpness=least,
        min_trace=float_below(found[TRACE]),
        learning_rate=(float_below(arb(2) / arb(least.upper)), float_above(arb(2) / arb(least.lower))),
    )


def problem_of(table: Table, others: Sequence[str]) -> MatrixProblem:
    """The exact problem of a table in which further columns are targets. Raises DataError where no feature is left."""
    names = [*table.features, table.target]
    wanted = [names.index(table.target), *map(names.index, others)]
    kept = [i for i in range(len(names)) if i not in wanted]
    if not kept:
        raise DataError("Every column is a target: leave at least one feature.")
    products = table.moments.products
    covariance = products[np.ix_(kept, kept)]
    problems = []
    for target in wanted:
        correlation = products[kept, target]
        regressor = minimum_norm_solution(covariance, correlation)
        problems.append(RegressionProblem(covariance, regressor, products[target, target] - correlation @ regressor,
                                          table.samples))
    return MatrixProblem.of(problems)


def _numbers(problem: MatrixProblem, depth: int, bits: int) -> dict[str, arb]:
    """All numbers of a problem at a depth except ``S_min``, as balls by name; of float64, without its errors."""
    ring: BallRing | FloatRing = BallRing(bits) if scalar_kind(problem.covariance) == "rational" else FloatRing()
    L = depth
    with ctx.workprec(bits):
        values = [arb(ring.eigenvalue(problem.moments, i)) for i in range(problem.outputs)]
        mu, largest = values[0], arb(top_eigenvalue(problem.covariance, bits))
        nuclear = sum((value.nonnegative_part().sqrt() for value in values), arb(0))
        variance = arb(problem.covariance.trace())
        share = arb(1) / L
        return {
            "mu": mu, "lambda_max": largest, "nuclear norm": nuclear,
            LOWER: dual_value(problem, L, [(1, _top_direction(problem))], 1, bits),
            UPPER: 2 * L * mu ** (1 - share) * largest**share,
            TRACE: 2 * L * (problem.outputs * variance) ** share * nuclear ** (2 - 2 * share),
        }


def _top_direction(problem: MatrixProblem) -> Array:
    """The rational ``u = W*ᵀa`` with ``a`` near the top eigenvector of ``W*ΣW*ᵀ``: ``Σ^{1/2}u`` is one of ``VᵀV``."""
    moments = convert_array(problem.moments, float)
    a = np.linalg.eigh(moments)[1][:, -1]
    a = rational_array(a / a[np.argmax(np.abs(a))])
    return exact_product(rational_array(problem.columns), a[:, None])[:, 0]


def print_matrix_bounds(report: MatrixBoundsReport, console: Console) -> None:
    """Print the constants, the bounds and the learning rate as tables."""
    console.print(f"n = {report.n}, d = {report.dim}, {len(report.targets)} targets, depth L = {report.depth}" + (
        "" if report.min_sharpness.rigorous else " (S_min in float64: too large for proved enclosures)"))
    console.print(shown_table("constants of the problem", ("quantity", "value"), (
        ("E, explained second moment of all targets", f"{report.energy:.10g}"),
        ("mu, largest eigenvalue of W* Sigma W*^T", f"{report.signal:.10g}"),
        ("|V|_*, nuclear norm of W* Sigma^(1/2)", f"{report.nuclear:.10g}"),
        ("Lambda, largest eigenvalue of Sigma, from above", directed(report.lambda_max, 10, up=True)),
        ("R_min, least risk, summed over the targets", f"{report.risk_min:.10g}"),
    ), right=("value",)))
    least, low, high = report.min_sharpness, *report.bracket
    rows = (
        ("lower", "sharpness", directed(low, 12, up=False)),
        ("upper", "least sharpness", directed(high, 12, up=True)),
        ("enclosure", "least sharpness S_min", _interval(least.lower, least.upper)),
        ("lower", "trace of a minimizer, attained", directed(report.min_trace, 12, up=False)),
    )
    console.print(shown_table("bounds, rounded to the safe side", ("bound", "of", "value"), rows, right=("value",)))
    console.print(shown_table("learning rate above which every minimizer is unstable", ("threshold", "value"), (
        ("exact, 2/S_min", _interval(*report.learning_rate)),), right=("value",)))
    console.print("Claims: matrix-min-sharpness and matrix-min-trace of the pack matrix-networks.")


def _interval(low: float, high: float) -> str:
    return f"[{directed(low, 16, up=False)}, {directed(high, 16, up=True)}]"
