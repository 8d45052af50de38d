"""The command line. Heavy imports happen inside the commands: ``--help`` must be quick."""

from __future__ import annotations

import json
import os
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer

from ..output.messages import DataError, Inconclusive, plain, shortened

if TYPE_CHECKING:
    from rich.console import Console

    from ..data.table import Table

OK, REFUTED, USAGE, UNDECIDED, INTERNAL = range(5)

app = typer.Typer(
    add_completion=False, no_args_is_help=True, pretty_exceptions_enable=False, rich_markup_mode=None,
    help="Verify the theory of flat minima in deep linear networks.",
)

Ids = Annotated[list[str] | None, typer.Argument(metavar="[ID]...", help="Claims; all when none is named.")]
JsonFile = Annotated[str | None, typer.Option("--json", metavar="F", help="Write JSON to F, or to stdout for -.")]
Data = Annotated[Path, typer.Argument(metavar="DATA.csv", help="A table with one line of column names.")]
Target = Annotated[str, typer.Option("--target", metavar="COL", help="The column to be regressed.")]
NoHeader = Annotated[bool, typer.Option(
    "--no-header", help="The table has no names: its columns are 1, 2, ..., for --target, too.")]
Depth = Annotated[int, typer.Option("--depth", metavar="L", help="Number of layers.")]
Center = Annotated[bool, typer.Option("--center", help="Subtract the column means, the target's too.")]
Standardize = Annotated[bool, typer.Option("--standardize", help="Center, and divide by standard deviations.")]


@app.callback(invoke_without_command=True)
def root(version: Annotated[bool, typer.Option("--version", help="Print the version.")] = False) -> None:
    if version:
        from ... import __version__

        typer.echo(f"flatcert {__version__}")
        raise typer.Exit(OK)


@app.command()
def verify(
    ids: Ids = None,
    profile: Annotated[str, typer.Option(help="quick, ci or deep.")] = "quick",
    seed: Annotated[int, typer.Option(help="Seed of the random instances.")] = 0,
    json_file: JsonFile = None,
    junit: Annotated[Path | None, typer.Option(metavar="F", help="Write JUnit XML to F.")] = None,
    html: Annotated[Path | None, typer.Option(metavar="F", help="Write a page of HTML to F.")] = None,
    certificates: Annotated[Path | None, typer.Option(metavar="DIR", help="Write certificates to DIR.")] = None,
    workers: Annotated[int | None, typer.Option(min=0, help="Processes; 0 runs in this one.")] = None,
    minutes: Annotated[float | None, typer.Option(
        min=0, help="Go on with fresh seeds for so long (10 for the profile deep).")] = None,
) -> None:
    """Re-check derivations, decide instances, refute mutants, measure tightness."""
    from ..verifying import report
    from ..verifying.verify import PROFILES
    from ..verifying.verify import verify as run_all

    if profile not in PROFILES:
        fail(f"There is no profile {profile!r}: use one of {', '.join(PROFILES)}.")
    for name in ids or ():
        known_claim(name)
    targets = [path for path in (junit, html, None if json_file in (None, "-") else Path(str(json_file))) if path]
    for target in targets:  # before the work, not after it
        known_place(target)
    if len({path.resolve() for path in targets}) < len(targets):
        fail("Two of --json, --junit and --html name one file: give each its own.")
    cli_check.empty_place(certificates)
    if profile == "deep" and minutes is None:
        minutes = 10.0
    with progress_bar() as advance:
        run = run_all(ids or (), profile=profile, seed=seed, workers=workers, minutes=minutes, progress=advance,
                      certificates=certificates is not None)
    # Files first: a closed terminal must not cost the results.
    if junit is not None:
        write(junit, report.junit_xml(run))
    if html is not None:
        write(html, report.html(run))
    write_json(json_file, report.as_dict(run))
    if certificates is not None:
        cli_check.write_certificates(run, certificates, console(json_file))
    report.table(run, console(json_file))
    raise typer.Exit(run.exit_code)


