"""The entry point, which turns every error into a sentence and an exit code."""

from __future__ import annotations

import signal
import sys
from typing import Protocol, runtime_checkable

import typer

from ..output import INTERNAL, UNDECIDED, USAGE, DataError, Inconclusive, plain, shortened
from .app import app, say

# isort: off
# The commands register themselves, and --help lists them in this order.
from . import (  # noqa: F401
    verify, campaign, claims, latex, new, bounds, check, conjecture, discover, figures, flow, proofs, residual,
)
# isort: on


_INTERRUPTED = 130
"""The exit code after Ctrl-C, by the custom of shells. Some versions of Typer return it, others raise Abort."""


def main() -> None:
    """Run the command that the arguments name, and exit."""
    if hasattr(signal, "SIGPIPE"):  # `| head` ends the process as it ends any filter
        signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    try:
        code = app(standalone_mode=False)
    except (typer.Abort, KeyboardInterrupt):
        code = _INTERRUPTED
    except Exception as error:
        code = _told(error)
    if code == _INTERRUPTED:
        say("interrupted; nothing more is decided or written.")
    sys.exit(code)


@runtime_checkable
class UsageError(Protocol):
    """An error of Typer's about the command line."""

    message: str
    exit_code: int

    def format_message(self) -> str: ...
    def show(self) -> None: ...


def _told(error: Exception) -> int:
    """Print the error as one sentence, with the user's own words cut to a readable length, and return the exit code."""
    if isinstance(error, UsageError):
        if sys.argv[1:]:  # without arguments the message is the help page
            error.message = plain(shortened(error.message))
        error.show()
        return int(error.exit_code)
    if isinstance(error, DataError | Inconclusive):
        say(str(error))
        return USAGE if isinstance(error, DataError) else UNDECIDED
    if isinstance(error, OSError):
        say(f"the output cannot be written ({error.strerror}).")
        return USAGE
    say(f"internal error, please report it: {type(error).__name__}: {error}")
    return INTERNAL
