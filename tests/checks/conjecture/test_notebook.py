"""An answer in a notebook: what was asked as a formula, what was found, and why."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from flatcert import conjecture
from flatcert.checks.authoring.references import file_reference, load

SAID = {
    "S <= S_min": ("refuted", r"$$S \le S_{\min}$$", "False at covariance = [[1]]"),
    "b <= lambda_max": ("proved", r"$$b \le \Lambda$$", "order-of-constants"),
    "a <= b": ("proved", r"$$a \le b$$", "<li>"),
}


@pytest.mark.parametrize("text", SAID)
def test_an_answer_shows_itself(text: str) -> None:
    found = conjecture(text)
    answer, formula, reason = SAID[text]
    page = found._repr_html_()
    assert page.startswith(f"<div>\n<strong>{answer}:") and formula in page and reason in page
    assert found._repr_latex_() == rf"$$\text{{{answer}:}} \quad {formula[2:]}"


def test_what_a_proof_takes_from_the_literature_is_said() -> None:
    found = conjecture("b <= lambda_max")
    assert found.proof is not None
    taking = replace(found, proof=replace(found.proof, given=("x_1 <= 2 (A. Author)",)))
    assert "<p>Proved, given x_1 &lt;= 2 (A. Author).</p>" in taking._repr_html_()
    assert r"\text{proved, given x\_1 " in taking._repr_latex_() and "given" not in found._repr_latex_()


def test_an_answer_outlives_its_theory(tmp_path: Path) -> None:
    """Where the file has changed since, the text of the conjecture stands in place of the formula."""
    path = tmp_path / "theory.py"
    source = ("from flatcert import Setting, Theory\nfrom flatcert.kinds import real\n"
              "reals = Setting('reals', x=real())\ntheory = Theory('squares', setting=reals)\n"
              "x = reals['x']\ntheory.quantity('square', x**2, latex='x^2', meaning='the square')\n")
    path.write_text(source)
    found = conjecture("square >= 0", theory=load(file_reference(path)))
    assert "$$x^2 \\ge 0$$" in found._repr_html_()
    path.write_text(source + "\n")
    assert "<pre>square &gt;= 0</pre>" in found._repr_html_() and r"\text{square" in found._repr_latex_()