@app.command()
def claims(json_file: JsonFile = None) -> None:
    """List the claims with their origins and what they rest on."""
    from rich.table import Table as RichTable

    from ...theory.library import CLAIMS

    lines = RichTable()
    for column in ("claim", "title", "origins", "kind", "machine-\nchecked", "rests on"):
        lines.add_column(column)
    for claim in CLAIMS.values():
        lines.add_row(claim.id, claim.title, ", ".join(claim.origins), claim.kind, claim.machine_checked,
                      ", ".join(claim.requires) or "-")
    console(json_file).print(lines)
    write_json(json_file, [
        {"id": c.id, "title": c.title, "origins": list(c.origins), "kind": c.kind, "requires": list(c.requires),
         "obligations": [o.name for o in c.obligations], "machine_checked": c.machine_checked_json()}
        for c in CLAIMS.values()])


@app.command()
def explain(claim_id: Annotated[str, typer.Argument(metavar="ID")]) -> None:
    """Show one claim: statement, hypotheses, derivation, mutants."""
    from ..verifying.explain import explanation

    console(None).print(explanation(known_claim(claim_id)), soft_wrap=True, highlight=False, markup=False)


@app.command()
def latex(
    ids: Ids = None,
    derivations: Annotated[bool, typer.Option("--derivations", help="Add the steps of the derivations.")] = False,
    data: Annotated[Path | None, typer.Option(metavar="DATA.csv", help="Add a data set's numbers.")] = None,
    target: Annotated[str | None, typer.Option(metavar="COL", help="With --data: the target.")] = None,
    depth: Annotated[int | None, typer.Option(metavar="L", help="With --data: the depth.")] = None,
    no_header: NoHeader = False,
    center: Center = False,
    standardize: Standardize = False,
    output: Annotated[Path | None, typer.Option("--output", "-o", metavar="F", help="Write to F.")] = None,
) -> None:
    """A LaTeX document of the claims that pdflatex compiles."""
    from ...theory.library import CLAIMS
    from ...theory.typeset.document import document
    from ..analysis.bounds_text import numbers_table

    chosen = [known_claim(name) for name in ids or CLAIMS]
    extra = ""
    if data is not None:
        if target is None or depth is None:
            fail("With --data, name the target column and the depth: --target COL --depth L.")
        from ..analysis.bounds import bounds as report

        table = read(data, target, no_header, center, standardize)
        extra = numbers_table(report(table, depth), str(data.name), target)
    elif target is not None or depth is not None or no_header or center or standardize:
        fail("Options of a table are given, but no table: name it by --data F.")
    text = document(chosen, derivations=derivations, extra=extra)
    if output is None:
        typer.echo(text)
    else:
        write(output, text)


@app.command()
def bounds(
    data: Data, target: Target, depth: Depth, json_file: JsonFile = None, no_header: NoHeader = False,
    center: Center = False, standardize: Standardize = False,
) -> None:
    """A data set's constants, every bound, the least sharpness, critical learning rates."""
    from ..analysis.bounds import bounds as report
    from ..analysis.bounds_text import print_bounds

    made = report(read(data, target, no_header, center, standardize), depth)
    print_bounds(made, console(json_file))
    write_json(json_file, made.as_dict())


@app.command()
def replay(
    token: Annotated[str, typer.Argument(metavar="TOKEN", help="claim/obligation@family:seed:index")],
    json_file: JsonFile = None,
) -> None:
    """Repeat one decision that a report names; exit 1 when it refutes."""
    from dataclasses import asdict

    from ..verifying.replay import replay as again

    try:
        found = again(token)
    except (KeyError, ValueError) as error:
        fail(f"{str(error.args[0]).removesuffix('.')}.")
    out = console(json_file)
    out.print(found.statement, markup=False)
    for name, value in {**found.instance, **found.values}.items():
        out.print(f"  {name} = {json.dumps(value)}", markup=False, soft_wrap=True)
    out.print(f"{found.verdict} ({found.route or 'not decided'}, {found.bits} bits)")
    write_json(json_file, asdict(found))
    raise typer.Exit({"refuted": REFUTED, "held": OK}.get(found.verdict, UNDECIDED))


