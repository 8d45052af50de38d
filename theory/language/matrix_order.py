"""Relations between matrices, as the relations between numbers that they stand for."""

from __future__ import annotations

from functools import lru_cache

import sympy as sp
from sympy.core.function import AppliedUndef

from .matrix_numbers import norm_squared, smallest_eigenvalue
from .relation import Relation
from .shapes import of_one_shape


@lru_cache(maxsize=4096)
def between_numbers(relation: Relation) -> Relation:
    """``A psd<= B`` as ``smallest_eigenvalue(B - A) >= 0``, ``A == B`` as ``norm_squared(A - B) == 0``.

    Any other relation is returned as it is, and so is an equality of matrices whose sizes are widths of a network: they
    may differ on an instance.

    >>> A, B = sp.MatrixSymbol("A", 2, 2), sp.MatrixSymbol("B", 2, 2)
    >>> str(between_numbers(Relation(A, "psd<=", B)))
    'smallest_eigenvalue(-A + B) >= 0'
    """
    if not relation.op.startswith("psd"):
        return _of_equality(relation) if getattr(relation.lhs, "is_Matrix", False) else relation
    small, large = relation.sides if relation.op == "psd<=" else relation.flipped().sides
    small, large = of_one_shape("psd<=", small, large)
    return Relation(smallest_eigenvalue(large - small), ">=", sp.S.Zero)


def _of_equality(relation: Relation) -> Relation:
    if any(size.has(AppliedUndef) for size in relation.lhs.shape):
        return relation
    if relation.op not in ("==", "!="):
        raise ValueError(f"Matrices are compared by psd<= or by ==, not by {relation.op}.")
    left, right = of_one_shape(relation.op, *relation.sides)
    return Relation(norm_squared(left - right), relation.op, sp.S.Zero)
