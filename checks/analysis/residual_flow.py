"""The residual theorems on one enclosed flow: the risk that they allow, the move, and the sharpness of the limit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flint import arb, ctx
from rich.console import Console
from rich.table import Table

from ...numeric.linalg.eigenvalues import ball_matrix
from ...numeric.network.residual_promise import (
    BITS,
    Promise,
    ResidualStart,
    sharp_promise,
    sharpness_ratio,
    simple_promise,
)
from ..deciding.verdicts import Verdict
from ..output.intervals import ends, interval
from .findings import Finding, print_findings
from .flow import FlowReport

_SIMPLE, _SHARP = "residual-convergence", "residual-convergence-sharp"


@dataclass(frozen=True, eq=False)
class ResidualFlow:
    """What the theorems say of the start and the limit of a flow; ``findings`` is empty if no limit is enclosed."""

    start: ResidualStart
    promises: dict[str, Promise]
    findings: tuple[Finding, ...]

    @property
    def refuted(self) -> bool:
        return any(finding.verdict is Verdict.REFUTED for finding in self.findings)

    def as_dict(self) -> dict[str, Any]:
        return {
            "start": "initialization",
            "alpha": self.start.bounds.alpha, "beta": self.start.bounds.beta, "alpha_ends": self.start.ends,
            "initial_risk_gap": ends(self.start.risk_gap),
            "allowed": {name: ends(promise.risk_gap) for name, promise in self.promises.items()},
            "rho": {name: ends(promise.move) for name, promise in self.promises.items()},
            "bounds": [{"start": "initialization", **finding.as_dict()} for finding in self.findings],
        }


def residual_flow(report: FlowReport) -> ResidualFlow:
    """Hold the enclosed limit of a residual start against both theorems.

    A statement whose hypothesis on the initial risk fails is not applicable; where the risk is exactly the one that
    is allowed, balls do not decide it.

    >>> from .flow import flow_report
    >>> from ..data.setup import set_up
    >>> found = residual_flow(flow_report(set_up(2, 1, 0.25, 0, 10, None, None, residual=True), radius=1e-10))
    >>> str(found.findings[0].verdict)
    'not applicable'
    """
    start = ResidualStart.of(report.setup.problem, report.setup.network)
    promises = {_SIMPLE: simple_promise(start)}
    if start.depth >= 2:  # what the sharper theorem supposes
        promises[_SHARP] = sharp_promise(start)
    findings: tuple[Finding, ...] = ()
    # The limit of the end state is not that of the start, of which the theorems speak.
    if report.bounds is not None and report.run.limit is not None:
        layers, total = _moves(report)
        sharpness, ratio = report.bounds.limit.sharpness, report.bounds.ratio
        simple, sharp = promises[_SIMPLE], promises.get(_SHARP, promises[_SIMPLE])
        findings = tuple(
            _finding(name, part, statement, lhs, rhs, start.risk_gap, promises[name].risk_gap)
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
    """``L max_k ‖W_k(∞) − W_k(0)‖_F`` and ``√L ‖W(∞) − W(0)‖_F``, enclosed."""
    limit, depth = report.run.limit, report.setup.network.depth
    assert limit is not None
    with ctx.workprec(BITS):
        largest = total = arb(0)
        for end, start in zip(limit.centre.weights, report.setup.network.weights, strict=True):
            square = sum((x * x for x in (ball_matrix(end) - ball_matrix(start)).entries()), arb(0))
            largest, total = largest.max(square), total + square
        error = arb(0, limit.radius.upper())
        return depth * (largest.sqrt() + error), arb(depth).sqrt() * (total.sqrt() + error)


def _finding(name: str, part: str, statement: str, lhs: arb, rhs: arb, risk: arb, allowed: arb) -> Finding:
    if not risk <= allowed:
        failing = "is not" if risk > allowed else "is not decided to be"
        reason = f"R(W(0)) - R_min = {interval(risk, 4)} {failing} <= {interval(allowed, 4)}"
        return Finding(name, part, statement, Verdict.NOT_APPLICABLE if risk > allowed else Verdict.INCONCLUSIVE,
                       reason, lhs, rhs)
    holds = True if lhs <= rhs else False if lhs > rhs else None
    return Finding(name, part, statement, Verdict.of(holds), "", lhs, rhs)


def print_residual_flow(found: ResidualFlow, console: Console) -> None:
    """The constants of the start, and a line for each statement about the limit."""
    lines = Table(title="of the initialization, for the residual theorems", title_justify="left")
    lines.add_column("quantity")
    lines.add_column("value", justify="right")
    start = found.start
    rows = [
        ("alpha_0, of all sub-products, certified", f"{start.bounds.alpha:.8g}"),
        ("beta_0, of all sub-products, certified", f"{start.bounds.beta:.8g}"),
        ("alpha_0 of the products in the kernel, certified", f"{start.ends:.8g}"),
        ("R(W(0)) - R_min, the initial risk", interval(start.risk_gap, 8)),
    ]
    for name, promise in found.promises.items():
        rows += [(f"{name}: allowed initial risk", interval(promise.risk_gap, 8)),
                 (f"{name}: rho", interval(promise.move, 8))]
    for row in rows:
        lines.add_row(*row)
    console.print(lines)
    if found.findings:
        print_findings(found.findings, "the limit of the initialization against the residual theorems", console)
    else:
        console.print("The residual theorems speak of the limit of the initialization, which is not enclosed: they are "
                      "not decided.", soft_wrap=True)
