"""The LaTeX is balanced, carries the theory's symbols, compiles, and does not overflow."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest
import sympy as sp
from programs.pdflatex import compiled, needs_pdflatex

from flatcert.theory.language import quantities as Q
from flatcert.theory.language.nodes import Relation
from flatcert.theory.library import BUILT_IN
from flatcert.theory.typeset.document import article
from flatcert.theory.typeset.formulas import formula, lines, prose, statement
from flatcert.theory.typeset.proofs import proof


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
    assert shown.startswith("$$") and claim._repr_html_().count("$$") >= 2 * len(claim.obligations)
    assert steps.count("\\item ") == len(derivation.steps)
    assert "REFUSED" not in steps
    in_a_notebook = derivation._repr_latex_()  # where no library is given to check the steps
    assert in_a_notebook.splitlines()[1:] == steps.splitlines()[1:] and "not checked here" in in_a_notebook
    for step in derivation.steps:
        assert step._repr_latex_().startswith("$")


def test_the_document_has_every_claim_and_no_invented_number() -> None:
    text = article(BUILT_IN, BUILT_IN, r"\section*{Data}", full=True)
    assert_balanced(text)
    assert Counter(re.findall(r"id is \\texttt\{([a-z0-9-]+)\}", text)) == Counter(list(BUILT_IN.claims))
    assert r"\section*{Data}" in text
    assert set(re.findall(r"Theorem \d+", text)) == {"Theorem 1"}
    assert "Sion" in text


def test_formulas_use_the_symbols_of_the_theory() -> None:
    relation = Relation(Q.S, ">=", 2 * Q.L * Q.norm_w ** (2 - 2 / Q.L) * Q.a / Q.lambda_max)
    assert statement(relation) == r"S \ge \frac{2 L a {\lVert w^{*} \rVert}^{2 - 2 / L}}{\Lambda}"
    assert "lambda_max" not in statement(relation) and "norm" not in relation._repr_latex_()


def test_powers_of_one_over_a_symbol_keep_their_sign() -> None:
    """The printer reorders products; SymPy also calls it for 1/x."""
    assert formula(Q.E ** (1 - 1 / Q.L)) == "E^{1 - 1 / L}"
    assert formula(Q.tau ** (1 - 1 / Q.L)).startswith(r"\left(")


L, a = Q.L, Q.a
FRACTIONS = {
    (a * (L - 1) + Q.lambda_max) / (L * a): r"\frac{a \left(L - 1\right) + \Lambda}{L a}",
    a / (2 * L): r"\frac{a}{2 L}", 1 / (L * a): r"\frac{1}{L a}", a ** (1 / L): "a^{1 / L}",
    a ** (1 / (L - 1)): r"a^{\frac{1}{L - 1}}",
}


@pytest.mark.parametrize("fraction", FRACTIONS, ids=str)
def test_no_fraction_can_be_read_in_two_ways(fraction: sp.Expr) -> None:
    assert formula(fraction) == FRACTIONS[fraction]


def test_names_of_several_letters_are_words() -> None:
    assert formula(sp.Symbol("low_next")) == r"\mathrm{low}_{\mathrm{next}}"
    assert formula(sp.Symbol("x") * sp.Symbol("alpha")) == r"\alpha x"


def test_no_plus_stands_before_a_minus() -> None:
    (x, y, z), t = (sp.MatrixSymbol(name, 2, 1) for name in "xyz"), sp.Symbol("t", positive=True)
    assert formula(x - t * y) == "x - t y"
    shown = formula(x - t * y - z / t)
    assert shown.startswith("x - ") and "+" not in shown and r"- \frac{1}{t} z" in shown and "- t y" in shown


def test_long_sums_are_broken_between_terms() -> None:
    terms = [sp.Symbol(name) for name in "abcdefgh"]
    rows = lines(Relation(sum(terms[:7]) - terms[7], "<=", sum(terms)), 8)
    assert rows[0] == "a + b + c + d" and rows[-1].endswith("+ h") and len(rows) == 4
    assert "".join(rows).count("+") == 13 and sum("h" in row for row in rows) == 2


def test_long_relations_are_broken_before_their_sign() -> None:
    claim = BUILT_IN.claim("min-sharpness-ladder")
    assert len(lines(claim.obligation("sum-below-paper").relation, 10)) == 2
    assert len(lines(claim.obligation("sum-below-paper").relation, 1000)) == 1


def test_prose_escapes_and_recognizes_mathematics() -> None:
    assert prose("50% of x_1") == r"50\% of $x_1$"
    assert prose("A bound as L >= 2") == r"A bound as $L \ge 2$"
    assert prose("W_k = I + s (d L)^(-1/2) N_k") == "$W_k = I + s (d L)^{-1/2} N_k$"
    assert prose("where s = 0 (0^0 is 1)") == "where $s = 0$ $(0^0$ is 1)"


@pytest.mark.slow
@needs_pdflatex
def test_the_document_compiles_and_nothing_overflows(tmp_path: Path) -> None:
    compiled(tmp_path, article(BUILT_IN, BUILT_IN, full=True))
