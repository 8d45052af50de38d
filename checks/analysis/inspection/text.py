"""The report of ``flatcert inspect`` on the terminal."""

from __future__ import annotations

from collections.abc import Iterable

from rich.console import Console

from ...deciding.verdicts import Verdict
from ...output.intervals import above, interval
from ...output.tables import table
from ..findings import Finding
from ..statements import marks
from ..text import SINGULAR, print_findings, print_layers
from .report import Inspection, Placed


def print_inspection(report: Inspection, console: Console) -> None:
    """Print the balance, the two readings with their bounds, and the theorems that apply."""
    console.print(f"widths {', '.join(map(str, report.network.widths))} (depth L = {report.network.depth}), "
                  f"n = {report.problem.samples}; the weights are read exactly, intervals are proved enclosures")
    console.print(table("the network", ("quantity", "value"), (
        ("R - R_min, risk gap", interval(report.risk_gap)),
        ("Delta, imbalance", interval(report.layers.imbalance)),
        ("theta = (L - 1) Delta / |w|^(2/L)", interval(report.theta)),
        ("2 lambda_max(Sigma^1/2 M Sigma^1/2), kernel part of the Hessian", interval(report.kernel)),
        ("norm of the residual part of the Hessian, at most", above(report.residual)),
    ), right=("value",), prose=("quantity", "value")))
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
    readings = {"(b)": ("theorems about it as an exact minimizer", report.findings["as_minimizer"]),
                "(a)": ("theorems about the network on the data", report.findings["on_data"])}
    for reading, (title, findings) in readings.items():
        if decided := [finding for finding in findings if finding.verdict is not Verdict.NOT_APPLICABLE]:
            print_findings(decided, f"{reading} {title}", console)
    for reading, (_, findings) in readings.items():
        print_not_applicable(findings, reading, console)


def print_not_applicable(findings: Iterable[Finding], reading: str, console: Console) -> None:
    """Print the theorems that do not apply, those of one reason in one line."""
    for reason, found in _not_applicable(findings).items():
        console.print(f"{reading} not applicable as {reason}: {', '.join(found)}.", soft_wrap=True, markup=False)


def _not_applicable(findings: Iterable[Finding]) -> dict[str, list[str]]:
    """The theorems that do not apply, by the reason."""
    reasons: dict[str, list[str]] = {}
    for finding in findings:
        if finding.verdict is Verdict.NOT_APPLICABLE:
            found = reasons.setdefault(finding.reason, [])
            found.append(f"{finding.claim}/{finding.part}")
    return reasons


def _print_sharpness(report: Inspection, console: Console) -> None:
    """Print the numbers of the two readings side by side."""
    names = ("quantity", "(a) of the network on the data", "(b) as the exact minimizer of (Sigma, w(W))")
    quantities = ("S", "S_min", *marks(), "S / S_min", "4 kappa")
    columns = (_numbers(report.on_data), {} if report.own is None else _numbers(report.own))
    console.print(table("sharpness", names, (
        (name, *(column.get(name, "") for column in columns)) for name in quantities),
        right=names[1:], prose=names[1:]))


def _numbers(reading: Placed) -> dict[str, str]:
    four_kappa = interval(reading.ratio_bound) if reading.ratio_bound.is_finite() else SINGULAR
    return {**{name: interval(mark) for name, mark in reading.marks.items()},
            "S / S_min": interval(reading.ratio), "4 kappa": four_kappa}
