"""Top eigenvectors and extreme roots of rational matrices.

A top eigenvector is irrational in general, and not unique where the top eigenvalue is multiple. A rational vector
names it: its normalized projection on the eigenspace is the eigenvector. The projection is a polynomial in the matrix
and its top eigenvalue, so every ring that has the eigenvalue has the eigenvector.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import numpy as np
from flint import arb, fmpq, fmpq_mat, fmpq_poly

from ...numeric.linalg.rational import charpoly, null_space, rational_array
from ...numeric.linalg.scalars import Array, convert_array
from .exact import Exact, Undecidable, top_root
from .number_field import FieldNumber
from .polynomial_roots import squarefree

NEAR = 1e-9
"""Float eigenvalues so near the top one, relatively, are tried as top ones; exact arithmetic then decides."""

Number = TypeVar("Number", arb, FieldNumber)


def projected(gram: Array, start: Array, top: Number, number: Callable[[fmpq], Number]) -> Array:
    """The projection of ``start`` on the top eigenspace, up to a factor, in the ring of ``top``.

    The projection is ``g(A) start`` with ``g(x) = f(x)/(x - top)`` and ``f`` the squarefree characteristic
    polynomial; ``g`` is evaluated by Horner's scheme on both levels.
    """
    coefficients = squarefree(charpoly(gram)).coeffs()
    matrix, vector = convert_array(gram, number), convert_array(start, number)
    factor = number(coefficients[-1])
    result: Array = vector * factor
    for coefficient in coefficients[-2:0:-1]:  # synthetic division gives the coefficients of g
        factor = factor * top + number(coefficient)
        result = matrix @ result + vector * factor
    return result


def starts(gram: Array) -> tuple[list[Array], bool]:
    """Rational vectors whose projections span the top eigenspace, and whether that space has a rational basis."""
    try:
        top = top_root(charpoly(gram)).rational()
    except Undecidable:
        values, vectors = np.linalg.eigh((gram / max(abs(entry) for entry in gram.flat)).astype(float))
        near = values >= values[-1] * (1 - NEAR)
        return [rational_array(vector) for vector in vectors[:, near].T[::-1]], False
    identity = rational_array(np.eye(len(gram), dtype=int))
    return null_space(gram - top * identity), True


def least_positive_root(polynomial: fmpq_poly) -> Exact:
    """The least positive root of a polynomial with real roots ``>= 0``. Raises ValueError without one."""
    coefficients = polynomial.coeffs()
    while coefficients and coefficients[0] == 0:
        coefficients = coefficients[1:]
    if len(coefficients) < 2:
        raise ValueError("there is no positive root")
    return top_root(fmpq_poly(coefficients[::-1])) ** -1


def is_singular(matrix: Array) -> bool:
    """Whether a rational square matrix has no inverse."""
    return fmpq_mat(matrix.tolist()).det() == 0
