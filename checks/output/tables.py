"""Tables that fit the terminal: no id, verdict or number is ever broken or cut."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from textwrap import fill

from rich.console import Console, ConsoleOptions, RenderResult
from rich.table import Table as RichTable
from rich.text import Text

NARROW = 24
"""A column of prose is not made narrower than this to save another column, only to save the table."""
EMPTY = frozenset({"", "-"})
"""Cells that say nothing."""


@dataclass(frozen=True)
class Table:
    """Rows of named columns. What does not fit the terminal is printed in fewer columns, or row by row.

    Columns of prose are broken at blanks, down to :data:`NARROW` characters. If that is not enough, columns are left
    out: first those without content, then those of ``dropped``, in this order, and a line below the table names them.
    Then prose is broken at every blank. If that is not enough either, each row is printed as a list of names and
    values.
    """

    title: str | None
    names: tuple[str, ...]
    sections: tuple[tuple[tuple[str, ...], ...], ...]
    right: frozenset[str]
    prose: frozenset[str]
    dropped: tuple[str, ...]

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        if self.title is not None:
            yield Text.from_markup(self.title, style="table.title", emoji=False)
        silent = [name for name in self.names if self._cells(name) and set(self._cells(name)) <= EMPTY]
        shown, left_out = list(self.names), list[str]()
        widths = self._widths(shown, options.max_width, NARROW)
        for name in (*silent, *(name for name in self.dropped if name not in silent)):
            if widths:
                break
            shown.remove(name)
            left_out += [] if name in silent else [name]
            widths = self._widths(shown, options.max_width, NARROW)
        widths = widths or self._widths(shown, options.max_width, 1)
        if not widths:
            yield from self._listed()
            return
        yield self._grid(widths)
        if left_out:
            yield Text(f"no room here for: {', '.join(left_out)}", style="dim")

    def _cells(self, name: str) -> list[str]:
        place = self.names.index(name)
        return [row[place] for rows in self.sections for row in rows]

    def _widths(self, shown: Sequence[str], room: int, narrow: int) -> dict[str, int]:
        """The width of each column, empty if they do not fit into the room with ``narrow`` columns for prose."""
        texts = {name: [name, *(Text.from_markup(cell).plain for cell in self._cells(name))] for name in shown}
        natural = {name: max(map(_length, found)) for name, found in texts.items()}
        least = {name: self._least(name, found, min(narrow, natural[name])) for name, found in texts.items()}
        spare = room - 3 * len(shown) - 1 - sum(least.values())
        if spare < 0:
            return {}
        for name in shown:
            more = min(spare, natural[name] - least[name])
            least[name] += more
            spare -= more
        return least

    def _least(self, name: str, texts: Sequence[str], narrow: int) -> int:
        """The least width of a column: of its longest word in prose, otherwise of its longest cell."""
        heading, *cells = texts
        if name not in self.prose:
            return max(_longest_word(heading), *map(_length, cells), 1)
        return max(narrow, *map(_longest_word, texts))

    def _grid(self, widths: dict[str, int]) -> RichTable:
        grid = RichTable()
        for name, width in widths.items():
            grid.add_column(fill(name, width, break_long_words=False, break_on_hyphens=False), width=width,
                            justify="right" if name in self.right else "left", overflow="fold")
        for rows in self.sections:
            for row in rows:
                grid.add_row(*(cell for name, cell in zip(self.names, row, strict=True) if name in widths))
            grid.add_section()
        return grid

    def _listed(self) -> Iterable[Text]:
        """Each row as a list: its first cell, and below it the names and values of the others."""
        for rows in self.sections:
            for first, *others in rows:
                yield Text.from_markup(first, style="bold", emoji=False)
                for name, cell in zip(self.names[1:], others, strict=True):
                    if cell not in EMPTY:
                        yield Text.assemble(f"  {name}: ", Text.from_markup(cell, emoji=False))


def table(
    title: str | None, names: Sequence[str], *sections: Iterable[Sequence[str]],
    right: Collection[str] = (), prose: Collection[str] = (), dropped: Sequence[str] = (),
) -> Table:
    """A table with its title above it and a line between two sections of rows. Cells are Rich's markup.

    The columns in ``right`` hold numbers and are aligned to the right. Those in ``prose`` may be broken at blanks; all
    others stay whole. Those in ``dropped`` may be left out in a narrow terminal, in this order.
    """
    rows = tuple(tuple(tuple(row) for row in section) for section in sections)
    return Table(title, tuple(names), rows, frozenset(right), frozenset(prose),
                 tuple(name for name in dropped if name in names))


def _length(text: str) -> int:
    return max((Text(line).cell_len for line in text.splitlines()), default=0)


def _longest_word(text: str) -> int:
    return max((Text(word).cell_len for word in text.split()), default=0)
