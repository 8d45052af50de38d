"""Tables of numbers, read exactly: a number is the decimal that the CSV file holds.

Every bad input ends in one sentence (`DataError`) that says what is wrong and what to do.
"""

from __future__ import annotations

import csv
import io
import os
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import islice
from pathlib import Path

from flint import fmpq, fmpz

from ..numeric.scalars import Array, object_array

_NUMBER = re.compile(r"([+-]?)([0-9]*)(?:\.([0-9]*))?(?:[eE]([+-]?[0-9]+))?")
# Results are printed in float64 and hold squares; this also keeps 1e999999999 from being expanded.
_PLACES = 150
_MISSING = {"na", "n/a", "#n/a", "nan", "null", "none", "inf", "infinity"}
_SHOWN_NAMES = 20


class DataError(ValueError):
    """The input cannot be used; the message is one sentence with the cause and the remedy."""


@dataclass(frozen=True, eq=False)
class Table:
    """A regression problem as read: ``X`` of shape ``(n, d)`` and ``y`` ``(n,)``, exact ``fmpq``."""

    features: tuple[str, ...]
    target: str
    X: Array
    y: Array


def read_table(
    path: str | os.PathLike[str], target: str, *, center: bool = False, standardize: bool = False
) -> Table:
    """Read a CSV file (UTF-8, commas, one line of column names); see `parse_table`.

    Raises:
        DataError: the file cannot be read, or is no table of numbers with that target.
    """
    name = repr(os.fspath(path))
    try:
        text = Path(path).read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        raise DataError(f"There is no file {name}: check the path.") from None
    except IsADirectoryError:
        raise DataError(f"{name} is a directory: name the CSV file inside it.") from None
    except UnicodeDecodeError:
        raise DataError(f"{name} is not UTF-8 text: save the table as CSV in UTF-8.") from None
    except OSError as error:
        raise DataError(f"{name} cannot be read ({error.strerror}): check path and permissions.") from None
    return parse_table(text, target, center=center, standardize=standardize, name=name)


def parse_table(
    text: str, target: str, *, center: bool = False, standardize: bool = False, name: str = "table.csv"
) -> Table:
    """Read CSV text; the columns other than the target are the features, in their order.

    ``center`` subtracts the exact mean of every column, target included. ``standardize``
    does so and divides by the population standard deviation (``1/n``), rounded to 53
    significant bits as it is irrational in general: the scaled numbers are exact by that
    definition, and their variance is 1 up to about 1e-16. ``name`` is for messages.

    Raises:
        DataError: the text is no table of numbers with that target, or the target is zero.

    >>> table = parse_table("height,y,mass\\n1,0.1,-2\\n3,2e-1,.5\\n", "y")
    >>> table.features
    ('height', 'mass')
    >>> table.X
    array([[1, -2],
           [3, 1/2]], dtype=object)
    >>> table.y
    array([1/10, 1/5], dtype=object)
    >>> parse_table("a,y\\n1,2\\n3,x\\n", "y")
    Traceback (most recent call last):
    flatcert.checks.data.DataError: 'x' in row 2 (line 3), column 'y' of table.csv is no number: write ...
    """
    header, rows = _records(text, name)
    target = target.strip()
    _check_header(header, target, name)
    columns: dict[str, list[fmpq]] = {column: [] for column in header}
    for i, (line, row) in enumerate(rows, 1):
        if len(row) != len(header):
            raise DataError(
                f"Row {i} (line {line}) of {name} has {len(row)} fields and the header {len(header)}: "
                "give every row one field for each column."
            )
        for column, cell in zip(header, row, strict=True):
            where = f"row {i} (line {line}), column {_quote(column)} of {name}"
            columns[column].append(_number(cell.strip(), where))
    count = len(columns[target])
    if count < 2:
        raise DataError(f"{name} has {'one row' if count else 'no row'} of numbers: give at least two.")
    if not any(columns[target]):
        raise DataError(f"The target {_quote(target)} is zero in every row of {name}: choose another target.")
    if center or standardize:
        columns = {column: _centered(values) for column, values in columns.items()}
        if not any(columns[target]):
            raise DataError(
                f"The target {_quote(target)} of {name} is constant, so it is zero once centred: "
                "choose another target or do not centre."
            )
    if standardize:
        columns = {column: _scaled(values, column, name) for column, values in columns.items()}
    y = object_array(columns.pop(target), (count,))
    X = object_array([x for row in zip(*columns.values(), strict=True) for x in row], (count, len(columns)))
    return Table(tuple(columns), target, X, y)


def _quote(text: str) -> str:
    """The text in quotes on one line, cut to a length that fits a sentence."""
    return repr(text if len(text) <= 100 else text[:97] + "...")


