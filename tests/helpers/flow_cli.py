"""The command line in this process, and gradients by NumPy, for the tests of ``flow`` and ``inspect``."""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from flatcert.checks.cli import main as cli

DIABETES = Path(__file__).parents[2] / "examples" / "diabetes.csv"


@dataclass
class Result:
    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


def run_flatcert(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, *arguments: object) -> Result:
    """The entry point, with its exit code and streams."""
    monkeypatch.setattr(sys, "argv", ["flatcert", *map(str, arguments)])
    monkeypatch.setenv("COLUMNS", "240")  # no sentence of the output is broken into lines
    with pytest.raises(SystemExit) as caught:
        cli.main()
    captured = capsys.readouterr()
    code = caught.value.code
    return Result(code if isinstance(code, int) else 0, captured.out, captured.err)


def sentence(result: Result) -> str:
    """The one sentence of a refusal: exit 2, nothing on stdout, no traceback."""
    assert result.code == 2, result
    assert result.out == ""
    (line,) = result.err.strip().splitlines()
    assert line.startswith("flatcert: ") and line.endswith(".") and "Traceback" not in line
    return line


def holds(pair: dict[str, float], value: float, rel: float = 1e-9) -> bool:
    """A float64 value lies in an enclosure, up to its own rounding."""
    return pair["lower"] - rel * abs(value) <= value <= pair["upper"] + rel * abs(value)


def split(vector: Any, like: list[Any]) -> list[Any]:
    ends = np.cumsum([w.size for w in like])[:-1]
    return [part.reshape(w.shape) for part, w in zip(np.split(vector, ends), like, strict=True)]


def product(weights: list[Any]) -> Any:
    total = weights[0]
    for weight in weights[1:]:
        total = weight @ total
    return total


def slope(vector: Any, sigma: Any, w: Any, like: list[Any]) -> Any:
    """``∇R`` by products of whole layers on both sides: not by the package's backward vectors."""
    weights = split(vector, like)
    g = 2 * (product(weights).ravel() - w) @ sigma
    parts = []
    for k in range(len(weights)):
        above = product(weights[k + 1:]) if k + 1 < len(weights) else np.eye(1)
        below = product(weights[:k]) if k else np.eye(len(w))
        parts.append((above.T @ g[None, :] @ below.T).ravel())
    return np.concatenate(parts)


def top_by_differences(vector: Any, sigma: Any, w: Any, like: list[Any]) -> float:
    """Top eigenvalue of the dense Hessian, by central differences of the gradient."""
    step = 1e-5
    columns = [(slope(vector + step * e, sigma, w, like) - slope(vector - step * e, sigma, w, like)) / (2 * step)
               for e in np.eye(len(vector))]
    return float(np.linalg.eigvalsh((np.array(columns) + np.array(columns).T) / 2)[-1])
