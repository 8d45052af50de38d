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
from ...theory.library import BUILT_IN
from ..deciding.along_flow import AlongFlow
from ..deciding.decider import Case, Decider
from ..deciding.identities import Identity, Point
from ..deciding.on_instances import OnInstances
from ..deciding.quantifiers import shown
from ..deciding.tokens import token
from ..deciding.verdicts import Outcome, Verdict
from ..deciding.ways import decider
from ..instances.instance import Instance
from ..instances.strategies import instances
from .replay import replay
from .units import refute

OBLIGATIONS = [(claim.id, obligation) for claim in BUILT_IN for obligation in claim.obligations]
DECIDERS = [(name, decider(obligation)) for name, obligation in OBLIGATIONS]
ENCLOSED = [(name, one) for name, one in DECIDERS if isinstance(one, AlongFlow)]
ORDERED = [(name, one) for name, one in DECIDERS if isinstance(one, OnInstances) and not isinstance(one, AlongFlow)]
IDENTITIES = [(name, one) for name, one in DECIDERS if isinstance(one, Identity)]
MUTANTS = [(name, obligation, mutant) for name, obligation in OBLIGATIONS for mutant in obligation.mutants]


def _label(part: object) -> str:
    return part if isinstance(part, str) else part.name if isinstance(part, Obligation) else (
        part.label if isinstance(part, Mutant) else part.obligation.name if isinstance(part, Decider) else repr(part))


def _failure(claim_id: str, obligation: Obligation, case: Case, outcome: Outcome) -> str:
    """What failed, exactly, and how to repeat it where the instance has a name."""
    again = "" if case.name == "drawn" else f"; replay: {token(claim_id, obligation.name, case.name)}"
    return (f"{outcome.verdict}: {obligation.relation} at {json.dumps(case.describe())} "
            f"{shown(outcome.values)}{again}")


@pytest.mark.parametrize("claim_id, decides", ORDERED, ids=_label)
def test_obligation_holds(claim_id: str, decides: OnInstances) -> None:
    """The decider reads both sides from the instance and does not know how the instance was drawn.

    Only instances where the hypotheses hold are kept, so the test is never vacuous: Hypothesis
    reports a strategy that satisfies nothing as an error.
    """
    applicable = instances(decides.obligation.space).filter(
        lambda case: decides.decide(case).verdict is not Verdict.NOT_APPLICABLE)

    @settings(suppress_health_check=list(HealthCheck))
    @given(applicable)
    def holds(case: Instance) -> None:
        outcome = decides.decide(case)
        assert outcome.verdict is Verdict.HELD, _failure(claim_id, decides.obligation, case, outcome)

    holds()


@pytest.mark.parametrize("claim_id, decides", ENCLOSED, ids=_label)
def test_obligation_holds_along_the_flow(claim_id: str, decides: AlongFlow) -> None:
    """Trajectories take a tenth of a second each, so there are few; verify has more."""

    @settings(max_examples=6, suppress_health_check=list(HealthCheck))
    @given(instances(decides.obligation.space))
    def holds(case: Instance) -> None:
        outcome = decides.decide(case)
        assert outcome.verdict in (Verdict.HELD, Verdict.NOT_APPLICABLE), _failure(
            claim_id, decides.obligation, case, outcome)

    holds()


@pytest.mark.parametrize("claim_id, decides", IDENTITIES, ids=_label)
def test_identity_holds_over_the_prime_field(claim_id: str, decides: Identity) -> None:
    """Derivatives come from polynomials ``W + t Xi``, not from the formulas; Hypothesis chooses the seeds."""

    @given(st.integers(0, 2**64 - 1), st.integers(1, 10**6))
    def holds(seed: int, index: int) -> None:
        case = decides.named(f"field:{seed}:{index}")
        _assert_identity(claim_id, decides, case, depth=index % 5 + 1)

    holds()


@pytest.mark.parametrize("claim_id, decides", IDENTITIES, ids=_label)
def test_identity_holds_over_the_rationals(claim_id: str, decides: Identity) -> None:
    """The same identities at small rational instances, degenerate shapes and zero layers included."""

    @given(instances("dense"))
    def holds(case: Instance) -> None:
        _assert_identity(claim_id, decides, case, case.depth)

    holds()


def _assert_identity(claim_id: str, decides: Identity, case: Point | Instance, depth: int) -> None:
    """An identity holds; only where there are fewer than three layers may it say nothing."""
    outcome = decides.decide(case)
    shallow = outcome.verdict is Verdict.NOT_APPLICABLE and depth < 3
    assert outcome.verdict is Verdict.HELD or shallow, _failure(claim_id, decides.obligation, case, outcome)


@pytest.mark.parametrize("claim_id, obligation, mutant", MUTANTS, ids=_label)
def test_mutant_is_refuted_and_replays(claim_id: str, obligation: Obligation, mutant: Mutant) -> None:
    """A near-miss falls to an exact instance, and deciding that instance from its token agrees."""
    found = refute(claim_id, mutant.of(obligation))
    assert found is not None, f"the mutant {mutant.label!r} survives"
    again = replay(found.token)
    assert again.verdict is Verdict.REFUTED
    assert (again.statement, again.instance) == (found.statement, found.instance)


@pytest.mark.parametrize("claim_id", BUILT_IN.claims)
def test_every_obligation_has_a_mutant(claim_id: str) -> None:
    """A statement without near-misses could be vacuous and nobody would know."""
    assert all(obligation.mutants for obligation in BUILT_IN.claims[claim_id].obligations)