def _records(text: str, name: str) -> tuple[list[str], list[tuple[int, list[str]]]]:
    """The header and the other records with their line numbers; blank lines are skipped."""
    if "\0" in text:
        raise DataError(f"{name} holds binary data: save the table as CSV in UTF-8.")
    reader = csv.reader(io.StringIO(text, newline=""), skipinitialspace=True, strict=True)
    try:
        records = [(reader.line_num, row) for row in reader if len(row) > 1 or "".join(row).strip()]
    except csv.Error as error:
        raise DataError(
            f"{name} is not well-formed CSV near line {reader.line_num} ({error}): check the quotes there."
        ) from None
    if not records:
        raise DataError(f"{name} is empty: give a line of column names and one line for each sample.")
    return [cell.strip() for cell in records[0][1]], records[1:]


def _check_header(header: list[str], target: str, name: str) -> None:
    if len(header) == 1 and (separator := next((s for s in ";\t|" if s in header[0]), "")):
        raise DataError(f"{name} seems to be separated by {separator!r}: separate its fields by commas.")
    if "" in header:
        raise DataError(
            f"Column {header.index('') + 1} of {name} has no name in the first line: "
            "name it, or remove it if it is an index."
        )
    column, times = Counter(header).most_common(1)[0]
    if times > 1:
        raise DataError(
            f"The first line of {name} names {_quote(column)} {times} times: give each column its own name."
        )
    if target not in header:
        raise DataError(
            f"The first line of {name} names no column {_quote(target)}: "
            f"choose from {', '.join(_nearest(target, header))}."
        )
    if len(header) == 1:
        raise DataError(f"{name} has no column but the target {_quote(target)}: add a feature column.")


def _nearest(target: str, header: list[str]) -> Iterator[str]:
    """The column names, nearest match first, and how many are left out."""

    def similarity(column: str) -> float:
        return SequenceMatcher(None, column.lower(), target.lower()).ratio()

    yield from map(_quote, islice(sorted(header, key=similarity, reverse=True), _SHOWN_NAMES))
    if len(header) > _SHOWN_NAMES:
        yield f"or {len(header) - _SHOWN_NAMES} more"


def _number(cell: str, where: str) -> fmpq:
    """The exact value of a decimal such as ``-12.5`` or ``1e-3``."""
    match = _NUMBER.fullmatch(cell)
    if match is None or not (match[2] or match[3]):
        if not cell or cell.lower().lstrip("+-") in _MISSING:
            content = cell or "empty"
            raise DataError(f"The cell in {where} is {content}: fill in a finite number or remove the row.")
        raise DataError(
            f"{_quote(cell)} in {where} is no number: write it as a decimal such as -1.5 or 2e-3, "
            "or remove the column if it holds text."
        )
    sign, whole, fraction, exponent = match[1], match[2], match[3] or "", match[4] or "0"
    shift = _PLACES + 1 if len(exponent) > 5 else int(exponent) - len(fraction)
    if abs(shift) > _PLACES or len(whole + fraction) + shift > _PLACES:
        raise DataError(
            f"{_quote(cell)} in {where} is out of range: rescale the column so that each number "
            f"has at most {_PLACES} digits before and {_PLACES} after the decimal point."
        )
    digits = int(sign + whole + fraction)
    return fmpq(digits, 10**-shift) if shift < 0 else fmpq(digits * 10**shift)


def _centered(values: list[fmpq]) -> list[fmpq]:
    mean = sum(values, fmpq(0)) / len(values)
    return [value - mean for value in values]


def _scaled(values: list[fmpq], column: str, name: str) -> list[fmpq]:
    """Centred values over their standard deviation."""
    variance = sum((value * value for value in values), fmpq(0)) / len(values)
    if variance == 0:
        raise DataError(
            f"Column {_quote(column)} of {name} is constant and cannot be standardized: "
            "remove it, or centre only."
        )
    deviation = _root(variance)
    return [value / deviation for value in values]


def _root(square: fmpq) -> fmpq:
    """The square root of a positive rational to 53 significant bits, rounded to nearest.

    >>> _root(fmpq(9, 4))
    3/2
    >>> _root(fmpq(2)) == fmpq(*(2**0.5).as_integer_ratio())
    True
    """
    numerator, denominator = int(square.p), int(square.q)
    # 2^107 < 4^shift * square < 2^110, so its root has 54 or 55 bits before the point.
    shift = 54 - (numerator.bit_length() - denominator.bit_length()) // 2
    scaled = square * fmpq(4) ** shift
    root = int(fmpz(scaled.floor()).isqrt())
    extra = root.bit_length() - 53
    quotient = (root + (1 << extra - 1)) >> extra
    return fmpq(quotient << extra) / fmpq(2) ** shift
