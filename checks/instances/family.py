"""A family of instances: a name, and a function that draws them one by one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from .building import Generator

Made = TypeVar("Made")


@dataclass(frozen=True)
class Family(Generic[Made]):
    """Instances of one kind.

    ``draw(rng, index)`` makes an instance; ``count`` says how many there are, None without end. ``quick`` are
    the indices whose instances are decided quickly: property-based tests draw no others.
    """

    name: str
    draw: Callable[[Generator, int], Made]
    count: int | None = None
    quick: range = range(10**6 + 1)

    @property
    def finite(self) -> bool:
        return self.count is not None
