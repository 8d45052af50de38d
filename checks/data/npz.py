"""The arrays of an ``.npz`` file that may be damaged or hostile.

The headers are read first, and then never more bytes than they promise. NumPy's own `np.load` believes a header,
allocates what it says, and lets the errors of several libraries out.
"""

from __future__ import annotations

import io
import os
import stat
import struct
import warnings
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

import numpy as np

from ...numeric.linalg.scalars import Array
from ..output import DataError
from .text_files import refusals

SAVE = "save it with np.savez(file, W1=…, W2=…)"
# zipfile reads the table of contents at once, at up to ten times its size. That of 10 000 layers takes 0.8 MB.
_CONTENTS = 2**20
# NumPy writes 128 bytes for an array of numbers.
_HEADER = 1024
_PIECE = 2**20
_SHOWN = 60

# zipfile and zlib raise these on bytes that are no archive, and RuntimeError where a member is encrypted.
_BROKEN = (BadZipFile, EOFError, zlib.error, struct.error, ValueError, OverflowError, NotImplementedError,
           RuntimeError, OSError)

# Versions 2 and 3 differ in the alphabet of names of fields, which arrays of numbers do not have.
_READERS = {(1, 0): np.lib.format.read_array_header_1_0, (2, 0): np.lib.format.read_array_header_2_0,
            (3, 0): np.lib.format.read_array_header_2_0}


class Header(NamedTuple):
    """The header of an array. Its numbers begin at the byte ``start`` of the member."""

    member: ZipInfo
    shape: tuple[int, ...]
    fortran: bool
    dtype: np.dtype[np.generic]
    start: int


class _Bounded(io.BufferedReader):
    """A file that refuses to be read in large pieces, whatever the sizes inside it say."""

    def read(self, size: int | None = -1, /) -> bytes:
        if size is not None and size > _CONTENTS:
            raise _TooMuch
        return super().read(size)


class _TooMuch(Exception):
    """The table of contents of the archive is too large."""


def shown(value: object) -> str:
    """The ``repr`` for a message, cut short.

    >>> shown("W1"), len(shown("W" * 10**6))
    ("'W1'", 61)
    """
    text = repr(value)
    return text if len(text) <= _SHOWN else text[:_SHOWN] + "…"


@contextmanager
def opened(path: str | os.PathLike[str], save: str = SAVE) -> Iterator[ZipFile]:
    """Open the archive at ``path``. ``save`` tells in refusals how to make one.

    Raises:
        DataError: there is no such file, the file cannot be read, or it is no ``.npz`` file.
    """
    name = repr(os.fspath(path))
    with refusals(name):
        mode = Path(path).stat().st_mode
        if not (stat.S_ISREG(mode) or stat.S_ISDIR(mode)):  # opening a pipe would wait for a writer
            raise DataError(f"{name} is a pipe or a device, not a file: save it as a file.")
        file = _Bounded(io.FileIO(os.fspath(path)))
    with file, _archive(file, name, save) as archive:
        yield archive


def _archive(file: _Bounded, name: str, save: str) -> ZipFile:
    try:
        begin = file.read(8)
        if begin.startswith(b"\x93NUMPY"):
            raise DataError(f"{name} holds one array, and no arrays by name: {save}.")
        if not begin.startswith((b"PK\x03\x04", b"PK\x05\x06")):
            raise BadZipFile
        return ZipFile(file)
    except DataError:  # it is a ValueError, too
        raise
    except _TooMuch:
        raise DataError(f"The table of contents of {name} takes more than {_CONTENTS} bytes: "
                        "save fewer arrays, under short names.") from None
    except _BROKEN:
        raise DataError(f"{name} is no .npz file of NumPy arrays: {save}.") from None


def members(archive: ZipFile, name: str) -> dict[str, ZipInfo]:
    """The members of the archive by the names of their arrays.

    Raises:
        DataError: two members have the same name.
    """
    found: dict[str, ZipInfo] = {}
    for info in archive.infolist():
        key = info.filename.removesuffix(".npy")
        if key in found:
            raise DataError(f"{name} holds two arrays {shown(key)}: save each array once.")
        found[key] = info
    return found


def header(archive: ZipFile, member: ZipInfo, where: str) -> Header:
    """Read the header of an array of numbers, and nothing else of the member.

    Raises:
        DataError: the member cannot be read, it is no array, or its entries are no numbers.
    """
    if member.flag_bits & 0x1:
        raise DataError(f"{where} is encrypted: save it without a password.")
    if member.compress_type not in (ZIP_STORED, ZIP_DEFLATED):
        raise DataError(f"{where} is compressed in a way that NumPy does not use: save it with np.savez_compressed.")
    text = io.BytesIO(b"".join(_pieces(archive, member, _HEADER, where)))
    if not text.getvalue().startswith(b"\x93NUMPY"):
        raise DataError(f"{where} is no NumPy array: save it with np.savez.")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about a header that Python 2 wrote, or a type with an outdated name
            shape, fortran, dtype = _READERS[np.lib.format.read_magic(text)](text)
    except Exception:  # NumPy evaluates the header as a Python literal, which can raise almost any error
        raise DataError(f"{where} has a header that is damaged, or longer than {_HEADER} bytes: "
                        "save the file again.") from None
    if dtype.hasobject:
        raise DataError(f"{where} holds Python objects, which are not loaded: save it as an array of float64.")
    if dtype.kind not in "fiu":
        raise DataError(f"{where} has entries of type {shown(str(dtype))}: save real numbers.")
    if any(type(size) is not int or not 0 <= size < 2**63 for size in shape):
        raise DataError(f"{where} has a header that is damaged, with a shape that no array has: save the file again.")
    return Header(member, shape, fortran, dtype, text.tell())


def array(archive: ZipFile, header: Header, where: str) -> Array:
    """Read the array that the header describes, in its own type.

    Raises:
        DataError: the member holds other data than its header promises.
    """
    size = header.dtype.itemsize
    for axis in header.shape:
        size *= axis
    if header.member.file_size != header.start + size:
        raise DataError(f"{where} is damaged, as its header promises {size} bytes of numbers and there are "
                        f"{header.member.file_size - header.start}: save the file again.")
    data = b"".join(_pieces(archive, header.member, header.member.file_size, where))
    if len(data) != header.member.file_size:
        raise DataError(f"{where} is damaged: save the file again.")
    flat: Array = np.frombuffer(data, dtype=header.dtype, offset=header.start)
    return flat.reshape(header.shape[::-1]).T if header.fortran else flat.reshape(header.shape)


def _pieces(archive: ZipFile, member: ZipInfo, size: int, where: str) -> Iterator[bytes]:
    """Yield the first ``size`` bytes of a member, or all of it. zipfile tests the checksum at the end of the member."""
    try:
        with archive.open(member) as file:
            while size > 0 and (piece := file.read(min(size, _PIECE))):
                size -= len(piece)
                yield piece
    except _BROKEN:
        raise DataError(f"{where} is damaged: save the file again.") from None
