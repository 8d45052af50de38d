"""Instances aimed at the numbers of a conjecture: on both sides of every threshold, and exactly at it.

A pool of instances drawn beforehand meets a hypothesis such as ``theta <= 1/500`` or ``kappa == 2`` by chance only.
Here simple instances are moved along lines (see :mod:`.moves`) until float64 sees a side of a comparison pass the
other; where both are affine along the line, exact arithmetic gives the very point. Nothing is decided here.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any, TypeVar

import numpy as np
import sympy as sp
from flint import fmpq
from numpy.typing import NDArray
from scipy.optimize import elementwise

from ...numeric.linalg.rational import rational, simplest_rational
from ...theory.language.nodes import Relation
from ..arithmetic.exact import Undecidable, lifted
from ..arithmetic.exact_ring import ExactRing
from ..arithmetic.stacks import Rows
from ..deciding.decider import Case
from ..deciding.screening import differences
from ..evaluation.evaluate import evaluate
from .ground import Move, NoMove
from .named import numbers
from .question import Question

T = TypeVar("T")
TRIED = (-100.0, -30.0, -8.0, -1.0, 4.0, 20.0, 100.0)
"""Powers of 2 at which a line is looked at first; beyond them where the text names numbers still larger or smaller."""
BESIDE = (fmpq(0), fmpq(-1, 10**7), fmpq(1, 10**7), fmpq(-1, 1000), fmpq(1, 1000), fmpq(-1, 20), fmpq(1, 20))
"""Relative distances from such a point at which instances are taken."""
MAX_POWER = 300.0
"""Float64 ends there, about."""
ROUNDING = 1e-12
"""Sides that float64 sees no further apart are taken for equal."""
WIDTH = fmpq(1, 10**12)
"""Relative rounding of a point found in float64."""


@dataclass(frozen=True)
class Line:
    """A base, and a move from it."""

    base: Case
    move: Move[Any]

    def at(self, t: fmpq) -> Case | None:
        """The instance at ``t``, None where the move cannot be made."""
        try:
            made: Case = self.move(self.base, t)
            return made
        except NoMove:
            return None


def aimed(question: Question, cases: Sequence[Case], wanted: int) -> list[Case]:
    """Some ``wanted`` instances that meet the hypotheses, at the thresholds of the conclusion among others.

    ``cases`` are instances that were drawn: some of them are moved, too.
    """
    hypotheses = [hypothesis for hypothesis in question.relations[1:] if hypothesis.op != "!="]
    hypotheses.sort(key=question.ground.turn)
    simple = question.ground.anchors(question.relations)
    bases = _holding(question, [], [*simple, *map(question.ground.completed, _spread(cases, 12))])
    for number, hypothesis in enumerate(hypotheses):
        kept = hypotheses[: number + 1]
        holding = _holding(question, kept, bases)
        moved = _holding(question, kept, _at_thresholds(question, hypothesis, bases, wanted))
        bases = _spread(_in_turn(moved, holding), 24)
    lines = _spread(_lines(question, bases), wanted // 4)
    tried = [line.at(fmpq(2) ** power) for line in lines for power in (-30, -8, -1, 4)]
    at_thresholds = _at_thresholds(question, question.obligation.relation, bases, wanted)
    return _holding(question, hypotheses, [*bases, *at_thresholds, *tried])


def _lines(question: Question, bases: Sequence[Case]) -> list[Line]:
    """The moves that the hypotheses allow, from every base."""
    return [Line(base, move) for move in question.ground.moves() for base in bases]


def _in_turn(first: Sequence[T], second: Sequence[T]) -> list[T]:
    """The items of two lists, one of each in turn."""
    return [item for pair in zip_longest(first, second) for item in pair if item is not None]


def _spread(items: Sequence[T], number: int) -> list[T]:
    """At most so many of the items, evenly."""
    step = max(1, -(-len(items) // max(number, 1)))
    return [item for start in range(step) for item in items[start::step]][:number]


def _sides(question: Question, relation: Relation, cases: Sequence[Case | None]) -> Rows:
    """Both sides in float64, shape ``(n, 2)``; nan where there is no instance."""
    found = np.full((len(cases), 2), np.nan)
    places = {i: case for i, case in enumerate(cases) if case is not None}
    found[[*places]] = question.sides_in_float(relation, list(places.values()))
    return found


def _holding(question: Question, hypotheses: Sequence[Relation], cases: Sequence[Case | None]) -> list[Case]:
    """The instances on which float64 does not see a hypothesis fail."""
    kept = [case for case in cases if case is not None and question.pairs(case)]
    for hypothesis in hypotheses:
        fails = question.seems_to_fail(hypothesis, _sides(question, hypothesis, kept))
        kept = [case for case, failed in zip(kept, fails, strict=True) if not failed]
    return kept


def _at_thresholds(
    question: Question, relation: Relation, bases: Sequence[Case], wanted: int
) -> list[Case | None]:
    """Instances on lines from the bases where one side of a relation equals the other, and beside that."""
    lines = _spread(_lines(question, bases), wanted)
    far = [float(abs(sp.log(abs(n), 2))) + 4 for n in numbers(question.relations) if n]
    tried = [*(-power for power in far if power > -TRIED[0]), *TRIED, *(power for power in far if power > TRIED[-1])]
    tried = [power for power in sorted(tried) if abs(power) < MAX_POWER]
    apart = _over(question, relation, [line.at(_power(t)) for line in lines for t in tried]).reshape(-1, len(tried))
    signs = np.sign(np.where(abs(apart) < ROUNDING, 0, apart))
    for j in range(1, len(tried)):  # a side that only touches the other does not pass it
        signs[:, j] = np.where(signs[:, j] == 0, signs[:, j - 1], signs[:, j])
    crossed = _spread(np.argwhere(signs[:, :-1] * signs[:, 1:] < 0).tolist(), wanted // 8)
    brackets = [(lines[i], tried[j], tried[j + 1]) for i, j in crossed]
    found: list[Case | None] = []
    for line, low, high in _narrowed(question, relation, brackets):
        exact = _affine_root(question, relation, line, low, high)
        near = simplest_rational(low, high)
        found += [line.at(t) for t in (*([] if exact is None else [exact]), *(near * (1 + step) for step in BESIDE))]
    return found


def _power(exponent: float) -> fmpq:
    """``2^x``, a rational near it where ``x`` is no integer."""
    whole = math.floor(exponent)
    return rational(float(2.0 ** (exponent - whole))) * fmpq(2) ** whole


def _over(question: Question, relation: Relation, cases: Sequence[Case | None]) -> Rows:
    """How far the left side is above the right one, from -1 to 1."""
    return differences(Relation(relation.lhs, ">", relation.rhs), _sides(question, relation, cases))


def _narrowed(
    question: Question, relation: Relation, brackets: list[tuple[Line, float, float]]
) -> Iterator[tuple[Line, fmpq, fmpq]]:
    """Each line with a narrow interval in which one side passes the other. A bracket is a wide one, in powers of 2."""
    def apart(powers: Rows, numbers: NDArray[np.int_]) -> Rows:
        return _over(question, relation, [brackets[i][0].at(_power(t)) for t, i in zip(powers, numbers, strict=True)])

    if not brackets:
        return
    low, high = (np.array([bracket[end] for bracket in brackets]) for end in (1, 2))
    with np.errstate(all="ignore"):
        found = elementwise.find_root(apart, (low, high), args=(np.arange(len(brackets)),),
                                      tolerances={"xatol": 1e-13, "xrtol": 0}, maxiter=30)
    for (line, *_), one, other in zip(brackets, *found.bracket, strict=True):
        if np.isfinite(one + other):
            ends = _power(min(one, other)), _power(max(one, other))
            yield line, ends[0] * (1 - WIDTH), ends[1] * (1 + WIDTH)


def _affine_root(question: Question, relation: Relation, line: Line, low: fmpq, high: fmpq) -> fmpq | None:
    """Where the difference of the sides is zero if it is affine in ``t`` with rational values; else None."""
    ends = (simplest_rational(low / 2, low), simplest_rational(high, high * 2))
    try:
        below, above = (_difference(question, relation, line.move(line.base, t)) for t in ends)
        root = (ends[0] * above - ends[1] * below) / (above - below)
        return root if root > 0 and _difference(question, relation, line.move(line.base, root)) == 0 else None
    except (Undecidable, ArithmeticError, NoMove):
        return None


def _difference(question: Question, relation: Relation, case: Case) -> fmpq:
    """The left side less the right one where both are rational. Raises Undecidable."""
    scope = question.decides.scope(case, ExactRing(), {})
    return lifted(evaluate(relation.lhs, scope)).rational() - lifted(evaluate(relation.rhs, scope)).rational()
