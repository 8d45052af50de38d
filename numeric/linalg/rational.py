"""Exact linear algebra over the rationals, on object arrays of ``fmpq``."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from math import isfinite
from typing import Any

import numpy as np
from flint import arb, fmpq, fmpq_mat, fmpq_poly, fmpz
from mpmath import mpf

from .scalars import Array, as_array, convert_array, object_array

MAX_EXPONENT = 10_000
"""Texts such as ``1e999999999`` are not read: their digits would fill the memory."""


def rational(value: Any) -> fmpq:
    """The exact value of a number as ``fmpq``.

    Reads int, float (a dyadic rational), Fraction, fmpq, fmpz, Decimal, str, mpf, a rational number of SymPy, and a
    ball of radius zero.

    Raises:
        ValueError: nan, infinity, a ball of positive radius, or unreadable text.
        TypeError: any other type.

    >>> rational(0.1) == rational("1/10")
    False
    >>> rational("1.5e-1")
    3/20
    """
    if isinstance(value, fmpq):
        return value
    if isinstance(value, (int, fmpz)):
        return fmpq(value)
    if isinstance(value, np.integer):
        return fmpq(int(value))
    if isinstance(value, (float, np.floating)):
        if not isfinite(value):
            raise ValueError(f"{value} is not a rational number.")
        return fmpq(*float(value).as_integer_ratio())
    if isinstance(value, (str, Decimal)):
        try:
            if isinstance(value, str) and abs(int(value.lower().partition("e")[2] or 0)) > MAX_EXPONENT:
                raise ValueError
            value = Fraction(value)
        except (ValueError, OverflowError, ZeroDivisionError):
            raise ValueError(f"{value!r} is not a rational number.") from None
    if isinstance(value, Fraction):
        return fmpq(value.numerator, value.denominator)
    if isinstance(value, mpf):
        mantissa, exponent = (int(part) for part in value.man_exp)
        if mantissa == 0 and value != 0:
            raise ValueError(f"{value} is not a rational number.")
        magnitude = fmpq(mantissa) * fmpq(2) ** exponent  # man_exp drops the sign
        return -magnitude if value < 0 else magnitude
    if getattr(value, "is_Rational", False):  # a number of SymPy
        return fmpq(int(value.p), int(value.q))
    if isinstance(value, arb):
        if not value.is_finite():
            raise ValueError(f"{value} is not a rational number.")
        if not value.is_exact():
            raise ValueError("A ball of positive radius is not one rational number.")
        return value.fmpq()
    raise TypeError(f"Cannot read {type(value).__name__} as a rational number.")


def ball(value: Any) -> arb:
    """The number as a ball at the current precision; balls pass unchanged.

    >>> print(ball(0.5))
    0.500000000000000
    """
    if isinstance(value, arb):
        return value
    # A finite float is an exact ball already.
    return arb(value) if isinstance(value, float) and isfinite(value) else arb(rational(value))


def rational_array(values: Any) -> Array:
    """Object array of ``fmpq``, entry by entry exact.

    >>> rational_array([[0.5, 2]])
    array([[1/2, 2]], dtype=object)
    """
    if isinstance(values, np.ndarray) and values.dtype == np.float64 and np.isfinite(values).all():
        # The common case, without a look at the type of each entry.
        return object_array([arb(x).fmpq() for x in values.ravel().tolist()], values.shape)
    return convert_array(as_array(values, exact=True), rational)


def rational_matrix(array: Array) -> fmpq_mat:
    """The array as an exact ``fmpq_mat``.

    >>> print(rational_matrix(np.eye(1)))
    [1]
    """
    rows, columns = array.shape
    entries = array.ravel().tolist()
    try:
        return fmpq_mat(rows, columns, entries)
    except TypeError:  # FLINT reads integers and its own rationals only
        return fmpq_mat(rows, columns, list(map(rational, entries)))


def _array(matrix: fmpq_mat) -> Array:
    return object_array(matrix.entries(), (matrix.nrows(), matrix.ncols()))


def exact_product(left: Array, right: Array) -> Array:
    """``left @ right`` of shapes ``(m, n)`` and ``(n, p)`` or ``(n,)``, by FLINT: hundreds of times as fast.

    >>> exact_product(rational_array([[1, 2]]), rational_array([3, 4]))
    array([11], dtype=object)
    """
    columns = right.reshape(right.shape[0], -1)
    return _array(rational_matrix(left) * rational_matrix(columns)).reshape(left.shape[:1] + right.shape[1:])


def is_symmetric(matrix: Array) -> bool:
    """True if the square array equals its transpose, entry by entry.

    >>> is_symmetric(np.array([[1, 2], [3, 4]]))
    False
    """
    return all(bool(matrix[i, j] == matrix[j, i]) for i in range(matrix.shape[0]) for j in range(i))


def ldl(matrix: Any) -> tuple[Array, Array] | None:
    """``A = L diag(D) Lᵀ`` with ``L`` unit lower triangular ``(d,d)``, ``D >= 0`` ``(d,)``.

    Exact, without pivoting. Returns None if the symmetric ``A`` is not positive
    semidefinite: a zero pivot needs a zero column.

    >>> ldl([[4, 2], [2, 1]])[1]
    array([4, 0], dtype=object)
    >>> ldl([[0, 1], [1, 0]]) is None
    True
    """
    work = rational_array(matrix)
    size = work.shape[0]
    lower = convert_array(np.eye(size), rational)
    pivots: list[fmpq] = []
    for j in range(size):
        pivot, column = work[j, j], work[j + 1 :, j].copy()
        pivots.append(pivot)
        if pivot < 0:
            return None
        if pivot == 0:
            if any(x != 0 for x in column):
                return None
            continue
        ratios = column / pivot
        lower[j + 1 :, j] = ratios
        for i, ratio in enumerate(ratios):
            if ratio != 0:
                # The lower triangle is all that is read.
                work[j + 1 + i, j + 1 : j + 2 + i] -= ratio * column[: i + 1]
    return lower, object_array(pivots, (size,))


def is_psd(matrix: Any) -> bool:
    """True if the symmetric rational matrix is positive semidefinite; exact.

    All roots of its characteristic polynomial are real, so by Descartes' rule none is
    negative exactly when the coefficients alternate in sign.

    >>> is_psd([[1, 1], [1, 1]]), is_psd([[1, 2], [2, 1]])
    (True, False)
    """
    coefficients = charpoly(matrix).coeffs()
    size = len(coefficients) - 1
    return all(c >= 0 if (size - k) % 2 == 0 else c <= 0 for k, c in enumerate(coefficients))


def rank_factor(covariance: Any) -> tuple[Array, Array]:
    """``Σ = F diag(D) Fᵀ``, ``F`` of shape ``(d, r)`` and full column rank, ``D > 0`` ``(r,)``.

    Raises:
        ValueError: the matrix is not positive semidefinite.

    >>> F, D = rank_factor([[4, 2], [2, 1]])
    >>> F.shape, D
    ((2, 1), array([4], dtype=object))
    """
    factors = ldl(covariance)
    if factors is None:
        raise ValueError("The matrix must be positive semidefinite.")
    lower, pivots = factors
    positive = [j for j, pivot in enumerate(pivots) if pivot > 0]
    return lower[:, positive], pivots[positive]


def project_on_range(covariance: Any, vector: Any) -> Array:
    """The orthogonal projection ``Πw`` on the range of ``Σ``, shape ``(d,)``; exact.

    >>> project_on_range([[1, 0], [0, 0]], [3, 4])
    array([3, 0], dtype=object)
    """
    matrix, column = rational_matrix(as_array(covariance)), rational_matrix(as_array(vector)[:, None])
    if matrix.det() != 0:
        return _array(column)[:, 0]
    factor = rank_factor(covariance)[0]
    if factor.shape[1] == 0:
        return _array(column * 0)[:, 0]
    f = rational_matrix(factor)
    return _array(f * (f.transpose() * f).solve(f.transpose() * column))[:, 0]


def minimum_norm_solution(covariance: Any, right_side: Any) -> Array:
    """The least-squares solution of ``Σw = c`` of minimum norm (``Σ⁺c``), shape ``(d,)``; exact.

    >>> minimum_norm_solution([[1, 1], [1, 1]], [2, 2])
    array([1, 1], dtype=object)
    """
    matrix, column = rational_matrix(as_array(covariance)), rational_matrix(as_array(right_side)[:, None])
    if matrix.det() != 0:
        return _array(matrix.solve(column))[:, 0]
    _, pivots = _echelon(matrix)
    if not pivots:
        return _array(column * 0)[:, 0]
    # Columns of Sigma itself span its range: their entries are much shorter than those of a factor.
    basis = rational_matrix(_array(matrix)[:, pivots])
    gram = basis.transpose() * basis
    image = _array(basis * gram.solve(basis.transpose() * column))[pivots]
    return _array(basis * gram.solve(rational_matrix(image)))[:, 0]


def _echelon(matrix: fmpq_mat) -> tuple[list[list[fmpq]], list[int]]:
    """The rows of the reduced echelon form, and the columns where they begin."""
    reduced, rank = matrix.rref()
    rows = reduced.tolist()
    return rows, [next(j for j, entry in enumerate(rows[i]) if entry != 0) for i in range(rank)]


def charpoly(matrix: Any) -> fmpq_poly:
    """Characteristic polynomial ``det(tI − A)`` of a rational square matrix; exact.

    >>> print(charpoly([[2, 0], [0, 3]]))
    x^2 + (-5)*x + 6
    """
    return rational_matrix(as_array(matrix)).charpoly()


def solution(matrix: Array, right: Array) -> Array:
    """The ``X`` with ``A X = B``, of shapes ``(d, d)`` and ``(d, n)``; exact.

    Raises:
        ZeroDivisionError: ``A`` is singular.

    >>> solution(rational_array([[2, 0], [0, 4]]), rational_array([[1], [1]])).tolist()
    [[1/2], [1/4]]
    """
    return _array(rational_matrix(matrix).solve(rational_matrix(right)))


def small_gram(matrix: Array) -> Array:
    """``A A^T`` or ``A^T A``, whichever is smaller: it has the squared singular values."""
    return matrix @ matrix.T if matrix.shape[0] <= matrix.shape[1] else matrix.T @ matrix


def null_space(matrix: Array) -> list[Array]:
    """A basis of the kernel of a square rational matrix ``(d, d)``: vectors ``(d,)``.

    >>> null_space(rational_array([[1, 2], [2, 4]]))
    [array([-2, 1], dtype=object)]
    """
    size = matrix.shape[0]
    rows, pivots = _echelon(rational_matrix(matrix))
    basis = []
    for free in (j for j in range(size) if j not in pivots):
        vector = np.array([fmpq(0)] * size, dtype=object)
        vector[free] = fmpq(1)
        for i, pivot in enumerate(pivots):
            vector[pivot] = -rows[i][free]
        basis.append(vector)
    return basis


def simplest_rational(lower: Any, upper: Any) -> fmpq:
    """The rational of smallest denominator in the closed interval ``[lower, upper]``.

    Raises:
        ValueError: the interval is empty.

    >>> simplest_rational("0.33", "0.34"), simplest_rational(-3, "5/2")
    (1/3, 0)
    """
    low, high = rational(lower), rational(upper)
    if low > high:
        raise ValueError("The interval is empty: lower exceeds upper.")
    if low <= 0 <= high:
        return fmpq(0)
    if high < 0:
        return -simplest_rational(-high, -low)
    # Walk down the common continued fraction of the two ends, a/b and c/d, in integers.
    a, b, c, d = (int(part) for part in (low.p, low.q, high.p, high.q))
    h0, h1, k0, k1 = 0, 1, 1, 0
    while True:
        whole = -(-a // b)
        if whole * d <= c:
            return fmpq(whole * h1 + h0, whole * k1 + k0)
        floor = a // b
        h0, h1, k0, k1 = h1, floor * h1 + h0, k1, floor * k1 + k0
        a, b, c, d = d, c - floor * d, b, a - floor * b
