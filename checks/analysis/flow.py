"""What ``flatcert flow`` finds: how a flow escapes, where it ends, and what the theory says of that."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from flint import arb

from ...numeric.flow.trajectory import Trajectory
from ...numeric.linalg.rational import rational
from ...numeric.network.min_sharpness import MinSharpness, min_sharpness
from ..data.setup import Setup
from ..output.intervals import ends, finite
from .escape_time import Bracket, escape_time
from .findings import Finding, worst
from .flow_starts import FollowedStart, follow
from .limit_bounds import LimitBounds, balanced_sharpness, ratio_bound

_CERTIFIED = {
    "limit of the start": "certified",
    "limit of the end state": "certified for the end state",
    "nothing": "inconclusive",
}
_SAYS = {
    "limit of the start": "The limit of the flow from the initialization itself is enclosed",
    "limit of the end state": "Only the end state, read as an exact initialization in its own right, was held against "
                              "the theorems: its limit is enclosed, and that of the initialization is not",
    "nothing": "No limit is enclosed",
}
MINUTES = 20.0
"""After which the two runs give up together."""
ANY = "any"
"""What JSON says of numbers of the problem, which are the same whatever the start."""


@dataclass(frozen=True, eq=False)
class FlowReport:
    """A validated flow beside the bounds of the theory; all numbers are balls.

    ``end_state`` is None unless the end of the first run was followed as a start in its own right. ``least``
    encloses ``S_min``; ``balanced`` is ``S_bal`` (None with a read-out, for which there is no such claim);
    ``condition`` is ``4κ``. ``residual`` holds what the residual theorems say of the initialization, if asked for.
    """

    setup: Setup
    initialization: FollowedStart
    end_state: FollowedStart | None
    least: MinSharpness
    balanced: arb | None
    condition: arb
    residual: tuple[Finding, ...] = ()

    @property
    def run(self) -> Trajectory:
        """From the initialization."""
        return self.initialization.run

    @property
    def starts(self) -> tuple[FollowedStart, ...]:
        return (self.initialization,) if self.end_state is None else (self.initialization, self.end_state)

    @property
    def decided(self) -> FollowedStart | None:
        """The start whose enclosed limit is held against the theory: the initialization wherever possible."""
        return next((start for start in self.starts if start.bounds is not None), None)

    @property
    def bounds(self) -> LimitBounds | None:
        """Of the start that is `decided`."""
        return self.decided.bounds if self.decided else None

    @cached_property
    def escape(self) -> Bracket | None:
        return escape_time(self.run)

    @property
    def findings(self) -> tuple[Finding, ...]:
        return self.bounds.findings if self.bounds else ()

    @property
    def verdict(self) -> str:
        """*certified* (for the end state, where only that was decided), *refuted* or *inconclusive*."""
        found = worst((*self.findings, *self.residual))
        return found if found in ("refuted", "inconclusive") else _CERTIFIED[self.run.decided]

    @property
    def reason(self) -> str:
        """Which limit was enclosed, why not more, and where the flow from the initialization ends."""
        says = _SAYS[self.run.decided] + (f" ({self.run.reason})." if self.run.reason else ".")
        if self.initialization.bounds is None:
            says = f"{says} {self.initialization.destination.reason}."
        found = (*self.findings, *self.residual)
        undecided = ", ".join(f"{f.claim}/{f.part}" for f in found if f.verdict == worst(found))
        of = f"the limit of the {self.decided.start}" if self.decided else "it"
        if self.verdict == "refuted":
            return f"{says} {of.capitalize()} violates {undecided}: the statement is false, please report it."
        if self.verdict == "inconclusive" and self.bounds is not None:
            return f"{says} Not decided on {of}: {undecided}."
        return says

    @property
    def exit_code(self) -> int:
        return {"refuted": 1, "inconclusive": 3}.get(self.verdict, 0)

    def as_dict(self) -> Any:
        """The JSON object of the contract: lower bounds rounded down, upper bounds up; null beyond float64.

        ``start`` says of every object which start it is of. What stands outside of ``end_state`` is of the
        initialization, except ``bounds``, whose entries name their start, and numbers of the problem ("any").
        """
        balanced = None if self.balanced is None else ends(self.balanced)
        condition = ends(self.condition)
        return finite({
            "depth": self.setup.network.depth, "dim": self.setup.problem.dimension,
            "widths": list(self.setup.network.widths), "source": self.setup.source,
            "verdict": self.verdict, "decided": self.run.decided, "reason": self.reason,
            **self.initialization.as_dict(),
            "escape_time": None if self.escape is None else {
                "start": self.initialization.start, **self.escape._asdict()},
            "end_state": None if self.end_state is None else self.end_state.as_dict(),
            "min_sharpness": {"start": ANY, "lower": self.least.lower, "upper": self.least.upper},
            "balanced_sharpness": None if self.balanced is None else float(self.balanced.mid()),
            "balanced_sharpness_enclosed": None if balanced is None else {"start": ANY, **balanced},
            "four_kappa": None if condition is None else {"start": ANY, **condition},
            "bounds": [{"start": start.start, **finding.as_dict()}
                       for start in self.starts if start.bounds for finding in start.bounds.findings],
        })


def flow_report(
    setup: Setup, *, radius: float = 1e-20, max_steps: int = 20_000, minutes: float = MINUTES
) -> FlowReport:
    """Integrate the validated flow of a setup, from its end state too if its own limit is not enclosed.

    ``radius`` is the Frobenius radius wanted for the limit, ``max_steps`` and half of the ``minutes``
    bound each of the two runs.

    >>> import numpy as np
    >>> from ..data.setup import set_up
    >>> report = flow_report(set_up(2, 1, 0.5, 0, 10, None, None), radius=1e-10)
    >>> report.verdict, report.bounds.limit.radius_above <= 1e-10
    ('certified', True)
    """
    problem, network = setup.problem, setup.network
    exact = network.readout.astype(object)
    least = min_sharpness(problem, network.depth, sum(rational(x) ** 2 for x in exact))
    plain = len(exact) == 1 and exact[0] == 1
    bound: dict[str, Any] = {"radius": radius, "max_steps": max_steps, "seconds": 30 * minutes}
    first = follow("initialization", problem, network, least, **bound)
    second = None
    if first.run.limit is None and first.run.steps:
        second = follow("end state", first.run.problem, first.run.end, least, **bound)
        first = replace(first, run=replace(first.run, restart=second.run))
    return FlowReport(setup, first, second, least, balanced_sharpness(problem, network.depth) if plain else None,
                      ratio_bound(problem, network.depth))
