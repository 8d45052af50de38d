"""The product's own property-based suite: every obligation of the built-in theory on drawn instances."""

from __future__ import annotations

import pytest

from ...theory.library import BUILT_IN
from .pytest_items import property_tests

test_claims = property_tests(BUILT_IN, derivations=False)  # tests/theory checks the derivations, step by step


@pytest.mark.parametrize("claim_id", BUILT_IN.claims)
def test_every_obligation_has_a_mutant(claim_id: str) -> None:
    """A statement without near-misses could be vacuous and nobody would know."""
    assert all(obligation.mutants for obligation in BUILT_IN.claims[claim_id].obligations)
