"""Instances by family, seed and index; and the pool of each space, the instances in the order they are drawn."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache
from itertools import count

from ...instances.streams import generator, stream
from .instance import Instance
from .spaces import FAMILIES, families_of


@lru_cache(maxsize=4096)
def instance(family: str, seed: int, index: int) -> Instance:
    """The instance of a family: a pure function, by a counter-based generator.

    Raises KeyError for an unknown family, IndexError past the end of a finite one.
    """
    if family not in FAMILIES:
        raise KeyError(f"no family {family!r}; there are {', '.join(FAMILIES)}")
    found = FAMILIES[family]
    if index < 0 or (found.count is not None and index >= found.count):
        raise IndexError(f"the family {family!r} has no instance {index}")
    return replace(found.draw(generator(seed, stream(family), index), index), name=f"{family}:{seed}:{index}")


def pool(space: str, seed: int) -> Iterator[tuple[str, int, int]]:
    """The instances of a space or family: all of its finite families, then its random families in turn, without end."""
    families = families_of(space)
    for family in families:
        yield from ((family.name, 0, index) for index in range(family.count or 0))
    random = [family.name for family in families if not family.finite]
    for index in count() if random else ():
        yield from ((name, seed, index) for name in random)
