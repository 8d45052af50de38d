"""Make the paper's figures: carry out the experiments, decide the statements, write the tables and the pictures."""

from __future__ import annotations

import platform
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import asdict, dataclass
from functools import cache, partial
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING

import pandas as pd

from ... import __version__
from ..output import DataError, exit_code
from ..output.json_values import JsonObject, json_object, json_text
from ..output.plotting import write_figure
from ..output.whole_files import write_text
from .divergence import divergence_figure
from .experiments import FIGURES, SINGLE_RUNS, Experiment, SingleRun, all_experiments
from .generalization import generalization_figure
from .lines import Lines, lines
from .runs import PACKAGES, Outcome, code_digest, run_experiments
from .statements import (
    Statement,
    divergence,
    gelu_edge,
    generalization,
    small_start,
    thresholds,
    within_bounds,
)
from .style import Results
from .threshold import threshold_figure
from .training import gelu_figure, training_figure
from .units import Columns, carry_out_single

if TYPE_CHECKING:
    from matplotlib.figure import Figure

SEED = 2
"""The seed unless another is given. Its data have ``a`` near 0.9, so that the rate 0.1 of figure 1d lies below the
critical rate at ``L = 10``, as it does in the paper."""

_DRAWN: dict[int, Callable[[Results], Figure]] = {
    1: partial(training_figure, number=1), 2: threshold_figure, 3: partial(divergence_figure, number=3),
    4: partial(training_figure, number=4), 5: partial(divergence_figure, number=5), 6: generalization_figure,
    7: gelu_figure,
}
_MEANING = {
    "diverged_after": "steps after which the risk exceeded 1e20 times that of zero weights; -1: it did not",
    "gap": "R - R_min; the risk itself for gelu", "distance": "|w - w*|^2 / d", "sharpness": "largest eigenvalue of "
    "the Hessian: exact by the kernel reduction at minimizers, by Lanczos elsewhere", "error": "some eigenvalue lies "
    "within this of the sharpness, up to rounding", "minimizer": "whether the gradient vanishes up to rounding",
    "generalization_gap": "risk on fresh rows, in expectation, minus the risk",
}


@dataclass(frozen=True)
class FiguresReport:
    """What ``flatcert figures`` found, and the names of the files that it wrote."""

    seed: int
    reduced: bool
    statements: tuple[Statement, ...]
    files: tuple[str, ...]
    outcome: Outcome
    missing: tuple[int, ...]
    seconds: float

    @property
    def verdict(self) -> str:
        """The worst verdict of the statements. It is inconclusive at best if a figure is missing."""
        verdicts = {statement.verdict for statement in self.statements}
        if "violated" in verdicts:
            return "violated"
        return "inconclusive" if "inconclusive" in verdicts or self.missing else "held"

    @property
    def exit_code(self) -> int:
        return exit_code(self.verdict)

    def as_dict(self) -> JsonObject:
        """The JSON object, in which infinite numbers are null."""
        return json_object({
            "version": __version__, "seed": self.seed, "reduced": self.reduced, "seconds": self.seconds,
            "environment": environment(), "verdict": self.verdict, "estimated": True,
            "interrupted": self.outcome.interrupted, "units": self.outcome.units, "resumed": self.outcome.resumed,
            "missing_figures": list(self.missing), "files": list(self.files),
            "statements": [statement.as_dict() for statement in self.statements],
        })


def environment() -> dict[str, str]:
    """The versions that the numbers depend on."""
    return {"python": platform.python_version(), "flatcert": __version__, "code": code_digest(),
            **{package: version(package) for package in PACKAGES}}


def check_installed() -> None:
    """Raise DataError if a package of the extra is missing. Commands call this before the work."""
    for package, does in (("numba", "Numba, which compiles gradient descent,"),
                          ("matplotlib", "Matplotlib, which draws the figures,")):
        if find_spec(package) is None:
            raise DataError(f"{does} is not installed: run pip install 'flatcert[figures]'.")


