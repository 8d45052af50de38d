"""The report of ``flatcert flow`` on the terminal."""

from __future__ import annotations

from itertools import zip_longest

from rich.console import Console
from rich.table import Table

from ..output.intervals import above, decimals, interval
from .findings import print_findings
from .flow import FlowReport
from .flow_starts import FollowedStart
from .layer_balls import LayerBalls

_STYLE = {"certified": "green", "certified for the end state": "cyan", "inconclusive": "yellow", "refuted": "bold red"}
_UNKNOWN = "not known"


def print_flow(report: FlowReport, console: Console) -> None:
    """Numbers, each with the start that it is of, layers, and bounds; the verdict is `print_verdict`'s."""
    setup, decided = report.setup, report.decided
    console.print(f"depth L = {setup.network.depth}, d = {setup.problem.dimension}, n = {setup.problem.samples}; "
                  f"{setup.source}", markup=False, soft_wrap=True)
    lines = Table(title="gradient flow, validated; intervals are proved enclosures", title_justify="left")
    lines.add_column("of the")
    lines.add_column("quantity")
    lines.add_column("value", justify="right")
    for start in report.starts:
        for row in _of_start(start, report):
            lines.add_row(start.start, *row)
        lines.add_section()
    for row in (
        ("S_min, least sharpness", interval(report.least.enclosure)),
        ("S_bal, sharpness of the balanced minimizers",
         "none with a read-out" if report.balanced is None else interval(report.balanced)),
        ("4 kappa, bounds S / S_min if theta <= 3/4",
         "infinite: Sigma is singular" if not report.condition.is_finite() else interval(report.condition)),
    ):
        lines.add_row("problem", *row)
    console.print(lines)
    if decided is not None and decided.bounds is not None:
        of = f"the limit of the {decided.start}"
        print_layers(decided.bounds.layers, f"layers of {of}", console)
        print_findings(decided.bounds.findings, f"{of} against the theory, decided by balls", console)
    if not report.condition.is_finite():
        console.print("Sigma is singular: a minimizer satisfies Sigma w = Sigma w*, but w != w* in general.")


def print_verdict(report: FlowReport, console: Console) -> None:
    """The last line: the verdict, which limit it is of, and why not more."""
    console.print(f"[{_STYLE[report.verdict]}]{report.verdict}[/]: ", end="")
    console.print(report.reason, markup=False, soft_wrap=True)


def _of_start(start: FollowedStart, report: FlowReport) -> list[tuple[str, str]]:
    """Quantity and value; what is not known of the start is said to be that."""
    bounds, escape, end = start.bounds, report.escape, start.destination
    rows = [("steps, and the time integrated", f"{start.run.steps}, {float(start.run.end_time):.6g}")]
    if start is report.initialization:
        rows.append(("time to escape: R - R_min first below half of its value at zero weights",
                     "not in the time integrated" if escape is None else f"[{escape.lower:.5g}, {escape.upper:.5g}]"))
    rows += [
        ("R - R_min of the state at the last time, at most", above(start.final_gap)),
        (f"Delta of the exact {start.start}", interval(start.imbalance)),
        ("the flow ends at", end.kind if end.kind == "not known" else f"a {end.kind}"),
    ]
    if bounds is None:
        found = _UNKNOWN if end.sharpness is None else interval(end.sharpness)
        none = "none: no minimizer" if end.kind == "saddle" else _UNKNOWN
        return [*rows, ("S, sharpness of the limit", found), ("S / S_min", none)]
    return [
        *rows,
        ("the limit lies within a Frobenius distance of", above(bounds.limit.radius)),
        ("Delta of the limit (conserved)", interval(bounds.layers.imbalance)),
        ("theta = (L - 1) Delta / |w|^(2/L)", interval(bounds.theta)),
        ("S, sharpness of the limit", interval(bounds.limit.sharpness)),
        ("S / S_min", interval(bounds.ratio)),
    ]


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
