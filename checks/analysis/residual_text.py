"""The report of ``flatcert residual`` on the terminal."""

from __future__ import annotations

from itertools import groupby

from rich.console import Console
from rich.table import Table

from ...numeric.flow.residual_bisection import Threshold
from ..deciding.residual_init import limit_norm, settled_depth
from ..output.proportions import CONFIDENCE
from .residual import ResidualReport


def print_residual(report: ResidualReport, console: Console) -> None:
    """Probabilities, then what the theorems allow against what is true."""
    _print_estimates(report, console)
    analytic = report.analytic
    console.print(f"analytic bound: alpha_0 = {analytic.bounds.alpha:.4g}, beta_0 = {analytic.bounds.beta:.4g} with "
                  f"probability >= 1 - 3 exp(-{analytic.rate:g} d), for every d and every L >= {analytic.depth}",
                  soft_wrap=True)
    if report.starts:
        _print_starts(report, console)


def _print_estimates(report: ResidualReport, console: Console) -> None:
    bounds = report.estimates[0].bounds
    console.print(f"scale s = {report.scale:g}, seed {report.seed}; tried: alpha_0 = {bounds.alpha:.4g}, beta_0 = "
                  f"{bounds.beta:.4g}, the power 5/4 of the limit {limit_norm(report.scale):.4g} of the norm",
                  soft_wrap=True)
    lines = Table(title="probability that the singular values of all sub-products lie between alpha_0 and beta_0, "
                        "estimated", title_justify="left")
    for name in ("d", "L", "median alpha", "median beta", "held", f"probability ({CONFIDENCE:.0%} Clopper-Pearson)"):
        lines.add_column(name, justify="right")
    settled = []
    for dimension, group in groupby(report.estimates, key=lambda found: found.dimension):
        members = list(group)
        settled.append(f"{settled_depth(members)} at d = {dimension}")
        for found in members:
            lower, upper = found.interval
            lines.add_row(str(dimension), str(found.depth), f"{found.medians.alpha:.4g}", f"{found.medians.beta:.4g}",
                          f"{found.held}/{found.draws}", f"[{lower:.3f}, {upper:.3f}]")
        lines.add_section()
    console.print(lines)
    console.print(f"estimated: no change with the depth is seen from L = {', '.join(settled)} on", soft_wrap=True)


def _print_starts(report: ResidualReport, console: Console) -> None:
    lines = Table(title=f"how conservative the theorems are at d = {report.dimension}, L = {report.depth}, float64",
                  title_justify="left")
    lines.add_column("quantity")
    for index in range(len(report.starts)):
        lines.add_column(f"draw {index}", justify="right")
    starts = report.starts
    rows = [
        ("alpha_0, certified", [f"{start.alpha:.4g}" for start in starts]),
        ("beta_0, certified", [f"{start.beta:.4g}" for start in starts]),
        ("initial risk that the simple theorem allows", [f"{start.allowed['simple']:.4g}" for start in starts]),
        ("initial risk that the improved theorem allows", [f"{start.allowed['improved']:.4g}" for start in starts]),
        ("improved / simple", [f"{start.improvement:.4g}" for start in starts]),
        ("true: every layer moves at most rho/L up to", [_shown(start.same_move["simple"]) for start in starts]),
        ("true: all layers move at most rho/sqrt(L), improved rho, up to",
         [_shown(start.same_move["improved"]) for start in starts]),
        ("true: the flow converges to a minimizer up to", [_shown(start.converges) for start in starts]),
        ("S / S_min of the limit, at the simple risk", [f"{start.ratio:.4g}" for start in starts]),
        ("(beta^4/alpha^2) kappa, the bound on it", [f"{start.ratio_bound:.4g}" for start in starts]),
    ]
    for name, values in rows:
        lines.add_row(name, *values)
    console.print(lines)
    console.print("true: found by bisection on the flow, for targets away from the start along three directions; > "
                  "where the largest risk tried still had it", soft_wrap=True)


def _shown(found: Threshold) -> str:
    return f"> {found.lower:.4g}" if found.upper == float("inf") else f"{found.lower:.4g}"
