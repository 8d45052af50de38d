"""The console: what a user wrote does nothing on a terminal, as characters that do not print are spelled there."""

from __future__ import annotations

import os
from collections.abc import Iterable
from typing import IO

from rich.console import Console, ConsoleOptions, RenderableType
from rich.segment import Segment

from .messages import plain

WIDTH = 1000
"""Columns of a pipe or a file, where nothing is to be broken or left out; the variable COLUMNS says otherwise."""


class PlainConsole(Console):
    """A console that sends no control character but its own, reads no emoji codes in names, and colours no numbers.

    >>> PlainConsole().print("\\x1b[2J :smile:", markup=False)
    \\x1b[2J :smile:
    """

    def __init__(self, *, stderr: bool = False, file: IO[str] | None = None) -> None:
        super().__init__(emoji=False, highlight=False, stderr=stderr, file=file)
        if not self.is_terminal and not os.environ.get("COLUMNS", "").isdigit():
            self.width = WIDTH

    def render(self, renderable: RenderableType, options: ConsoleOptions | None = None) -> Iterable[Segment]:
        for segment in super().render(renderable, options):
            yield segment if segment.control else segment._replace(text=plain(segment.text))
