"""The command ``flatcert check``, and how the other commands write certificates."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ..output import OK, REFUTED, UNDECIDED, quoted
from .app import JsonFile, app, console, fail, write_json
from .theories import Theories, libraries, together

if TYPE_CHECKING:
    from rich.console import Console

    from ..certificates.certify import Written
    from ..verifying.run import Run


@app.command()
def check(
    directory: Annotated[Path, typer.Argument(metavar="DIR", help="A directory of certificates.")],
    theory: Theories = None,
    json_file: JsonFile = None,
) -> None:
    """Re-check certificates; exit 1 when one is rejected or refutes a claim, 3 when one is left undecided."""
    from ..data import there
    from ..output.json_values import json_object
    from ..output.tables import table
    from ..verifying.certificates import recheck

    if not there(directory) or not directory.is_dir():
        fail(f"There is no directory {quoted(str(directory))}: "
             "name one that 'flatcert verify --certificates DIR' wrote.")
    files = sorted(directory.glob("*.json"))
    if not files:
        fail(f"There is no certificate in {str(directory)!r}: write some with 'flatcert verify --certificates DIR'.")
    library = together(libraries(theory))
    found = {file.name: recheck(file, library) for file in files}
    out = console(json_file)
    accepted = Counter((r.proved, r.about) for r in found.values() if r.answer == "accepted")
    out.print(table(None, ("verdict", "of a", "accepted"), (
        (verdict, about, str(count)) for (verdict, about), count in sorted(accepted.items()))))
    for name, result in found.items():
        if result.reason:
            out.print(f"{name}: {result.answer}, {result.reason}", markup=False, highlight=False, soft_wrap=True)
    answers = Counter(result.answer for result in found.values())
    out.print(f"{len(found)} certificates: " + ", ".join(
        f"{answers[answer]} {answer}" for answer in ("accepted", "rejected", "undecided")), highlight=False)
    write_json(json_file, [{"file": name, **json_object(result)} for name, result in found.items()])
    alarming = any(result.alarming for result in found.values())
    raise typer.Exit(REFUTED if alarming or answers["rejected"] else UNDECIDED if answers["undecided"] else OK)


def empty_place(directory: Path | None) -> None:
    """Make the directory for certificates, if one is named. One that already holds certificates is refused."""
    if directory is None:
        return
    try:
        directory.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        fail(f"{str(directory)!r} cannot be made a directory ({error.strerror}): name another one.")
    if any(directory.glob("*.json")):
        fail(f"{str(directory)!r} already holds certificates: name an empty directory.")


def write_certificates(run: Run, directory: Path, out: Console) -> None:
    """Write the certificates of a run, and print how many decisions have none, and why."""
    made = [one for report in run.reports.values() for one in report.certificates]
    out.print(f"certificates: {write_all(made, directory)} in {directory}", markup=False, highlight=False)
    reasons = Counter(one.reason for one in made if one.certificate is None)
    for reason, count in reasons.most_common():
        out.print(f"  {count} decisions without one: {reason}", markup=False, highlight=False)


def write_all(made: list[Written], directory: Path) -> int:
    """Write the certificates and return the number of files. The same decision made twice is one file."""
    from ..verifying.certificates import write

    try:
        return len({write(directory, one.certificate) for one in made if one.certificate is not None})
    except OSError as error:
        fail(f"{str(directory)!r} cannot be written ({error.strerror}): name another directory.")
