"""``flatcert campaign`` as a user types it: what is printed, written and drawn, and refusals in one sentence."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from flow_cli import sentence

THEORY = Path(__file__).parents[3] / "examples" / "theories" / "estimates.py"


def test_a_campaign_and_its_summary(flatcert: Any, tmp_path: Path) -> None:
    out, report = tmp_path / "out", tmp_path / "r.json"
    shown = flatcert("campaign", THEORY, "--claims", "means, linear", "--instances", 200, "--workers", 0, "--out", out,
                     "--json", report)
    assert shown.code == 0 and "means/amgm" in shown.out and "400 instances: " in shown.out
    found = json.loads(report.read_text())
    assert found["complete"] and {one["instances"] for one in found["obligations"]} == {200}
    again = flatcert("campaign", "--summary", "--out", out, "--plot", tmp_path / "slack.svg")
    assert again.code == 0 and "drawn from its families" in again.out and "slack: larger side" in again.out
    assert "tightest instances of means/amgm" in again.out and "flatcert replay --theory" in again.out
    assert (tmp_path / "slack.svg").read_text().startswith("<?xml")


@pytest.mark.parametrize(("arguments", "message"), [
    (["gradient"], "Name the folder of the campaign by --out."),
    (["--summary", "--out", "nothing"], "'nothing' holds no campaign: name its folder by --out."),
    (["no-claim", "--out", "x"], "no-claim"),
    (["residual-init", "--out", "x"], "Random draws can only estimate residual-init"),
    (["gradient", "--out", "x", "--dask", "nonsense://x"], "No Dask scheduler answers at 'nonsense://x'"),
    (["gradient", "--out", "x/y"], "There is no directory 'x'"),
])
def test_refusals(
    flatcert: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], message: str
) -> None:
    monkeypatch.chdir(tmp_path)
    shown = flatcert("campaign", *arguments)
    assert shown.code == 2 and message in sentence(shown)
    assert not list(tmp_path.iterdir())
