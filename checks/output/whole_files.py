"""Files that are written whole or not at all. Nothing else is left behind, even if a signal ends the process."""

from __future__ import annotations

import os
import signal
import tempfile
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import FrameType

_ENDING = tuple(getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name))


def write_text(path: Path, text: str) -> None:
    """Write a file whole or not at all. A device or a pipe is written directly. Raises OSError."""
    if path.exists() and not path.is_file():
        path.write_text(text, encoding="utf-8")
        return
    with written_whole(path) as draft:
        draft.write_text(text, encoding="utf-8")


@contextmanager
def written_whole(path: Path, durable: bool = False) -> Iterator[Path]:
    """Yield the path of a draft, which becomes the file at the end of the block. Raises OSError.

    A ``durable`` file is on the disk when the block ends, and never only in part, even where the machine fails.

    >>> with tempfile.TemporaryDirectory() as place:
    ...     with written_whole(Path(place, "a.txt")) as draft:
    ...         size = draft.write_text("all of it")
    ...     print([file.name for file in Path(place).iterdir()])
    ['a.txt']
    """
    path = path.resolve()  # so that a link stays a link
    with _ending_later(), tempfile.TemporaryDirectory(dir=path.parent, prefix=".flatcert.") as folder:
        draft = Path(folder, path.name)
        yield draft
        if durable:
            _onto_disk(draft)
        draft.replace(path)
        if durable and os.name == "posix":
            _onto_disk(path.parent)


def _onto_disk(path: Path) -> None:
    """Wait until a file, or the names in a folder, are on the disk."""
    handle = os.open(path, os.O_RDONLY if path.is_dir() else os.O_RDWR)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def _ending_later() -> Iterator[None]:
    """Let signals that end the process wait for the end of the block. Only the main thread receives signals."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    arrived: list[int] = []

    def remember(number: int, frame: FrameType | None) -> None:
        arrived.append(number)

    try:
        with ExitStack() as afterwards:
            for number in _ENDING:
                before = signal.getsignal(number)
                if before is not None:  # else it was not set by Python, and cannot be restored
                    afterwards.callback(signal.signal, number, before)
                    signal.signal(number, remember)
            yield
    finally:
        for number in arrived:
            os.kill(os.getpid(), number)


@contextmanager
def ended_as_by_error() -> Iterator[None]:
    """Let SIGTERM and SIGHUP raise SystemExit in the main thread, so that other threads can be stopped first.

    Signals that have a handler or are ignored (``nohup``) stay as they are. Outside the main thread nothing changes.
    """
    with ExitStack() as afterwards:
        if threading.current_thread() is threading.main_thread():
            for number in _ENDING:
                if signal.getsignal(number) is signal.SIG_DFL:
                    afterwards.callback(signal.signal, number, signal.SIG_DFL)
                    signal.signal(number, _leave)
        yield


def _leave(number: int, frame: FrameType | None) -> None:
    raise SystemExit(128 + number)
