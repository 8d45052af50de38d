"""``flatcert conjecture`` as a user meets it."""

from __future__ import annotations

import json
import shlex
import sys
from pathlib import Path
from typing import Any

import pytest

from flatcert.checks import checker
from flatcert.checks.certificates.format import sealed
from flatcert.checks.cli import main as cli
from flatcert.checks.conjecture.proving.remembered import place
from flatcert.checks.verifying.certificates import recheck
from flatcert.checks.verifying.replay import replay

Run = Any
QUICK = ("--effort", "quick")


@pytest.fixture
def flatcert(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """The command in this process: exit code, stdout, stderr."""

    def run(*arguments: object) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["flatcert", "conjecture", *map(str, arguments)])
        with pytest.raises(SystemExit) as caught:
            cli.main()
        captured = capsys.readouterr()
        return caught.value.code if isinstance(caught.value.code, int) else 0, captured.out, captured.err

    return run


def test_not_refuted(flatcert: Run) -> None:
    code, out, _ = flatcert("b <= a*(kappa + 1)**2/(4*kappa)", *QUICK)
    assert code == 0
    assert "not refuted" in out and "exact equality" in out and "room" in out
    assert "proved" not in out


def test_proved(flatcert: Run) -> None:
    code, out, _ = flatcert("a <= b", *QUICK)
    assert code == 0
    assert "\nproved" in out and "order-of-constants" in out and "recomputed by the kernel" in out
    assert "[claim" not in out and "1. a <= b  [claim" in flatcert("a <= b", "--derivation", *QUICK)[1]


def test_a_proof_has_a_certificate(flatcert: Run, tmp_path: Path) -> None:
    code, out, _ = flatcert("a <= b", "--certificates", tmp_path, *QUICK)
    (file,) = tmp_path.glob("*.json")
    assert code == 0 and "no certificate" not in out
    assert checker.check(checker.read(file)) == "given 1 facts, proved: conjecture/a <= b"
    assert recheck(file).answer == "accepted"


