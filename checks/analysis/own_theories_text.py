"""What a theory of one's own says of a data set or a network, on the terminal."""

from __future__ import annotations

from rich.console import Console
from rich.markup import escape

from ..deciding.verdicts import Verdict
from ..output.intervals import interval
from ..output.tables import table
from .inspection.text import print_not_applicable
from .own_theories import OwnTheory
from .text import print_findings

READINGS = {"on_problem": ("", "claims of {} about the data set"), "on_data": ("(a) ", "(a) claims of {} about the "
            "network on the data"), "as_minimizer": ("(b) ", "(b) claims of {} about it as an exact minimizer")}
"""How messages call each reading, and the title of its table."""


def print_theory(said: OwnTheory, console: Console) -> None:
    """Print the words, the bounds, and the claims, of which those that do not apply come last."""
    name = escape(said.name)
    if said.words:
        console.print(table(f"words of {name}", ("word", "meaning", "value"), (
            (escape(word.name), escape(word.meaning), word.reason if word.value is None else interval(word.value))
            for word in said.words), right=("value",), prose=("meaning", "value"), dropped=("meaning",)))
    if said.bounds:
        console.print(table(f"bounds of {name}", ("claim", "quantity", "", "value", "for networks with"), (
            (f"{bound.claim}/{bound.part}", escape(bound.quantity), bound.op,
             bound.reason if bound.value is None else interval(bound.value), escape(", ".join(bound.given)))
            for bound in said.bounds), right=("value",), prose=("value", "for networks with")))
    for reading, findings in said.findings.items():
        decided = [finding for finding in findings if finding.verdict is not Verdict.NOT_APPLICABLE]
        if decided:
            print_findings(decided, READINGS[reading][1].format(name), console)
    for reading, findings in said.findings.items():
        print_not_applicable(findings, f"{READINGS[reading][0]}{said.name}:", console)
    if said.bounds or any(said.findings.values()):
        console.print(f"These are the claims as {said.name} states them: flatcert verify decides whether they hold.",
                      markup=False, soft_wrap=True)
    elif not said.words:
        console.print(f"{said.name} has no word and no claim that this is about.", markup=False)
