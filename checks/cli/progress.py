"""Progress on stderr: what is at work, how much is done, and how long it will still take."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from time import monotonic

from rich.console import Console
from rich.progress import BarColumn, Progress, ProgressColumn, Task, TextColumn
from rich.text import Text

from .last_runs import last_run, remember


class TimeLeft(ProgressColumn):
    """The time left: by the last run about the same, corrected by how fast this one is, or by what is done so far."""

    def __init__(self, before: Sequence[float]) -> None:
        super().__init__()
        self.before = before

    def render(self, task: Task) -> Text:
        return Text(f"{round(task.completed)} of {round(task.total or 0)}{self._left(task)}")

    def _left(self, task: Task) -> str:
        done, total, elapsed = task.completed, task.total or 0, task.elapsed or 0.0
        if done >= total:
            return ""
        if len(self.before) == total + 1:
            return about(seconds_left(self.before, round(done), task.fields["since"], elapsed)) + ", by the last run"
        return about(elapsed * (total - done) / done) if done > 0.2 * total else ""


def seconds_left(before: Sequence[float], done: int, since: float, elapsed: float) -> float:
    """The seconds left when ``done`` units were done ``since`` seconds after the start, and ``elapsed`` have passed.

    >>> seconds_left([0.0, 10.0, 40.0], 1, 20.0, 25.0)
    55.0
    """
    pace = since / before[done] if since > 3 and before[done] > 3 else 1.0
    return max(pace * (before[-1] - before[done]) - (elapsed - since), 1.0)


def about(seconds: float) -> str:
    """A time in words.

    >>> about(7.2), about(47), about(200)
    (', about 7 s left', ', about 50 s left', ', about 3 min left')
    """
    if seconds < 90:
        return f", about {max(1, round(seconds)) if seconds < 10 else 10 * round(seconds / 10)} s left"
    return f", about {round(seconds / 60)} min left"


@contextmanager
def progress_bar(what: str = "", run: object = None) -> Iterator[Callable[..., None]]:
    """Show progress, if stderr is a terminal. Yields a function of what is done, the total, and what is at work.

    ``run`` says what the work is about: the times of a run are remembered for the next one that is about the same.
    """
    before = [] if run is None else last_run(run)
    screen = Console(stderr=True, highlight=False)
    started, times, complete = monotonic(), list[float](), False
    columns = (TextColumn("{task.description}", markup=False), BarColumn(20), TimeLeft(before))
    with Progress(*columns, console=screen, transient=True,
                  disable=not (sys.stderr.isatty() and screen.is_interactive)) as bar:
        task = bar.add_task(what, total=len(before) - 1 if before else None, since=0.0)

        def advance(done: float, total: float, at: str = what) -> None:
            nonlocal complete
            now = monotonic() - started
            bar.update(task, completed=done, total=total, description=at, since=now)
            if done == len(times) and not complete:
                times.append(now)
                complete = done == total

        yield advance
    if run is not None and complete:
        remember(run, times)
