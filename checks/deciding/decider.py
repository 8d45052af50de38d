"""What every way of deciding an obligation can do. :func:`.ways.decider` chooses the way of an obligation."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice
from typing import ClassVar, Generic, Protocol, TypeVar

from ...theory.language.claim import Obligation
from ...theory.language.relation import Relation
from ..evaluation.abstract_scope import Values
from .verdicts import Outcome, Verdict

DRAWS_PER_DECISION = 30
"""How many cases are drawn for each one wanted, before a hypothesis counts as out of reach."""
BATCH = 80
"""How many cases are decided before their tightness is measured, for all of them at once."""
ENOUGH = 3
"""After so many refutations nothing more is decided."""


class Case(Protocol):
    """What an obligation is decided on; the name makes it again."""

    @property
    def name(self) -> str: ...
    def describe(self) -> dict[str, object]: ...


class Counted(StrEnum):
    """What a profile and a report count decisions as."""

    INEQUALITIES = "inequalities"
    IDENTITIES = "identities"
    PATHS = "paths"
    ENSEMBLES = "ensembles"


C = TypeVar("C", bound=Case)


@dataclass(frozen=True)
class Decider(ABC, Generic[C]):
    """An obligation and the way of deciding it."""

    obligation: Obligation

    about: ClassVar[str] = "instances"
    """What the obligation is about."""
    draws: ClassVar[int] = 0
    """How many draws of a random event a decision rests on, which is no proof then; 0 where a decision is exact."""
    counted: ClassVar[Counted] = Counted.INEQUALITIES
    shrinks: ClassVar[bool] = False
    """Whether another instance may stand in for a counterexample, so that a smaller one is looked for."""
    measures: ClassVar[bool] = True
    """Whether the two sides are numbers that can come near to each other."""
    tried: ClassVar[int] = 400
    """Among how many cases counterexamples are looked for."""
    per_class: ClassVar[int] = 100
    """One case of each class is wanted for so many cases."""
    kind: ClassVar[str] = "drawn instance"
    """What a case is called, in the singular."""

    @property
    def exact(self) -> bool:
        """Whether a decision is a proof."""
        return self.draws == 0

    @abstractmethod
    def cases(self, seed: int) -> Iterator[C]:
        """The cases that the obligation is decided on, in a fixed order."""

    @abstractmethod
    def named(self, name: str) -> C:
        """The case of that name. Raises ValueError or KeyError where there is none."""

    @abstractmethod
    def decide(self, case: C) -> Outcome:
        """Decide the obligation on a case."""

    def decide_all(self, cases: Sequence[C]) -> list[Outcome]:
        """Decide the obligation on many cases."""
        return [self.decide(case) for case in cases]

    def outcomes(self, seed: int, wanted: int) -> Iterator[tuple[C, Outcome]]:
        """Decide cases until ``wanted`` are decided, several are refuted, or too many were drawn."""
        drawn = islice(self.cases(seed), DRAWS_PER_DECISION * wanted)
        decided = refuted = 0
        while batch := list(islice(drawn, min(wanted - decided, BATCH))):
            for case, outcome in zip(batch, self.decide_all(batch), strict=True):
                yield case, outcome
                decided += outcome.decided
                refuted += outcome.verdict is Verdict.REFUTED
                if refuted == ENOUGH:
                    return

    def counterexamples(self) -> Iterator[tuple[C, Outcome]]:
        """The cases that refute the obligation, among those that are tried for that."""
        for case in islice(self.readable_cases(), self.tried):
            outcome = self.decide(case)
            if outcome.verdict is Verdict.REFUTED:
                yield case, outcome

    def written_down(self, name: str) -> bool:
        """Whether the case of that name was written down by hand: it is small enough to read."""
        return False

    def readable_cases(self) -> Iterator[C]:
        """The cases where counterexamples are looked for."""
        return self.cases(0)

    def classes_allowed(self) -> tuple[str, ...]:
        """The classes of cases that the obligation speaks of."""
        return ()

    def classes(self, case: C, outcome: Outcome) -> frozenset[str]:
        """The classes that a decided case counts for."""
        return frozenset()

    def wanted_of_class(self, wanted: int) -> int:
        """How many cases of each class there must be when ``wanted`` cases were asked for."""
        return wanted // self.per_class

    def error(self, held: int) -> float:
        """The probability that a false obligation held on so many cases."""
        return 0.0


class Certifiable(Decider[C]):
    """A way of deciding on exact instances. Its decisions have certificates."""

    sampled: ClassVar[int] = 40
    """Out of how many instances the random ones for certificates come."""

    @property
    def space(self) -> str:
        """The space that the instances are drawn from."""
        return self.obligation.space

    def supposed(self, case: C) -> bool:
        """Whether the named hypotheses hold, decided exactly."""
        return all(self.holds(given, case) for given in self.obligation.given if isinstance(given, str))

    @abstractmethod
    def holds(self, hypothesis: str, case: C) -> bool:
        """Whether a named hypothesis holds on an instance."""

    @abstractmethod
    def satisfies(self, relation: Relation, case: C) -> bool:
        """Whether a relation without quantifiers holds on an instance."""

    @abstractmethod
    def drawn(self, space: str, seed: int) -> Iterator[C]:
        """The exact instances of a space, in a fixed order."""

    @abstractmethod
    def decide_at(self, case: C, values: Values) -> Outcome:
        """Decide at given values of the quantifiers. The named hypotheses are not looked at."""

    @abstractmethod
    def with_choices(self, case: C) -> tuple[Verdict, list[Values]]:
        """The verdict on an instance, and the values of the quantifiers at one of which it is that."""
