"""Timing, environment and storage shared by the benchmarks."""

from __future__ import annotations

import json
import os
import platform
import tempfile
import time
from collections.abc import Callable
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

RESULTS = Path(__file__).parent / "results"
PACKAGES = ("flatcert", "numpy", "scipy", "mpmath", "python-flint", "numba", "jax")


def seconds(
    function: Callable[[], Any], budget: float = 1.0, repeats: int = 5, clock: Callable[[], float] = time.perf_counter
) -> float:
    """Best time of one call: the fastest of several rounds that fill the budget together.

    Whatever compiles must have been called before. ``time.process_time`` is a clock for machines that others use.
    """
    start = clock()
    function()
    once = clock() - start
    if once > budget:
        return once
    number = max(1, int(budget / repeats / max(once, 1e-9)))
    rounds = []
    for _ in range(repeats):
        start = clock()
        for _ in range(number):
            function()
        rounds.append((clock() - start) / number)
    return min(rounds)


def environment() -> dict[str, Any]:
    """What the numbers depend on."""
    versions = {}
    for package in PACKAGES:
        try:
            versions[package] = version(package)
        except PackageNotFoundError:
            versions[package] = None
    return {"python": platform.python_version(), "cpu_count": os.cpu_count(), "packages": versions}


def store(name: str, rows: list[dict[str, Any]]) -> Path:
    """Write ``results/<name>.json`` atomically: a killed run leaves the old file."""
    RESULTS.mkdir(exist_ok=True)
    target = RESULTS / f"{name}.json"
    with tempfile.NamedTemporaryFile("w", dir=RESULTS, suffix=".part", delete=False) as part:
        json.dump({"benchmark": name, "environment": environment(), "rows": rows}, part, indent=2)
        part.write("\n")
    Path(part.name).chmod(0o644)
    Path(part.name).replace(target)
    return target


def show(title: str, rows: list[dict[str, Any]]) -> None:
    """Print rows as a table under their common keys, with the environment."""
    where = environment()
    packages = ", ".join(f"{name} {number}" for name, number in where["packages"].items() if number)
    print(f"{title}\npython {where['python']}, {where['cpu_count']} CPUs, {packages}\n")
    keys = list(rows[0])
    cells = [keys, *([_cell(row[key]) for key in keys] for row in rows)]
    widths = [max(len(line[i]) for line in cells) for i in range(len(keys))]
    for line in cells:
        print("  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip())


def _cell(value: Any) -> str:
    return f"{value:.3g}" if isinstance(value, float) else str(value)
