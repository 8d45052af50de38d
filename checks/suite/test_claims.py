"""The product's own property-based suite: every obligation of the registry on drawn instances.

``verify`` decides each obligation on a fixed pool; here Hypothesis chooses the instances, mixes
entries that no family has, and shrinks what fails. Inconclusive is a failure, too.
"""

from __future__ import annotations

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ...theory.language.claim import Mutant, Obligation
from ...theory.library import CLAIMS
from ..deciding.decide import decide
from ..deciding.identities import field_point, holds_at, rational_point
from ..deciding.quantifiers import shown
from ..instances.instance import Instance
from ..instances.strategies import instances
from ..verifying.replay import replay
from ..verifying.units import refute, token

OBLIGATIONS = [(claim.id, obligation) for claim in CLAIMS.values() for obligation in claim.obligations]
ORDERED = [pair for pair in OBLIGATIONS if pair[1].decide in ("ordered", "exists") and pair[1].space != "solution"]
ENCLOSED = [pair for pair in OBLIGATIONS if pair[1].decide == "enclosed"]
IDENTITIES = [pair for pair in OBLIGATIONS if pair[1].decide == "identity"]
MUTANTS = [(name, obligation, mutant) for name, obligation in OBLIGATIONS for mutant in obligation.mutants]


def _label(part: object) -> str:
    return part if isinstance(part, str) else part.name if isinstance(part, Obligation) else (
        part.label if isinstance(part, Mutant) else repr(part))


def _failure(claim_id: str, obligation: Obligation, case: Instance, values: object) -> str:
    """What failed, exactly, and how to repeat it where the instance has a name."""
    again = "" if case.name == "drawn" else f"; replay: {token(claim_id, obligation.name, case.name)}"
    return f"{obligation.relation} at {json.dumps(case.describe())} {values}{again}"


@pytest.mark.parametrize("claim_id, obligation", ORDERED, ids=_label)
def test_obligation_holds(claim_id: str, obligation: Obligation) -> None:
    """The decider reads both sides from the instance; how the instance was drawn is unknown to it.

    Only instances where the hypotheses hold are kept, so the test is never vacuous: Hypothesis
    reports a strategy that satisfies nothing as an error.
    """
    applicable = instances(obligation.space).filter(
        lambda case: decide(obligation, case).verdict != "not applicable")

    @settings(suppress_health_check=list(HealthCheck))
    @given(applicable)
    def holds(case: Instance) -> None:
        outcome = decide(obligation, case)
        assert outcome.verdict == "held", (
            f"{outcome.verdict}: {_failure(claim_id, obligation, case, shown(outcome.values))}")

    holds()


@pytest.mark.parametrize("claim_id, obligation", ENCLOSED, ids=_label)
def test_obligation_holds_along_the_flow(claim_id: str, obligation: Obligation) -> None:
    """Trajectories take a tenth of a second each, so there are few; verify has more."""

    @settings(max_examples=6, suppress_health_check=list(HealthCheck))
    @given(instances(obligation.space))
    def holds(case: Instance) -> None:
        outcome = decide(obligation, case)
        assert outcome.verdict in ("held", "not applicable"), _failure(claim_id, obligation, case, outcome.values)

    holds()


@pytest.mark.parametrize("claim_id, obligation", IDENTITIES, ids=_label)
def test_identity_holds_over_the_prime_field(claim_id: str, obligation: Obligation) -> None:
    """Derivatives come from polynomials ``W + t Xi``, not from the formulas; seeds are Hypothesis's."""

    @given(st.integers(0, 2**64 - 1), st.integers(1, 10**6))
    def holds(seed: int, index: int) -> None:
        verdict = holds_at(obligation, field_point(obligation, seed, index))
        deep = index % 5 + 1 >= 3
        assert verdict or (verdict is None and not deep), token(
            claim_id, obligation.name, f"field:{seed}:{index}")

    holds()


@pytest.mark.parametrize("claim_id, obligation", IDENTITIES, ids=_label)
def test_identity_holds_over_the_rationals(claim_id: str, obligation: Obligation) -> None:
    """The same identities at small rational instances, degenerate shapes and zero layers included."""

    @given(instances("dense"))
    def holds(case: Instance) -> None:
        verdict = holds_at(obligation, rational_point(obligation, case))
        assert verdict or (verdict is None and case.depth < 3), _failure(claim_id, obligation, case, {})

    holds()


@pytest.mark.parametrize("claim_id, obligation, mutant", MUTANTS, ids=_label)
def test_mutant_is_refuted_and_replays(claim_id: str, obligation: Obligation, mutant: Mutant) -> None:
    """A near-miss falls to an exact instance, and deciding that instance from its token agrees."""
    found = refute(claim_id, mutant.of(obligation))
    assert found is not None, f"the mutant {mutant.label!r} survives"
    again = replay(found.token)
    assert again.verdict == "refuted"
    assert (again.statement, again.instance) == (found.statement, found.instance)


@pytest.mark.parametrize("claim_id", CLAIMS)
def test_every_obligation_has_a_mutant(claim_id: str) -> None:
    """A statement without near-misses could be vacuous and nobody would know."""
    assert all(obligation.mutants for obligation in CLAIMS[claim_id].obligations)
