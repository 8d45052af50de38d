"""The covariance of a table of decimals in a CSV file: exact in chunks, beside Fractions and beside float64.

Each method reads the file and sums up the products of all columns. Fractions are exact, too; pandas with NumPy is what
most people do, and rounds. Times are those of the processor, for machines that others use, and memory is the peak of a
process of its own, on Linux. Run with ``python benchmarks/tables.py [ROWS]``; a million rows make a file of 435 MB.
"""

from __future__ import annotations

import csv
import subprocess
import sys
import tempfile
import time
from fractions import Fraction
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from measuring import show, store

from flatcert import read_table

SIZES = ((50_000, 30), (50_000, 50))
FEW = 300
"""So many rows are enough to see what Fractions take for each."""
PEAK = "print(next(line.split()[1] for line in open('/proc/self/status') if line.startswith('VmHWM')))"


def write(path: Path, rows: int, features: int) -> None:
    """A table of decimals with five places."""
    generator = np.random.default_rng(0)
    with path.open("w") as file:
        file.write(",".join(f"x{j}" for j in range(features)) + ",y\n")
        for start in range(0, rows, 10_000):
            block = generator.normal(size=(min(10_000, rows - start), features))
            target = block @ np.arange(features) + generator.normal(size=len(block))
            np.savetxt(file, np.column_stack([block, target]), fmt="%.5f", delimiter=",")


def by_fractions(path: Path, rows: int) -> list[list[Fraction]]:
    """The sums of products over the first rows."""
    with path.open(newline="") as file:
        reader = csv.reader(file)
        width = len(next(reader))
        sums = [[Fraction(0)] * width for _ in range(width)]
        for row in islice(reader, rows):
            numbers = [Fraction(cell) for cell in row]
            for i, left in enumerate(numbers):
                for j in range(i + 1):
                    sums[i][j] += left * numbers[j]
    return sums


def by_floats(path: Path) -> Any:
    """``ZᵀZ/n`` in float64."""
    table = pd.read_csv(path).to_numpy()
    return table.T @ table / len(table)


def used(work: Any) -> tuple[float, Any]:
    """The processor seconds of a call, and what it returns."""
    start = time.process_time()
    found = work()
    return time.process_time() - start, found


def peak(statement: str) -> float:
    """The megabytes that a process of its own takes for a statement."""
    done = subprocess.run([sys.executable, "-c", f"{statement}; {PEAK}"], capture_output=True, text=True, check=True)
    return int(done.stdout) / 1024


def measured(folder: Path, rows: int, features: int) -> list[dict[str, Any]]:
    path = folder / "t.csv"
    write(path, rows, features)
    ours, table = used(lambda: read_table(path, "y"))
    floats, rounded = used(lambda: by_floats(path))
    fractions, sums = used(lambda: by_fractions(path, FEW))
    few = folder / "few.csv"
    with path.open() as file:
        few.write_text("".join(islice(file, FEW + 1)))
    head = read_table(few, "y").moments.products
    assert all(Fraction(str(head[i, j])) * FEW == sums[i][j] for i in range(features + 1) for j in range(i + 1))
    exact = table.moments.products.astype(float)
    error = float(np.abs(rounded - exact).max() / np.abs(exact).max())
    common = {"rows": rows, "features": features}
    return [
        {**common, "method": "flatcert, exact", "seconds": ours, "ratio": 1.0, "relative_error": 0.0,
         "peak_mb": peak(f"from flatcert import read_table; read_table({str(path)!r}, 'y')")},
        {**common, "method": f"Fractions, by {FEW} rows", "seconds": fractions * rows / FEW,
         "ratio": fractions * rows / FEW / ours, "relative_error": 0.0, "peak_mb": "-"},
        {**common, "method": "pandas and NumPy, float64", "seconds": floats, "ratio": floats / ours,
         "relative_error": error,
         "peak_mb": peak(f"import pandas as pd; z = pd.read_csv({str(path)!r}).to_numpy(); z.T @ z")},
    ]


def main() -> None:
    sizes = [(int(sys.argv[1]), 50)] if len(sys.argv) > 1 else SIZES
    with tempfile.TemporaryDirectory() as folder:
        read_table({"x": [1, 2], "y": [1, 3]}, "y")  # loads what is loaded once
        rows = [row for size in sizes for row in measured(Path(folder), *size)]
    show("the covariance of a table in a CSV file, one core", rows)
    if len(sys.argv) == 1:
        store("tables", rows)


if __name__ == "__main__":
    main()
