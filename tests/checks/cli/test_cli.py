"""The command line as a user meets it: output, exit codes, and one sentence for every mistake."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np
import pytest

from flatcert import __version__
from flatcert.checks.cli import main as cli
from flatcert.checks.verifying import verify as verifying
from flatcert.checks.verifying.verify import Profile
from flatcert.theory.library import BUILT_IN

DIABETES = Path(__file__).parents[3] / "examples" / "diabetes.csv"
ENTRY = [sys.executable, "-c", "from flatcert.checks.cli.main import main; main()"]


@dataclass
class Result:
    code: int
    out: str
    err: str


@pytest.fixture
def flatcert(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Any:
    """The entry point in this process."""
    monkeypatch.setitem(verifying.PROFILES, "quick", Profile(30, 6, 2))

    def run(*arguments: object) -> Result:
        monkeypatch.setattr(sys, "argv", ["flatcert", *map(str, arguments)])
        with pytest.raises(SystemExit) as caught:
            cli.main()
        captured = capsys.readouterr()
        code = caught.value.code
        return Result(code if isinstance(code, int) else 0, captured.out, captured.err)

    return run


def sentence(result: Result) -> str:
    """The one sentence of a refusal: exit 2, nothing on stdout, no traceback."""
    assert result.code == 2, result
    assert result.out == ""
    assert "Traceback" not in result.err
    (line,) = result.err.strip().splitlines()
    assert line.startswith("flatcert: ")
    assert line.endswith(".") or line.endswith("?")
    return line


@pytest.fixture
def csv(tmp_path: Path) -> Any:
    def write(text: str) -> Path:
        path = tmp_path / "t.csv"
        path.write_text(text)
        return path

    return write


def test_help_is_quick_and_lists_the_commands() -> None:
    """A fresh interpreter; numbers and symbols are not imported for a help page."""
    quickest = 9.0
    for _ in range(3):
        started = perf_counter()
        done = subprocess.run([*ENTRY, "--help"], capture_output=True, text=True, timeout=60, check=False)
        quickest = min(quickest, perf_counter() - started)
    assert done.returncode == 0
    for command in ("verify", "claims", "explain", "latex", "bounds", "replay"):
        assert re.search(rf"^\W*{command} ", done.stdout, re.MULTILINE)
    code = ("import sys; sys.argv = ['flatcert', '--help']\nfrom flatcert.checks.cli.main import main\n"
            "try: main()\nexcept SystemExit: print(sorted({'sympy', 'numpy', 'scipy', 'flint', 'pandas', "
            "'mpmath', 'hypothesis'} & set(sys.modules)))")
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=False)
    assert done.stdout.rstrip().endswith("[]")
    assert quickest < 2  # 0.4 s on an idle machine


def test_no_arguments_and_version(flatcert: Any) -> None:
    assert flatcert("--version").out.strip() == f"flatcert {__version__}"
    shown = flatcert()
    assert "Usage" in shown.out + shown.err
    assert shown.code == 2


def test_claims_lists_every_claim(flatcert: Any) -> None:
    result = flatcert("claims")
    assert result.code == 0
    assert all(re.search(rf"\b{claim.id}\b", result.out) for claim in BUILT_IN)
    listed = json.loads(flatcert("claims", "--json", "-").out)
    assert [c["id"] for c in listed] == list(BUILT_IN.claims)
    assert [c["title"] for c in listed] == [claim.title for claim in BUILT_IN]
    assert all(set(c["requires"]) <= set(BUILT_IN.claims) for c in listed)


@pytest.mark.parametrize("claim_id", ["sharpness-lower", "learning-rate"])
def test_explain_shows_statements_mutants_and_steps(flatcert: Any, claim_id: str) -> None:
    result = flatcert("explain", claim_id)
    assert result.code == 0
    for obligation in BUILT_IN.claims[claim_id].obligations:
        assert str(obligation.relation) in result.out
        assert all(mutant.label in result.out for mutant in obligation.mutants)
    assert "derivation, " in result.out


@pytest.mark.parametrize("depth", [1, 2, 10])
@pytest.mark.parametrize("option", [[], ["--center"], ["--standardize"]], ids=["raw", "centred", "standardized"])
def test_bounds_of_the_diabetes_data_against_numpy(flatcert: Any, depth: int, option: list[str]) -> None:
    """NumPy: float64, QR least squares, LAPACK eigenvalues; ours: exact rationals and Arb."""
    result = flatcert("bounds", DIABETES, "--target", "target", "--depth", depth, "--json", "-", *option)
    assert result.code == 0
    found = json.loads(result.out)
    data = np.genfromtxt(DIABETES, delimiter=",", skip_header=1)
    if option:
        data = data - data.mean(axis=0)
    if option == ["--standardize"]:
        data = data / data.std(axis=0)
    x, y = data[:, :-1], data[:, -1]
    n, L = len(y), depth
    w = np.linalg.lstsq(x, y, rcond=None)[0]
    values = np.linalg.svd(x, compute_uv=False) ** 2 / n
    energy, norm = np.sum((x @ w) ** 2) / n, np.linalg.norm(w)
    image = x.T @ (x @ w) / n
    a, b, top = energy / norm**2, image @ image / energy, values[0]
    law = 2 * L * energy ** (1 - 1 / L)
    expected = {
        "n": 442, "dim": 10, "depth": depth, "energy": energy, "rayleigh": a, "b": b,
        "lambda_min": values[-1], "lambda_max": top, "condition_number": top / values[-1],
        "risk_min": np.sum((y - x @ w) ** 2) / n,
    }
    for name, value in expected.items():
        np.testing.assert_allclose(found[name], value, rtol=1e-8, err_msg=name)
    length = norm ** (2 - 2 / L)
    bounds = {
        "sharpness-lower": 2 * L * length * a,
        "sharpness-lower-tight": law * b ** (1 / L),
        "min-sharpness-bracket": law * top ** (1 / L),
        "min-sharpness-ladder": 2 * length * (top + (L - 1) * a),
        "min-sharpness-upper": 2 * length * np.sqrt((2 * L - 1) * top**2 + (L - 1) ** 2 * a**2),
        "min-trace": law * values.sum() ** (1 / L),
    }
    assert set(found["bounds"]) == set(bounds)
    for name, value in bounds.items():
        np.testing.assert_allclose(found["bounds"][name], value, rtol=1e-8, err_msg=name)
    least = found["min_sharpness"]
    assert bounds["sharpness-lower-tight"] * (1 - 1e-8) <= least["lower"] <= least["upper"]
    assert least["upper"] <= bounds["min-sharpness-bracket"] * (1 + 1e-8)
    assert least["upper"] <= least["lower"] * (1 + 1e-12)
    np.testing.assert_allclose(found["learning_rate"]["paper"], 2 / bounds["sharpness-lower"], rtol=1e-8)
    np.testing.assert_allclose(found["learning_rate"]["tight"], 2 / bounds["sharpness-lower-tight"], rtol=1e-8)
    np.testing.assert_allclose(found["learning_rate"]["exact_lower"], 2 / least["upper"], rtol=1e-12)


def test_the_terminal_shows_the_numbers_of_the_json(flatcert: Any) -> None:
    arguments = ("bounds", DIABETES, "--target", "target", "--depth", 3)
    shown, found = flatcert(*arguments).out, json.loads(flatcert(*arguments, "--json", "-").out)
    numbers = [float(x) for x in re.findall(r"-?[0-9]+\.?[0-9]*(?:e[+-]?[0-9]+)?", shown)]
    assert all(name in shown for name in found["bounds"])
    for value in (*found["bounds"].values(), found["energy"], found["lambda_min"], found["risk_min"],
                  *found["min_sharpness"].values(), *found["learning_rate"].values()):
        assert any(abs(x - value) <= 1e-9 * value for x in numbers), value


def test_fewer_samples_than_features_works(flatcert: Any, csv: Any) -> None:
    found = json.loads(flatcert("bounds", csv("a,b,c,y\n1,0,0,2\n0,1,0,1\n"), "--target", "y", "--depth", 2,
                                "--json", "-").out)
    assert found["lambda_min"] == 0
    assert found["condition_number"] is None
    assert found["energy"] == 2.5


BAD_DATA = {
    "no file": (None, "y", 2, [], "There is no file"),
    "no column": ("a,y\n1,2\n3,5\n", "z", 2, [], "names no column 'z'"),
    "text": ("a,y\n1,2\ntall,5\n", "y", 2, [], "'tall' in row 2"),
    "NaN": ("a,y\n1,NaN\n3,5\n", "y", 2, [], "is NaN"),
    "zero target": ("a,y\n1,0\n3,0\n", "y", 2, [], "is zero in every row"),
    "constant target": ("a,y\n1,7\n3,7\n", "y", 2, ["--center"], "is zero once centred"),
    "one row": ("a,y\n1,2\n", "y", 2, [], "has one row"),
    "depth 0": ("a,y\n1,2\n3,5\n", "y", 0, [], "at least 1, not 0"),
    "nothing explained": ("a,y\n1,1\n-1,1\n", "y", 2, [], "No feature is correlated"),
    "empty": ("", "y", 2, [], "is empty"),
}


@pytest.mark.parametrize("text, target, depth, options, message", BAD_DATA.values(), ids=BAD_DATA.keys())
@pytest.mark.parametrize("command", ["bounds", "latex"])
def test_bad_data_gets_one_sentence(
    flatcert: Any, tmp_path: Path, command: str, text: str | None, target: str, depth: int, options: list[str],
    message: str,
) -> None:
    path = tmp_path / "t.csv"
    if text is not None:
        path.write_text(text)
    where = [path] if command == "bounds" else ["gradient", "--data", path]
    assert message in sentence(flatcert(command, *where, "--target", target, "--depth", depth, *options))


BAD_WORDS = {
    "unknown claim": (["verify", "sharpness-lowr"], "no claim 'sharpness-lowr'"),
    "unknown claim to explain": (["explain", "nonsense"], "no claim 'nonsense'"),
    "unknown claim in LaTeX": (["latex", "nonsense"], "no claim 'nonsense'"),
    "unknown profile": (["verify", "gradient", "--profile", "fast"], "There is no profile 'fast'"),
    "no directory for JSON": (["verify", "gradient", "--json", "/nowhere/x.json"], "There is no directory '/nowhere'"),
    "no directory for JUnit": (["verify", "gradient", "--junit", "/nowhere/x.xml"], "There is no directory '/nowhere'"),
    "a directory for JSON": (["verify", "gradient", "--json", "/"], "is a directory"),
    "a directory for the list": (["claims", "--json", "/nowhere/x"], "/nowhere/x"),
    "no token": (["replay", "nonsense"], "is not a token"),
    "no such instance": (["replay", "kernel/matrix@classics:0:999"], "no instance 999"),
    "no such mutant": (["replay", "kernel/matrix~none@classics:0:0"], "no obligation or mutant"),
    "data without a target": (["latex", "gradient", "--data", "x.csv"], "--target COL --depth L"),
}


@pytest.mark.parametrize("arguments, message", BAD_WORDS.values(), ids=BAD_WORDS.keys())
def test_bad_usage_gets_one_sentence(flatcert: Any, arguments: list[str], message: str) -> None:
    """Claims's ``--json`` prints its table before it writes, so only the error stream is one line there."""
    result = flatcert(*arguments)
    if arguments[0] == "claims":
        result.out = ""
    assert message in sentence(result)


