"""``flatcert latex``: what each form writes, and what does not go together."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from programs.pdflatex import compiled, needs_pdflatex

DIABETES = Path(__file__).parents[3] / "examples" / "diabetes.csv"
TABLE = ("--data", DIABETES, "--target", "target", "--depth", 4)
PAPER = r"""\documentclass{article}
\usepackage{amsmath,amssymb,amsthm,booktabs,graphicx}
\IfFileExists{siunitx.sty}{\usepackage{siunitx}}{\newcommand{\num}[1]{\ensuremath{#1}}}
\newtheorem{theorem}{Theorem}
\input{macros}
\begin{document}
\input{statements}
\input{numbers}
By Theorem~\ref{thm:sharpness-lower} and Table~\ref{tab:diabetes}, $\fcS \ge \fcboundSharpnessLower$.
\bibliographystyle{plain}
\bibliography{statements}
\end{document}
"""


@needs_pdflatex
def test_a_paper_is_made_of_all_forms(flatcert: Any, tmp_path: Path) -> None:
    for name, arguments in (("statements", ("--fragment", "sharpness-lower", "learning-rate")),
                            ("macros", ("--macros", "sharpness-lower")), ("numbers", ("--table", *TABLE))):
        assert flatcert("latex", *arguments, "-o", tmp_path / f"{name}.tex").code == 0
    compiled(tmp_path, PAPER, bibtex=True)


def test_the_references_are_written_beside_and_over_nothing_else(flatcert: Any, tmp_path: Path) -> None:
    beside = tmp_path / "x.bib"
    beside.write_text("mine")
    refused = flatcert("latex", "sharpness-lower", "--fragment", "-o", tmp_path / "x.tex")
    assert refused.code == 2 and "is there already" in refused.err and beside.read_text() == "mine"
    beside.unlink()
    for _ in range(2):  # it writes over its own
        assert flatcert("latex", "sharpness-lower", "--fragment", "-o", tmp_path / "x.tex").code == 0
    assert "@misc{marion2024," in beside.read_text()
    assert flatcert("latex", "sharpness-lower", "--fragment", "-o", beside).code == 2
    assert flatcert("latex", "gradient", "--fragment", "-o", tmp_path / "y.tex").code == 0
    assert not (tmp_path / "y.bib").exists()


def test_verdicts_are_those_of_a_run(flatcert: Any, tmp_path: Path) -> None:
    run = tmp_path / "run.json"
    assert flatcert("verify", "kernel-agm", "--workers", 0, "--json", run).code == 0
    text = flatcert("latex", "kernel-agm", "--document", "--run", run).out
    assert "Proved: " in text and "3 of 3 mutants refuted (flatcert " in text
    for written, sentence in ((json.dumps({"claims": []}), "is no run"), ("{", "is no run")):
        run.write_text(written)
        found = flatcert("latex", "kernel-agm", "--document", "--run", run)
        assert found.code == 2 and sentence in found.err
    other = flatcert("latex", "kernel-agm", "--document", "--run", tmp_path / "none.json")
    assert other.code == 2 and "cannot be read" in other.err


def test_a_table_takes_the_options_of_tables(flatcert: Any, tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text("a;b;y\n1,5;2;3\n-4;5;0,6\n7;;9\n7;8;9\n")
    found = flatcert("latex", "--table", "--data", path, "--target", "y", "--depth", 3, "--sep", ";", "--decimal", ",",
                     "--missing", "drop", "--columns", "a,b")
    assert found.code == 0 and "$n = 3$, $d = 2$" in found.out


BAD = {
    "two forms": (("--fragment", "--macros"), "two forms"),
    "a table of nothing": (("--table",), "name it by --data"),
    "a table of claims": (("gradient", "--table", *TABLE), "no claims"),
    "a fragment of data": (("gradient", "--fragment", *TABLE), "use --table"),
    "verdicts in a fragment": (("gradient", "--fragment", "--run", "x.json"), "add --document"),
    "an option without a table": (("gradient", "--sep", ";"), "no table"),
    "a table without a target": (("--table", "--data", DIABETES), "--target COL --depth L"),
    "over the data": (("--table", *TABLE, "-o", DIABETES), "give each its own file"),
    "no such claim": (("--macros", "nonsense"), "no claim 'nonsense'"),
}


@pytest.mark.parametrize("arguments, message", BAD.values(), ids=BAD)
def test_what_does_not_go_together_gets_one_sentence(flatcert: Any, arguments: tuple[Any, ...], message: str) -> None:
    found = flatcert("latex", *arguments)
    assert (found.code, found.out, len(found.err.splitlines())) == (2, "", 1) and message in found.err
