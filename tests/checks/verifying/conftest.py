"""Runs that several tests of reports read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
import sympy as sp

from flatcert.checks.verifying import verify as verifying
from flatcert.checks.verifying.run import Run
from flatcert.checks.verifying.tallies import DerivationResult
from flatcert.checks.verifying.verify import Profile, verify
from flatcert.theory import library as registry
from flatcert.theory.language.claim import scaled


@pytest.fixture(scope="module")
def runs() -> Iterator[tuple[Run, Run]]:
    """A run where all holds and one with a falsehood and a surviving mutant planted."""
    patch = pytest.MonkeyPatch()
    patch.setitem(verifying.PROFILES, "small", Profile(40, 8, 2))
    patch.setattr(verifying, "derivation_unit", lambda reference, claim_id: DerivationResult(3, 3, exists=True))
    good = verify(["kernel", "sharpness-lower"], profile="small", workers=0)
    claim = registry.BUILT_IN.claims["sharpness-lower"]
    true = claim.obligations[0]
    weaker = scaled("<half> & true", sp.Rational(1, 2))
    false = replace(scaled("x 2", 2).of(true), name="minimizers", mutants=(weaker, *true.mutants[:2]))
    patch.setitem(registry.BUILT_IN.claims, claim.id, replace(claim, obligations=(false,)))
    bad = verify(["kernel", "sharpness-lower"], profile="small", workers=0)
    yield good, bad
    patch.undo()