@pytest.mark.parametrize("arguments", [["verify", "--seed", "x"], ["bounds"], ["nonsense"], ["verify", "--nope"],
                                       ["bounds", "x.csv", "--target", "y", "--depth", "two"]])
def test_usage_errors_of_the_parser(flatcert: Any, arguments: list[str]) -> None:
    result = flatcert(*arguments)
    assert result.code == 2
    assert result.out == ""
    assert "Traceback" not in result.err
    assert result.err


def test_verify_prints_only_json_to_stdout(flatcert: Any, tmp_path: Path) -> None:
    junit = tmp_path / "r.xml"
    result = flatcert("verify", "gradient", "--workers", 0, "--json", "-", "--junit", junit, "--seed", 5)
    made = json.loads(result.out)
    assert result.code == made["exit_code"]
    assert (made["seed"], made["profile"]) == (5, "quick")
    assert [claim["id"] for claim in made["claims"]] == ["gradient"]
    assert "gradient" in result.err  # the table
    assert junit.read_text().startswith("<?xml")


def test_verify_writes_json_to_a_file(flatcert: Any, tmp_path: Path) -> None:
    target = tmp_path / "r.json"
    target.write_text("old")
    result = flatcert("verify", "gradient", "--workers", 0, "--json", target)
    assert json.loads(target.read_text())["claims"][0]["id"] == "gradient"
    assert "gradient" in result.out


