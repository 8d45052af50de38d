"""Points of R^m: the parameters of exact instances, as floats or as the rationals that they are rounded to."""

from __future__ import annotations

from fractions import Fraction
from typing import TypeAlias

import numpy as np

from ...numeric.linalg.rational import rational_array
from ...numeric.linalg.scalars import Array

Point: TypeAlias = Array
"""A float64 vector, or one of rationals (``(m,)``, object)."""
LIMIT = 1e6
"""Coordinates are kept below this."""


def kept(point: Point) -> Point:
    """The point with floats that are finite and not too large; rationals are kept as they are."""
    if point.dtype == object:
        return point
    return np.clip(np.nan_to_num(np.asarray(point, dtype=np.float64)), -LIMIT, LIMIT)


def roundings(point: Point) -> list[Point]:
    """Roundings of the point, from the simplest coordinates to the exact values of its floats.

    >>> [str(x[0]) for x in roundings(np.array([0.3334]))]
    ['0', '1/2', '1/4', '1/3', '1/3', '1667/5000', '6006000463061293/18014398509481984']
    """
    exact = [Fraction(float(x)) for x in kept(point)]
    halves = [rational_array([Fraction(round(x * q), q) for x in exact]) for q in (1, 2, 4)]
    near = [rational_array([x.limit_denominator(q) for x in exact]) for q in (12, 100, 10**6)]
    return [*halves, *near, rational_array(exact)]


def factor(matrix: Array) -> Array:
    """A float ``A`` of shape ``(rank, d)`` with ``A^T A`` close to a positive semidefinite matrix."""
    values, vectors = np.linalg.eigh(matrix.astype(float))
    large = values > 1e-12 * max(values[-1], 1e-300)
    found: Array = np.sqrt(values[large])[:, None] * vectors[:, large].T
    return found
