"""Writing a derivation: `Proof` collects steps, and three functions add the steps that most proofs need."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import sympy as sp

from ..language.claim import Given
from ..language.nodes import Relation
from ..setting.residual import DEFINED
from .derivation import Derivation
from .rule import Rule, Step
from .rules.generic_entries import GENERIC, SHAPES
from .rules.logic import CLAIM, DEFINITION


class Proof:
    """Collects steps; each method call returns the number of the step it adds."""

    def __init__(self, claim: str) -> None:
        self.claim = claim
        self.steps: list[Step] = []

    def step(
        self,
        rule: Rule,
        statement: tuple[Any, str, Any] | Relation,
        *using: int,
        data: Any = None,
        given: Sequence[Given] = (),
        scope: Sequence[tuple[sp.Symbol, Any, Any]] = (),
        note: str = "",
    ) -> int:
        """Add one step and return its number."""
        relation = statement if isinstance(statement, Relation) else Relation(*statement)
        self.steps.append(Step(relation, rule, using, tuple(given), data, tuple(scope), note))
        return len(self.steps) - 1

    def __getitem__(self, index: int) -> Relation:
        return self.steps[index].statement

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
            proof.step(GENERIC, step.statement, data=widths, scope=step.scope, given=given)
