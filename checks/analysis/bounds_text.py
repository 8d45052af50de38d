"""The report of ``flatcert bounds`` on the terminal."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import Console

from ..output.intervals import directed
from ..output.tables import table
from .bounds import Bound, BoundsReport
from .statements import learning_rates


def print_bounds(report: BoundsReport, console: Console) -> None:
    """Print the constants, the bounds and the learning rates as tables."""
    console.print(f"n = {report.n}, d = {report.dim}, depth L = {report.depth}" + (
        "" if report.min_sharpness.rigorous else " (float64: too large for proved enclosures)"))
    kappa = "infinite" if report.condition_number is None else f"{report.condition_number:.10g}"
    console.print(table("constants of the problem", ("quantity", "value"), (
        ("E, explained second moment of the target", f"{report.energy:.10g}"),
        ("a, Rayleigh quotient of Sigma at w*", f"{report.rayleigh:.10g}"),
        ("b, |Sigma w*|^2 / E", f"{report.b:.10g}"),
        ("lambda_min, smallest eigenvalue of Sigma, from below", directed(report.lambda_min, 10, up=False)),
        ("lambda_max, largest eigenvalue of Sigma, from above", directed(report.lambda_max, 10, up=True)),
        ("kappa, condition number", kappa),
        ("R_min, least risk", f"{report.risk_min:.10g}"),
    ), right=("value",), prose=("quantity",)))
    least, rates = _enclosures(report)
    console.print(table("bounds, rounded to the safe side", ("bound", "of", "claim", "value"), (
        *((bound.side, bound.of, bound.claim, _rounded(bound)) for bound in report.bounds),
        ("enclosure", "least sharpness S_min", "min-sharpness", f"[{', '.join(least)}]"),
    ), right=("value",), prose=("of", "value")))
    console.print(table("learning rates above which every minimizer is unstable", ("threshold", "value"), (
        *_rates(report), ("exact, 2/S_min", f"[{', '.join(rates)}]"),
    ), right=("value",), prose=("threshold", "value")))


def _rounded(bound: Bound) -> str:
    return directed(bound.value, 12, up=bound.side == "upper")


def _rates(report: BoundsReport) -> Iterator[tuple[str, str]]:
    for name in learning_rates():
        yield name, directed(report.learning_rate[name], 12, up=True)


def _enclosures(report: BoundsReport) -> tuple[tuple[str, str], tuple[str, str]]:
    """The ends of ``S_min``, and those of the exact critical learning rate."""
    least, rates = report.min_sharpness, report.learning_rate
    pairs = ((least.lower, least.upper), (rates["exact_lower"], rates["exact_upper"]))
    first, second = ((directed(low, 16, up=False), directed(high, 16, up=True)) for low, high in pairs)
    return first, second
