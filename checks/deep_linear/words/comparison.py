"""One word at one instance, computed twice: by the decider, and by an independent definition."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from ....numeric.linalg.scalars import Array
from ...evaluation.evaluate import Value

MARGIN = 1e-9
"""The relative error that is allowed float64 on the compared instances: a thousand times its actual error."""


@dataclass(frozen=True)
class Comparison:
    """A word, where it was read (an instance that ``flatcert replay`` makes again), and the two values."""

    word: str
    at: str
    found: str
    stated: str
    agrees: bool

    @property
    def sentence(self) -> str:
        """Both values, and how to see them again."""
        return f"{self.word}: {self.found}, but {self.stated} by its definition; flatcert replay '{self.token}'"

    @property
    def token(self) -> str:
        return f"{WORDS}/{self.word}@{self.at}"


WORDS = "words"
"""What stands for a claim in the token of a comparison."""
SHOWN = 3
"""How many disagreements about one word are kept."""


@dataclass(frozen=True)
class Words:
    """Which words were compared, at how many instances, and what disagreed. Addition is commutative."""

    compared: frozenset[str] = frozenset()
    instances: int = 0
    disagreements: tuple[Comparison, ...] = ()
    seconds: float = 0.0

    def __add__(self, other: Words) -> Words:
        return Words(self.compared | other.compared, self.instances + other.instances,
                     tuple(sorted({*self.disagreements, *other.disagreements}, key=lambda c: (c.word, c.at, c.found))),
                     self.seconds + other.seconds)

    @classmethod
    def of(cls, comparisons: Iterable[Comparison]) -> Words:
        """The summary of the comparisons of one word."""
        made = list(comparisons)
        return cls(frozenset(c.word for c in made), len({c.at for c in made}),
                   tuple(c for c in made if not c.agrees)[:SHOWN])


def numbers(word: str, at: str, found: Value, stated: Value, margin: float = MARGIN, least: float = 1.0) -> Comparison:
    """Two numbers or arrays, compared up to a margin of their size (of ``least``, where they are smaller).

    >>> numbers("b", "here", 1.0, 1.0 + 1e-12).agrees, numbers("b", "here", float("nan"), 1.0).agrees
    (True, False)
    """
    x, y = np.asarray(found, dtype=float), np.asarray(stated, dtype=float)
    agrees = x.shape == y.shape and bool(np.max(np.abs(x - y), initial=0) <= margin * np.max(abs(y), initial=least))
    return Comparison(word, at, _short(x), _short(y), agrees)


def said(word: str, at: str, found: object, stated: object) -> Comparison:
    """Two answers, which must be the same."""
    return Comparison(word, at, str(found), str(stated), found == stated)


def _short(value: Array) -> str:
    return str(np.round(value, 12).tolist() if value.ndim else float(value))
