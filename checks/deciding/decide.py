"""Decide an obligation on an instance: hypotheses, float screen, balls, exact route."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import Any, Literal

import numpy as np
from flint import arb, ctx

from ...theory.language.claim import Obligation
from ...theory.language.nodes import Relation
from ...theory.language.quantities import S
from ..arithmetic.exact import Undecidable, lifted
from ..arithmetic.exact_ring import ExactRing
from ..arithmetic.rings import BallRing
from ..evaluation.batches import Pair
from ..evaluation.bindings.network import rayleigh_at_regressor
from ..evaluation.evaluate import evaluate
from ..evaluation.scope import RealScope
from ..instances.instance import Instance
from . import along_flow as enclosures
from .hypotheses import supposed
from .quantifiers import expansions
from .screening import slacks

Verdict = Literal["held", "refuted", "inconclusive", "not applicable"]
SEVERITY: tuple[Verdict, ...] = ("refuted", "inconclusive", "held", "not applicable")
PRECISIONS = (64, 128, 256, 512, 1024, 2048)
"""Balls at doubling precision; past the last one the answer is inconclusive."""


@dataclass(frozen=True)
class Outcome:
    """What was decided, at which precision, by which route, how tight, where, and of which layers it held."""

    verdict: Verdict
    bits: int = 0
    route: str = ""
    ratio: float | None = None
    values: dict[str, Any] = field(default_factory=dict)
    layers: frozenset[int] = frozenset()


def decide(obligation: Obligation, instance: Instance) -> Outcome:
    """The worst outcome over the quantifiers (the tightest one where all hold)."""
    return decide_all(obligation, [instance])[0]


def decide_all(obligation: Obligation, instances: Sequence[Instance]) -> list[Outcome]:
    """The same of many instances; how tight they look is measured of all at once."""
    found = [_outcomes(obligation, instance) for instance in instances]
    pairs = [(instance, outcome) for instance, outcomes in zip(instances, found, strict=True) for outcome in outcomes]
    measured = iter(_measured(obligation, pairs))
    return [_worst(list(islice(measured, len(outcomes)))) for outcomes in found]


def _outcomes(obligation: Obligation, instance: Instance) -> list[Outcome]:
    """Over the quantifiers, up to the first refutation."""
    outcomes: list[Outcome] = []
    if supposed(obligation, instance):
        for values in expansions(obligation, instance):
            outcomes.append(_decided(obligation, instance, values))
            if outcomes[-1].verdict == "refuted":
                break
    return outcomes


def _worst(outcomes: list[Outcome]) -> Outcome:
    worst = min([Outcome("not applicable"), *outcomes], key=lambda o: (SEVERITY.index(o.verdict), o.ratio or np.inf))
    return replace(worst, layers=frozenset(o.values[name] for o in outcomes if o.verdict == "held"
                                           for name in ("j", "k") if name in o.values))


def decide_at(obligation: Obligation, instance: Instance, values: dict[str, Any]) -> Outcome:
    """Decide at given values of the quantifiers; predicates are taken as checked."""
    return _measured(obligation, [(instance, _decided(obligation, instance, values))])[0]


def _decided(obligation: Obligation, instance: Instance, values: dict[str, Any]) -> Outcome:
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
    return Outcome(verdict, bits, route, 1.0 if route == "tie" else None, values)


def _measured(obligation: Obligation, decided: list[tuple[Instance, Outcome]]) -> list[Outcome]:
    """The outcomes, with larger side over smaller side in float64 where that is still to be measured."""
    found = [outcome for _, outcome in decided]
    loose = [i for i, outcome in enumerate(found) if outcome.verdict != "not applicable" and outcome.ratio is None]
    if loose and obligation.decide != "enclosed":
        for i, slack in zip(loose, slacks(obligation, [Pair(decided[i][0], found[i].values) for i in loose]),
                            strict=True):
            if not np.isnan(slack):
                found[i] = replace(found[i], ratio=float(np.exp(min(abs(slack), 700))))
    return found


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
