"""What a proof may cite: the claims of a library, and what their derivations conclude."""

from __future__ import annotations

from collections.abc import Sequence
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
    def claim(self) -> str:
        """The id of the claim that the steps prove."""

    def place(self, part: str) -> int:
        """The index of the step that yields an obligation, or that is named by its number. Raises Refused."""

    def conclusion(self, obligation: str, library: Citable) -> Judgment:
        """The relation that the steps yield, with its hypotheses; or that of a step. Raises Refused when they fail."""


class Citable(Protocol):
    """What the steps of a derivation may cite: claims, and the derivations that prove them."""

    @property
    def setting(self) -> Setting:
        """What the claims are about; only its words may stand in a derivation."""

    def claim(self, name: str) -> Claim:
        """The claim of that id. Raises KeyError."""

    def is_borrowed(self, name: str, by: str) -> bool:
        """Whether a claim is one of another theory, on which that of the claim ``by`` is built: it needs no mention."""

    def published(self, claim_id: str) -> Judgment | None:
        """What a theorem of the literature says that is taken as it is; None for any other claim. Raises KeyError."""

    def derivation(self, claim_id: str) -> Cited | None:
        """The derivation of a claim; None when there is none. Raises KeyError for an unknown id."""
