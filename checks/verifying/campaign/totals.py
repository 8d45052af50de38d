"""What a campaign counts: it adds up in any order, and does not grow with the number of instances."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from math import inf

import numpy as np

from ...arithmetic.stacks import Rows

KEPT = 5
"""How many tokens of a kind are kept: of the tightest instances, of undecided ones, of counterexamples."""
_PER_DECADE, _LEAST, _MOST = 16, -16, 16
_EDGES = 10.0 ** (np.arange(_LEAST * _PER_DECADE, _MOST * _PER_DECADE + 1) / _PER_DECADE)
"""Slack is the ratio of larger to smaller side, less one. It is counted in bins, 16 to a power of ten."""


def bins(ratios: Rows) -> Counter[int]:
    """How many ratios of larger to smaller side fall into each bin of slack.

    >>> bins(np.array([1.0, 1.5, 1.51])) == Counter({0: 1, 252: 2})
    True
    """
    places, counts = np.unique(np.searchsorted(_EDGES, ratios - 1, side="left"), return_counts=True)
    return Counter(dict(zip(places.tolist(), counts.tolist(), strict=True)))


def slack_at_most(place: int) -> float:
    """The largest slack of a bin.

    >>> slack_at_most(0), 0.5 < slack_at_most(252) < 0.6
    (1e-16, True)
    """
    return float(_EDGES[place]) if place < len(_EDGES) else inf


@dataclass(frozen=True)
class Totals:
    """Decisions on an obligation, at one shape or at all of them. Addition is commutative and associative.

    ``held`` are all that hold, of which ``by_floats`` are decided in float64 with proved error bounds, and ``ties`` are
    equalities. ``tightest`` are ratios of larger to smaller side, in float64, with the tokens that replay them.
    """

    held: int = 0
    by_floats: int = 0
    ties: int = 0
    refuted: int = 0
    inconclusive: int = 0
    not_applicable: int = 0
    slacks: Counter[int] = field(default_factory=Counter)
    tightest: tuple[tuple[float, str], ...] = ()
    undecided: tuple[str, ...] = ()
    counterexamples: tuple[str, ...] = ()

    @property
    def instances(self) -> int:
        return self.held + self.refuted + self.inconclusive + self.not_applicable

    @property
    def decided(self) -> int:
        return self.held + self.refuted

    def __add__(self, other: Totals) -> Totals:
        return Totals(
            self.held + other.held, self.by_floats + other.by_floats, self.ties + other.ties,
            self.refuted + other.refuted, self.inconclusive + other.inconclusive,
            self.not_applicable + other.not_applicable, self.slacks + other.slacks,
            tuple(sorted({*self.tightest, *other.tightest})[:KEPT]),
            _least(self.undecided + other.undecided), _least(self.counterexamples + other.counterexamples))

    def quantile(self, share: float) -> float | None:
        """A slack that this share of the measured decisions does not exceed, as the end of its bin: 15 % too large."""
        wanted, seen = share * self.slacks.total(), 0
        for place in sorted(self.slacks):
            seen += self.slacks[place]
            if seen >= wanted:
                return slack_at_most(place)
        return None


def _least(tokens: Sequence[str]) -> tuple[str, ...]:
    """The first tokens in the order of their texts."""
    return tuple(sorted(set(tokens))[:KEPT])


@dataclass(frozen=True, order=True)
class Key:
    """What is counted apart: an obligation of a claim, at a shape."""

    claim: str
    obligation: str
    shape: str


Summary = dict[Key, Totals]


def merged(parts: Iterable[Summary]) -> Summary:
    """The sum of summaries, in the order of the keys."""
    found: Summary = {}
    for part in parts:
        for key, totals in part.items():
            found[key] = found.get(key, Totals()) + totals
    return dict(sorted(found.items()))


def over_shapes(summary: Summary) -> dict[tuple[str, str], Totals]:
    """The totals of each obligation at all its shapes."""
    found: dict[tuple[str, str], Totals] = {}
    for key, totals in summary.items():
        name = key.claim, key.obligation
        found[name] = found.get(name, Totals()) + totals
    return found


