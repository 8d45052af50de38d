"""Ways to make a false statement of a true one: each returns a mutant, which changes one thing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, Literal

import sympy as sp

from .obligation import Given, Mutant, Obligation, stated_relation
from .relation import Relation

Side = Literal["lhs", "rhs"]
AUTOMATIC = Mutant("automatic", lambda obligation: obligation)
"""Stands for near misses that a theory makes from the statement, see ``checks.authoring.automatic``."""


def scaled(label: str, factor: sp.Expr | int, side: Side = "rhs") -> Mutant:
    """One side multiplied by ``factor``."""
    return _sided(label, side, lambda expr: sp.sympify(factor) * expr)


def swapped(
    label: str, exchange: dict[sp.Basic, sp.Basic], side: Side = "rhs"
) -> Mutant:
    """Nodes of one side exchanged for others (all at once)."""
    return _sided(label, side, lambda expr: expr.xreplace(exchange))


def replaced(label: str, new: sp.Basic, side: Side) -> Mutant:
    """One side exchanged for another expression."""
    return _sided(label, side, lambda _: new)


def at_path(
    label: str, path: tuple[int, ...], new: sp.Basic, side: Side = "rhs"
) -> Mutant:
    """The single node at ``path`` (argument positions from the root) replaced."""

    def put(expr: sp.Basic, rest: tuple[int, ...]) -> sp.Basic:
        if not rest:
            return new
        args = list(expr.args)
        args[rest[0]] = put(args[rest[0]], rest[1:])
        return expr.func(*args)

    return _sided(label, side, lambda expr: put(expr, path))


def operator(label: str, op: str) -> Mutant:
    """The operator of the conclusion changed."""
    return Mutant(label, lambda o: replace(o, relation=Relation(o.relation.lhs, op, o.relation.rhs)))


def without(hypothesis: Given | Sequence[Any]) -> Mutant:
    """A hypothesis dropped: its name, or the relation, also by its three parts."""
    dropped = hypothesis if isinstance(hypothesis, str) else stated_relation(hypothesis)
    return Mutant(
        f"without {dropped}", lambda o: replace(o, given=tuple(x for x in o.given if x != dropped))
    )


def assuming(label: str, edit: Callable[[Relation], Relation]) -> Mutant:
    """The hypotheses that are relations changed."""

    def change(obligation: Obligation) -> Obligation:
        given = tuple(edit(x) if isinstance(x, Relation) else x for x in obligation.given)
        return replace(obligation, given=given)

    return Mutant(label, change)


def _sided(label: str, side: Side, edit: Callable[[sp.Basic], sp.Basic]) -> Mutant:
    def change(obligation: Obligation) -> Obligation:
        relation = obligation.relation
        lhs, rhs = relation.lhs, relation.rhs
        edited = Relation(edit(lhs), relation.op, rhs) if side == "lhs" else Relation(
            lhs, relation.op, edit(rhs))
        return replace(obligation, relation=edited)

    return Mutant(label, change)
