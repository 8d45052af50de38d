"""Tables of numbers, read exactly into their second moments, which are all that least squares asks of them.

Every bad input is refused in one sentence (`DataError`) that says what is wrong and what to do.
"""

from __future__ import annotations

import io
import logging
import os
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cached_property
from itertools import islice
from typing import Any

from flint import fmpq, fmpz

from ...numeric.linalg.scalars import object_array
from ...numeric.network.problem import RegressionProblem
from ..arithmetic.decimals import PLACES, is_decimal
from ..output import DataError, quoted
from .chunks import Chunk, Source
from .csv_source import CsvSource
from .csv_text import has_no_entry, is_missing
from .files import file_source
from .frames import FrameSource, columns_of
from .moments import Moments, Sums
from .reading import Progress, Reading, Tell

_SHOWN_NAMES = 20
_SHOWN_ROWS = 5


@dataclass(frozen=True, eq=False)
class Table:
    """A regression problem as it was read. ``moments`` are those of the features, in order, and then of the target."""

    features: tuple[str, ...]
    target: str
    moments: Moments

    @property
    def samples(self) -> int:
        """The number ``n`` of rows."""
        return self.moments.count

    @cached_property
    def problem(self) -> RegressionProblem:
        """The exact problem. ``w*`` is found when it is first asked for."""
        products = self.moments.products
        return RegressionProblem.from_moments(products[:-1, :-1], products[:-1, -1], products[-1, -1], self.samples)


def _log(sentence: str) -> None:
    logging.getLogger("flatcert").warning(sentence)


def _silent(done: float, total: float) -> None:
    """Show no progress."""


def read_table(
    source: Any, target: str, *, header: bool = True, sep: str | None = None, decimal: str | None = None,
    encoding: str | None = None, missing: str = "refuse", columns: Sequence[str] | None = None, center: bool = False,
    standardize: bool = False,
) -> Table:
    """Read a table: a file, a data frame of pandas or polars, or a mapping of names to columns.

    Files are CSV text, plain or compressed by gzip, .npz and Parquet. A number is the decimal that is written; a float
    is the dyadic number that it is. The columns other than the target are the features, in their order, or those of
    ``columns``. Without ``header`` the first line is a sample, and the columns are called ``1``, ``2``, ...

    ``sep``, ``decimal`` and ``encoding`` are about text. What is not given is found out where it is unambiguous, and
    then said by the logger ``flatcert``. With ``missing="drop"`` rows that lack a number are left out, which is said,
    too; otherwise they are refused. ``center`` subtracts the exact mean of every column, the target's too.
    ``standardize`` centres and divides by the population standard deviation (``1/n``), which is rounded to 53
    significant bits as it is irrational in general.

    Raises:
        DataError: the file cannot be read, it is no table of numbers with that target, or the target is zero.

    >>> from fractions import Fraction
    >>> table = read_table({"a": ["0.5", "1.5"], "y": [1, 2]}, "y")
    >>> table.features, table.samples, table.problem.covariance, table.problem.regressor
    (('a',), 2, array([[5/4]], dtype=object), array([7/5], dtype=object))
    """
    reading = Reading(header, sep, decimal, encoding, missing, None if columns is None else tuple(columns), center,
                      standardize)
    return read_source(source, target, reading, _log, _silent)


def read_source(source: Any, target: str, reading: Reading, tell: Tell, progress: Progress = _silent) -> Table:
    """Read a table as `read_table` does, by given options. What was found out is told."""
    if isinstance(source, (str, os.PathLike)):
        with file_source(source, reading, tell, progress) as found:
            return _table(found, target, reading, tell)
    if (frame := columns_of(source)) is None:
        raise DataError(f"A table cannot be read from a {type(source).__name__}: give a path, a data frame or a dict "
                        "of columns.")
    return _table(FrameSource(frame, "the table", tell), target, reading, tell)


def parse_table(text: str, target: str, name: str = "table.csv", tell: Tell = _log, **options: Any) -> Table:
    """Read CSV text as `read_table` does, with its options. ``name`` is what messages call the text.

    >>> parse_table("height,y,mass\\n1,0.1,-2\\n3,2e-1,.5\\n", "y").features
    ('height', 'mass')
    >>> parse_table("1,2\\n3,5\\n", "2", header=False).problem.risk_min
    1/20
    >>> parse_table("a,y\\n1,2\\n3,x\\n", "y")
    Traceback (most recent call last):
    flatcert.checks.output.messages.DataError: 'x' in row 2 (line 3), column 'y' of table.csv is no number: write ...
    """
    reading = Reading(**options)
    lines = io.StringIO(text.removeprefix("\ufeff"), newline="")
    return _table(CsvSource(lines, name, reading, tell), target, reading, tell)


def _table(source: Source, target: str, reading: Reading, tell: Tell) -> Table:
    """The moments of the chosen columns of a source."""
    target = target.strip()
    features = _features(source, target, reading)
    names = [*features, target]
    places = [source.names.index(name) for name in names]
    sums = Sums(len(names))
    dropped: list[str] = []
    for chunk in source.chunks(places):
        left_out = _without_number(chunk, names, source, reading)
        dropped += [chunk.place(row) for row in sorted(left_out)]
        sums.add([column.without(left_out) for column in chunk.columns] if left_out else chunk.columns)
    if dropped:
        shown = ", ".join(dropped[:_SHOWN_ROWS]) + ", ..." * (len(dropped) > _SHOWN_ROWS)
        tell(f"{len(dropped)} of {sums.count + len(dropped)} rows of {source.name} lack a number and are left out: "
             f"{shown}.")
    if sums.count < 2:
        raise DataError(f"{source.name} has {'one row' if sums.count else 'no row'} of numbers: give at least two.")
    return Table(tuple(features), target, _treated(sums.moments(), names, source.name, reading))


