"""The symbols and the numbers that relations name."""

from __future__ import annotations

from collections.abc import Sequence

import sympy as sp

from ...theory.language.relation import Relation


def names_of(relation: Relation) -> frozenset[str]:
    """The names of the symbols in a relation that stand for numbers."""
    return frozenset(symbol.name for side in relation.sides for symbol in side.free_symbols
                     if isinstance(symbol, sp.Symbol))


def numbers(relations: Sequence[Relation]) -> set[sp.Rational]:
    """The numbers in some comparisons, as SymPy has them."""
    return {n for relation in relations for side in (relation.lhs, relation.rhs) for n in side.atoms(sp.Rational)}
