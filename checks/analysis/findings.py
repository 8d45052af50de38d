"""Statements of the theory decided on one network: what holds, and which hypothesis fails where none applies."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from flint import arb
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from ...theory.language.claim import Given, Obligation
from ...theory.language.nodes import Relation
from ..arithmetic.rings import BallRing
from ..deciding.balls import BITS, certain
from ..deciding.verdicts import Verdict
from ..evaluation.evaluate import Undefined
from ..evaluation.scope import RealScope
from ..instances.instance import Instance
from ..output.intervals import ends, interval

Facts = dict[str, tuple[bool | None, str]]
"""A named hypothesis: whether it holds (None: not decided), and what to say where it does not."""


@dataclass(frozen=True)
class Finding:
    """One obligation of a claim on one network, with both sides where it has two numbers."""

    claim: str
    part: str
    statement: str
    verdict: Verdict
    reason: str = ""
    lhs: arb | None = None
    rhs: arb | None = None

    def as_dict(self) -> dict[str, Any]:
        sides = {name: None if side is None else ends(side) for name, side in (("lhs", self.lhs), ("rhs", self.rhs))}
        return {"claim": self.claim, "part": self.part, "statement": self.statement, "verdict": self.verdict,
                "reason": self.reason, **sides}


# SymPy takes milliseconds to print, and a statement about layers is decided hundreds of times.
_text = lru_cache(maxsize=1024)(str)


class BallScope(RealScope):
    """An instance whose named quantities are given as balls where they are not those of its weights.

    The limit of a flow has the problem and the imbalance of its start, but a sharpness of its own.
    """

    def __init__(self, instance: Instance, values: dict[str, arb]) -> None:
        super().__init__(instance, BallRing(BITS), values)


def decide_enclosed(claim_id: str, obligation: Obligation, scope: BallScope, facts: Facts) -> Finding:
    """Decide an inequality on balls alone: they never decide a tie, which is then inconclusive."""
    statement = _text(obligation.relation)
    try:
        holds, lhs, rhs = certain(obligation.relation, scope)
    except Undefined as error:
        return Finding(claim_id, obligation.name, statement, Verdict.NOT_APPLICABLE, str(error))
    for given in obligation.given:
        answer, reason = _hypothesis(given, scope, facts)
        if not answer:
            return Finding(claim_id, obligation.name, statement,
                           Verdict.INCONCLUSIVE if answer is None else Verdict.NOT_APPLICABLE, reason, lhs, rhs)
    if holds is None:
        return Finding(claim_id, obligation.name, statement, Verdict.INCONCLUSIVE,
                       "the two sides overlap, and balls decide no tie", lhs, rhs)
    return Finding(claim_id, obligation.name, statement, Verdict.of(holds), "", lhs, rhs)


def _hypothesis(given: Given, scope: RealScope, facts: Facts) -> tuple[bool | None, str]:
    if isinstance(given, str):
        answer, reason = facts[given]
        return answer, reason if answer is False else f"not decided whether {given}"
    answer, lhs, rhs = certain(given, scope)
    return answer, failed(given, lhs, rhs, answer)


def failed(given: Relation, lhs: arb, rhs: arb, answer: bool | None) -> str:
    """What to say of a hypothesis that does not hold, with its numbers.

    >>> import sympy as sp
    >>> failed(Relation(sp.Symbol("theta"), "<=", sp.Rational(3, 4)), arb(2), arb(0.75), False)
    'theta = 2 is not <= 3/4'
    """
    side = _text(given.rhs) if given.rhs.is_Rational else interval(rhs, 6)
    held = "not" if answer is False else "not decided to be"
    return f"{_text(given.lhs)} = {interval(lhs, 6)} is {held} {given.op} {side}"


def worst(findings: Iterable[Finding]) -> Verdict:
    """The worst verdict; a statement that does not apply is none.

    >>> str(worst([Finding("a", "", "", Verdict.NOT_APPLICABLE), Finding("b", "", "", Verdict.HELD)]))
    'held'
    """
    return min((finding.verdict for finding in findings), key=lambda verdict: verdict.severity,
               default=Verdict.NOT_APPLICABLE)


_STYLE = {Verdict.HELD: "green", Verdict.REFUTED: "bold red", Verdict.INCONCLUSIVE: "yellow",
          Verdict.NOT_APPLICABLE: "dim"}


def print_findings(findings: Iterable[Finding], title: str, console: Console) -> None:
    """One line a statement: verdict, both sides, and the statement or the hypothesis that fails."""
    lines = Table(title=title, title_justify="left")
    for name in ("theorem", "verdict", "left side", "right side", "statement, or why it is not decided"):
        lines.add_column(name, no_wrap=name in ("theorem", "verdict"))
    for finding in findings:
        sides = ["" if side is None else interval(side, 6) for side in (finding.lhs, finding.rhs)]
        said = finding.reason if finding.verdict in (Verdict.NOT_APPLICABLE, Verdict.INCONCLUSIVE) else (
            f"{finding.statement} {finding.reason}".strip())
        lines.add_row(f"{finding.claim}/{finding.part}", f"[{_STYLE[finding.verdict]}]{finding.verdict}[/]",
                      *sides, escape(said))
    console.print(lines)
