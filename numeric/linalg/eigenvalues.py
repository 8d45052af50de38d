"""Extreme eigenvalues by kind of scalar; certified enclosures over rationals and balls."""

from __future__ import annotations

from typing import Any, NamedTuple

import mpmath
import numpy as np
from flint import arb, arb_mat, ctx, fmpq, fmpz

from .definite import ball_ldl
from .pencil import binary_exponent, top_of_pencil, working_precision
from .rational import ball, is_psd, rank_factor, rational_matrix
from .scalars import Array, as_array, object_array, scalar_kind, to_mpf

_OF_FLINT = frozenset({arb, fmpq, fmpz, int})
"""Types of numbers that FLINT encloses by itself."""


class RangeFactor(NamedTuple):
    """``Σ = F diag(D) Fᵀ`` as balls: ``F`` of shape ``(d, r)`` and the ``1/D``, near 1."""

    factor: arb_mat
    inverse_pivots: list[arb]


def range_factor(covariance: Any, bits: int = 128) -> RangeFactor:
    """The factor of a rational PSD ``Σ`` that `weighted_top` takes, for repeated use.

    Raises:
        ValueError: ``Σ`` is not positive semidefinite.

    >>> len(range_factor([[4, 2], [2, 1]]).inverse_pivots)
    1
    """
    array = as_array(covariance)
    with ctx.workprec(2 * working_precision(bits)):
        # Balls prove definiteness much faster than rationals, which decide the singular case.
        factors = ball_ldl(ball_matrix(array), working_precision(bits))
        lower, pivots = factors or _exact_balls(array)
        size, rank = lower.nrows(), len(pivots)
        # Columns of F take the powers of two, so that the pivots are of like size.
        powers = [binary_exponent(pivot) // 2 for pivot in pivots]
        entries = [lower[i, j] * arb((1, powers[j])) for i in range(size) for j in range(rank)]
        inverse = [arb((1, 2 * k)) / pivot for k, pivot in zip(powers, pivots, strict=True)]
        return RangeFactor(arb_mat(size, rank, entries), inverse)


def _exact_balls(covariance: Array) -> tuple[arb_mat, list[arb]]:
    lower, pivots = rank_factor(covariance)
    return ball_matrix(lower), [arb(x) for x in pivots]


def ball_matrix(array: Array | arb_mat) -> arb_mat:
    """The array as an ``arb_mat`` at the current precision; floats are exact.

    >>> print(ball_matrix(np.eye(1)))
    [1.00000000000000]
    """
    if isinstance(array, arb_mat):
        return array
    rows, columns = array.shape
    entries = array.ravel().tolist()
    if not _OF_FLINT.issuperset(map(type, entries)):
        entries = list(map(ball, entries))
    return arb_mat(rows, columns, entries)


def weighted_top(matrix: Array | arb_mat, factor: RangeFactor, bits: int = 128) -> arb:
    """Certified ``λ_max(Σ^{1/2} M Σ^{1/2})`` for the factor of a rational PSD ``Σ`` and a symmetric ``M`` ``(d, d)``.

    ``M`` has rational, float or ball entries. No square root is taken: with
    ``Σ = F diag(D) Fᵀ`` it is the top eigenvalue of the pencil ``FᵀMF − μ diag(1/D)``.
    The width relative to ``‖M‖‖Σ‖`` is about ``2^{-bits}`` for exact entries (claim `sharpness`).

    >>> print(weighted_top(as_array([[2, 1], [1, 2]]), range_factor([[1, 0], [0, 0]])).str(5, radius=False))
    2.0000
    >>> print(weighted_top(np.diag([3.0, 1.0]), range_factor([[1, 0], [0, 1]])).str(5, radius=False))
    3.0000
    """
    if not factor.inverse_pivots:
        return arb(0)
    with ctx.workprec(working_precision(bits)):
        pulled = factor.factor.transpose() * (ball_matrix(matrix) * factor.factor)
        value = top_of_pencil(pulled, factor.inverse_pivots, bits).value
        # A singular Σ adds the eigenvalue 0, which the pencil on its range does not have.
        return value if factor.factor.ncols() == factor.factor.nrows() else value.max(arb(0))


def top_eigenvalue(matrix: Any, bits: int = 128) -> Any:
    """Largest (algebraically) eigenvalue of a symmetric matrix ``(..., d, d)``.

    float64: float or array over the batch (LAPACK); mpf: at mpmath's working precision;
    rationals and balls: a certified ball.

    Raises:
        TypeError: symbolic entries.

    >>> print(top_eigenvalue(np.diag([-3.0, 1.0])))
    1.0
    >>> from flint import fmpq
    >>> print(top_eigenvalue(as_array([[fmpq(1, 3)]])).str(5, radius=False))
    0.33333
    """
    array = as_array(matrix)
    kind = scalar_kind(array)
    if kind == "float":
        return np.linalg.eigvalsh(array.astype(np.float64))[..., -1][()]
    if kind == "mpf":
        return _mpf_eigenvalues(array)[-1]
    if kind == "other":
        raise TypeError("Eigenvalues are for numbers, not for symbols or polynomials.")
    with ctx.workprec(working_precision(bits)):
        return top_of_pencil(ball_matrix(array), [arb(1)] * array.shape[0], bits).value


def eigenvalue_range(matrix: Any, bits: int = 128) -> tuple[Any, Any]:
    """Smallest and largest eigenvalue of a symmetric matrix; kinds as in `top_eigenvalue`.

    The smallest eigenvalue of a rational positive definite matrix is enclosed with small
    *relative* width (through the exact inverse), that of a singular PSD one is exactly 0.

    >>> print(eigenvalue_range([[2.0, 0.0], [0.0, 5.0]])[0])
    2.0
    """
    array = as_array(matrix)
    kind = scalar_kind(array)
    if kind == "float":
        values = np.linalg.eigvalsh(array.astype(np.float64))
        return values[..., 0][()], values[..., -1][()]
    if kind == "mpf":
        eigenvalues = _mpf_eigenvalues(array)
        return eigenvalues[0], eigenvalues[-1]
    largest = top_eigenvalue(array, bits)
    if kind == "rational" and is_psd(array):
        exact = rational_matrix(array)
        if exact.det() == 0:
            return arb(0), largest
        inverse = object_array(exact.inv().entries(), array.shape)
        with ctx.workprec(working_precision(bits)):
            return 1 / top_eigenvalue(inverse, bits), largest
    return -top_eigenvalue(-array, bits), largest


def _mpf_eigenvalues(array: Array) -> list[Any]:
    matrix = mpmath.matrix([[to_mpf(x) for x in row] for row in array.tolist()])
    return sorted(mpmath.mp.eigsy(matrix, eigvals_only=True))
