"""The statements of a theory of one's own as a file for Coq."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
import sympy as sp
from typer.testing import CliRunner

from flatcert import Obligation, Theory
from flatcert.checks.authoring.references import load, reference_of_text
from flatcert.checks.cli.main import app
from flatcert.checks.coq.statements import PROOFS
from flatcert.checks.deep_linear.coq.linking import header
from flatcert.checks.deep_linear.coq.skeleton import skeleton
from flatcert.deep_linear import E, L

THEORIES = Path(__file__).parents[4] / "examples" / "theories"


def test_a_word_of_the_theory_is_written_by_its_definition() -> None:
    text, left_out = skeleton(load(reference_of_text(str(THEORIES / "weight_decay.py"))))
    assert not left_out
    assert "2%:R * root_norm_w_net2 <= dot (q L W p 1%N) (q L W p 1%N) + frob (W 0%N)." in text
    assert "frob (W 0%N) = dot (q L W p 1%N) (q L W p 1%N) ->" in text  # the hypothesis of the second statement
    assert text.count("Theorem ") == text.count("\nAbort.") == 2


def test_a_word_without_translation_is_named_and_the_rest_is_written() -> None:
    theory = Theory("half known")
    theory.claim("2 sizes", "Two sizes", Obligation("known", (L, ">=", 1)), Obligation("unknown", (sp.exp(E), ">=", 1)))
    text, left_out = skeleton(theory.library)
    assert left_out == ["2 sizes/unknown is not printed: exp has no translation."]
    assert f"(* {left_out[0]} *)" in text and "Theorem _2_sizes_known : " in text


def test_the_command_writes_a_file_or_says_why_not(tmp_path: Path) -> None:
    done = CliRunner().invoke(app, ["coq", str(THEORIES / "weight_decay.py"), "--output", str(tmp_path / "decay.v")])
    assert done.exit_code == 0 and "Theorem weight_decay_any :" in (tmp_path / "decay.v").read_text()
    done = CliRunner().invoke(app, ["coq", str(THEORIES / "estimates.py")])
    assert done.exit_code == 2 and "only the words of the deep linear networks have translations" in done.output


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("coqc") is None, reason="needs Coq")
def test_coq_reads_the_file_and_takes_nothing_as_proved(tmp_path: Path) -> None:
    for name in ("defs", "ineq"):
        shutil.copy(Path(str(PROOFS)) / f"{name}.v", tmp_path)
    (tmp_path / "_CoqProject").write_text("-Q . flatcert\ndefs.v\nineq.v\n")
    text, _ = skeleton(load(reference_of_text(str(THEORIES / "weight_decay.py"))))
    (tmp_path / "decay.v").write_text(text.replace(header(), header(tmp_path)))
    (tmp_path / "used.v").write_text("From flatcert Require Import decay.\nFail Check weight_decay_any.\n")
    for name in ("defs", "ineq", "decay", "used"):
        subprocess.run(["coqc", "-q", "-w", "none", "-Q", ".", "flatcert", f"{name}.v"], cwd=tmp_path, check=True)
