"""The top eigenvalue of a float64 matrix, enclosed by floating point with proved bounds on its rounding."""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import suppress
from functools import reduce

import numpy as np
from flint import arb, arb_mat
from scipy.linalg import eigh
from scipy.sparse.linalg import ArpackError, eigsh

from .pencil import TopPair, binary_exponent
from .scalars import Array

# Unit roundoff of float64, and a bound on all that underflow can add below, with or without subnormals.
_UNIT = 2.0**-53
_UNDERFLOW = 2.0**-900
# Beyond this size Lanczos finds the vector sooner than a full reduction.
_DENSE_LIMIT = 64
# A radius below n² times this is as good as float64 gives.
_NARROW = 2.0**-46
MAX_SIZE = 2**15
"""Beyond this size the bounds below are not proved."""


def gamma(terms: int) -> float:
    """An upper bound of ``γ_n = n u/(1 − n u)``, ``u = 2^{-53}``, for ``n <= 2^{20}``.

    >>> 3 * 2.0**-53 < gamma(3) < 3.01 * 2.0**-53
    True
    """
    return terms * _UNIT * (1 + 2.0**-30)


def proved_least_above(matrix: Array) -> float | None:
    """A ``δ >= 0`` with ``λ_min(C) >= −δ``, or None if that is not proved; ``C`` symmetric float64 ``(n, n)``.

    If floating-point Cholesky of ``C`` runs to its end with a finite ``R``, then ``RᵀR = C + Δ`` with
    ``|Δ| <= γ |R|ᵀ|R|``, ``γ = γ_{n+1}`` (N. Higham, *Accuracy and Stability of Numerical Algorithms*, Theorem
    10.3). Its diagonal gives ``(1 − γ) |r_j|² <= c_jj`` for the columns of ``R``, so that ``|Δ_ij| <= γ/(1 − γ)
    √(c_ii c_jj)`` and ``‖Δ‖₂ <= γ/(1 − γ) tr C``; and ``C + Δ ⪰ 0`` (S. Rump, *Verification of positive
    definiteness*, BIT 46 (2006), 433–452).

    The theorem holds for every order of summation, with fused products and blocks. Supposed are IEEE 754
    doubles rounded to nearest, and a BLAS that multiplies matrices by their definition (not Strassen's). Some
    multiply by rounded reciprocals of the diagonal, hence ``γ_{2n+10}`` is used here. Underflow adds less than
    ``2^{-1021}`` a product, so less than ``2^{-900}`` in norm for entries up to ``2^{10}``; others are refused.

    >>> proved_least_above(np.eye(2)) < 1e-14
    True
    >>> proved_least_above(np.array([[1.0, 2.0], [2.0, 1.0]])) is None
    True
    """
    size = len(matrix)
    if size > MAX_SIZE or not np.isfinite(matrix).all() or not np.abs(matrix).max() <= 2.0**10:
        return None
    try:
        factor = np.linalg.cholesky(matrix)
    except np.linalg.LinAlgError:
        return None
    if not np.isfinite(factor).all() or not (np.diagonal(factor) > 0).all():
        return None
    rounding = gamma(2 * size + 10)
    # The sum of n floats is accurate to γ_n; one factor 1 + 2^{-20} covers it and the last operations.
    return float(rounding * np.trace(matrix) * (1 + 2.0**-20)) + _UNDERFLOW


