"""The aligned rank-one minimizers, where the lower bounds of the theory are attained."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import numpy as np
from flint import arb, ctx, fmpq
from mpmath import mpf

from ..linalg.rational import rational
from ..linalg.scalars import Array, as_array
from .network import DeepLinearNetwork


def aligned_network(
    regressor: Any, norms: Sequence[Any], widths: Sequence[int], readout: Any = None
) -> DeepLinearNetwork:
    """Aligned network whose end-to-end regressor is ``w*``, exactly (claim `kernel-agm`).

    ``W_1 = e_1 w*ᵀ/ρ_1``, ``W_k = (ρ_{k-1}/ρ_k) e_1 e_1ᵀ``, ``W_L = ρ_{L-1} p e_1ᵀ/‖p‖²``, so
    that ``‖q_k‖ = ρ_k`` and ``M = r_1 I + (Σ_{k>=2} r_k/r_{k-1}) w*w*ᵀ`` with ``r_k = ρ_k²`` and
    ``r_L = ‖p‖²``. Only ``‖p‖²`` enters, so rational input gives a rational network.

    Args:
        regressor: ``w*`` of shape ``(d,)``, float64 or exact.
        norms: positive ``ρ_1, …, ρ_{L-1}``, of the same kind as the regressor.
        widths: ``(d_1, …, d_L)``, all at least 1; they set the depth.
        readout: ``p ≠ 0`` of shape ``(d_L,)``, or None (then ``d_L = 1``).

    Raises:
        ValueError: wrong number of norms, a norm that is not positive, ``p = 0``.

    >>> network = aligned_network([fmpq(3), fmpq(4)], [fmpq(1, 2)], [2, 1])
    >>> network.regressor()
    array([3, 4], dtype=object)
    """
    w = as_array(regressor)
    depth = len(widths)
    if len(norms) != depth - 1:
        raise ValueError(f"A network of depth {depth} takes {depth - 1} norms, not {len(norms)}.")
    if not all(norm > 0 for norm in norms):
        raise ValueError("The norms must be positive.")
    exact = w.dtype == object
    p = as_array([1] if readout is None else readout, exact=exact)
    squared_norm = p @ p
    if squared_norm == 0:
        raise ValueError("The readout must not be zero.")
    one = _exact_one(w) if exact else 1.0
    last = p * (one / squared_norm)
    norms = [one * norm for norm in norms]
    if depth == 1:
        return DeepLinearNetwork([last[:, None] * w[None, :]], readout)
    middle = [_corner(widths[k], widths[k - 1], norms[k - 1] / norms[k], exact) for k in range(1, depth - 1)]
    outer = _first_row(widths[-2], norms[-1] * last).transpose()
    return DeepLinearNetwork([_first_row(widths[0], w / norms[0]), *middle, outer], readout)


def _exact_one(array: Array) -> Any:
    """A one that divides exactly (Python integers do not) and mixes with the entries."""
    for kind in (Fraction, mpf):
        if any(isinstance(x, kind) for x in array):
            return kind(1)
    return fmpq(1)


def _zeros(shape: tuple[int, int], exact: bool) -> Array:
    return np.zeros(shape, dtype=object if exact else np.float64)


def _first_row(rows: int, row: Array) -> Array:
    """The matrix whose first row is given and whose other rows are zero."""
    matrix = _zeros((rows, row.shape[0]), row.dtype == object)
    matrix[0] = row
    return matrix


def _corner(rows: int, columns: int, value: Any, exact: bool) -> Array:
    matrix = _zeros((rows, columns), exact)
    matrix[0, 0] = value
    return matrix


def geometric_norms(first: Any, readout_norm_squared: Any, depth: int, bits: int = 128) -> list[Any]:
    """``ρ_k = √r_k``, ``k = 1..L-1``, geometric from ``r_1`` to ``r_L = ‖p‖²``.

    Floats give floats; rationals and balls give fmpq within a relative ``2^{-bits}``. The
    sum ``Σ_{k>=2} r_k/r_{k-1}`` is then minimal for the given ends.

    >>> geometric_norms(4.0, 1.0, 3)
    [2.0, 1.4142135623730951]
    """
    if isinstance(first, float) and isinstance(readout_norm_squared, (int, float)):
        ratio = readout_norm_squared / first
        return [float(first**0.5 * ratio ** (k / (2 * (depth - 1)))) for k in range(depth - 1)]
    with ctx.workprec(bits + 16):
        start, end = (x if isinstance(x, arb) else arb(rational(x)) for x in (first, readout_norm_squared))
        root, quotient = start.sqrt(), end / start
        return [(root * quotient ** arb(fmpq(k, 2 * (depth - 1)))).mid().fmpq() for k in range(depth - 1)]
