"""The second line: no step of a derivation contradicts an exact instance, whatever its rule says.

A judgment is looked at on instances of a fixed handful on which its hypotheses hold, for the layers in its ranges and a
few exact values of its variables. It is *refuted* only by disjoint balls or by exact numbers, so a true one never is.
An inequality agrees with an instance where balls or exact numbers decide it, or where both sides are equal to
``2^-TIGHT`` and it is not strict; an equality where both sides are equal, exactly or to ``2^-TIGHT``. Agreement proves
nothing. What no instance decides counts as not evaluated, and the reason is told.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import product
from typing import Any, Literal, NamedTuple

import numpy as np
import sympy as sp
from flint import arb, ctx
from sympy.core.function import AppliedUndef

from ..theory.claims import Obligation
from ..theory.expressions import LayerMatrix, Relation
from ..theory.facts import Judgment
from ..theory.quantities import VOCABULARY, L, k
from .decide import predicate
from .evaluate import Meaningless, UnknownNode, compiled, evaluate, integer
from .exact import Undecidable, lifted
from .handful import Case, Setting, handful, is_aligned
from .proof_words import OF_ONE_LAYER, ProofScope
from .quantifiers import expansions, shown
from .rings import BallRing, ExactRing

PRECISIONS = (128, 512)
TIGHT = arb(2) ** -40
"""How far apart sides may be, relatively, that count as equal."""
CASES = 10
"""On how many of the instances that satisfy the hypotheses a judgment is looked at: spread over all sorts."""
NOT_HERE = (ArithmeticError, ValueError, UnknownNode, Undecidable)
"""What it means that a judgment has no value on an instance."""
ALONG_FLOW = frozenset({"time", "risk_gap_0"})
"""Names that make sense only of weights which came from their start by gradient flow."""
ENCLOSED = ALONG_FLOW | {"risk_gap", "displacement", "layer_displacement", "alpha_sub_0", "beta_sub_0", "alpha_ends_0",
                         "rho", "c", "c_0"} | {q.name for q in VOCABULARY.values() if q.belongs in ("problem", "depth")}
"""Names that are read of weights further along their flow; all others would be read of the start."""
LASTING = frozenset({"E > 0", "L == 1", "L >= 2", "L >= 3", "plain", "square", "w* eigenvector"})
"""Hypotheses that hold along the flow when they hold at its start."""
OF_RATE = frozenset({"eta", "step_determinant", "step_determinant_zero"})
"""Names that depend on the learning rate."""
ON_A_LINE = frozenset({"Xi", "w_dot", "w_ddot", "w_moved", "w_rest", "w_layer", "slope", "curvature", "risk_moved", "rest",
                       "risk_layer", "rest_layer", "rest_adjoint", "q_dot", "q_ddot", "q_rest", "w_dot_shrunk",
                       "w_ddot_shrunk", "curvature_shrunk", "W_rest", "D_rest"})
"""Names that depend on the direction ``Xi``."""


@dataclass(frozen=True)
class Contradiction:
    """An exact instance, with values of the variables, where a judgment is false."""

    statement: str
    instance: dict[str, Any]
    values: dict[str, str]
    why: str
    """The two sides; or why the judgment says nothing there."""

    def __str__(self) -> str:
        given = "; ".join(f"{name} = {value}" for name, value in self.values.items())
        return f"{self.statement} is false at {self.instance['name']}{' with ' + given if given else ''}: {self.why}"


@dataclass(frozen=True)
class Decision:
    """In how many places a judgment agrees with the instances, where it is false, and why it was not evaluated."""

    agreed: int = 0
    contradiction: Contradiction | None = None
    reason: str = ""

    @property
    def evaluated(self) -> bool:
        return self.agreed > 0 or self.contradiction is not None


def contradiction(judgment: Judgment) -> Contradiction | None:
    """An instance of the handful where a judgment is false; None when there is none, or it could not be evaluated.

    >>> from ..theory.quantities import S, S_min
    >>> contradiction(Judgment(Relation(S, ">=", S_min), frozenset({"minimizer"}))) is None
    True
    >>> print(contradiction(Judgment(Relation(S, ">", 0))).values)
    {}
    """
    return decided(judgment).contradiction


def decided(judgment: Judgment, most: int = CASES) -> Decision:
    """What the handful says of a judgment, looked at on ``most`` instances that satisfy its hypotheses."""
    ranges = tuple(sorted(judgment.ranges.items(), key=lambda item: item[0].name))
    return _decided(judgment.relation, judgment.facts, ranges, most)


@lru_cache(maxsize=8192)
def _decided(relation: Relation, facts: frozenset[Any], ranges: tuple[Any, ...], most: int) -> Decision:
    judged = _Judged(relation, facts, dict(ranges))
    try:
        compiled(relation.lhs), compiled(relation.rhs)
        cases = judged.cases
    except UnknownNode as error:
        return Decision(reason=str(error))
    agreed, tried, reasons = 0, 0, [""]
    for turn, case in enumerate(cases):
        if tried >= most:
            break
        here = 0
        for place in judged.places(case, turn):
            try:
                answer = judged.holds(place)
            except NOT_HERE as error:
                if isinstance(error, Meaningless) or type(error) is ValueError:  # NumPy's, of shapes
                    return Decision(agreed, judged.contradiction(place, str(error)))
                reasons.append(str(error))
                continue
            if answer is False:
                return Decision(agreed, judged.contradiction(place))
            here += answer is True
        agreed, tried = agreed + here, tried + (here > 0)
    if agreed:
        return Decision(agreed)
    return Decision(reason=reasons[-1] or "no instance satisfies its hypotheses")


class Place(NamedTuple):
    """A setting, and the layers that a judgment is read at."""

    setting: Setting
    integers: dict[str, int]

    def scope(self, ring: Any) -> ProofScope:
        return self.setting.scope(ring, self.integers)


@dataclass(frozen=True)
class _Judged:
    """A judgment, and what it is about."""

    relation: Relation
    facts: frozenset[Any]
    ranges: Mapping[sp.Symbol, tuple[sp.Expr, sp.Expr]]

    @cached_property
    def names(self) -> frozenset[str]:
        """The names of all symbols, families and functions that occur, in the hypotheses too."""
        relations = [self.relation, *self.supposed]
        return frozenset().union(*(_names(side) for one in relations for side in (one.lhs, one.rhs)))

    @cached_property
    def supposed(self) -> list[Relation]:
        return [fact for fact in self.facts if isinstance(fact, Relation)]

    @property
    def cases(self) -> tuple[Case, ...]:
        """Where the hypotheses that have a name hold, and what is said can be read off.

        Raises UnknownNode for a hypothesis that has no decider.
        """
        named = frozenset(fact for fact in self.facts if isinstance(fact, str))
        return _fitting(named, bool(self.names & ALONG_FLOW), self.names <= ENCLOSED and named <= LASTING)

    def places(self, case: Case, turn: int) -> Iterator[Place]:
        """The case at all layers in the ranges, with the values of that turn, and others near the thresholds."""
        extras: list[dict[str, Any]] = [{}]
        if self.names & OF_RATE:
            extras = list(expansions(Obligation("", self.relation, over=("eta",), given=tuple(self.facts)), case.instance))
        if "rho" in self.names:
            extras = [rate | radius for rate, radius in product(extras, case.radii)]
        for extra in extras:
            depth, d = case.instance.depth, case.instance.dimension
            yield from self._indexed(Place(case.setting(turn, extra), {"L": depth, "d": d}), self._layer_ranges)

    @cached_property
    def _layer_ranges(self) -> list[tuple[sp.Symbol, sp.Expr, sp.Expr]]:
        """The ranges, those that others depend on first; the layer that moves needs one, though no index shows it."""
        ranges = dict(self.ranges)
        if self.names & set(OF_ONE_LAYER):
            ranges.setdefault(k, (sp.S.One, L))
        ends = [(index, sp.sympify(low), sp.sympify(high)) for index, (low, high) in ranges.items()]
        return sorted(ends, key=lambda one: len((one[1].free_symbols | one[2].free_symbols) & set(ranges)))

    def _indexed(self, place: Place, ranges: list[tuple[sp.Symbol, sp.Expr, sp.Expr]]) -> Iterator[Place]:
        if not ranges:
            yield place
            return
        (index, low, high), *rest = ranges
        for value in range(integer(low, place), integer(high, place) + 1):
            yield from self._indexed(Place(place.setting, {**place.integers, index.name: value}), rest)

    def holds(self, place: Place) -> bool | None:
        """Whether the relation agrees; None where that, or a hypothesis, stays open, or a hypothesis fails."""
        if not all(_true(fact, place) for fact in self.supposed):
            return None
        return _agrees(self.relation, place)

    def contradiction(self, place: Place, meaningless: str = "") -> Contradiction:
        values, layers = place.setting.values, {index.name for index, _, _ in self._layer_ranges}
        written = shown({name: value for name, value in values.items() if name in self.names and name != "Xi"})
        if self.names & ON_A_LINE:
            written["Xi"] = [[[str(x) for x in row] for row in layer] for layer in values["Xi"]]
        written |= {name: str(value) for name, value in place.integers.items() if name in layers}
        sides = meaningless or " against ".join(_written(side, place) for side in (self.relation.lhs, self.relation.rhs))
        return Contradiction(str(self.relation), place.setting.case.instance.describe(), written, sides)


def _names(side: sp.Basic) -> set[str]:
    used = side.atoms(sp.Symbol, sp.MatrixSymbol, LayerMatrix, AppliedUndef)
    return {getattr(x, "name", type(x).__name__) for x in used} - {"d"}


@lru_cache(maxsize=1024)
def _fitting(named: frozenset[str], flow: bool, enclosed: bool) -> tuple[Case, ...]:
    """The cases where named hypotheses hold, the most unlike first; weights along a flow only where they may be read off."""
    found = (case for case in handful() if (enclosed or case.time is None) and not (flow and case.instance.start))
    return _varied([case for case in found if all(_supposed(fact, case) for fact in named)])


def _varied(cases: list[Case]) -> tuple[Case, ...]:
    """The cases, each the one that has most of what those before had least of."""
    seen: Counter[Any] = Counter()
    ordered: list[Case] = []
    while cases:
        best = max(cases, key=lambda case: sum(4.0 ** -seen[trait] for trait in case.traits))
        cases.remove(best)
        seen.update(best.traits)
        ordered.append(best)
    return tuple(ordered)


@lru_cache(maxsize=4096)
def _supposed(fact: str, case: Case) -> bool:
    try:
        return OWN_PREDICATES[fact](case) if fact in OWN_PREDICATES else predicate(fact, case.instance)
    except KeyError:
        raise UnknownNode(f"the hypothesis {fact!r} has no decider") from None


OWN_PREDICATES: dict[str, Callable[[Case], bool]] = {
    "aligned": lambda case: not case.planted and is_aligned(case.instance),  # r is another number on a planted problem
    "planted": lambda case: case.planted,
    "W == 0": lambda case: not any(layer.any() for layer in case.instance.weights),
    "W != 0": lambda case: any(layer.any() for layer in case.instance.weights),
}
"""Hypotheses that only proofs have."""

Found = Literal["true", "false", "equal"] | None


def _true(fact: Relation, place: Place) -> bool:
    """Whether a hypothesis is known to hold: by balls, or exactly."""
    key = (fact, *place.integers.items())
    known = place.setting.known
    if key not in known:
        found = _by_balls(fact, place, PRECISIONS[0])
        known[key] = found == "true" or (found != "false" and _exactly(fact, place) is True)
    return known[key]


def _agrees(relation: Relation, place: Place) -> bool | None:
    strict = relation.op in ("<", ">", "!=")
    for bits in PRECISIONS:
        found = _by_balls(relation, place, bits)
        if found in ("true", "false"):
            return found == "true"
        if found == "equal" and not strict:
            return True
        exact = _exactly(relation, place)
        if exact is not None:
            return exact
    return None


def _by_balls(relation: Relation, place: Place, bits: int) -> Found:
    ring = BallRing(bits)
    with ctx.workprec(bits):
        lhs, rhs = (evaluate(side, place.scope(ring)) for side in (relation.lhs, relation.rhs))
        found = {_compared(relation.op, ring, x, y) for x, y in _entries(relation, lhs, rhs)}
    return "false" if "false" in found else None if None in found else "equal" if "equal" in found else "true"


def _compared(op: str, ring: BallRing, x: Any, y: Any) -> Found:
    x, y = arb(x), arb(y)
    answer = ring.answer(op, x, y)
    if answer is not None:
        return "true" if answer else "false"
    return "equal" if abs(x - y) <= TIGHT * (1 + abs(x) + abs(y)) else None


def _exactly(relation: Relation, place: Place) -> bool | None:
    """The answer of exact numbers; None where they do not reach."""
    if place.setting.case.time is not None:
        return None
    try:
        lhs, rhs = (evaluate(side, place.scope(ExactRing())) for side in (relation.lhs, relation.rhs))
        signs = [lifted(x).compare(lifted(y)) for x, y in _entries(relation, lhs, rhs)]
    except (Undecidable, TypeError):
        return None
    answers = {">": 1, ">=": 1, "<": -1, "<=": -1}
    allowed = {answers[relation.op]} if relation.op in answers else set()
    allowed |= {0} if relation.op in ("==", "<=", ">=") else {1, -1} if relation.op == "!=" else set()
    return all(sign in allowed for sign in signs)


def _entries(relation: Relation, lhs: Any, rhs: Any) -> list[tuple[Any, Any]]:
    """Pairs of numbers to compare; matrices of different shapes differ. Raises UnknownNode for a matrix and a number."""
    matrices = [isinstance(side, np.ndarray) for side in (lhs, rhs)]
    if not any(matrices):
        return [(lhs, rhs)]
    if not all(matrices) or relation.op != "==":
        raise UnknownNode("matrices are compared with matrices, for equality")
    return [(0, 1)] if lhs.shape != rhs.shape else list(zip(lhs.flat, rhs.flat, strict=True))


def _written(side: sp.Basic, place: Place) -> str:
    with ctx.workprec(PRECISIONS[0]):
        value = evaluate(side, place.scope(BallRing(PRECISIONS[0])))
        if isinstance(value, np.ndarray):
            return str([[arb(x).str(12, radius=False) for x in row] for row in value])
        return str(arb(value).str(12, radius=False))
