"""Statements of the theory decided on one network: what holds, and which hypothesis fails where none applies."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache

from flint import arb, ctx

from ...theory.language.claim import Given
from ...theory.language.nodes import Relation
from ..arithmetic.rings import BallRing
from ..deciding.balls import BITS, certain
from ..deciding.verdicts import Verdict
from ..deep_linear.evaluation.scope import RealScope
from ..deep_linear.instances.instance import Instance
from ..output.intervals import above, interval
from .statements import Stated

BALLS = BallRing(BITS)
OVERLAP = "the two sides overlap, and balls decide no tie"
Facts = Mapping[str, bool | None]
"""Whether each named hypothesis holds, or None where that is not decided."""


@dataclass(frozen=True)
class Finding:
    """One obligation of a claim decided on one network, with both sides where each is one number."""

    claim: str
    part: str
    statement: str
    verdict: Verdict
    reason: str = ""
    lhs: arb | None = None
    rhs: arb | None = None


# SymPy takes milliseconds to print, and a statement about layers is decided hundreds of times.
_text = lru_cache(maxsize=1024)(str)


def not_applicable(stated: Stated, reason: str) -> Finding:
    """The finding on a statement that does not apply, with the reason."""
    claim, obligation = stated
    return Finding(claim.id, obligation.name, _text(obligation.relation), Verdict.NOT_APPLICABLE, reason)


def decide_enclosed(stated: Stated, scope: RealScope, facts: Facts) -> Finding:
    """Decide an inequality by balls alone, which leave every tie inconclusive."""
    met: bool | None = True
    reason = ""
    try:
        for given in stated.obligation.given:
            met, reason = _hypothesis(given, scope, facts)
            if not met:
                break
        holds, lhs, rhs = certain(stated.relation, scope)
    except ZeroDivisionError as error:  # what is not defined
        return not_applicable(stated, reason if met is False else str(error))
    if met:
        reason = OVERLAP if holds is None else ""
    return replace(not_applicable(stated, reason), verdict=verdict_of(met, holds), lhs=lhs, rhs=rhs)


def verdict_of(met: bool | None, holds: bool | None) -> Verdict:
    """The verdict on a statement whose hypotheses are met and whose conclusion holds. None means: not decided.

    >>> print(verdict_of(True, True), verdict_of(False, None), verdict_of(None, False), sep=", ")
    held, not applicable, inconclusive
    """
    if met is False:
        return Verdict.NOT_APPLICABLE
    return Verdict.of(None if met is None else holds)


def _hypothesis(given: Given, scope: RealScope, facts: Facts) -> tuple[bool | None, str]:
    """Whether a hypothesis is met, and what to say if it is not."""
    if isinstance(given, str):
        met = facts[given]
        return met, missing(given, scope.instance) if met is False else f"not decided whether {given}"
    met, lhs, rhs = certain(given, scope)
    return met, failing(given, lhs, rhs, met)


def missing(given: str, instance: Instance) -> str:
    """What to say where a named hypothesis fails."""
    if given == "minimizer":
        with ctx.workprec(BITS):
            gap = arb((w := instance.network.regressor() - instance.regressor) @ (instance.covariance @ w))
        return f"it is about minimizers, and here R - R_min > 0 (at most {above(gap)})"
    return {"w == w*": "Sigma is singular, and w != w*", "plain": "there is a read-out p",
            "balanced": "Delta > 0"}.get(given, f"it needs {given}")


def failing(given: Relation, lhs: arb, rhs: arb, met: bool | None) -> str:
    """What to say where a hypothesis fails or is not decided, with its numbers.

    >>> import sympy as sp
    >>> failing(Relation(sp.Symbol("theta"), "<=", sp.Rational(3, 4)), arb(2), arb(0.75), False)
    'theta = 2 is not <= 3/4'
    """
    side = _text(given.rhs) if given.rhs.is_Rational else interval(rhs, 6)
    is_not = "is not" if met is False else "is not decided to be"
    return f"{_text(given.lhs)} = {interval(lhs, 6)} {is_not} {given.op} {side}"


def worst(findings: Iterable[Finding]) -> Verdict:
    """The worst verdict. A statement that does not apply has none.

    >>> str(worst([Finding("a", "", "", Verdict.NOT_APPLICABLE), Finding("b", "", "", Verdict.HELD)]))
    'held'
    """
    return min((finding.verdict for finding in findings), key=lambda verdict: verdict.severity,
               default=Verdict.NOT_APPLICABLE)
