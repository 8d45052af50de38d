"""What a paper takes: theorems that are read in, commands, references. A paper made of them compiles."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from programs.pdflatex import compiled, needs_pdflatex

from flatcert.checks.authoring.references import load, reference_of_text
from flatcert.theory.language.claim import Claim
from flatcert.theory.library import BUILT_IN
from flatcert.theory.typeset.document import article, fragment
from flatcert.theory.typeset.macros import command, macros
from flatcert.theory.typeset.names import label
from flatcert.theory.typeset.references import References
from flatcert.theory.typeset.theorems import theorem

SOME = ("sharpness-lower", "learning-rate", "min-sharpness-bracket", "min-sharpness-ladder", "aligned-flow-time",
        "residual-convergence")
"""Claims with notes, citations, several statements, one statement, long formulas."""
PACKS = ("noise", "matrix-networks", "riccati")
PAPER = r"""\documentclass%s{article}
\usepackage{amsmath,amssymb,amsthm,graphicx}
\newtheorem{theorem}{Theorem}
\begin{document}
\input{statements}
See Theorem~\ref{thm:%s}.
%s
\end{document}
"""


def claims(*names: str) -> list[Claim]:
    return [BUILT_IN.claim(name) for name in names]


@needs_pdflatex
@pytest.mark.parametrize("options", ["", "[twocolumn]"], ids=["one column", "two columns"])
def test_a_paper_reads_a_fragment_in(options: str, tmp_path: Path) -> None:
    """BibTeX finds all that is cited, and each reference its label."""
    text, works = fragment(claims(*SOME), BUILT_IN)
    (tmp_path / "statements.tex").write_text(text)
    (tmp_path / "statements.bib").write_text(works.bibtex())
    closing = r"\bibliographystyle{plain}\bibliography{statements}"
    compiled(tmp_path, PAPER % (options, "learning-rate", closing), bibtex=True)
    assert (tmp_path / "paper.bbl").read_text().count(r"\bibitem") == len(works.keys) == 2


@needs_pdflatex
@pytest.mark.parametrize("pack", PACKS)
def test_a_paper_reads_a_pack_in(pack: str, tmp_path: Path) -> None:
    library = load(reference_of_text(pack))
    text, works = fragment(library, library, plain=True)
    (tmp_path / "statements.tex").write_text(text)
    compiled(tmp_path, PAPER % ("", next(iter(library)).id, works.listed()))


@pytest.mark.parametrize("claim", list(BUILT_IN), ids=lambda claim: claim.id)
def test_no_id_is_inside_a_theorem(claim: Claim) -> None:
    """Labels have the ids; what is printed has no typewriter, no name of an obligation and no name in Coq."""
    text = re.sub(r"\\label\{[^}]*\}", "", theorem(claim))
    assert r"\texttt" not in text and ("-" not in claim.id or claim.id not in text.lower())
    for one in claim.obligations:
        assert not one.formal or one.formal not in text
        assert rf"\label{{{label(claim.id, one.name)}}}" in theorem(claim) or len(claim.obligations) == 1


def test_only_the_words_that_occur_are_explained() -> None:
    few, many = (fragment(claims(*names), BUILT_IN)[0].partition(r"\begin{theorem}")[0]
                 for names in (("sharpness-lower",), SOME))
    assert "sharpness" in few and "Rayleigh" in few
    for word in ("Gradient flow", "residual network", "condition number", r"\hat\alpha"):
        assert word not in few
    assert "at the initialization" in many and len(few) < len(many)


def test_plain_prints_words_for_ids() -> None:
    named, plain = (article(claims("sharpness-lower"), BUILT_IN, full=True, plain=plain) for plain in (False, True))
    assert r"\texttt{sharpness-lower-tight}" in named and "Its id is" in named
    assert "sharpness-lower-tight" not in plain and "Its id is" not in plain and "Sharper lower bound" in plain


@needs_pdflatex
def test_an_article_has_derivations_verdicts_and_references(tmp_path: Path) -> None:
    names = ("sharpness-lower", "min-sharpness-bracket")
    text = article(claims(*names), BUILT_IN, full=True, verdicts={"sharpness-lower": "Proved last night."})
    assert text.count("Proved last night.") == text.count("steps, each computed again") == 1
    assert text.count(r"\begin{proof}") == 2 and text.count(r"\bibitem") >= 1 and "Cauchy-Schwarz" in text
    compiled(tmp_path, text)


@needs_pdflatex
def test_macros_print_what_they_stand_for(tmp_path: Path) -> None:
    text = macros(claims(*SOME))
    names = re.findall(r"\\newcommand\{\\(\w+)\}(\[1\])?", text)
    assert len({name for name, _ in names}) == len(names) > 20
    used = ", ".join(rf"\{name}{'{k}' if family else ''} and $x^{{\{name}{'{k}' if family else ''}}}$"
                     for name, family in names)
    compiled(tmp_path, "\n".join([r"\documentclass{article}\usepackage{amsmath,amssymb}", text,
                                  r"\begin{document}\raggedright\tiny", used.replace(", ", "\n\n"), r"\end{document}"]))


def test_a_command_is_of_letters_and_no_two_are_the_same() -> None:
    taken: set[str] = set()
    found = [command(name, taken) for name in ("a", "A", "a_1", "aOne", "ä", "x-2", "2", "a")]
    assert len(set(found)) == len(found) and all(re.fullmatch("[A-Za-z]+", one) for one in found)


BIBLIOGRAPHY = {
    "A. Author and B. Other, A title: of two parts, J. Math. 1 (1999) 2-3":
        ("author1999", {"author": "A. Author and B. Other", "title": "{A title: of two parts}", "year": "1999"}),
    "Nobody knows, 50% & more": ("nobodyknows", {"note": r"{Nobody knows, 50\% \& more}"}),
    "L. Łukasiewicz, On x_1, Acta 2001": ("ukasiewicz2001", {"title": r"{On x\_1}", "year": "2001"}),
}


@pytest.mark.parametrize("text", BIBLIOGRAPHY)
def test_a_reference_becomes_an_entry(text: str) -> None:
    works = References()
    key, fields = BIBLIOGRAPHY[text]
    assert works.cite(text) == works.cite(text) == rf"\cite{{{key}}}"
    entry = works.bibtex()
    for name, value in fields.items():
        assert f"  {name} = {{{value}}},\n" in entry
    assert works.cite(text + ", again") == (rf"\cite{{{key}-2}}")
