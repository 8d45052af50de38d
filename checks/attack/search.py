"""The search behind the adversary: structured instances, descents by an optimizer, Hypothesis with a target.

Floats only choose where to look: every verdict that is remembered was decided exactly.
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

from ...numeric.linalg.scalars import Array
from ..deciding.decider import Case
from ..deciding.screening import SAFE_SLACK
from ..deciding.verdicts import Outcome, Route, Verdict
from ..output.cache import hypothesis_in_the_cache
from .ground import Variation
from .points import Point, roundings
from .question import Question
from .simpler import complexity

NEARLY = 1e-2
"""A descent whose slack is below this after a probe is about to end at an equality."""
IDLE = 1e6
"""The slack of a conjecture where both sides are zero in float64: larger than any logarithm, but not infinite."""
STEP = 1e-8
"""The step of difference quotients: the root of the precision of float64."""
MANY_ZEROS = 6
"""The factor by which more instances are decided where both sides are zero: no ratio says which of them matters."""
DIGITS = 9
"""Slacks and ratios are compared up to so many digits, because rounding in float64 makes equal ones differ."""


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


class _Over(Exception):
    """A violation was found, and a worse one is not looked for."""


@dataclass
class Search:
    """The state of a search: candidates by float slack, decisions, the first violation and the worst one.

    A persistent search goes on past the first violation and looks for the worst one.
    """

    question: Question
    effort: Effort
    decided: int = 0
    undecided: list[Case] = field(default_factory=list)
    evaluations: int = 0
    best: tuple[tuple[float, tuple[int, ...]], float, Case] | None = None
    violation: Case | None = None
    extreme: tuple[float, Case] | None = None
    persistent: bool = False
    seen: list[tuple[float, int, Case]] = field(default_factory=list)

    def slacks(self, cases: Sequence[Case]) -> list[float]:
        self.evaluations += len(cases)
        return self.question.slacks(cases)

    def settle(self, case: Case) -> Outcome:
        """Decide an instance exactly and remember what it shows. Raises _Over where there is nothing left to find."""
        outcome = self.question.decide(case)
        if outcome.verdict is Verdict.INCONCLUSIVE:
            self.undecided.append(case)
        self.decided += outcome.decided
        margin = self.question.margin(case, outcome)
        if margin is not None and outcome.verdict is Verdict.HELD:
            # Among equally tight instances the simplest is kept.
            rank = (round(margin, DIGITS), complexity(case))
            if self.best is None or rank < self.best[0]:
                self.best = rank, margin, case
        if margin is not None and (self.extreme is None or margin < self.extreme[0]):
            self.extreme = margin, case
        if outcome.verdict is Verdict.REFUTED and self.violation is None:
            self.violation = case
            if not self.persistent:
                raise _Over
        return outcome

    def run(self, spaces: tuple[str, ...], random_seed: int) -> None:
        """Carry out all stages on the spaces named, or on the space of the obligation, up to the first violation."""
        stages = [_structured, *([_descents] if self.effort.descents else []),
                  *([_drawn] if self.effort.examples else [])]
        with suppress(_Over):
            for stage in stages:
                stage(self, spaces or (self.question.obligation.space,), random_seed)

    def refutes(self, case: Case) -> bool:
        self.decided += 1
        return self.question.decide(case).verdict is Verdict.REFUTED


def _structured(search: Search, spaces: tuple[str, ...], random_seed: int) -> None:
    """Screen the families where equality occurs, random ones, and aimed instances; decide suspects and the tightest."""
    cases = _distinct(search, spaces, random_seed)
    for case in _suspects(search, cases):
        search.settle(case)
    aimed = _suspects(search, search.question.aimed(cases, search.effort.screened))
    for case in aimed[: search.effort.screened // 2]:
        search.settle(case)
    search.seen.sort()
    idle = [case for slack, _, case in search.seen if slack >= IDLE]
    search.seen = [entry for entry in search.seen if entry[0] < IDLE]
    applicable = 0
    for _, _, case in search.seen[: search.question.patience * search.effort.decisions]:
        applicable += search.settle(case).verdict is not Verdict.NOT_APPLICABLE
        if applicable == search.effort.decisions:
            break
    for case in idle[: MANY_ZEROS * search.effort.decisions]:
        if len(search.undecided) < search.effort.decisions:
            search.settle(case)


def _suspects(search: Search, cases: Sequence[Case]) -> list[Case]:
    """Instances that float64 sees violated, the simplest first; then nearly equal ones, and those without a slack.

    Every finite slack is remembered with its instance.
    """
    violated: list[Case] = []
    near: list[Case] = []
    for case, slack in zip(cases, search.slacks(cases), strict=True):
        if not slack >= SAFE_SLACK:
            (violated if slack < -SAFE_SLACK else near).append(case)
        if slack < np.inf:
            search.seen.append((round(slack, DIGITS), len(search.seen), case))
    return sorted(violated, key=complexity) + near


def _distinct(search: Search, spaces: tuple[str, ...], random_seed: int) -> list[Case]:
    """Finite families first, then the random families of all the spaces in turn."""
    drawn = (case for space in spaces for case in islice(search.question.decides.drawn(space, random_seed),
                                                       search.effort.screened))
    return list({case.name: case for case in drawn}.values())


def _descents(search: Search, spaces: tuple[str, ...], random_seed: int) -> None:
    """Optimize from many starts, with and without gradients; decide the ends, rounded.

    Probes come first, by both methods in turn. Then the other method goes on from the tightest ends, and from the
    tightest ends that are not about to reach an equality, because a violation may still be far away there.
    """
    promising = []
    found = search.question.ground.starts(search.seen, search.slacks, spaces)
    probes = 3 * search.effort.descents + sum(variation.extra for variation in found[:4])
    for number, variation in enumerate(found[:probes]):
        for rounded in roundings(variation.start)[:2]:  # integers and halves are where equality lives
            search.settle(variation.at(rounded))
        gradients = number % 4 in (1, 2)
        allowed = min(search.effort.evaluations, 20 + 6 * len(variation.start))
        slack, point = _descend(search, variation, variation.start, allowed, gradients)
        _settle_near(search, variation, point, slack)
        if SAFE_SLACK < slack < IDLE:  # a descent from an equality leads nowhere
            promising.append((slack, number, variation, point, not gradients))
    promising.sort(key=lambda end: end[:2])
    half = max(1, search.effort.descents // 4)
    far = [end for end in promising[half:] if end[0] > NEARLY]
    for _, _, variation, point, gradients in promising[:half] + far[:half]:
        slack, point = _descend(search, variation, point, search.effort.evaluations, gradients)
        _settle_near(search, variation, point, slack)


def _settle_near(search: Search, variation: Variation[Any], point: Point, slack: float) -> None:
    """Decide the roundings of a point, the simplest first, up to the first tie that float64 also sees."""
    for rounded in roundings(point):
        outcome = search.settle(variation.at(rounded))
        if outcome.route is Route.TIE and slack > -SAFE_SLACK:
            return


class _Spent(Exception):
    """The budget of a descent is used up."""


def _descend(
    search: Search, variation: Variation[Any], start: Point, evaluations: int, gradients: bool
) -> tuple[float, Point]:
    """The least slack within a budget, and its point: by Nelder-Mead, or by L-BFGS-B with difference quotients."""
    best, lowest, used = start, np.inf, 0

    def measured(points: list[Point]) -> Array:
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
        """The value and difference quotients, evaluated in one batch."""
        steps = (point + np.maximum(STEP, np.spacing(abs(point)))) - point  # as floats make them: not zero
        here, *there = measured([point, *(point + np.diag(steps))])
        return here, (np.array(there) - here) / steps

    with np.errstate(all="ignore"), suppress(_Spent):
        if gradients:
            minimize(value_and_gradient, start, jac=True, method="L-BFGS-B", options={"maxiter": evaluations})
        else:
            minimize(value, start, method="Nelder-Mead", options={"maxiter": evaluations})
    return lowest, best


def _drawn(search: Search, spaces: tuple[str, ...], random_seed: int) -> None:
    """Let Hypothesis lower the slack; it draws small integers and halves."""
    met: list[tuple[float, int, Case]] = []
    ground = search.question.ground

    @seed(random_seed)
    @settings(max_examples=search.effort.examples, database=None, deadline=None,
              suppress_health_check=list(HealthCheck))
    @given(ground.strategy(spaces[0]))
    def probe(drawn: Case) -> None:
        case = ground.completed(drawn)
        (slack,) = search.slacks([case])
        if np.isfinite(slack):
            target(-float(np.clip(slack, -1e3, 1e3)))
            met.append((round(slack, DIGITS), len(met), case))

    with hypothesis_in_the_cache():
        probe()
    for _, _, case in sorted(met)[: search.effort.decisions]:
        search.settle(case)
