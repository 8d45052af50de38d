"""What a proof may cite: the claims of a library, and what their derivations conclude."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from ..algebra.algebra import Judgment
from ..language.claim import Claim
from ..language.setting import Setting
from .rule import Step


class Cited(Protocol):
    """A derivation, as far as those need it who cite its conclusions."""

    @property
    def steps(self) -> Sequence[Step]:
        """The steps, in order."""

    @property
    def yields(self) -> Mapping[str, int]:
        """The step that yields each obligation."""

    def conclusion(self, obligation: str, library: Citable) -> Judgment:
        """The relation that the steps yield, with its hypotheses. Raises Refused when they fail."""


class Citable(Protocol):
    """What the steps of a derivation may cite: claims, and the derivations that prove them."""

    @property
    def setting(self) -> Setting:
        """What the claims are about; only its words may stand in a derivation."""

    def claim(self, name: str) -> Claim:
        """The claim of that id. Raises KeyError."""

    def published(self, claim_id: str) -> Judgment | None:
        """What a theorem of the literature says that is taken as it is; None for any other claim. Raises KeyError."""

    def derivation(self, claim_id: str) -> Cited | None:
        """The derivation of a claim; None when there is none. Raises KeyError for an unknown id."""
