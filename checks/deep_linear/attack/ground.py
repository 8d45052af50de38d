"""The ground of the deep linear networks: what the adversary knows of them alone."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress
from itertools import zip_longest

import numpy as np
from flint import arb
from hypothesis import strategies as st

from ....numeric.linalg.rational import rational
from ....numeric.network.min_sharpness_optimum import float_optimum
from ....numeric.network.problem import RegressionProblem
from ....theory.language.nodes import Relation
from ....theory.language.quantities import Delta, L, S_min, theta
from ....theory.language.quantities import d as dimension
from ....theory.language.setting import DEEP_LINEAR
from ...arithmetic.exact import exact
from ...attack.ground import Ground, Move, Seen, Slacks, Variation
from ...attack.grounds import GROUNDS
from ...evaluation.abstract_scope import Values
from ..instances.instance import Instance
from ..instances.strategies import instances
from . import shrinking  # noqa: F401 - registers how networks are made simpler
from .anchors import anchors
from .moves import PROBLEM, WEIGHTS, leave, scale_readout
from .starts import starts


class Networks(Ground[Instance]):
    """Networks and their problems."""

    def strategy(self, space: str) -> st.SearchStrategy[Instance]:
        return instances(space)

    def starts(self, seen: Seen[Instance], slacks_of: Slacks[Instance],
               spaces: tuple[str, ...]) -> list[Variation[Instance]]:
        """No start for learning rates: the quantifier puts them exactly at their threshold."""
        return [] if "eta" in self.obligation.over else starts(self.obligation, seen, slacks_of, spaces)

    def anchors(self, relations: Sequence[Relation]) -> Iterable[Instance]:
        return anchors(relations, leaving="minimizer" not in self.obligation.given)

    def moves(self) -> Sequence[Move[Instance]]:
        """Those of the problem and those of the weights in turn."""
        given = self.obligation.given
        free: list[Move[Instance]] = [*([] if "minimizer" in given else [leave]),
                                      *([] if "plain" in given else [scale_readout])]
        return [move for pair in zip_longest(PROBLEM, WEIGHTS) for move in pair if move is not None] + free

    def turn(self, hypothesis: Relation) -> int:
        """Sizes first, which no move changes; the imbalance last, which a move changes alone."""
        symbols = hypothesis.lhs.free_symbols | hypothesis.rhs.free_symbols
        return 0 if symbols <= {L, dimension} else 2 if symbols & {theta, Delta} else 1

    def guides(self, case: Instance, names: frozenset[str]) -> Values:
        """The least sharpness, where it is named."""
        if S_min.name not in names or case.depth == 1 or not case.energy > 0:
            return {}
        memo = case.readings.setdefault("guides", {})
        if S_min.name not in memo:
            norm = float(arb(case.readout_norm_squared))
            with np.errstate(all="ignore"), suppress(ArithmeticError, ValueError):
                found = float_optimum(RegressionProblem(case.covariance, case.regressor), case.depth, norm).primal
                memo |= {S_min.name: exact(rational(float(found)))}
        return memo


GROUNDS.register(DEEP_LINEAR, Networks)
