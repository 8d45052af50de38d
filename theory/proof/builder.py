"""Writing a derivation: `Proof` collects steps, and three functions add the steps that most proofs need."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from ..language.claim import Claim
from ..setting.residual import DEFINED
from .citable import Citable
from .derivation import Derivation
from .rules.generic_entries import SHAPES, generic_entries
from .rules.logic import CLAIM, DEFINITION
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


def define(proof: Proof, name: str, flipped: bool = False, **kwargs: object) -> int:
    """Add the definition of that name, with its own range and hypotheses."""
    entry = DEFINED[name]
    relation = entry.relation.flipped() if flipped else entry.relation
    kwargs.setdefault("scope", tuple((x, low, high) for x, (low, high) in entry.ranges.items()))
    kwargs.setdefault("given", entry.needs)
    return proof.step(DEFINITION, relation, data=name, **kwargs)  # type: ignore[arg-type]


def cite(proof: Proof, claim: str, obligation: str, **kwargs: object) -> int:
    """Add the conclusion that another claim's derivation yields."""
    cited = proof.library.derivation(claim)
    assert cited is not None
    step = cited.steps[cited.yields[obligation]]
    return proof.step(CLAIM, step.statement, data=(claim, obligation), scope=step.scope)


def on_generic_entries(proof: Proof, conclusion: int, given: tuple[str, ...] = (), least_depth: int = 1) -> None:
    """The same identity on generic entries of a few shapes, beside the derivation.

    At depth one the second derivative of ``w`` is zero: some identities say nothing there.
    """
    step = proof.steps[conclusion]
    for widths in SHAPES:
        if len(widths) > least_depth:
            generic_entries(proof.given(*given).at(*step.scope), step.statement, widths)
