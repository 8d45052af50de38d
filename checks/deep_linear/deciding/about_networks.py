"""What the ways of deciding on exact instances of networks have in common."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar

from ....numeric.flow.weight_ball import WeightBall
from ....theory.language.relation import Relation
from ...deciding.decider import C, Certifiable
from ...evaluation.abstract_scope import Values
from ..evaluation.scope import holds
from ..instances.pool import instance, pool
from ..instances.spaces import is_listed
from .classes_allowed import classes_allowed
from .hypotheses import predicate


class AboutNetworks(Certifiable[C]):
    """An obligation that is decided on exact instances of networks."""

    classes_known: ClassVar[tuple[str, ...]]
    """The classes of cases that there are."""

    def drawn(self, space: str, seed: int) -> Iterator[Any]:
        return (instance(*key) for key in pool(space, seed))

    def holds(self, hypothesis: str, case: Any) -> bool:
        return predicate(hypothesis, case)

    def satisfies(self, relation: Relation, case: Any) -> bool:
        return holds(relation, case)

    def written_down(self, name: str) -> bool:
        return is_listed(name)

    def classes_allowed(self) -> tuple[str, ...]:
        return classes_allowed(self.obligation, self.classes_known)

    def ball(self, case: Any, values: Values) -> WeightBall | None:
        """The weights that the obligation is about, where only an enclosure of them is known.

        Raises NotEnclosed where there is no enclosure.
        """
        return None


class NotEnclosed(ArithmeticError):
    """The integrator gives up, so no ball of weights is known."""