def test_the_cache_is_forgotten(flatcert: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    place().parent.mkdir()
    place().write_text("[]", encoding="utf-8")
    assert flatcert("a <= b", *QUICK)[0] == 0 and place().exists()
    assert flatcert("a <= b", "--no-cache", *QUICK)[0] == 0 and not place().exists()


def test_a_proof_without_a_certificate_says_why(flatcert: Run, tmp_path: Path) -> None:
    code, out, _ = flatcert("S_balanced <= kappa*S_min", "--certificates", tmp_path, *QUICK)
    assert code == 0 and not list(tmp_path.iterdir())
    assert "no certificate of conjecture/S_balanced <= kappa*S_min: " in out


def test_refuted_with_a_counterexample_that_replays(flatcert: Run) -> None:
    code, out, _ = flatcert("S <= 4*kappa*S_min", *QUICK)
    assert code == 1
    assert "refuted" in out and "left side" in out
    line = next(line for line in out.splitlines() if "replay:" in line)
    words = shlex.split(line.partition("replay: ")[2])
    assert words[:2] == ["flatcert", "conjecture"]
    assert flatcert(*words[2:])[0] == 1


def test_replay_keeps_the_hypotheses(flatcert: Run) -> None:
    _, out, _ = flatcert("trace <= S", "--any-weights", "--assuming", "L >= 2", "--assuming", "Delta <= 100", *QUICK)
    words = shlex.split(next(x for x in out.splitlines() if "replay:" in x).partition("replay: ")[2])
    assert "--any-weights" in words and "L >= 2, Delta <= 100" in words
    assert flatcert(*words[2:])[0] == 1


@pytest.mark.parametrize("statement", [
    "abs(S - S_min) <= S_min", "sqrt(a)*0.5 >= S", "S - S_min <= 0", " -S >= -S_min"])
def test_every_statement_that_is_printed_can_be_read_again(flatcert: Run, statement: str) -> None:
    code, out, _ = flatcert(statement, *QUICK)
    words = shlex.split(next(x for x in out.splitlines() if "replay:" in x).partition("replay: ")[2])
    assert (code, flatcert(*words[2:])[0]) == (1, 1)


@pytest.mark.parametrize("statement, code", [("a <= b", 0), ("b <= a", 1)])
def test_json(flatcert: Run, statement: str, code: int) -> None:
    found, out, _ = flatcert(statement, "--json", "-", *QUICK)
    result = json.loads(out)
    assert (found, result["exit_code"]) == (code, code)
    assert result["statement"] == statement
    assert result["answer"] == ("refuted" if code else "proved")
    assert result["decided"] > 0
    refuting = result["counterexample"]
    assert (refuting is None) == (code == 0)
    if refuting is not None:
        assert refuting["instance"]["covariance"] == [["1", "0"], ["0", "2"]]
        assert refuting["lhs"]["lower"] > refuting["rhs"]["upper"]


@pytest.mark.parametrize("words", [("b <= a",), ("S_balanced <= S_min*kappa**(1/L)",), ("frob*d <= sigma_min + theta",),
                                   ("trace <= S", "--any-weights", "--assuming", "L >= 2, Delta <= 100")])
def test_a_refutation_has_a_certificate_that_anyone_can_check(flatcert: Run, tmp_path: Path, words: Any) -> None:
    """By the checker alone, which knows no conjecture, and by ``flatcert check``, which reads the line again."""
    directory = tmp_path / "certificates"
    code, out, _ = flatcert(*words, "--certificates", directory, "--json", "-", *QUICK)
    (file,) = directory.glob("*.json")
    written = json.loads(file.read_text())
    assert code == 1 and written == json.loads(out)["certificate"]
    assert checker.check(written).startswith(f"refuted: conjecture/{json.loads(out)['line']}")
    assert recheck(file).answer == "accepted"
    other = sealed({**written, "id": "conjecture/a <= b"})
    assert checker.check(other)
    file.write_text(json.dumps(other))
    assert "is not that of" in recheck(file).reason


@pytest.mark.parametrize("name", ["d", "frob", "sigma_min", "S_balanced"])
def test_a_conjecture_is_replayed_by_its_token(name: str) -> None:
    """Names that no claim is about have values there, too."""
    token = f'conjecture/{name} <= 0@{{"covariance": [["1"]], "weights": [[["1"]]]}}'
    assert replay(token).verdict == "refuted"


def test_a_file_may_begin_with_a_byte_order_mark(flatcert: Run, tmp_path: Path) -> None:
    (tmp_path / "f.txt").write_text("a <= b\nb <= a\n", encoding="utf-8-sig")
    code, out, _ = flatcert("--file", tmp_path / "f.txt", *QUICK)
    assert code == 1 and "replay: flatcert conjecture 'b <= a' --at" in out


def test_numbers_too_large_to_write_down_are_refused(flatcert: Run) -> None:
    code, _, err = flatcert("a <= b", "--at", '{"covariance": [["1e999999999"]], "weights": [[["1"]]]}')
    assert code == 2 and "An instance is JSON" in err and not err.rstrip().endswith("..")


def test_what_is_not_refuted_has_no_certificate(flatcert: Run, tmp_path: Path) -> None:
    kantorovich = "b <= a*(kappa + 1)**2/(4*kappa)"
    code, out, _ = flatcert(kantorovich, "--certificates", tmp_path / "none", "--json", "-", *QUICK)
    assert code == 0 and json.loads(out)["certificate"] is None
    assert list((tmp_path / "none").iterdir()) == []


def test_the_json_of_a_refutation_is_an_instance(flatcert: Run, tmp_path: Path) -> None:
    report = tmp_path / "report.json"
    assert flatcert("b <= a", "--json", report, *QUICK)[0] == 1
    assert flatcert("b <= a", "--at", report)[0] == 1
    assert flatcert("a <= b", "--at", report)[0] == 0


def test_undecided(flatcert: Run) -> None:
    code, out, _ = flatcert("b <= a", "--assuming", "L == 1, L >= 2", *QUICK)
    assert code == 3 and "undecided" in out


def test_vacuous(flatcert: Run) -> None:
    code, out, _ = flatcert("a <= b", "--assuming", "L == 1, L >= 2", *QUICK)
    assert code == 3 and "vacuous" in out and "may contradict each other" in out


def test_sharpen(flatcert: Run) -> None:
    code, out, _ = flatcert("S_min <= 3*L*E**(1 - 1/L)*lambda_max**(1/L)", "--sharpen", *QUICK)
    assert code == 0
    assert "sharpened: S_min <= 2*E**(1 - 1/L)*L*lambda_max**(1/L)" in out


def test_a_file_of_conjectures(flatcert: Run, tmp_path: Path) -> None:
    file = tmp_path / "c.txt"
    file.write_text("# two\na <= b\n\nS >= 2*L*E | assuming L == 1  # false\n", encoding="utf-8")
    code, out, _ = flatcert("--file", file, "--json", "-", *QUICK)
    answers = [one["answer"] for one in json.loads(out)["conjectures"]]
    assert (code, answers) == (1, ["proved", "refuted"])
    assert "is refuted at" in flatcert("--file", file, *QUICK)[1]


@pytest.mark.parametrize("arguments, hint", [
    ((), "a file of them by --file"),
    (("__import__('os') <= 1",), "only names"),
    (("S <= 9**9**9",), "too large"),
    (("lambda x: 1",), "lambda_min or lambda_max"),
    (("S.__class__ <= 1",), "only names"),
    (("Smin <= 1",), "did you mean S_min"),
    (("a <= b", "--assuming", "balancd"), "did you mean 'balanced'"),
    (("a <= b", "--assuming", "a <= qqq"), "the names are"),
    (("a <= b", "--effort", "none"), "quick, ci, deep"),
    (("a <= b", "--at", "missing.json"), "no instance in"),
    (("a <= b", "--at", "{}"), "An instance is JSON"),
    (("--file", "missing.txt"), "cannot be read"),
    (("a <= b", "--file", "missing.txt"), "one conjecture, or a file"),
    (("--file", "missing.txt", "--sharpen"), "stand in the file"),
    (("a <= b", "--json", "no/such/f.json"), "no directory"),
], ids=lambda x: repr(x)[:30])
def test_mistakes_are_answered_with_one_sentence(flatcert: Run, arguments: tuple[str, ...], hint: str) -> None:
    code, out, err = flatcert(*arguments)
    assert (code, out) == (2, "")
    (line,) = err.strip().splitlines()
    assert line.startswith("flatcert: ") and hint in line and line[-1] in ".?"


def test_a_bad_line_of_a_file_is_named(flatcert: Run, tmp_path: Path) -> None:
    file = tmp_path / "c.txt"
    for text, hint in (("a <= b\nb <=\n", "line 2: "), ("a <= b | when L >= 2\n", "'assuming' is expected"),
                       ("# nothing\n", "no conjecture in")):
        file.write_text(text, encoding="utf-8")
        code, out, err = flatcert("--file", file)
        assert (code, out) == (2, "") and hint in err


def test_help_says_what_is_supposed(flatcert: Run) -> None:
    code, out, _ = flatcert("--help")
    assert code == 0 and "minimizers" in " ".join(out.split())
