"""The numbers of a data set with several targets: with one they are the built-in ones, and they obey their order."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from flow_cli import run_flatcert

from flatcert.checks.analysis.bounds import bounds
from flatcert.checks.analysis.matrix_bounds import MatrixBoundsReport, matrix_bounds
from flatcert.checks.data.table import Table, parse_table
from flatcert.checks.output import DataError

ROWS = np.random.default_rng(11).integers(-9, 10, (30, 6))
NAMES = "a,b,c,u,v,w"


def table_of(rows: np.ndarray, target: str = "w", names: str = NAMES) -> Table:
    return parse_table("\n".join([names, *(",".join(map(str, row)) for row in rows)]) + "\n", target)


@pytest.fixture
def flatcert(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Any:
    (tmp_path / "t.csv").write_text("\n".join([NAMES, *(",".join(map(str, row)) for row in ROWS)]) + "\n")
    monkeypatch.chdir(tmp_path)
    return lambda *arguments: run_flatcert(capsys, monkeypatch, *arguments)


@pytest.mark.parametrize("depth", [1, 2, 3, 10, 1000])
def test_one_target_agrees_with_the_built_in_claims_digit_for_digit(depth: int) -> None:
    table = table_of(ROWS)
    one, built_in = matrix_bounds(table, [], depth), bounds(table, depth)
    by_claim = {bound.claim: bound.value for bound in built_in.bounds}
    assert one.bracket == (by_claim["sharpness-lower-tight"], by_claim["min-sharpness-bracket"])
    assert one.min_trace == by_claim["min-trace"]
    assert (one.min_sharpness.lower, one.min_sharpness.upper) == (built_in.min_sharpness.lower,
                                                                  built_in.min_sharpness.upper)
    assert one.learning_rate == (built_in.learning_rate["exact_lower"], built_in.learning_rate["exact_upper"])
    assert (one.energy, one.risk_min, one.lambda_max) == (built_in.energy, built_in.risk_min, built_in.lambda_max)


def ordered(report: MatrixBoundsReport) -> bool:
    low, high = report.bracket
    least = report.min_sharpness
    return low <= least.lower * (1 + 1e-12) and least.lower <= least.upper <= high * (1 + 1e-12)


@pytest.mark.parametrize("depth", [1, 2, 7])
def test_the_bracket_contains_the_least_sharpness(depth: int) -> None:
    report = matrix_bounds(table_of(ROWS), ["u", "v"], depth)
    assert ordered(report) and report.min_sharpness.rigorous and report.min_sharpness.gap < 1e-12
    assert report.targets == ("w", "u", "v") and report.dim == 3


def test_numbers_agree_with_numpy() -> None:
    report = matrix_bounds(table_of(ROWS), ["u", "v"], 3)
    X, Y = ROWS[:, :3].astype(float), ROWS[:, [5, 3, 4]].astype(float)
    W = np.linalg.lstsq(X, Y, rcond=None)[0].T
    sigma = X.T @ X / len(X)
    singular = np.linalg.svd(W @ np.linalg.cholesky(sigma))[1]
    assert report.signal == pytest.approx(singular[0] ** 2) and report.nuclear == pytest.approx(singular.sum())
    assert report.risk_min == pytest.approx(((Y - X @ W.T) ** 2).sum() / len(X))
    trace = 6 * (3 * np.trace(sigma)) ** (1 / 3) * singular.sum() ** (4 / 3)
    assert report.min_trace == pytest.approx(trace)


def test_a_copied_target_leaves_the_nuclear_norm_narrow() -> None:
    """W* Sigma W*^T is singular then: its eigenvalue zero is known exactly."""
    rows = np.column_stack([ROWS, ROWS[:, -1]])
    report = matrix_bounds(table_of(rows, "w", NAMES + ",w2"), ["w2"], 2)
    alone = matrix_bounds(table_of(ROWS), [], 2)
    assert report.dim == 5 == alone.dim
    assert report.signal == pytest.approx(2 * alone.signal) and report.nuclear**2 == pytest.approx(report.signal)


def test_many_features_are_in_float64() -> None:
    rows = np.random.default_rng(0).integers(-9, 10, (170, 154))
    names = ",".join(f"x{i}" for i in range(154))
    report = matrix_bounds(table_of(rows, "x0", names), ["x1"], 2)
    assert not report.min_sharpness.rigorous and ordered(report)


def test_the_command_takes_several_targets(flatcert: Any) -> None:
    shown = flatcert("bounds", "t.csv", "--target", "w", "--target", "u", "--depth", 2, "--json", "out.json")
    assert shown.code == 0 and "2 targets" in shown.out and "matrix-min-sharpness" in shown.out
    made = json.loads(Path("out.json").read_text())
    assert made["targets"] == ["w", "u"] and made["rigorous"] is True
    assert made["min_sharpness"]["lower"] <= made["min_sharpness"]["upper"]


@pytest.mark.parametrize(("options", "message"), [
    (("--target", "w", "--target", "w"), "A target is named twice: name each target once."),
    (("--target", "w", "--target", "q"), "names no column 'q'"),
    (tuple(x for name in NAMES.split(",") for x in ("--target", name)), "Every column is a target: leave at least one"),
])
def test_wrong_targets_are_refused(flatcert: Any, options: tuple[str, ...], message: str) -> None:
    refused = flatcert("bounds", "t.csv", *options, "--depth", 2)
    assert refused.code == 2 and message in refused.err and refused.err.count("\n") == 1


def test_depths_and_targets_without_a_signal_are_refused() -> None:
    with pytest.raises(DataError, match="The depth is 0"):
        matrix_bounds(table_of(ROWS), ["u"], 0)
    idle = parse_table("a,y,z\n1,1,2\n-1,1,2\n", "y")
    with pytest.raises(DataError, match="No feature is correlated with 'y' or 'z'"):
        matrix_bounds(idle, ["z"], 2)
