"""Near misses made from a statement: what `AUTOMATIC` among the mutants of an obligation stands for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import sympy as sp

from ...theory.language.mutants import AUTOMATIC, Side, operator, replaced, without
from ...theory.language.obligation import Mutant, Obligation

_REVERSED = {"<=": ">=", ">=": "<=", "<": ">=", ">": "<=", "==": "!=", "!=": "=="}
_PERCENT = sp.Rational(1, 100)


def near_misses(obligation: Obligation) -> Iterator[Mutant]:
    """The mutants of an obligation, with `AUTOMATIC` spelled out.

    Each hypothesis is dropped, the relation is reversed, and where the obligation is tight each side is moved by one
    per cent of its size, in the direction that makes the statement stronger.
    """
    for mutant in obligation.mutants:
        if mutant is AUTOMATIC:
            yield from (replace(one, automatic=True) for one in _automatic(obligation))
        else:
            yield mutant


def _automatic(obligation: Obligation) -> Iterator[Mutant]:
    yield from map(without, obligation.given)
    op = obligation.relation.op
    yield operator(f"{op} -> {_REVERSED[op]}", _REVERSED[op])
    if obligation.tight:
        upwards = op in ("<=", "<")
        yield _moved("lhs", obligation.relation.lhs, 1 if upwards else -1)
        yield _moved("rhs", obligation.relation.rhs, -1 if upwards else 1)


def _moved(side: Side, expression: sp.Expr, direction: int) -> Mutant:
    size = expression if expression.is_nonnegative else _absolute(expression)
    name = {"lhs": "left", "rhs": "right"}[side]
    return replaced(f"{name} side {'+' if direction > 0 else '-'} 1 %", expression + direction * _PERCENT * size, side)


def _absolute(expression: sp.Expr) -> sp.Expr:
    """The absolute value, unevaluated where SymPy fails while it looks for signs within sums of matrices."""
    try:
        return sp.Abs(expression)
    except NotImplementedError:
        return sp.Abs(expression, evaluate=False)
