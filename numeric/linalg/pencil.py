"""The top eigenvalue of ``B − μ diag(c)``, enclosed: Rayleigh from below, LDL from above."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from flint import arb, arb_mat, ctx

from .definite import ball_ldl_positive

# float64 eigenvectors leave at least about this many right bits in the Rayleigh quotient,
_FLOAT_BITS = 44
# and mostly about this many, as its error is of second order: up to here it is tried as it is.
_QUOTIENT_BITS = 80
# Separated eigenvalues need one round of certification, clustered ones a few.
_ROUNDS = 24


def working_precision(bits: int) -> int:
    """Bits to compute with: dividing by a pivot of size ``2^{-bits}`` must leave some.

    >>> working_precision(128)
    224
    """
    return bits + bits // 2 + 32


def binary_exponent(x: arb) -> int:
    """The ``e`` with ``2^{e-1} <= |mid x| < 2^e``; 0 for zero.

    >>> binary_exponent(arb(5))
    3
    """
    mantissa, exponent = x.mid().man_exp()
    return int(mantissa).bit_length() + int(exponent) if mantissa else 0


class TopPair(NamedTuple):
    """An enclosed eigenvalue with an exact vector ``(d, 1)`` near its eigenspace."""

    value: arb
    vector: arb_mat


def top_of_pencil(matrix: arb_mat, weights: list[arb], bits: int = 128) -> TopPair:
    """Enclosure of the largest ``μ`` with ``det(B − μ diag(c)) = 0``; ``c`` within ``[1/8, 8]``.

    Its width relative to ``‖B‖`` is about ``2^{-bits}``, or what the balls of ``B`` allow;
    ``nan`` for entries that are not finite.

    >>> with ctx.workprec(128):
    ...     print(top_of_pencil(arb_mat([[2, 1], [1, 2]]), [arb(1), arb(1)]).value.str(5, radius=False))
    3.0000
    """
    entries = matrix.entries()
    if not all(x.is_finite() for x in entries):
        return TopPair(arb("nan"), arb_mat(matrix.nrows(), 1))
    with ctx.workprec(working_precision(bits)):
        magnitude = max(x.abs_upper() for x in entries)  # points, which Python orders
        if magnitude.is_zero():
            return TopPair(arb(0), arb_mat(matrix.nrows(), 1, [1] * matrix.nrows()))
        shift = binary_exponent(magnitude)
        widest = max(x.rad() for x in entries)
        radius = binary_exponent(widest) - shift if widest > 0 else -(2**60)
        goal = min(bits, -radius - 2 - matrix.nrows().bit_length())
        scaled = _Pencil(matrix * arb((1, -shift)), weights)
        return TopPair(scaled.enclosure(max(goal, 1)) * arb((1, shift)), scaled.vector)


class _Pencil:
    """A pencil ``B − μ diag(c)`` whose largest entry is near 1, with its best vector so far."""

    def __init__(self, matrix: arb_mat, weights: list[arb]) -> None:
        size = matrix.nrows()
        self.matrix, self.middle = matrix, matrix.mid()
        self.weights = arb_mat(size, size)
        for i, weight in enumerate(weights):
            self.weights[i, i] = weight
        scale = np.array([float(weight) for weight in weights]) ** -0.5
        rounded = np.array([float(x) for x in self.middle.entries()]).reshape(size, size)
        start = np.linalg.eigh(rounded * np.outer(scale, scale))[1][:, -1] * scale
        self.vector = arb_mat(size, 1, [float(x) for x in start])
        self.quotient = self._rayleigh(self.vector)

    def _rayleigh(self, vector: arb_mat) -> arb:
        row = vector.transpose()
        return (row * (self.matrix * vector))[0, 0] / (row * (self.weights * vector))[0, 0]

    def _iterate(self, shift: arb) -> None:
        """One step of inverse iteration; kept if the quotient grows."""
        right = self.weights * self.vector
        shifted = self.weights * shift.mid() - self.middle
        vector = shifted.solve(right, nonstop=True, algorithm="approx").mid()
        if not all(x.is_finite() for x in vector.entries()):
            return  # the shift is an eigenvalue of the midpoint, to working precision
        size = max(map(abs, vector.entries()), key=binary_exponent)
        if not size > 0:
            return
        vector = (vector * arb((1, -binary_exponent(size)))).mid()
        quotient = self._rayleigh(vector)
        if quotient.mid() > self.quotient.mid():
            self.vector, self.quotient = vector, quotient

    def _bounded_by(self, value: arb) -> bool:
        return ball_ldl_positive(self.weights * value - self.matrix)

    def enclosure(self, goal: int) -> arb:
        upper = self._gershgorin()
        if goal <= _QUOTIENT_BITS:
            candidate = (self.quotient + arb((1, -goal))).upper()
            if self._bounded_by(candidate):
                return self.quotient.lower().union(upper.min(candidate))
        # Two unproved steps reach full precision unless eigenvalues cluster.
        for bits in (_FLOAT_BITS, 2 * _FLOAT_BITS):
            if bits <= 2 * goal:
                self._iterate(self.quotient + arb((1, -bits)))
        bits, step, proved = goal, _FLOAT_BITS, 0
        for _ in range(_ROUNDS):
            candidate = (self.quotient + arb((1, -bits))).upper()
            if self._bounded_by(candidate):
                upper = upper.min(candidate)
                if bits >= goal:
                    break
                proved, step = bits, 2 * step
            else:
                # First back to what float64 gives, then by smaller and smaller steps.
                step = max(step // 4, 2) if proved else step
            for _ in range(3 if proved else 0):
                # A shift proved to lie above the spectrum can only favour the top.
                self._iterate(upper)
            bits = min(goal, proved + step) if proved else min(3 * bits // 4, _FLOAT_BITS)
        return self.quotient.lower().union(upper)

    def _gershgorin(self) -> arb:
        """A bound that always holds: the largest absolute row sum over its weight."""
        size = self.matrix.nrows()
        bound = arb(0)
        for i in range(size):
            total = sum((abs(self.matrix[i, j]) for j in range(size)), arb(0))
            bound = bound.max(total / self.weights[i, i])
        return bound.upper()
