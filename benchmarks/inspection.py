"""``inspect`` at sizes that people bring: processor time, peak memory, width of the enclosure.

Run ``python benchmarks/inspection.py``. Each network is inspected in a process of its own, as the command does.
"""

from __future__ import annotations

import json
import subprocess
import sys
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
from measuring import show, store

CASES = {"64-64-1": [64, 64, 1], "128-128-1": [128, 128, 1], "300 layers": [*[2] * 299, 1], "5000-1": [5000, 1]}
_CHILD = """
import resource, sys
from flatcert.checks.cli.main import main
try:
    main()
finally:
    used = resource.getrusage(resource.RUSAGE_SELF)
    print(used.ru_utime + used.ru_stime, used.ru_maxrss * 1024, file=sys.stderr)
"""


def row_of(name: str, hidden: list[int], folder: Path) -> dict[str, Any]:
    rng = np.random.default_rng(0)
    rows = rng.normal(size=(40, 3)).round(3)
    (folder / "t.csv").write_text("a,b,y\n" + "\n".join(",".join(map(str, row)) for row in rows) + "\n")
    scale = 1.4 if len(hidden) > 10 else 1.0
    layers = [scale * rng.normal(size=(b, a)) / np.sqrt(a) for a, b in pairwise([2, *hidden])]
    np.savez(folder / "w.npz", **{f"W{k}": layer for k, layer in enumerate(layers, 1)})
    command = [sys.executable, "-c", _CHILD, "inspect", "w.npz", "--data", "t.csv", "--target", "y", "--json", "-"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    time, memory = map(float, done.stderr.split()[-2:])
    found = json.loads(done.stdout)["on_data"]["sharpness"]
    return {"network": name, "processor seconds": time, "MB": memory / 1e6, "exit": done.returncode,
            "lower": found["lower"], "relative width": (found["upper"] - found["lower"]) / abs(found["lower"])}


def main() -> None:
    with TemporaryDirectory() as folder:
        rows = [row_of(name, hidden, Path(folder)) for name, hidden in CASES.items()]
    show("inspect, d = 2", rows)
    print(f"\nstored: {store('inspection', rows).name}")


if __name__ == "__main__":
    main()
