"""The search behind the adversary: structured instances, descents by an optimizer, Hypothesis with a target.

Floats only choose where to look: what is remembered as held or refuted was decided exactly.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

import numpy as np
from hypothesis import HealthCheck, given, seed, settings, target
from scipy.optimize import minimize

from ..deciding.decide import Outcome
from ..deciding.screening import SAFE_SLACK
from ..instances.instance import Instance
from ..instances.pool import instance, pool
from ..instances.strategies import instances
from .question import Question
from .shrinking import complexity
from .starts import starts
from .steering import Steered
from .variations import Point, Variation, roundings

NEARLY = 1e-2
"""A slack below this, after a probe, is about to end at an equality."""
IDLE = 1e6
"""The slack of a conjecture where both sides are zero in float64: larger than any logarithm, but not infinite."""
STEP = 1e-8
"""Of difference quotients: the root of the precision of float64."""
MANY_ZEROS = 6
"""How many times as many instances are decided where both sides are zero: no ratio says which of them matters."""
DIGITS = 9
"""Slacks and ratios are compared up to so many digits: float64 tells equal ones apart."""


@dataclass(frozen=True)
class Effort:
    """How many structured instances are screened, how many descents and Hypothesis examples follow.

    ``evaluations`` is how often one descent may evaluate the slack, ``decisions`` how many of the
    tightest instances of each kind are decided.
    """

    screened: int
    descents: int
    evaluations: int
    examples: int
    decisions: int


EFFORTS = {"quick": Effort(80, 1, 40, 8, 4), "ci": Effort(120, 6, 120, 40, 6),
           "deep": Effort(1500, 24, 2000, 400, 40)}


@dataclass
class Search:
    """What is known so far: candidates by float slack, decisions, the first violation and the worst one.

    A persistent search goes on past a violation, for the worst.
    """

    question: Question
    effort: Effort
    decided: int = 0
    undecided: list[Instance] = field(default_factory=list)
    evaluations: int = 0
    best: tuple[tuple[float, Any], float, Instance] | None = None
    violation: Instance | None = None
    extreme: tuple[float, Instance] | None = None
    persistent: bool = False
    seen: list[tuple[float, int, Instance]] = field(default_factory=list)

    def slacks(self, cases: Sequence[Instance]) -> list[float]:
        self.evaluations += len(cases)
        return self.question.slacks(cases)

    def settle(self, case: Instance) -> Outcome:
        """Decide an instance exactly and remember what it shows."""
        outcome = self.question.decide(case)
        if outcome.verdict == "inconclusive":
            self.undecided.append(case)
        if outcome.verdict in ("held", "refuted"):
            self.decided += 1
        margin = self.question.margin(case, outcome)
        if margin is not None and outcome.verdict == "held":
            # Of what is equally tight, what is simplest.
            rank = (round(margin, DIGITS), complexity(case))
            if self.best is None or rank < self.best[0]:
                self.best = rank, margin, case
        if outcome.verdict == "refuted" and self.violation is None:
            self.violation = case
        if margin is not None and (self.extreme is None or margin < self.extreme[0]):
            self.extreme = margin, case
        return outcome

    @property
    def over(self) -> bool:
        """Whether there is nothing left to look for."""
        return self.violation is not None and not self.persistent

    def run(self, spaces: tuple[str, ...], random_seed: int) -> None:
        """All stages, on the spaces named or on that of the obligation."""
        for stage in (_structured, _descents, _drawn):
            stage(self, spaces or (self.question.obligation.space,), random_seed)
            if self.over:
                break

    def refutes(self, case: Instance) -> bool:
        self.decided += 1
        return self.question.decide(case).verdict == "refuted"


def _structured(search: Search, spaces: tuple[str, ...], random_seed: int) -> None:
    """The families where equality lives, random ones, and what is aimed: suspects and the tightest are decided."""
    cases = _distinct(spaces, random_seed, search.effort.screened)
    for case in _suspects(search, cases):
        search.settle(case)
        if search.over:
            return
    aimed = _suspects(search, search.question.aimed(cases, search.effort.screened))
    for case in aimed[: search.effort.screened // 2]:
        search.settle(case)
        if search.over:
            return
    search.seen.sort()
    idle = [case for slack, _, case in search.seen if slack >= IDLE]
    search.seen = [entry for entry in search.seen if entry[0] < IDLE]
    applicable = 0
    for _, _, case in search.seen[: search.question.patience * search.effort.decisions]:
        applicable += search.settle(case).verdict != "not applicable"
        if search.over:
            return
        if applicable == search.effort.decisions:
            break
    for case in idle[: MANY_ZEROS * search.effort.decisions]:
        if len(search.undecided) < search.effort.decisions:
            search.settle(case)


def _suspects(search: Search, cases: Sequence[Instance]) -> list[Instance]:
    """What float64 sees violated, the simplest first, then what it sees nearly equal, or (nan) not at all.

    All but the last are remembered by their slack.
    """
    violated: list[Instance] = []
    near: list[Instance] = []
    for case, slack in zip(cases, search.slacks(cases), strict=True):
        if not slack >= SAFE_SLACK:
            (violated if slack < -SAFE_SLACK else near).append(case)
        if slack < np.inf:
            search.seen.append((round(slack, DIGITS), len(search.seen), case))
    return sorted(violated, key=complexity) + near


def _distinct(spaces: tuple[str, ...], random_seed: int, wanted: int) -> list[Instance]:
    """Finite families first, then the random families of all the spaces in turn."""
    keys = dict.fromkeys(key for space in spaces for key in islice(pool(space, random_seed), wanted))
    return [instance(*key) for key in keys]


def _descents(search: Search, spaces: tuple[str, ...], random_seed: int) -> None:
    """Optimize from many starts, with and without gradients; decide the ends, rounded.

    Probes first, by both methods in turn. Then the other method goes on from the tightest ends, and from the
    tightest of those that are not about to end at an equality, where a violation may still be far off.
    Learning rates are put exactly at their threshold by the quantifier: nothing is left to optimize.
    """
    if "eta" in search.question.obligation.over:
        return
    promising = []
    found = starts(search, spaces)
    probes = 3 * search.effort.descents + sum(isinstance(variation, Steered) for variation in found[:4])
    for number, variation in enumerate(found[:probes]):
        for rounded in roundings(variation.start)[:2]:  # integers and halves are where equality lives
            search.settle(variation.at(rounded))
        gradients = number % 4 in (1, 2)
        allowed = min(search.effort.evaluations, 20 + 6 * len(variation.start))
        slack, point = _descend(search, variation, variation.start, allowed, gradients)
        _settle_near(search, variation, point, slack)
        if search.over:
            return
        if SAFE_SLACK < slack < IDLE:  # what is an equality already leads nowhere
            promising.append((slack, number, variation, point, not gradients))
    promising.sort(key=lambda end: end[:2])
    half = max(1, search.effort.descents // 4)
    far = [end for end in promising[half:] if end[0] > NEARLY]
    for _, _, variation, point, gradients in promising[:half] + far[:half]:
        slack, point = _descend(search, variation, point, search.effort.evaluations, gradients)
        _settle_near(search, variation, point, slack)
        if search.over:
            return


def _settle_near(search: Search, variation: Variation, point: Point, slack: float) -> None:
    """Decide the roundings of a point, the simplest first, until there is nothing more to be learnt."""
    for rounded in roundings(point):
        outcome = search.settle(variation.at(rounded))
        if search.over or (outcome.route == "tie" and slack > -SAFE_SLACK):
            return


class _Spent(Exception):
    """The budget of a descent is used up."""


def _descend(
    search: Search, variation: Variation, start: Point, evaluations: int, gradients: bool
) -> tuple[float, Point]:
    """The best point met by Nelder-Mead, or by L-BFGS-B with difference quotients, within a budget, and its slack."""
    best, lowest, used = start, np.inf, 0

    def measured(points: list[Point]) -> Any:
        nonlocal best, lowest, used
        if used >= evaluations:
            raise _Spent
        kept = points[: evaluations - used]
        used += len(kept)
        found = search.slacks([variation.at(point) for point in kept])
        for point, slack in zip(kept, found, strict=True):
            if slack < lowest:
                best, lowest = point.copy(), slack
        if len(kept) < len(points):
            raise _Spent
        return np.array([min(slack, 1e3) if slack == slack else 1e3 for slack in found])

    def value(point: Point) -> float:
        return float(measured([point])[0])

    def value_and_gradient(point: Point) -> tuple[float, Point]:
        """With difference quotients, all in one batch."""
        steps = (point + np.maximum(STEP, np.spacing(abs(point)))) - point  # as they are in floats, and not zero
        here, *there = measured([point, *(point + np.diag(steps))])
        return here, (np.array(there) - here) / steps

    with np.errstate(all="ignore"), suppress(_Spent):
        if gradients:
            minimize(value_and_gradient, start, jac=True, method="L-BFGS-B", options={"maxiter": evaluations})
        else:
            minimize(value, start, method="Nelder-Mead", options={"maxiter": evaluations})
    return lowest, best


def _drawn(search: Search, spaces: tuple[str, ...], random_seed: int) -> None:
    """Hypothesis, told to lower the slack; what it draws consists of small integers and halves."""
    met: list[tuple[float, int, Instance]] = []
    strategy = instances(spaces[0])

    @seed(random_seed)
    @settings(max_examples=search.effort.examples, database=None, deadline=None,
              suppress_health_check=list(HealthCheck))
    @given(strategy)
    def probe(case: Instance) -> None:
        (slack,) = search.slacks([case])
        if np.isfinite(slack):
            target(-float(np.clip(slack, -1e3, 1e3)))
            met.append((round(slack, DIGITS), len(met), case))

    probe()
    for _, _, case in sorted(met)[: search.effort.decisions]:
        search.settle(case)
        if search.over:
            return
