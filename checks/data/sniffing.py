"""What a CSV file does not say of itself: the separator, the sign before decimals, and which lines are comments."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice

from ..arithmetic.decimals import is_decimal
from ..output import DataError
from .csv_text import DECIMAL_COMMA, Record, is_missing, may_be_sample, records
from .reading import Reading, Tell

LOOKED_AT = 1000
"""So many lines are looked at."""
_OTHER_SEPARATORS = {";": "semicolons", "\t": "tabs", "|": "vertical bars", " ": "blanks"}
_WRITTEN_SOMEHOW = re.compile(r"[+-]?\.?[0-9]+([.,'][0-9]+)*\.?([eE][+-]?[0-9]+)?")
_THOUSANDS = re.compile(r"[+-]?[0-9]{1,3}(,[0-9]{3})+")
_OF_EXCEL = re.compile(r'"?sep=(.)"?\s*')


@dataclass(frozen=True)
class Form:
    """How a text is taken apart: by which separator, and whether decimals have a comma."""

    separator: str
    comma: bool


def form_of(head: Sequence[str], reading: Reading, name: str, tell: Tell) -> Form:
    """The form of a text that begins with these lines. What is neither usual nor given is told.

    Raises:
        DataError: several separators are likely, or commas may stand before decimals or between thousands.

    >>> form_of(["a;y\\n", "1,5;2\\n"], Reading(), "t.csv", print)
    t.csv is read as separated by ';' (semicolons).
    t.csv is read with decimal commas.
    Form(separator=';', comma=True)
    """
    body = [line for line in head if not line.startswith("#")] or list(head)
    separator = reading.sep or _separator(body, name)
    if reading.sep is None and separator != ",":
        called = _OTHER_SEPARATORS.get(separator, "as its line sep= says")
        tell(f"{name} is read as separated by {separator!r} ({called}).")
    comma = reading.decimal == ","
    if reading.decimal is None and _decimal_commas(body, separator, name):
        tell(f"{name} is read with decimal commas.")
        comma = True
    return Form(separator, comma)


def data_lines(lines: Iterator[str], form: Form, head: Sequence[str], name: str, tell: Tell) -> Iterator[str]:
    """Yield the lines, with a blank one in place of each comment: it starts with # and is too short or too long.

    The line ``sep=`` of Excel counts as a comment.
    """
    sizes = Counter(len(_fields(line, form.separator)) for line in head if not line.startswith("#") and line.strip())
    expected = sizes.most_common(1)[0][0] if sizes else 0
    skipped, first = 0, 0
    for number, line in enumerate(lines, 1):
        if number == 1 and _OF_EXCEL.fullmatch(line):
            yield "\n"
        elif line.startswith("#") and len(_fields(line, form.separator)) != expected:
            skipped, first = skipped + 1, first or number
            yield "\n"
        else:
            yield line
    if skipped:
        tell(f"Line {first} of {name} starts with '#' and is skipped as a comment" + (
            f", and so are {skipped - 1} more." if skipped > 1 else "."))


def _fields(line: str, separator: str) -> list[str]:
    found: list[Record] = []
    try:
        found = list(records([line], separator, ""))
    except DataError:  # quotes in a comment mean nothing
        return line.split(separator)
    return found[0][1] if found else []


def _separator(body: Sequence[str], name: str) -> str:
    if body and (said := _OF_EXCEL.fullmatch(body[0])):
        return said[1]
    by_commas = _first_records(body, ",")
    if _makes_sense(by_commas, commas=True):
        return ","
    found = {separator: _first_records(body, separator) for separator in _OTHER_SEPARATORS}
    likely = [separator for separator, first in found.items() if _makes_sense(first, commas=False)]
    if not likely and not _of_one_length(by_commas, ","):
        # There may be text beside numbers: a separator is likely if header and row have as many fields.
        likely = [separator for separator, first in found.items() if _of_one_length(first, separator)]
    likely = [separator for separator in likely if separator != " "] or likely
    if len(likely) > 1:
        raise DataError(f"{name} may be separated by {' or '.join(map(repr, likely))}: name the separator by --sep.")
    return likely[0] if likely else ","


def _first_records(body: Sequence[str], separator: str) -> list[list[str]]:
    """The first two records, as far as they are well-formed."""
    try:
        return [[cell.strip() for cell in row] for _, row in islice(records(body, separator, ""), 2)]
    except DataError:
        return []


def _of_one_length(first: list[list[str]], separator: str) -> bool:
    """Return whether all records have as many fields, and more than one."""
    lengths = {len(record) for record in first}
    return len(lengths) == 1 and lengths != {1} and (len(first) > 1 or separator != " ")


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
        return may_be_sample(row, comma=True)
    numbers = [_WRITTEN_SOMEHOW.fullmatch(cell) for cell in row]
    return any(numbers) and all(number or is_missing(cell) for cell, number in zip(row, numbers, strict=True))


def _decimal_commas(body: Sequence[str], separator: str, name: str) -> bool:
    """Return whether numbers have commas where others would have points.

    Raises:
        DataError: each comma may as well stand between thousands.
    """
    try:
        cells = [cell.strip() for cell in chain.from_iterable(row for _, row in records(body, separator, ""))]
    except DataError:  # it is raised again where the table is read
        return False
    commas = [cell for cell in cells if DECIMAL_COMMA.fullmatch(cell) or _THOUSANDS.fullmatch(cell)]
    if not commas or any("." in cell and is_decimal(cell) for cell in cells):
        return False
    if all(map(_THOUSANDS.fullmatch, commas)):
        raise DataError(f"{commas[0]!r} in {name} may be {commas[0].replace(',', '.', 1)} or "
                        f"{commas[0].replace(',', '')}: give --decimal ',' if commas stand before decimals, or take "
                        "out those between thousands.")
    return all(map(DECIMAL_COMMA.fullmatch, commas))
