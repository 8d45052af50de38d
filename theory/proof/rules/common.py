"""What the rules share: the kinds of their named arguments, and what a conclusion may be drawn from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum, auto
from types import MappingProxyType
from typing import Annotated, TypeAlias

import sympy as sp

from ...algebra.algebra import Algebra, Judgment
from ...algebra.layer_ranges import Ranges
from ...language.claim import Given
from ...language.nodes import Relation
from ...setting.dependence import depends, source
from ..context import context
from ..refusal import require
from ..well_defined import meaningless

Facts = frozenset[Given]


class Kind(Enum):
    """What an argument of a rule is, and so in which field of a step the argument is kept."""

    PREMISE = auto()
    TARGET = auto()
    SUPPOSED = auto()
    IMPLIED = auto()
    TERM = auto()
    LIMITS = auto()
    PLAIN = auto()


Premise = Annotated[int, Kind.PREMISE]
"""The number of an earlier step, which the new step uses."""
To = Annotated[Relation | tuple[sp.Basic | int, str, sp.Basic | int], Kind.TARGET]
"""The relation that the author wants; the rule says whether it is the conclusion."""
Supposed = Annotated[Given, Kind.SUPPOSED]
"""A hypothesis that enters at the new step."""
Implied = Annotated[Given, Kind.IMPLIED]
"""A hypothesis of a premise that follows from the other ones, so that the conclusion does not need it."""
End: TypeAlias = sp.Expr | int
"""The first or the last index of a sum."""
Expr = Annotated[sp.Expr, Kind.PLAIN]
"""A number or a matrix that the rule is applied to."""
Exprs = Annotated[tuple[sp.Expr, ...], Kind.PLAIN]
"""Several numbers or matrices that a rule is applied to."""
Pairs = Annotated[tuple[tuple[sp.Expr, sp.Expr], ...], Kind.PLAIN]
"""Several pairs of numbers, or of a number and a matrix."""
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
    _algebras: dict[tuple[int, ...], Algebra] = field(default_factory=dict, init=False, repr=False)

    def premise(self, number: int) -> Judgment:
        """What an earlier step says. Raises Refused where the step does not use it."""
        require(number in self.premises, "step {} is no premise", number + 1)
        return self.premises[number]

    def relation(self, number: int) -> Relation:
        """What an earlier step says, without its hypotheses and ranges."""
        return self.premise(number).relation

    def judgments(self, *numbers: int) -> list[Judgment]:
        """What several earlier steps say."""
        return [self.premise(n) for n in numbers]

    def algebra(self, *numbers: int) -> Algebra:
        """The algebra that the hypotheses and those premises allow."""
        if numbers not in self._algebras:
            self._algebras[numbers] = Algebra(self.facts, self.judgments(*numbers))
        return self._algebras[numbers]

    def stated(self, wanted: Relation, to: To | None, *numbers: int) -> Relation:
        """``to`` if it says the same as ``wanted``, by those premises; ``wanted`` where there is no ``to``."""
        if to is None:
            return wanted
        goal = stated(to)
        require(self.algebra(*numbers).same(goal, wanted), "the conclusion is {}", wanted)
        return goal

    def one_of(self, to: To, *wanted: Relation) -> Relation:
        """``to``, which says the same as one of those relations."""
        goal = stated(to)
        require(any(self.algebra().same(goal, x) for x in wanted), "the conclusion is one of {}", wanted)
        return goal

    def says(self, number: int, lhs: sp.Basic, op: str, rhs: sp.Basic | int) -> None:
        """Refuse a premise that does not say the same as that relation."""
        relation, wanted = self.relation(number), Relation(lhs, op, rhs)
        require(self.algebra().same(relation, wanted), "{} should be {}", relation, wanted)

    def is_stipulated(self, number: int, wanted: Relation) -> None:
        """Refuse a premise that is not that very relation."""
        relation = self.relation(number)
        require(relation == wanted, "{} should be {}", relation, wanted)

    def nonnegative(self, *numbers: sp.Expr) -> None:
        """Refuse a number that could be negative."""
        for x in numbers:
            require(self.algebra().is_nonnegative(x), "{} could be negative", x)

    def throughout(self, *gaps: sp.Expr | int) -> bool:
        """Whether all numbers are at least 0 for all layers of the step."""
        return all(self.algebra().throughout(sp.sympify(x), self.ranges) for x in gaps)

    def hold(self, *numbers: int, within: Ranges = MappingProxyType({})) -> None:
        """Refuse a premise that does not hold for all layers of the step, and for those of ``within``."""
        for premise in self.judgments(*numbers):
            for index, (low, high) in {**self.ranges, **within}.items():
                outer = self.ranges if index in within else {}
                require(self.algebra().covers(premise.ranges, index, sp.sympify(low), sp.sympify(high), outer),
                        "a premise does not hold for all {} = {}..{}", index, low, high)

    def free(self, *variables: sp.Basic) -> None:
        """Refuse hypotheses about the variables, so that each has every value."""
        for variable in variables:
            require(not source(variable) & depends(*self.facts), "a hypothesis is about {}", variable)

    def defined(self, wanted: Relation, *numbers: int) -> None:
        """Refuse a conclusion that means nothing, before it is compared with what the author wants."""
        where = context(self.facts, self.judgments(*numbers), self.ranges)
        reason = meaningless(wanted, where, where)
        require(not reason, "{}", reason)


def stated(to: To) -> Relation:
    """A relation that was written as one, or as ``(lhs, op, rhs)``."""
    return to if isinstance(to, Relation) else Relation(*to)
