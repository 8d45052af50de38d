"""Blocks of cases for long campaigns: how many of them are drawn, and which of them are decided, at once.

A setting may have a way of its own to draw many cases and to decide most of them together. Otherwise the families of
the obligation draw the cases, and its decider decides one after the other.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

import numpy as np

from ...theory.language.claim import Obligation
from ..arithmetic.stacks import Rows
from ..authoring.rooms import Own
from ..instances.data import Data
from .decider import Case
from .ways import decider


@dataclass(frozen=True)
class Tight:
    """A case that was decided with others, and its ratio of larger to smaller side in float64."""

    ratio: float
    case: Case


@dataclass(frozen=True)
class Block:
    """Cases of one shape. Those that are ``left`` have still to be decided, one at a time.

    ``held`` counts the cases that hold by float64 numbers with proved error bounds, ``ratios`` are estimates of their
    ratios of larger to smaller side, and ``tight`` are some with the least ratios.
    """

    left: Sequence[Case]
    shape: str = ""
    held: int = 0
    not_applicable: int = 0
    ratios: Rows = field(default_factory=lambda: np.empty(0))
    tight: Sequence[Tight] = ()


class OneByOne:
    """The cases of the families of an obligation. The decider decides all of them."""

    chunk = 1024
    """How many cases make a unit of work."""
    source = "its families"
    """What the cases are drawn from, in words."""

    def __init__(self, obligation: Obligation) -> None:
        self.decides = decider(obligation)

    def blocks(self, seed: int, chunk: int, count: int) -> Iterator[Block]:
        """So many cases: a pure function of its arguments. Only the first chunk has those that are written down."""
        drawn = self.decides.cases((seed << 32) + chunk)
        fresh = (case for case in drawn if not chunk or not self.decides.written_down(case.name))
        yield Block(list(islice(fresh, count)))

    def shape(self, case: Any) -> str:
        """The sizes of a case, for tables."""
        return " ".join(f"{name}={size}" for name, size in case.sizes.items()) if isinstance(case, Data) else ""


BLOCKS: Own[Callable[[Obligation], OneByOne]] = Own("deciding.blocks", OneByOne)


def blocks_of(obligation: Obligation) -> OneByOne:
    """How the cases of an obligation are drawn in a campaign, and which are decided together."""
    return BLOCKS.of(obligation.setting)(obligation)
