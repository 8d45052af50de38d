"""Balls to floats, outward."""

from __future__ import annotations

import math

import numpy as np
from flint import arb


def float_below(x: arb) -> float:
    """The largest float not above the ball (-inf if there is none).

    >>> float_below(arb(2)), float_below(arb(2, 1)) <= 1.0
    (2.0, True)
    """
    return -float_above(-x)


def float_above(x: arb) -> float:
    """The smallest float not below the ball, up to one ulp (inf if there is none).

    >>> float_above(arb(1) / 3) > 1 / 3
    True
    """
    end = x.upper()
    value = float(end)
    if math.isnan(value):
        return math.inf
    if value == -math.inf:
        return -float(np.finfo(np.float64).max)
    return value if value == math.inf or arb(value) >= end else math.nextafter(value, math.inf)
