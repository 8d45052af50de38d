"""Writing a derivation: `Proof` collects steps, and three functions add the steps that most proofs need."""

from __future__ import annotations

from collections.abc import Mapping

from ..setting.residual import DEFINED
from .derivation import Derivation
from .rules.generic_entries import SHAPES, generic_entries
from .rules.logic import CLAIM, DEFINITION
from .steps import Steps


class Proof(Steps):
    """The steps of the derivation of a claim; each method call returns the number of the step it adds."""

    def __init__(self, claim: str) -> None:
        super().__init__()
        self.claim = claim

    def done(
        self, *, again: Mapping[str, int] | None = None, partial: Mapping[str, str] | None = None,
        **yields: int,
    ) -> Derivation:
        """The derivation; obligation names are given with ``_`` for ``-``."""
        names = {name.replace("_", "-"): index for name, index in yields.items()}
        return Derivation(self.claim, tuple(self.steps), names, again or {}, partial or {})


def define(proof: Proof, name: str, flipped: bool = False, **kwargs: object) -> int:
    """Add the definition of that name, with its own range and hypotheses."""
    entry = DEFINED[name]
    relation = entry.relation.flipped() if flipped else entry.relation
    kwargs.setdefault("scope", tuple((x, low, high) for x, (low, high) in entry.ranges.items()))
    kwargs.setdefault("given", entry.needs)
    return proof.step(DEFINITION, relation, data=name, **kwargs)  # type: ignore[arg-type]


def cite(proof: Proof, claim: str, obligation: str, **kwargs: object) -> int:
    """Add the conclusion that another claim's derivation yields."""
    from .. import library as registry

    cited = registry.derivation(claim)
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
