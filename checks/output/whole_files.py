"""Files that are written whole or not at all, and leave nothing beside them, also when a signal ends the process."""

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
    """Write a file whole or not at all (a device or a pipe directly). Raises OSError."""
    if path.exists() and not path.is_file():
        path.write_text(text, encoding="utf-8")
        return
    with written_whole(path) as draft:
        draft.write_text(text, encoding="utf-8")


@contextmanager
def written_whole(path: Path) -> Iterator[Path]:
    """A draft of the same name in a folder of its own, which becomes the file at the end. Raises OSError.

    >>> with tempfile.TemporaryDirectory() as place:
    ...     with written_whole(Path(place, "a.txt")) as draft:
    ...         size = draft.write_text("all of it")
    ...     print([file.name for file in Path(place).iterdir()])
    ['a.txt']
    """
    path = path.resolve()  # a link stays a link
    with _ending_later(), tempfile.TemporaryDirectory(dir=path.parent, prefix=".flatcert.") as folder:
        draft = Path(folder, path.name)
        yield draft
        draft.replace(path)


@contextmanager
def _ending_later() -> Iterator[None]:
    """Signals that end the process wait for the end of the block. Only the main thread receives signals."""
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
    """In the block SIGTERM and SIGHUP raise SystemExit in the main thread, so that other threads can be stopped first.

    Signals with a handler, or ignored (``nohup``), stay as they are; outside the main thread nothing changes.
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
