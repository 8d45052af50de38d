"""Numbers at which a goal can be seen to be out of reach, so that no time is lost with it. They decide nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from random import Random

import sympy as sp

from ....theory.language import quantities as Q
from ....theory.language.nodes import Relation
from .bounds import ORDER, RANKED
from .world import World

__all__ = ["Samples"]

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
        if goal.free_symbols & {*RANKED} or not goal.free_symbols <= {*ORDER, Q.L, Q.d, Q.norm_w}:
            return False
        return any(_excess(goal, point) > _CLEARLY for point in self._points)

    @cached_property
    def _points(self) -> list[Mapping[sp.Basic, float]]:
        allowed = {*ORDER, Q.L, Q.d, Q.norm_w}
        known = [fact.relation for fact in self._world.facts if fact.relation.free_symbols <= allowed]
        random, found = Random(1), list[Mapping[sp.Basic, float]]()
        depths = self._world.depths
        for n in range(_DRAWN):
            values = sorted(random.choice((1.0, random.uniform(1, 2), random.uniform(1, 30))) for _ in ORDER)
            values[1] = values[0]
            point = dict(zip(ORDER, values, strict=True))
            point[Q.L] = depths.least if depths.alone else depths.least + (n % 4) * random.randint(0, 5)
            point[Q.d] = max(1.0, float(-(-values[-1] // values[-2])), random.randint(1, 5))
            point[Q.trace_Sigma] = max(values[-1], point[Q.d] * values[0])
            point[Q.norm_w] = random.uniform(0.5, 2)
            if all(_excess(one, point) <= _CLEARLY for one in known):
                found.append(point)
        return found[:_KEPT]


def _excess(relation: Relation, point: Mapping[sp.Basic, float]) -> float:
    """By how much the smaller side exceeds the larger one, as a share of both; 0 where that cannot be computed."""
    try:
        small, large = (float(side.subs(point)) for side in relation.sides)
    except (TypeError, ValueError, ZeroDivisionError, OverflowError):
        return 0.0
    gap = abs(small - large) if relation.op == "==" else small - large
    return gap / (abs(small) + abs(large) + 1e-300)
