"""The two rings that every instance is evaluated in: float64 screens, balls decide."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache, reduce
from math import isqrt
from operator import mul
from typing import ClassVar

import numpy as np
from flint import arb, fmpq

from ...numeric.linalg.eigenvalues import (
    RangeFactor,
    ball_matrix,
    eigenvalue_range,
    range_factor,
    top_eigenvalue,
    weighted_top,
)
from ...numeric.linalg.rational import ball, charpoly, rational_matrix, small_gram, solution
from ...numeric.linalg.scalars import Array, convert_array, is_zero, object_array, scalar_kind
from . import eigenvectors
from .algebraic import ordered_roots
from .exact import Exact, second_ball, top_root
from .ring import Ring


def weighted_tops(matrices: Array, covariances: Array) -> Array:
    """``lambda_max(Sigma^{1/2} A Sigma^{1/2})`` of float64 matrices ``(..., d, d)``, shape ``(...)``."""
    values, vectors = np.linalg.eigh(covariances)
    root = vectors * np.sqrt(np.clip(values, 0, None))[..., None, :]
    return np.linalg.eigvalsh(root.mT @ np.asarray(matrices, dtype=float) @ root)[..., -1]


def singular_values(grams: Array) -> Array:
    """Singular values ``(..., m)`` in ascending order, from floats ``A A^T`` of shape ``(..., m, m)``."""
    return np.sqrt(np.maximum(np.linalg.eigvalsh(grams), 0))


@dataclass(frozen=True)
class FloatRing(Ring[float, Array]):
    """float64: it screens, and never decides."""

    rounded: ClassVar[bool] = True

    def entry(self, value: fmpq) -> float:
        """The nearest float, rounded once."""
        return float(value)

    def array(self, values: Array) -> Array:
        return values.astype(float)

    def lift(self, value: Exact) -> float:
        return float(value.ball(64).mid())

    def power(self, base: float, exponent: Fraction) -> float:
        return np.float64(base) ** float(exponent)

    def exp(self, value: float) -> float:
        return np.float64(np.exp(value))

    def log(self, value: float) -> float:
        return np.float64(np.log(value))

    def largest(self, values: list[float]) -> float:
        return np.float64(np.max(values))

    def top(self, matrix: Array) -> float:
        return np.float64(np.linalg.eigvalsh(np.asarray(matrix, dtype=float))[-1])

    def eigenvalue(self, matrix: Array, index: int) -> float:
        return np.float64(np.linalg.eigvalsh(np.asarray(matrix, dtype=float))[-1 - index])

    def singular_value(self, matrix: Array, index: int) -> float:
        found = np.linalg.svd(np.asarray(matrix, dtype=float), compute_uv=False)
        return np.float64(found[index] if index < len(found) else 0)

    def determinant(self, matrix: Array) -> float:
        return np.float64(np.linalg.det(np.asarray(matrix, dtype=float)))

    def solve(self, matrix: Array, right: Array) -> Array:
        try:
            return np.linalg.solve(np.asarray(matrix, dtype=float), np.asarray(right, dtype=float))
        except np.linalg.LinAlgError:
            raise ZeroDivisionError("a singular matrix") from None

    def weighted_top(self, matrix: Array, covariance: Array) -> float:
        return np.float64(weighted_tops(matrix, covariance))

    def root_of_top(self, gram: Array) -> float:
        return np.float64(singular_values(self.array(gram))[-1])

    def root_of_second(self, gram: Array) -> float:
        return np.float64(singular_values(self.array(gram))[-2] if len(gram) > 1 else 0)

    def root_of_bottom(self, gram: Array) -> float:
        # The root of a rounding error would be no small number.
        return np.float64(0 if eigenvectors.is_singular(gram) else singular_values(self.array(gram))[0])

    def top_vector(self, gram: Array, start: Array) -> Array:
        values, vectors = np.linalg.eigh(self.array(gram))
        kept = vectors[:, values >= values[-1] * (1 - eigenvectors.NEAR)]
        found = kept @ (kept.T @ self.array(start))
        unit: Array = found / np.linalg.norm(found)
        return unit


@dataclass(frozen=True)
class BallRing(Ring[arb, Array]):
    """Arb balls of a working precision, which the caller sets around the evaluation (``ctx.workprec``)."""

    bits: int

    def answer(self, op: str, lhs: arb, rhs: arb) -> bool | None:
        """Whether the comparison holds; None where the balls overlap, unless both are points (nan always overlaps)."""
        if lhs == rhs:  # only points compare equal
            return op in ("<=", ">=", "==")
        if lhs > rhs:
            return op in (">", ">=", "!=")
        if lhs < rhs:
            return op in ("<", "<=", "!=")
        return None

    def entry(self, value: fmpq) -> arb:
        return arb(value)

    def array(self, values: Array) -> Array:
        return convert_array(values, arb)

    def lift(self, value: Exact) -> arb:
        return value.ball(self.bits)

    def power(self, base: arb, exponent: Fraction) -> arb:
        base = arb(base)
        if exponent == 0:
            return arb(1)
        if base == 0 and exponent > 0:
            return arb(0)  # Arb has no roots of zero
        if exponent > 0 and exponent.denominator == 1 and base.contains(0):
            # Arb's own power of a ball around an exact zero is nan.
            return reduce(mul, [base] * exponent.numerator)
        if exponent.denominator == 1:
            return base ** int(exponent.numerator)
        if base < 0:
            raise ZeroDivisionError("a root of a negative number")
        return base.root(exponent.denominator) ** int(exponent.numerator)

    def exp(self, value: arb) -> arb:
        return arb(value).exp()

    def log(self, value: arb) -> arb:
        if arb(value) <= 0:
            raise ZeroDivisionError("a logarithm of a number that is not positive")
        return arb(value).log()

    def largest(self, values: list[arb]) -> arb:
        largest: arb = reduce(arb.max, values)
        return largest

    def top(self, matrix: Array) -> arb:
        top: arb = top_eigenvalue(matrix, self.bits)
        return top

    def eigenvalue(self, matrix: Array, index: int) -> arb:
        if scalar_kind(matrix) == "rational":
            return self._rational_eigenvalue(matrix, index)
        balls = convert_array(matrix, ball)
        mean = (balls + balls.T) / 2
        if index in (0, -1):
            return self.top(mean) if index == 0 else -self.top(-mean)
        middle = convert_array(mean, lambda entry: entry.mid().fmpq())
        error = sum((arb(entry).rad() ** 2 for entry in mean.flat), arb(0)).sqrt().upper()
        # Weyl: no eigenvalue moves further than the norm of the error.
        return self._rational_eigenvalue(middle, index) + arb(0, error)

    def _rational_eigenvalue(self, matrix: Array, index: int) -> arb:
        if index == 0:
            return self.top(matrix)
        if index == -1:
            return arb(eigenvalue_range(matrix, self.bits)[0])
        return ordered_roots(charpoly(matrix))[-1 - index].ball(self.bits)

    def singular_value(self, matrix: Array, index: int) -> arb:
        gram = small_gram(matrix)
        return nonnegative_root(self.eigenvalue(gram, index)) if index < len(gram) else arb(0)

    def determinant(self, matrix: Array) -> arb:
        exactly = scalar_kind(matrix) == "rational"
        return arb(rational_matrix(matrix).det()) if exactly else ball_matrix(matrix).det()

    def solve(self, matrix: Array, right: Array) -> Array:
        if scalar_kind(matrix, right) == "rational":
            return self.array(solution(matrix, right))
        try:
            found = ball_matrix(matrix).solve(ball_matrix(right))
        except ZeroDivisionError:  # perhaps only because the balls are wide
            return convert_array(right, lambda entry: arb("nan"))
        return object_array(found.entries(), right.shape)

    def weighted_top(self, matrix: Array, covariance: Array) -> arb:
        return weighted_top(self.array(matrix), _range_factor(tuple(covariance.flat), self.bits), self.bits)

    def root_of_top(self, gram: Array) -> arb:
        return nonnegative_root(arb(gram[0, 0]) if len(gram) == 1 else arb(0) if is_zero(gram) else self.top(gram))

    def root_of_second(self, gram: Array) -> arb:
        return nonnegative_root(second_ball(charpoly(gram), self.bits)) if len(gram) > 1 else arb(0)

    def root_of_bottom(self, gram: Array) -> arb:
        return arb(0) if eigenvectors.is_singular(gram) else nonnegative_root(-self.top(-gram))

    def top_vector(self, gram: Array, start: Array) -> Array:
        top = top_root(charpoly(gram)).ball(self.bits)
        found = eigenvectors.projected(gram, start, top, arb)
        unit: Array = found / np.dot(found, found).sqrt()
        return unit


@lru_cache(maxsize=1024)
def _range_factor(entries: tuple[fmpq, ...], bits: int) -> RangeFactor:
    """The factor of a covariance, which many statements about one instance need."""
    size = isqrt(len(entries))
    return range_factor(object_array(list(entries), (size, size)), bits)


def nonnegative_root(value: arb) -> arb:
    """The square root of a number that is known to be nonnegative, even where its ball reaches below zero."""
    return value.sqrt() if value > 0 else arb(0).union(value.abs_upper().sqrt())
