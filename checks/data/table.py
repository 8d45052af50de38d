"""Tables of numbers, read exactly: a number is the decimal that the CSV file holds.

Every bad input is refused in one sentence (`DataError`) that says what is wrong and what to do.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import chain, islice

from flint import fmpq, fmpz

from ...numeric.linalg.scalars import Array, object_array
from ..arithmetic.decimals import PLACES, decimal
from ..output import DataError, quoted
from .csv_text import is_missing, may_be_sample, records
from .text_files import read_text

_SHOWN_NAMES = 20


@dataclass(frozen=True, eq=False)
class Table:
    """A regression problem as it was read: ``X`` ``(n, d)`` and ``y`` ``(n,)`` hold exact ``fmpq``."""

    features: tuple[str, ...]
    target: str
    X: Array
    y: Array


def read_table(
    path: str | os.PathLike[str], target: str, *, header: bool = True, center: bool = False, standardize: bool = False
) -> Table:
    """Read a CSV file (UTF-8, at most 32 MB, commas, one line of column names); see `parse_table`.

    Raises:
        DataError: the file cannot be read, or it is no table of numbers with that target.
    """
    return parse_table(read_text(path), target, header=header, center=center, standardize=standardize,
                       name=quoted(os.fspath(path)))


def parse_table(
    text: str, target: str, *, header: bool = True, center: bool = False, standardize: bool = False,
    name: str = "table.csv",
) -> Table:
    """Read CSV text. The columns other than the target are the features, in their order.

    Without ``header`` the first line is a sample like the others, and the columns are called ``1``, ``2``, ... With
    ``header`` a first line that holds numbers only is refused, as it may be a sample.
    ``center`` subtracts the exact mean of every column, the target's too. ``standardize`` centres and divides by the
    population standard deviation (``1/n``), which is rounded to 53 significant bits as it is irrational in general.
    The scaled numbers are exact by that definition, and their variance is 1 up to about 1e-16. ``name`` is what
    messages call the text.

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
    >>> parse_table("1,2\\n3,5\\n", "2", header=False).y
    array([2, 5], dtype=object)
    >>> parse_table("a,y\\n1,2\\n3,x\\n", "y")
    Traceback (most recent call last):
    flatcert.checks.output.messages.DataError: 'x' in row 2 (line 3), column 'y' of table.csv is no number: write ...
    """
    names, rows = _header(text, header, name)
    target = target.strip()
    _check_target(names, target, name, header)
    columns: dict[str, list[fmpq]] = {column: [] for column in names}
    for i, (line, row) in enumerate(rows, 1):
        _check_length(row, len(names), f"Row {i} (line {line}) of {name}", "header" if header else "first row")
        for column, cell in zip(names, row, strict=True):
            try:
                columns[column].append(decimal(cell))
            except (ValueError, OverflowError) as error:
                refused = _refusal(cell, f"row {i} (line {line}), column {quoted(column)} of {name}",
                                   isinstance(error, OverflowError), not header and i == 1)
                raise refused from None
    count = len(columns[target])
    if count < 2:
        raise DataError(f"{name} has {'one row' if count else 'no row'} of numbers: give at least two.")
    if not any(columns[target]):
        raise DataError(f"The target {quoted(target)} is zero in every row of {name}: choose another target.")
    if center or standardize:
        columns = {column: _centered(values) for column, values in columns.items()}
        if not any(columns[target]):
            raise DataError(f"The target {quoted(target)} of {name} is constant, so it is zero once centred: "
                            "choose another target or do not centre.")
    if standardize:
        columns = {column: _scaled(values, column, name) for column, values in columns.items()}
    y = object_array(columns.pop(target), (count,))
    X = object_array([x for row in zip(*columns.values(), strict=True) for x in row], (count, len(columns)))
    return Table(tuple(columns), target, X, y)


def _header(text: str, header: bool, name: str) -> tuple[list[str], Iterator[tuple[int, list[str]]]]:
    """The checked names of the columns, and the records with their line numbers."""
    found = records(text, name)
    first = next(found, None)
    if first is None:
        raise DataError(f"{name} is empty: give a line of column names and one line for each sample.")
    line, names = first
    if not header:
        return [str(column) for column in range(1, len(names) + 1)], chain([first], found)
    second = next(found, None)
    rows = found if second is None else chain([second], found)
    if names[0].startswith("#") and second is not None and len(second[1]) != len(names):
        raise DataError(f"Line {line} of {name} starts with '#': remove lines of comment, and '#' before the names.")
    if may_be_sample(names):
        raise DataError(f"The first line of {name} holds numbers and no names: give --no-header if it is a sample (in "
                        "Python header=False; the columns are then called 1, 2, ...), or names that are no numbers.")
    if "" in names:
        raise DataError(f"Column {names.index('') + 1} of {name} has no name in the first line: "
                        "name it, or remove it if it is an index or a comma too many.")
    column, times = Counter(names).most_common(1)[0]
    if times > 1:
        raise DataError(f"The first line of {name} names {quoted(column)} {times} times: "
                        "give each column its own name.")
    return names, rows


def _check_target(names: list[str], target: str, name: str, header: bool) -> None:
    if target not in names and not header:
        raise DataError(f"{name} is read without names, so that its columns are called 1 to {len(names)}, "
                        f"and none {quoted(target)}: choose one of these numbers.")
    if target not in names:
        raise DataError(f"The first line of {name} names no column {quoted(target)}: "
                        f"choose from {', '.join(_nearest(target, names))}.")
    if len(names) == 1:
        raise DataError(f"{name} has no column but the target {quoted(target)}: add a feature column.")


def _nearest(target: str, names: list[str]) -> Iterator[str]:
    """Yield the names of the columns, the nearest match first, and how many are left out."""

    def similarity(column: str) -> float:
        return SequenceMatcher(None, column[:100].lower(), target[:100].lower()).ratio()

    yield from map(quoted, islice(sorted(names, key=similarity, reverse=True), _SHOWN_NAMES))
    if len(names) > _SHOWN_NAMES:
        yield f"or {len(names) - _SHOWN_NAMES} more"


def _check_length(row: list[str], expected: int, which: str, first: str) -> None:
    if len(row) == expected:
        return
    if row[0].startswith("#"):
        raise DataError(f"{which} starts with '#': remove lines of comment.")
    has = f"{which} has {len(row)} fields and the {first} {expected}"
    if len(row) == expected + 1 and not row[-1]:
        raise DataError(f"{has}: remove the comma at the end of the line.")
    raise DataError(f"{has}: give every row one field for each column, with a point before decimals.")


def _refusal(cell: str, where: str, out_of_range: bool, may_be_names: bool) -> DataError:
    """The refusal of a cell that is no number, or none that can be used."""
    if out_of_range:
        return DataError(f"{quoted(cell)} in {where} is out of range: rescale the column, or round it, so that each "
                         f"number has at most {PLACES} digits before and {PLACES} after the decimal point.")
    if is_missing(cell):
        return DataError(f"The cell in {where} is {cell or 'empty'}: fill in a finite number or remove the row.")
    if may_be_names:
        return DataError(f"{quoted(cell)} in {where} is no number: leave out --no-header (in Python header=False) if "
                         "the first line holds names.")
    commas = ", with a point and nothing between thousands" if "," in cell else ""
    return DataError(f"{quoted(cell)} in {where} is no number: write it as a decimal such as -1.5 or 2e-3{commas}, "
                     "or remove the row or the column if it holds text.")


def _centered(values: list[fmpq]) -> list[fmpq]:
    mean = sum(values, fmpq(0)) / len(values)
    return [value - mean for value in values]


def _scaled(values: list[fmpq], column: str, name: str) -> list[fmpq]:
    """The centred values, divided by their standard deviation."""
    variance = sum((value * value for value in values), fmpq(0)) / len(values)
    if variance == 0:
        raise DataError(f"Column {quoted(column)} of {name} is constant and cannot be standardized: "
                        "remove it, or centre only.")
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
