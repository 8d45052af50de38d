"""The numbers of a table, row by row: what its moments are summed up from."""

from __future__ import annotations

import io
from typing import Any

import numpy as np
from flint import fmpq

from flatcert.checks.data.csv_source import CsvSource
from flatcert.checks.data.reading import Reading


def exact_rows(text: str, **options: Any) -> tuple[list[str], Any]:
    """The names of the columns of CSV text, and all its numbers as ``fmpq`` ``(n, k)``."""
    source = CsvSource(io.StringIO(text.removeprefix("\ufeff"), newline=""), "t.csv", Reading(**options), print)
    columns: list[list[fmpq]] = [[] for _ in source.names]
    for chunk in source.chunks(range(len(columns))):
        for column, part in zip(columns, chunk.columns, strict=True):
            assert not part.bad
            column += [fmpq(int(value), part.denominator) for value in part.values.tolist()]
    return source.names, np.array(columns, dtype=object).T
