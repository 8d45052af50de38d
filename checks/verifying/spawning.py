"""Worker processes that do not run the script again which started them."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.context import SpawnContext, SpawnProcess
from types import ModuleType


@contextmanager
def _without_main() -> Iterator[None]:
    """Hide the script that runs: a process that is started meanwhile does not import it."""
    main = sys.modules["__main__"]
    sys.modules["__main__"] = ModuleType("__main__")
    try:
        yield
    finally:
        sys.modules["__main__"] = main


class _Process(SpawnProcess):
    def start(self) -> None:
        with _without_main():
            super().start()


class SpawnWithoutMain(SpawnContext):
    """The start method *spawn* for work that needs no name of the script: functions and arguments of packages.

    Otherwise every worker would run a script without ``if __name__ == "__main__"`` from its first line on, and none
    could start where the script comes from standard input.
    """

    Process = _Process
