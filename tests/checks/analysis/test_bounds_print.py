"""The numbers of a data set in print: a table for a paper, and what a notebook shows."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from programs.pdflatex import compiled, has_package, needs_pdflatex

from flatcert.checks.analysis.bounds import BoundsReport, bounds
from flatcert.checks.analysis.bounds_latex import numbers_table
from flatcert.checks.analysis.bounds_rows import rows

NAMES = ("diabetes.csv", "100% & #1_{$x$}^2 \\input{marker}.csv", "x" * 300 + ".csv", "[x] größe.csv")


@pytest.fixture(scope="module")
def report() -> BoundsReport:
    return bounds("examples/diabetes.csv", 10, "target")


def test_numbers_are_rounded_to_the_safe_side(report: BoundsReport) -> None:
    """The decimals of a row are on the safe side of the number that the report has."""
    found = {row.formula: row.decimals for group in rows(report) for row in group}
    for bound in report.bounds:
        (decimal,) = next(row.decimals for group in rows(report) for row in group
                          if float(row.decimals[0]) == pytest.approx(bound.value, rel=1e-5))
        assert float(decimal) <= bound.value if bound.side == "lower" else float(decimal) >= bound.value
    low, high = map(float, found[r"S_{\min}"])
    assert low <= report.min_sharpness.lower <= report.min_sharpness.upper <= high
    low, high = map(float, found[r"\eta > \frac{2}{S_{\min}}"])
    assert low <= report.learning_rate["exact_lower"] <= report.learning_rate["exact_upper"] <= high


@needs_pdflatex
@pytest.mark.skipif(not has_package("booktabs"), reason="booktabs is not installed")
@pytest.mark.parametrize("options", ["", "[twocolumn]"], ids=["one column", "two columns"])
def test_a_paper_reads_the_tables_in(report: BoundsReport, options: str, tmp_path: Path) -> None:
    tables = "\n".join(numbers_table(report, name, name, plain, alone=True) for name in NAMES
                       for plain in (False, True))
    labels = iter(range(100))
    tables = re.sub(r"\\label\{[^}]*", lambda found: f"{found[0]}{next(labels)}", tables)
    numbers = r"\usepackage{siunitx}" if has_package("siunitx") else r"\newcommand{\num}[1]{\ensuremath{#1}}"
    text = "\n".join([rf"\documentclass{options}{{article}}", r"\usepackage{amsmath,booktabs,graphicx}", numbers,
                      r"\begin{document}", tables, r"\end{document}"])
    assert r"\input" not in text
    compiled(tmp_path, text)


def test_plain_names_each_number_in_words(report: BoundsReport) -> None:
    text, plain = (numbers_table(report, "d.csv", "y", words) for words in (False, True))
    assert text.count(r"\num{") == plain.count(r"\num{") and r"\toprule" in text
    assert r"$S \ge 2 L a" in text and r"$S \ge 2 L a" not in plain and "Energy of the signal" in plain


def test_a_notebook_shows_the_same_numbers(report: BoundsReport) -> None:
    page, formula = report._repr_html_(), report._repr_latex_()
    assert page.count("<tr>") == formula.count("&") + 1 == sum(map(len, rows(report))) + 1
    assert r"5.9416 \cdot 10^{7}" in formula and "<td>5.9416e+7</td>" in page


@needs_pdflatex
def test_the_formula_of_a_notebook_needs_amsmath_only(report: BoundsReport, tmp_path: Path) -> None:
    head = r"\documentclass{article}\usepackage{amsmath}\usepackage[margin=1in]{geometry}\begin{document}"
    compiled(tmp_path, rf"{head}{report._repr_latex_()}\end{{document}}")
