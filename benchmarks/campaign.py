"""A campaign of ten million instances of ``sharpness-lower-tight``, as a user starts it, against its aim.

Every instance is decided: in float64 by proved error bounds, else by intervals or exact numbers. Beside the time of the
machine stands that of its processors, which other programs on the machine do not lengthen, and the memory at its
highest. Run with ``python benchmarks/campaign.py [INSTANCES]``.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from measuring import show, store

AIM = 120.0
"""Seconds for ten million instances on two cores."""
WORKERS = 2


def processor() -> float:
    """Seconds of processor time of the processes that have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def main() -> None:
    instances = int(sys.argv[1]) if len(sys.argv) > 1 else 10**7
    with tempfile.TemporaryDirectory() as folder:
        out, report = Path(folder, "campaign"), Path(folder, "report.json")
        command = [sys.executable, "-m", "flatcert", "campaign", "sharpness-lower-tight", "--instances", str(instances),
                   "--out", str(out), "--workers", str(WORKERS), "--json", str(report)]
        began, before = time.perf_counter(), processor()
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        took, used = time.perf_counter() - began, processor() - before
        found = json.loads(report.read_text(encoding="utf-8"))["obligations"][0]
        stored = sum(file.stat().st_size for file in out.rglob("*.parquet"))
    row = {"instances": found["instances"], "by_floats": found["by_floats"], "ties": found["ties"],
           "not_applicable": found["not_applicable"], "undecided": found["inconclusive"], "seconds": took,
           "processor_seconds": used, "processor_seconds_over_2": used / WORKERS,
           "aim_seconds": AIM * instances / 10**7, "megabytes_of_a_process":
           resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024, "megabytes_on_disk": stored / 2**20}
    show("a campaign of sharpness-lower-tight, two workers", [row])
    store("campaign", [row])


if __name__ == "__main__":
    main()
