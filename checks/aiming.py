"""Instances aimed at the numbers of a conjecture: on both sides of every threshold, and exactly at it.

A pool of instances drawn beforehand meets a hypothesis such as ``theta <= 1/500`` or ``kappa == 2`` by chance only.
Here simple instances are moved along lines (see :mod:`.moves`) until float64 sees a side of a comparison pass the
other; where both are affine along the line, exact arithmetic gives the very point. Nothing is decided here.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any, Protocol

import numpy as np
import sympy as sp
from flint import fmpq

from ..numeric.rational import rational, rational_array, simplest_rational
from ..theory.expressions import Relation
from .batches import Pair, sides
from .evaluate import evaluate
from .exact import Undecidable, lifted
from .families import diagonal
from .instances import Instance, make
from .moves import PROBLEM, WEIGHTS, Move, NoMove, leave, scale_readout, turn
from .quantifiers import Values
from .rings import ExactRing
from .scope import RealScope
from .screening import differences
from .stacks import Rows

TRIED = [fmpq(2) ** power for power in (-100, -40, -16, -6, -2, 0, 2, 6, 16, 40, 100)]
"""Where a line is looked at first."""
HALVINGS = 42
"""How often the interval is halved in which one side passes the other."""
BESIDE = (fmpq(0), fmpq(-1, 10**7), fmpq(1, 10**7), fmpq(-1, 1000), fmpq(1, 1000), fmpq(-1, 20), fmpq(1, 20))
"""Relative distances from such a point at which instances are taken."""
MAX_DEPTH, MAX_DIMENSION = 1000, 40
"""Larger sizes are not built, whatever number the text names."""


class Target(Protocol):
    """What a conjecture must tell: a question, see :class:`~flatcert.checks.questions.Question`."""

    @property
    def obligation(self) -> Any: ...
    @property
    def named(self) -> frozenset[str]: ...
    def pairs(self, case: Instance) -> list[Pair]: ...
    def seems_to_fail(self, hypothesis: Relation, both: Rows) -> Any: ...


@dataclass(frozen=True)
class Line:
    """A base, and a move from it."""

    base: Instance
    move: Move

    def at(self, t: fmpq) -> Instance | None:
        """The instance at ``t``, None where the move cannot be made."""
        try:
            return self.move(self.base, t)
        except NoMove:
            return None


def aimed(target: Target, cases: Sequence[Instance], wanted: int) -> list[Instance]:
    """Some ``wanted`` instances that meet the hypotheses, at the thresholds of the conclusion among others.

    ``cases`` are instances that were drawn: some of them are moved, too.
    """
    hypotheses = [g for g in target.obligation.given if isinstance(g, Relation) and g.op != "!="]
    bases = _holding(target, [], [*_anchors(target), *_spread(cases, 12)])
    for number, hypothesis in enumerate(hypotheses):
        kept = hypotheses[: number + 1]
        holding = _holding(target, kept, bases)
        moved = _holding(target, kept, _at_thresholds(target, hypothesis, bases, wanted // 4))
        bases = _spread([x for pair in zip_longest(moved, holding) for x in pair if x is not None], 24)
    lines = [Line(base, move) for move in (*_moves(target), turn) for base in bases]
    tried = [line.at(t) for line in _spread(lines, wanted // 4) for t in TRIED[1:-1:2]]
    at_thresholds = _at_thresholds(target, target.obligation.relation, bases, wanted // 8)
    found = [*bases, *at_thresholds, *(case for case in tried if case is not None)]
    return _holding(target, hypotheses, found)


def _moves(target: Target) -> list[Move]:
    """In turn those of the problem and those of the weights; only what the hypotheses leave free."""
    given = target.obligation.given
    free = [*([] if "minimizer" in given else [leave]), *([] if "plain" in given else [scale_readout])]
    return [move for pair in zip_longest(PROBLEM, WEIGHTS) for move in pair if move is not None] + free


def _spread(items: Sequence[Any], number: int) -> list[Any]:
    """At most so many of the items, evenly."""
    step = max(1, -(-len(items) // max(number, 1)))
    return [item for start in range(step) for item in items[start::step]][:number]


def _anchors(target: Target) -> Iterator[Instance]:
    """Simple minimizers: isotropic, two eigenvalues, singular; of the sizes that the text names, too."""
    for spectrum, unit, depth in (
        ((1, 1), ("3/5", "4/5"), 2), ((1,), (1,), 2), ((1, 1), (1, 0), 2), ((1, 1), (0, 1), 2),
        ((1, 1), ("3/5", "4/5"), 1), ((1, 1), ("3/5", "4/5"), 3), ((1, 1, 1), ("2/3", "1/3", "2/3"), 2),
        ((1, 4), ("4/5", "3/5"), 2), ((1, 4), (1, 0), 3), ((0, 1), (0, 1), 2), ((0, 1), ("3/5", "4/5"), 2),
        ((0, 1, 1), (0, "3/5", "4/5"), 3), ((1,), (1,), 1), ((1,), (1,), 3), ((1, 4), ("20/101", "99/101"), 5)):
        yield _chain(spectrum, unit, depth)
    whole = [n for n in _numbers(target) if n.is_Integer]
    for size in sorted({int(n) + more for n in whole for more in (-1, 0, 1)}):
        if "L" in target.named and 1 <= size <= MAX_DEPTH:
            yield _chain((1, 1), ("3/5", "4/5"), size)
        if "d" in target.named and 1 <= size <= MAX_DIMENSION:
            for depth in (1, 2):
                yield _chain((1,) * size, (1, *[0] * (size - 1)), depth)


def _chain(spectrum: tuple[int, ...], unit: tuple[Any, ...], depth: int) -> Instance:
    return make("aimed", diagonal(*spectrum), [[list(unit)], *[[[1]]] * (depth - 1)])


def _numbers(target: Target) -> set[sp.Rational]:
    """The numbers in the comparisons."""
    relations = [target.obligation.relation, *(g for g in target.obligation.given if isinstance(g, Relation))]
    return {n for relation in relations for side in (relation.lhs, relation.rhs) for n in side.atoms(sp.Rational)}


def _values(target: Target, case: Instance) -> Values | None:
    """The values with which a statement is evaluated on an instance; None where a named hypothesis fails."""
    pairs = target.pairs(case)
    return pairs[0].values if pairs else None


def _sides(target: Target, relation: Relation, cases: Sequence[Instance | None]) -> Rows:
    """Both sides in float64, shape ``(n, 2)``; nan where there is no instance, or none that is supposed."""
    values = [None if case is None else _values(target, case) for case in cases]
    places = [i for i, value in enumerate(values) if value is not None]
    found = np.full((len(cases), 2), np.nan)
    found[places] = sides(relation, [Pair(cases[i], values[i]) for i in places])  # type: ignore[arg-type]
    return found


def _holding(target: Target, hypotheses: Sequence[Relation], cases: Sequence[Instance | None]) -> list[Instance]:
    """The instances on which float64 does not see a hypothesis fail."""
    kept = [case for case in cases if case is not None and target.pairs(case)]
    for hypothesis in hypotheses:
        fails = target.seems_to_fail(hypothesis, _sides(target, hypothesis, kept))
        kept = [case for case, failed in zip(kept, fails, strict=True) if not failed]
    return kept


def _at_thresholds(
    target: Target, relation: Relation, bases: Sequence[Instance], wanted: int
) -> list[Instance | None]:
    """Instances on lines from the bases where one side of a relation equals the other, and beside that."""
    lines = [Line(base, move) for move in _moves(target) for base in bases]
    signs = np.sign(_over(target, relation, [line.at(t) for line in lines for t in TRIED]))
    crossed = [(lines[i // len(TRIED)], TRIED[i % len(TRIED)], TRIED[i % len(TRIED) + 1], signs[i])
               for i in range(len(signs) - 1) if i % len(TRIED) < len(TRIED) - 1
               and signs[i] != signs[i + 1] and np.isfinite(signs[i] + signs[i + 1])]
    crossed = _spread(crossed, wanted // len(BESIDE) + 1)
    found: list[Instance | None] = []
    for line, low, high in _halved(target, relation, crossed):
        exact = _affine_root(target, relation, line, low, high)
        near = simplest_rational(min(low, high), max(low, high))
        places = [*([] if exact is None else [exact]), *(near * (1 + step) for step in BESIDE)]
        found += [line.at(t) for t in places if t > 0]
    return found


def _over(target: Target, relation: Relation, cases: Sequence[Instance | None]) -> Rows:
    """How far the left side is above the right one, from -1 to 1."""
    return differences(Relation(relation.lhs, ">", relation.rhs), _sides(target, relation, cases))


def _halved(target: Target, relation: Relation, crossed: list[Any]) -> Iterator[tuple[Line, fmpq, fmpq]]:
    """The lines with the intervals narrowed down, on a logarithmic scale."""
    lines = [line for line, *_ in crossed]
    ends = np.log2(np.array([[float(low), float(high)] for _, low, high, _ in crossed]).reshape(-1, 2))
    first = np.array([sign for *_, sign in crossed])
    for _ in range(HALVINGS if lines else 0):
        middle = ends.mean(axis=1)
        cases = [line.at(rational(float(2.0**t))) for line, t in zip(lines, middle, strict=True)]
        below = np.sign(_over(target, relation, cases)) == first
        ends = np.where(np.stack([below, ~below], axis=1), middle[:, None], ends)
    for line, (low, high) in zip(lines, ends, strict=True):
        yield line, rational(float(2.0**low) * (1 - 1e-12)), rational(float(2.0**high) * (1 + 1e-12))


def _affine_root(target: Target, relation: Relation, line: Line, low: fmpq, high: fmpq) -> fmpq | None:
    """Where the difference of the sides is zero if it is affine in ``t`` with rational values; else None."""
    ends = (simplest_rational(low / 2, low), simplest_rational(high, high * 2))
    try:
        below, above = (_difference(target, relation, line.at(t)) for t in ends)
        root = (ends[0] * above - ends[1] * below) / (above - below)
        return root if root > 0 and _difference(target, relation, line.at(root)) == 0 else None
    except (Undecidable, ArithmeticError, ValueError, NoMove):
        return None


def _difference(target: Target, relation: Relation, case: Instance | None) -> fmpq:
    values = None if case is None else _values(target, case)
    if case is None or values is None:
        raise NoMove
    scope = RealScope(case, ExactRing(), values)
    return lifted(evaluate(relation.lhs, scope)).rational() - lifted(evaluate(relation.rhs, scope)).rational()
