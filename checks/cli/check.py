"""``flatcert check``: certificates re-checked, and compared with the claims that they are about."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ..data.text_files import there
from ..output.messages import quoted
from .app import OK, REFUTED, UNDECIDED, app, console, fail, write_json

if TYPE_CHECKING:
    from rich.console import Console

    from ..certificates.certify import Written
    from ..verifying.run import Run


@app.command()
def check(
    directory: Annotated[Path, typer.Argument(metavar="DIR", help="A directory of certificates.")],
    json_file: Annotated[str | None, typer.Option("--json", metavar="F", help="Write JSON to F, or to stdout for -.")]
    = None,
) -> None:
    """Re-check certificates; exit 1 when one is rejected or refutes a claim, 3 when one is left undecided."""
    from rich.table import Table

    from ..verifying.certificates import recheck

    if not there(directory) or not directory.is_dir():
        fail(f"There is no directory {quoted(str(directory))}: "
             "name one that 'flatcert verify --certificates DIR' wrote.")
    files = sorted(directory.glob("*.json"))
    if not files:
        fail(f"There is no certificate in {str(directory)!r}: write some with 'flatcert verify --certificates DIR'.")
    found = {file.name: recheck(file) for file in files}
    out, lines = console(json_file), Table()
    for column in ("verdict", "of a", "accepted"):
        lines.add_column(column)
    accepted = Counter((r.proved, r.about) for r in found.values() if r.answer == "accepted")
    for (verdict, about), count in sorted(accepted.items()):
        lines.add_row(verdict, about, str(count))
    out.print(lines)
    for name, result in found.items():
        if result.reason:
            out.print(f"{name}: {result.answer}, {result.reason}", markup=False, highlight=False, soft_wrap=True)
    answers = Counter(result.answer for result in found.values())
    out.print(f"{len(found)} certificates: " + ", ".join(
        f"{answers[answer]} {answer}" for answer in ("accepted", "rejected", "undecided")), highlight=False)
    write_json(json_file, [{"file": name, **asdict(result)} for name, result in found.items()])
    alarming = any(result.alarming for result in found.values())
    raise typer.Exit(REFUTED if alarming or answers["rejected"] else UNDECIDED if answers["undecided"] else OK)


def empty_place(directory: Path | None) -> None:
    """Make the directory for certificates, if there shall be any; refuse one that holds some: they would be mixed."""
    if directory is None:
        return
    try:
        directory.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        fail(f"{str(directory)!r} cannot be made a directory ({error.strerror}): name another one.")
    if any(directory.glob("*.json")):
        fail(f"{str(directory)!r} already holds certificates: name an empty directory.")


def write_certificates(run: Run, directory: Path, out: Console) -> None:
    """Write what a run certified, and say how many decisions have no certificate and why."""
    made = [one for report in run.reports.values() for one in report.certificates]
    out.print(f"certificates: {write_all(made, directory)} in {directory}", markup=False, highlight=False)
    reasons = Counter(one.reason for one in made if one.certificate is None)
    for reason, count in reasons.most_common():
        out.print(f"  {count} decisions without one: {reason}", markup=False, highlight=False)


def write_all(made: list[Written], directory: Path) -> int:
    """Write the certificates that there are, and count the files: one decision may be worth keeping twice."""
    from ..verifying.certificates import write

    try:
        return len({write(directory, one.certificate) for one in made if one.certificate is not None})
    except OSError as error:
        fail(f"{str(directory)!r} cannot be written ({error.strerror}): name another directory.")
