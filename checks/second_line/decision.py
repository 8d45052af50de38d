"""What the second line says of a judgment, and who says so."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass

from ...theory.algebra.algebra import Judgment
from ...theory.language.setting import Setting


@dataclass(frozen=True)
class Contradiction:
    """An exact instance, with values of the variables, where a judgment is false."""

    statement: str
    instance: dict[str, object]
    values: dict[str, object]
    why: str
    """The two sides, or the reason why the judgment says nothing there."""

    def __str__(self) -> str:
        given = "; ".join(f"{name} = {value}" for name, value in self.values.items())
        return f"{self.statement} is false at {self.instance['name']}{' with ' + given if given else ''}: {self.why}"


@dataclass(frozen=True)
class Decision:
    """At how many places a judgment agrees, an instance where it is false, or the reason why it is undecided."""

    agreed: int = 0
    contradiction: Contradiction | None = None
    reason: str = ""


@dataclass(frozen=True)
class Judge(ABC):
    """How judgments about a setting are decided on its instances."""

    setting: Setting

    @abstractmethod
    def decided(self, judgment: Judgment, at: str = "") -> Decision:
        """Decide a judgment on some instances where its hypotheses hold, or on the one that ``at`` names."""

    @abstractmethod
    def described(self, name: str) -> dict[str, object]:
        """What a reader sees of the instance of that name."""
