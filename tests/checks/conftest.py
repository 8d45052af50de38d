"""What tests of commands share: the command line, and a table with its problem."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from flow_cli import run_flatcert


@pytest.fixture
def flatcert(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Any:
    return lambda *arguments: run_flatcert(capsys, monkeypatch, *arguments)


@pytest.fixture
def table(tmp_path: Path) -> tuple[Path, Any, Any]:
    """A CSV of small integers with its covariance and least-squares regressor."""
    rng = np.random.default_rng(5)
    X, noise = rng.integers(-3, 4, size=(40, 3)), rng.integers(-2, 3, size=40)
    y = X @ [1, 2, -1] + noise
    path = tmp_path / "t.csv"
    rows = [",".join(map(str, (*row, target))) for row, target in zip(X, y, strict=True)]
    path.write_text("a,b,c,y\n" + "\n".join(rows) + "\n")
    return path, X.T @ X / 40, np.linalg.lstsq(X, y)[0]
