"""Carry out experiments on threads. Each unit of work is kept in a file, so that a run can be resumed."""

from __future__ import annotations

import os
import platform
import zipfile
from collections.abc import Callable, Iterable
from concurrent.futures import FIRST_COMPLETED, Executor, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from functools import cache, partial
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from threading import Event, Lock

import numpy as np

from ..output.whole_files import ended_as_by_error, written_whole
from ..output.workers import at_work, results
from .experiments import Experiment
from .units import Columns, Stopped, Unit, carry_out, units

PACKAGES = ("numba", "llvmlite", "mpmath", "numpy", "scipy")
"""The packages whose versions the numbers depend on."""

_MAKERS = ("figures/units.py", "figures/experiments.py", "data/setup.py", "data/gaussian.py",
           "deep_linear/instances/pool.py")
"""Besides `numeric`, the files below checks/ that make the numbers."""


@dataclass
class Outcome:
    """The columns of all complete experiments, the number of units, and how many units were ``resumed`` from files."""

    columns: dict[str, Columns] = field(default_factory=dict)
    units: int = 0
    resumed: int = 0
    interrupted: bool = False


def run_experiments(
    experiments: Iterable[Experiment], folder: Path, *, seed: int = 0, workers: int | None = None,
    executor: Executor | None = None,
    progress: Callable[[float, float], None] = lambda done, total: None,
    arrived: Callable[[dict[str, Columns]], object] = lambda columns: None,
) -> Outcome:
    """Carry out the experiments on ``workers`` threads, by default one for each processor, or on the executor.

    The threads share the compiled kernels, which run beside each other. On an executor progress is by whole units.
    A unit is a pure function of its settings and the seed, so that the number of threads changes no bit. Each unit is
    kept as ``folder/<unit>-<digest>.npz``. The digest is of settings, seed, code and versions, so that a later run
    takes only units that it would compute alike. Ctrl-C stops the threads within a second and keeps the units that are
    done. SIGTERM does the same and then ends the process.
    ``arrived`` is called in this thread, while the others work, with the columns of all complete experiments.
    """
    folder.mkdir(exist_ok=True)
    cut = {experiment.name: units(experiment) for experiment in experiments}
    places = {unit: folder / f"{unit.name}-{_digest(unit, seed)}.npz" for made in cut.values() for unit in made}
    found = {unit: columns for unit, place in places.items() if (columns := _read(place)) is not None}
    outcome = Outcome(units=len(places), resumed=len(found))
    # Short experiments first, so that their figures are kept if the long ones are interrupted.
    costs = {name: sum(unit.cost for unit in made) for name, made in cut.items()}
    todo = sorted((unit for unit in places if unit not in found),
                  key=lambda unit: (costs[unit.experiment.name], -unit.cost))
    if todo:  # but the longest unit first of all: the other threads work while its kernel is compiled
        todo.insert(0, todo.pop(max(range(len(todo)), key=lambda index: todo[index].cost)))
    meter = _Meter(sum(unit.cost for unit in found))
    total = sum(unit.cost for unit in places)

    def keep(unit: Unit, columns: Columns) -> tuple[Unit, Columns]:
        with written_whole(places[unit]) as draft:
            np.savez(draft, allow_pickle=False, **columns)
        return unit, columns

    def work(unit: Unit) -> tuple[Unit, Columns]:
        return keep(unit, carry_out(unit, seed, meter.advanced))

    if executor is not None:
        try:
            with at_work(executor) as elsewhere:
                for unit, columns in results(partial(_elsewhere, seed), todo, elsewhere):
                    found.update([keep(unit, columns)])
                    meter.advanced(unit.cost)
                    progress(meter.done, total)
                    arrived(_complete(cut, found))
        except KeyboardInterrupt:
            outcome.interrupted = True
        outcome.columns = _complete(cut, found)
        return outcome
    pool = ThreadPoolExecutor(workers or os.cpu_count() or 1)
    waiting: set[Future[tuple[Unit, Columns]]] = set()
    with ended_as_by_error():
        try:
            waiting.update(pool.submit(work, unit) for unit in todo)
            while waiting:
                done, waiting = wait(waiting, timeout=0.2, return_when=FIRST_COMPLETED)
                found.update(future.result() for future in done)
                progress(meter.done, total)
                arrived(_complete(cut, found))
        except KeyboardInterrupt:
            outcome.interrupted = True
        finally:
            meter.stop.set()
            pool.shutdown(cancel_futures=True)
    for future in waiting:  # units that ended while the other threads were being stopped
        if not future.cancelled() and not isinstance(future.exception(), Stopped):
            found.update([future.result()])
    outcome.columns = _complete(cut, found)
    return outcome


def _elsewhere(seed: int, unit: Unit) -> Columns:
    """The columns of a unit, in any process."""
    return carry_out(unit, seed, lambda cost: True)


def _complete(cut: dict[str, list[Unit]], found: dict[Unit, Columns]) -> dict[str, Columns]:
    """The columns of the experiments whose units are all done."""
    complete = {name: [found[unit] for unit in made] for name, made in cut.items() if all(u in found for u in made)}
    return {name: {column: np.concatenate([part[column] for part in parts]) for column in parts[0]}
            for name, parts in complete.items()}


class _Meter:
    """The work that all threads have done, and the order to stop."""

    def __init__(self, done: float) -> None:
        self.done, self.stop, self._lock = done, Event(), Lock()

    def advanced(self, cost: float) -> bool:
        with self._lock:
            self.done += cost
        return not self.stop.is_set()


def _read(place: Path) -> Columns | None:
    try:
        # Opened here: NumPy leaves a damaged file open.
        with place.open("rb") as file, np.load(file, allow_pickle=False) as stored:
            return dict(stored)
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
        return None  # not there, or damaged: it is made again


def _digest(unit: Unit, seed: int) -> str:
    return sha256(f"{unit} {seed} {code_digest()}".encode()).hexdigest()[:16]


@cache
def code_digest() -> str:
    """A digest of the code that makes the numbers, of the versions of its packages, and of the processor."""
    from llvmlite.binding import get_host_cpu_name  # it comes with Numba, which is optional

    root = Path(__file__).parents[2]
    files = [*sorted((root / "numeric").rglob("*.py")), *(root / "checks" / name for name in _MAKERS)]
    words = [*map(version, PACKAGES), platform.machine(), get_host_cpu_name()]  # what may round once or twice
    text = b"".join(file.read_bytes() for file in files) + " ".join(words).encode()
    return sha256(text).hexdigest()[:16]
