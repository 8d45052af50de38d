"""What the derivation of a conjecture may cite: every claim of a library, and every step of a derivation there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ....theory.algebra.algebra import Judgment
from ....theory.language.claim import Claim
from ....theory.language.setting import Setting
from ....theory.library import Library
from ....theory.proof.citable import Citable
from ....theory.proof.derivation import Derivation
from ....theory.proof.rule import Step, require

__all__ = ["CONJECTURED", "Cited", "Everything", "step_name"]

CONJECTURED = "conjecture"
"""The name of the conjecture in the place of a claim's."""
_STEP = "step "


def step_name(number: int) -> str:
    """The name by which a step is cited. Steps are printed with numbers from 1 on.

    >>> step_name(0)
    'step 1'
    """
    return f"{_STEP}{number + 1}"


class Cited:
    """A derivation of a library, of which every step may be cited. It is checked in its own library."""

    def __init__(self, derivation: Derivation, home: Library) -> None:
        self._derivation, self._home = derivation, home

    @property
    def steps(self) -> Sequence[Step]:
        """The steps, in order."""
        return self._derivation.steps

    @property
    def yields(self) -> Mapping[str, int]:
        """The step that each name means: those of the obligations, and of the steps themselves."""
        return {**{step_name(n): n for n in range(len(self.steps))}, **self._derivation.yields}

    def conclusion(self, obligation: str, library: Citable) -> Judgment:
        """What a step says, with its hypotheses. Raises Refused where a step of the derivation fails."""
        require(obligation in self.yields, "there is no {} in the derivation of {}", obligation, self._derivation.claim)
        return self._derivation.said(self.yields[obligation], self._home)


class Everything:
    """A library in which one more claim, the conjecture, requires all others."""

    def __init__(self, library: Library, claim: Claim) -> None:
        self._library, self._claim = library, claim

    @property
    def setting(self) -> Setting:
        """What the claims are about."""
        return self._library.setting

    def claim(self, name: str) -> Claim:
        """The claim of that id. Raises KeyError."""
        return self._claim if name == CONJECTURED else self._library.claim(name)

    def published(self, claim_id: str) -> Judgment | None:
        """What a theorem of the literature says; None for any other claim."""
        return None if claim_id == CONJECTURED else self._library.published(claim_id)

    def derivation(self, claim_id: str) -> Cited | None:
        """The derivation of a claim, with all its steps."""
        found = None if claim_id == CONJECTURED else self._library.derivation(claim_id)
        return None if found is None else Cited(found, self._library.home(claim_id))
