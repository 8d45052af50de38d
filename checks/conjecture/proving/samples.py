"""Numbers at which a goal can be seen to be out of reach, so that no time is lost with it. They decide nothing else."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from random import Random
from typing import TypeAlias

import sympy as sp

from ....theory.language import quantities as Q
from ....theory.language.nodes import Relation
from .bounds import ORDER
from .programme import Depths
from .world import World

__all__ = ["Samples"]

Point: TypeAlias = tuple[float, ...]
"""A value of each name."""
_NAMES = (*ORDER, Q.L, Q.d, Q.norm_w)
_DRAWN, _KEPT = 60, 12
"""How many points are drawn, and how many of those are kept that fulfil what is known."""
_CLEARLY = 1e-6
"""By how much a goal fails that counts as out of reach."""


class Samples:
    """Values of the constants of the problem that fulfil what is known of them alone."""

    def __init__(self, world: World) -> None:
        self._world = world

    def contradict(self, goal: Relation) -> bool:
        """Whether a goal about the constants of the problem fails at one of the points."""
        if not goal.free_symbols <= {*_NAMES}:
            return False
        excess = _excess(goal)
        return any(excess(point) > _CLEARLY for point in self._points)

    @cached_property
    def _points(self) -> list[Point]:
        known = [_excess(fact.relation) for fact in self._world.facts if fact.relation.free_symbols <= {*_NAMES}]
        drawn = (_point(self._world.depths, n, Random(n)) for n in range(_DRAWN))
        return [point for point in drawn if all(excess(point) <= _CLEARLY for excess in known)][:_KEPT]


def _point(depths: Depths, number: int, random: Random) -> Point:
    """Eigenvalues and quotients in order, a depth, a dimension, the trace between its bounds, and a norm."""
    low, first, second, high = sorted(
        random.choice((1.0, random.uniform(1, 2), random.uniform(1, 30))) for _ in range(4))
    dimension = float(random.randint(1, 5)) if low == high else float(random.randint(2, 5))
    trace = random.uniform(max(high, dimension * low), dimension * high)
    depth = depths.least if depths.alone else depths.least + number % 4 * random.randint(0, 5)
    return low, low, first, second, high, trace, depth, dimension, random.uniform(0.5, 2)


def _excess(relation: Relation) -> Callable[[Point], float]:
    """By how much the smaller side exceeds the larger one, as a share of both; 0 where that cannot be computed."""
    sides = sp.lambdify(_NAMES, relation.sides, "math")

    def excess(point: Point) -> float:
        try:
            small, large = map(float, sides(*point))
        except (TypeError, ValueError, ArithmeticError):
            return 0.0
        gap = abs(small - large) if relation.op == "==" else small - large
        return gap / (abs(small) + abs(large) + 1e-300)

    return excess
