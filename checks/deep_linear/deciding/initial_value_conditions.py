"""Initial value problems as conditions: the expressions that must vanish for a formula to be the solution.

The formula is put into the equation and into the start. The right sides are smooth, so the solution
is unique, and a formula that satisfies both is the solution. SymPy only differentiates.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import sympy as sp
from sympy.core.function import AppliedUndef

from ....theory.language.claim import Given
from ....theory.language.nodes import Relation
from ....theory.language.quantities import L, time

Exchange = dict[sp.Basic, sp.Basic]


@dataclass(frozen=True)
class Conditions:
    """Expressions that must vanish, and differences that must be negative, in plain symbols.

    The expressions in ``general`` are about every time and state, those in ``real`` about an actual solution only:
    at any time where the formula gives the state, and at the start where it does not.
    """

    general: tuple[sp.Expr, ...]
    real: tuple[sp.Expr, ...]
    negative: tuple[sp.Expr, ...]


@lru_cache(maxsize=256)
def conditions(relation: Relation, given: tuple[Given, ...], depth: int) -> Conditions:
    """The conditions of an obligation at a depth."""
    supposed = [_at_depth(fact, depth) for fact in given if isinstance(fact, Relation)]
    stated = _at_depth(relation, depth)
    residual = stated.lhs - stated.rhs
    equal = [fact for fact in supposed if fact.op == "=="]
    rates = _rates([fact for fact in equal if fact.lhs.has(sp.Derivative)])
    starts = {fact.lhs: fact.rhs for fact in equal if isinstance(fact.lhs, AppliedUndef) and not fact.lhs.has(time)}
    states = {y: value for fact in equal for y, value in explicit_state(fact).items()}
    if stated.lhs.has(sp.Derivative):
        general: tuple[sp.Expr, ...] = (residual.doit().xreplace(rates),)
        real = general
    else:
        explicit = states | explicit_state(stated)
        start = _at_start(residual, starts)
        rate = sp.diff(residual, time).xreplace(rates)
        there = rate.xreplace(explicit)
        general = (start, there)
        real = general if explicit_state(stated) else (start, _at_start(rate, starts))
    negative = tuple(_at_start(fact.lhs - fact.rhs, starts) for fact in supposed if fact.op == "<")
    return Conditions(*(tuple(_plain(x) for x in part) for part in (general, real, negative)))


@lru_cache(maxsize=256)
def difference(relation: Relation, depth: int) -> sp.Expr:
    """The left side less the right one, at a depth."""
    there = _at_depth(relation, depth)
    return there.lhs - there.rhs


def _at_depth(relation: Relation, depth: int) -> Relation:
    exchange = {L: sp.Integer(depth)}
    return Relation(relation.lhs.xreplace(exchange), relation.op, relation.rhs.xreplace(exchange))


def _at_start(expr: sp.Expr, starts: Exchange) -> sp.Expr:
    return expr.xreplace({time: sp.S.Zero}).xreplace(starts)


def _rates(equations: list[Relation]) -> Exchange:
    """The derivatives that linear equations determine; derivatives of products are carried out first."""
    residuals = [fact.lhs.doit() - fact.rhs for fact in equations]
    unknown = sorted(set().union(*(x.atoms(sp.Derivative) for x in residuals)), key=sp.default_sort_key)
    found = sp.linsolve(residuals, unknown) if unknown else sp.EmptySet
    return dict(zip(unknown, next(iter(found)), strict=True)) if found else {}


def explicit_state(relation: Relation) -> Exchange:
    """``y(t) = f`` or ``tan(y(t)/2) = f`` solved for the unknown function."""
    lhs, rhs = relation.lhs, relation.rhs
    if isinstance(lhs, AppliedUndef) and lhs.args == (time,):
        return {lhs: rhs}
    if isinstance(lhs, sp.tan) and isinstance(2 * lhs.args[0], AppliedUndef) and lhs.has(time):
        return {2 * lhs.args[0]: 2 * sp.atan(rhs)}
    return {}


def _plain(expr: sp.Expr) -> sp.Expr:
    """Write angles by the tangents of their halves, hyperbolic functions by exponentials, all else by symbols."""
    angles = {y for f in expr.atoms(sp.sin, sp.cos, sp.tan) for y in f.atoms(AppliedUndef)}
    expr = expr.xreplace({y: 2 * sp.atan(sp.Symbol(f"tan({y}/2)", positive=True)) for y in angles})
    expr = expr.replace(lambda f: isinstance(f, sp.sin | sp.cos) and f.args[0].has(sp.atan), sp.expand_trig)
    # Derivatives that the hypotheses leave free become symbols of their own.
    free = {y: sp.Symbol(str(y), positive=True) for y in expr.atoms(sp.Derivative)}
    expr = expr.xreplace(free)
    expr = expr.xreplace({y: sp.Symbol(str(y), positive=True) for y in expr.atoms(AppliedUndef)})
    return expr.rewrite([sp.sinh, sp.cosh, sp.tanh], sp.exp)
