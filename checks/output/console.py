"""The console: what a user wrote does nothing on a terminal, as characters that do not print are spelled there."""

from __future__ import annotations

from collections.abc import Iterable
from typing import IO

from rich.console import Console, ConsoleOptions, RenderableType
from rich.segment import Segment

from .messages import plain

WIDTH = 160
"""Columns of a console that is no terminal."""


class PlainConsole(Console):
    """A console that sends no control character but its own, and reads no emoji codes in names.

    >>> PlainConsole().print("\\x1b[2J :smile:", markup=False)
    \\x1b[2J :smile:
    """

    def __init__(self, *, stderr: bool = False, file: IO[str] | None = None) -> None:
        super().__init__(emoji=False, stderr=stderr, file=file)
        if not self.is_terminal:
            self.width = WIDTH

    def render(self, renderable: RenderableType, options: ConsoleOptions | None = None) -> Iterable[Segment]:
        for segment in super().render(renderable, options):
            yield segment if segment.control else segment._replace(text=plain(segment.text))
