"""What the adversary needs of the instances of one kind: where a search starts, and how it moves."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import ClassVar, Generic, Protocol, TypeAlias, TypeVar

from flint import fmpq
from hypothesis import strategies as st

from ...theory.language.obligation import Obligation
from ...theory.language.relation import Relation
from ..evaluation.abstract_scope import Values
from .points import Point

C = TypeVar("C")
Made = TypeVar("Made", covariant=True)
Seen: TypeAlias = list[tuple[float, int, C]]
"""Screened instances: the slack, a number of its own, and the instance, in order."""
Slacks: TypeAlias = Callable[[Sequence[C]], list[float]]
Move: TypeAlias = Callable[[C, fmpq], C]
"""An exact instance and a number ``t > 0`` make another instance, which a rational ``t`` leaves exact."""


class NoMove(ValueError):
    """The move cannot be made from this instance."""


class Variation(Protocol[Made]):
    """A family of exact instances with real parameters: a point to start at, and the instance at a point."""

    extra: ClassVar[bool]
    """Whether a descent from here comes on top of the number that an effort allows."""

    @property
    def start(self) -> Point: ...

    def at(self, point: Point) -> Made: ...


@dataclass(frozen=True)
class Ground(ABC, Generic[C]):
    """The instances that an obligation is about, as an adversary sees them. Nothing here decides anything."""

    obligation: Obligation

    @abstractmethod
    def strategy(self, space: str) -> st.SearchStrategy[C]:
        """Instances of a space for Hypothesis."""

    @abstractmethod
    def starts(self, seen: Seen[C], slacks_of: Slacks[C], spaces: tuple[str, ...]) -> list[Variation[C]]:
        """Where descents start, from instances that were screened: the most promising first."""

    @abstractmethod
    def anchors(self, relations: Sequence[Relation]) -> Iterable[C]:
        """Simple instances of the sizes that some comparisons name, from which a conjecture is aimed."""

    @abstractmethod
    def moves(self) -> Sequence[Move[C]]:
        """The moves that the named hypotheses allow."""

    def completed(self, case: C) -> C:
        """The instance with the data recomputed that an equality among the hypotheses gives by the others."""
        return case

    def turn(self, hypothesis: Relation) -> int:
        """When to meet a hypothesis: a lower number sooner."""
        return 0

    def guides(self, case: C, names: frozenset[str]) -> Values:
        """Values of some words in float64 that guide the search, where their enclosures would cost too much."""
        return {}
