"""The adversary: attack an inequality for the least slack, and for a violation.

Floats only choose where to look. The best points are rounded to exact instances, which balls and
exact arithmetic decide. Every instance reported as tight or as refuting was decided in this way.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from time import perf_counter
from typing import Any

from ...theory.language.claim import Obligation
from ..authoring.references import load
from ..deciding.decider import Case
from ..deciding.verdicts import Outcome, Route, shown
from ..deciding.ways import decider
from ..evaluation.evaluate import UnknownNode
from ..instances.spelling import GIVEN, spelled
from ..output import DataError
from ..output.intervals import Ends, ends
from .question import Question
from .search import EFFORTS, Effort, Search
from .shrinking import smallest


@dataclass(frozen=True)
class Refutation:
    """An exact instance where a statement is false, with both sides enclosed (None: beyond float64)."""

    statement: str
    instance: dict[str, object]
    values: dict[str, object]
    lhs: Ends | None
    rhs: Ends | None
    bits: int
    route: Route
    found: str
    exact: str
    """A text that makes the instance again (see :mod:`..instances.spelling`)."""


@dataclass(frozen=True)
class Attack:
    """What the adversary found: the tightest decided instance, and a shrunk counterexample if there is one.

    At the tightest instance, ``ratio`` is larger side over smaller side (1 at an exact equality), ``at`` says where
    the instance comes from, and ``exact`` is a text that makes the instance again. ``decided`` counts exact decisions,
    ``evaluations`` float evaluations; ``undecided`` lists, by their texts, instances that precision did not decide.
    Addition is commutative.
    """

    ratio: float | None = None
    at: str | None = None
    nearest: dict[str, object] | None = None
    exact: str | None = None
    decided: int = 0
    inconclusive: int = 0
    evaluations: int = 0
    counterexample: Refutation | None = None
    undecided: tuple[str, ...] = ()
    seconds: float = 0.0

    def __add__(self, other: Attack) -> Attack:
        best = min((self, other), key=lambda x: (x.ratio is None, x.ratio or 0.0, x.at or "", x.exact or ""))
        examples = [x.counterexample for x in (self, other) if x.counterexample is not None]
        return Attack(
            best.ratio, best.at, best.nearest, best.exact, self.decided + other.decided,
            self.inconclusive + other.inconclusive, self.evaluations + other.evaluations,
            min(examples, key=lambda x: (len(x.exact), x.exact), default=None),
            tuple(sorted(self.undecided + other.undecided))[:5], self.seconds + other.seconds)


def refutation(question: Question, case: Case, outcome: Outcome, found: str) -> Refutation:
    """The data of a refuting decision: the exact instance, and both sides as enclosures."""
    lhs, rhs = question.sides(case, outcome.values)
    return Refutation(str(question.obligation.relation), case.describe(), shown(outcome.values), ends(lhs), ends(rhs),
                      outcome.bits, outcome.route, found, spelled(case, question.obligation.over))


def attack(question: Question, effort: Effort, random_seed: int = 0, spaces: tuple[str, ...] = ()) -> Attack:
    """Attack a statement on the instances of its space (or of the spaces named), and shrink a violating instance.

    Deterministic in the seed; the budget counts evaluations, not seconds.
    """
    started = perf_counter()
    search = Search(question, effort)
    search.run(spaces, random_seed)
    found = None if search.violation is None else _shrunk(search, search.violation)
    known = Attack()
    if search.best is not None:
        _, ratio, case = search.best
        known = Attack(ratio, case.name, case.describe(), spelled(case, question.obligation.over))
    undecided = sorted(spelled(case, question.obligation.over) for case in search.undecided[:5])
    return replace(known, decided=search.decided, inconclusive=len(search.undecided), evaluations=search.evaluations,
                   counterexample=found, undecided=tuple(undecided),
                   seconds=perf_counter() - started)


def _shrunk(search: Search, case: Any) -> Refutation:
    small = replace(smallest(case, search.refutes, search.question.ground.completed), name=GIVEN)
    return refutation(search.question, small, search.question.decide(small), case.name)


def extreme(
    question: Question, effort: Effort, random_seed: int = 0, spaces: tuple[str, ...] = ()
) -> tuple[float, Case] | None:
    """The least quotient of the side that should be larger over the other (below 1: violated), and its instance."""
    search = Search(question, effort, persistent=True)
    search.run(spaces, random_seed)
    return search.extreme


def tightest(obligation: Obligation, random_seed: int = 0, effort: str = "quick") -> Attack:
    """Attack one inequality: a pure function with a picklable result.

    Raises KeyError for an unknown effort, ValueError for what is no inequality.

    >>> from ...theory.library import BUILT_IN
    >>> tightest(BUILT_IN.claim("sharpness-lower").obligation("minimizers")).ratio
    1.0
    """
    if not attackable(obligation):
        raise ValueError(f"{obligation.name} is no inequality about a space of instances")
    return attack(Question(obligation), EFFORTS[effort], random_seed)


def attackable(obligation: Obligation) -> bool:
    """Whether an obligation is an inequality on a space that the adversary can move through."""
    decides = decider(obligation)
    return decides.shrinks and decides.measures and obligation.relation.op in ("<=", ">=", "<", ">")


def adversary_unit(
    reference: str, claim_id: str, random_seed: int = 0, effort: str = "quick"
) -> dict[str, Attack]:
    """All inequalities of a claim attacked, by the name of the obligation: a work unit for any executor.

    A statement that no instance can be put into is left out: ``decide_unit`` reports it.
    """
    found = {}
    for obligation in load(reference).claim(claim_id).obligations:
        if attackable(obligation):
            try:
                found[obligation.name] = tightest(obligation, random_seed, effort)
            except DataError:
                raise
            except (UnknownNode, ValueError):
                continue
    return found
