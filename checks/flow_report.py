"""What ``flatcert flow`` finds: how a flow escapes, where it ends, and what the theory says of that."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from flint import arb

from ..numeric.flow import gradient_flow
from ..numeric.min_sharpness import MinSharpness, min_sharpness
from ..numeric.rational import rational
from ..numeric.trajectory import Trajectory
from .escape import Bracket, escape_time, gap_of
from .findings import Finding, worst
from .flow_setup import Setup
from .intervals import ends, finite
from .limit_bounds import LimitBounds, balanced_sharpness, imbalance_of, ratio_bound

_CERTIFIED = {
    "limit of the start": "certified",
    "limit of the end state": "certified for the end state",
    "nothing": "inconclusive",
}
_SAYS = {
    "limit of the start": "The limit of the flow from the initialization itself is enclosed",
    "limit of the end state": "Only the end state, read as an exact initialization in its own right, was decided: its "
                              "limit is enclosed, that of the initialization is not",
    "nothing": "No limit is enclosed",
}


@dataclass(frozen=True, eq=False)
class FlowReport:
    """A validated flow beside the bounds of the theory; all numbers are balls.

    ``least`` encloses ``S_min``; ``balanced`` is ``S_bal`` (None with a read-out, for which there is
    no such claim); ``imbalance`` the ``Δ`` of the exact initialization; ``condition`` is ``4κ``.
    """

    setup: Setup
    run: Trajectory
    least: MinSharpness
    balanced: arb | None
    imbalance: arb
    condition: arb
    bounds: LimitBounds | None = field(repr=False)

    @cached_property
    def escape(self) -> Bracket | None:
        return escape_time(self.run)

    @cached_property
    def final_gap(self) -> arb:
        """``R − R_min`` of the true state at the last time."""
        return gap_of(self.setup.problem, self.run.end_ball)

    @property
    def findings(self) -> tuple[Finding, ...]:
        return self.bounds.findings if self.bounds else ()

    @property
    def verdict(self) -> str:
        """*certified* (for the end state, where only that was decided), *refuted* or *inconclusive*."""
        found = worst(self.findings)
        return found if found in ("refuted", "inconclusive") else _CERTIFIED[self.run.decided]

    @property
    def reason(self) -> str:
        """One sentence: which limit was enclosed, and why not more."""
        says = _SAYS[self.run.decided] + (f" ({self.run.reason})." if self.run.reason else ".")
        undecided = [f"{f.claim}/{f.part}" for f in self.findings if f.verdict == worst(self.findings)]
        if self.verdict == "refuted":
            return f"{says} It violates {', '.join(undecided)}: the statement is false, please report it."
        if self.verdict == "inconclusive" and self.bounds is not None:
            return f"{says} Not decided on it: {', '.join(undecided)}."
        return says

    @property
    def exit_code(self) -> int:
        return {"refuted": 1, "inconclusive": 3}.get(self.verdict, 0)

    def as_dict(self) -> Any:
        """The JSON object of the contract: lower bounds rounded down, upper bounds up; null beyond float64."""
        bounds, run = self.bounds, self.run
        imbalance, balanced = ends(self.imbalance), None if self.balanced is None else ends(self.balanced)
        return finite({
            "depth": self.setup.network.depth, "dim": self.setup.problem.dimension,
            "widths": list(self.setup.network.widths), "source": self.setup.source,
            "verdict": self.verdict, "decided": run.decided, "reason": self.reason,
            "steps": run.steps + (run.restart.steps if run.restart else 0), "end_time": float(run.end_time),
            "escape_time": None if self.escape is None else self.escape._asdict(),
            "final_risk_gap": ends(self.final_gap),
            "imbalance": None if imbalance is None else imbalance["upper"], "imbalance_enclosed": imbalance,
            "limit": None if bounds is None else {
                "radius": bounds.limit.radius_above, "sharpness": ends(bounds.limit.sharpness),
                "imbalance": ends(bounds.layers.imbalance), "layers": bounds.layers.as_dict()},
            "theta": None if bounds is None else ends(bounds.theta),
            "min_sharpness": {"lower": self.least.lower, "upper": self.least.upper},
            "balanced_sharpness": None if self.balanced is None else float(self.balanced.mid()),
            "balanced_sharpness_enclosed": balanced,
            "ratio": None if bounds is None else ends(bounds.ratio), "four_kappa": ends(self.condition),
            "bounds": [finding.as_dict() for finding in self.findings],
        })


def flow_report(setup: Setup, *, radius: float = 1e-20, max_steps: int = 20_000) -> FlowReport:
    """Integrate the validated flow of a setup, from its end state too if its own limit is not enclosed.

    ``radius`` is the Frobenius radius wanted for the limit, ``max_steps`` bounds each of the two runs.

    >>> import numpy as np
    >>> from .flow_setup import set_up
    >>> report = flow_report(set_up(2, 1, 0.5, 0, 10, None, None), radius=1e-10)
    >>> report.verdict, report.bounds.limit.radius_above <= 1e-10
    ('certified', True)
    """
    problem, network = setup.problem, setup.network
    run = gradient_flow(problem, network, method="validated", radius=radius, restart=True, max_steps=max_steps)
    closed = run if run.limit or run.restart is None else run.restart
    start = network if run.limit else run.end
    exact = network.readout.astype(object)
    least = min_sharpness(problem, network.depth, sum(rational(x) ** 2 for x in exact))
    plain = len(exact) == 1 and exact[0] == 1
    return FlowReport(
        setup, run, least,
        balanced_sharpness(problem, network.depth) if plain else None,
        imbalance_of(network.astype(rational)),
        ratio_bound(problem, network.depth),
        None if closed.limit is None else LimitBounds(problem, start, closed.limit, least),
    )
