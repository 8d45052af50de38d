"""The report of ``flatcert inspect`` on the terminal."""

from __future__ import annotations

from rich.console import Console
from rich.table import Table

from ..output.intervals import above, interval
from .findings import print_findings
from .flow_text import print_layers
from .inspection import BOUNDS, Inspection


def print_inspection(report: Inspection, console: Console) -> None:
    """Balance, the two sharpnesses each among its own bounds, and the theorems that apply."""
    console.print(f"widths {', '.join(map(str, report.network.widths))} (depth L = {report.network.depth}), "
                  f"n = {report.problem.samples}; the weights are read exactly, intervals are proved enclosures")
    lines = Table(title="the network", title_justify="left")
    lines.add_column("quantity")
    lines.add_column("value", justify="right")
    for row in (
        ("R - R_min, risk gap", interval(report.risk_gap)),
        ("Delta, imbalance", interval(report.layers.imbalance)),
        ("theta = (L - 1) Delta / |w|^(2/L)", interval(report.theta)),
        ("2 lambda_max(Sigma^1/2 M Sigma^1/2), kernel part of the Hessian", interval(report.kernel)),
        ("norm of the residual part of the Hessian, at most", above(report.residual)),
    ):
        lines.add_row(*row)
    console.print(lines)
    print_layers(report.layers, "layers", console)
    _print_sharpness(report, console)
    console.print(f"(a) sharpness by: {report.method}.", soft_wrap=True)
    if report.too_wide is not None:
        console.print(f"inconclusive: {report.too_wide}", soft_wrap=True, markup=False)
    if report.own is None:
        console.print("(b) is not there: the network's own regressor vanishes on the range of Sigma.")
    console.print(f"(a) {report.on_data.order}", soft_wrap=True, markup=False)
    if report.own is not None:
        console.print(f"(b) {report.own.order}", soft_wrap=True, markup=False)
    print_findings(report.findings["on_data"], "(a) theorems about the network on the data", console)
    if report.own is not None:
        print_findings(report.findings["as_minimizer"], "(b) theorems about it as an exact minimizer", console)


def _print_sharpness(report: Inspection, console: Console) -> None:
    """The network in two readings, side by side."""
    lines = Table(title="sharpness", title_justify="left")
    lines.add_column("quantity")
    lines.add_column("(a) of the network on the data", justify="right")
    lines.add_column("(b) as the exact minimizer of (Sigma, w(W))", justify="right")
    readings = (report.on_data, report.own)
    for name in ("S", "S_min", *BOUNDS):
        lines.add_row(name, *("" if r is None or name not in r.marks else interval(r.marks[name]) for r in readings))
    lines.add_row("S / S_min", *("" if r is None else interval(r.ratio) for r in readings))
    lines.add_row("4 kappa", *("" if r is None else interval(r.ratio_bound) if r.ratio_bound.is_finite()
                               else "infinite: Sigma is singular" for r in readings))
    console.print(lines)
