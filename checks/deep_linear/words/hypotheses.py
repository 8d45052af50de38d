"""Named hypotheses, in each way of deciding them, compared with their definitions."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache

import numpy as np

from ....theory.language import quantities as Q
from ....theory.language.claim import Obligation
from ....theory.language.nodes import Relation
from ...deciding.ways import certifiable
from ...verifying.words import Comparison
from ..deciding.hypotheses import at_depth
from ..deciding.identities import field_point, holds_at
from ..evaluation.dense import covariance_of, pulled_back, regressor_of
from ..instances.instance import Instance
from ..instances.pool import instance
from ..instances.spaces import BUILT_IN_FAMILIES, FAMILIES
from .comparison import said
from .definitions_exact import HYPOTHESES
from .flow import NEAR, ends_of_paths
from .instances import compared, token

SOUGHT = 16
"""How many instances of a family are searched for one where a hypothesis holds and one where it fails."""
FALSE = Obligation("false", Relation(Q.gamma, "==", Q.gamma + 1), decide="identity")
DEPTHS = range(1, 9)


def hypothesis(name: str) -> Iterator[Comparison]:
    """A hypothesis on exact instances; some also for statements that have depths or shapes in place of instances."""
    word = f"hypothesis {name}"
    obligation = Obligation("any", FALSE.relation, given=(name,))
    cases = [(token(case), case) for case in compared()] + [(case.name, case) for case in drawn()]
    stated = [HYPOTHESES[name](case) for _, case in cases]
    for (at, case), answer in zip(cases, stated, strict=True):
        yield said(word, at, certifiable(obligation).supposed(case), answer)
    yield said(word, "all", sorted(set(stated)), [False, True])  # one-sided instances would compare nothing
    if name in _OF_DEPTH:
        yield from _of_depth(name, word)
    if name == "minimizer":
        yield from _of_identities(word)


_OF_DEPTH = {"L >= 2": lambda depth: depth > 1, "L >= 3": lambda depth: depth > 2, "L == 1": lambda depth: depth == 1}


@lru_cache(maxsize=1)
def drawn() -> list[Instance]:
    """For each random family and each hypothesis an instance where it holds, and one where it fails."""
    found: dict[tuple[str, str, bool], Instance] = {}
    for family in (FAMILIES[name] for name in BUILT_IN_FAMILIES):
        if family.finite or len(family.quick) < 1000:  # no trajectories, which take long to enclose
            continue
        for case in filter(_is_small, (instance(family.name, 0, index) for index in range(1, SOUGHT))):
            for name, holds in HYPOTHESES.items():
                found.setdefault((family.name, name, holds(case)), case)
    return list(dict.fromkeys(found.values()))


def _is_small(case: Instance) -> bool:
    return len(case.weights) <= 6 and all(abs(entry.q) < 2**80 for entry in case.covariance.flat)


def _of_depth(name: str, word: str) -> Iterator[Comparison]:
    """The depths of initial value problems, and of identities, at which a hypothesis about the depth holds."""
    yield said(word, "depths", [at_depth(name, depth) for depth in DEPTHS],
               [_OF_DEPTH[name](depth) for depth in DEPTHS])
    if name != "L == 1":  # which no identity supposes
        points = [field_point(FALSE, 0, index) for index in range(5)]
        found = [holds_at(replace(FALSE, given=(name,)), point) is not None for point in points]
        yield said(word, "shapes", found, [_OF_DEPTH[name](len(point.weights)) for point in points])


def _of_identities(word: str) -> Iterator[Comparison]:
    """An identity about minimizers is decided where ``w* = w``, one about all weights where it is not."""
    for given in (("minimizer",), ()):
        point = field_point(replace(FALSE, given=given), 0, 3)
        vanishes = all(x == 0 for x in point.network.regressor() - point.w_star)
        yield said(word, "shapes", vanishes, bool(given))


def at_the_limit(name: str) -> Iterator[Comparison]:
    """A hypothesis at the limit of the flow, compared with the end of the trajectory in float64."""
    obligation = Obligation("any", FALSE.relation, given=(name,), space="limit", decide="enclosed")
    for case, end in ends_of_paths():
        gap = pulled_back(end, 0) - regressor_of(end)
        small = np.linalg.norm(covariance_of(end) @ gap if name == "minimizer" else gap) < NEAR
        yield said(f"flow {name}", case.name, certifiable(obligation).supposed(case), bool(small))
