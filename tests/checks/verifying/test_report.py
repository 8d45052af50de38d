"""A run as JSON, JUnit and a table: the keys of the contract, nothing lost, files whole or not at all."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from pathlib import Path
from types import NoneType
from typing import Any
from xml.etree import ElementTree

import pytest
from rich.console import Console

from flatcert.checks.output.whole_files import write_text
from flatcert.checks.verifying.report import as_dict, junit_xml
from flatcert.checks.verifying.run import Run
from flatcert.checks.verifying.terminal import print_run

NUMBER = (int, float)
CLAIM: dict[str, Any] = {
    "id": str, "origins": list, "kind": str, "verdict": str, "seconds": NUMBER,
    "derivation": {"steps": int, "checked": int},
    "instances": dict.fromkeys(
        ("decided", "held", "refuted", "inconclusive", "not_applicable", "max_bits"), int),
    "mutants": {"total": int, "refuted": int, "survivors": list},
    "tightness": {"ratio": (*NUMBER, NoneType), "at": (str, dict, NoneType)},
}
RUN = {"version": str, "seed": int, "profile": str, "environment": dict, "seconds": NUMBER, "verdict": str,
       "claims": list}
VERDICTS = {"proved", "certified", "estimated", "refuted", "inconclusive", "not applicable"}
KINDS = {"identity", "inequality", "dynamics", "probabilistic"}


def deviations(value: Any, shape: Any, path: str = "") -> list[str]:
    """Where a value lacks what the shape asks for."""
    if isinstance(shape, dict):
        return [line for key, inner in shape.items() for line in (
            deviations(value[key], inner, f"{path}.{key}") if key in value else [f"{path}.{key} is missing"])]
    return [] if isinstance(value, shape) and not isinstance(value, bool) else [f"{path}: {value!r}"]


def printed(run: Run, width: int = 160) -> str:
    console = Console(file=io.StringIO(), width=width)
    print_run(run, console)
    return console.file.getvalue()  # type: ignore[attr-defined,no-any-return]


@pytest.mark.parametrize("width", (80, 160))
def test_the_table_of_claims_fits_the_terminal(runs: tuple[Run, Run], width: int) -> None:
    """Columns are left out, none is cut; claim and verdict always stay."""
    for run in runs:
        text = printed(run, width).partition("slack")[0]
        lines = [line for line in text.splitlines() if line.startswith(("┏", "│"))]
        assert "…" not in text, text
        assert all(len(line) <= width for line in lines)
        for report in run.reports.values():
            assert any(report.claim.id in line and report.verdict in line for line in lines)


def test_the_contract_of_the_json(runs: tuple[Run, Run]) -> None:
    """The keys and types that other programs read, listed here a second time."""
    for run in runs:
        made = json.loads(json.dumps(as_dict(run), allow_nan=False))
        assert deviations(made, RUN) == []
        for claim in made["claims"]:
            assert deviations(claim, CLAIM, claim["id"]) == []
            assert claim["verdict"] in VERDICTS
            assert claim["kind"] in KINDS
            counts = claim["instances"]
            assert counts["decided"] == counts["held"] + counts["refuted"]
            assert claim["mutants"]["total"] == claim["mutants"]["refuted"] + len(claim["mutants"]["survivors"])
            assert claim["tightness"]["ratio"] is None or claim["tightness"]["ratio"] >= 1


def test_the_shape_check_can_fail() -> None:
    assert deviations({"a": True}, {"a": int, "b": str}) == [".a: True", ".b is missing"]


def test_json_of_a_failed_run(runs: tuple[Run, Run]) -> None:
    good, bad = (as_dict(run) for run in runs)
    assert (good["exit_code"], bad["exit_code"]) == (0, 1)
    assert bad["verdict"] == "refuted"
    kernel, lower = bad["claims"]
    assert (kernel["verdict"], lower["verdict"]) == ("proved", "refuted")
    assert lower["mutants"]["survivors"] == ["minimizers: <half> & true"]
    found = lower["counterexamples"][0]
    assert found["token"].startswith("sharpness-lower/minimizers@")
    assert all(isinstance(x, str) for row in found["instance"]["covariance"] for x in row)
    assert lower["failures"]
    assert good["claims"][1]["failures"] == []


def test_junit(runs: tuple[Run, Run]) -> None:
    """Parsed by another library; the counts in the attributes are those of the elements."""
    good, bad = (ElementTree.fromstring(junit_xml(run)) for run in runs)
    for root, run in zip((good, bad), runs, strict=True):
        assert [suite.get("name") for suite in root] == ["kernel", "sharpness-lower"]
        for suite in root:
            cases = suite.findall("testcase")
            assert int(suite.get("tests", "")) == len(cases)
            assert int(suite.get("failures", "")) == len(suite.findall("testcase/failure"))
            report = run.reports[suite.get("name", "")]
            assert len(cases) == len(report.claim.obligations) + len(report.mutants) + 2  # derivation, words
    assert good.findall(".//failure") == []
    failed = {case.get("name"): case.find("failure") for case in bad.findall(".//testcase[failure]")}
    assert set(failed) == {"minimizers", "mutant minimizers: <half> & true"}
    assert "flatcert replay 'sharpness-lower/minimizers@" in (failed["minimizers"].text or "")  # type: ignore[union-attr]


def test_the_table_names_every_failure_and_its_replay(runs: tuple[Run, Run]) -> None:
    good, bad = (printed(run) for run in runs)
    assert "sharpness-lower is refuted" in bad
    assert "replay: flatcert replay 'sharpness-lower/minimizers@" in bad
    assert "mutant survives: minimizers: <half> & true" in bad
    assert "replay" not in good
    ends = [[" ".join(line.split()) for line in text.replace("\n", " ").partition("definitions, which agree on ")[2:]]
            for text in (good, bad)]
    assert " instances 2 claims proved; nothing refuted, nothing undecided; " in ends[0][0]
    assert " instances 1 claim proved; 1 refuted (sharpness-lower), nothing undecided; " in ends[1][0]
    assert " mutants refuted; the run fails because of sharpness-lower. exit code 1; " in ends[1][0]


def test_slack_is_printed_where_there_is_some(runs: tuple[Run, Run]) -> None:
    """Of an inequality that is never tight; an equality has none."""
    report = runs[0].reports["sharpness-lower"]
    assert "slack" not in printed(runs[0])
    loose = replace(report, attacks={}, tallies={"minimizers": replace(report.tallies["minimizers"], ratio=1.25,
                                                                       at="wild:0:1")})
    out = printed(Run("small", 0, {"sharpness-lower": loose}))
    assert "slack" in out and "1.250000" in out and "wild:0:1" in out


def test_labels_with_brackets_are_not_read_as_markup(runs: tuple[Run, Run]) -> None:
    run = runs[0]
    report = run.reports["kernel"]
    problem = replace(report.derivation, problems=("P[k - 1] [bold]x[/bold] differs [/]",))
    spoiled = Run(run.profile, run.seed, {"kernel": replace(report, derivation=problem)})
    assert "P[k - 1] [bold]x[/bold] differs [/]" in printed(spoiled)


def test_a_file_is_written_whole_or_not_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The disk fills up halfway, or the replacement fails: the old content stays and nothing else."""
    target = tmp_path / "report.json"
    write_text(target, "old")
    assert target.read_text() == "old"

    def full(self: Path, text: str, *_: Any, **__: Any) -> int:
        with self.open("w") as file:
            file.write(text[:3])
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(Path, "write_text", full)
        with pytest.raises(OSError, match="No space left"):
            write_text(target, "new content")

    def refused(self: Path, other: Path) -> Path:
        raise OSError(13, "Permission denied")

    with monkeypatch.context() as patched:
        patched.setattr(Path, "replace", refused)
        with pytest.raises(OSError, match="Permission denied"):
            write_text(target, "new content")
    assert target.read_text() == "old"
    assert list(tmp_path.iterdir()) == [target]


def test_links_and_devices(tmp_path: Path) -> None:
    """A link stays a link to the new content; a device is written to, not replaced."""
    target, link = tmp_path / "real.txt", tmp_path / "link.txt"
    target.write_text("old")
    link.symlink_to(target)
    write_text(link, "new σ")
    assert link.is_symlink()
    assert target.read_bytes() == "new σ".encode()
    write_text(Path("/dev/null"), "gone")
    assert not Path("/dev/null").is_file()
