"""Run the command line in a terminal of a given width, and return what it shows there."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import struct
import sys
import termios
from collections.abc import Mapping

ESCAPES = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")


def terminal(width: int, arguments: list[str], more: Mapping[str, str] | None = None) -> tuple[int, str]:
    """The exit code and the bytes of ``flatcert ARGUMENTS``, both outputs in one terminal, as text."""
    kept = {name: value for name, value in os.environ.items()
            if name not in ("COLUMNS", "LINES", "NO_COLOR", "FORCE_COLOR", "TERM", "TTY_COMPATIBLE", "TTY_INTERACTIVE")}
    pid, screen = pty.fork()
    if pid == 0:
        fcntl.ioctl(1, termios.TIOCSWINSZ, struct.pack("HHHH", 50, width, 0, 0))
        os.execve(sys.executable, [sys.executable, "-m", "flatcert", *arguments],
                  kept | {"TERM": "xterm-256color"} | dict(more or {}))
    shown = b""
    while True:
        try:
            part = os.read(screen, 65536)
        except OSError:  # the last process has closed the terminal
            break
        if not part:
            break
        shown += part
    os.close(screen)
    code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    return code, shown.decode().replace("\r\n", "\n")


def plain(shown: str) -> list[str]:
    """The lines of a terminal without escape sequences and without the states of a progress bar but the last."""
    return [line.rpartition("\r")[2] for line in ESCAPES.sub("", shown).splitlines()]
