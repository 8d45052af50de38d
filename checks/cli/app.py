"""The application, the options that several commands have, and how commands read, refuse, print and write."""

from __future__ import annotations

import os
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from ..output import OK, USAGE, plain, shortened

if TYPE_CHECKING:
    from rich.console import Console

    from ..output.json_values import Json

app = typer.Typer(
    add_completion=False, no_args_is_help=True, pretty_exceptions_enable=False, rich_markup_mode=None,
    help="Verify the theory of flat minima in deep linear networks.",
)

Ids = Annotated[list[str] | None, typer.Argument(metavar="[ID]...", help="Claims; all when none is named.")]
JsonFile = Annotated[str | None, typer.Option("--json", metavar="F", help="Write JSON to F, or to stdout for -.")]
Data = Annotated[Path, typer.Argument(metavar="DATA", help="A table: CSV, plain or .gz, .npz or Parquet.")]
Target = Annotated[str, typer.Option("--target", metavar="COL", help="The column to be regressed.")]
NoHeader = Annotated[bool, typer.Option(
    "--no-header", help="The table has no names: its columns are 1, 2, ..., for --target, too.")]
Depth = Annotated[int, typer.Option("--depth", metavar="L", help="Number of layers.")]
Center = Annotated[bool, typer.Option("--center", help="Subtract the column means, the target's too.")]
Standardize = Annotated[bool, typer.Option("--standardize", help="Center, and divide by standard deviations.")]

Dask = Annotated[str | None, typer.Option(
    "--dask", metavar="ADDRESS", help="Work on the Dask cluster of this scheduler, say tcp://host:8786.")]


@app.callback(invoke_without_command=True)
def root(version: Annotated[bool, typer.Option("--version", help="Print the version.")] = False) -> None:
    if version:
        from ... import __version__

        typer.echo(f"flatcert {__version__}")
        raise typer.Exit(OK)


def fail(sentence: str) -> NoReturn:
    """Print one sentence to stderr and exit with 2."""
    say(sentence)
    raise typer.Exit(USAGE)


def say(sentence: str) -> None:
    """Print one line to stderr."""
    typer.echo(f"flatcert: {plain(shortened(sentence))}", err=True)


def known_word(kind: str, word: str, words: Collection[str]) -> None:
    """Refuse a word that is none of the words of its kind."""
    if word not in words:
        fail(f"There is no {kind} {word!r}: use one of {', '.join(words)}.")


def known_places(outputs: Mapping[str, Path | str | None], inputs: Mapping[str, Path | None] | None = None) -> None:
    """Refuse outputs that cannot be written, or that would overwrite an input or one another.

    The keys are what messages call the files. The output ``-`` is stdout.
    """
    taken = {path.resolve(): name for name, path in (inputs or {}).items() if path is not None}
    for name, output in outputs.items():
        if output is None or output == "-":
            continue
        path = Path(output)
        known_place(path)
        if other := taken.get(path.resolve()):
            fail(f"{name} and {other} both name {str(path)!r}: give each its own file.")
        taken[path.resolve()] = name


def known_place(path: Path) -> None:
    """Refuse a file that cannot be written."""
    if path.is_dir():
        fail(f"{str(path)!r} is a directory: name a file in it.")
    if not path.absolute().parent.is_dir():
        fail(f"There is no directory {str(path.parent)!r}: make it first, or name another file.")
    if not os.access(path if path.exists() and not path.is_file() else path.absolute().parent, os.W_OK):
        fail(f"{str(path)!r} cannot be written: name another file.")


def console(*files: str | None) -> Console:
    """The console on stdout, or on stderr if one of the files is ``-``, stdout."""
    from ..output.console import PlainConsole

    return PlainConsole(stderr="-" in files)


def write_json(target: str | None, value: Json) -> None:
    """Write JSON to a file, or to stdout for ``-``."""
    if target is None:
        return
    from ..output.json_values import json_text

    write_to(target, json_text(value) + "\n")


def write_to(target: str, text: str) -> None:
    """Write a text to a file, or to stdout for ``-``."""
    if target == "-":
        typer.echo(text, nl=False)
    else:
        write(Path(target), text)


def write(path: Path, text: str) -> None:
    """Write a text file. A place that cannot be written is refused."""
    from ..output.whole_files import write_text

    try:
        write_text(path, text)
    except OSError as error:
        fail(f"{str(path)!r} cannot be written ({error.strerror}): name another file.")

