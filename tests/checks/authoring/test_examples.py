"""The four theories of examples/theories run as they stand, and a falsehood planted in a copy of one is refuted."""

from __future__ import annotations

import json
import re
import resource
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from theory_files import EXAMPLES, edited

VERDICTS = {
    "weight_decay": {"weight-decay": "proved"},
    "steepest_descent": {"kantorovich": "certified", "steepest-descent": "certified", "assumptions": "certified"},
    "factorization": {"factor-sharpness": "certified"},
    "estimates": {"linear": "proved", "means": "proved"},
}
SECONDS = 30


@pytest.mark.parametrize("name", VERDICTS)
def test_an_example_reaches_its_verdicts_from_the_shell(tmp_path: Path, name: str) -> None:
    """The processor time of all processes is measured: the time on the wall depends on what else the machine does."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    command = [sys.executable, "-m", "flatcert", "verify", f"{name}.py", "--json", str(tmp_path / "run.json")]
    done = subprocess.run(command, cwd=EXAMPLES, capture_output=True, text=True, check=False)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert done.returncode == 0, done
    run = json.loads((tmp_path / "run.json").read_text())
    assert {claim["id"]: claim["verdict"] for claim in run["claims"]} == VERDICTS[name]
    for claim in run["claims"]:
        assert claim["mutants"]["refuted"] == claim["mutants"]["total"]
        assert claim["failures"] == []
    assert run["theory"]["name"].replace(" ", "_") in (name, "flat_factorizations")
    assert run["theory"]["reference"].startswith(f"file:{EXAMPLES / name}.py#")
    assert after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime < SECONDS


PLANTED = {
    "a constant": ("weight_decay", "weight-decay", ('"any", (decay, ">=", 2 *', '"any", (decay, ">=", 3 *')),
    "an exponent": ("weight_decay", "weight-decay", ('(first, ">=", norm_w_net)', '(first, ">=", norm_w_net**2)')),
    "no equal factors": ("weight_decay", "weight-decay", (
        'given=(equal,), tight=True,\n               mutants=[without(equal), ', 'tight=True, mutants=[')),
    "a constant of Kantorovich": ("steepest_descent", "kantorovich", ("4 * low * high", "5 * low * high")),
    "an exponent of the rate": ("steepest_descent", "steepest-descent", (
        "(high + low) ** 2 * f_next", "(high + low) ** 3 * f_next")),
    "a constant of the rate": ("steepest_descent", "steepest-descent", (
        "(high + low) ** 2 * f_next", "2 * (high + low) ** 2 * f_next")),
    "a constant of the sharpness": ("factorization", "factor-sharpness", ('2 * spectral', '3 * spectral')),
    "no factorization": ("factorization", "factor-sharpness", (
        'given=(exact,), tight=True,\n               mutants=AUTOMATIC', 'tight=True, mutants=AUTOMATIC')),
    "an exponent of the norm": ("factorization", "factor-sharpness", (
        '(S, "<=", norm_squared(U) + norm_squared(V))', '(S, "<=", norm_squared(U) + norm_squared(V)**2)')),
    "a constant of the chain": ("estimates", "linear", ('"<", 7 * z + 2', '"<", 7 * z - 2')),
    "a hypothesis of the chain": ("estimates", "linear", (
        'given=((x, "<", 2 * y), (y, "<", 3 * z + 1))', 'given=((y, "<", 3 * z + 1),)')),
    "an exponent of the means": ("estimates", "means", ("((x + y + z) / 3) ** 3", "((x + y + z) / 3) ** 2")),
}


@pytest.mark.parametrize("name, claim, edit", PLANTED.values(), ids=PLANTED)
def test_a_planted_falsehood_is_refuted_and_replays(flatcert: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
                                                    name: str, claim: str, edit: tuple[str, str]) -> None:
    """The counterexample is small: sizes up to 3 and numbers of few digits; the command printed repeats it."""
    path = edited(tmp_path, name, edit)
    monkeypatch.chdir(tmp_path)
    result = flatcert("verify", path, claim, "--workers", 0, "--json", tmp_path / "run.json")
    assert result.code == 1, result
    assert f"{claim} is refuted: " in result.out
    (report,) = json.loads((tmp_path / "run.json").read_text())["claims"]
    assert report["verdict"] == "refuted"
    smallest = min(len(re.findall(r"[0-9]", json.dumps({**found["instance"], "name": ""})))
                   for found in report["counterexamples"])
    assert smallest <= 40
    (theory, token), *_ = re.findall(r"flatcert replay --theory '([^']+)' '([^']+)'", result.out)
    assert theory.startswith(f"file:{name}.py#")
    again = flatcert("replay", "--theory", theory, token)
    assert again.code == 1
    assert "\nrefuted (" in again.out
    path.write_text(path.read_text() + "\n")
    changed = flatcert("replay", "--theory", theory, token)
    assert changed.code == 2
    assert re.fullmatch(r"flatcert: The file .* has changed since: leave out '#\w+' to use it as it is now\.\n",
                        changed.err)
    assert flatcert("replay", "--theory", theory.partition("#")[0], token).code == 1
