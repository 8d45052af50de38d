"""Writing a derivation: `Proof` collects steps; a definition, a citation, and checks on a few shapes are steps too."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ..setting.residual import DEFINED
from .derivation import Derivation
from .rules import logic
from .rules.generic_entries import GENERIC, SHAPES
from .steps import Range, Steps


class Proof(Steps):
    """The steps of the derivation of a claim; each method call returns the number of the step it adds."""

    def __init__(self, claim: str) -> None:
        super().__init__()
        self.claim = claim

    def define(self, name: str, flipped: bool = False) -> int:
        """Add the definition of that name, with its own hypotheses, for the layers of the view or else for all."""
        entry = DEFINED[name]
        relation = entry.relation.flipped() if flipped else entry.relation
        return logic.definition(self._view(_given=entry.needs, _at={**entry.ranges, **self._at}), relation, name)

    def cite(self, claim: str, obligation: str) -> int:
        """Add what another claim's derivation yields, under its hypotheses and for its layers."""
        from .. import library as registry

        cited = registry.derivation(claim)
        assert cited is not None
        step = cited.steps[cited.yields[obligation]]
        return logic.claim(self._view(_given=(), _at=step.ranges), step.statement, claim, obligation)

    def done(
        self, *, again: Mapping[str, int] | None = None, partial: Mapping[str, str] | None = None,
        **yields: int,
    ) -> Derivation:
        """The derivation; obligation names are given with ``_`` for ``-``."""
        names = {name.replace("_", "-"): index for name, index in yields.items()}
        return Derivation(self.claim, tuple(self.steps), names, again or {}, partial or {})


def define(proof: Proof, name: str, flipped: bool = False, scope: Sequence[Range] = ()) -> int:
    """Add the definition of that name: another word for ``proof.at(*scope).define(name, flipped)``."""
    return proof.at(*scope).define(name, flipped)


def cite(proof: Proof, claim: str, obligation: str) -> int:
    """Add what another claim's derivation yields: another word for ``proof.cite(claim, obligation)``."""
    return proof.cite(claim, obligation)


def on_generic_entries(proof: Proof, conclusion: int, given: tuple[str, ...] = (), least_depth: int = 1) -> None:
    """The same identity on generic entries of a few shapes, beside the derivation.

    At depth one the second derivative of ``w`` is zero: some identities say nothing there.
    """
    step = proof.steps[conclusion]
    for widths in SHAPES:
        if len(widths) > least_depth:
            proof.step(GENERIC, step.statement, data=widths, scope=step.scope, given=given)
