"""The places where a judgment of a proof is evaluated: instances with its hypotheses, layers, values of variables."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import product
from typing import NamedTuple

import sympy as sp
from sympy.core.function import AppliedUndef

from ....theory.language.claim import Given, Obligation
from ....theory.language.nodes import LayerMatrix, Relation
from ....theory.language.quantities import VOCABULARY, L, k
from ....theory.setting.dependence import depends
from ...arithmetic.ring import AnyRing
from ...evaluation.abstract_scope import Values
from ...evaluation.evaluate import UnknownNode, integer
from ..deciding.along_flow import AT_TIME
from ..deciding.hypotheses import predicate
from ..deciding.quantifiers import expansions
from .handful import Case, Setting, handful, is_aligned
from .proof_words import OF_ONE_LAYER, ProofScope

ALONG_FLOW = frozenset({"time", "risk_gap_0"})
"""Names that make sense only for weights that gradient flow reached from a start."""
ENCLOSED = frozenset({"time", "rho", "c", "c_0", *AT_TIME}) | {
    word.name for word in VOCABULARY.values() if word.belongs in ("problem", "depth", "initialization")}
"""Names whose values belong to the weights further along the flow; all other values would be those of the start."""
LASTING = frozenset({"problem", "depth"})
"""A hypothesis that depends on nothing else holds along the flow when it holds at the start."""


class Place(NamedTuple):
    """A setting, and the indices of layers at which a judgment is evaluated."""

    setting: Setting
    integers: dict[str, int]

    def scope(self, ring: AnyRing) -> ProofScope:
        """The scope of the place in a ring. Places of one setting share it, one at a time."""
        scope = self.setting.scope(ring)
        scope.integers = self.integers
        return scope


@dataclass(frozen=True)
class Judged:
    """A judgment: its conclusion, its hypotheses, and the ranges of its layers."""

    relation: Relation
    facts: frozenset[Given]
    ranges: Mapping[sp.Symbol, tuple[sp.Expr, sp.Expr]]

    @cached_property
    def names(self) -> frozenset[str]:
        """The names of all symbols, families and functions that occur, in the hypotheses too."""
        relations = [self.relation, *self.supposed]
        return frozenset().union(*(_names(side) for one in relations for side in (one.lhs, one.rhs)))

    @cached_property
    def sources(self) -> frozenset[str]:
        """What the conclusion and the hypotheses depend on."""
        return depends(self.relation, *self.supposed)

    @cached_property
    def supposed(self) -> list[Relation]:
        return [fact for fact in self.facts if isinstance(fact, Relation)]

    @property
    def cases(self) -> tuple[Case, ...]:
        """The cases where the named hypotheses hold and all names of the judgment have values.

        Raises UnknownNode for a hypothesis that has no decider.
        """
        named = frozenset(fact for fact in self.facts if isinstance(fact, str))
        return _fitting(named, bool(self.names & ALONG_FLOW), self.names <= ENCLOSED and depends(*named) <= LASTING)

    def places(self, case: Case, turn: int) -> Iterator[Place]:
        """The case at all layers in the ranges, with the values of a turn, and with values near the thresholds."""
        extras: list[Values] = [{}]
        if "eta" in self.sources:
            asked = Obligation("", self.relation, over=("eta",), given=tuple(self.facts))
            extras = list(expansions(asked, case.instance))
        if "rho" in self.names:
            extras = [rate | radius for rate, radius in product(extras, case.radii)]
        for extra in extras:
            depth, d = case.instance.depth, case.instance.dimension
            yield from self._indexed(Place(case.setting(turn, extra), {"L": depth, "d": d}), self._layer_ranges)

    @cached_property
    def _layer_ranges(self) -> list[tuple[sp.Symbol, sp.Expr, sp.Expr]]:
        """The ranges, ordered so that each depends on earlier ones only. The layer that moves gets a range, too."""
        ranges = dict(self.ranges)
        if self.names & set(OF_ONE_LAYER):
            ranges.setdefault(k, (sp.S.One, L))
        ends = [(index, sp.sympify(low), sp.sympify(high)) for index, (low, high) in ranges.items()]
        return sorted(ends, key=lambda one: len((one[1].free_symbols | one[2].free_symbols) & set(ranges)))

    def _indexed(self, place: Place, ranges: list[tuple[sp.Symbol, sp.Expr, sp.Expr]]) -> Iterator[Place]:
        if not ranges:
            yield place
            return
        (index, low, high), *rest = ranges
        for value in range(integer(low, place), integer(high, place) + 1):
            yield from self._indexed(Place(place.setting, {**place.integers, index.name: value}), rest)


def _names(side: sp.Basic) -> set[str]:
    used = side.atoms(sp.Symbol, sp.MatrixSymbol, LayerMatrix, AppliedUndef)
    return {getattr(x, "name", type(x).__name__) for x in used} - {"d"}


@lru_cache(maxsize=1024)
def _fitting(named: frozenset[str], flow: bool, enclosed: bool) -> tuple[Case, ...]:
    """The cases where the named hypotheses hold, unlike ones first; enclosed cases only where all names allow it."""
    found = (case for case in handful() if (enclosed or case.time is None) and not (flow and case.instance.start))
    return _varied([case for case in found if all(_supposed(fact, case) for fact in named)])


def _varied(cases: list[Case]) -> tuple[Case, ...]:
    """The cases, reordered: each next one has most of the traits that were rare among those before."""
    seen: Counter[tuple[object, ...]] = Counter()
    ordered: list[Case] = []
    while cases:
        best = max(cases, key=lambda case: sum(4.0 ** -seen[trait] for trait in case.traits))
        cases.remove(best)
        seen.update(best.traits)
        ordered.append(best)
    return tuple(ordered)


@lru_cache(maxsize=4096)
def _supposed(fact: str, case: Case) -> bool:
    try:
        return OWN_PREDICATES[fact](case) if fact in OWN_PREDICATES else predicate(fact, case.instance)
    except KeyError:
        raise UnknownNode(f"the hypothesis {fact!r} has no decider") from None


OWN_PREDICATES: dict[str, Callable[[Case], bool]] = {
    "aligned": lambda case: not case.planted and is_aligned(case.instance),  # on a planted problem r is another number
    "planted": lambda case: case.planted,
}
"""Hypotheses that no relation says."""
