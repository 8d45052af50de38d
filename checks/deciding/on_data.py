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
from ..evaluation.abstract_scope import Pair, Values
from ..evaluation.data_scope import DataScope
from ..evaluation.evaluate import evaluate
from ..instances.data import Data
from ..instances.data_pool import is_written_down, named, pool, read
from ..instances.kinds import MANY
from .ordered import Ordered
from .verdicts import Verdict

FAILURES = (ArithmeticError, ValueError, TypeError)
"""Errors where float64 has no answer."""


class OnData(Ordered[Data]):
    """A relation about the data of a setting. Named hypotheses are decided like any relation, by balls first."""

    tried = Ordered.tried + MANY
    """The degenerate instances come first, and there are up to so many of them."""

    def drawn(self, space: str, seed: int) -> Iterator[Data]:
        return pool(self.obligation.setting, space, seed)

    def named(self, name: str) -> Data:
        return named(self.obligation.setting, name)

    def read(self, text: str) -> Data:
        return read(self.obligation.setting, text)

    def written_down(self, name: str) -> bool:
        return is_written_down(self.obligation.setting, name)

    def supposed(self, case: Data) -> bool:
        """Named hypotheses are decided with the relations."""
        return True

    def holds(self, hypothesis: str, case: Data) -> bool:
        return all(self.satisfies(relation, case)
                   for relation in self.obligation.setting.hypotheses[hypothesis].relations)

    def satisfies(self, relation: Relation, case: Data) -> bool:
        return self._compared(relation, case, {}).verdict is Verdict.HELD

    def scope(self, case: Data, ring: AnyRing, values: Values) -> DataScope:
        return DataScope(case, ring, values)

    def expansions(self, case: Data) -> Iterable[Values]:
        """Every combination of the values that the quantifiers give on an instance."""
        quantifiers = [self.obligation.setting.quantifiers[name] for name in self.obligation.over]
        choices = [[(one.binds[0].name, value) for value in one.values(case)] for one in quantifiers if one.values]
        return (dict(chosen) for chosen in product(*choices))

    def sides(self, relation: Relation, pairs: Sequence[Pair]) -> Rows:
        found, compared = np.full((len(pairs), 2), np.nan), between_numbers(relation).sides
        for i, (case, values) in enumerate(pairs):
            scope = DataScope(case, FloatRing(), values)
            try:
                with np.errstate(all="ignore"):
                    found[i] = [float(evaluate(side, scope)) for side in compared]
            except FAILURES:
                continue
        return found

    def relations(self) -> Iterator[Relation]:
        for given in self.obligation.given:
            if isinstance(given, Relation):
                yield given
            else:
                yield from self.obligation.setting.hypotheses[given].relations
