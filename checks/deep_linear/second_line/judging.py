"""Judgments about networks, decided on exact instances.

A judgment is evaluated on the instances of a fixed handful where its hypotheses hold, for the layers in its ranges and
a few exact values of its variables. Only disjoint balls or exact numbers *refute* a judgment, so a true one never is
refuted; a judgment about a layer that does not exist is refuted, too. An inequality *agrees* with an instance where
balls or exact numbers show it, or where it is not strict and both sides are equal to 40 bits. An equality agrees where
both sides are equal, exactly or to 40 bits. Agreement proves nothing. A judgment that agrees nowhere is undecided.
"""

from __future__ import annotations

from functools import lru_cache
from itertools import islice

import sympy as sp

from ....theory.algebra.algebra import Judgment
from ....theory.language.claim import Given
from ....theory.language.nodes import Relation
from ....theory.language.setting import DEEP_LINEAR
from ...arithmetic.exact import Undecidable
from ...deciding.verdicts import Verdict, shown
from ...evaluation.evaluate import Meaningless, UnknownNode, compiled
from ...second_line.decision import Contradiction, Decision, Judge
from ...second_line.steps import JUDGES
from ..instances.as_text import named
from . import solution_steps
from .agreement import agrees, known, written
from .places import Judged, Place

Range = tuple[sp.Symbol, tuple[sp.Expr, sp.Expr]]
CASES = 10
"""On how many instances with its hypotheses a judgment is evaluated."""
NOT_HERE = (ArithmeticError, LookupError, ValueError, TypeError, AttributeError, Undecidable)
"""The errors that mean that a judgment has no value on an instance; arithmetic with what is no number raises any."""


def contradiction(judgment: Judgment) -> Contradiction | None:
    """An instance of the handful where a judgment is false; None where there is none, or none could be decided.

    >>> from ....theory.language.quantities import S, S_min
    >>> contradiction(Judgment(Relation(S, ">=", S_min), frozenset({"minimizer"}))) is None
    True
    >>> print(contradiction(Judgment(Relation(S_min, ">", 0))))
    S_min > 0 is false at handful:0:10: 0 against 0
    """
    return decided(judgment).contradiction


def decided(judgment: Judgment, most: int = CASES, at: str = "") -> Decision:
    """Decide a judgment on at most ``most`` instances of the handful, or on the one instance that ``at`` names.

    >>> from ....theory.language.quantities import S, trace_min
    >>> decided(Judgment(Relation(trace_min, "<=", 2 * S), frozenset({"L >= 2"}))).reason
    'the infimum of the trace is known at depth 1 only'
    """
    ranges = tuple(sorted(judgment.ranges.items(), key=lambda item: item[0].name))
    return _decided(judgment.relation, judgment.facts, ranges, most, at)


@lru_cache(maxsize=8192)
def _decided(relation: Relation, facts: frozenset[Given], ranges: tuple[Range, ...], most: int, at: str) -> Decision:
    judged = Judged(relation, facts, dict(ranges))
    if judged.names & solution_steps.NAMES:
        return _decided_solution(judged, most, at)
    try:
        compiled(relation.lhs), compiled(relation.rhs)
        cases = judged.cases
    except UnknownNode as error:
        return Decision(reason=str(error))
    agreed, tried, reason = 0, 0, "no instance satisfies its hypotheses"
    for turn, case in enumerate(cases):
        if at and case.instance.name != at:
            continue
        here = 0
        for place in judged.places(case, turn):
            try:
                if not all(known(fact, place) for fact in judged.supposed):
                    continue
                answer = agrees(relation, place)
            except NOT_HERE as error:
                if isinstance(error, Meaningless):
                    return Decision(agreed, _contradiction(judged, place, str(error)))
                reason = str(error)
                continue
            if answer is False:
                return Decision(agreed, _contradiction(judged, place))
            here += answer is True
        agreed, tried = agreed + here, tried + (here > 0)
        if tried == most:
            break
    return Decision(agreed) if agreed else Decision(reason=reason)


def _decided_solution(judged: Judged, most: int, at: str) -> Decision:
    agreed, reason = 0, solution_steps.unreadable(judged.relation)
    if reason:
        return Decision(reason=reason)
    try:
        for case, outcome in islice(solution_steps.outcomes(judged.relation, judged.facts), most):
            if outcome.verdict is Verdict.REFUTED and at in ("", case.name):
                return Decision(agreed, Contradiction(
                    str(judged.relation), case.describe(), shown(outcome.values), "by balls"))
            agreed += outcome.verdict is Verdict.HELD
    except NOT_HERE as error:
        reason = str(error)
    return Decision(agreed) if agreed else Decision(reason=reason or "balls do not decide it")


def _contradiction(judged: Judged, place: Place, nothing: str = "") -> Contradiction:
    values, layers = place.setting.values, place.integers.keys() - {"L", "d"}
    spelled = shown({name: value for name, value in values.items() if name in judged.names and name != "Xi"})
    if judged.sources & {"Xi", "t"}:  # it speaks of the weights W + t Xi
        spelled["Xi"] = [[[str(x) for x in row] for row in layer] for layer in values["Xi"]]
    spelled |= {name: str(place.integers[name]) for name in sorted(layers)}
    sides = (written(side, place) for side in (judged.relation.lhs, judged.relation.rhs))
    return Contradiction(str(judged.relation), place.setting.case.instance.describe(), spelled,
                         nothing or " against ".join(sides))


class OfNetworks(Judge):
    """Judgments about networks, or about the values of an initial value problem."""

    def decided(self, judgment: Judgment, at: str = "") -> Decision:
        return decided(judgment, at=at)

    def described(self, name: str) -> dict[str, object]:
        return {"name": name} if name.startswith(("real:", "field:")) else named(name).describe()


JUDGES.register(DEEP_LINEAR, OfNetworks)
