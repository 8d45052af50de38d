"""What is decided of an obligation on one case."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

import numpy as np

from ..evaluation.abstract_scope import Values


class Verdict(StrEnum):
    """The answer on one case, the most severe first."""

    REFUTED = "refuted"
    INCONCLUSIVE = "inconclusive"
    HELD = "held"
    NOT_APPLICABLE = "not applicable"

    @property
    def severity(self) -> int:
        """The place among all verdicts: 0 is the most severe.

        >>> max(Verdict.HELD, Verdict.REFUTED, key=lambda verdict: verdict.severity)
        <Verdict.HELD: 'held'>
        """
        return list(Verdict).index(self)

    @classmethod
    def of(cls, holds: bool | None) -> Verdict:
        """The verdict on a relation that holds, does not hold, or (None) is not decided."""
        return cls.INCONCLUSIVE if holds is None else cls.HELD if holds else cls.REFUTED


class Route(StrEnum):
    """How a decision was reached; ``TIE`` and ``ZERO`` are equalities, of nonzero sides and of zeros."""

    NONE = ""
    BALLS = "balls"
    EXACT = "exact"
    TIE = "tie"
    ZERO = "zero"
    WITNESS = "witness"
    ENCLOSURE = "enclosure"
    FIELD = "field"
    SERIES = "series"
    DRAWS = "draws"
    UNDEFINED = "undefined"


_WAYS = {
    Route.NONE: "not decided", Route.BALLS: "intervals, {bits} bits", Route.EXACT: "in exact numbers",
    Route.TIE: "both sides are equal, exactly", Route.ZERO: "both sides are zero, exactly",
    Route.WITNESS: "by an exact example", Route.ENCLOSURE: "by an enclosed trajectory, with {bits} bits",
    Route.FIELD: "over a prime field", Route.SERIES: "by power series with {bits} bits", Route.DRAWS: "by random draws",
    Route.UNDEFINED: "a side is not defined",
}


def in_words(route: str, bits: int) -> str:
    """How a decision was reached, in words.

    >>> in_words("balls", 128), in_words("tie", 0)
    ('intervals, 128 bits', 'both sides are equal, exactly')
    """
    return _WAYS[Route(route)].format(bits=bits)


@dataclass(frozen=True)
class Outcome:
    """What was decided, at which precision, by which route, how tight, where, and of which layers it held."""

    verdict: Verdict
    bits: int = 0
    route: Route = Route.NONE
    ratio: float | None = None
    values: Values = field(default_factory=dict)
    layers: frozenset[int] = frozenset()

    @property
    def decided(self) -> bool:
        return self.verdict in (Verdict.HELD, Verdict.REFUTED)

    @property
    def equal(self) -> bool:
        """Whether the two sides were found equal."""
        return self.route in (Route.TIE, Route.ZERO)


def shown(values: Values) -> dict[str, object]:
    """The values as exact strings, for reports."""
    return {
        name: [str(x) for x in value.reshape(-1)] if isinstance(value, np.ndarray) else str(value)
        for name, value in values.items()
    }
