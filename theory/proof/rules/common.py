"""What the rules share: the kinds of their named arguments, and what a conclusion may be drawn from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from typing import Annotated, Any

import sympy as sp

from ...algebra.algebra import Algebra, Judgment
from ...algebra.layer_ranges import Ranges
from ...language.claim import Given
from ...language.nodes import Relation
from ..rule import require

Premises = Sequence[Judgment]
Facts = frozenset[Given]


class Kind(Enum):
    """What an argument of a rule is, and so in which field of a step the argument is kept."""

    PREMISE = auto()
    TARGET = auto()
    SUPPOSED = auto()
    TERM = auto()
    LIMITS = auto()
    PLAIN = auto()


Premise = Annotated[int, Kind.PREMISE]
"""The number of an earlier step, which the new step uses."""
To = Annotated[Relation | tuple[Any, str, Any], Kind.TARGET]
"""The relation that the author wants; the rule says whether it is the conclusion."""
Supposed = Annotated[Given, Kind.SUPPOSED]
"""A hypothesis that enters at the new step."""
Expr = Annotated[sp.Expr, Kind.PLAIN]
"""A number or a matrix that the rule is applied to."""
Term = Annotated[sp.Expr, Kind.TERM]
"""What stands under the index that the ``Limits`` of the same rule bind."""
Limits = Annotated[tuple[sp.Symbol, sp.Expr, sp.Expr], Kind.LIMITS]
"""``(index, first, last)``: the index of a sum or a product, and its ends."""

CITED = -1
"""Stands for the number of a premise that another claim's derivation yields: the premise is no earlier step."""


@dataclass(frozen=True)
class Inference:
    """What a conclusion may be drawn from: the premises, the hypotheses in force, the ranges of the layers."""

    premises: Mapping[int, Judgment]
    facts: Facts
    ranges: Ranges

    def premise(self, number: int) -> Judgment:
        """What an earlier step says. Raises Refused where the step does not use it."""
        require(number in self.premises, "step {} is no premise", number + 1)
        return self.premises[number]

    def relation(self, number: int) -> Relation:
        """What an earlier step says, without its hypotheses and ranges."""
        return self.premise(number).relation

    def judgments(self, *numbers: int) -> list[Judgment]:
        return [self.premise(n) for n in numbers]

    def algebra(self, *numbers: int) -> Algebra:
        """The algebra that the hypotheses and those premises allow."""
        return Algebra(self.facts, self.judgments(*numbers))

    def stated(self, wanted: Relation, to: To | None, *numbers: int) -> Relation:
        """``to`` if it says the same as ``wanted``, by those premises; ``wanted`` where there is no ``to``."""
        if to is None:
            return wanted
        goal = stated(to)
        require(self.algebra(*numbers).same(goal, wanted), "the conclusion is {}", wanted)
        return goal


def stated(to: To) -> Relation:
    """A relation that was written as one, or as ``(lhs, op, rhs)``."""
    return to if isinstance(to, Relation) else Relation(*to)


def says(algebra: Algebra, relation: Relation, wanted: Relation) -> None:
    """Refuse a premise, or a statement, that does not say what is wanted."""
    require(algebra.same(relation, wanted), "{} should be {}", relation, wanted)
