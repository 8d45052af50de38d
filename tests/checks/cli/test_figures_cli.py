"""``flatcert figures``: what it writes, draws, prints and refuses, and its exit codes."""

from __future__ import annotations

import csv
import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from flow_cli import run_flatcert, sentence
from small_experiments import SMALL

from flatcert.checks.figures import figures


@pytest.fixture
def flatcert(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Any:
    monkeypatch.setattr(figures, "all_experiments", lambda reduced: SMALL)
    return lambda *arguments: run_flatcert(capsys, monkeypatch, "figures", *arguments)


@pytest.fixture(scope="module")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """All seven figures of the small experiments, drawn once."""
    folder = tmp_path_factory.mktemp("drawn") / "figures"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(figures, "all_experiments", lambda reduced: SMALL)
        figures.make_figures(range(1, 8), folder, reduced=True, seed=0)
    return folder


def test_everything_is_written(drawn: Path) -> None:
    pictures = [f"figure{number}.png" for number in range(1, 8)]
    tables = [f"{name}.{suffix}" for name in SMALL for suffix in ("csv", "json")]
    singles = [f"figure{number}-rate{rate}.csv" for number in (1, 4) for rate in (0.02, 0.1)]
    names = {path.name for path in drawn.iterdir()}
    assert names == {*pictures, *tables, *singles, "report.json", "units"}
    assert all((drawn / name).read_bytes().startswith(b"\x89PNG") for name in pictures)
    report = json.loads((drawn / "report.json").read_text())
    assert set(report["files"]) == names - {"report.json", "units"}
    assert {s["figure"] for s in report["statements"]} == set(range(1, 8))
    assert report["estimated"] and all(s["estimated"] for s in report["statements"])
    assert report["environment"]["numba"] and not report["interrupted"]


def test_tables_hold_every_network_to_the_last_digit(drawn: Path) -> None:
    with (drawn / "plain.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == sum(SMALL["plain"].size(run) for run in SMALL["plain"].runs)
    from flatcert.checks.figures.units import carry_out, units

    first = carry_out(units(SMALL["plain"])[0], 0, lambda cost: True)
    for name, column in first.items():
        written = [row[name] for row in rows[: len(column)]]
        if column.dtype == bool:
            assert written == [str(value) for value in column]
        else:
            assert np.array_equal([float(value or "nan") for value in written], column.astype(float), equal_nan=True)
    settings = json.loads((drawn / "plain.json").read_text())
    assert settings["settings"]["scales"] == [0.5, 2.5] and settings["lines"]["least"] > settings["lines"]["lower"]


def test_a_second_run_takes_what_is_there(flatcert: Any, drawn: Path, tmp_path: Path) -> None:
    folder = tmp_path / "again"
    shutil.copytree(drawn, folder)
    before = (folder / "rank.csv").read_bytes()
    result = flatcert(6, 3, "--reduced", "--seed", 0, "--out", folder, "--workers", 3, "--json", "-")
    assert result.json["units"] == result.json["resumed"] > 0
    assert {s["figure"] for s in result.json["statements"]} == {3, 6}
    assert (folder / "rank.csv").read_bytes() == before
    assert "estimated" in result.err and "units kept" in result.err


def test_exit_codes(flatcert: Any, drawn: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """0 where all hold, 1 where one is violated, 3 where one is undecided or interrupted."""
    arguments = (6, "--reduced", "--seed", 0, "--out", drawn)
    verdicts = {"held": 0, "violated": 1, "inconclusive": 3}
    for verdict, code in verdicts.items():
        made = figures.Statement(6, "planted", "planted", verdict)  # type: ignore[arg-type]
        monkeypatch.setattr(figures, "generalization", lambda *_, made=made: made)
        monkeypatch.setattr(figures, "within_bounds", lambda *_: figures.Statement(6, "planted", "so it is", "held"))
        result = flatcert(*arguments)
        assert result.code == code and f"estimated: {verdict}" in result.out


def test_a_false_line_is_found(flatcert: Any, drawn: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """``S_min`` ten times too large, and a threshold of half the size: the pictures' data say no."""
    from dataclasses import replace

    from flatcert.checks.figures import lines as experiment_lines

    honest = experiment_lines.lines

    def false(experiment: Any, seed: int) -> Any:
        found = honest(experiment, seed)
        return replace(found, least=10 * found.least, exact=found.exact / 4)

    monkeypatch.setattr(figures, "lines", false)
    for number in (1, 2):
        result = flatcert(number, "--reduced", "--seed", 0, "--out", drawn, "--json", "-")
        assert result.code == 1
        assert "violated" in {s["verdict"] for s in result.json["statements"]}


def test_an_interruption_is_said_and_kept(flatcert: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*arguments: Any, **options: Any) -> Any:
        from flatcert.checks.figures.runs import Outcome

        return Outcome(units=4, interrupted=True)

    with monkeypatch.context() as patch:
        patch.setattr(figures, "run_experiments", interrupted)
        result = flatcert(3, "--reduced", "--out", tmp_path / "new")
    assert result.code == 3 and "interrupted" in result.out and "not drawn: 3" in result.out


BAD = {
    "no place": ([], "--out DIR"),
    "figure": (["9", "--out", "new"], "choose from 1 to 7"),
    "figure zero": (["0", "--out", "new"], "choose from 1 to 7"),
    "file": (["--out", __file__], "is a file"),
    "parent": (["--out", "/nowhere/at/all"], "There is no directory"),
    "json": (["--out", "new", "--json", "/nowhere/f.json"], "There is no directory"),
}


@pytest.mark.parametrize("arguments, message", BAD.values(), ids=BAD.keys())
def test_bad_usage_gets_one_sentence(flatcert: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
                                     arguments: list[str], message: str) -> None:
    monkeypatch.chdir(tmp_path)
    assert message in sentence(flatcert(*arguments))
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("missing", ["numba", "matplotlib"])
def test_a_missing_extra_is_named(flatcert: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
                                  missing: str) -> None:
    monkeypatch.setattr(figures, "find_spec", lambda name: None if name == missing else True)
    assert "pip install 'flatcert[figures]'" in sentence(flatcert("--out", tmp_path / "new"))


def test_without_numba_a_sentence_says_what_to_install(tmp_path: Path) -> None:
    """In a process of its own, in which Numba and what comes with it cannot be imported."""
    code = ("import sys; sys.modules.update(numba=None, llvmlite=None); from flatcert.checks.cli.main import main; "
            f"sys.argv[1:] = ['figures', '--out', {str(tmp_path / 'new')!r}]; main()")
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 2 and "pip install 'flatcert[figures]'" in done.stderr, done.stderr


@pytest.mark.slow
def test_all_figures_reduced_show_what_they_should(tmp_path: Path) -> None:
    """The command as it is: every statement holds. With other data none is violated."""
    for seed, allowed in ((figures.SEED, {"held"}), (8, {"held", "inconclusive"})):
        report = figures.make_figures(range(1, 8), tmp_path / str(seed), reduced=True, seed=seed)
        assert [s.says for s in report.statements if s.verdict not in allowed] == []
