"""Exercises on orders, products, minima and maxima: `auto` beside SymPy's assumptions and a bare linear programme.

SymPy gets the difference of the sides and the signs of the symbols; it takes no hypotheses in several symbols. The
linear programme sees each monomial, or its logarithm, as one unknown, in floats. Only `auto` leaves a proof.
Run with ``python benchmarks/estimates.py``.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from time import perf_counter
from typing import Any

import numpy as np
import sympy as sp
from exercises import EXERCISES, NUMBERS, Statement
from measuring import show, store
from scipy.optimize import linprog

from flatcert import Obligation, Theory
from flatcert.checks.authoring.proving.auto import derived
from flatcert.theory.language.relation import Relation

THEORY = Theory("estimates", NUMBERS)


def auto(goal: Relation, hypotheses: Sequence[Relation]) -> bool:
    """A derivation that the kernel accepts."""
    obligation = Obligation("it", goal, given=tuple(hypotheses), setting=NUMBERS)
    return derived(obligation, "exercise", THEORY.library) is not None


def sympy(goal: Relation, hypotheses: Sequence[Relation]) -> bool:
    """What SymPy says of the sign of the difference, by the signs of the symbols."""
    difference = goal.rhs - goal.lhs if goal.op[0] == "<" else goal.lhs - goal.rhs
    return any({"==": form.is_zero, "<": form.is_positive, ">": form.is_positive}.get(goal.op, form.is_nonnegative)
               for form in (difference, sp.simplify(difference), sp.factor(difference)))


def programme(goal: Relation, hypotheses: Sequence[Relation]) -> bool:
    """The goal as a sum of the hypotheses, or of their logarithms, found in floats."""
    ops = ("<=", ">=") if goal.op == "==" else (goal.op,)
    return all(any(_sums(Relation(goal.lhs, op, goal.rhs), hypotheses, logarithms) for logarithms in (False, True))
               for op in ops)


def _sums(goal: Relation, hypotheses: Sequence[Relation], logarithms: bool) -> bool:
    rows = [row for one in hypotheses for row in _rows(one, logarithms)]
    wanted = _rows(goal, logarithms)
    if not wanted:
        return False
    unknown = list({term: None for row in (*rows, *wanted) for term in row})
    signs = [{term: 1.0} for term in unknown if not logarithms and term.is_nonnegative]
    table = np.array([[row.get(term, 0.0) for term in unknown] for row in (*rows, *signs)]).reshape(-1, len(unknown)).T
    target = np.array([wanted[0].get(term, 0.0) for term in unknown])
    if not table.size:
        return not target.any()
    return bool(linprog(np.ones(table.shape[1]), A_eq=table, b_eq=target, method="highs").success)


def _rows(relation: Relation, logarithms: bool) -> list[dict[Any, float]]:
    """What is nonnegative by a relation, as a sum of unknowns; nothing where it is none."""
    low, high = relation.sides if relation.op[0] in "<=" else reversed(relation.sides)
    if logarithms:
        if any(side.is_Add or not side.is_positive for side in (low, high)):
            return []
        expression = sp.expand_log(sp.log(high / low), force=True)
    else:
        expression = sp.expand(high - low)
    row = {term: float(c) for term, c in expression.as_coefficients_dict().items()}
    return [row, {term: -c for term, c in row.items()}] if relation.op == "==" else [row]


def timed(way: Callable[[Relation, Sequence[Relation]], bool], statement: Statement) -> tuple[bool, float]:
    goal, *hypotheses = (Obligation("it", each).relation for each in statement)
    start = perf_counter()
    return way(goal, hypotheses), perf_counter() - start


def main() -> None:
    warnings.simplefilter("ignore")
    rows = []
    for name, statement in EXERCISES.items():
        row: dict[str, Any] = {"exercise": name}
        for way in (auto, sympy, programme):
            holds, took = timed(way, statement)
            row |= {way.__name__: "proved" if holds else "-", f"{way.__name__} s": took}
        rows.append(row)
    show("exercises on orders, products, minima and maxima", rows)
    true = [row for row in rows if not row["exercise"].startswith("false")]
    print("\n" + ", ".join(f"{way}: {sum(row[way] == 'proved' for row in true)} of {len(true)}"
                           for way in ("auto", "sympy", "programme")))
    store("estimates", rows)


if __name__ == "__main__":
    main()
