"""The entry point. Heavy imports happen inside the commands: ``--help`` must be quick."""

from __future__ import annotations

import signal
import sys
from typing import Any

import typer

from ..output.messages import DataError, Inconclusive, plain, shortened
from .app import INTERNAL, UNDECIDED, USAGE, app, say

# isort: off
# The commands register themselves; --help lists them in this order.
from . import verify, claims, bounds, check, conjecture, figures, flow, proofs, residual  # noqa: F401
# isort: on


def main() -> None:
    """The entry point: every error becomes a sentence and an exit code."""
    if hasattr(signal, "SIGPIPE"):  # `| head` ends us as it ends any filter, not with an exit code of ours
        signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    try:
        sys.exit(app(standalone_mode=False))
    except typer.Abort:
        sys.exit(130)
    except Exception as error:
        sys.exit(_told(error))


def _told(error: Any) -> int:
    """Tell an error, in a sentence in which what the user wrote is cut to a length that can be read; the exit code."""
    if hasattr(error, "format_message"):  # Typer's, about the command line
        if sys.argv[1:]:  # else its message is the help
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
