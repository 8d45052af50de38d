"""README and docs/ say what the program does: examples print what is shown, links lead somewhere, names exist."""

from __future__ import annotations

import doctest
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import typer.main
from growing_files import write

from flatcert import explain, latex
from flatcert.checks.authoring.references import file_reference, load
from flatcert.checks.cli import main as cli
from flatcert.checks.cli.app import app
from flatcert.theory.library import BUILT_IN
from flatcert.theory.proof.rules.table import RULES

ROOT = Path(__file__).parents[1]
NAMES = ("README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "CHANGELOG.md", "proofs/README.md", "examples/README.md",
         "checks/CERTIFICATES.md")
PAGES = [*(ROOT / name for name in NAMES), *sorted((ROOT / "docs").rglob("*.md"))]
NARROW = ("README.md", "your_theory.md", "start.md", "theorist.md", "author.md", "maintainer.md")
"""The pages that show a terminal of 80 columns; the others show what is printed into a file."""
LONG = {"verify", "flow", "figures", "residual", "--flatcert"}
"""Commands whose examples take more than a few seconds."""

Example = tuple[str, list[str]]


def code(page: Path) -> tuple[list[str], list[str]]:
    """The fenced blocks of a page, and what stands between backticks elsewhere, in one line each."""
    fence = re.compile(r"^```.*?\n(.*?)^```$", re.MULTILINE | re.DOTALL)
    text = page.read_text(encoding="utf-8")
    return fence.findall(text), [" ".join(found.split()) for found in re.findall(r"`([^`]+)`", fence.sub("", text))]


def blocks(page: Path) -> list[tuple[list[str], list[Example]]]:
    """The blocks of a page that show commands: the blocks before each, and its (command, lines shown)."""
    every = code(page)[0]
    parts = {number: re.split(r"^\$ ", block, flags=re.MULTILINE)[1:] for number, block in enumerate(every)
             if block.startswith("$ ")}
    return [(every[:number], [(part.splitlines()[0], part.splitlines()[1:]) for part in block])
            for number, block in parts.items()]


def shown(lines: list[str]) -> re.Pattern[str]:
    """What a command must print: lines as they are, any lines for ``...``, any number of seconds and of decisions."""
    parts = ["(.*\n)*?" if line == "..." else re.escape(line.rstrip()) + "\n" for line in lines]
    timeless = re.sub(r"\d+\\\.\d+(\\ )?s\b", r"\\d+\\.\\d+\1s", "".join(parts))
    return re.compile(re.sub(r"\d+\\ exact\\ decisions", r"\\d+\\ exact\\ decisions", timeless))


def examples() -> list[Any]:
    return [pytest.param(page, before, block, id=f"{page.name}-{number}",
                         marks=[pytest.mark.slow] if LONG & {command.split()[1] for command, _ in block} else [])
            for page in PAGES for number, (before, block) in enumerate(blocks(page), 1)]


