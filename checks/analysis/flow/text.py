"""The report of ``flatcert flow`` on the terminal."""

from __future__ import annotations

from rich.console import Console

from ...output.intervals import above, interval
from ...output.tables import table
from ..text import SINGULAR, print_findings, print_layers
from .report import FlowReport
from .starts import FollowedStart

_STYLE = {"certified": "green", "certified for the end state": "cyan", "inconclusive": "yellow", "refuted": "bold red"}
_UNKNOWN = "not known"


def print_flow(report: FlowReport, console: Console) -> None:
    """Print the numbers, each with the start that it is of, the layers and the bounds, but not the verdict."""
    setup, decided = report.setup, report.decided
    console.print(f"depth L = {setup.network.depth}, d = {setup.problem.dimension}, n = {setup.problem.samples}; "
                  f"{setup.source}", markup=False, soft_wrap=True)
    of_problem = [
        ("problem", "S_min, least sharpness", interval(report.least.enclosure)),
        ("problem", "S_bal, sharpness of the balanced minimizers",
         "none with a read-out" if report.balanced is None else interval(report.balanced)),
        ("problem", "4 kappa, bounds S / S_min if theta <= 3/4",
         interval(report.condition) if report.condition.is_finite() else SINGULAR),
    ]
    console.print(table(
        "gradient flow, validated; intervals are proved enclosures", ("of the", "quantity", "value"),
        *([(start.start, *row) for row in _of_start(start, report)] for start in report.starts), of_problem,
        right=("value",), prose=("quantity", "value")))
    if decided is not None and decided.bounds is not None:
        of = f"the limit of the {decided.start}"
        print_layers(decided.bounds.layers, f"layers of {of}", console)
        print_findings(decided.bounds.findings, f"{of} against the theory, decided by balls", console)
    if not report.condition.is_finite():
        console.print("Sigma is singular: a minimizer satisfies Sigma w = Sigma w*, but w != w* in general.")


def print_verdict(report: FlowReport, console: Console) -> None:
    """Print the last line: the verdict, which limit it is of, and why no more was decided."""
    console.print(f"[{_STYLE[report.verdict]}]{report.verdict}[/]: ", end="")
    console.print(report.reason, markup=False, soft_wrap=True)


def _of_start(start: FollowedStart, report: FlowReport) -> list[tuple[str, str]]:
    """The rows of a start, each a quantity and its value. What is not known is said to be unknown."""
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
