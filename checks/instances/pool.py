"""Instances by family, seed and index; and the pool of each space, the instances in the order they are drawn."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache
from itertools import count

import numpy as np

from .families.building import Generator
from .instance import Instance
from .spaces import FAMILIES, families_of


def generator(seed: int, stream: int, index: int) -> Generator:
    """A counter-based generator: a pure function of three integers.

    The key is typed: NumPy reads a list with an integer of ``2^63`` or more as floats.
    """
    key = np.array([seed % 2**64, stream % 2**64], dtype=np.uint64)
    return np.random.Generator(np.random.Philox(key=key, counter=[0, 0, 0, index]))


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


def stream(family: str) -> int:
    """The stream of random numbers of a family: its name decides it."""
    return sum(ord(c) << (8 * (i % 8)) for i, c in enumerate(family))


def parse_name(name: str) -> tuple[str, int, int]:
    """``family:seed:index`` taken apart. Raises ValueError, whose message says what is expected."""
    parts = re.fullmatch(r"([^:]*):(-?[0-9]{1,30}):([0-9]{1,18})", name)
    if parts is None:
        raise ValueError(f"{name!r} is not an instance; write family:seed:index, say classics:0:3")
    return parts[1], int(parts[2]), int(parts[3])


def pool(space: str, seed: int) -> Iterator[tuple[str, int, int]]:
    """The instances of a space or family: all of its finite families, then its random families in turn, without end."""
    families = families_of(space)
    for family in families:
        yield from ((family.name, 0, index) for index in range(family.count or 0))
    random = [family.name for family in families if not family.finite]
    for index in count() if random else ():
        yield from ((name, seed, index) for name in random)
