"""The lines of a text file of any length, decoded piece by piece: plain or compressed by gzip."""

from __future__ import annotations

import codecs
import gzip
import io
import zlib
from collections.abc import Iterator
from typing import BinaryIO

from ..output import DataError
from .reading import Progress, Tell

_PIECE = 2**20
_LONGEST = 2**24
"""The most characters of one line."""
_MARKS = ((b"\xff\xfe\x00\x00", "utf-32"), (b"\x00\x00\xfe\xff", "utf-32"), (b"\xff\xfe", "utf-16"),
          (b"\xfe\xff", "utf-16"))


def lines_of(
    file: BinaryIO, name: str, encoding: str | None, tell: Tell, progress: Progress, size: int
) -> Iterator[str]:
    """Yield the lines of a file with their ends.

    The text is UTF-8, or UTF-16 or UTF-32 with a byte-order mark, which is told, unless an encoding is given.
    ``size`` is that of the file, or 0 where it has none.

    Raises:
        DataError: the file is damaged or no text in that encoding, or a line has more than 2^24 characters.
    """
    source = file
    start = file.peek(4)[:4] if isinstance(file, io.BufferedReader) else b""
    if start.startswith(b"\x1f\x8b"):
        source = io.BufferedReader(gzip.GzipFile(fileobj=file))
    pieces = _pieces(source, name)
    piece = next(pieces, b"")
    if encoding is None and (marked := next((code for mark, code in _MARKS if piece.startswith(mark)), None)):
        tell(f"{name} is read as {marked.upper()} text.")
        encoding = marked
    decoder = codecs.getincrementaldecoder(encoding or "utf-8-sig")()
    lines_before, rest = 0, ""
    while piece:
        try:
            text = rest + decoder.decode(piece)
        except UnicodeDecodeError as error:
            raise _no_text(error, piece, name, encoding, lines_before) from None
        if "\0" in text:
            raise _binary(piece, name)
        lines = io.StringIO(text, newline="").readlines()
        rest = lines.pop() if lines else ""  # its end may be missing
        if len(rest) > _LONGEST:
            raise DataError(f"{name} has a line of more than {_LONGEST} characters: "
                            "give a table with one line for each row.")
        yield from lines
        lines_before += piece.count(b"\n")
        if size:
            progress(file.tell(), size)
        piece = next(pieces, b"")
    try:
        rest += decoder.decode(b"", final=True)
    except UnicodeDecodeError as error:
        raise _no_text(error, b"", name, encoding, lines_before) from None
    yield from io.StringIO(rest, newline="")


def _pieces(source: BinaryIO, name: str) -> Iterator[bytes]:
    try:
        while piece := source.read(_PIECE):
            yield piece
    except (EOFError, zlib.error, gzip.BadGzipFile):
        raise DataError(f"{name} is a damaged gzip file: compress it again.") from None
    except OSError as error:
        raise DataError(f"{name} cannot be read ({error.strerror}): check path and permissions.") from None


def _no_text(
    error: UnicodeDecodeError, piece: bytes, name: str, encoding: str | None, lines_before: int
) -> DataError:
    if b"\0" in piece[:1000]:
        return _binary(piece, name)
    line = lines_before + error.object.count(b"\n", 0, error.start) + 1
    byte = f"(line {line} holds the byte 0x{error.object[error.start]:02x})"
    if encoding is None:
        return DataError(f"{name} is not UTF-8 text {byte}: save it in UTF-8, or name its encoding by --encoding, "
                         "often latin-1 or cp1252.")
    return DataError(f"{name} is no {encoding} text {byte}: name another --encoding.")


def _binary(piece: bytes, name: str) -> DataError:
    """The refusal of a text with null bytes, which UTF-16 without a byte-order mark has, too."""
    evens, odds = piece[0:1000:2], piece[1:1000:2]
    for some, others, ending in ((evens, odds, "le"), (odds, evens, "be")):
        if some and all(some) and not any(others):
            return DataError(f"{name} is UTF-16 text: save it in UTF-8, or give --encoding utf-16-{ending}.")
    return DataError(f"{name} holds binary data: save the table as CSV in UTF-8.")
