"""Names of columns, targets and files, at the command line: printed, never obeyed."""

from __future__ import annotations

import io
import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flatcert.checks.cli.main import main
from flatcert.checks.output.console import PlainConsole
from flatcert.checks.output.json_values import json_text
from flatcert.checks.output.messages import plain

ENTRY = [sys.executable, "-c", "from flatcert.checks.cli.main import main; main()"]
# What a terminal obeys: escape sequences, C1 controls, bidirectional overrides; and what Rich would read.
HOSTILE = "\x1b[2J\x9b31m[bold]x[/] [link=http://a]l[/link] :smile: \u202etxt\\input marker a^b größe $"
OBEYED = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


@dataclass
class Result:
    code: int
    out: str
    err: str


def checked(code: object, out: str, err: str) -> Result:
    assert not OBEYED.search(out + err), (out, err)
    assert "Traceback" not in err
    return Result(code if isinstance(code, int) else 0, out, err)


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[..., Result]:
    """The entry point in this process, in a folder of its own."""
    monkeypatch.chdir(tmp_path)

    def called(*arguments: str) -> Result:
        monkeypatch.setattr(sys, "argv", ["flatcert", *arguments])
        with pytest.raises(SystemExit) as caught:
            main()
        return checked(caught.value.code, *capsys.readouterr())

    return called


def quoted(*cells: str) -> str:
    return ",".join('"' + cell.replace('"', '""') + '"' for cell in cells)


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / (HOSTILE.replace("/", "_") + ".csv")
    path.write_text(quoted("a", HOSTILE) + "\n1,2\n2,3\n4,3\n", encoding="utf-8")
    return path


def test_latex_spells_names(table: Path, run: Callable[..., Result]) -> None:
    """The marker of the issue: no command of the name's is left, and no line of it leaves the heading."""
    done = run("latex", "gradient", "--data", table.name, "--target", HOSTILE, "--depth", "2")
    assert done.code == 0, done.err
    assert done.out.isascii()
    assert r"\input" not in done.out.replace(r"\usepackage[utf8]{inputenc}", "")
    assert r"\textbackslash{}input marker a\textasciicircum{}b" in done.out.replace(r"\allowbreak{}", "")
    assert r"{[}U+001B{]}" in done.out


def test_flow_prints_names_and_does_not_obey_them(table: Path, tmp_path: Path, run: Callable[..., Result]) -> None:
    done = run("flow", "--depth", "2", "--data", table.name, "--target", HOSTILE, "--json", "f.json")
    assert done.code == 0, done.err
    assert r"\x1b[2J" in done.out
    assert "[bold]x[/] [link=http://a]l[/link] :smile:" in done.out
    assert not OBEYED.search((tmp_path / "f.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("target", [HOSTILE, "[/]", "\u2028"])
def test_a_name_that_is_not_there(target: str, tmp_path: Path, run: Callable[..., Result]) -> None:
    (tmp_path / "t.csv").write_text(quoted("a", HOSTILE + "2", "[/]2") + "\n1,2,3\n2,3,4\n", encoding="utf-8")
    for where in (("t.csv",), (HOSTILE.replace("/", "_"),)):
        done = run("bounds", *where, "--target", target, "--depth", "2")
        assert done.code == 2
        assert len(done.err.splitlines()) == 1


@pytest.mark.slow
@pytest.mark.skipif(os.name != "posix", reason="file names are bytes on POSIX only")
def test_file_names_that_are_no_text(tmp_path: Path) -> None:
    """A name that is not UTF-8 comes in as a lone surrogate, which no stream takes: a process of its own has one."""
    name = b"\xff\x1b[2J.csv"
    folder = tmp_path / "certificates"
    folder.mkdir()
    try:
        (tmp_path / os.fsdecode(name)).write_text("a,y\n1,2\n2,3\n4,3\n")
        (folder / os.fsdecode(b"\xff\x1b[2J.json")).write_text("{}")
    except OSError:
        pytest.skip("this file system takes no such name")

    def outside(*arguments: str | bytes) -> Result:
        done = subprocess.run([*ENTRY, *arguments], cwd=tmp_path, capture_output=True, timeout=120, check=False)
        return checked(done.returncode, done.stdout.decode("utf-8"), done.stderr.decode("utf-8"))

    made = outside("latex", "gradient", "--data", name, "--target", "y", "--depth", "2")
    assert (made.code, made.err) == (0, "")
    assert "U+DCFF" in made.out
    assert outside("bounds", b"no" + name, "--target", "z", "--depth", "2").code == 2
    found = outside("check", "certificates", "--json", "-")
    assert json.loads(found.out)[0]["file"] == "\udcff\x1b[2J.json"


@given(st.text(st.characters(codec=None, exclude_categories=())))
def test_nothing_that_is_obeyed_gets_through(text: str) -> None:
    assert not OBEYED.search(plain(text))
    assert not OBEYED.search(json_text([text]))
    assert json.loads(json_text([text])) == [text]
    screen = io.StringIO()
    PlainConsole(file=screen).print(text, markup=False, highlight=False)
    assert not OBEYED.search(screen.getvalue())
