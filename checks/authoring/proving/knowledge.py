"""What a goal and its hypotheses say, as facts about monomials in the same atoms."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations_with_replacement, product

from ....theory.language.relation import Relation
from .cases import Order, settled
from .extremes import extremes_in, facts_about, members
from .fact import Fact
from .hypotheses import Spelled, facts_of, numerator, products_of
from .polynomials import Monomials, Polynomial
from .products import Product, between, of_facts

__all__ = ["Knowledge"]


_FEW = 4
"""So many hypotheses are few."""


@dataclass(frozen=True)
class Knowledge:
    """The hypotheses ``given``, and what holds of the largest and smallest numbers in them and in the goal."""

    space: Monomials
    given: tuple[Fact, ...]
    extremes: tuple[Fact, ...]

    @classmethod
    def of(cls, goal: Relation, hypotheses: Sequence[Spelled]) -> Knowledge:
        """Read a goal and its hypotheses. Raises Unreadable."""
        sides = [*goal.sides, *(numerator(one.plain)[0] for one in hypotheses)]
        extremes = extremes_in(sides)
        space = Monomials.of([*sides, *extremes, *(one for extreme in extremes for one in members(extreme))])
        about = *facts_about(extremes, space), *settled(extremes, Order(hypotheses), space)
        return cls(space, tuple(facts_of(hypotheses, space)), about)

    @property
    def supposed(self) -> tuple[Fact, ...]:
        """All facts."""
        return (*self.given, *self.extremes)

    @cached_property
    def products(self) -> tuple[Fact, ...]:
        """All facts, and the products of two hypotheses."""
        return *self.supposed, *products_of(combinations_with_replacement(self.given, 2), self.space)

    @property
    def threefold(self) -> tuple[Fact, ...]:
        """The same, and if there are few hypotheses, the products of three."""
        pairs = self.products[len(self.supposed):] if len(self.given) <= _FEW else ()
        return *self.products, *products_of(product(pairs, self.given), self.space)

    @cached_property
    def powers(self) -> list[Product]:
        """What the facts say of single monomials."""
        return of_facts(self.supposed, self.space)

    def between(self, wanted: Polynomial) -> tuple[Fact, ...]:
        """All facts, and what follows from their powers about the terms of a goal."""
        return (*self.supposed, *between(wanted, self.powers, self.space))
