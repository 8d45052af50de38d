"""Small text files in UTF-8. Every refusal is one sentence."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ..output import DataError, quoted

MAX_MEGABYTES = 32
"""The size of the largest file that is read. Of a pipe or a device no more is read than that."""

_MARKS = ((b"\xff\xfe\x00\x00", "UTF-32"), (b"\x00\x00\xfe\xff", "UTF-32"), (b"\xff\xfe", "UTF-16"),
          (b"\xfe\xff", "UTF-16"))


@contextmanager
def refusals(name: str) -> Iterator[None]:
    """Turn the errors of opening and reading a file into a DataError that calls the file ``name``."""
    try:
        yield
    except FileNotFoundError:
        raise DataError(f"There is no file {name}: check the path.") from None
    except IsADirectoryError:
        raise DataError(f"{name} is a directory: name a file inside it.") from None
    except OSError as error:
        raise DataError(f"{name} cannot be read ({error.strerror}): check path and permissions.") from None
    except DataError:  # it is a ValueError, too
        raise
    except ValueError:  # the path holds a null byte, or half a character
        raise DataError(f"{name} is no path: check it.") from None


def read_text(path: str | os.PathLike[str]) -> str:
    """Read a file in UTF-8, with or without a byte-order mark.

    Raises:
        DataError: there is no such file, the file cannot be read or is larger than `MAX_MEGABYTES`, or it is no UTF-8
            text.
    """
    name = quoted(os.fspath(path))
    with refusals(name), Path(path).open("rb") as file:
        status = os.fstat(file.fileno())
        if stat.S_ISREG(status.st_mode) and status.st_size > MAX_MEGABYTES * 2**20:
            raise _too_large(name, f"has {status.st_size / 2**20:.0f} MB")
        content = file.read(MAX_MEGABYTES * 2**20 + 1)
    if len(content) > MAX_MEGABYTES * 2**20:
        raise _too_large(name, "is endless or longer")
    return _decoded(content, name)


def first_bytes(path: str | os.PathLike[str]) -> bytes:
    """The first bytes of a regular file, by which its kind is known, and none of a pipe or a device.

    Raises:
        DataError: there is no such file, or it cannot be read.
    """
    with refusals(repr(os.fspath(path))):
        if not stat.S_ISREG(Path(path).stat().st_mode):
            return b""
        with Path(path).open("rb") as file:
            return file.read(9)


def there(path: Path) -> bool:
    """Return whether there is a file or a directory. A name that no file can have (too long, a null byte) is not there.

    >>> there(Path("/")), there(Path("x" * 10**5)), there(Path("a\\0"))
    (True, False, False)
    """
    try:
        return path.exists()
    except (OSError, ValueError):
        return False


def _too_large(name: str, has: str) -> DataError:
    return DataError(f"{name} {has}, and at most {MAX_MEGABYTES} MB are read: give a smaller file.")


def _decoded(content: bytes, name: str) -> str:
    for mark, encoding in _MARKS:
        if content.startswith(mark):
            raise DataError(f"{name} is {encoding} text: save it in UTF-8.")
    if b"\0" in content[:1000]:
        # In UTF-16 one byte of two is zero for the letters and digits of ASCII.
        evens, odds = content[0:1000:2], content[1:1000:2]
        if any(all(some) and not any(others) for some, others in ((evens, odds), (odds, evens))):
            raise DataError(f"{name} is UTF-16 text: save it in UTF-8.")
        raise DataError(f"{name} holds binary data: save it as text in UTF-8.")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise DataError(f"{name} is not UTF-8 text (line {line} holds the byte 0x{content[error.start]:02x}): "
                        "save it in UTF-8.") from None
