"""What a machine decides: an obligation, and the false statements next to it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Literal

import sympy as sp

from .relation import Relation

Given = str | Relation
"""A hypothesis: the name of one in :data:`.HYPOTHESES`, or a relation."""


@dataclass(frozen=True)
class Obligation:
    """One relation that a machine decides on an instance.

    ``space`` names what instances are drawn from: a space of ``checks.instances.spaces``, the name of one of its
    families, ``solution`` (the parameters of an initial value problem) or ``ensemble`` (a scale, a dimension and a
    depth, at which initializations are drawn). ``over`` names the quantifiers that the decider expands, ``given`` the
    hypotheses. ``decide`` is ``identity`` (polynomial, over a prime field), ``ordered`` (a comparison of real
    numbers), ``exists`` (the instance is the exhibited witness), ``enclosed`` (the weights are known as balls only),
    ``solution`` (put into the differential equations supposed) or ``estimated`` (an event, held by random draws with
    at least the ``probability`` stated). ``direct`` demands the quantities by definition (the dense Hessian), not by a
    reduction that is itself a claim.
    ``tight`` says that equality is attained. ``formal`` names the theorem of ``proofs/`` that states the same
    in Coq, ``file.theorem``; a weaker theorem is never named. ``shown`` is what reports on a user's network call the
    right side, by default the claim's id; with None they leave the obligation out, as another one says as much.
    """

    name: str
    relation: Relation
    space: str = "weights"
    over: tuple[str, ...] = ()
    given: tuple[Given, ...] = ()
    decide: Literal["identity", "ordered", "exists", "enclosed", "solution", "estimated"] = "ordered"
    direct: bool = False
    tight: bool = False
    probability: sp.Expr | None = None
    mutants: tuple[Mutant, ...] = ()
    formal: str = ""
    shown: str | None = ""


@dataclass(frozen=True)
class Mutant:
    """A false near-miss of an obligation: an edited side, operator or hypothesis."""

    label: str
    edit: Callable[[Obligation], Obligation] = field(repr=False)

    def of(self, obligation: Obligation) -> Obligation:
        """The false statement. Raises ValueError when the edit changes nothing."""
        changed = self.edit(obligation)
        if (changed.relation, changed.given) == (obligation.relation, obligation.given):
            raise ValueError(f"mutant {self.label!r} of {obligation.name!r} changes nothing")
        return replace(changed, name=f"{obligation.name}~{self.label}", mutants=(), formal="")