def test_an_unwritable_directory_is_found_before_the_work(
    flatcert: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Permissions do not bind the superuser, so the system's answer is given for it."""
    monkeypatch.setattr(os, "access", lambda path, mode: Path(path) != tmp_path)
    monkeypatch.setattr(verifying, "verify", None)
    assert "cannot be written" in sentence(flatcert("verify", "gradient", "--json", tmp_path / "r.json"))


def test_a_disk_that_fails_is_one_sentence(flatcert: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def full(path: Path, text: str) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("flatcert.checks.output.whole_files.write_text", full)
    target = tmp_path / "c.json"
    result = flatcert("claims", "--json", target)
    assert result.code == 2
    assert result.err.strip() == (
        f"flatcert: {str(target)!r} cannot be written (No space left on device): name another file.")


@pytest.mark.parametrize(
    "token, code, word",
    [("sharpness-lower/minimizers@classics:0:1", 0, "held"),
     ("sharpness-lower/minimizers~2L -> 2.1L@classics:0:1", 1, "refuted"),
     ("kernel/matrix~doubled@field:0:1", 1, "refuted"),
     ("min-sharpness/depth-one@classics:0:1", 3, "not applicable")],
)
def test_replay_exit_codes(flatcert: Any, token: str, code: int, word: str) -> None:
    result = flatcert("replay", token)
    assert result.code == code
    assert word in result.out
    found = json.loads(flatcert("replay", token, "--json", "-").out)
    assert found["verdict"] == word


def test_what_a_failed_run_prints_can_be_replayed(flatcert: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """The command is taken from the output, not from the report's objects."""
    from dataclasses import replace

    import sympy as sp

    from flatcert.theory import library as registry
    from flatcert.theory.language.claim import scaled

    claim = BUILT_IN.claims["sharpness-lower"]
    true = claim.obligations[0]
    false = replace(scaled("x", sp.Rational(3, 2)).of(true), name=true.name, mutants=true.mutants)
    monkeypatch.setitem(registry.BUILT_IN.claims, claim.id, replace(claim, obligations=(false,)))
    result = flatcert("verify", claim.id, "--workers", 0)
    assert result.code == 1
    tokens = re.findall(r"flatcert replay '([^']+)'", result.out)
    assert tokens
    assert flatcert("replay", tokens[0]).code == 1


def test_internal_errors_are_said_to_be_ours(flatcert: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> str:
        raise RuntimeError("broken")

    monkeypatch.setattr("flatcert.checks.verifying.explain.explanation", broken)
    result = flatcert("explain", "gradient")
    assert result.code == 4
    assert result.err.strip() == "flatcert: internal error, please report it: RuntimeError: broken"


def test_a_closed_pipe_is_no_error() -> None:
    """``flatcert explain ID | head -1``: the reader leaves, nobody complains."""
    script = " ".join(f"'{part}'" for part in [*ENTRY, "explain", "learning-rate"]) + " | head -1"
    done = subprocess.run(["/bin/sh", "-c", script], capture_output=True, text=True, timeout=120, check=False)
    assert done.stdout.startswith("learning-rate")
    assert done.stderr == ""


def test_latex_is_a_document(flatcert: Any, tmp_path: Path) -> None:
    """Every chosen claim in a theorem environment; with data, its numbers; pdflatex takes it where there is one."""
    target = tmp_path / "doc.tex"
    result = flatcert("latex", "sharpness-lower", "min-sharpness-kink", "--document", "--data", DIABETES,
                      "--target", "target", "--depth", 4, "--output", target)
    assert result.code == 0
    text = target.read_text()
    assert text.startswith(r"\documentclass")
    assert text.rstrip().endswith(r"\end{document}")
    for claim_id in ("sharpness-lower", "min-sharpness-kink"):
        assert BUILT_IN.claims[claim_id].title in text
    assert text.count(r"\begin{") == text.count(r"\end{")
    assert "diabetes.csv" in text
    assert flatcert("latex", "sharpness-lower").out.startswith(r"\documentclass")
    if shutil.which("pdflatex"):
        done = subprocess.run(["pdflatex", "-interaction=nonstopmode", "-halt-on-error", target.name],
                              cwd=tmp_path, capture_output=True, text=True, timeout=120, check=False)
        assert done.returncode == 0, done.stdout[-2000:]
        assert (tmp_path / "doc.pdf").stat().st_size > 10_000


@pytest.mark.parametrize("arguments", [
    ("bounds", "LONG", "--target", "y", "--depth", 2), ("bounds", DIABETES, "--target", "LONG", "--depth", 2),
    ("explain", "LONG"), ("verify", "--profile", "LONG"), ("replay", "LONG"), ("check", "LONG"), ("LONG",),
    ("conjecture", "S <= S_min", "--at", "LONG"), ("bounds", "--LONG"), ("conjecture", "--file", "LONG")], ids=repr)
def test_long_mistakes_are_cut(flatcert: Any, arguments: tuple[object, ...]) -> None:
    result = flatcert(*(str(argument).replace("LONG", "x" * 10**5) for argument in arguments))
    assert result.code == 2 and len(result.err) < 1500 and "xxx" in result.err
    assert "output" not in result.err


def test_a_table_without_header(flatcert: Any, csv: Any) -> None:
    path = csv("1,0,2\n0,1,1\n1,1,4\n")
    assert "--no-header" in sentence(flatcert("bounds", path, "--target", 3, "--depth", 2))
    found = flatcert("bounds", path, "--target", 3, "--depth", 2, "--no-header", "--json", "-")
    named = flatcert("bounds", csv("a,b,c\n1,0,2\n0,1,1\n1,1,4\n"), "--target", "c", "--depth", 2, "--json", "-")
    assert found.code == 0 and found.out == named.out and json.loads(found.out)["n"] == 3


def test_options_of_a_table_need_one(flatcert: Any) -> None:
    assert "no table" in sentence(flatcert("latex", "--target", "y"))
