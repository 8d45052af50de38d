"""The second line: what it costs to decide every step on exact instances, against re-checking the derivations.

For each claim, in one process and in the order of the registry: the seconds that its derivation takes to be checked,
the seconds that its steps take to be decided, how many there are and how many agree with the instances. What is
remembered is shared by all: instances, and judgments that more than one derivation has. Run with
``python benchmarks/steps.py``; half a minute.
"""

from __future__ import annotations

from time import process_time
from typing import Any

from measuring import show, store

from flatcert.checks.second_line.steps import second_line
from flatcert.theory.library import BUILT_IN


def measured(claim: str) -> dict[str, Any] | None:
    started = process_time()
    found = BUILT_IN.derivation(claim)
    if found is None:
        return None
    found.check(BUILT_IN)
    checked = process_time()
    line = second_line(found, BUILT_IN)
    return {"claim": claim, "steps": len(found.steps), "agreeing": line.agreeing, "checked": checked - started,
            "decided": process_time() - checked}


def main() -> None:
    rows = [row for claim in BUILT_IN.claims if (row := measured(claim)) is not None]
    total: dict[str, Any] = {name: sum(row[name] for row in rows) for name in rows[0] if name != "claim"}
    rows.append({"claim": "all", **total})
    for row in rows:
        row["share"] = row["agreeing"] / row["steps"]
        row["cost"] = row["decided"] / row["checked"]
    show("seconds to check a derivation and to decide its steps", rows)
    store("steps", rows)


if __name__ == "__main__":
    main()