def fail(sentence: str) -> NoReturn:
    """One sentence to stderr and exit 2."""
    say(sentence)
    raise typer.Exit(USAGE)


def say(sentence: str) -> None:
    """One line to stderr."""
    typer.echo(f"flatcert: {plain(shortened(sentence))}", err=True)


def known_claim(name: str) -> Any:
    from ...theory.library import claim

    try:
        return claim(name)
    except KeyError as error:
        fail(f"{error.args[0]}")


def known_place(path: Path) -> None:
    """Refuse a file that cannot be written."""
    if path.is_dir():
        fail(f"{str(path)!r} is a directory: name a file in it.")
    if not path.absolute().parent.is_dir():
        fail(f"There is no directory {str(path.parent)!r}: make it first, or name another file.")
    if not os.access(path if path.exists() and not path.is_file() else path.absolute().parent, os.W_OK):
        fail(f"{str(path)!r} cannot be written: name another file.")


def read(path: Path, target: str, no_header: bool, center: bool, standardize: bool) -> Table:
    from ..data.table import read_table

    return read_table(path, target, header=not no_header, center=center, standardize=standardize)


def console(json_file: str | None) -> Console:
    """Stdout, unless the JSON goes there."""
    from ..output.plain import PlainConsole

    made = PlainConsole(stderr=json_file == "-")
    return made if made.is_terminal else PlainConsole(stderr=json_file == "-", width=160)


def write_json(target: str | None, value: Any) -> None:
    if target is None:
        return
    from ..output.plain import json_text

    text = json_text(value)
    if target == "-":
        typer.echo(text)
    else:
        write(Path(target), text + "\n")


def write(path: Path, text: str) -> None:
    from ..output.whole_files import write_text

    try:
        write_text(path, text)
    except OSError as error:
        fail(f"{str(path)!r} cannot be written ({error.strerror}): name another file.")


class progress_bar:
    """Progress on stderr, off without a terminal. Yields a callback (done, all)."""

    def __enter__(self) -> Any:
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TimeRemainingColumn

        screen = Console(stderr=True)
        self.bar = Progress(BarColumn(), MofNCompleteColumn(), TimeRemainingColumn(), console=screen,
                            transient=True, disable=not screen.is_terminal)
        self.bar.start()
        task = self.bar.add_task("verify")
        return lambda done, total: self.bar.update(task, completed=done, total=total)

    def __exit__(self, *_: object) -> None:
        self.bar.stop()


def main() -> None:
    """The entry point: every error becomes a sentence and an exit code."""
    if hasattr(signal, "SIGPIPE"):  # `| head` ends us as it ends any filter, not with an exit code of ours
        signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    try:
        sys.exit(app(standalone_mode=False))
    except typer.Abort:
        sys.exit(130)
    except Exception as error:
        sys.exit(_told(error))


def _told(error: Any) -> int:
    """Tell an error, in a sentence in which what the user wrote is cut to a length that can be read; the exit code."""
    if hasattr(error, "format_message"):  # Typer's, about the command line
        if sys.argv[1:]:  # else its message is the help
            error.message = plain(shortened(error.message))
        error.show()
        return int(error.exit_code)
    if isinstance(error, DataError | Inconclusive):
        say(str(error))
        return USAGE if isinstance(error, DataError) else UNDECIDED
    if isinstance(error, OSError):
        say(f"the output cannot be written ({error.strerror}).")
        return USAGE
    say(f"internal error, please report it: {type(error).__name__}: {error}")
    return INTERNAL


from . import (
    check as cli_check,
)
