"""``flatcert discover``."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest


def test_a_table_and_json(flatcert: Any, tmp_path: Path) -> None:
    result = flatcert("discover", "b", "--in", "a, lambda_max", "--json", tmp_path / "found.json")
    assert result.code == 0
    assert "b >= a" in result.out and "b <= lambda_max" in result.out and "is refuted at" in result.out
    found = json.loads((tmp_path / "found.json").read_text(encoding="utf-8"))
    assert found["free"] == ["lambda_max"] and {one["answer"] for one in found["bounds"]} >= {"proved", "refuted"}


@pytest.mark.parametrize("arguments, sentence", [
    (("b", "--in", "lamda"), "did you mean lambda_max"), (("b", "--in", "b"), "cannot bound itself"),
    (("b", "--in", "a", "--plot", "a.txt"), "no picture"),
    (("b", "--in", "a lambda_max", "--plot", "a.png"), "two free"),
])
def test_errors_are_sentences(
    flatcert: Any, arguments: tuple[str, ...], sentence: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    result = flatcert("discover", *arguments)
    assert result.code == 2 and sentence in result.err
