"""The LaTeX is balanced, carries the theory's symbols, compiles, and does not overflow."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections import Counter
from pathlib import Path

import pytest

from flatcert.theory.language import quantities as Q
from flatcert.theory.language.nodes import Relation
from flatcert.theory.library import BUILT_IN
from flatcert.theory.typeset.document import document, proof
from flatcert.theory.typeset.formulas import formula, lines, prose, statement


def assert_balanced(text: str) -> None:
    stack: list[str] = []
    for kind, name in re.findall(r"\\(begin|end)\{([a-z*]+)\}", text):
        if kind == "begin":
            stack.append(name)
        else:
            assert stack.pop() == name
    assert not stack
    bare = re.sub(r"\\[{}]", "", text.replace(r"\\", ""))
    assert bare.count("{") == bare.count("}")
    assert len(re.findall(r"\\left\b", text)) == len(re.findall(r"\\right\b", text))


@pytest.mark.parametrize("name", [n for n, c in BUILT_IN.claims.items() if c.kind != "probabilistic"])
def test_claims_and_derivations_show_themselves(name: str) -> None:
    claim, derivation = BUILT_IN.claim(name), BUILT_IN.derivation(name)
    assert derivation is not None
    shown, steps = claim._repr_latex_(), proof(derivation, derivation.check(BUILT_IN))
    assert_balanced(shown)
    assert_balanced(steps)
    assert claim.id in shown
    assert steps.count("\\item ") == len(derivation.steps)
    assert "REFUSED" not in steps
    in_a_notebook = derivation._repr_latex_()  # where no library is given to check the steps
    assert in_a_notebook.splitlines()[1:] == steps.splitlines()[1:] and "not checked here" in in_a_notebook
    for step in derivation.steps:
        assert step._repr_latex_().startswith("$")


def test_the_document_has_every_claim_and_no_invented_number() -> None:
    text = document(BUILT_IN, BUILT_IN, extra=r"\section*{Data}")
    assert_balanced(text)
    assert Counter(re.findall(r"id \\texttt\{([a-z0-9-]+)\}", text)) == Counter(list(BUILT_IN.claims))
    assert r"\section*{Data}" in text
    assert set(re.findall(r"Theorem \d+", text)) == {"Theorem 1"}
    assert "Sion" in text


def test_formulas_use_the_symbols_of_the_theory() -> None:
    relation = Relation(Q.S, ">=", 2 * Q.L * Q.norm_w ** (2 - 2 / Q.L) * Q.a / Q.lambda_max)
    assert statement(relation) == r"S \ge 2 L a {\lVert w^{*} \rVert}^{2 - 2 / L} / \Lambda" or (
        r"\frac{2 L a {\lVert w^{*} \rVert}^{2 - 2 / L}}{\Lambda}" in statement(relation))
    assert "lambda_max" not in statement(relation) and "norm" not in relation._repr_latex_()


def test_powers_of_one_over_a_symbol_keep_their_sign() -> None:
    """The printer reorders products; SymPy also calls it for 1/x."""
    assert formula(Q.E ** (1 - 1 / Q.L)) == "E^{1 - 1 / L}"
    assert formula(Q.tau ** (1 - 1 / Q.L)).startswith(r"\left(")


def test_long_relations_are_broken_before_their_sign() -> None:
    claim = BUILT_IN.claim("min-sharpness-ladder")
    assert len(lines(claim.obligation("sum-below-paper").relation, 10)) == 2
    assert len(lines(claim.obligation("sum-below-paper").relation, 1000)) == 1


def test_prose_escapes_and_recognizes_mathematics() -> None:
    assert prose("50% of x_1") == r"50\% of $x_1$"
    assert prose("A bound as L >= 2") == r"A bound as $L \ge$ 2"


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("pdflatex") is None, reason="pdflatex is not installed")
def test_the_document_compiles_and_nothing_overflows(tmp_path: Path) -> None:
    (tmp_path / "theory.tex").write_text(document(BUILT_IN, BUILT_IN))
    run = subprocess.run(["pdflatex", "-interaction=nonstopmode", "-halt-on-error", "theory.tex"],
                         cwd=tmp_path, capture_output=True, text=True, errors="replace")
    assert run.returncode == 0, run.stdout[-2000:]
    assert "Overfull" not in run.stdout
