"""The residual theorems on one enclosed flow: the risk that they allow, the move, and the sharpness of the limit."""

from __future__ import annotations

from dataclasses import dataclass

from flint import arb, ctx

from ....numeric.linalg.eigenvalues import ball_matrix
from ....numeric.network.residual_promise import (
    BITS,
    Promise,
    ResidualStart,
    sharp_promise,
    sharpness_ratio,
    simple_promise,
)
from ...output.intervals import interval
from ...output.json_values import JsonObject, json_object
from ..findings import BALLS, OVERLAP, Finding, verdict_of
from ..flow import FlowReport
from ..flow.starts import named

_SIMPLE, _SHARP = "residual-convergence", "residual-convergence-sharp"


@dataclass(frozen=True, eq=False)
class ResidualFlow:
    """What the theorems say of the start and the limit of a flow. ``findings`` is empty if no limit is enclosed."""

    start: ResidualStart
    promises: dict[str, Promise]
    findings: tuple[Finding, ...]

    def as_dict(self) -> JsonObject:
        """The JSON object that stands under ``residual``."""
        return json_object({
            "start": "initialization",
            "alpha": self.start.bounds.alpha, "beta": self.start.bounds.beta, "alpha_ends": self.start.ends,
            "initial_risk_gap": self.start.risk_gap,
            "allowed": {name: promise.risk_gap for name, promise in self.promises.items()},
            "rho": {name: promise.move for name, promise in self.promises.items()},
            "bounds": [named("initialization", finding) for finding in self.findings],
        })


def residual_flow(report: FlowReport) -> ResidualFlow:
    """Hold the enclosed limit of a residual start against both theorems.

    A statement whose hypothesis on the initial risk fails is not applicable. If the initial risk is exactly the
    allowed one, balls do not decide that.

    >>> from ..flow import flow_report
    >>> from ...data import set_up
    >>> found = residual_flow(flow_report(set_up(2, 1, 0.25, 0, 10, None, None, residual=True), radius=1e-10))
    >>> str(found.findings[0].verdict)
    'not applicable'
    """
    start = ResidualStart.of(report.setup.problem, report.setup.network)
    promises = {_SIMPLE: simple_promise(start)}
    if start.depth >= 2:  # the sharper theorem supposes it
        promises[_SHARP] = sharp_promise(start)
    findings: tuple[Finding, ...] = ()
    # The theorems speak of the limit of the start, which the limit of the end state is not.
    if report.bounds is not None and report.run.limit is not None:
        layers, total = _moves(report)
        sharpness, ratio = report.bounds.limit.sharpness, report.bounds.ratio
        simple, sharp = promises[_SIMPLE], promises.get(_SHARP, promises[_SIMPLE])
        findings = tuple(
            _finding(name, part, statement, lhs, rhs, start, promises[name])
            for name, part, statement, lhs, rhs in (
                (_SIMPLE, "layers", "L max |W_k(oo) - W_k(0)|_F <= rho", layers, simple.move),
                (_SIMPLE, "sharpness", "S <= 2 L Lambda beta^4 |p|^2", sharpness, simple.sharpness),
                (_SIMPLE, "ratio", "S/S_min <= (beta^4/alpha^2) kappa", ratio, sharpness_ratio(start)),
                (_SHARP, "distance", "sqrt(L) |W(oo) - W(0)|_F <= rho", total, sharp.move),
                (_SHARP, "sharpness", "S <= 2 Lambda (2 beta^2 + (L-2) beta^4) |p|^2", sharpness, sharp.sharpness),
            )
            if name in promises
        )
    return ResidualFlow(start, promises, findings)


def _moves(report: FlowReport) -> tuple[arb, arb]:
    """Enclose ``L max_k ‖W_k(∞) − W_k(0)‖_F`` and ``√L ‖W(∞) − W(0)‖_F``."""
    limit, depth = report.run.limit, report.setup.network.depth
    assert limit is not None
    with ctx.workprec(BITS):
        largest = total = arb(0)
        for end, start in zip(limit.centre.weights, report.setup.network.weights, strict=True):
            square = sum((x * x for x in (ball_matrix(end) - ball_matrix(start)).entries()), arb(0))
            largest, total = largest.max(square), total + square
        error = arb(0, limit.radius.upper())
        return depth * (largest.sqrt() + error), arb(depth).sqrt() * (total.sqrt() + error)


def _finding(
    name: str, part: str, statement: str, lhs: arb, rhs: arb, start: ResidualStart, promise: Promise
) -> Finding:
    met = BALLS.answer("<=", start.risk_gap, promise.risk_gap)
    holds = BALLS.answer("<=", lhs, rhs)
    reason = OVERLAP if holds is None else ""
    if not met:
        is_not = "is not" if met is False else "is not decided to be"
        reason = f"R(W(0)) - R_min = {interval(start.risk_gap, 4)} {is_not} <= {interval(promise.risk_gap, 4)}"
    return Finding(name, part, statement, verdict_of(met, holds), reason, lhs, rhs)
