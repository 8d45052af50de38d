"""The proofs about gradient flow share these: sums over layers telescoped, and equations at their solutions."""

from __future__ import annotations

from typing import Any

import sympy as sp

from ...language.nodes import Relation
from ...language.quantities import L, k, time
from ...proof.builder import Proof
from ...proof.rules.logic import chain, identity
from ...proof.rules.sums import telescope, term_by_term

ADJACENT = (k, 1, L - 1)


def telescoped(p: Proof, function: sp.Expr, bound: int, limits: tuple[sp.Symbol, Any, Any], *signs: int) -> int:
    """Derive ``F(m-1) - F(n) <= sum of T`` from the step ``F(k-1) - F(k) <= T(k)`` for ``k = m..n``.

    ``signs`` are steps that make the sum defined also where it is empty.
    """
    drop = function.xreplace({limits[0]: limits[0] - 1}) - function
    same = identity(p.at(*p.steps[bound].scope), (drop, "==", drop))
    return chain(p, telescope(p, same, function, limits), term_by_term(p, bound, "sum", limits, *signs))


def at_solution(equation: Relation, solution: sp.Expr) -> Relation:
    """Return the differential equation with a function put in for the unknown."""
    return Relation(sp.Derivative(solution, time), "==", equation.rhs.xreplace({equation.lhs.expr: solution}))
