"""Which kind of table a file holds, by its first bytes."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from zipfile import ZipFile

from ..output import DataError, quoted
from . import npz
from .chunks import Source
from .csv_source import CsvSource
from .frames import BatchSource, FrameSource, columns_of
from .reading import Progress, Reading, Tell
from .text_files import refusals
from .text_lines import lines_of

SAVE_COLUMNS = "save its columns with np.savez(file, a=…, b=…, y=…)"
_MOST_BYTES = 2**30
"""The most bytes of all arrays of an .npz file together, which are in memory at once."""
_REFUSED = (
    (b"\x89HDF", "an HDF5 file", "save the table as CSV or Parquet"),
    (b"BZh", "compressed by bzip2", "unpack it, or compress it by gzip"),
    (b"\xfd7zXZ", "compressed by xz", "unpack it, or compress it by gzip"),
    (b"\x28\xb5\x2f\xfd", "compressed by Zstandard", "unpack it, or compress it by gzip"),
    (b"\xd0\xcf\x11\xe0", "an Excel workbook", "save the sheet as CSV"),
    (b"%PDF", "a PDF document", "save the table as CSV"),
    *((bytes((0x80, version)), "a pickle, which may run any code when it is read,", "save the table as CSV or Parquet")
      for version in range(2, 6)),
)


@contextmanager
def file_source(path: str | os.PathLike[str], reading: Reading, tell: Tell, progress: Progress) -> Iterator[Source]:
    """Open a table for one reading of its rows.

    Raises:
        DataError: the file cannot be read, or it holds no table.
    """
    name = quoted(os.fspath(path))
    with refusals(name), Path(path).open("rb") as file:
        status = os.fstat(file.fileno())
        start = file.peek(8)[:8]
        for mark, what, remedy in _REFUSED:
            if start.startswith(mark):
                raise DataError(f"{name} is {what} and no table that is read here: {remedy}.")
        if start.startswith(b"PAR1"):
            if not stat.S_ISREG(status.st_mode):
                raise DataError(f"{name} is a pipe or a device, not a file: save it as a file.")
            yield _named(BatchSource(file, name, tell, progress), reading)
        elif start.startswith((b"PK\x03\x04", b"PK\x05\x06", b"\x93NUMPY")):
            with npz.opened(path, SAVE_COLUMNS) as archive:
                yield _named(_of_npz(archive, name, tell), reading)
        else:
            lines = lines_of(file, name, reading.encoding, tell, progress, _size(status))
            yield CsvSource(lines, name, reading, tell)


def _size(status: os.stat_result) -> int:
    return status.st_size if stat.S_ISREG(status.st_mode) else 0


def _named(source: Source, reading: Reading) -> Source:
    """The source, unless options of text are given for it."""
    given = {"--no-header": not reading.header, "--sep": reading.sep, "--decimal": reading.decimal,
             "--encoding": reading.encoding}
    if options := [option for option, value in given.items() if value]:
        raise DataError(f"{source.name} has columns with names and types, not text: leave out {' and '.join(options)}.")
    return source


def _of_npz(archive: ZipFile, name: str, tell: Tell) -> Source:
    """The columns in an archive of arrays, all of which are checked before the first is read."""
    members = npz.members(archive, name)
    if "[Content_Types].xml" in members:
        raise DataError(f"{name} is an Office document: save the sheet as CSV.")
    if any(key.endswith("/data.pkl") for key in members):
        raise DataError(f"{name} is a file of PyTorch, which may run any code when it is read: save the columns "
                        "with np.savez(file, a=…, y=…).")
    if not members:
        raise DataError(f"{name} holds no array: {SAVE_COLUMNS}.")
    where = {key: f"The array {npz.shown(key)} of {name}" for key in members}
    headers = {key: npz.header(archive, member, where[key]) for key, member in members.items()}
    for key, header in headers.items():
        if len(header.shape) not in (1, 2):
            raise DataError(f"{where[key]} has {len(header.shape)} axes: give it one, or two for the columns of a "
                            "matrix.")
    if sum(member.file_size for member in members.values()) > _MOST_BYTES:
        raise DataError(f"{name} holds more than {_MOST_BYTES // 2**20} MB of numbers, which an .npz file needs in "
                        "memory at once: save the table as CSV or Parquet.")
    arrays = {key: npz.array(archive, header, where[key]) for key, header in headers.items()}
    return FrameSource(columns_of(arrays) or {}, name, tell)
