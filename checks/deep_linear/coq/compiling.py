"""Compile the statements of the claims in Coq, and say which statement is not what its theorem proves."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Protocol

COQC = ("coqc", "-q", "-w", "-notation-overridden,-ambiguous-paths", "-Q")


class Part(Protocol):
    """A piece of a file, compiled or left out as a whole."""

    @property
    def key(self) -> str:
        """What the piece is called in messages."""
        ...

    @property
    def text(self) -> str:
        """What Coq reads."""
        ...


def compiled(parts: Sequence[Part], header: str, library: Path, name: str) -> tuple[str, dict[str, str]]:
    """Compile the parts as one file beside the compiled ``library``.

    Returns what Coq printed of the parts that compile, and what it said of each of the others, by their keys.
    """
    failed: dict[str, str] = {}
    while True:
        kept = [part for part in parts if part.key not in failed]
        file = library / f"{name}.v"
        file.write_text(header + "\n".join(part.text for part in kept), encoding="utf-8")
        run = subprocess.run([*COQC, str(library), "flatcert", str(file)], capture_output=True, text=True, check=False)
        if run.returncode == 0:
            return run.stdout, failed
        stop = re.search(r"line (\d+), characters", run.stderr)
        if stop is None:
            raise RuntimeError(run.stderr)
        end = header.count("\n")
        for part in kept:
            end += part.text.count("\n") + 1
            if int(stop[1]) <= end:
                break
        failed[part.key] = " ".join(run.stderr[stop.end():].partition("Error:")[2].split())


def together(parts: Sequence[Part], header: str, library: Path, name: str) -> dict[str, str]:
    """Compile the parts as two files at a time; return what Coq said of the parts that do not compile."""
    with ThreadPoolExecutor(2) as pool:
        halves = pool.map(lambda half: compiled(parts[half::2], header, library, f"{name}_{half}"), (0, 1))
        return {key: said for _, failed in halves for key, said in failed.items()}
