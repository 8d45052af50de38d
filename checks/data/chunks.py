"""What every kind of table gives: the names of its columns, and its rows chunk by chunk."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from .scaled import Scaled

CELLS = 2**18
"""So many cells make a chunk."""


@dataclass(frozen=True, eq=False)
class Chunk:
    """Some rows of some columns. ``place`` says where a row of the chunk stands, for messages."""

    columns: list[Scaled]
    place: Callable[[int], str]


class Source(Protocol):
    """A table of whatever kind. ``of_names`` says in messages what holds the names of the columns."""

    name: str
    names: list[str]
    of_names: str

    def chunks(self, used: Sequence[int]) -> Iterator[Chunk]:
        """Yield the rows, once, of the columns with these indices."""
        ...
