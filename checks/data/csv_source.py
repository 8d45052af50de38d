"""A table that is CSV text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain, islice
from operator import itemgetter

from ..output import DataError, quoted
from .chunks import CELLS, Chunk
from .csv_text import Record, may_be_sample, records
from .reading import Reading, Tell
from .scaled import of_lines, of_texts
from .sniffing import LOOKED_AT, data_lines, form_of


class CsvSource:
    """CSV text, given by its lines. A first line that holds numbers only is refused as names, as it may be a sample."""

    def __init__(self, lines: Iterator[str], name: str, reading: Reading, tell: Tell) -> None:
        head = list(islice(lines, LOOKED_AT))
        self.name = name
        self._header = reading.header
        self._form = form_of(head, reading, name, tell)
        self._lines = data_lines(chain(head, lines), self._form, head, name, tell)
        self._line = 0
        """So many lines are read."""
        self._kept: list[Record] = []
        """The records that are read and are no names."""
        self.of_names = f"The first line of {name}"
        self.names = self._read_names(tell)

    def _read_names(self, tell: Tell) -> list[str]:
        """The names of the columns, from the first record if it holds them."""
        first = self._record()
        if first is None:
            raise DataError(f"{self.name} is empty: give a line of column names and at least two rows of numbers.")
        line, row = first
        names = [cell.strip() for cell in row]
        if not self._header:
            self._kept = [first]
            return [str(k) for k in range(1, len(names) + 1)]
        second = self._record()
        self._kept = [second] if second else []
        if second is not None and names[0].startswith("#") and not (
                len(second[1]) == len(names) and self._may_be_sample(second[1])):
            tell(f"Line {line} of {self.name} starts with '#' and is skipped as a comment.")
            return self._read_names(tell)
        if self._may_be_sample(names):
            raise DataError(f"The first line of {self.name} holds numbers and no names: give --no-header if it is a "
                            "sample (in Python header=False; the columns are then called 1, 2, ...), or names that are "
                            "no numbers.")
        return names

    def _may_be_sample(self, row: list[str]) -> bool:
        return may_be_sample([cell.strip() for cell in row], comma=self._form.comma)

    def _record(self) -> Record | None:
        """The next record."""
        if self._kept:
            return self._kept.pop(0)
        found = next(records(self._lines, self._form.separator, self.name, self._line), None)
        self._line = self._line if found is None else found[0]
        return found

    def chunks(self, used: Sequence[int]) -> Iterator[Chunk]:
        """Yield the rows of the columns with these indices.

        Lines without quotes are not taken apart: their text, with a line end in place of each separator, has all cells.
        """
        size = max(1, CELLS // len(self.names))
        separator, every = self._form.separator, list(used) == list(range(len(self.names)))
        rows = 0
        for chunk in self._of_records(iter(self._kept), used, 0, size):
            yield chunk
            rows += len(self._kept)
        while lines := list(islice(self._lines, size)):
            text = "".join(lines)
            if '"' in text:
                rest = records(chain(lines, self._lines), separator, self.name, self._line)
                yield from self._of_records(rest, used, rows, size)
                return
            if every and separator != " " and all(line.count(separator) == len(used) - 1 for line in lines):
                text = text.replace("\r\n", "\n").replace("\r", "\n").replace(separator, "\n")
                text += "\n" * (not text.endswith("\n"))
                numbers = range(self._line + 1, self._line + 1 + len(lines))
                yield Chunk(of_lines(text, len(used), comma=self._form.comma), _Places(numbers, rows))
                rows += len(lines)
            else:
                for chunk in self._of_records(records(lines, separator, self.name, self._line), used, rows, size):
                    yield chunk
                    rows += len(chunk.columns[0].values)
            self._line += len(lines)

    def _of_records(
        self, found: Iterator[Record], used: Sequence[int], before: int, size: int
    ) -> Iterator[Chunk]:
        pick = itemgetter(*used) if len(used) > 1 else lambda row: (row[used[0]],)
        while chunk := list(islice(found, size)):
            for i, record in enumerate(chunk, 1):
                if len(record[1]) != len(self.names):
                    self._refuse_length(record, before + i)
            cells = list(chain.from_iterable(pick(row) for _, row in chunk))
            yield Chunk(of_texts(cells, len(used), comma=self._form.comma),
                        _Places([line for line, _ in chunk], before))
            before += len(chunk)

    def _refuse_length(self, record: Record, number: int) -> None:
        line, row = record
        which = f"Row {number} (line {line}) of {self.name}"
        if row[0].startswith("#"):
            raise DataError(f"{which} starts with '#': remove lines of comment.")
        has = (f"{which} has {len(row)} fields and the {'header' if self._header else 'first row'} "
               f"{len(self.names)}")
        if len(row) == len(self.names) + 1 and not row[-1].strip():
            last = "comma" if self._form.separator == "," else quoted(self._form.separator)
            raise DataError(f"{has}: remove the {last} at the end of the line.")
        if len(row) == len(self.names) + 1 and self._header and number == 1:
            raise DataError(f"{has}: give the column of row names a name, too, and every row one field for each "
                            "column.")
        remedy = ", with a point before decimals" if self._form.separator == "," else ""
        raise DataError(f"{has}: give every row one field for each column{remedy}.")


class _Places:
    """Says where a row of a chunk stands, of which the line numbers and the number of rows before it are given."""

    def __init__(self, lines: Sequence[int], before: int) -> None:
        self._lines, self._before = lines, before

    def __call__(self, row: int) -> str:
        return f"row {self._before + row + 1} (line {self._lines[row]})"
