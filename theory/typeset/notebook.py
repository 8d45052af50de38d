"""A claim as a notebook shows it: in HTML with its formulas for MathJax, and as one formula for a PDF."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from ..language.claim import Claim, Obligation
from ..language.nodes import Relation
from .formulas import prose, statement
from .theorems import assumed


def claim_html(claim: Claim) -> str:
    """The title of a claim, and each of its statements below what it supposes.

    >>> from ..library import BUILT_IN
    >>> claim_html(BUILT_IN.claim("sharpness-lower")).splitlines()[0]
    '<div><strong>Theorem 1 of the paper: lower bound on the sharpness of minimizers</strong>'
    """
    parts = [f"<div><strong>{escape(claim.title)}</strong>"]
    if claim.statement is not None:
        parts.append(_display(claim.statement))
    for one in claim.obligations:
        supposed = _supposed(one)
        parts += [f"<p>If {', '.join(f'${escape(x)}$' for x in supposed)}:</p>"] if supposed else []
        parts.append(_display(one.relation))
    return "\n".join([*parts, "</div>"])


def _display(relation: Relation) -> str:
    return f"$${escape(statement(relation))}$$"


def claim_formula(claim: Claim) -> str:
    """All statements of a claim as one display, each behind its hypotheses, below the title."""
    rows = [rf"\textbf{{{prose(claim.title)}}}"]
    rows += [statement(claim.statement)] if claim.statement is not None else []
    for one in claim.obligations:
        supposed = _supposed(one)
        rows.append((r",\ ".join(supposed) + r" \;\Longrightarrow\; " if supposed else "") + statement(one.relation))
    return "\n".join([r"$$\begin{gathered}", "\\\\\n".join(rows), r"\end{gathered}$$"])


def _supposed(obligation: Obligation) -> Sequence[str]:
    return [assumed(given, obligation.setting) for given in obligation.given]
