"""What examples/ci, the hooks for pre-commit and docs/ci.md tell people to run is well formed, exists, and runs."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest
import typer.main
import yaml
from growing_files import write

from flatcert.checks.cli.app import app

ROOT = Path(__file__).parents[1]
WORKFLOW = yaml.safe_load((ROOT / "examples" / "ci" / "flatcert.yml").read_text("utf-8"))
OFFERED = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text("utf-8"))
(OWN,) = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text("utf-8"))["repos"]
BIN = Path(sys.executable).parent
PAGE = (ROOT / "docs" / "roles" / "maintainer.md").read_text("utf-8")


def steps() -> list[dict[str, object]]:
    (job,) = WORKFLOW["jobs"].values()
    return list(job["steps"])


def commands() -> list[str]:
    """The commands of the workflow, without the one that installs."""
    return [str(step["run"]) for step in steps() if "run" in step and not str(step["run"]).startswith("python -m pip")]


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A repository with a theory, as the page for a maintainer writes it."""
    for block in re.findall(r"^```\w+\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL):
        write(tmp_path, block)
    return tmp_path


def run(command: str, folder: Path) -> subprocess.CompletedProcess[str]:
    program, *arguments = shlex.split(command)
    return subprocess.run([BIN / program, *arguments], cwd=folder, capture_output=True, text=True, check=False)


def test_the_workflow_is_well_formed_and_keeps_its_files() -> None:
    assert {"name", True, "permissions", "jobs"} == set(WORKFLOW)  # YAML 1.1 reads the key "on" as true
    assert all(len({"uses", "run"} & set(step)) == 1 for step in steps())
    kept = next(step["with"] for step in steps() if str(step.get("uses")).startswith("actions/upload-artifact"))
    assert isinstance(kept, dict)
    written = {name for command in commands() for name in re.findall(r"[\w.]+\.(?:xml|html)", command)}
    assert set(str(kept["path"]).split()) == written == {"flatcert.xml", "flatcert.html"}


def test_the_page_shows_the_commands_of_the_workflow_and_the_ids_of_the_hooks() -> None:
    text = (ROOT / "docs" / "ci.md").read_text("utf-8")
    assert "```\n" + "\n".join(commands()) + "\n```" in text
    assert all(f"| `{hook['id']}` | `{hook['entry']}`" in text for hook in OFFERED)


@pytest.mark.slow
def test_the_commands_of_the_workflow_run(repository: Path) -> None:
    for command in commands():
        found = run(command, repository)
        assert found.returncode == 0, found.stdout + found.stderr
    suite = ElementTree.parse(repository / "flatcert.xml")
    assert {case.get("name") for case in suite.iter("testcase")} > {"means/any"}
    assert "1 claim certified" in (repository / "flatcert.html").read_text("utf-8")


@pytest.mark.parametrize("hook", OFFERED, ids=lambda hook: hook["id"])
def test_a_hook_for_others_names_a_command(hook: dict[str, str]) -> None:
    program, command = hook["entry"].split()
    assert program == "flatcert" and command in typer.main.get_command(app).commands  # type: ignore[attr-defined]
    assert hook["language"] == "python"  # pre-commit installs flatcert from this repository


@pytest.mark.slow
@pytest.mark.parametrize("hook", OFFERED, ids=lambda hook: hook["id"])
def test_a_hook_for_others_stops_what_is_false(hook: dict[str, object], repository: Path) -> None:
    file = "proofs/means.py"
    command = str(hook["entry"]) + (f" {file}" if hook.get("pass_filenames", True) else "")
    assert run(command, repository).returncode == 0
    place = repository / file
    place.write_text(place.read_text("utf-8").replace("4 * x", "5 * x"), "utf-8")
    assert run(command, repository).returncode == (1 if hook["id"] == "flatcert" else 0)
    place.write_text("import nothing_of_this_name\n", "utf-8")
    found = run(command, repository)
    assert found.returncode == 2 and "nothing_of_this_name" in found.stderr


@pytest.mark.parametrize("hook", OWN["hooks"], ids=lambda hook: hook["id"])
def test_a_hook_of_this_project_runs_what_is_installed(hook: dict[str, str]) -> None:
    program, *_ = hook["entry"].split()
    assert program.startswith(".venv/bin/") and (BIN / Path(program).name).exists()
    assert hook["language"] == "system"
    if "files" in hook:
        assert [file for file in (ROOT / "examples" / "theories").iterdir()
                if re.search(hook["files"], file.relative_to(ROOT).as_posix())]
