"""Which columns of a table are used, and which rows: what else is there is refused, or left out where that is asked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from itertools import islice

from ..arithmetic.decimals import PLACES, is_decimal
from ..output import DataError, quoted
from .chunks import Chunk, Source
from .csv_text import has_no_entry, is_missing
from .reading import Reading

_SHOWN_NAMES = 20


def features_of(source: Source, target: str, reading: Reading) -> list[str]:
    """The names of the features, each of which one column has.

    Raises:
        DataError: a name is no column, or two, or there is no feature.
    """
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


def rows_without_number(chunk: Chunk, names: Sequence[str], source: Source, reading: Reading) -> set[int]:
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
                     "the row, or choose other columns by --columns if this one holds text.")
