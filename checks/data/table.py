"""Tables of numbers, read exactly into their second moments, which are all that least squares asks of them.

Every bad input is refused in one sentence (`DataError`) that says what is wrong and what to do.
"""

from __future__ import annotations

import io
import logging
import os
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from flint import fmpq, fmpz

from ...numeric.linalg.scalars import object_array
from ...numeric.network.problem import RegressionProblem
from ..output import DataError, quoted
from .choosing import features_of, rows_without_number
from .chunks import Source
from .csv_source import CsvSource
from .files import file_source
from .frames import FrameSource, columns_of
from .moments import Moments, Sums
from .reading import Progress, Reading, Tell

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
    features = features_of(source, target, reading)
    names = [*features, target]
    places = [source.names.index(name) for name in names]
    sums = Sums(len(names))
    dropped: list[str] = []
    for chunk in source.chunks(places):
        left_out = rows_without_number(chunk, names, source, reading)
        dropped += [chunk.place(row) for row in sorted(left_out)]
        sums.add([column.without(left_out) for column in chunk.columns] if left_out else chunk.columns)
    if dropped:
        shown = ", ".join(dropped[:_SHOWN_ROWS]) + ", ..." * (len(dropped) > _SHOWN_ROWS)
        tell(f"{len(dropped)} of {sums.count + len(dropped)} rows of {source.name} lack a number and are left out: "
             f"{shown}.")
    if sums.count < 2:
        raise DataError(f"{source.name} has {'one row' if sums.count else 'no row'} of numbers: give at least two.")
    return Table(tuple(features), target, _treated(sums.moments(), names, source.name, reading))


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
