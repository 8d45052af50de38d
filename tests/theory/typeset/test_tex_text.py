"""Any text compiles, prints every character that it can, and reads no file."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flatcert.theory.language.claim import Claim
from flatcert.theory.library import BUILT_IN
from flatcert.theory.typeset.document import article
from flatcert.theory.typeset.formulas import prose
from flatcert.theory.typeset.tex_text import tex_text
from flatcert.theory.typeset.theorems import theorem

PINNED = {
    r"\input marker": r"\textbackslash{}input marker",
    "a^b": r"a\textasciicircum{}b",
    r"C:\data\x_1~.csv": r"C:\textbackslash{}data\textbackslash{}x\_1\textasciitilde{}.csv",
    "größe": r"gr\"{o}\ss{}e",
    "naïve café": r"na\"{\i}ve caf\'{e}",
    "o\u0308": r"\"{o}",
    "Çelik Łódź": r"\c{C}elik \L{}\'{o}d\'{z}",
    "100% & #1 {$x$}": r"100\% \& \#1 \{\$x\$\}",
    "a--b''c?`d": r"a-{}-b'{}'c?{}\textquoteleft{}d",
    "<<x>>": r"\textless{}\textless{}x\textgreater{}\textgreater{}",
    "a]b*": "a{]}b{*}",
    "x\n%\ty": r"x{[}U+000A{]}\%{[}U+0009{]}y",
    "\u202eevil\u200b": r"{[}U+202E{]}evil{[}U+200B{]}",
    "\x1b[2J": r"{[}U+001B{]}{[}2J",
    "\udcff": r"{[}U+DCFF{]}",
    "α日": r"\ensuremath{\alpha}{[}U+65E5{]}",
    "a  b": r"a {} b",
}
SPECIAL = r"""\input{marker} \include marker ^^5cinput ^^M \end{document} \csname input\endcsname %\n
 $ $$ & # _ ^ ~ { } [ ] -- --- `` '' ,, << >> ?` !` "" "= * @ ǆ ß ẞ ﬁ ế ŵ ǫ ð þ ‰ € ™ é ï ĳ 日 😀 ا ʼ"""
SPECIAL += "\x00\x07\x1b\x7f\x9b\u00a0\u00ad\u200d\u202e\u2028\ufeff\ud800"


@pytest.mark.parametrize("text", PINNED)
def test_pinned(text: str) -> None:
    assert tex_text(text) == PINNED[text]


@given(st.text(st.characters(codec=None, exclude_categories=())) | st.text(st.sampled_from(SPECIAL)))
def test_only_what_is_allowed_comes_out(text: str) -> None:
    """ASCII in balanced braces; a command is one of few, none of which reads or defines."""
    shown = tex_text(text)
    assert re.fullmatch(r"[ -~]*", shown)
    for part in (shown, prose(text)):
        bare = re.sub(r"\\[\\{}%$&#_]", "", part)
        assert bare.count("{") == bare.count("}")
        commands = set(re.findall(r"\\([a-zA-Z]+)", part))
        assert not commands & {"input", "include", "csname", "end", "begin", "def", "write", "openin", "catcode"}


def test_a_claim_of_ones_own_with_a_hostile_title() -> None:
    """Title, note and the tokens that look like mathematics: what is no formula is text."""
    for title in (r"a] \input{marker} [b", "x^a^b and w*^2", r"\def\x_1{", "50$ x_1", "lambda_max_1 {_} x_"):
        claim = hostile(title)
        shown = theorem(claim)
        assert r"\input" not in shown
        assert r"\def" not in shown
        assert len(re.findall(r"(?<!\\)\$", shown)) % 2 == 0


def hostile(title: str) -> Claim:
    from dataclasses import replace

    return replace(BUILT_IN.claims["sharpness-lower"], title=title, note=title)


def compile_in(folder: Path, text: str) -> str:
    """The log of pdflatex, which must end well; no file of the folder was read but the document's own."""
    folder.mkdir(exist_ok=True)
    for name in ("marker.tex", "marker"):
        (folder / name).write_text(r"\errmessage{a file was read}")
    (folder / "names.tex").write_text(text)
    done = subprocess.run(["pdflatex", "-interaction=nonstopmode", "-halt-on-error", "-recorder", "names.tex"],
                          cwd=folder, capture_output=True, text=True, errors="replace", timeout=300, check=False)
    assert done.returncode == 0, done.stdout[-1500:]
    assert not re.findall(r"(?m)^INPUT .*marker.*", (folder / "names.fls").read_text())
    log = (folder / "names.log").read_text(errors="replace")
    assert "Missing character" not in log
    return log


def page(names: list[str]) -> str:
    """Every name in the fonts and places of the documents: heading, typewriter, title of a claim, note."""
    shown = [rf"\section*{{Numbers for \texttt{{{tex_text(name)}}}}} {tex_text(name)} \textit{{{prose(name)}}} "
             rf"\begin{{theorem}}[{prose(name)}]{prose(name)}\end{{theorem}}" for name in names]
    return article([], BUILT_IN, "\n\n".join(shown))


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("pdflatex") is None, reason="pdflatex is not installed")
def test_pinned_names_and_all_of_the_first_planes_compile(tmp_path: Path) -> None:
    """Every character up to U+2FFF, and every sign beside every other."""
    signs = [chr(code) for code in range(0x20, 0x7F) if not chr(code).isalnum()] + list("‘’“”–—i\u0301")
    pairs = [a + b for a in signs for b in signs]
    names = [*PINNED, SPECIAL, *(chr(code) for code in range(0x3000)), *pairs]
    text = "\n\n".join(rf"\texttt{{{tex_text(name)}}} {tex_text(name)}" for name in names)
    compile_in(tmp_path, article([], BUILT_IN, text))
    compile_in(tmp_path, page([*PINNED, SPECIAL]))
    compile_in(tmp_path, article([hostile(name) for name in PINNED], BUILT_IN))


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("pdflatex") is None, reason="pdflatex is not installed")
def test_random_names_compile(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Many names in one document, so that one run of pdflatex judges hundreds."""
    anything = st.text(st.characters(codec=None, exclude_categories=()), max_size=30)
    likely = st.text(st.sampled_from(SPECIAL + "abcxL12^_{}()|<>=*/+"), max_size=30)
    tokens = ["x^", "_1", "sqrt(", "lambda_max", "w*", "{", "}", "|", "tr", "diag(", ")", "^2", " ", "$"]
    words = st.lists(st.sampled_from(tokens), max_size=8).map("".join)

    @settings(max_examples=4, deadline=None)
    @given(st.lists(anything | likely | words, min_size=60, max_size=150))
    def compiles(names: list[str]) -> None:
        compile_in(tmp_path_factory.mktemp("names"), page(names))

    compiles()
