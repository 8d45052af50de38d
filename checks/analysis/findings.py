"""Statements of the theory decided on one network: what holds, and which hypothesis fails where none applies."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from flint import arb, ctx
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from ...theory.language.claim import Given, Obligation
from ...theory.language.nodes import Relation
from ..arithmetic.rings import BallRing
from ..deciding.decide import SEVERITY, Verdict
from ..evaluation.evaluate import Undefined, evaluate
from ..evaluation.scope import RealScope
from ..instances.instance import Instance
from ..output.intervals import ends, interval

BITS = 128
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


def certain(relation: Relation, scope: RealScope) -> tuple[bool | None, arb, arb]:
    """Whether an inequality holds for all values in the balls (None: for some, perhaps), and its sides.

    >>> import sympy as sp
    >>> from ..instances.instance import make
    >>> scope = BallScope(make("example", [[2]], [[[3]]]), {"S": arb(4, 1)})
    >>> certain(Relation(sp.Symbol("S"), "<=", sp.Integer(5)), scope)[0] is None  # 4 + 1, rounded up
    True
    """
    with ctx.workprec(BITS):
        lhs, rhs = arb(evaluate(relation.lhs, scope)), arb(evaluate(relation.rhs, scope))
    return scope.ring.answer(relation.op, lhs, rhs), lhs, rhs


def decide_enclosed(claim_id: str, obligation: Obligation, scope: BallScope, facts: Facts) -> Finding:
    """Decide an inequality on balls alone: they never decide a tie, which is then inconclusive."""
    statement = _text(obligation.relation)
    try:
        holds, lhs, rhs = certain(obligation.relation, scope)
    except Undefined as error:
        return Finding(claim_id, obligation.name, statement, "not applicable", str(error))
    for given in obligation.given:
        answer, reason = _hypothesis(given, scope, facts)
        if not answer:
            return Finding(claim_id, obligation.name, statement,
                           "inconclusive" if answer is None else "not applicable", reason, lhs, rhs)
    if holds is None:
        return Finding(claim_id, obligation.name, statement, "inconclusive",
                       "the two sides overlap, and balls decide no tie", lhs, rhs)
    return Finding(claim_id, obligation.name, statement, "held" if holds else "refuted", "", lhs, rhs)


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

    >>> worst([Finding("a", "", "", "not applicable"), Finding("b", "", "", "held")])
    'held'
    """
    return min((finding.verdict for finding in findings), key=SEVERITY.index, default="not applicable")


_STYLE = {"held": "green", "refuted": "bold red", "inconclusive": "yellow", "not applicable": "dim"}


def print_findings(findings: Iterable[Finding], title: str, console: Console) -> None:
    """One line a statement: verdict, both sides, and the statement or the hypothesis that fails."""
    lines = Table(title=title, title_justify="left")
    for name in ("theorem", "verdict", "left side", "right side", "statement, or why it is not decided"):
        lines.add_column(name, no_wrap=name in ("theorem", "verdict"))
    for finding in findings:
        sides = ["" if side is None else interval(side, 6) for side in (finding.lhs, finding.rhs)]
        said = finding.reason if finding.verdict in ("not applicable", "inconclusive") else (
            f"{finding.statement} {finding.reason}".strip())
        lines.add_row(f"{finding.claim}/{finding.part}", f"[{_STYLE[finding.verdict]}]{finding.verdict}[/]",
                      *sides, escape(said))
    console.print(lines)
