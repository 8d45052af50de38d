"""Every command as a user sees it: in terminals of three widths, in a pipe, without colours, interrupted."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from on_terminal import ESCAPES, plain, terminal

from flatcert.checks.cli.last_runs import last_run, remember
from flatcert.checks.cli.progress import seconds_left
from flatcert.checks.conjecture.language import language_of
from flatcert.theory.library import BUILT_IN

ROOT = Path(__file__).parents[3]
DIABETES = str(ROOT / "examples" / "diabetes.csv")
QUICK = {
    "claims": ["claims"],
    "explain": ["explain", "kernel-agm"],
    "bounds": ["bounds", DIABETES, "--target", "target", "--depth", "10"],
    "conjecture": ["conjecture", "b <= a"],
    "words": ["conjecture", "--words"],
    "flow": ["flow", "--depth", "2", "--dim", "2"],
    "help": ["conjecture", "--help"],
}
COLOURS = re.compile(r"\x1b\[[0-9;]*3[0-9]m")
OWN = ("from flatcert import Obligation, Setting, Theory\nfrom flatcert.kinds import positive\n"
       "from flatcert.mutants import AUTOMATIC\nN = Setting('positive numbers', x=positive(), y=positive())\n"
       "x, y = N['x'], N['y']\ntheory = Theory('means', setting=N)\n"
       "theory.claim('a-claim-with-a-long-name-as-users-write-them', 'Two means',\n"
       "             Obligation('any', (4 * x * y, '<=', (x + y) ** 2), tight=True, mutants=AUTOMATIC))\n")


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.chdir(tmp_path)
    return tmp_path / "cache"


@pytest.mark.parametrize("width", [80, 120, 200])
@pytest.mark.parametrize("command", QUICK)
def test_a_table_is_no_wider_than_the_terminal_and_cuts_nothing(command: str, width: int) -> None:
    _, shown = terminal(width, QUICK[command])
    lines = plain(shown)
    assert "…" not in shown
    assert all(len(line) <= width for line in lines if re.match("[┏┃┡│└]", line))
    if command == "claims":
        assert all(any(re.search(rf"│ {claim.id} ", line) for line in lines) for claim in BUILT_IN)
    if command == "bounds":
        assert all(any(word in line for line in lines) for word in (
            "min-sharpness-bracket", "sharpness-lower-tight", "[572888.2788503641,", "572888.2788503643]"))


@pytest.mark.parametrize("width", [80, 120, 200])
def test_inspect_keeps_theorems_verdicts_and_numbers_whole(width: int, tmp_path: Path) -> None:
    np.savez(tmp_path / "net.npz", W1=np.eye(10), W2=np.ones((1, 10)))
    _, shown = terminal(width, ["inspect", "net.npz", "--data", DIABETES, "--target", "target"])
    lines = plain(shown)
    assert all(len(line) <= width for line in lines if re.match("[┏┃┡│└]", line))
    text = "\n".join(lines)
    assert re.search(r"│ sharpness-lower/minimizers +│ not applicable ", text) or (
        "\nsharpness-lower/minimizers\n  verdict: not applicable\n" in text), text


def test_verify_ends_in_one_sentence_with_its_exit_code_and_time(tmp_path: Path) -> None:
    """In the narrowest of terminals; the claim's long name stays whole, and nothing is left in the user's folder."""
    (tmp_path / "means.py").write_text(OWN)
    code, shown = terminal(80, ["verify", "means.py", "--workers", "0"])
    lines = plain(shown)
    assert code == 0
    assert any(re.match(r"│ a-claim-with-a-long-name-as-users-write-them │ certified ", line) for line in lines)
    assert lines[-2] == "1 claim certified; nothing refuted, nothing undecided; 3 of 3 mutants refuted."
    assert re.fullmatch(r"exit code 0; \d+\.\d s", lines[-1])
    assert "a-claim-with-a-long-name-as-users-write-them ━" in ESCAPES.sub("", shown)  # the bar names the claim
    assert {path.name for path in tmp_path.iterdir()} <= {"means.py", "cache", "__pycache__"}
    again = ESCAPES.sub("", terminal(80, ["verify", "means.py", "--workers", "0"])[1])
    assert re.search(r"starting ━+ 0 of \d+, about \d+ s left, by the last run", again)


def piped(arguments: list[str], **more: str) -> str:
    environment = {name: value for name, value in os.environ.items() if name not in ("COLUMNS", "FORCE_COLOR")} | more
    return subprocess.run([sys.executable, "-m", "flatcert", *arguments], capture_output=True, text=True, check=False,
                          env=environment).stdout


def test_the_report_may_go_to_standard_output(tmp_path: Path) -> None:
    (tmp_path / "means.py").write_text(OWN)
    arguments = [sys.executable, "-m", "flatcert", "verify", "means.py", "--workers", "0", "--html", "-"]
    done = subprocess.run(arguments, capture_output=True, text=True, check=True)
    assert done.stdout.startswith("<!DOCTYPE html>") and done.stdout.endswith("</html>\n")
    assert "1 claim certified" in done.stderr and "exit code 0" in done.stderr
    assert not (tmp_path / "-").exists()
    both = subprocess.run([*arguments, "--json", "-"], capture_output=True, text=True, check=False)
    assert (both.returncode, both.stdout, both.stderr) == (
        2, "", "flatcert: --json and --html both go to standard output: name a file for one of them.\n")


@pytest.mark.parametrize("more", [{}, {"CI": "true", "GITHUB_ACTIONS": "true"}, {"TERM": "dumb"}])
def test_a_pipe_has_every_column_and_no_escapes(more: dict[str, str]) -> None:
    shown = piped(QUICK["claims"], **more)
    assert "\x1b" not in shown
    assert "no room here" not in shown
    for claim in BUILT_IN:
        (line,) = (line for line in shown.splitlines() if line.startswith(f"│ {claim.id} "))
        assert claim.title in line and (not claim.requires or ", ".join(claim.requires) in line)


def test_a_pipe_may_be_told_its_width() -> None:
    shown = piped(QUICK["claims"], COLUMNS="80")
    assert max(map(len, shown.splitlines())) == 80


def test_no_colour_where_none_is_wanted() -> None:
    assert COLOURS.search(terminal(80, QUICK["conjecture"])[1])
    assert not COLOURS.search(terminal(80, QUICK["conjecture"], {"NO_COLOR": "1"})[1])


@pytest.mark.parametrize("arguments", [["conjecture", "S <= 10**9*S_min", "--effort", "deep"],
                                       ["bounds", DIABETES, "--target", "target", "--depth", "100000"]])
def test_ctrl_c_says_something(arguments: list[str]) -> None:
    with subprocess.Popen([sys.executable, "-c", (
            "import flatcert.checks.conjecture.answer, flatcert.checks.analysis.bounds, sys;"
            "import signal; signal.signal(signal.SIGINT, signal.default_int_handler);"  # ignored by jobs of a shell
            "print('ready', flush=True);"
            "from flatcert.checks.cli.main import main; main()"), *arguments],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None and process.stdout.readline() == "ready\n"
        time.sleep(0.5)
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=60)
    assert (process.returncode, said.strip()) == (130, "flatcert: interrupted; nothing more is decided or written.")


def test_the_help_names_the_vocabulary() -> None:
    listed = piped(["conjecture", "--help"]).partition("Names:")[2].partition("Beside")[0]
    others = {"of", "the", "problem", "its", "minimizers", "weights"}
    assert set(language_of(BUILT_IN).names) == set(re.findall(r"\w+", listed)) - others


@pytest.mark.parametrize("given", ["file", "standard input"])
def test_a_script_of_three_lines_needs_no_guard(given: str, tmp_path: Path) -> None:
    """The README's example of Python. Each worker ran the whole script again, and none could start."""
    script = "import flatcert\nrun = flatcert.verify(['gradient'], workers=1)\nprint(run.verdict)\n"
    (tmp_path / "script.py").write_text(script)
    found = subprocess.run([sys.executable, "script.py" if given == "file" else "-"], input=script, text=True,
                           capture_output=True, check=False)
    assert (found.stdout, found.stderr) == ("proved\n", "")


def test_the_time_left_follows_the_pace_of_this_run() -> None:
    assert seconds_left([0.0, 10.0, 40.0], 0, 0.0, 0.0) == 40.0
    assert seconds_left([0.0, 10.0, 40.0], 1, 20.0, 20.0) == 60.0  # twice as slow as the last run
    assert seconds_left([0.0, 10.0, 40.0], 1, 20.0, 500.0) == 1.0  # never less than nothing


def test_the_times_of_runs_are_kept_and_a_broken_file_is_no_error(cache: Path) -> None:
    assert last_run("a") == []
    remember("a", [0.0, 1.23456])
    remember("b", [0.0, 2.0])
    assert (last_run("a"), last_run("b")) == ([0.0, 1.23], [0.0, 2.0])
    for broken in ("no json", "[1]", '{"a": 3}'):
        (cache / "flatcert" / "last_runs.json").write_text(broken)
        assert last_run("a") == []
    remember("a", [0.0, 3.0])
    assert last_run("a") == [0.0, 3.0]
