"""Whether a relation agrees with exact numbers at a place: by balls, exactly, or to 40 bits."""

from __future__ import annotations

from typing import Literal

import numpy as np
import sympy as sp
from flint import arb, ctx

from ....theory.language.nodes import Relation
from ...arithmetic.exact import Undecidable
from ...arithmetic.exact_ring import ExactRing
from ...arithmetic.rings import BallRing
from ...evaluation.evaluate import UnknownNode, Value, evaluate
from .places import Place

PRECISIONS = (128, 512)
TIGHT = arb(2) ** -40
"""The relative distance up to which two sides count as equal."""

Found = Literal["true", "false", "equal"] | None


def known(fact: Relation, place: Place) -> bool:
    """Whether a hypothesis is known to hold: by balls, or exactly."""
    key = (fact, *place.integers.items())
    decided = place.setting.known
    if key not in decided:
        found = _by_balls(fact, place, PRECISIONS[0])
        decided[key] = found == "true" or (found != "false" and _exactly(fact, place) is True)
    return decided[key]


def agrees(relation: Relation, place: Place) -> bool | None:
    """Whether a relation holds. Sides within ``TIGHT`` that may be equal count as equal; False is always certain."""
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
        found = {_compared(relation.op, ring, arb(x), arb(y)) for x, y in _entries(relation, lhs, rhs)}
    return "false" if "false" in found else None if None in found else "equal" if "equal" in found else "true"


def _compared(op: str, ring: BallRing, x: arb, y: arb) -> Found:
    answer = ring.answer(op, x, y)
    if answer is not None:
        return "true" if answer else "false"
    return "equal" if abs(x - y) <= TIGHT * (1 + abs(x) + abs(y)) else None


def _exactly(relation: Relation, place: Place) -> bool | None:
    """The answer in exact numbers; None where exact numbers cannot be computed."""
    if place.setting.case.time is not None:
        return None
    try:
        lhs, rhs = (evaluate(side, place.scope(ExactRing())) for side in (relation.lhs, relation.rhs))
        answers = [ExactRing().answer(relation.op, x, y) for x, y in _entries(relation, lhs, rhs)]
    except (Undecidable, TypeError):
        return None
    return all(answers)


def _entries(relation: Relation, lhs: Value, rhs: Value) -> list[tuple[Value, Value]]:
    """The pairs of numbers to compare; one unequal pair where shapes differ. Raises UnknownNode for mixed sides."""
    matrices = [isinstance(side, np.ndarray) for side in (lhs, rhs)]
    if not any(matrices):
        return [(lhs, rhs)]
    if not all(matrices) or relation.op != "==":
        raise UnknownNode("a matrix beside a number, or an order of matrices")
    return [(0, 1)] if lhs.shape != rhs.shape else list(zip(lhs.flat, rhs.flat, strict=True))


def written(side: sp.Basic, place: Place) -> str:
    """A side in decimals."""
    with ctx.workprec(PRECISIONS[0]):
        value = evaluate(side, place.scope(BallRing(PRECISIONS[0])))
        if isinstance(value, np.ndarray):
            return str([[arb(x).str(12, radius=False) for x in row] for row in value])
        return str(arb(value).str(12, radius=False))
