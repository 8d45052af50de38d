"""When each unit of the last runs was done: what the time left is estimated from."""

from __future__ import annotations

import json
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path

from ..output.cache import cache_folder
from ..output.whole_files import write_text

KEPT = 50
"""How many runs are remembered, the last ones."""


def _file() -> Path:
    return cache_folder() / "last_runs.json"


def _read() -> dict[str, list[float]]:
    """The runs by their keys, the last one at the end. What is no such file holds no runs."""
    try:
        found = json.loads(_file().read_text(encoding="utf-8"))
        return {str(key): [float(time) for time in times] for key, times in found.items()}
    except (OSError, ValueError, TypeError, AttributeError):
        return {}


def last_run(about: object) -> list[float]:
    """The seconds after which 0, 1, 2, ... units were done in the last run about the same; empty without such a run."""
    return _read().get(_key(about), [])


def remember(about: object, times: Sequence[float]) -> None:
    """Keep the times of a complete run. A folder that cannot be written is no error: nothing depends on them."""
    found = _read()
    found.pop(_key(about), None)
    found[_key(about)] = [round(time, 2) for time in times]
    try:
        _file().parent.mkdir(parents=True, exist_ok=True)
        write_text(_file(), json.dumps(dict(list(found.items())[-KEPT:])) + "\n")
    except OSError:
        pass


def _key(about: object) -> str:
    return sha256(repr(about).encode()).hexdigest()[:16]
