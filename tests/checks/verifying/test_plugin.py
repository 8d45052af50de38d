"""``pytest --flatcert`` in a project of its own, as users run it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest
from theory_files import MEANS, written

FALSE = 'theory.claim("false", "False", Obligation("any", (x, "<=", y), mutants=[scaled("2", 2)]))'


def run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "--flatcert", "--junit-xml=j.xml", *arguments],
        cwd=folder, capture_output=True, text=True, check=False)


def cases(folder: Path) -> dict[str, dict[str, str]]:
    """The properties of each test in the JUnit file."""
    root = ElementTree.parse(folder / "j.xml").getroot()
    return {case.get("name", ""): {one.get("name", ""): one.get("value", "") for one in case.iter("property")}
            for case in root.iter("testcase")}


def test_the_theories_of_pyproject_are_collected(tmp_path: Path) -> None:
    written(tmp_path, MEANS + FALSE)
    (tmp_path / "pyproject.toml").write_text('[tool.flatcert]\ntheories = ["theory.py"]\n')
    done = run(tmp_path)
    assert done.returncode == 1, done.stdout + done.stderr
    found = cases(tmp_path)
    assert found["means/any"]["claim"] == "means"
    assert found["means/any"]["verdict"] == "held" and int(found["means/any"]["bits"]) >= 64
    assert found["means/any: mutant left side + 1 %"]["verdict"] == "refuted"
    assert found["false/any"]["verdict"] == "refuted"
    assert "refuted: x <= y at" in done.stdout
    assert "Traceback" not in done.stdout + done.stderr


def test_a_file_that_is_named_is_collected_and_tests_stay_tests(tmp_path: Path) -> None:
    path = written(tmp_path, MEANS)
    test = tmp_path / "test_it.py"
    test.write_text(f"from {path.stem} import theory\nfrom flatcert.testing import property_tests\n"
                    "test_theory = property_tests(theory)\n")
    done = run(tmp_path, path.name, test.name)
    assert done.returncode == 0, done.stdout + done.stderr
    found = cases(tmp_path)
    assert {"means/any", "test_theory[means/any]"} <= set(found)
    assert found["means/any"].keys() == found["test_theory[means/any]"].keys() == {"claim", "verdict", "bits"}


def test_a_file_that_fails_is_one_sentence(tmp_path: Path) -> None:
    path = written(tmp_path, "theory.claim(")
    done = run(tmp_path, path.name)
    assert done.returncode != 0
    assert f"{path.name}, line 10: '(' was never closed." in done.stdout
    assert "Traceback" not in done.stdout + done.stderr


def test_without_the_option_nothing_is_imported() -> None:
    code = "import flatcert.pytest_plugin, sys; print({'sympy', 'numpy'} & set(sys.modules))"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "set()\n"


@pytest.mark.parametrize("hypothesis, expected", [
    ("(x**2, '<', 0)", "no drawn instance satisfies x**2 < 0: add a family that does"),
])
def test_a_hypothesis_that_no_drawn_instance_satisfies_fails(tmp_path: Path, hypothesis: str, expected: str) -> None:
    written(tmp_path, f"theory.claim('c', 'C', Obligation('any', (x, '<=', y), given=({hypothesis},)))")
    done = run(tmp_path, "theory.py")
    assert done.returncode == 1
    assert expected in done.stdout
