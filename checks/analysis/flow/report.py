"""What ``flatcert flow`` finds: how a flow escapes, where it ends, and what the theory says of its limit."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property, partial

from flint import arb

from ....numeric.flow.trajectory import Trajectory
from ....numeric.linalg.rational import rational
from ....numeric.network.min_sharpness import MinSharpness, min_sharpness
from ...data import Setup
from ...output import exit_code
from ...output.json_values import JsonObject, json_object
from ..findings import Finding, worst
from ..problem_numbers import balanced_sharpness, ratio_bound
from .escape_time import Bracket, escape_time
from .limit_bounds import LimitBounds
from .starts import FollowedStart, follow, named

_DECIDED = {
    "limit of the start": (
        "certified", "The limit of the flow from the initialization itself is enclosed"),
    "limit of the end state": (
        "certified for the end state", "Only the end state, read as an exact initialization in its own right, was held "
        "against the theorems: its limit is enclosed, and that of the initialization is not"),
    "nothing": ("inconclusive", "No limit is enclosed"),
}
"""What the two runs decided: the verdict, if no statement is refuted or undecided, and a sentence."""
MINUTES = 20.0
"""The two runs together give up after so many minutes."""
ANY = "any"
"""The start that JSON names for numbers of the problem, which are the same for every start."""


@dataclass(frozen=True, eq=False)
class FlowReport:
    """A validated flow beside the bounds of the theory. All numbers are balls.

    ``end_state`` is None unless the end of the first run was followed as a start in its own right. ``least``
    encloses ``S_min``, and ``condition`` is ``4κ``. ``balanced`` is ``S_bal``, or None with a read-out, for which there
    is no such claim. ``residual`` holds the findings of the residual theorems on the initialization, if they were asked
    for.
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
        """The run from the initialization."""
        return self.initialization.run

    @property
    def starts(self) -> tuple[FollowedStart, ...]:
        return (self.initialization,) if self.end_state is None else (self.initialization, self.end_state)

    @property
    def decided(self) -> FollowedStart | None:
        """The start whose enclosed limit is held against the theory: the initialization if its limit is enclosed."""
        return next((start for start in self.starts if start.bounds is not None), None)

    @property
    def bounds(self) -> LimitBounds | None:
        """The bounds of the start that is `decided`."""
        return self.decided.bounds if self.decided else None

    @cached_property
    def escape(self) -> Bracket | None:
        return escape_time(self.run)

    @property
    def findings(self) -> tuple[Finding, ...]:
        return self.bounds.findings if self.bounds else ()

    @property
    def verdict(self) -> str:
        """One of *certified*, *certified for the end state*, *refuted* and *inconclusive*."""
        found = worst((*self.findings, *self.residual))
        return found if found in ("refuted", "inconclusive") else _DECIDED[self.run.decided][0]

    @property
    def reason(self) -> str:
        """Which limit was enclosed, why no more was, and where the flow from the initialization ends."""
        says = _DECIDED[self.run.decided][1] + (f" ({self.run.reason})." if self.run.reason else ".")
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
        return exit_code(self.verdict)

    def as_dict(self) -> JsonObject:
        """The JSON object of the contract. Each object names its start in ``start``.

        What stands outside of ``end_state`` belongs to the initialization, except the entries of ``bounds``, each of
        which names its start, and the numbers of the problem, whose start is "any".
        """
        return json_object({
            "depth": self.setup.network.depth, "dim": self.setup.problem.dimension,
            "widths": list(self.setup.network.widths), "source": self.setup.source,
            "verdict": self.verdict, "decided": self.run.decided, "reason": self.reason,
            **self.initialization.as_dict(),
            "escape_time": named(self.initialization.start, self.escape),
            "end_state": self.end_state,
            "min_sharpness": {"start": ANY, "lower": self.least.lower, "upper": self.least.upper},
            "balanced_sharpness": None if self.balanced is None else float(self.balanced.mid()),
            "balanced_sharpness_enclosed": named(ANY, self.balanced),
            "four_kappa": named(ANY, self.condition),
            "bounds": [named(start.start, finding)
                       for start in self.starts if start.bounds for finding in start.bounds.findings],
        })


def flow_report(
    setup: Setup, *, radius: float = 1e-20, max_steps: int = 20_000, minutes: float = MINUTES
) -> FlowReport:
    """Integrate the validated flow of a setup, and that from its end state if its own limit is not enclosed.

    ``radius`` is the Frobenius radius wanted for the limit. Each of the two runs gives up after ``max_steps`` steps or
    half of the ``minutes``.

    >>> import numpy as np
    >>> from ...data import set_up
    >>> report = flow_report(set_up(2, 1, 0.5, 0, 10, None, None), radius=1e-10)
    >>> report.verdict, report.bounds.limit.radius_above <= 1e-10
    ('certified', True)
    """
    problem, network = setup.problem, setup.network
    exact = network.readout.astype(object)
    least = min_sharpness(problem, network.depth, sum(rational(x) ** 2 for x in exact))
    plain = len(exact) == 1 and exact[0] == 1
    followed = partial(follow, least=least, radius=radius, max_steps=max_steps, seconds=30 * minutes)
    first = followed("initialization", problem, network)
    second = None
    if first.run.limit is None and first.run.steps:
        second = followed("end state", first.run.problem, first.run.end)
        first = replace(first, run=replace(first.run, restart=second.run))
    return FlowReport(setup, first, second, least, balanced_sharpness(problem, network.depth) if plain else None,
                      ratio_bound(problem, network.depth))
