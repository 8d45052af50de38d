"""The one way to spread work over processes: functions of packages with arguments that travel, on any executor."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Executor, Future, ProcessPoolExecutor, wait
from contextlib import contextmanager
from importlib.util import find_spec
from itertools import islice
from multiprocessing import active_children
from multiprocessing.context import SpawnContext, SpawnProcess
from os import cpu_count
from signal import SIG_IGN, SIGINT, signal
from threading import Lock
from types import ModuleType
from typing import Any, TypeVar

from .messages import DataError

Item = TypeVar("Item")
Result = TypeVar("Result")
WAITING = 1024
"""How many items are given to an executor before the first result is waited for."""
_TURN = Lock()


@contextmanager
def at_work(executor: Executor | None = None, workers: int | None = None) -> Iterator[Executor | None]:
    """Yield the executor, or one of ``workers`` processes (one for each processor); None for ``workers=0``.

    Processes that were started here end with the block. After Ctrl-C, or when a signal ends this process, they are not
    waited for. Raises DataError where a process of the executor was killed.
    """
    if executor is not None or workers == 0:
        with _killed_is_said():
            yield executor
        return
    pool = ProcessPoolExecutor(workers or cpu_count() or 1, mp_context=SpawnWithoutMain(),
                               initializer=_leave_interrupts_to_the_parent)
    try:
        with _killed_is_said():
            yield pool
    except (KeyboardInterrupt, SystemExit):  # else the workers would outlive this process and wait for ever
        pool.shutdown(wait=False, cancel_futures=True)
        for worker in active_children():
            worker.terminate()
        raise
    finally:
        pool.shutdown(cancel_futures=True)


def results(
    function: Callable[[Item], Result], items: Iterable[Item], executor: Executor | None
) -> Iterator[tuple[Item, Result]]:
    """The items with their results: in order from this process, or as they are ready from the executor.

    Items are taken as they are needed, so that there may be any number of them.

    >>> list(results(abs, [-1, 2], None))
    [(-1, 1), (2, 2)]
    """
    if executor is None:
        yield from ((item, function(item)) for item in items)
        return
    left, waiting = iter(items), dict[Future[Result], Item]()
    while True:
        waiting.update((executor.submit(_one_at_a_time, function, item), item)
                       for item in islice(left, WAITING - len(waiting)))
        if not waiting:
            return
        for future in wait(waiting, return_when=FIRST_COMPLETED).done:
            yield waiting.pop(future), future.result()


def _one_at_a_time(function: Callable[[Item], Result], item: Item) -> Result:
    """The result, computed by one thread of the process at a time: FLINT keeps its precision for the whole process."""
    with _TURN:
        return function(item)


@contextmanager
def on_dask(address: str | None) -> Iterator[Executor | None]:
    """Yield an executor on the Dask cluster whose scheduler has this address; None without an address.

    Raises DataError where Dask is not installed, or no scheduler answers.
    """
    if address is None:
        yield None
        return
    if find_spec("distributed") is None:
        raise DataError("Dask is not installed: run pip install 'flatcert[dask]'.")
    from distributed import Client, KilledWorker

    try:
        client: Any = Client(address, timeout=10, set_as_default=False)  # type: ignore[no-untyped-call]
    except (OSError, ValueError):
        raise DataError(f"No Dask scheduler answers at {address!r}: start one with 'dask scheduler', and workers with "
                        "'dask worker', or mend the address.") from None
    try:
        with client:
            yield client.get_executor()
    except KilledWorker:
        raise DataError(f"A unit of work has ended several workers of {address!r}, perhaps for want of memory: give "
                        "them more, and begin again (a campaign goes on where it was).") from None


@contextmanager
def _killed_is_said() -> Iterator[None]:
    try:
        yield
    except BrokenExecutor:
        raise DataError("A worker process was killed, perhaps for want of memory: use fewer workers, or begin again "
                        "(a campaign goes on where it was).") from None


def _leave_interrupts_to_the_parent() -> None:
    signal(SIGINT, SIG_IGN)


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
