"""How many instances of each class an obligation must be decided on before it counts as certified.

A statement decided on invertible covariances only may still fail on singular ones. The classes that an obligation
allows follow from its hypotheses, its quantifiers and its space. An obligation below a floor is inconclusive.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ...theory.language.claim import Obligation
from ..deciding.ways import decider


@dataclass(frozen=True)
class Floor:
    """How many instances of a class were decided, and how many are wanted; ``kind`` is what an instance is."""

    name: str
    decided: int
    wanted: int
    kind: str = "drawn instance"

    @property
    def sentence(self) -> str:
        """A sentence that says what is missing.

        >>> Floor("singular covariance", 0, 3).sentence
        'no drawn instance with singular covariance was decided; at least 3 are wanted'
        """
        plural = {"trajectory": "trajectories"}.get(self.kind, f"{self.kind}s")
        found = {0: f"no {self.kind}", 1: f"one {self.kind}"}.get(self.decided, f"{self.decided} {plural}")
        return f"{found} with {self.name} {'was' if self.decided < 2 else 'were'} decided; at least {self.wanted} " + (
            "are wanted" if self.wanted > 1 else "is wanted")


def floors(obligation: Obligation, decided: Mapping[str, int], wanted: int) -> list[Floor]:
    """The floor of each class that an obligation allows, when ``wanted`` instances were asked for.

    Instances written by hand do not count where many are drawn. A run of a few instances has no floors: it cannot be
    expected to meet every class.
    """
    decides = decider(obligation)
    least = decides.wanted_of_class(wanted)
    return [Floor(name, decided.get(name, 0), least, decides.kind) for name in decides.classes_allowed() if least]