def proved_top(matrix: Array) -> arb:
    """An enclosure of ``λ_max(A)`` of a symmetric float64 matrix ``(n, n)``, of width about ``n² 2^{-52} ‖A‖``.

    From below it is the Rayleigh quotient of a float vector: ``|fl(vᵀAv) − vᵀAv| <= γ_{2n+2} |v|ᵀ|A||v|``. From
    above, a ``μ`` for which `proved_least_above` takes ``μI − A``. ``A`` is scaled by a power of two first, so
    that ``‖A‖_∞ <= 1``. ``nan`` if an entry is not finite or ``n > 2^{15}``.

    >>> proved_top(np.array([[2.0, 1.0], [1.0, 2.0]])).contains(3)
    True
    """
    size = len(matrix)
    magnitude = np.abs(matrix).max(initial=0.0)
    if size > MAX_SIZE or not math.isfinite(magnitude):
        return arb("nan")
    if magnitude == 0:
        return arb(0)
    # ‖A‖_∞ <= n max|a_ij| <= 2^shift; what underflows when A is scaled is less than the slack.
    shift = math.frexp(magnitude)[1] + size.bit_length()
    scaled = np.ldexp(np.ldexp(matrix, -(shift // 2)), -(shift - shift // 2)) if shift < 0 else np.ldexp(matrix, -shift)
    best = arb(0, 1)  # ‖A‖_∞ <= 1
    for vector in _vectors(scaled):
        lower = _rayleigh(scaled, vector)
        best = best.intersection(lower.union(_upper(scaled, float(lower))))
        if best.rad() < size * size * _NARROW:
            break
    return (best + arb(0, _UNDERFLOW)) * arb((1, shift))


def proved_top_of_balls(matrix: arb_mat) -> TopPair:
    """`proved_top` of a symmetric matrix of balls, rounded to float64, and an exact vector near its eigenvector.

    >>> print(proved_top_of_balls(arb_mat([[2, 1], [1, 2]])).value.str(5, radius=False))
    3.0000
    """
    size, entries = matrix.nrows(), matrix.entries()
    largest = reduce(arb.max, (x.abs_upper() for x in entries))
    if not largest.is_finite() or largest == 0:
        return TopPair(largest if largest == 0 else arb("nan"), arb_mat(size, 1, [1] * size))
    shift = binary_exponent(largest)
    scaled = matrix * arb((1, -shift))
    floats = [float(x) for x in scaled.entries()]
    differences = (scaled - arb_mat(size, size, floats)).entries()
    rounded = np.reshape(floats, (size, size))
    # Balls on either side of the diagonal may differ. Only those below it are read, and each of them counts twice.
    rounded = np.tril(rounded) + np.tril(rounded, -1).T
    error = (2 * sum((x * x for x in differences), arb(0))).abs_upper().sqrt().upper()
    value = (proved_top(rounded) + arb(0, error)) * arb((1, shift))
    return TopPair(value, arb_mat(size, 1, next(_vectors(rounded)).tolist()))


def _vectors(scaled: Array) -> Iterator[Array]:
    """Yield guesses of the top eigenvector, the quickest first. Nothing is supposed of them but that they are not 0."""
    size = len(scaled)
    if size > _DENSE_LIMIT:
        start = np.random.default_rng(0).standard_normal(size)
        with suppress(ArpackError):  # no convergence, too
            yield from _usable(eigsh(scaled, k=1, which="LA", v0=start, maxiter=20 * size)[1][:, 0])
    with suppress(np.linalg.LinAlgError):
        yield from _usable(eigh(scaled, subset_by_index=[size - 1, size - 1])[1][:, 0])
    yield np.ones(size)


def _usable(vector: Array) -> Iterator[Array]:
    if np.isfinite(vector).all() and vector.any():
        yield vector


def _rayleigh(scaled: Array, vector: Array) -> arb:
    """The lower end of the quotient."""
    size = len(vector)
    absolute = np.abs(vector)
    quadratic = arb(float(vector @ (scaled @ vector)))
    # The computed bound is itself rounded: twice it is more than enough.
    error = 2 * gamma(2 * size + 2) * float(absolute @ (np.abs(scaled) @ absolute))
    quadratic += arb(0, error + _UNDERFLOW)
    square = sum((arb(x) * arb(x) for x in vector.tolist()), arb(0))
    return (quadratic / square).lower()


def _upper(scaled: Array, estimate: float) -> arb:
    size = len(scaled)
    step = size * 2.0**-48
    while step < 2:
        bound = estimate + step
        shifted = -scaled
        np.fill_diagonal(shifted, bound - np.diagonal(scaled))
        below = proved_least_above(shifted)
        if below is not None:
            # The diagonal was rounded: by at most u times its entries, which are below 4.
            return (arb(bound) + arb(below) + arb(4 * _UNIT)).upper()
        step *= 16
    return arb(1)