def _features(source: Source, target: str, reading: Reading) -> list[str]:
    """The names of the features, each of which one column has."""
    names, chosen = source.names, reading.columns
    if target not in names:
        raise _no_column(source, target, reading)
    if chosen is not None:
        features = [name.strip() for name in chosen if name.strip() != target]
        for name in features:
            if name not in names:
                raise _no_column(source, name, reading)
        if len(set(features)) < len(features):
            raise DataError(f"{quoted(Counter(features).most_common(1)[0][0])} is chosen twice: name each column once.")
    else:
        features = [name for i, name in enumerate(names) if i != names.index(target)]
        if "" in names:
            raise DataError(f"Column {names.index('') + 1} of {source.name} has no name in the first line: name it, "
                            "remove it if it is an index or a separator too many, or choose others by --columns.")
    for name in (*features, target):
        if (times := names.count(name)) > 1:
            raise DataError(f"{source.of_names} names {quoted(name)} {times} times: give each column its own name.")
    if not features:
        raise DataError(f"{source.name} has no column but the target {quoted(target)}: add a feature column.")
    return features


def _no_column(source: Source, name: str, reading: Reading) -> DataError:
    if not reading.header:
        return DataError(f"{source.name} is read without names, so that its columns are called 1 to "
                         f"{len(source.names)}, and none {quoted(name)}: choose one of these numbers.")
    return DataError(f"{source.of_names} names no column {quoted(name)}: "
                     f"choose from {', '.join(_nearest(name, source.names))}.")


def _nearest(target: str, names: Sequence[str]) -> Iterator[str]:
    """Yield the names of the columns, the nearest match first, and how many are left out."""

    def similarity(column: str) -> float:
        return SequenceMatcher(None, column[:100].lower(), target[:100].lower()).ratio()

    yield from map(quoted, islice(sorted(names, key=similarity, reverse=True), _SHOWN_NAMES))
    if len(names) > _SHOWN_NAMES:
        yield f"or {len(names) - _SHOWN_NAMES} more"


def _without_number(chunk: Chunk, names: Sequence[str], source: Source, reading: Reading) -> set[int]:
    """The rows of a chunk that lack a number, if these are to be left out.

    Raises:
        DataError: another cell is no number, or none that can be used.
    """
    bad = sorted((row, k) for k, column in enumerate(chunk.columns) for row in column.bad)
    left_out = set()
    for row, k in bad:
        cell = chunk.columns[k].bad[row]
        if reading.missing == "drop" and has_no_entry(cell):
            left_out.add(row)
            continue
        place = chunk.place(row)
        may_be_names = not reading.header and place.startswith("row 1 ")
        raise _refusal(cell, f"{place}, column {quoted(names[k])} of {source.name}", may_be_names)
    return left_out


def _refusal(cell: str, where: str, may_be_names: bool) -> DataError:
    """The refusal of a cell that is no number, or none that can be used."""
    if is_missing(cell):
        infinite = not has_no_entry(cell)
        remedy = "remove the row" if infinite else "leave out such rows by --missing drop (in Python missing='drop')"
        return DataError(f"The cell in {where} is {cell or 'empty'}: fill in a finite number or {remedy}.")
    if is_decimal(cell):
        return DataError(f"{quoted(cell)} in {where} is out of range: rescale the column, or round it, so that each "
                         f"number has at most {PLACES} digits before and {PLACES} after the decimal point.")
    if may_be_names:
        return DataError(f"{quoted(cell)} in {where} is no number: leave out --no-header (in Python header=False) if "
                         "the first line holds names.")
    if "," in cell:
        return DataError(f"{quoted(cell)} in {where} is no number: write decimals with a point and nothing between "
                         "thousands, or give --decimal ',' if all decimals have commas.")
    return DataError(f"{quoted(cell)} in {where} is no number: write it as a decimal such as -1.5 or 2e-3, or remove "
                     "the row or the column if it holds text.")


def _treated(moments: Moments, names: Sequence[str], name: str, reading: Reading) -> Moments:
    """The moments, centred and standardized if that is asked for, of a target that is not zero."""
    if moments.products[-1, -1] == 0:
        raise DataError(f"The target {quoted(names[-1])} is zero in every row of {name}: choose another target.")
    if not (reading.center or reading.standardize):
        return moments
    moments = moments.centered()
    if moments.products[-1, -1] == 0:
        raise DataError(f"The target {quoted(names[-1])} of {name} is constant, so it is zero once centred: choose "
                        "another target.")
    if not reading.standardize:
        return moments
    deviations = [_deviation(moments.products[k, k], column, name) for k, column in enumerate(names)]
    return moments.divided(object_array(deviations, (len(deviations),)))


def _deviation(variance: fmpq, column: str, name: str) -> fmpq:
    if variance == 0:
        raise DataError(f"Column {quoted(column)} of {name} is constant and cannot be standardized: "
                        "remove it, or centre only.")
    return _root(variance)


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
