"""The report of ``flatcert flow`` on the terminal."""

from __future__ import annotations

from itertools import zip_longest

from rich.console import Console
from rich.table import Table

from .findings import print_findings
from .flow_report import FlowReport
from .intervals import above, decimals, interval
from .layer_balls import LayerBalls

_STYLE = {"certified": "green", "certified for the end state": "cyan", "inconclusive": "yellow", "refuted": "bold red"}


def print_flow(report: FlowReport, console: Console) -> None:
    """Numbers, layers, bounds and the verdict."""
    setup, run, bounds = report.setup, report.run, report.bounds
    console.print(f"depth L = {setup.network.depth}, d = {setup.problem.dimension}, n = {setup.problem.samples}; "
                  f"{setup.source}", markup=False, soft_wrap=True)
    lines = Table(title="gradient flow, validated; intervals are proved enclosures", title_justify="left")
    lines.add_column("quantity")
    lines.add_column("value", justify="right")
    escape = report.escape
    rows = [
        ("steps, and the time integrated", f"{run.steps}, {float(run.end_time):.6g}"),
        ("time to escape: R - R_min first below half of its value at zero weights",
         "not in the time integrated" if escape is None else f"[{escape.lower:.5g}, {escape.upper:.5g}]"),
        ("R - R_min of the state at the last time, at most", above(report.final_gap)),
        ("Delta of the exact initialization", interval(report.imbalance)),
    ]
    if bounds is not None:
        rows += [
            ("the limit lies within a Frobenius distance of", above(bounds.limit.radius)),
            ("Delta of the limit (conserved)", interval(bounds.layers.imbalance)),
            ("theta = (L - 1) Delta / |w|^(2/L)", interval(bounds.theta)),
            ("S, sharpness of the limit", interval(bounds.limit.sharpness)),
        ]
    rows += [
        ("S_min, least sharpness", interval(report.least.enclosure)),
        ("S_bal, sharpness of the balanced minimizers",
         "none with a read-out" if report.balanced is None else interval(report.balanced)),
    ]
    if bounds is not None:
        rows.append(("S / S_min", interval(bounds.ratio)))
    rows.append(("4 kappa, the bound on it if theta <= 3/4",
                 "infinite: Sigma is singular" if not report.condition.is_finite() else interval(report.condition)))
    for row in rows:
        lines.add_row(*row)
    console.print(lines)
    if bounds is not None:
        print_layers(bounds.layers, "layers of the limit", console)
        print_findings(bounds.findings, "the limit against the theory, decided by balls", console)
    if not report.condition.is_finite():
        console.print("Sigma is singular: the limit satisfies Sigma w = Sigma w*, but w != w* in general.")
    console.print(f"[{_STYLE[report.verdict]}]{report.verdict}[/]: ", end="")
    console.print(report.reason, markup=False, soft_wrap=True)


def print_layers(layers: LayerBalls, title: str, console: Console) -> None:
    """One line a layer; what belongs to two adjacent layers stands with the lower one."""
    lines = Table(title=title, title_justify="left")
    for name in ("k", "|W_k|^2", "rank-one gap |W_k|_F^2 - |W_k|^2", "|D_k|", "alignment of k and k + 1"):
        lines.add_column(name, justify="right")
    balls = [[interval(x, 8) for x in column]
             for column in (layers.squared_norms, layers.rank_one_gaps, layers.imbalances)]
    columns = (*balls, [decimals(pair, 8) for pair in layers.alignments])
    for k, values in enumerate(zip_longest(*columns, fillvalue=""), start=1):
        lines.add_row(str(k), *values)
    console.print(lines)
