"""Which theorems apply to exact weights, which hold, and which hypothesis fails."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from flint import arb, ctx

from ...numeric.network.network import DeepLinearNetwork
from ...theory.language.claim import Obligation
from ...theory.language.quantities import j, k
from ...theory.library import claim
from ..arithmetic.rings import BallRing
from ..deciding.decide import SEVERITY, Outcome, decide_at
from ..deciding.hypotheses import predicate
from ..deciding.quantifiers import expansions
from ..evaluation.evaluate import evaluate
from ..evaluation.layers import top_vectors
from ..evaluation.scope import RealScope
from ..instances.instance import Instance
from ..output.intervals import above
from .findings import BITS, Facts, Finding, certain, decide_enclosed, failed
from .layer_spectra import LayerScope, LayerSpectra

OF_ANY_NETWORK = {
    "near-rank-one": ("norms", "second-value"),
    "singular-values": ("layers",),
    "alignment": ("by-lower-layer", "by-upper-layer"),
    "alignment-quadratic": ("lower-gap", "upper-gap"),
    "norm-control": ("norm",),
    "pl-inequality": ("backward-vector", "kernel"),
}
OF_MINIMIZERS = {
    "sharpness-lower": ("minimizers",),
    "sharpness-lower-tight": ("minimizers",),
    "limit-sharpness": ("every-minimizer", "eight", "ratio", "condition"),
    "balanced-sharpness": ("sharpness", "ratio", "condition"),
}
"""Claim id to obligations: of all weights, and of minimizers of the problem."""


def decide_exact(claim_id: str, part: str, instance: Instance) -> Finding:
    """Decide an obligation on every layer of an exact instance; the worst layer is reported."""
    obligation = claim(claim_id).obligation(part)
    statement = str(obligation.relation)
    for given in obligation.given:
        if isinstance(given, str) and not predicate(given, instance):
            return Finding(claim_id, part, statement, "not applicable", _missing(given, instance))
    outcomes = [decide_at(obligation, instance, values) for values in _values(obligation, instance)]
    outcome = min(outcomes, key=lambda found: SEVERITY.index(found.verdict), default=Outcome("not applicable"))
    if outcome.verdict == "not applicable":
        return Finding(claim_id, part, statement, "not applicable", _failing(obligation, instance))
    if "k" not in outcome.values:
        reason = "the two sides overlap at every precision tried" if outcome.verdict == "inconclusive" else ""
        return Finding(claim_id, part, statement, outcome.verdict, reason, *_sides(obligation, instance))
    layer = "" if outcome.verdict == "held" else f"at k = {outcome.values['k']}"
    return Finding(claim_id, part, statement, outcome.verdict, layer)


def decide_by_spectra(
    claim_id: str, part: str, instance: Instance, image: DeepLinearNetwork, spectra: LayerSpectra,
    values: dict[str, arb],
) -> Finding:
    """The same, of large networks, by the enclosed spectra of the layers: a tie is inconclusive.

    ``image`` has the same spectra and the same regressor as the instance; ``values`` are further enclosed quantities.
    """
    obligation = claim(claim_id).obligation(part)
    facts: Facts = {}
    for given in (given for given in obligation.given if isinstance(given, str)):
        holds = None if given == "balanced" and not spectra.imbalance > 0 else (
            given != "balanced" and predicate(given, instance))
        if holds is False:
            return Finding(claim_id, part, str(obligation.relation), "not applicable", _missing(given, instance))
        facts[given] = holds, ""
    found = []
    for chosen in _values(obligation, instance, vectors=False):
        scope = LayerScope(instance, image, spectra, values | chosen)
        finding = decide_enclosed(claim_id, obligation, scope, facts)
        if finding.verdict == "inconclusive" and _exact_is_cheap(claim_id, instance, chosen):
            finding = replace(finding, verdict=decide_at(obligation, instance, chosen).verdict, reason="")
        found.append(replace(finding, lhs=None, rhs=None) if "k" in chosen else finding)
        if "k" in chosen and finding.verdict in ("refuted", "inconclusive"):
            found[-1] = replace(found[-1], reason=f"at k = {chosen['k']}: {finding.reason}".removesuffix(": "))
    nothing = Finding(claim_id, part, str(obligation.relation), "not applicable", "it is about adjacent layers")
    return min(found, key=lambda finding: SEVERITY.index(finding.verdict), default=nothing)


def _exact_is_cheap(claim_id: str, instance: Instance, chosen: dict[str, Any]) -> bool:
    """Ties that every network has: a last layer of rank one alone; one feature, for which ``M`` is a number."""
    last_layer = chosen == {"k": instance.depth} and 1 in instance.weights[-1].shape
    return last_layer or (claim_id == "pl-inequality" and len(instance.covariance) == 1)


def _values(obligation: Obligation, instance: Instance, *, vectors: bool = True) -> Iterator[dict[str, Any]]:
    """All layers, where `expansions` would try some; of pairs it tries the extreme one."""
    inner, every = "k < L" in obligation.over, "k" in obligation.over
    if not (inner or every):
        yield from expansions(obligation, instance)
        return
    for index in range(1, instance.depth + every):
        choices = top_vectors(instance, index) if vectors and "top vectors" in obligation.over else [{}]
        yield from ({"k": index, **choice} for choice in choices)


def _sides(obligation: Obligation, instance: Instance) -> tuple[arb, arb]:
    scope = RealScope(instance, BallRing(BITS))
    with ctx.workprec(BITS):
        return arb(evaluate(obligation.relation.lhs, scope)), arb(evaluate(obligation.relation.rhs, scope))


def _missing(given: str, instance: Instance) -> str:
    if given == "minimizer":
        with ctx.workprec(BITS):
            gap = arb((w := instance.network.regressor() - instance.regressor) @ (instance.covariance @ w))
        return f"it is about minimizers, and here R - R_min > 0 (at most {above(gap)})"
    return {"w == w*": "Sigma is singular, and w != w*", "plain": "there is a read-out p",
            "balanced": "Delta > 0"}.get(given, f"it needs {given}")


def _failing(obligation: Obligation, instance: Instance) -> str:
    """The relation among the hypotheses that fails, with its numbers."""
    scope = RealScope(instance, BallRing(BITS))
    for given in obligation.given:
        if isinstance(given, str):
            continue
        if {j, k} & (given.lhs.free_symbols | given.rhs.free_symbols):
            return f"at no layer {given}"
        try:
            answer, lhs, rhs = certain(given, scope)
        except ZeroDivisionError as error:
            return str(error)
        if not answer:
            return failed(given, lhs, rhs, answer)
    return "it is about adjacent layers" if instance.depth == 1 else "a side is not defined"
