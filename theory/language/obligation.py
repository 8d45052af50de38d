"""What a machine decides: an obligation, and the false statements next to it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any, Literal, get_args

import sympy as sp

from .quantifiers import Quantifier
from .relation import Relation
from .setting import DEEP_LINEAR, Setting

Way = Literal["identity", "ordered", "exists", "enclosed", "solution", "estimated"]
"""How an obligation is decided."""
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
    in Coq, ``file.theorem``; a weaker theorem is never named. ``setting`` is what the statement is about. ``on`` lists
    families of a theory of one's own, or names of spaces: together they are the ``space``, joined by ``+``. ``shown``
    is what reports on a user's network call the right side, by default the claim's id; with None they leave the
    obligation out, as another one says as much.

    A relation may be given as ``(lhs, op, rhs)``, among the hypotheses, too.

    Raises ValueError or TypeError with a sentence for an unknown way of deciding, and for what is no relation.
    """

    name: str
    relation: Relation
    space: str = "weights"
    over: tuple[str, ...] = ()
    given: tuple[Given, ...] = ()
    decide: Way = "ordered"
    direct: bool = False
    tight: bool = False
    probability: sp.Expr | None = None
    mutants: tuple[Mutant, ...] = ()
    formal: str = ""
    shown: str | None = ""
    on: tuple[Any, ...] = ()
    setting: Setting = DEEP_LINEAR

    def __post_init__(self) -> None:
        if self.decide not in get_args(Way):
            raise ValueError(f"{self.name!r} is decided as {self.decide!r}: use one of {', '.join(get_args(Way))}")
        put = partial(object.__setattr__, self)
        put("relation", stated_relation(self.relation))
        put("given", tuple(given if isinstance(given, str) else stated_relation(given) for given in self.given))
        put("over", tuple(each.name if isinstance(each, Quantifier) else each for each in self.over))
        if self.on:
            put("space", "+".join(one if isinstance(one, str) else one.name for one in self.on))
        put("mutants", (self.mutants,) if isinstance(self.mutants, Mutant) else tuple(self.mutants))


def stated_relation(stated: Relation | Sequence[Any]) -> Relation:
    """A relation, also from its three parts. Raises TypeError with a sentence for anything else."""
    if isinstance(stated, Relation):
        return stated
    if not (isinstance(stated, tuple) and len(stated) == 3 and isinstance(stated[1], str)):
        raise TypeError(f"{stated!r} is no relation: write (left side, operator, right side), say (x, \"<=\", 2 * y)")
    return Relation(*stated)


@dataclass(frozen=True)
class Mutant:
    """A false near-miss of an obligation: an edited side, operator or hypothesis.

    ``automatic``: the machine made it, and so it may happen to be true.
    """

    label: str
    edit: Callable[[Obligation], Obligation] = field(repr=False)
    automatic: bool = False

    def of(self, obligation: Obligation) -> Obligation:
        """The false statement. Raises ValueError when the edit changes nothing."""
        changed = self.edit(obligation)
        if (changed.relation, changed.given) == (obligation.relation, obligation.given):
            raise ValueError(f"mutant {self.label!r} of {obligation.name!r} changes nothing")
        return replace(changed, name=f"{obligation.name}~{self.label}", mutants=(), formal="")
