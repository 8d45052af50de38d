"""Blocks of integer networks: statements about minimizers that float64 decides by proved error bounds."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from ....theory.language.claim import Obligation
from ....theory.language.hypotheses import HYPOTHESES
from ....theory.language.quantities import S
from ....theory.language.relation import Relation
from ....theory.language.setting import DEEP_LINEAR
from ...arithmetic.bounded import Bounded, Where, lifted
from ...arithmetic.exact import Undecidable
from ...deciding.blocks import BLOCKS, Block, OneByOne, Tight
from ...evaluation.evaluate import Meaningless, UnknownNode, evaluate
from ...instances.streams import generator, stream
from ..evaluation.integer_networks import DEPTHS, DIMENSIONS, IntegerNetworks, IntegerScope
from ..instances.instance import Instance
from .on_instances import OnInstances

SIZE = 4096
"""How many networks have one shape, and are decided together."""
_BY_CONSTRUCTION = frozenset({"minimizer", "w == w*"})
_STREAM = stream("integer networks")
_KEPT = 5


class OfNetworks(OneByOne):
    """The families of an obligation, with the sizes of networks."""

    def shape(self, case: Any) -> str:
        return _sizes(case.dimension, case.depth) if isinstance(case, Instance) else super().shape(case)


class Together(OfNetworks):
    """Integer networks. Float64 decides most of them, and the decider what is too near for its error bounds."""

    chunk = 16 * SIZE
    source = f"integer networks, d = {DIMENSIONS[0]} to {DIMENSIONS[1]}, L = {DEPTHS[0]} to {DEPTHS[1]}"

    def __init__(self, obligation: Obligation) -> None:
        super().__init__(obligation)
        self.obligation = obligation

    def blocks(self, seed: int, chunk: int, count: int) -> Iterator[Block]:
        for first in range(0, count, SIZE):
            rng = generator(seed, _STREAM, chunk * (self.chunk // SIZE) + first // SIZE)
            yield self.block(IntegerNetworks.drawn(rng, min(SIZE, count - first)))

    @np.errstate(all="ignore")  # what overflows is not known, and left to the decider
    def block(self, networks: IntegerNetworks) -> Block:
        scope = IntegerScope(networks)
        false = np.zeros(len(networks.factor), dtype=bool)
        true = ~false
        for hypothesis in self._hypotheses():
            both = [evaluate(side, scope) for side in hypothesis.sides]
            true &= _surely(hypothesis.op, *both)
            false |= _surely_not(hypothesis.op, *both)
        sharpness, direction = networks.top()
        bound = evaluate(self.obligation.relation.rhs, scope)
        held = true & ((scope.sharpness_at(Bounded(direction, np.zeros_like(direction))) - bound).positive)
        ratios = np.maximum(np.where(held, sharpness / bound.middle, np.inf), 1.0)
        near = [int(i) for i in np.argsort(ratios, kind="stable")[:_KEPT] if held[i]]
        return Block([networks.instance(int(i)) for i in np.flatnonzero(~held & ~false)],
                     _sizes(networks.dimension, networks.depth), int(held.sum()), int(false.sum()), ratios[held],
                     [Tight(float(ratios[i]), networks.instance(i)) for i in near])

    def _hypotheses(self) -> Iterator[Relation]:
        for given in self.obligation.given:
            if isinstance(given, Relation):
                yield given
            elif given not in _BY_CONSTRUCTION:
                yield from HYPOTHESES[given].relations

    def possible(self) -> bool:
        """Whether float64 can decide the obligation: ``S >= ...`` at minimizers, in words with proved error bounds."""
        stated = self.obligation
        if (type(self.decides) is not OnInstances or stated.direct or stated.space != "weights"
                or "minimizer" not in stated.given or not set(stated.over) <= {"W"}
                or stated.relation.lhs != S or stated.relation.op != ">="):
            return False
        if any(hypothesis.op not in _ORDERS for hypothesis in self._hypotheses()):
            return False
        try:
            self.block(IntegerNetworks.drawn(generator(0, _STREAM, 0), 1))
        except (UnknownNode, Meaningless, Undecidable):
            return False
        return True


_ORDERS = (">=", ">", "<=", "<")


def _surely(op: str, lhs: Bounded, rhs: Bounded) -> Where:
    gap = lifted(lhs) - lifted(rhs) if op in (">=", ">") else lifted(rhs) - lifted(lhs)
    return gap.positive | gap.zero if op in (">=", "<=") else gap.positive


def _surely_not(op: str, lhs: Bounded, rhs: Bounded) -> Where:
    gap = lifted(lhs) - lifted(rhs) if op in (">=", ">") else lifted(rhs) - lifted(lhs)
    return gap.negative if op in (">=", "<=") else gap.negative | gap.zero


def _sizes(dimension: int, depth: int) -> str:
    return f"d={dimension} L={depth}"


def blocks(obligation: Obligation) -> OneByOne:
    """Integer networks where float64 can decide, and else the families of the obligation."""
    together = Together(obligation)
    return together if together.possible() else OfNetworks(obligation)


BLOCKS.register(DEEP_LINEAR, blocks)
