"""``flatcert residual`` and ``flatcert flow --residual``: what they print, write, draw and refuse."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from flint import arb
from flow_cli import holds, sentence

from flatcert.checks.analysis.flow import flow_report
from flatcert.checks.analysis.residual import residual_flow
from flatcert.checks.data import Setup
from flatcert.numeric.linalg.rational import rational, rational_array
from flatcert.numeric.network.problem import RegressionProblem
from flatcert.numeric.network.residual import residual_network


def test_the_report(flatcert: Any, tmp_path: Path) -> None:
    shown = flatcert("residual", "--dim", 3, "--depth", 3, "--draws", 20, "--starts", 1, "--json", tmp_path / "r.json")
    assert shown.code == 0
    for words in ("estimated", "Clopper-Pearson", "analytic bound", "improved / simple", "(beta^4/alpha^2) kappa"):
        assert words in shown.out
    found = json.loads((tmp_path / "r.json").read_text())
    assert [(x["dim"], x["depth"], x["draws"]) for x in found["estimates"]] == [(3, 1, 20), (3, 2, 20), (3, 3, 20)]
    assert {x["verdict"] for x in found["estimates"]} == {"estimated"} == {found["verdict"]}
    (start,) = found["starts"]
    assert 100 * start["allowed"]["simple"] < start["allowed"]["improved"] < start["same_move"]["improved"]["lower"]
    assert 1 <= start["ratio"] <= start["ratio_bound"]


def test_the_picture(flatcert: Any, tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")
    for name in ("r.svg", "r.png"):
        done = flatcert("residual", "--dim", 7, "--depth", 3, "--draws", 5, "--starts", 0, "--plot", tmp_path / name)
        assert done.code == 0
    assert "</svg>" in (tmp_path / "r.svg").read_text()
    assert (tmp_path / "r.png").read_bytes().startswith(b"\x89PNG")


BAD = {
    "scale": (["residual", "--scale", 0], "change --scale"),
    "nan": (["residual", "--scale", "nan"], "change --scale"),
    "too many weights": (["residual", "--dim", 50], "--starts 0"),
    "one file": (["residual", "--json", "f.png", "--plot", "f.png"], "its own file"),
    "picture": (["residual", "--plot", "f.txt"], ".png, .pdf, .svg"),
    "directory": (["residual", "--json", "/nowhere/f.json"], "There is no directory"),
    "weights": (["flow", "--residual", "--weights", "w.npz"], "leave out --weights"),
}


@pytest.mark.parametrize("arguments, message", BAD.values(), ids=BAD.keys())
def test_bad_usage_gets_one_sentence(flatcert: Any, arguments: list[object], message: str) -> None:
    assert message in sentence(flatcert(*arguments))


def test_a_residual_flow(flatcert: Any) -> None:
    """The start drawn again by NumPy: first the data, then the weights."""
    arguments = ("flow", "--residual", "--dim", 2, "--depth", 3, "--scale", 0.3, "--seed", 1)
    result = flatcert(*arguments, "--json", "-")
    assert result.code == 0 and result.json["verdict"] == "certified"
    rng = np.random.default_rng(1)
    X = rng.normal(size=(50, 2))
    y = X @ rng.normal(size=2) + rng.normal(size=50)
    w = np.linalg.lstsq(X, y)[0]
    W = np.eye(2) + 0.3 / np.sqrt(6) * rng.normal(size=(3, 2, 2))
    away = np.linalg.multi_dot(W[::-1]).T @ np.full(2, 0.5**0.5) - w / np.linalg.norm(w)
    found = result.json["residual"]
    assert holds(found["initial_risk_gap"], away @ (X.T @ X / 50) @ away, 1e-9)
    assert {x["verdict"] for x in found["bounds"]} == {"not applicable"}
    assert {found["start"], *(x["start"] for x in found["bounds"])} == {"initialization"}
    shown = flatcert(*arguments).out
    assert "residual-convergence-sharp" in shown and "of all sub-products, certified" in shown


def test_the_residual_theorems_say_nothing_of_the_end_state(flatcert: Any, tmp_path: Path) -> None:
    """Too few steps: the end state has a limit, and the theorems speak of that of the initialization."""
    arguments = ("flow", "--residual", "--dim", 2, "--depth", 3, "--scale", 0.3, "--max-steps", 8)
    result = flatcert(*arguments, "--json", tmp_path / "f.json")
    found = json.loads((tmp_path / "f.json").read_text())
    assert found["decided"] == "limit of the end state" and found["residual"]["bounds"] == []
    assert "the limit of the initialization, which is not enclosed" in result.out
    assert result.out.splitlines()[-1].startswith(found["verdict"])


def near(share: float) -> Setup:
    """A start whose initial risk is a share of what the improved theorem allows."""
    network = residual_network(2, 3, 0.3, np.random.default_rng(0))
    regressor = network.astype(rational).regressor()
    far = residual_flow(flow_report(Setup(RegressionProblem(rational_array(np.eye(2)), regressor + 1), network, ""),
                                    radius=1e-10))
    allowed = far.promises["residual-convergence-sharp"].risk_gap
    step = rational((allowed * arb(share)).sqrt().mid())
    target = regressor + np.array([step, rational(0)], dtype=object)
    return Setup(RegressionProblem(rational_array(np.eye(2)), target), network, "near")


@pytest.mark.parametrize("share, verdicts", [
    (0.999999999, {"held", "not applicable"}), (1.000000001, {"not applicable"}), (1e-6, {"held"}),
    (1.0, {"not applicable", "inconclusive"}),
])
def test_the_theorems_on_either_side_of_the_allowed_risk(share: float, verdicts: set[str]) -> None:
    """Exactly at the boundary balls decide nothing, on both sides of it they do."""
    report = flow_report(near(share), radius=1e-10)
    found = residual_flow(report)
    undecided = any(finding.verdict == "inconclusive" for finding in found.findings)
    assert replace(report, residual=found.findings).exit_code == (3 if undecided else report.exit_code)
    seen = {finding.verdict for finding in found.findings}
    assert seen == verdicts or (share == 1.0 and seen <= {"held", "not applicable", "inconclusive"})
    assert "refuted" not in seen


def test_a_false_promise_is_refuted(monkeypatch: pytest.MonkeyPatch) -> None:
    from flatcert.checks.analysis.residual import theorems as module

    honest = module.sharp_promise
    monkeypatch.setattr(module, "sharp_promise", lambda start: replace_move(honest(start)))
    found = residual_flow(flow_report(near(0.5), radius=1e-10)).findings
    assert any(finding.verdict == "refuted" for finding in found)


def replace_move(promise: Any) -> Any:
    return promise._replace(move=promise.move / 1000)
