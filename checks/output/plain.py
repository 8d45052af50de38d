"""Text of a user's on the terminal and in JSON: what does not print is spelled, so that it does nothing there."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from rich.console import Console, ConsoleOptions, RenderableType
from rich.segment import Segment

from .messages import plain


def json_text(value: Any) -> str:
    """One JSON value, indented; characters that do not print are escaped, others stand as they are.

    >>> print(json_text(["größe", "\\x9b\\U000e0001\\udcff"]))
    [
      "größe",
      "\\u009b\\udb40\\udc01\\udcff"
    ]
    """
    text = json.dumps(value, indent=2, ensure_ascii=False, allow_nan=False)
    return "".join(c if c.isprintable() or c == "\n" else json.dumps(c)[1:-1] for c in text)


class PlainConsole(Console):
    """A console that sends no control character but its own, and reads no emoji codes in names.

    >>> import sys
    >>> PlainConsole(file=sys.stdout, width=40).print("\\x1b[2J :smile:", markup=False)
    \\x1b[2J :smile:
    """

    def __init__(self, **options: Any) -> None:
        super().__init__(emoji=False, **options)

    def render(self, renderable: RenderableType, options: ConsoleOptions | None = None) -> Iterable[Segment]:
        for segment in super().render(renderable, options):
            yield segment if segment.control else segment._replace(text=plain(segment.text))
