"""The starts of descents: screened instances, aligned networks, and the special instances of conjectures."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from itertools import zip_longest

import numpy as np
from flint import fmpq

from ....theory.language.obligation import Obligation
from ...attack.ground import Seen, Slacks, Variation
from ...deciding.screening import SAFE_SLACK
from ..instances.instance import Instance
from .moves import NAME as AIMED
from .moves import WEIGHTS
from .steering import STEERED, Steered
from .variations import Chain, Free

MAX_WEIGHTS, MAX_DEPTH = 40, 12
"""Larger instances are decided, but no descent starts from them."""


def starts(obligation: Obligation, seen: Seen[Instance], slacks_of: Slacks[Instance],
           spaces: tuple[str, ...]) -> list[Variation[Instance]]:
    """Two screened instances of every shape, the tightest one and the middle one; small shapes first.

    Counterexamples live in few dimensions, where an optimizer does best. No descent starts at an equality. An equality
    nearby attracts the optimizer, so the tightest instance is not always the best start. Chains, and instances aimed
    at the numbers of a conjecture, come in turn with these starts.
    """
    given_names = obligation.given
    directed = bool({"u", "z"} & set(obligation.over))
    shapes: dict[tuple[int, ...], list[Instance]] = {}
    if not {"balanced", "w* eigenvector", "w along w*"} & set(given_names):
        for slack, _, case in seen:
            if slack > SAFE_SLACK and not _is_special(case) and _may_move(case):
                shapes.setdefault(case.widths, []).append(case)
    by_size = sorted(shapes.values(), key=lambda cases: _size(cases[0]))
    loose = [Free(replace(case, stated=None) if "minimizer" in given_names else case, directed)
             for cases in by_size for case in dict.fromkeys((cases[0], cases[len(cases) // 2]))]
    kinds = {"balanced": "balanced" in given_names or "balanced" in spaces,
             "eigenvector": "w* eigenvector" in given_names}
    chains = [Chain(d, L, **kinds) for d, L in ((2, 2), (2, 3), (1, 2), (3, 4), (2, 1), (1, 3))]
    chains[1:1] = [Chain(2, 2, **(kinds | {special: True})) for special in ("isotropic", "eigenvector")]
    slacks = slacks_of([chain.at(chain.start) for chain in chains])
    usable = [chain for chain, slack in zip(chains, slacks, strict=True) if np.isfinite(slack)]
    turns: Iterable[tuple[Variation[Instance] | None, ...]] = zip_longest(
        _steered(seen, slacks_of), loose[::2], usable, loose[1::2])
    return [variation for turn in turns for variation in turn if variation is not None]


def _steered(seen: Seen[Instance], slacks_of: Slacks[Instance]) -> list[Steered]:
    """Variations of the tightest and some other special instances, by the moves that keep the hypotheses."""
    special = [case for slack, _, case in seen if slack > SAFE_SLACK and _is_special(case) and _may_move(case)]
    found = []
    for case in [*special[:1], *special[1 :: 1 + len(special) // 6]]:
        moves = [move for move in STEERED if case.depth > 1 or move not in WEIGHTS]
        slacks = slacks_of([move(case, fmpq(1, 10**6)) for move in moves])
        found.append(Steered(case, tuple(move for move, slack in zip(moves, slacks, strict=True) if slack < np.inf)))
    return [variation for variation in found if len(variation.start)]


def _is_special(case: Instance) -> bool:
    """Whether an instance was made for conjectures. A few steps away from it there is nothing special any more."""
    return case.name.startswith((AIMED, "singled-out"))


def _may_move(case: Instance) -> bool:
    return _size(case) <= MAX_WEIGHTS and case.depth <= MAX_DEPTH


def _size(case: Instance) -> int:
    return int(sum(layer.size for layer in case.weights)) + case.dimension**2
