"""Tables on the terminal."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from rich.table import Table


def table(
    title: str | None, names: Sequence[str], *sections: Iterable[Sequence[str]],
    right: Collection[str] = (), whole: Collection[str] = (),
) -> Table:
    """A table of named columns, with its title at the left and a line between two sections of rows.

    The columns in ``right`` hold numbers and are aligned to the right. Those in ``whole`` are never wrapped.
    """
    made = Table(title=title, title_justify="left")
    for name in names:
        made.add_column(name, justify="right" if name in right else "left", no_wrap=name in whole)
    for rows in sections:
        for row in rows:
            made.add_row(*row)
        made.add_section()
    return made
