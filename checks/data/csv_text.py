"""CSV text taken apart line by line into fields, and what a field may be."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator

from ..arithmetic.decimals import is_decimal
from ..output import DataError

MAX_COLUMNS = 1000

_INFINITE = {"inf", "infinity"}
_MISSING = {"", "na", "n/a", "n.a.", "#n/a", "<na>", "nan", "null", "nil", "none", "nat", "missing"}
_NO_ENTRY = {"?", "-", "--", ".", "*", "#"}
DECIMAL_COMMA = re.compile(r"[+-]?[0-9]*,[0-9]+([eE][+-]?[0-9]+)?")

Record = tuple[int, list[str]]
"""The number of the last line of a record, and its fields."""


def is_missing(cell: str) -> bool:
    """Return whether a cell says that there is no finite number.

    >>> is_missing("-Inf"), is_missing(""), is_missing("x")
    (True, True, False)
    """
    return cell.lower().lstrip("+-") in _MISSING | _INFINITE if cell.strip("+-") else not cell


def has_no_entry(cell: str) -> bool:
    """Return whether a cell says that a number is missing, which an infinite number does not.

    >>> has_no_entry("NaN"), has_no_entry("?"), has_no_entry("-inf"), has_no_entry("x")
    (True, True, False, False)
    """
    return cell in _NO_ENTRY or (is_missing(cell) and cell.lower().lstrip("+-") not in _INFINITE)


def may_be_sample(row: list[str], *, comma: bool = False) -> bool:
    """Return whether a row holds decimals and, besides them, only marks of missing numbers.

    >>> may_be_sample(["1", "?", "-2.5"]), may_be_sample(["2001", "2002", "y"]), may_be_sample(["-", "*"])
    (True, False, False)
    >>> may_be_sample(["1,5"]), may_be_sample(["1,5"], comma=True)
    (False, True)
    """
    numbers = [is_decimal(cell) or (comma and bool(DECIMAL_COMMA.fullmatch(cell))) for cell in row]
    return any(numbers) and all(number or is_missing(cell) or cell in _NO_ENTRY
                                for cell, number in zip(row, numbers, strict=True))


def records(lines: Iterable[str], separator: str, name: str, before: int = 0) -> Iterator[Record]:
    """Yield each record. Blank lines are skipped, and a blank separates as any number of blanks and tabs does.

    ``before`` is the number of lines that stand before these.

    Raises:
        DataError: a quote is not closed, or there are more than `MAX_COLUMNS` columns.

    >>> list(records(["a,y\\n", "\\n", "1, 2\\n"], ",", "t.csv"))
    [(1, ['a', 'y']), (3, ['1', '2'])]
    >>> list(records([" a\\t y\\n"], " ", "t.csv"))
    [(1, ['a', 'y'])]
    """
    blanks = separator == " "
    reader = csv.reader(_short_lines(lines, separator, name, before), delimiter=separator, skipinitialspace=not blanks,
                        strict=True)
    while True:
        try:
            row = next(reader, None)
        except csv.Error as error:
            what, remedy = str(error), "check the quotes there"
            if "field limit" in what:
                what, remedy = f"a field of more than {csv.field_size_limit()} characters", (
                    "close its quote, or shorten it")
            line = before + reader.line_num
            raise DataError(f"{name} is not well-formed CSV near line {line} ({what}): {remedy}.") from None
        if row is None:
            return
        if blanks:
            row = [cell for cell in row if cell.strip()]
        if len(row) > 1 or "".join(row).strip():
            yield before + reader.line_num, row


def _short_lines(lines: Iterable[str], separator: str, name: str, before: int) -> Iterator[str]:
    for number, line in enumerate(lines, before + 1):
        text = line.replace("\t", " ") if separator == " " else line
        if text.count(separator) >= MAX_COLUMNS:
            fields = len(text.split()) if separator == " " else text.count(separator) + 1
            if fields > MAX_COLUMNS:
                raise DataError(f"Line {number} of {name} has {fields} fields, and at most {MAX_COLUMNS} columns "
                                "can be treated: choose fewer columns.")
        yield text
