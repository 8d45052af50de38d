"""Precision is raised until an enclosure is narrow: one loop for every number that is printed."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from flint import arb

MOST_BITS = 1 << 14
"""Precision at which raising ends, at most; what is wide there is undecided."""
_WORK = 60**3 * 4096  # a few minutes of elimination
GOAL = 60
"""Right bits aimed at: more than a float64 shows."""
WORTH = 30
"""Right bits (nine digits) below which an enclosure says too little to be a result."""

Result = TypeVar("Result")


def is_narrow(ball: arb, bits: int = GOAL) -> bool:
    """Return whether a ball has at least so many right bits: never for ``nan``, always for a point.

    >>> is_narrow(arb(1) / 3, 40), is_narrow(arb(0, 1)), is_narrow(arb("nan")), is_narrow(arb(0))
    (True, False, False, True)
    """
    return bool(ball.is_finite()) and bool(ball.is_exact() or ball.rel_accuracy_bits() >= bits)


def most_bits(dimension: int) -> int:
    """Where raising ends for matrices ``(d, d)``: elimination takes ``d^3`` products of so many bits.

    >>> most_bits(3), most_bits(60), most_bits(150)
    (16384, 4096, 512)
    """
    return min(MOST_BITS, max(512, _WORK // dimension**3))


def until_narrow(
    compute: Callable[[int], Result], narrow: Callable[[Result], bool], bits: int = 128, dimension: int = 1
) -> Result:
    """``compute(bits)`` at doubled precision until it is narrow, or as it is at the last precision, `most_bits`.

    >>> from flint import ctx
    >>> def difference(bits):
    ...     with ctx.workprec(bits):
    ...         return (1 + arb((1, -200))).sqrt() - 1
    >>> print(until_narrow(difference, is_narrow, bits=64).str(10, radius=False))
    3.111507639e-61
    """
    most = most_bits(dimension)
    while True:
        result = compute(bits)
        if narrow(result) or bits >= most:
            return result
        bits = min(2 * bits, most)
