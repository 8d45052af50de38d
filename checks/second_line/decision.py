"""What the second line says of a judgment."""

from __future__ import annotations

from dataclasses import dataclass


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
