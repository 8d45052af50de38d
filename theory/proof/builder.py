"""Writing a derivation: `Proof` collects steps, defines words and cites what other claims prove."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from difflib import get_close_matches

from ..language.claim import Claim
from ..language.quantities import VOCABULARY
from ..language.setting import DEEP_LINEAR
from ..setting.residual import DEFINED, definition_of
from .citable import Citable
from .derivation import Derivation
from .own_words import stipulated
from .rules import logic
from .rules.generic_entries import SHAPES, generic_entries
from .steps import Steps


class Proof(Steps):
    """Collects the steps that prove a claim; ``library`` is what the steps may cite.

    The methods and functions that add a step return its number.
    """

    def __init__(self, claim: str, library: Citable) -> None:
        super().__init__(library)
        self.claim = claim
        self._again: dict[str, int] = {}
        self._partial: dict[str, str] = {}

    def define(self, name: str, flipped: bool = False) -> int:
        """Add the definition of that name, with its own hypotheses, for the layers of the view or else for all."""
        if self.library.setting is not DEEP_LINEAR:
            found = stipulated(name, self.library.setting)
            return logic.own_word(self._view(_given=(), _at={}), found.flipped() if flipped else found, name)
        entry = definition_of(name)
        if entry is None:
            near = get_close_matches(name, (*DEFINED, *VOCABULARY), 3)
            meant = f": did you mean {' or '.join(near)}?" if near else "."
            raise KeyError(f"nothing is defined under the name {name!r}{meant}")
        relation = entry.relation.flipped() if flipped else entry.relation
        return logic.definition(self._view(_given=entry.needs, _at={**entry.ranges, **self._at}), relation, name)

    def cite(self, claim: str, obligation: str = "statement") -> int:
        """Add what another claim's derivation yields, under its hypotheses and for its layers; or a cited theorem."""
        if (taken := self.library.published(claim)) is not None:
            return logic.claim(self._view(_given=(), _at={}), taken.relation, claim, obligation)
        cited = self.library.derivation(claim)
        assert cited is not None
        step = cited.steps[cited.place(obligation)]
        return logic.claim(self._view(_given=(), _at=step.ranges), step.statement, claim, obligation)

    def again(self, obligation: str, step: int) -> None:
        """Name the conclusion of a second, independent route to an obligation."""
        self._again[obligation] = step

    def partial(self, obligation: str, reason: str) -> None:
        """Say why an obligation is not derived."""
        self._partial[obligation] = reason

    def done(self, yields: Mapping[str, int]) -> Derivation:
        """Return the derivation, in which each of the steps named yields its obligation."""
        return Derivation(self.claim, tuple(self.steps), yields, self._again, self._partial)


ProofFunction = Callable[[Proof], Mapping[str, int]]
"""A function that adds the steps of a proof, and returns the step that yields each obligation."""
Theorem = tuple[Claim, ProofFunction | None]
"""A claim and its proof; a statement about probabilities has none."""


def on_generic_entries(proof: Proof, conclusion: int, given: tuple[str, ...] = (), least_depth: int = 1) -> None:
    """The same identity on generic entries of a few shapes, beside the derivation.

    At depth one the second derivative of ``w`` is zero: some identities say nothing there.
    """
    step = proof.steps[conclusion]
    for widths in SHAPES:
        if len(widths) > least_depth:
            generic_entries(proof.given(*given).at(*step.scope), step.statement, widths)
