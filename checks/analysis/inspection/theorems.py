"""Decide which theorems apply to exact weights, which hold, and which hypothesis fails."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from flint import arb

from ....theory.language.claim import Obligation
from ....theory.language.nodes import Relation
from ....theory.language.quantities import j, k, norm_gradient
from ...deciding.balls import certain, sides
from ...deciding.verdicts import Verdict
from ...deep_linear.deciding.hypotheses import predicate
from ...deep_linear.deciding.on_instances import OnInstances
from ...deep_linear.deciding.quantifiers import expansions
from ...deep_linear.evaluation.layers import top_vectors
from ...deep_linear.evaluation.scope import RealScope
from ...deep_linear.instances.instance import Instance
from ...evaluation.abstract_scope import Values
from ..findings import BALLS, Facts, Finding, decide_enclosed, failing, missing, not_applicable
from ..layer_spectra import LayerScope, Spectra
from ..statements import Stated

_ADJACENT = "it is about adjacent layers"


def decide(stated: Stated, instance: Instance, spectra: Spectra | None, enclosed: dict[str, arb]) -> Finding:
    """Decide a statement on every layer of an exact instance, and return the finding of the worst layer.

    Small networks are decided exactly. Large ones come with their ``spectra`` and further ``enclosed`` quantities, and
    are decided by balls, which leave a tie inconclusive.
    """
    obligation, nothing = stated.obligation, not_applicable(stated, _ADJACENT)
    facts = {given: _fact(given, instance, spectra) for given in obligation.given if isinstance(given, str)}
    for given, met in facts.items():
        if met is False:
            return replace(nothing, reason=missing(given, instance))
    found = []
    for chosen in _values(obligation, instance, vectors=spectra is None):
        finding = (_exactly(nothing, obligation, instance, chosen) if spectra is None else
                   _by_spectra(stated, LayerScope(instance, spectra, enclosed | chosen), facts, chosen))
        found.append(_of_layer(finding, chosen))
    return min(found, key=lambda finding: finding.verdict.severity, default=nothing)


def _fact(given: str, instance: Instance, spectra: Spectra | None) -> bool | None:
    """Whether a named hypothesis holds. The balance of a large network is not decided exactly."""
    if given == "balanced" and spectra is not None:
        return False if spectra.layers.imbalance > 0 else None
    return predicate(given, instance)


def _exactly(nothing: Finding, obligation: Obligation, instance: Instance, chosen: Values) -> Finding:
    outcome = OnInstances(obligation).decide_at(instance, chosen)
    if outcome.verdict is Verdict.NOT_APPLICABLE:
        return replace(nothing, reason=_failing(obligation, instance))
    reason = "the two sides overlap at every precision tried" if outcome.verdict is Verdict.INCONCLUSIVE else ""
    if "k" in chosen:  # the sides of one layer of several are not shown
        return replace(nothing, verdict=outcome.verdict, reason=reason)
    lhs, rhs = sides(obligation.relation, RealScope(instance, BALLS))
    return replace(nothing, verdict=outcome.verdict, reason=reason, lhs=lhs, rhs=rhs)


def _by_spectra(stated: Stated, scope: LayerScope, facts: Facts, chosen: Values) -> Finding:
    finding = decide_enclosed(stated, scope, facts)
    if finding.verdict is Verdict.INCONCLUSIVE and _exact_is_cheap(stated, scope.instance, chosen):
        verdict = OnInstances(stated.obligation).decide_at(scope.instance, chosen).verdict
        return replace(finding, verdict=verdict, reason="")
    return finding


def _of_layer(finding: Finding, chosen: Values) -> Finding:
    """The finding with the layer named in its reason. It loses its sides, which are those of one layer of several."""
    if "k" not in chosen:
        return finding
    if finding.verdict in (Verdict.REFUTED, Verdict.INCONCLUSIVE):
        finding = replace(finding, reason=f"at k = {chosen['k']}: {finding.reason}".removesuffix(": "))
    return replace(finding, lhs=None, rhs=None)


def _exact_is_cheap(stated: Stated, instance: Instance, chosen: Values) -> bool:
    """Return whether an exact decision takes no time, for ties that every network of some kind has.

    These are the last layer, if it has rank one, and the gradient for a single feature, where ``M`` is a number.
    """
    last_layer = chosen == {"k": instance.depth} and 1 in instance.weights[-1].shape
    return last_layer or (stated.relation.lhs.has(norm_gradient) and len(instance.covariance) == 1)


def _values(obligation: Obligation, instance: Instance, *, vectors: bool) -> Iterator[Values]:
    """Yield the values of the quantifiers: all layers, of which `expansions` would try some only."""
    inner, every = "k < L" in obligation.over, "k" in obligation.over
    if not (inner or every):
        yield from expansions(obligation, instance)
        return
    for index in range(1, instance.depth + every):
        choices = top_vectors(instance, index) if vectors and "top vectors" in obligation.over else [{}]
        yield from ({"k": index, **choice} for choice in choices)


def _failing(obligation: Obligation, instance: Instance) -> str:
    """Say which relation among the hypotheses fails, with its numbers."""
    scope = RealScope(instance, BALLS)
    for given in (given for given in obligation.given if isinstance(given, Relation)):
        if {j, k} & (given.lhs.free_symbols | given.rhs.free_symbols):
            return f"at no layer {given}"
        try:
            met, lhs, rhs = certain(given, scope)
        except ZeroDivisionError as error:
            return str(error)
        if not met:
            return failing(given, lhs, rhs, met)
    return _ADJACENT if instance.depth == 1 else "a side is not defined"
