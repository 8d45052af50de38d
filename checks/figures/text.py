"""The report of ``flatcert figures`` on the terminal."""

from __future__ import annotations

from rich.console import Console

from ..output.proportions import CONFIDENCE
from ..output.tables import table
from .figures import FiguresReport
from .statements import Statement


def print_figures(report: FiguresReport, folder: str, console: Console) -> None:
    """Print what the figures show, statement by statement, and where the files are."""
    size = "reduced" if report.reduced else "full size"
    names = ("figure", "statement", "estimated", "networks", f"probability ({CONFIDENCE:.0%})", "numbers")
    console.print(table(
        f"what the figures show, {size}, seed {report.seed}: estimated, never proved", names,
        map(_row, report.statements), right=("figure", "networks"),
        prose=("statement", names[4], "numbers"), dropped=("networks", names[4], "numbers")))
    if report.outcome.interrupted:
        console.print("interrupted: what is done is kept, and the same command goes on from there", soft_wrap=True)
    if report.missing:
        console.print(f"not drawn: {', '.join(map(str, report.missing))}", soft_wrap=True)
    resumed = f", {report.outcome.resumed} of {report.outcome.units} units kept from before" * bool(
        report.outcome.resumed)
    console.print(f"estimated: {report.verdict}; {report.seconds:.1f} s{resumed}; pictures, tables and report.json "
                  f"in {folder}", soft_wrap=True)


def _row(statement: Statement) -> tuple[str, ...]:
    interval, counts = statement.interval, statement.counts
    return (
        str(statement.figure), statement.says, statement.verdict, "" if counts is None else f"{counts[0]}/{counts[1]}",
        "" if interval is None else f"[{interval[0]:.4f}, {interval[1]:.4f}]",
        ", ".join(f"{name} {value:.4g}" for name, value in statement.numbers.items()))
