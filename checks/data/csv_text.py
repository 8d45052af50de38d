"""CSV text taken apart: first the separator is found, then the fields are read line by line."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from itertools import islice

from ..arithmetic.decimals import is_decimal
from ..output.messages import DataError

MAX_COLUMNS = 1000
MAX_CELLS = 1_500_000
"""The most fields that are read: more would take minutes in exact arithmetic, and much memory."""

_OTHER_SEPARATORS = {";": "semicolons", "\t": "tabs", "|": "vertical bars", " ": "blanks"}
_WRITTEN_SOMEHOW = re.compile(r"[+-]?\.?[0-9]+([.,'][0-9]+)*\.?([eE][+-]?[0-9]+)?")
_DECIMAL_COMMA = re.compile(r"[+-]?[0-9]*,[0-9]+")
_MISSING = {"", "na", "n/a", "n.a.", "#n/a", "<na>", "nan", "null", "nil", "none", "missing", "inf", "infinity"}
_NO_ENTRY = {"?", "-", "--", ".", "*", "#"}
_LOOKED_AT = 2**20
"""The separator is looked for in so many characters of the text."""


def is_missing(cell: str) -> bool:
    """Return whether a cell says that there is no finite number.

    >>> is_missing("-Inf"), is_missing(""), is_missing("x")
    (True, True, False)
    """
    return cell.lower().lstrip("+-") in _MISSING if cell.strip("+-") else not cell


def may_be_sample(row: list[str]) -> bool:
    """Return whether a row holds decimals and, besides them, only marks of missing numbers.

    >>> may_be_sample(["1", "?", "-2.5"]), may_be_sample(["2001", "2002", "y"]), may_be_sample(["-", "*"])
    (True, False, False)
    """
    numbers = [is_decimal(cell) for cell in row]
    return any(numbers) and all(number or is_missing(cell) or cell in _NO_ENTRY
                                for cell, number in zip(row, numbers, strict=True))


def records(text: str, name: str) -> Iterator[tuple[int, list[str]]]:
    """Yield each record as the number of its last line and its fields, stripped. Blank lines are skipped.

    Raises:
        DataError: something else than commas separates the fields, a quote is not closed, the text holds binary data,
            or it has more than `MAX_COLUMNS` columns or `MAX_CELLS` fields.

    >>> list(records("a,y\\n\\n1, 2\\n", "t.csv"))
    [(1, ['a', 'y']), (3, ['1', '2'])]
    >>> list(records("a;y\\n1,5;2\\n", "t.csv"))
    Traceback (most recent call last):
    flatcert.checks.output.messages.DataError: t.csv seems to be separated by ';' (semicolons), with decimal ...
    """
    if "\0" in text:
        raise DataError(f"{name} holds binary data: save the table as CSV in UTF-8.")
    _check_separator(text, name)
    reader = csv.reader(_short_lines(text, name), skipinitialspace=True, strict=True)
    cells = 0
    while True:
        try:
            row = next(reader, None)
        except csv.Error as error:
            what, remedy = str(error), "check the quotes there"
            if "field limit" in what:
                what, remedy = f"a field of more than {csv.field_size_limit()} characters", (
                    "close its quote, or shorten it")
            raise DataError(f"{name} is not well-formed CSV near line {reader.line_num} ({what}): {remedy}.") from None
        if row is None:
            return
        cells += len(row)
        if cells > MAX_CELLS:
            raise DataError(f"{name} has more than {MAX_CELLS} fields, which exact arithmetic takes too long for: "
                            "give fewer rows or columns.")
        if len(row) > 1 or "".join(row).strip():
            yield reader.line_num, [cell.strip() for cell in row]


def _short_lines(text: str, name: str) -> Iterator[str]:
    for number, line in enumerate(io.StringIO(text, newline=""), 1):
        if line.count(",") >= MAX_COLUMNS:
            raise DataError(f"Line {number} of {name} has {line.count(',')} commas, and at most {MAX_COLUMNS} columns "
                            "can be treated: choose fewer columns.")
        yield line


def _check_separator(text: str, name: str) -> None:
    """Refuse a text whose first two records make sense with another separator, but not with the comma."""
    by_commas = _first_records(text, ",")
    if _makes_sense(by_commas, commas=True):
        return
    found = {separator: _first_records(text, separator) for separator in _OTHER_SEPARATORS}
    likely = [separator for separator, first in found.items() if _makes_sense(first, commas=False)]
    if not likely and all(len(record) == 1 for record in by_commas):
        # There are no commas at all: a separator is likely if header and row have as many fields, even of text.
        likely = [separator for separator, first in found.items()
                  if all(len(record) > 1 for record in first) and len({*map(len, first)}) == 1
                  and (len(first) > 1 or separator != " ")]
    if likely:
        commas = any(_DECIMAL_COMMA.fullmatch(cell) for record in found[likely[0]] for cell in record)
        seems = f"{likely[0]!r} ({_OTHER_SEPARATORS[likely[0]]})" + ", with decimal commas" * commas
        raise DataError(f"{name} seems to be separated by {seems}: separate its fields by commas"
                        f"{' and write decimals with a point' if commas else ''}.")


def _first_records(text: str, separator: str) -> list[list[str]]:
    """The first two records that are not blank, read with the given separator."""
    if separator == " ":
        text = text[:_LOOKED_AT].replace("\t", " ")
    reader = csv.reader(io.StringIO(text[:_LOOKED_AT], newline=""), delimiter=separator,
                        skipinitialspace=separator != " ")
    found = ([cell.strip() for cell in row if separator != " " or cell.strip()] for row in reader)
    try:
        return [*islice((row for row in found if any(row)), 2)]
    except csv.Error:
        return []


def _makes_sense(first: list[list[str]], *, commas: bool) -> bool:
    """Return whether a header of several columns stands above as many numbers.

    R writes row names: they make one field more than the header has.
    """
    if len(first) < 2 or len(first[0]) < 2:
        return False
    header, row = first
    if not commas and len(row) == len(header) + 1:
        row = row[1:]
    if len(row) != len(header):
        return False
    if commas:
        return may_be_sample(row)
    numbers = [_WRITTEN_SOMEHOW.fullmatch(cell) for cell in row]
    return any(numbers) and all(number or is_missing(cell) for cell, number in zip(row, numbers, strict=True))
