"""Balls as pairs of floats and as text, rounded outward."""

from __future__ import annotations

from decimal import ROUND_CEILING, ROUND_FLOOR, Context, Decimal
from math import isfinite

from flint import arb

from ...numeric.linalg.pencil import binary_exponent
from ...numeric.linalg.rounding import float_above, float_below

Ends = dict[str, float]


def ends(ball: arb) -> Ends | None:
    """The lower end rounded down and the upper end rounded up, or None for a ball without finite ends in float64.

    >>> ends(arb(2)), ends(arb("nan"))
    ({'lower': 2.0, 'upper': 2.0}, None)
    """
    lower, upper = float_below(ball) + 0.0, float_above(ball)  # not the -0.0 that negation leaves
    return {"lower": lower, "upper": upper} if isfinite(lower) and isfinite(upper) else None


def interval(ball: arb, digits: int = 10) -> str:
    """The ball in decimals, beyond float64 too: one number if both ends are equal in so many digits, else both ends.

    >>> interval(arb(3)), interval(arb(1) / 3, 4), interval(arb((1, 2000)), 4)
    ('3', '[0.3333, 0.3334]', '[1.148e+602, 1.149e+602]')
    """
    pair = ends(ball)
    if pair is None and ball.is_finite():
        return f"[{directed(-_ceiling(-ball), digits, up=False)}, {directed(_ceiling(ball), digits, up=True)}]"
    return decimals(pair, digits)


def _ceiling(ball: arb) -> Decimal:
    """A number of few digits that is not below the ball. The exact integer would take seconds where it is large."""
    end = ball.upper()
    power = int(binary_exponent(end) * 0.30103)
    return Context(prec=100).scaleb(Decimal(float_above(end / arb(10) ** power)), power)


def decimals(pair: Ends | None, digits: int) -> str:
    """Both ends in so many digits, or one number where they agree.

    >>> decimals({"lower": 0.5, "upper": 1.0}, 4)
    '[0.5, 1]'
    """
    if pair is None:
        return "not enclosed"
    lower, upper = directed(pair["lower"], digits, up=False), directed(pair["upper"], digits, up=True)
    return lower if lower == upper else f"[{lower}, {upper}]"


def above(ball: arb, digits: int = 4) -> str:
    """The upper end of the ball in decimals, rounded up.

    >>> above(arb(1) / 3), above(arb((1, 2000)))
    ('0.3334', '1.149e+602')
    """
    value = float_above(ball)
    return directed(_ceiling(ball) if not isfinite(value) and ball.is_finite() else value, digits, up=True)


def directed(value: float | Decimal, digits: int, *, up: bool) -> str:
    """A number in so many significant digits, rounded up or down.

    >>> directed(2 / 3, 4, up=False), directed(2 / 3, 4, up=True)
    ('0.6666', '0.6667')
    """
    rounding = ROUND_CEILING if up else ROUND_FLOOR
    shown = Context(prec=digits, rounding=rounding).create_decimal(Decimal(value)).normalize()
    return f"{shown:f}" if -5 <= shown.adjusted() <= digits else f"{shown:e}"
