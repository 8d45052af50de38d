"""``flatcert conjecture --theory``: answers, replay commands, certificates and files of conjectures."""

from __future__ import annotations

import json
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from theory_files import EXAMPLES, MEANS, written

FACTORS, NUMBERS = str(EXAMPLES / "factorization.py"), str(EXAMPLES / "estimates.py")
CHECKER = Path(__file__).parents[3] / "checks" / "checker.py"


def test_a_refutation_replays_and_has_a_certificate_that_anyone_can_check(flatcert: Any, tmp_path: Path) -> None:
    refuted = flatcert("conjecture", "S <= 2*spectral_norm(Y) + 1", "--theory", FACTORS, "--assuming", "exact",
                       "--effort", "quick", "--certificates", tmp_path / "made")
    assert refuted.code == 1
    line = next(line for line in refuted.out.splitlines() if line.strip().startswith("replay: "))
    again = flatcert(*shlex.split(line.partition("replay: ")[2])[1:])
    assert again.code == 1 and "refuted" in again.out
    (certificate,) = (tmp_path / "made").glob("*.json")
    alone = subprocess.run([sys.executable, str(CHECKER), str(certificate)], capture_output=True, text=True, check=True)
    assert "1 accepted" in alone.stdout
    assert flatcert("check", tmp_path / "made", "--theory", FACTORS).code == 0


def test_files_of_conjectures_and_the_best_constant(flatcert: Any, tmp_path: Path) -> None:
    lines = tmp_path / "lines.txt"
    lines.write_text("x*y <= (x + y)**2/4  # means\nx <= 14*y | assuming x <= 3, y >= 1/5\n")
    result = flatcert("conjecture", "--file", lines, "--theory", NUMBERS, "--effort", "quick", "--json", "-")
    assert result.code == 1
    assert [one["answer"] for one in json.loads(result.out)["conjectures"]] == ["proved", "refuted"]
    sharpened = flatcert("conjecture", "x*y <= (x + y)**2", "--sharpen", "--theory", NUMBERS, "--effort", "quick")
    assert sharpened.code == 0 and "x*y <= (x + y)**2/4" in sharpened.out and "supposed: nothing" in sharpened.out


def test_a_token_repeats_the_decision(flatcert: Any) -> None:
    token = 'conjecture/x*y <= (x + y)**2/5@{"x": "1", "y": "1", "z": "1"}'
    assert "refuted" in flatcert("replay", token, "--theory", NUMBERS).out


def test_the_theory_of_a_project_gives_the_words(
    flatcert: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    written(tmp_path, MEANS)
    written(tmp_path, MEANS, "other.py")
    monkeypatch.chdir(tmp_path)
    (tmp_path / "pyproject.toml").write_text('[tool.flatcert]\ntheories = ["theory.py"]\n')
    assert flatcert("conjecture", "2*x*y <= x**2 + y**2", "--effort", "quick").code == 0
    assert flatcert("conjecture", "b <= a", "--theory", "flatcert", "--effort", "quick").code == 1
    (tmp_path / "pyproject.toml").write_text('[tool.flatcert]\ntheories = ["theory.py", "other.py"]\n')
    assert "name one by --theory" in flatcert("conjecture", "x <= 1").err


@pytest.mark.parametrize("arguments, said", [
    (("x <= 1", "--theory", "nothing.py"), "There is no file nothing.py"),
    (("x <= 1", "--theory", "no.such.module"), "There is no module"),
    (("Sharp <= 1", "--theory", FACTORS), "There is no quantity 'Sharp'"),
    (("S <= 1", "--theory", FACTORS, "--assuming", "exat"), "did you mean 'exact'"),
    (("S <= 1", "--theory", FACTORS, "--at", '{"U": [[1]]}'), "lacks V, Y"),
    (("S <= 1", "--theory", FACTORS, "--at", '{"U": [[1]], "V": [[1, 2]], "Y": [[1]]}'), "other data say"),
    (("S <= 1", "--theory", FACTORS, "--at", '{"U": '), "is JSON with U, V, Y"),
])
def test_bad_usage_is_answered_with_one_sentence(flatcert: Any, arguments: tuple[str, ...], said: str) -> None:
    result = flatcert("conjecture", *arguments)
    assert result.code == 2 and said in result.err and result.err.count("\n") == 1
