"""A run as one formula, for a notebook that becomes a PDF."""

from __future__ import annotations

from ...theory.typeset.tex_text import tex_text
from .run import Run
from .sentence import sentence


def run_formula(run: Run) -> str:
    """The claims with their verdicts, below the sentence on the run."""
    rows = [rf"\text{{{tex_text(name)}}} & \text{{{report.verdict}{', fails' if report.failures else ''}}}"
            for name, report in run.reports.items()]
    return "\n".join([tex_text(sentence(run)), r"$$\begin{array}{ll}", "\\\\\n".join(rows), r"\end{array}$$"])
