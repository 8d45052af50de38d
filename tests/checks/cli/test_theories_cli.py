"""Commands on theories of one's own: where they come from, what is printed, and other processes."""

from __future__ import annotations

import json
import subprocess
import sys
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from theory_files import EXAMPLES, MEANS, written

from flatcert.checks.authoring.references import file_reference, load
from flatcert.checks.verifying.verify import verify

OTHER = """
theory.claim("other", "Another", Obligation("any", (x**2, ">=", 0), mutants=AUTOMATIC))
"""


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with two theories, of which pyproject.toml names one, and a folder below it to work in."""
    written(tmp_path, MEANS)
    written(tmp_path, OTHER, "other.py")
    (tmp_path / "pyproject.toml").write_text('[tool.flatcert]\ntheories = ["theory.py"]\n')
    (tmp_path / "below").mkdir()
    monkeypatch.chdir(tmp_path / "below")
    return tmp_path


def test_the_theories_of_a_project_are_those_of_its_commands(flatcert: Any, project: Path) -> None:
    assert "means" in flatcert("claims").out
    assert "Two squares" in flatcert("explain", "means").out
    assert json.loads(flatcert("claims", "--theory", "../other.py", "--json", "-").out)[0]["id"] == "other"
    assert "gradient" in flatcert("claims", "--theory", "flatcert").out


def test_several_theories_are_verified_one_after_the_other(flatcert: Any, project: Path) -> None:
    result = flatcert("verify", "../theory.py", "--theory", "../other.py", "--workers", 0, "--json", "-")
    assert result.code == 0
    assert [claim["id"] for run in json.loads(result.out)["runs"] for claim in run["claims"]] == ["other", "means"]
    refused = flatcert("verify", "../theory.py", "../other.py", "--html", project / "page.html")
    assert refused.err == ("flatcert: --certificates, --html and --junit are for one theory: verify one after the "
                           "other.\n")


def test_a_module_is_a_theory(flatcert: Any, project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(project)
    (project / "package_of_theories").mkdir()
    (project / "package_of_theories" / "__init__.py").touch()
    (project / "package_of_theories" / "second.py").write_text((project / "other.py").read_text())
    result = flatcert("verify", "package_of_theories.second", "--workers", 0, "--json", "-")
    assert json.loads(result.out)["theory"] == {"name": "squares", "reference": "module:package_of_theories.second"}
    missing = flatcert("verify", "package_of_theories.third")
    assert missing.err == "flatcert: There is no claim 'package_of_theories.third': the claims are means.\n"
    missing = flatcert("claims", "--theory", "package_of_theories.third")
    assert missing.err == "flatcert: There is no module 'package_of_theories.third', and no file of that name.\n"


def test_a_pyproject_that_cannot_be_read_is_refused(flatcert: Any, project: Path) -> None:
    (project / "pyproject.toml").write_text("[tool.flatcert]\ntheories = 3\n")
    assert flatcert("claims").err == (f"flatcert: {project}/pyproject.toml: theories under [tool.flatcert] is a list "
                                      'of texts, say ["proofs/decay.py"].\n')
    (project / "pyproject.toml").write_text('[tool.flatcert]\ntheories = ["gone.py"]\n')
    assert flatcert("claims").err == f"flatcert: There is no file {project}/gone.py: name one that holds a theory.\n"
    (project / "pyproject.toml").write_text("[tool")
    assert flatcert("claims").code == 2


def test_reports_name_the_theory(flatcert: Any, project: Path) -> None:
    page, junit = project / "page.html", project / "junit.xml"
    result = flatcert("verify", "../theory.py", "--workers", 0, "--html", page, "--junit", junit)
    assert "· squares · profile quick" in result.out
    assert "squares" in page.read_text()
    assert ElementTree.parse(junit).getroot().get("name") == "flatcert: squares"


def test_latex_explains_the_words_of_a_theory(flatcert: Any) -> None:
    text = flatcert("latex", "--theory", EXAMPLES / "steepest_descent.py").out
    assert r"$Q \in \mathbb{R}^{d \times d}$, positive semidefinite; $x \in \mathbb{R}^{d}$" in text
    assert r"\item[$\Lambda$]" in text and "largest eigenvalue of $Q$" in text
    assert r"\item[positive definite] $Q \succ 0$, that is $\lambda > 0$." in text
    assert "deep linear network" not in text
    both = flatcert("latex", "--document", "--theory", EXAMPLES / "weight_decay.py").out
    assert "deep linear network" in both and r"\item[$\Omega$]" in both and "Cauchy" in both


def test_explain_spells_the_words_of_a_theory(flatcert: Any) -> None:
    text = flatcert("explain", "steepest-descent", "--theory", EXAMPLES / "steepest_descent.py").out
    assert "  f = dot(x, Q*x)/2 (the objective)\n" in text
    assert "  positive definite: low > 0\n" in text
    assert text.index("  alpha = ") < text.index("  f_next = ")


def test_a_theory_from_the_template_verifies(flatcert: Any, project: Path) -> None:
    assert flatcert("new", "start.py").code == 0
    result = flatcert("verify", "start.py", "--workers", 0)
    assert result.code == 0 and "4 of 4 mutants refuted" in result.out
    assert flatcert("new", "start.py").err == "flatcert: 'start.py' is there already: name another file.\n"
    assert flatcert("new", "start").code == 2
    assert flatcert("new", "no/start.py").code == 2


def test_workers_load_a_theory_by_spawn_and_by_fork(project: Path) -> None:
    """The results are those of this process."""
    library = load(file_reference(project / "theory.py"))
    here = verify(library=library, workers=0).reports["means"]
    assert verify(library=library, workers=1).reports["means"].tallies["any"].held == here.tallies["any"].held
    with ProcessPoolExecutor(1, mp_context=get_context("fork")) as executor:
        forked = verify(library=library, executor=executor).reports["means"]
    assert forked.tallies["any"].ratio == here.tallies["any"].ratio
    assert [one.counterexample for one in forked.mutants] == [one.counterexample for one in here.mutants]


def test_a_file_that_changes_between_loading_and_work_is_said_to_have_changed(flatcert: Any, project: Path) -> None:
    path = project / "theory.py"
    reference = file_reference(path)
    load(reference)
    path.write_text(path.read_text() + "\n")
    result = flatcert("verify", "--theory", reference, "--workers", 0)
    assert result.code == 2 and "has changed since" in result.err


SCRIPTS = {
    "python theory.py": (["theory.py"], False), "python theory.py explain": (["theory.py", "explain", "means"], False),
    "standard input": (["-"], True), "notebook": (["-c", "exec(open('theory.py').read())"], False),
}


@pytest.mark.parametrize("arguments, piped", SCRIPTS.values(), ids=SCRIPTS)
def test_a_theory_runs_itself(project: Path, arguments: list[str], piped: bool) -> None:
    """From standard input, or in the main module of a notebook, no file holds the theory: one process does the work."""
    path = written(project, MEANS + 'if __name__ == "__main__":\n    theory.main()\n')
    done = subprocess.run([sys.executable, *arguments], cwd=project, text=True, capture_output=True, check=False,
                          input=path.read_text() if piped else None)
    assert done.returncode == 0, done
    assert "means" in done.stdout and done.stderr == ""


def test_a_theory_without_a_file_is_verified_and_replayed_in_python(project: Path) -> None:
    code = (project / "theory.py").read_text() + (
        'import flatcert\nimport re\n'
        'theory.claim("false", "False", Obligation("any", (x, "<=", y)))\n'
        "run = flatcert.verify(theory)\n"
        "found = run.reports['false'].counterexamples[0]\n"
        "print(run.exit_code, flatcert.replay(found.token, theory).verdict)\n"
        "print(flatcert.explain(theory, 'means').splitlines()[0], '|', 'Two squares' in flatcert.latex(theory))\n")
    done = subprocess.run([sys.executable, "-c", code], text=True, capture_output=True, check=False)
    assert done.stdout.splitlines() == ["1 refuted", "means: Two squares | True"], done
