"""Steps that the machine wrote, changed: whatever the kernel still accepts is true at exact points."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import product
from typing import Any

import pytest
import sympy as sp

from flatcert import Obligation, Setting, Theory
from flatcert.checks.authoring.proving.auto import derived
from flatcert.kinds import positive, real
from flatcert.language import Max, Rational
from flatcert.theory.algebra.algebra import Judgment
from flatcert.theory.language.relation import Relation
from flatcert.theory.proof.derivation import Derivation
from flatcert.theory.proof.rule import Step

NUMBERS = Setting("numbers", x=positive(), y=positive(), a=real())
x, y, a = (NUMBERS[name] for name in "xya")
LIBRARY = Theory("changed", NUMBERS).library
PROVED: dict[str, tuple[Any, ...]] = {
    "Bernstein": ((x * y * (1 - x) * (1 - y), "<=", Rational(1, 16)), (x, "<=", 1), (y, "<=", 1)),
    "Sturm": ((12 * a**2, "<=", 4 * a**3 + 9 * a), (a, ">=", 0)),
    "power": ((x * y**2, "<=", 2), (x, "<=", 2), (y, "<=", 1)),
    "cases by order": ((x, "<=", 2), (x, "<=", Max(y, a)), (y, "<=", 2), (a, "<=", 2)),
}
VALUES = [sp.Rational(n) for n in ("1/4", "1/2", "3/4", "1", "3/2", "2", "3", "-1", "0")]
POINTS = [dict(zip((x, y, a), point, strict=True)) for point in product(VALUES[:7], VALUES[:7], VALUES)]


def changed(step: Step) -> Iterator[Step]:
    """The step with another constant, relation, premise or hypothesis, or with other data."""
    lhs, op, rhs = step.statement.lhs, step.statement.op, step.statement.rhs
    for factor in (Rational(99, 100), Rational(101, 100), -1, 0):
        yield replace(step, statement=Relation(lhs, op, factor * rhs))
        yield replace(step, statement=Relation(factor * lhs, op, rhs))
    for other in ("<", "<=", ">", ">=", "=="):
        yield replace(step, statement=Relation(lhs, other, rhs))
    for n in range(len(step.using)):
        yield replace(step, using=(*step.using[:n], *step.using[n + 1:]))
        yield replace(step, using=(*step.using[:n], *reversed(step.using[n:])))
        yield replace(step, using=(*step.using[:n], max(step.using[n] - 1, 0), *step.using[n + 1:]))
    for data in _others(step.data):
        yield replace(step, data=data)


def _others(data: Any) -> Iterator[Any]:
    if isinstance(data, tuple):
        for n, part in enumerate(data):
            yield from ((*data[:n], other, *data[n + 1:]) for other in _others(part))
            yield data[:n] + data[n + 1:]
    elif isinstance(data, sp.Expr):
        yield from (data + 1, -data, data * Rational(101, 100))


def false(judgment: Judgment) -> bool:
    """Whether a judgment fails at a point where its hypotheses hold."""
    facts = [fact for fact in judgment.facts if isinstance(fact, Relation)]
    return any(not _holds(judgment.relation, point) and all(_holds(fact, point) for fact in facts) for point in POINTS)


def _holds(relation: Relation, point: dict[Any, Any]) -> bool:
    return bool(sp.Rel(*(side.xreplace(point) for side in relation.sides), relation.op))


@pytest.mark.parametrize("name", PROVED)
def test_what_is_accepted_after_a_change_is_true(name: str) -> None:
    goal, *given = PROVED[name]
    found = derived(Obligation("it", goal, given=tuple(given), setting=NUMBERS), "changed", LIBRARY)
    assert found is not None and name in {step.rule.name for step in found.steps}
    accepted = tried = 0
    for index, step in enumerate(found.steps):
        for other in changed(step):
            tried += 1
            if other != step and found.would_accept(index, other, LIBRARY).ok:
                judgment = Derivation("changed", (*found.steps[:index], other), {}).judgments(LIBRARY)[index]
                accepted += 1
                assert judgment is not None and not false(judgment), other
    assert 0 < accepted < tried / 4
