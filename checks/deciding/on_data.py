"""Decide a relation on exact instances of a setting of one's own."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import product

import numpy as np

from ...theory.language.matrix_order import between_numbers
from ...theory.language.nodes import Relation
from ..arithmetic.ring import AnyRing
from ..arithmetic.rings import FloatRing
from ..arithmetic.stacks import Rows
from ..evaluation.batches import Pair
from ..evaluation.data_scope import DataScope
from ..evaluation.evaluate import evaluate
from ..evaluation.scope import Values
from ..instances.data import Data
from ..instances.data_pool import is_written_down, named, pool
from .ordered import Ordered
from .screening import log_slacks

FAILURES = (ArithmeticError, ValueError, TypeError)
"""Errors where float64 has no answer."""


class OnData(Ordered[Data]):
    """A relation about the data of a setting. Named hypotheses are decided like any relation, by balls first."""

    def cases(self, seed: int) -> Iterator[Data]:
        return pool(self.obligation.setting, self.space, seed)

    def named(self, name: str) -> Data:
        return named(self.obligation.setting, name)

    def written_down(self, name: str) -> bool:
        return is_written_down(self.obligation.setting, name)

    def supposed(self, case: Data) -> bool:
        return True

    def scope(self, case: Data, ring: AnyRing, values: Values) -> DataScope:
        return DataScope(case, ring, values)

    def expansions(self, case: Data) -> Iterable[Values]:
        """Every combination of the values that the quantifiers give on an instance."""
        quantifiers = [self.obligation.setting.quantifiers[name] for name in self.obligation.over]
        choices = [[(one.binds[0].name, value) for value in one.values(case)] for one in quantifiers if one.values]
        return (dict(chosen) for chosen in product(*choices))

    def slacks(self, pairs: Sequence[Pair]) -> Rows:
        found, relation = np.full((len(pairs), 2), np.nan), between_numbers(self.obligation.relation)
        for i, (case, values) in enumerate(pairs):
            scope = DataScope(case, FloatRing(), values)
            try:
                with np.errstate(all="ignore"):
                    found[i] = [float(evaluate(side, scope)) for side in relation.sides]
            except FAILURES:
                continue
        return log_slacks(relation, found)

    def _relations(self) -> Iterator[Relation]:
        for given in self.obligation.given:
            if isinstance(given, Relation):
                yield given
            else:
                yield from self.obligation.setting.hypotheses[given].relations
