"""Decide an obligation on an instance: hypotheses, float screen, balls, exact route."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
from flint import arb, ctx

from ..numeric.scalars import is_zero
from ..theory.claims import Obligation
from ..theory.expressions import Relation
from ..theory.quantities import S
from . import enclosures
from .binding import rayleigh_at_regressor
from .evaluate import evaluate
from .exact import Undecidable, lifted
from .instances import Instance
from .quantifiers import expansions
from .rings import BallRing, ExactRing, FloatRing
from .scope import RealScope

Verdict = Literal["held", "refuted", "inconclusive", "not applicable"]
SEVERITY: tuple[Verdict, ...] = ("refuted", "inconclusive", "held", "not applicable")
PRECISIONS = (64, 128, 256, 512, 1024, 2048)
"""Balls at doubling precision; past the last one the answer is inconclusive."""


@dataclass(frozen=True)
class Outcome:
    """What was decided, at which precision, by which route, how tight, and where."""

    verdict: Verdict
    bits: int = 0
    route: str = ""
    ratio: float | None = None
    values: dict[str, Any] = field(default_factory=dict)


_PREDICATES: dict[str, Callable[[Instance], bool]] = {
    "minimizer": lambda i: i.is_minimizer,
    "E > 0": lambda i: _has_energy(i),
    "L >= 2": lambda i: i.depth >= 2,
    "L >= 3": lambda i: i.depth >= 3,
    "L == 1": lambda i: i.depth == 1,
    "w* eigenvector": lambda i: i.energy > 0 and _is_eigenvector(i),
    "q_1 != 0": lambda i: not is_zero(i.network.backward()[1]),
    "plain": lambda i: i.widths[-1] == 1 and (i.readout is None or i.readout[0] == 1),
    "w == w*": lambda i: is_zero(i.network.regressor() - i.regressor),
    "w along w*": lambda i: _points_along(i.network.regressor(), i.regressor),
    "square": lambda i: len(set(i.widths)) == 1,
    "balanced": lambda i: all(map(is_zero, i.network.imbalance())),
}


def _has_energy(instance: Instance) -> bool:
    """``E > 0``: by balls where they prove it, exactly where they do not."""
    with ctx.workprec(PRECISIONS[0]):
        return bool(RealScope(instance, BallRing(PRECISIONS[0])).value("E") > 0) or instance.energy > 0


def _is_eigenvector(instance: Instance) -> bool:
    w = instance.regressor
    e = instance.energy / (w @ w)
    return all(x == e * y for x, y in zip(instance.covariance @ w, w, strict=True))


def _points_along(w: Any, other: Any) -> bool:
    """``|other| w = |w| other``: equality in the Cauchy-Schwarz inequality, and no angle of 180 degrees."""
    product = w @ other
    return bool(product >= 0 and product * product == (w @ w) * (other @ other))


def predicate(name: str, instance: Instance) -> bool:
    """A named hypothesis, decided exactly. Raises KeyError for an unknown name."""
    return _PREDICATES[name](instance)


def supposed(obligation: Obligation, instance: Instance) -> bool:
    """Whether the named hypotheses of an obligation hold, decided exactly."""
    names = [g for g in obligation.given if isinstance(g, str)]
    if obligation.space == "limit":
        return all(enclosures.PREDICATES_AT_LIMIT.get(name, _PREDICATES[name])(instance) for name in names)
    return all(predicate(name, instance) for name in names)


def decide(obligation: Obligation, instance: Instance) -> Outcome:
    """The worst outcome over the quantifiers (the tightest one where all hold)."""
    if not supposed(obligation, instance):
        return Outcome("not applicable")
    worst = Outcome("not applicable")
    for values in expansions(obligation, instance):
        outcome = decide_at(obligation, instance, values)
        if SEVERITY.index(outcome.verdict) < SEVERITY.index(worst.verdict) or (
            outcome.verdict == worst.verdict and (outcome.ratio or np.inf) < (worst.ratio or np.inf)
        ):
            worst = outcome
        if worst.verdict == "refuted":
            break
    return worst


def decide_at(obligation: Obligation, instance: Instance, values: dict[str, Any]) -> Outcome:
    """Decide at given values of the quantifiers; predicates are taken as checked."""
    if obligation.decide == "enclosed":
        return _decide_enclosed(obligation, instance, values)
    try:
        for hypothesis in obligation.given:
            if isinstance(hypothesis, Relation):
                holds, bits, _ = compare(hypothesis, instance, values, obligation.direct)
                if not holds:
                    return Outcome("not applicable" if holds is False else "inconclusive", bits, values=values)
        holds, bits, route = compare(obligation.relation, instance, values, obligation.direct)
    except ZeroDivisionError:  # a side is not defined here
        return Outcome("not applicable", values=values)
    verdict: Verdict = "inconclusive" if holds is None else "held" if holds else "refuted"
    ratio = 1.0 if route == "tie" else screen(obligation, instance, values)
    return Outcome(verdict, bits, route, ratio, values)


def _decide_enclosed(obligation: Obligation, instance: Instance, values: dict[str, Any]) -> Outcome:
    """Along gradient flow; a ball that touches a boundary leaves it open."""
    try:
        for hypothesis in obligation.given:
            if isinstance(hypothesis, Relation):
                holds, _ = enclosures.compare(obligation, hypothesis, instance, values)
                if not holds:
                    return Outcome("not applicable" if holds is False else "inconclusive", enclosures.BITS,
                                   values=values)
        holds, ratio = enclosures.compare(obligation, obligation.relation, instance, values)
    except ZeroDivisionError:
        return Outcome("not applicable", values=values)
    verdict: Verdict = "inconclusive" if holds is None else "held" if holds else "refuted"
    return Outcome(verdict, enclosures.BITS, "enclosure", ratio, values)


def screen(obligation: Obligation, instance: Instance, values: dict[str, Any]) -> float | None:
    """Larger side over smaller side in float64: how tight it looks. It decides nothing."""
    slack = slack_of(obligation, instance, values)
    return None if slack is None else float(np.exp(np.clip(abs(slack), 0, 700)))


def slack_of(obligation: Obligation, instance: Instance, values: dict[str, Any]) -> float | None:
    """Logarithm of the side that should be larger over the other; negative: a suspect."""
    relation = obligation.relation
    scope = RealScope(instance, FloatRing(), values, direct=obligation.direct)
    with np.errstate(all="ignore"):
        try:
            lhs, rhs = float(evaluate(relation.lhs, scope)), float(evaluate(relation.rhs, scope))
        except (ArithmeticError, ValueError, TypeError, np.linalg.LinAlgError):
            return None
        if not (lhs > 0 and rhs > 0 and np.isfinite(lhs) and np.isfinite(rhs)):
            return None
        slack = float(np.log(lhs) - np.log(rhs))
    if relation.op in ("==", "!="):
        return -abs(slack)
    return slack if relation.op in (">=", ">") else -slack


def compare(
    relation: Relation, instance: Instance, values: dict[str, Any], direct: bool = False
) -> tuple[bool | None, int, str]:
    """Whether a relation holds: True, False or None (undecided), the bits used and the route.

    Raises ZeroDivisionError where a side is not defined.
    """
    if _shown_by_witness(relation, instance, values, direct):
        return True, PRECISIONS[0], "witness"
    tried_exact = False
    for bits in PRECISIONS:
        with ctx.workprec(bits):
            scope = RealScope(instance, BallRing(bits), values, direct=direct)
            lhs, rhs = arb(evaluate(relation.lhs, scope)), arb(evaluate(relation.rhs, scope))
            answer = scope.ring.answer(relation.op, lhs, rhs)
        if answer is not None:
            return answer, bits, "balls" if lhs != rhs else "zero" if lhs == 0 else "tie"
        if bits >= 128 and not tried_exact:
            tried_exact = True
            sign, route = _exact_sign(relation, instance, values, direct)
            if sign is not None:
                return _sign_answer(relation.op, sign), bits, route
    return None, PRECISIONS[-1], ""


def _sign_answer(op: str, sign: int) -> bool:
    return {">": sign > 0, ">=": sign >= 0, "<": sign < 0, "<=": sign <= 0, "==": sign == 0,
            "!=": sign != 0}[op]


def _exact_sign(
    relation: Relation, instance: Instance, values: dict[str, Any], direct: bool
) -> tuple[int | None, str]:
    """The sign of ``lhs - rhs``, and whether it is a tie, or one of zeros, which says nothing of tightness."""
    scope = RealScope(instance, ExactRing(), values, direct=direct)
    try:
        lhs, rhs = lifted(evaluate(relation.lhs, scope)), lifted(evaluate(relation.rhs, scope))
        sign = lhs.compare(rhs)
    except Undecidable:
        return None, ""
    return sign, "exact" if sign else "tie" if lhs.sign else "zero"


def _shown_by_witness(relation: Relation, instance: Instance, values: dict[str, Any], direct: bool) -> bool:
    """``S >= rhs`` by the rational Rayleigh quotient at ``w*``: no eigenvalue is needed."""
    if relation.op != ">=" or relation.lhs != S or direct or not instance.is_minimizer:
        return False
    bits = PRECISIONS[0]
    with ctx.workprec(bits):
        scope = RealScope(instance, BallRing(bits), values)
        return bool(rayleigh_at_regressor(scope) > evaluate(relation.rhs, scope))
