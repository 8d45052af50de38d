"""CSV text taken apart: the separator is looked for first, then come the fields, line by line."""

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
"""More numbers than that take minutes in exact arithmetic, and more memory than one would think."""

_OTHER_SEPARATORS = {";": "semicolons", "\t": "tabs", "|": "vertical bars", " ": "blanks"}
_WRITTEN_SOMEHOW = re.compile(r"[+-]?\.?[0-9]+([.,'][0-9]+)*\.?([eE][+-]?[0-9]+)?")
_DECIMAL_COMMA = re.compile(r"[+-]?[0-9]*,[0-9]+")
_MISSING = {"", "na", "n/a", "n.a.", "#n/a", "<na>", "nan", "null", "nil", "none", "missing", "inf", "infinity"}
_NO_ENTRY = {"?", "-", "--", ".", "*", "#"}
_LOOKED_AT = 2**20
"""Characters of the text in which the separator is looked for."""


def is_missing(cell: str) -> bool:
    """Whether a cell says that there is no finite number.

    >>> is_missing("-Inf"), is_missing(""), is_missing("x")
    (True, True, False)
    """
    return cell.lower().lstrip("+-") in _MISSING if cell.strip("+-") else not cell


def may_be_sample(row: list[str]) -> bool:
    """Whether a row holds decimals and, besides, only what stands for a number that is missing.

    >>> may_be_sample(["1", "?", "-2.5"]), may_be_sample(["2001", "2002", "y"]), may_be_sample(["-", "*"])
    (True, False, False)
    """
    numbers = [is_decimal(cell) for cell in row]
    return any(numbers) and all(number or is_missing(cell) or cell in _NO_ENTRY
                                for cell, number in zip(row, numbers, strict=True))


def records(text: str, name: str) -> Iterator[tuple[int, list[str]]]:
    """The records with the numbers of their (last) lines, fields stripped; blank lines are skipped.

    Raises:
        DataError: the fields are separated by something else than commas, quotes are not closed, the text holds binary
            data, or more than `MAX_COLUMNS` columns or `MAX_CELLS` fields.

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
            if "field limit" in str(error):
                raise DataError(f"{name} is not well-formed CSV near line {reader.line_num} (a field of more than "
                                f"{csv.field_size_limit()} characters): close its quote, or shorten it.") from None
            raise DataError(f"{name} is not well-formed CSV near line {reader.line_num} ({error}): "
                            "check the quotes there.") from None
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
    """Refuse a text whose first two records make sense with another separator than the comma, and not with that."""
    by_commas = _first_records(text, ",")
    if _makes_sense(by_commas, commas=True):
        return
    found = {separator: _first_records(text, separator) for separator in _OTHER_SEPARATORS}
    likely = [separator for separator, first in found.items() if _makes_sense(first, commas=False)]
    if not likely and all(len(record) == 1 for record in by_commas):
        # No commas at all: then what separates header and row into as many fields, be they text.
        likely = [separator for separator, first in found.items()
                  if all(len(record) > 1 for record in first) and len({*map(len, first)}) == 1
                  and (len(first) > 1 or separator != " ")]
    if likely:
        commas = any(_DECIMAL_COMMA.fullmatch(cell) for record in found[likely[0]] for cell in record)
        raise DataError(
            f"{name} seems to be separated by {likely[0]!r} ({_OTHER_SEPARATORS[likely[0]]})"
            f"{', with decimal commas' if commas else ''}: separate its fields by commas"
            f"{' and write decimals with a point' if commas else ''}.")


def _first_records(text: str, separator: str) -> list[list[str]]:
    """The first two records that are not blank, if the text were separated so."""
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
    """Whether there are several columns, and as many numbers below; row names of R are one field more."""
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