def make_figures(
    numbers: Sequence[int], folder: Path, *, reduced: bool = False, seed: int = SEED, workers: int | None = None,
    executor: Executor | None = None, svg: bool = False,
    progress: Callable[[float, float], None] = lambda done, total: None,
) -> FiguresReport:
    """Draw the figures of the given numbers into a directory, with the tables that they are drawn from.

    It writes ``figure<N>.png``, at full size ``figure<N>.pdf``, and with ``svg`` also ``figure<N>.svg``;
    ``<experiment>.csv`` with a row for each network, and its settings in ``<experiment>.json``; single runs as
    ``figure<N>-rate<η>.csv``; ``report.json``; and ``units/``, from which an interrupted run goes on. At full size
    figures 1 to 6 take under a minute on two cores, and figure 7 takes five.

    Raises:
        DataError: Numba or Matplotlib is missing.
        OSError: a file cannot be written.
    """
    check_installed()
    started = monotonic()
    known = all_experiments(reduced)
    names = list(dict.fromkeys(name for number in numbers for name in FIGURES[number]))
    folder.mkdir(exist_ok=True)
    pictures: dict[int, list[str]] = {}
    suffixes = ("png", *([] if reduced else ["pdf"]), *(["svg"] if svg else []))
    with ThreadPoolExecutor(1) as meanwhile:
        others = meanwhile.submit(_others, numbers, known, seed)

        def draw(columns: dict[str, Columns]) -> Results | None:
            """Draw the figures whose experiments are complete. Returns None while the lines are missing."""
            if not others.done():
                return None
            results = Results(seed, {name: known[name] for name in names if name in columns}, columns, *others.result())
            for number in numbers:
                if number not in pictures and set(FIGURES[number]) <= set(columns):
                    pictures[number] = list(_draw(results, folder, number, suffixes))
            return results

        outcome = run_experiments([known[name] for name in names], folder / "units", seed=seed, workers=workers,
                                  executor=executor, progress=progress, arrived=draw)
    results = draw(outcome.columns)
    assert results is not None  # the executor waits for the others
    drawn = [number for number in numbers if number in pictures]
    statements = tuple(statement for number in drawn for statement in _statements(number, results))
    files = (*_write_tables(results, folder, drawn), *(name for number in drawn for name in pictures[number]))
    missing = tuple(number for number in numbers if number not in drawn)
    report = FiguresReport(seed, reduced, statements, files, outcome, missing, monotonic() - started)
    write_text(folder / "report.json", json_text(report.as_dict()) + "\n")
    return report


def _others(
    numbers: Sequence[int], known: Mapping[str, Experiment], seed: int
) -> tuple[dict[str, Lines], dict[SingleRun, Columns]]:
    """The theory's lines for every experiment of the figures, and the single runs of the figures."""
    names = {name for number in numbers for name in FIGURES[number] if known[name].kind != "gelu"}
    return ({name: lines(known[name], seed) for name in sorted(names)},
            {single: carry_out_single(single, known[single.experiment], seed) for _, single in _singles(numbers)})


def _singles(numbers: Sequence[int]) -> list[tuple[int, SingleRun]]:
    """The single runs of the figures, each with the number of its figure."""
    return [(number, single) for number in numbers for single in SINGLE_RUNS.get(number, ())]


def _statements(number: int, results: Results) -> Iterator[Statement]:
    for name in FIGURES[number]:
        experiment, columns = results.experiments[name], results.columns[name]
        if number == 7:
            yield gelu_edge(number, columns, float((experiment.data(results.seed).target ** 2).mean()))
            continue
        theory = results.lines[name]
        if number in (1, 4, 6):
            yield within_bounds(number, columns, theory)
        if number in (1, 4):
            yield small_start(number, experiment, columns, theory)
        elif number == 2:
            yield from thresholds(number, experiment, columns, theory)
        elif number in (3, 5):
            yield divergence(number, experiment, columns, theory)
        elif number == 6:
            yield generalization(number, experiment, columns)


def _write_tables(results: Results, folder: Path, drawn: Sequence[int]) -> Iterator[str]:
    singles = _singles(drawn)
    for name, columns in results.columns.items():
        experiment = results.experiments[name]
        settings = {"seed": results.seed, "settings": asdict(experiment), "environment": environment(),
                    "lines": asdict(results.lines[name]) if name in results.lines else None, "columns": _MEANING,
                    "single_runs": [asdict(single) for _, single in singles if single.experiment == name]}
        yield _write_csv(folder / f"{name}.csv", columns)
        write_text(folder / f"{name}.json", json_text(json_object(settings)) + "\n")
        yield f"{name}.json"
    for number, single in singles:
        yield _write_csv(folder / f"figure{number}-rate{single.rate:g}.csv", results.singles[single])


def _write_csv(path: Path, columns: Columns) -> str:
    write_text(path, pd.DataFrame(columns).to_csv(index=False, lineterminator="\n"))
    return path.name


def _draw(results: Results, folder: Path, number: int, suffixes: Sequence[str]) -> Iterator[str]:
    make = cache(partial(_DRAWN[number], results))
    for suffix in ("pdf", "svg"):
        (folder / f"figure{number}.{suffix}").unlink(missing_ok=True)  # of another run, perhaps
    for suffix in suffixes:
        path = folder / f"figure{number}.{suffix}"
        write_figure(make, path, dpi=300 if "pdf" in suffixes else 150)
        make().set_layout_engine("none")  # the next file takes the layout of this one
        yield path.name
