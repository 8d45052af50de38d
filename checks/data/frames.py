"""Tables whose columns are arrays: data frames of pandas and polars, mappings, and .npz and Parquet files.

A float is read as the dyadic number that it is, which is said, and a text or a Decimal as the decimal that is written.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

import numpy as np

from ...numeric.linalg.scalars import Array, as_array
from ..output import DataError, quoted
from .chunks import CELLS, Chunk
from .csv_text import MAX_COLUMNS
from .reading import Progress, Tell
from .scaled import Scaled, of_floats, of_integers, of_texts

_NONE = ("None", "<NA>", "NaT")
FLOATS = "are floats, and read as the dyadic numbers that they are"


class FrameSource:
    """Columns by name, of which each is an array, a series, or a sequence of numbers or texts."""

    def __init__(self, columns: Mapping[str, Callable[[], Any]], name: str, tell: Tell) -> None:
        """``columns`` gives each column when it is asked for."""
        self.name = name
        self.names = list(columns)
        self.of_names = name
        self._columns = list(columns.values())
        self._tell = tell

    def chunks(self, used: Sequence[int]) -> Iterator[Chunk]:
        """Yield the rows of the columns with these indices."""
        arrays = [_numbers(self._columns[i](), f"Column {quoted(self.names[i])} of {self.name}") for i in used]
        _tell_floats([self.names[i] for i in used], arrays, self.name, self._tell)
        lengths = sorted({len(array) for array in arrays})
        if len(lengths) > 1:
            raise DataError(f"The columns of {self.name} have {' or '.join(map(str, lengths))} entries: "
                            "give all columns the same length.")
        size = max(1, CELLS // len(used))
        for start in range(0, lengths[0], size):
            yield Chunk([_scaled(array[start:start + size]) for array in arrays], _Row(start))


class BatchSource:
    """A Parquet file, read batch by batch."""

    def __init__(self, path: Any, name: str, tell: Tell, progress: Progress) -> None:
        try:
            from pyarrow import ArrowException
            from pyarrow.parquet import ParquetFile
        except ImportError:
            raise DataError(f"{name} is a Parquet file, which needs pyarrow: install it by "
                            "pip install 'flatcert[parquet]'.") from None
        self._refused = (ArrowException, OSError)
        try:
            self._file = ParquetFile(path)
            self.names = [str(column) for column in self._file.schema_arrow.names]
        except self._refused:
            raise DataError(f"{name} is a damaged Parquet file: write it again.") from None
        self.name = self.of_names = name
        self._tell, self._progress = tell, progress

    def chunks(self, used: Sequence[int]) -> Iterator[Chunk]:
        """Yield the rows of the columns with these indices."""
        names = [self.names[i] for i in used]
        done, told = 0, False
        try:
            for batch in self._file.iter_batches(max(1, CELLS // len(used)), columns=names):
                arrays = [_numbers(_of_arrow(batch.column(batch.schema.get_field_index(column))),
                                   f"Column {quoted(column)} of {self.name}") for column in names]
                if not told:
                    _tell_floats(names, arrays, self.name, self._tell)
                    told = True
                yield Chunk([_scaled(array) for array in arrays], _Row(done))
                done += len(batch)
                self._progress(done, self._file.metadata.num_rows)
        except self._refused:
            raise DataError(f"{self.name} is a damaged Parquet file: write it again.") from None


class _Row:
    """Says where a row of a chunk stands."""

    def __init__(self, before: int) -> None:
        self._before = before

    def __call__(self, row: int) -> str:
        return f"row {self._before + row + 1}"


def columns_of(table: Any) -> dict[str, Callable[[], Any]] | None:
    """The columns of a data frame or a mapping by name, or None if the object is neither.

    In a mapping, as in an .npz file, an array ``X`` of two axes holds the columns ``X1``, ``X2``, ...

    >>> list(columns_of({"X": np.ones((2, 3)), "y": [1, 2]}))
    ['X1', 'X2', 'X3', 'y']
    """
    if isinstance(table, Mapping):
        return dict(_split(((str(key), value) for key, value in table.items())))
    names = getattr(table, "columns", None)
    if names is None or not hasattr(table, "__getitem__"):
        return None
    if len(set(map(str, names))) < len(names):  # pandas allows it
        raise DataError("The data frame has two columns of the same name: give each column its own name.")
    return {str(key): lambda key=key: table[key] for key in names}  # type: ignore[misc]


def _split(arrays: Iterable[tuple[str, Any]]) -> Iterator[tuple[str, Callable[[], Any]]]:
    for name, values in arrays:
        if getattr(values, "ndim", 1) == 2:
            matrix = as_array(values)
            if matrix.shape[1] > MAX_COLUMNS:
                raise DataError(f"The array {quoted(name)} has {matrix.shape[1]} columns, and at most {MAX_COLUMNS} "
                                "can be treated: choose fewer columns.")
            for k in range(matrix.shape[1]):
                yield f"{name}{k + 1}", lambda column=matrix[:, k]: column  # type: ignore[misc]
        else:
            yield name, lambda values=values: values  # type: ignore[misc]


def _of_arrow(column: Any) -> Any:
    """A column of Arrow as an array, or as a list where NumPy would round it."""
    kind = str(column.type)
    if column.null_count == 0 and kind in _ARROW:
        return column.to_numpy(zero_copy_only=False)
    return column.to_pylist()


_ARROW = {"halffloat", "float", "double", *(f"{u}int{bits}" for u in ("", "u") for bits in (8, 16, 32, 64))}


def _numbers(column: Any, where: str) -> Array:
    """A column as an array of float64, of integers, or of objects that are texts.

    Raises:
        DataError: the column is not of one axis, or its entries are no numbers.
    """
    if hasattr(column, "null_count") and hasattr(column, "to_list"):  # polars makes floats of integers beside nulls
        exact = column.null_count() == 0 and column.dtype.is_numeric() and not column.dtype.is_decimal()
        column = column.to_numpy() if exact else column.to_list()
    column = column.detach().cpu() if hasattr(column, "detach") else column
    try:
        array = np.asarray(column) if hasattr(column, "__array__") else _objects(list(column))
    except Exception:  # whatever an object of another library raises
        raise DataError(f"{where} cannot be read as numbers: give an array or a list of numbers.") from None
    if array.ndim != 1:
        raise DataError(f"{where} has {array.ndim} axes: give it one.")
    if np.ma.isMaskedArray(column):
        array = _objects([None if hidden else x for x, hidden in zip(
            array.tolist(), np.ma.getmaskarray(column).tolist(), strict=True)])
    if array.dtype.kind == "f":
        return _float64(array, where)
    if array.dtype.kind in "iu":
        return array
    if array.dtype.kind not in "OUTS":
        raise DataError(f"{where} has entries of type {array.dtype}: give real numbers.")
    return _of_objects(array.tolist(), where)


def _objects(entries: list[Any]) -> Array:
    array = np.empty(len(entries), dtype=object)
    array[:] = entries
    return array


def _of_objects(entries: list[Any], where: str) -> Array:
    """Numbers of Python and texts: the floats among them decide that all are floats."""
    if any(isinstance(entry, (bool, np.bool_, complex, bytes, list, dict)) for entry in islice(entries, 1000)):
        raise DataError(f"{where} holds other things than numbers: leave it out, or make numbers of it.")
    if any(isinstance(entry, (float, np.floating)) for entry in entries):
        rest = [entry for entry in entries if not isinstance(entry, (float, np.floating))]
        if all(str(entry) in _NONE or (isinstance(entry, (int, np.integer)) and abs(int(entry)) <= 2**53)
               for entry in rest):
            return _float64(np.array([np.nan if str(entry) in _NONE else entry for entry in entries], np.float64),
                            where)
        raise DataError(f"{where} mixes floats with other entries: convert it to one type.")
    return _objects(["" if entry is None else str(entry).strip() for entry in entries])


def _float64(array: Array, where: str) -> Array:
    with np.errstate(over="ignore"):
        values = array.astype(np.float64)
    if array.dtype.itemsize > 8 and not np.array_equal(values.astype(array.dtype), array, equal_nan=True):
        raise DataError(f"{where} has entries of type {array.dtype} that float64 does not hold: round them first.")
    return values


def _scaled(array: Array) -> Scaled:
    if array.dtype.kind == "f":
        return of_floats(array)
    return of_integers(array) if array.dtype.kind in "iu" else of_texts(array.tolist(), 1)[0]


def _tell_floats(names: Sequence[str], arrays: Sequence[Array], name: str, tell: Tell) -> None:
    floats = [column for column, array in zip(names, arrays, strict=True) if array.dtype.kind == "f"]
    if floats:
        which = "All columns" if len(floats) == len(names) else "The columns " + ", ".join(map(quoted, floats[:5])) + (
            f" and {len(floats) - 5} more" if len(floats) > 5 else "")
        tell(f"{which} of {name} {FLOATS}.")
