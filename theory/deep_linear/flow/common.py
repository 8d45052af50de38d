"""The proofs about gradient flow share these: sums over layers telescoped, and equations at their solutions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sympy as sp

from ...language.nodes import Relation
from ...language.quantities import L, k, time
from ...proof.builder import Proof
from ...proof.rules.logic import IDENTITY, TRANSITIVITY
from ...proof.rules.sums import TELESCOPING, TERMWISE

ADJACENT = ((k, 1, L - 1),)


def telescoped(
    proof: Proof, function: sp.Expr, bound: int, limits: tuple[sp.Symbol, Any, Any], scope: Sequence[Any], *signs: int
) -> int:
    """Derive ``F(m-1) - F(n) <= sum of T`` from the step ``F(k-1) - F(k) <= T(k)`` for ``k = m..n``.

    ``signs`` are steps that make the sum defined also where it is empty.
    """
    index, low, high = limits
    drop = function.xreplace({index: index - 1}) - function
    same = proof.step(IDENTITY, (drop, "==", drop), scope=proof.steps[bound].scope)
    ends = function.xreplace({index: low - 1}) - function.xreplace({index: high})
    total = proof.step(TELESCOPING, (ends, "==", sp.Sum(drop, limits)), same, data=(function, limits), scope=scope)
    terms = proof.step(TERMWISE, (sp.Sum(drop, limits), "<=", sp.Sum(proof[bound].rhs, limits)), bound, *signs,
                       data=("sum", limits), scope=scope)
    return proof.step(TRANSITIVITY, (ends, "<=", proof[terms].rhs), total, terms, scope=scope)


def at_solution(equation: Relation, solution: sp.Expr) -> Relation:
    """Return the differential equation with a function put in for the unknown."""
    return Relation(sp.Derivative(solution, time), "==", equation.rhs.xreplace({equation.lhs.expr: solution}))
