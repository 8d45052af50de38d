"""The answer to a conjecture as a notebook shows it."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from ...theory.typeset.formulas import statement
from ...theory.typeset.tex_text import tex_text
from ..authoring.references import NotLoaded, load
from ..output.intervals import decimals
from .answer import Answer
from .language import language_of
from .reading import read_line
from .text import readable, replay_line


def answer_html(found: Answer) -> str:
    """The answer, the conjecture, what it supposes, and the proof, the counterexample or the tightest instance."""
    formula = _formula(found)
    shown = f"$${escape(formula)}$$" if formula else f"<pre>{escape(found.statement)}</pre>"
    said = f"{found.answer}: {found.decided} exact decisions, {found.inconclusive} inconclusive"
    lines = [f"<strong>{escape(said)}</strong>", shown, *(f"<p>{escape(line)}</p>" for line in _lines(found))]
    if found.proof is not None:
        links = (f"<li><code>{escape(link.statement)}</code><br>{escape('; '.join(link.reasons))}</li>"
                 for link in found.proof.chain)
        lines.append(f"<ol>{''.join(links)}</ol>")
    return "\n".join(["<div>", *lines, "</div>"])


def answer_formula(found: Answer) -> str:
    """The conjecture as a formula behind the answer."""
    formula = _formula(found) or rf"\text{{{tex_text(found.statement)}}}"
    given = found.proof.given if found.proof is not None else ()
    said = f"{found.answer}, given {', '.join(map(tex_text, given))}" if given else found.answer
    return rf"$$\text{{{said}:}} \quad {formula}$$"


def _formula(found: Answer) -> str:
    """The conjecture in LaTeX; nothing where the file of its theory has changed since."""
    try:
        return statement(read_line(found.line, language_of(load(found.theory))).relation)
    except NotLoaded:
        return ""


def _lines(found: Answer) -> Iterator[str]:
    yield f"Supposed: {', '.join(found.given) or 'nothing'}."
    if found.reason:
        yield found.reason
    if found.proof is not None and found.proof.given:
        yield f"Proved, given {', '.join(found.proof.given)}."
    if found.counterexample is not None:
        refuting = found.counterexample
        yield (f"False at {readable(refuting.instance)}: left side {decimals(refuting.lhs, 12)}, right side "
               f"{decimals(refuting.rhs, 12)}.")
        if line := replay_line(found):
            yield f"To replay: {line}"
    elif found.nearest is not None and found.tightest_ratio is not None:
        yield f"Tightest: ratio {found.tightest_ratio:.9g} at {readable(found.nearest)}."
