"""The application, the options that commands share, and what they print and write by."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer

from ..output.messages import plain, shortened

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
