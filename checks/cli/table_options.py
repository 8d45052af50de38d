"""The options of a table, stated once: a command that takes ``options: TableOptions`` has them all."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from inspect import signature
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from .app import Center, NoHeader, Standardize, say

if TYPE_CHECKING:
    from ..data import Table


def _option(name: str, metavar: str, text: str) -> Any:
    return Annotated[str | None, typer.Option(name, metavar=metavar, help=text)]


_OPTIONS: dict[str, tuple[Any, Any]] = {
    "columns": (_option("--columns", "A,B,...", "The features; all columns but the target when not given."), None),
    "no_header": (NoHeader, False),
    "sep": (_option("--sep", "C", "What separates fields: one character, tab or space."), None),
    "decimal": (_option("--decimal", "C", "The sign before decimals: . or ,"), None),
    "encoding": (_option("--encoding", "E", "The encoding of the text, for example latin-1."), None),
    "missing": (_option("--missing", "drop", "Leave out rows that lack a number."), None),
    "center": (Center, False),
    "standardize": (Standardize, False),
}
"""The annotation of each option, and its default."""


class TableOptions:
    """What the options of a table say."""

    def __init__(self, given: dict[str, Any]) -> None:
        self._given = given

    @property
    def any(self) -> bool:
        """Whether one of them is given."""
        return any(value is not None and value is not False for value in self._given.values())

    def read(self, path: Path, target: str) -> Table:
        """Read the table at a path. What was found out about it is said, and progress shown on stderr."""
        from ..data import Reading, column_names, read_source

        given = self._given
        columns = None if given["columns"] is None else column_names(given["columns"])
        reading = Reading(
            not given["no_header"], given["sep"], given["decimal"], given["encoding"], given["missing"] or "refuse",
            columns, given["center"], given["standardize"])
        with _reading_bar(path) as progress:
            return read_source(path, target, reading, say, progress)


def with_table_options(command: Callable[..., None]) -> Callable[..., None]:
    """A command with an option in place of each part of its argument ``options: TableOptions``."""

    @wraps(command)
    def called(**arguments: Any) -> None:
        given = {name: arguments.pop(name) for name in _OPTIONS}
        command(**arguments, options=TableOptions(given))

    own = signature(command, eval_str=True)
    parameters = []
    for parameter in own.parameters.values():
        if parameter.annotation is TableOptions:
            parameters += [parameter.replace(name=name, annotation=annotation, default=default)
                           for name, (annotation, default) in _OPTIONS.items()]
        else:
            parameters.append(parameter)
    called.__signature__ = own.replace(parameters=parameters)  # type: ignore[attr-defined]
    called.__annotations__ = {parameter.name: parameter.annotation for parameter in parameters}
    return called


@contextmanager
def _reading_bar(path: Path) -> Iterator[Callable[[float, float], None]]:
    """Show on stderr how much of a file is read, if that is a terminal. A small file is read at once, without a bar."""
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

    from ..output import shortened

    screen = Console(stderr=True)
    name = TextColumn("reading {task.description}", markup=False)
    with Progress(name, BarColumn(), TaskProgressColumn(), TimeRemainingColumn(), console=screen, transient=True,
                  disable=not screen.is_terminal) as bar:
        task = bar.add_task(shortened(path.name))
        yield lambda done, total: bar.update(task, completed=done, total=total)
