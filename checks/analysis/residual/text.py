"""The reports of ``flatcert residual`` and ``flatcert flow --residual`` on the terminal."""

from __future__ import annotations

from itertools import groupby

from rich.console import Console

from ....numeric.flow.residual_bisection import Threshold
from ...deep_linear.deciding.residual_init import Estimate, limit_norm, settled_depth
from ...output.intervals import interval
from ...output.proportions import CONFIDENCE
from ...output.tables import table
from ..text import print_findings
from .analytic_bound import RATE
from .report import ResidualReport
from .theorems import ResidualFlow


def print_residual(report: ResidualReport, console: Console) -> None:
    """Print the probabilities, and what the theorems allow against what is true."""
    _print_estimates(report, console)
    analytic = report.analytic
    console.print(f"analytic bound: alpha_0 = {analytic.bounds.alpha:.4g}, beta_0 = {analytic.bounds.beta:.4g} with "
                  f"probability >= 1 - 3 exp(-{RATE:g} d), for every d and every L >= {analytic.depth}",
                  soft_wrap=True)
    if report.starts:
        _print_starts(report, console)


def _print_estimates(report: ResidualReport, console: Console) -> None:
    bounds = report.estimates[0].bounds
    console.print(f"scale s = {report.scale:g}, seed {report.seed}; tried: alpha_0 = {bounds.alpha:.4g}, beta_0 = "
                  f"{bounds.beta:.4g}, the power 5/4 of the limit {limit_norm(report.scale):.4g} of the norm",
                  soft_wrap=True)
    names = ("d", "L", "median alpha", "median beta", "held", f"probability ({CONFIDENCE:.0%} Clopper-Pearson)")
    groups = {d: list(found) for d, found in groupby(report.estimates, key=lambda found: found.dimension)}
    console.print(table(
        "probability that the singular values of all sub-products lie between alpha_0 and beta_0, estimated", names,
        *(map(_row, found) for found in groups.values()), right=names))
    settled = ", ".join(f"{settled_depth(found)} at d = {d}" for d, found in groups.items())
    console.print(f"estimated: no change with the depth is seen from L = {settled} on", soft_wrap=True)


def _row(found: Estimate) -> tuple[str, ...]:
    lower, upper = found.interval
    return (str(found.dimension), str(found.depth), f"{found.medians.alpha:.4g}", f"{found.medians.beta:.4g}",
            f"{found.held}/{found.draws}", f"[{lower:.3f}, {upper:.3f}]")


def _print_starts(report: ResidualReport, console: Console) -> None:
    starts = report.starts
    draws = [f"draw {index}" for index in range(len(starts))]
    rows = [
        ("alpha_0, certified", [_shown(start.alpha) for start in starts]),
        ("beta_0, certified", [_shown(start.beta) for start in starts]),
        ("initial risk that the simple theorem allows", [_shown(start.allowed["simple"]) for start in starts]),
        ("initial risk that the improved theorem allows", [_shown(start.allowed["improved"]) for start in starts]),
        ("improved / simple", [_shown(start.improvement) for start in starts]),
        ("true: every layer moves at most rho/L up to", [_shown(start.same_move["simple"]) for start in starts]),
        ("true: all layers move at most rho/sqrt(L), improved rho, up to",
         [_shown(start.same_move["improved"]) for start in starts]),
        ("true: the flow converges to a minimizer up to", [_shown(start.converges) for start in starts]),
        ("S / S_min of the limit, at the simple risk", [_shown(start.ratio) for start in starts]),
        ("(beta^4/alpha^2) kappa, the bound on it", [_shown(start.ratio_bound) for start in starts]),
    ]
    console.print(table(
        f"how conservative the theorems are at d = {report.dimension}, L = {report.depth}, float64",
        ("quantity", *draws), ((name, *values) for name, values in rows), right=draws, prose=("quantity",)))
    console.print("true: found by bisection on the flow, for targets away from the start along three directions; > "
                  "where the largest risk tried still had it", soft_wrap=True)


def _shown(value: float | Threshold) -> str:
    if isinstance(value, Threshold):
        return "> " * (value.upper == float("inf")) + _shown(value.lower)
    return f"{value:.4g}"


def print_residual_flow(found: ResidualFlow, console: Console) -> None:
    """Print the constants of the start, and a line for each statement about the limit."""
    start, rows = found.start, []
    for name, promise in found.promises.items():
        rows += [(f"{name}: allowed initial risk", interval(promise.risk_gap, 8)),
                 (f"{name}: rho", interval(promise.move, 8))]
    console.print(table("of the initialization, for the residual theorems", ("quantity", "value"), (
        ("alpha_0, of all sub-products, certified", f"{start.bounds.alpha:.8g}"),
        ("beta_0, of all sub-products, certified", f"{start.bounds.beta:.8g}"),
        ("alpha_0 of the products in the kernel, certified", f"{start.ends:.8g}"),
        ("R(W(0)) - R_min, the initial risk", interval(start.risk_gap, 8)),
        *rows,
    ), right=("value",), prose=("quantity", "value")))
    if found.findings:
        print_findings(found.findings, "the limit of the initialization against the residual theorems", console)
    else:
        console.print("The residual theorems speak of the limit of the initialization, which is not enclosed: they are "
                      "not decided.", soft_wrap=True)
