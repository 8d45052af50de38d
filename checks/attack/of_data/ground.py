"""The ground of a setting of one's own: what the adversary knows follows from the kinds of the data."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import zip_longest

import sympy as sp
from hypothesis import strategies as st

from ....theory.language.kinds import Entries
from ....theory.language.nodes import Relation
from ...deciding.on_data import OnData
from ...deciding.screening import SAFE_SLACK
from ...instances.data import Data
from ...instances.data_strategies import data
from ...instances.fillings import FILLINGS
from ...instances.kinds import FEW, combinations, fits, lowest, made_at
from ..ground import Ground, Move, Seen, Slacks, Variation
from ..named import numbers
from ..simpler import complexity
from . import shrinking  # noqa: F401 - registers how data are made simpler
from .determined import completed, determined
from .moves import moves
from .variations import FreeData

MOST = 40
"""Instances of more numbers are decided, but no descent starts from them."""
LARGEST = 40
"""Larger sizes are not built, whatever number the text names."""
SHOWN = 4
"""So many ways to fill in data make an anchor at each combination of sizes."""


@dataclass(frozen=True)
class DataGround(Ground[Data]):
    """Instances that are data by name."""

    def strategy(self, space: str) -> st.SearchStrategy[Data]:
        return data(self.obligation.setting, space)

    def starts(self, seen: Seen[Data], slacks_of: Slacks[Data], spaces: tuple[str, ...]) -> list[Variation[Data]]:
        """The tightest instance and the middle one of every combination of sizes, small ones first."""
        found: dict[tuple[int, ...], list[FreeData]] = {}
        for slack, _, case in seen:
            start = FreeData(case, self.completed, frozenset(self._given))
            if slack > SAFE_SLACK and 0 < start.start.size <= MOST:
                found.setdefault(tuple(case.sizes.values()), []).append(start)
        by_size = sorted(found.values(), key=lambda listed: complexity(listed[0].base)[:2])
        middle = [listed[len(listed) // 2] for listed in by_size if len(listed) > 1]
        turns = zip_longest([listed[0] for listed in by_size], middle)
        return [start for turn in turns for start in turn if start is not None]

    def anchors(self, relations: Sequence[Relation]) -> Iterator[Data]:
        """All data filled in one way, at small sizes and at those that the text names; integers that it names."""
        setting = self.obligation.setting
        near = sorted({int(n) + more for n in numbers(relations) if n.is_Integer for more in (-1, 0, 1)})
        named = set[sp.Basic]().union(*(side.free_symbols for one in relations for side in one.sides))
        low = lowest(setting)
        least = dict.fromkeys((size.name for size in setting.sizes), low)
        larger = [{**least, size.name: n} for size in setting.sizes if size in named
                  for n in near if low <= n <= LARGEST]
        for sizes in [*combinations(setting, FEW - 1), *(one for one in larger if fits(setting, one))]:
            yield from (self.completed(made_at(setting, sizes, filling)) for filling in FILLINGS[:SHOWN])
        for name, kind in setting.data.items():
            if kind.entries is Entries.INTEGER and kind.index is None and setting[name] in named:
                yield from (self.completed(made_at(setting, least, FILLINGS[0]).changed({name: n}, "aimed"))
                            for n in near)

    def moves(self) -> Sequence[Move[Data]]:
        setting = self.obligation.setting
        return moves(setting, [name for name in setting.data if name not in self._given], self.completed)

    def completed(self, case: Data) -> Data:
        return completed(case, self._given)

    @cached_property
    def _given(self) -> dict[str, sp.Basic]:
        """The data that the hypotheses give by the others."""
        return determined(self.obligation.setting, OnData(self.obligation).relations())
