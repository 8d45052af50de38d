"""The sizes of networks that ``flatcert inspect`` takes, and the widths of enclosures that count as sharp."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from flint import arb

from ....numeric.linalg.scalars import Array
from ....numeric.network.enclosed_sharpness import Cost, enclosure_cost, excess
from ....numeric.network.narrowing import narrowed_widths
from ...output import DataError
from ..layer_spectra import BALL_LIMIT

SHARP, NEGLIGIBLE = 2.0**-10, 2.0**-40
"""An enclosure is inconclusive if it is wider than the first part of itself, which leaves fewer than three digits,
and also wider than the second part of the norm of the Hessian, below which an eigenvalue is as good as zero."""


def sharp(enclosure: arb, norm: arb) -> bool:
    """Return whether the enclosure of an eigenvalue is narrow.

    Its width is at most `SHARP` of the eigenvalue, or `NEGLIGIBLE` of the norm of the matrix.

    >>> sharp(arb(1, 1e-4), arb(1)), sharp(arb(1, 0.1), arb(1)), sharp(arb(0, 1e-20), arb(1))
    (True, False, True)
    """
    width = 2 * enclosure.rad()
    return bool(width <= SHARP * enclosure.abs_upper()) or bool(width <= NEGLIGIBLE * norm.abs_upper())


def product_bits(weights: Sequence[Array]) -> int:
    """The most bits that an exact product of float64 layers may take, numerator and denominator together.

    >>> product_bits([np.full((2, 2), 5e-324), np.ones((1, 2))]) > 1000
    True
    """
    def bits(weight: Array) -> int:
        exponents = np.frexp(weight[weight != 0])[1]
        low, high = (int(exponents.min()), int(exponents.max())) if exponents.size else (0, 0)
        return 53 + high - low + abs(low)

    return sum(map(bits, weights))


def inspection_cost(widths: tuple[int, ...], *, narrow: bool = True, bits: int = 0) -> Cost:
    """An upper bound of what `inspection` takes: the size of the eigenproblem, seconds, and bytes.

    ``narrow`` means what it means for `enclosure_cost`, and ``bits`` comes from `product_bits`.

    Raises:
        DataError: the inspection would take more than 5 minutes or 2 GB.

    >>> inspection_cost((2, 128, 128, 1)).size
    512
    """
    cost = enclosure_cost(widths, narrow=narrow)
    left = narrowed_widths(widths) if narrow else widths
    grams = [min(pair) for pair in pairwise(left) for _ in range(2)] + list(left[1:-1]) * 2
    pairs = len(widths) ** 2 * 3e-5
    seconds = cost.seconds + pairs + sum(2e-7 * m**3 if m <= BALL_LIMIT else 2e-5 * m**2 + 5e-9 * m**3 for m in grams)
    seconds += 5e-13 * bits**2 * sum(a * b for a, b in pairwise(widths))
    cost = Cost(cost.size, seconds, cost.bytes + 500.0 * max(grams) ** 2 + 1.25 * bits * sum(widths))
    if problem := excess(cost):
        raise DataError(f"To inspect this network {problem}")
    return cost
