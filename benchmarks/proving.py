"""How many conjectures are proved that follow, how many near misses (none may be), and how long a search takes.

python benchmarks/proving.py [FILE ...]      files of conjectures, one a line; without names those of the tests
"""

from __future__ import annotations

import sys
from pathlib import Path
from statistics import median
from time import process_time

from flatcert.checks.conjecture import read_line
from flatcert.checks.conjecture.proving.search import prove

TESTS = Path(__file__).parents[1] / "tests/checks/conjecture/proving"
FILES = (TESTS / "follows.txt", TESTS / "near_misses.txt")


def main() -> None:
    for file in map(Path, sys.argv[1:] or FILES):
        times, proved = [], 0
        for line in file.read_text(encoding="utf-8").splitlines():
            text = line.partition("#")[0].strip()
            if not text:
                continue
            stated, began = read_line(text), process_time()
            found = prove(stated)
            times.append(process_time() - began)
            proved += found is not None
            steps = "not proved" if found is None else f"{len(found.derivation.steps)} steps"
            print(f"{times[-1]:7.2f} s  {steps:10}  {text}", flush=True)
        slowest = sorted(times)[int(0.9 * (len(times) - 1))]
        print(f"{file.name}: {proved} of {len(times)} proved; {times[0]:.2f} s for the first, "
              f"median {median(times):.2f} s, nine of ten within {slowest:.2f} s (seconds of the processor)\n")


if __name__ == "__main__":
    main()