@pytest.mark.parametrize(("page", "before", "block"), examples())
def test_an_example_prints_what_is_shown(
    page: Path, before: list[str], block: list[Example], tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """The blocks before the example write the files that they name."""
    for folder in ("checks", "examples"):
        if any(f"{folder}/" in command for command, _ in block):
            (tmp_path / folder).symlink_to(ROOT / folder)
    monkeypatch.chdir(tmp_path)
    for text in before:
        write(tmp_path, text)
    if page.name in NARROW:
        monkeypatch.setenv("FORCE_COLOR", "1")
        monkeypatch.setenv("TERM", "dumb")  # for Rich: no colours, 80 columns
    else:
        monkeypatch.setenv("COLUMNS", "120")
    for command, lines in block:
        program, *arguments = shlex.split(command)
        if program in ("python", "pytest"):
            line = [sys.executable, *(["-m", "pytest"] if program == "pytest" else []), *arguments]
            plain = {**os.environ, "PY_COLORS": "0", "COLUMNS": "80"}
            printed = subprocess.run(line, capture_output=True, text=True, check=True, env=plain).stdout
        else:
            monkeypatch.setattr(sys, "argv", [program, *arguments])
            with pytest.raises(SystemExit):
                cli.main()
            printed, problem = capsys.readouterr()
            printed = printed or problem
        printed = re.sub(r"(\d ?s) \(\d+:\d\d:\d\d\)$", r"\1", printed, flags=re.M)  # so pytest repeats a minute
        printed = "".join(f"{line.rstrip()}\n" for line in printed.splitlines())
        assert shown(lines).fullmatch(printed), f"{command} printed\n{printed}"


def test_examples_of_the_readme_fit_80_columns() -> None:
    assert all(len(line) <= 80 for _, block in blocks(ROOT / "README.md") for _, lines in block for line in lines)
    assert len((ROOT / "README.md").read_text(encoding="utf-8").splitlines()) < 150


def test_the_tutorial_ends_with_the_example(tmp_path: Path) -> None:
    """The six steps write the theory of examples/theories: statements, mutants, proof and document are the same."""
    for block in code(ROOT / "docs" / "your_theory.md")[0]:
        write(tmp_path, block)
    found, expected = (load(file_reference(folder / "weight_decay.py"))
                       for folder in (tmp_path, ROOT / "examples" / "theories"))
    assert explain(found, "weight-decay") == explain(expected, "weight-decay")
    assert latex(found) == latex(expected)


def test_a_wrong_line_is_seen() -> None:
    assert shown(["a", "...", "took 3.1 s"]).fullmatch("a\nb\nc\ntook 40.2 s\n")
    assert not shown(["a", "...", "took 3.1 s"]).fullmatch("a\nb\ntook long\n")
    assert not shown(["a"]).fullmatch("a\nb\n")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    for target in re.findall(r"\]\((?!https?:)([^)]+)\)", text):
        name, _, anchor = target.partition("#")
        found = (page.parent / name).resolve() if name else page
        assert found.exists(), target
        if anchor:
            titles = re.findall(r"^#+ (.*)$", found.read_text(encoding="utf-8"), re.MULTILINE)
            assert anchor in {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}, target


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_paths_exist(page: Path) -> None:
    for text in code(page)[1]:
        if re.fullmatch(r"(theory|numeric|checks|packs|tests|proofs|examples|benchmarks|docs)/.*[^.]", text):
            assert (ROOT / text).exists(), text


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_commands_exist(page: Path) -> None:
    """Each ``flatcert COMMAND`` in code is a command, and it has each option that is named behind it."""
    commands = typer.main.get_command(app).commands  # type: ignore[attr-defined]
    fenced, inline = code(page)
    lines = [*inline, *(line.removeprefix("$ ") for block in fenced for line in block.splitlines())]
    for line in lines:
        if found := re.match(r"(?:\.venv/bin/)?flatcert ([a-z]+)\b(.*)", line):
            assert found[1] in commands, line
            known = {option for parameter in commands[found[1]].params for option in parameter.opts}
            assert set(re.findall(r"(?<!\S)--[a-z][a-z-]*", found[2])) <= known, line


def test_the_table_of_claims_is_what_the_command_prints(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["flatcert", "claims", "--markdown"])
    with pytest.raises(SystemExit):
        cli.main()
    table = capsys.readouterr().out
    assert table in (ROOT / "docs" / "claims.md").read_text(encoding="utf-8")
    assert all(f"\n| `{claim}` |" in table for claim in BUILT_IN.claims)


def test_the_theory_page_names_every_claim() -> None:
    text = (ROOT / "docs" / "theory.md").read_text(encoding="utf-8")
    assert [claim for claim in BUILT_IN.claims if f"`{claim}`" not in text] == []


@pytest.mark.parametrize("page", ["python.md", "latex.md"])
def test_the_python_of_a_page_is_true(page: str) -> None:
    found = doctest.testfile(str(ROOT / "docs" / page), module_relative=False)
    assert found.attempted > 2 and not found.failed


def test_numbers_are_those_of_the_theory() -> None:
    mutants = sum(len(o.mutants) for claim in BUILT_IN for o in claim.obligations)
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    assert f"There are {len(BUILT_IN.claims)} claims" in text and f"All {mutants} mutants" in text
    steps = sum(len(found.steps) for claim in BUILT_IN.claims if (found := BUILT_IN.derivation(claim)))
    text = (ROOT / "docs" / "soundness.md").read_text(encoding="utf-8")
    assert f"the {len(RULES)} rules" in text and f"of {steps}." in text
