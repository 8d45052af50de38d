"""Simple instances from which a conjecture is aimed: of few kinds, and of the sizes that its text names."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import sympy as sp
from flint import fmpq

from ....theory.language.nodes import Relation
from ....theory.language.quantities import L
from ....theory.language.quantities import d as dimension
from ...attack.named import numbers
from ...instances.building import diagonal
from ..instances.instance import Instance, make
from .moves import NAME, leave

MAX_DEPTH, MAX_DIMENSION = 1000, 40
"""Larger sizes are not built, whatever number the text names."""
_MIXED = ("3/5", "4/5")
KINDS: tuple[tuple[tuple[int, ...], tuple[int | str, ...], int], ...] = (
    ((1, 1), _MIXED, 2), ((1,), (1,), 2), ((1, 1), (1, 0), 2), ((1, 1), (0, 1), 2), ((1, 1), _MIXED, 1),
    ((1, 1), _MIXED, 3), ((1, 1, 1), ("2/3", "1/3", "2/3"), 2), ((1, 4), ("4/5", "3/5"), 2), ((1, 4), (1, 0), 3),
    ((0, 1), (0, 1), 2), ((0, 1), _MIXED, 2), ((0, 1, 1), (0, *_MIXED), 3), ((1,), (1,), 1), ((1,), (1,), 3),
    ((1, 4), ("20/101", "99/101"), 5), ((1,) * 12, (1, *[0] * 11), 2))
"""Eigenvalues, a unit vector along the regressor, and a depth: isotropic, two eigenvalues, singular."""


def anchors(relations: Sequence[Relation], *, leaving: bool) -> Iterator[Instance]:
    """Balanced minimizers; with ``leaving`` weights that are none, too.

    >>> deep = anchors([Relation(L, "<=", sp.Integer(30))], leaving=False)
    >>> max(case.depth for case in deep)
    31
    """
    yield from (_chain(*kind) for kind in KINDS)
    named = set[sp.Basic]().union(*(side.free_symbols for one in relations for side in (one.lhs, one.rhs)))
    whole = {int(n) for n in numbers(relations) if n.is_Integer}
    sizes = sorted({size + more for size in whole for more in (-1, 0, 1)})
    depths = [size for size in sizes if 1 <= size <= MAX_DEPTH and L in named]
    dimensions = [size for size in sizes if 1 <= size <= MAX_DIMENSION and dimension in named]
    yield from (_chain((1, 1), _MIXED, depth) for depth in depths)
    yield from (_chain((1,) * d, (1, *[0] * (d - 1)), depth) for d in dimensions
                for depth in (1, 2, *(whole.intersection(depths) if d in whole else ())))
    if leaving:
        yield from (leave(_chain((1, 1), _MIXED, depth), fmpq(1, 10)) for depth in (1, 2, 3))


def _chain(spectrum: tuple[int, ...], unit: tuple[int | str, ...], depth: int) -> Instance:
    return make(NAME, diagonal(*spectrum), [[list(unit)], *[[[1]]] * (depth - 1)])
