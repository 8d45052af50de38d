"""Streams of random numbers, and the names of what is drawn from them: ``family:seed:index``."""

from __future__ import annotations

import re

import numpy as np

from .building import Generator


def generator(seed: int, stream: int, index: int) -> Generator:
    """A counter-based generator: a pure function of three integers.

    The key is typed: NumPy reads a list with an integer of ``2^63`` or more as floats.
    """
    key = np.array([seed % 2**64, stream % 2**64], dtype=np.uint64)
    return np.random.Generator(np.random.Philox(key=key, counter=[0, 0, 0, index]))


def stream(family: str) -> int:
    """The stream of random numbers of a family: its name decides it."""
    return sum(ord(c) << (8 * (i % 8)) for i, c in enumerate(family))


def parse_name(name: str) -> tuple[str, int, int]:
    """``family:seed:index`` taken apart. Raises ValueError, whose message says what is expected."""
    parts = re.fullmatch(r"([^:]*):(-?[0-9]{1,30}):([0-9]{1,18})", name)
    if parts is None:
        raise ValueError(f"{name!r} is not an instance; write family:seed:index, say classics:0:3")
    return parts[1], int(parts[2]), int(parts[3])
