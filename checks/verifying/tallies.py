"""The results of work units: they travel between processes and add up in any order."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from dataclasses import dataclass, field
from math import inf

from ..second_line.steps import Undecided

SLACKS = {1.0: "equal", 1.01: "to 1.01", 1.1: "to 1.1", 1.5: "to 1.5", 2.0: "to 2", 5.0: "to 5", 10.0: "to 10",
          100.0: "to 100", inf: "more"}
"""The classes of slack in which decisions are counted: the largest ratio of larger to smaller side, and its name."""


def slack_class(ratio: float) -> int:
    """The place of the class of a ratio.

    >>> slack_class(1.0), slack_class(1.05), slack_class(1e9)
    (0, 2, 8)
    """
    return bisect_left(list(SLACKS), ratio)


@dataclass(frozen=True)
class Counterexample:
    """An exact instance where a statement is false, and the token that replays it."""

    claim: str
    obligation: str
    statement: str
    token: str
    instance: dict[str, object]
    values: dict[str, object]


@dataclass(frozen=True)
class Tally:
    """Decisions on one obligation. Addition is commutative: the order of work never matters."""

    held: int = 0
    refuted: int = 0
    inconclusive: int = 0
    not_applicable: int = 0
    undefined: int = 0
    """How many of the cases that are not applicable are so because a side has no value."""
    max_bits: int = 0
    ties: int = 0
    attained: int = 0
    """How many of the ties are equalities of sides that are not zero."""
    error: float = 0.0
    ratio: float | None = None
    at: str | None = None
    undecided: tuple[str, ...] = ()
    counterexamples: tuple[Counterexample, ...] = ()
    seconds: float = 0.0
    against: tuple[str, ...] = ()
    """Ensembles by whose draws a statement about a probability is false, at the confidence of the intervals."""
    wanted: int = 0
    classes: Counter[str] = field(default_factory=Counter)
    """On how many instances of each class the obligation was decided (see :mod:`.floors`)."""
    slacks: Counter[int] = field(default_factory=Counter)
    """How many decisions had a ratio of each class of :data:`SLACKS`."""

    @property
    def decided(self) -> int:
        return self.held + self.refuted

    def __add__(self, other: Tally) -> Tally:
        best = min((self, other), key=lambda t: (t.ratio is None, t.ratio or 0.0, t.at or ""))
        return Tally(
            self.held + other.held, self.refuted + other.refuted, self.inconclusive + other.inconclusive,
            self.not_applicable + other.not_applicable, self.undefined + other.undefined,
            max(self.max_bits, other.max_bits),
            self.ties + other.ties, self.attained + other.attained, self.error + other.error, best.ratio, best.at,
            tuple(sorted(self.undecided + other.undecided))[:5],
            tuple(sorted(self.counterexamples + other.counterexamples, key=lambda c: c.token))[:3],
            self.seconds + other.seconds,
            tuple(sorted(self.against + other.against))[:5],
            self.wanted + other.wanted, self.classes + other.classes, self.slacks + other.slacks,
        )


@dataclass(frozen=True)
class MutantResult:
    """A mutant, and the counterexample that refutes it. Without one the mutant is true by a proof, or it survived."""

    label: str
    counterexample: Counterexample | None
    true: bool = False
    advice: str = ""
    """The end of a sentence about a mutant without a counterexample: what to do with the claim."""


@dataclass(frozen=True)
class DerivationResult:
    """How many steps of a claim's derivation were re-checked, and which problems were found."""

    steps: int = 0
    checked: int = 0
    problems: tuple[str, ...] = ()
    partial: dict[str, str] = field(default_factory=dict)
    exists: bool = False
    seconds: float = 0.0
    taken: tuple[str, ...] = ()
    """The theorems of the literature that it takes as they are, with their references."""
    decided: int = 0
    """How many of the steps agree with the instances that decide them."""
    undecided: tuple[Undecided, ...] = ()
