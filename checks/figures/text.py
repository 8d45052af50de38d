"""The report of ``flatcert figures`` on the terminal."""

from __future__ import annotations

from rich.console import Console
from rich.table import Table

from ..output.proportions import CONFIDENCE
from .figures import FiguresReport


def print_figures(report: FiguresReport, folder: str, console: Console) -> None:
    """What the figures show, statement by statement, then where the files are."""
    size = "reduced" if report.reduced else "full size"
    lines = Table(title=f"what the figures show, {size}, seed {report.seed}: estimated, never proved",
                  title_justify="left")
    lines.add_column("figure", justify="right")
    lines.add_column("statement")
    lines.add_column("estimated")
    lines.add_column("networks", justify="right")
    lines.add_column(f"probability ({CONFIDENCE:.0%})")
    lines.add_column("numbers")
    for statement in report.statements:
        interval = statement.interval
        lines.add_row(
            str(statement.figure), statement.says, statement.verdict,
            "" if statement.counts is None else f"{statement.counts[0]}/{statement.counts[1]}",
            "" if interval is None else f"[{interval[0]:.4f}, {interval[1]:.4f}]",
            ", ".join(f"{name} {value:.4g}" for name, value in statement.numbers.items()))
    console.print(lines)
    if report.outcome.interrupted:
        console.print("interrupted: what is done is kept, and the same command goes on from there", soft_wrap=True)
    if report.missing:
        console.print(f"not drawn: {', '.join(map(str, report.missing))}", soft_wrap=True)
    resumed = f", {report.outcome.resumed} of {report.outcome.units} units kept from before" * bool(
        report.outcome.resumed)
    console.print(f"estimated: {report.verdict}; {report.seconds:.1f} s{resumed}; pictures, tables and report.json "
                  f"in {folder}", soft_wrap=True)
