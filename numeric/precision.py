"""Precision is raised until an enclosure is narrow: one loop for every number that is printed."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from flint import arb

MOST_BITS = 1 << 14
"""Precision at which raising ends; what is wide there is undecided."""
GOAL = 60
"""Right bits aimed at: more than a float64 shows."""
WORTH = 30
"""Right bits (nine digits) below which an enclosure says too little to be a result."""

Result = TypeVar("Result")


def is_narrow(ball: arb, bits: int = GOAL) -> bool:
    """True if a ball has at least so many right bits; never for ``nan``, always for a point.

    >>> is_narrow(arb(1) / 3, 40), is_narrow(arb(0, 1)), is_narrow(arb("nan")), is_narrow(arb(0))
    (True, False, False, True)
    """
    return bool(ball.is_finite()) and bool(ball.is_exact() or ball.rel_accuracy_bits() >= bits)


def until_narrow(
    compute: Callable[[int], Result], narrow: Callable[[Result], bool], bits: int = 128
) -> Result:
    """``compute(bits)`` at doubled precision until it is narrow, or as it is from ``MOST_BITS`` on.

    >>> from flint import ctx
    >>> def difference(bits):
    ...     with ctx.workprec(bits):
    ...         return (1 + arb((1, -200))).sqrt() - 1
    >>> print(until_narrow(difference, is_narrow, bits=64).str(10, radius=False))
    3.111507639e-61
    """
    while True:
        result = compute(bits)
        if narrow(result) or bits >= MOST_BITS:
            return result
        bits *= 2
