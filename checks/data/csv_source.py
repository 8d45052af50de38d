"""A table that is CSV text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain, islice
from operator import itemgetter

from ..output import DataError, quoted
from .chunks import CELLS, Chunk
from .csv_text import Record, may_be_sample, records
from .reading import Reading, Tell
from .scaled import of_texts
from .sniffing import LOOKED_AT, data_lines, form_of


class CsvSource:
    """CSV text, given by its lines. A first line that holds numbers only is refused as names, as it may be a sample."""

    def __init__(self, lines: Iterator[str], name: str, reading: Reading, tell: Tell) -> None:
        head = list(islice(lines, LOOKED_AT))
        self.name = name
        self._header = reading.header
        self._form = form_of(head, reading, name, tell)
        self._records = records(data_lines(chain(head, lines), self._form, head, name, tell), self._form.separator,
                                name)
        self.of_names = f"The first line of {name}"
        self.names = self._read_names(tell)

    def _read_names(self, tell: Tell) -> list[str]:
        """The names of the columns, from the first record if it holds them."""
        first = next(self._records, None)
        if first is None:
            raise DataError(f"{self.name} is empty: give a line of column names and at least two rows of numbers.")
        line, row = first
        names, comma = [cell.strip() for cell in row], self._form.comma
        if not self._header:
            self._records = chain([first], self._records)
            return [str(k) for k in range(1, len(names) + 1)]
        second = next(self._records, None)
        if second is not None and names[0].startswith("#") and (
                len(second[1]) != len(names) or not may_be_sample([x.strip() for x in second[1]], comma=comma)):
            tell(f"Line {line} of {self.name} starts with '#' and is skipped as a comment.")
            self._records = chain([second], self._records)
            return self._read_names(tell)
        if may_be_sample(names, comma=comma):
            raise DataError(f"The first line of {self.name} holds numbers and no names: give --no-header if it is a "
                            "sample (in Python header=False; the columns are then called 1, 2, ...), or names that are "
                            "no numbers.")
        self._records = chain([second] if second else [], self._records)
        return names

    def chunks(self, used: Sequence[int]) -> Iterator[Chunk]:
        """Yield the rows of the columns with these indices."""
        every = list(used) == list(range(len(self.names)))
        pick = tuple if every else itemgetter(*used) if len(used) > 1 else lambda row: (row[used[0]],)
        size = max(1, CELLS // len(self.names))
        before = 0
        while chunk := list(islice(self._records, size)):
            for i, record in enumerate(chunk, 1):
                if len(record[1]) != len(self.names):
                    self._refuse_length(record, before + i)
            cells = list(chain.from_iterable(pick(row) for _, row in chunk))
            yield Chunk(of_texts(cells, len(used), comma=self._form.comma), _Places(chunk, before))
            before += len(chunk)

    def _refuse_length(self, record: Record, number: int) -> None:
        line, row = record
        which = f"Row {number} (line {line}) of {self.name}"
        if row[0].startswith("#"):
            raise DataError(f"{which} starts with '#': remove lines of comment.")
        has = (f"{which} has {len(row)} fields and the {'header' if self._header else 'first row'} "
               f"{len(self.names)}")
        if len(row) == len(self.names) + 1 and not row[-1].strip():
            raise DataError(f"{has}: remove the {quoted(self._form.separator)} at the end of the line.")
        if len(row) == len(self.names) + 1 and self._header and number == 1:
            raise DataError(f"{has}: give the column of row names a name, too, and every row one field for each "
                            "column.")
        remedy = ", with a point before decimals" if self._form.separator == "," else ""
        raise DataError(f"{has}: give every row one field for each column{remedy}.")


class _Places:
    """Says where a row of a chunk of records stands."""

    def __init__(self, chunk: list[Record], before: int) -> None:
        self._lines = [line for line, _ in chunk]
        self._before = before

    def __call__(self, row: int) -> str:
        return f"row {self._before + row + 1} (line {self._lines[row]})"
