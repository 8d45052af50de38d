"""``A psd<= B`` between symmetric matrices, as the relation between numbers that it stands for."""

from __future__ import annotations

from functools import lru_cache

import sympy as sp

from .matrix_numbers import smallest_eigenvalue
from .relation import Relation
from .shapes import of_one_shape


@lru_cache(maxsize=4096)
def between_numbers(relation: Relation) -> Relation:
    """``A psd<= B`` as ``smallest_eigenvalue(B - A) >= 0``; a relation with another operator as it is.

    >>> A, B = sp.MatrixSymbol("A", 2, 2), sp.MatrixSymbol("B", 2, 2)
    >>> str(between_numbers(Relation(A, "psd<=", B)))
    'smallest_eigenvalue(-A + B) >= 0'
    """
    if not relation.op.startswith("psd"):
        return relation
    small, large = relation.sides if relation.op == "psd<=" else relation.flipped().sides
    small, large = of_one_shape("psd<=", small, large)
    return Relation(smallest_eigenvalue(large - small), ">=", sp.S.Zero)
