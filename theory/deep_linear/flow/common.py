"""The proofs about gradient flow share these steps: sums over layers telescoped, and hypotheses as steps."""

from __future__ import annotations

from typing import Any

import sympy as sp

from ...language.nodes import Relation
from ...language.quantities import L, k, time
from ...proof.builder import Proof
from ...proof.rules.logic import chain, hypothesis, identity
from ...proof.rules.sums import telescope, term_by_term
from ...setting.initial_value import x

ADJACENT = (k, 1, L - 1)


def telescoped(p: Proof, function: sp.Expr, bound: int, limits: tuple[sp.Symbol, Any, Any], *signs: int) -> int:
    """Derive ``F(m-1) - F(n) <= sum of T`` from the step ``F(k-1) - F(k) <= T(k)`` for ``k = m..n``.

    ``signs`` are steps that make the sum defined also where it is empty.
    """
    drop = function.xreplace({limits[0]: limits[0] - 1}) - function
    same = identity(p.at(*p.steps[bound].scope), (drop, "==", drop))
    return chain(p, telescope(p, same, function, limits), term_by_term(p, bound, "sum", limits, *signs))


def suppose(p: Proof, relation: Relation) -> int:
    """Add a hypothesis as a step."""
    return hypothesis(p, relation)


def at_solution(equation: Relation, solution: sp.Expr) -> Relation:
    """Return the equation of ``x`` with a function put in for ``x``."""
    return Relation(sp.Derivative(solution, time), "==", equation.rhs.xreplace({x: solution}))
