"""Decimals such as ``-12.5e3`` read exactly: the value decides whether a number is in range, not how it is written."""

from __future__ import annotations

import re

from flint import fmpq

PLACES = 150
"""The most digits before the point, and after it. Results are printed in float64 and hold squares."""

_DECIMAL = re.compile(r"([+-]?)([0-9]*)(?:\.([0-9]*))?(?:[eE]([+-]?)([0-9]+))?")
_NO_TEXT_IS_SO_LONG = 15
"""Digits of an exponent that the digits before it cannot balance."""


def is_decimal(text: str) -> bool:
    """Whether the text is a decimal, of whatever size.

    >>> [is_decimal(text) for text in ("-.5", "2.", "1e999999999", "1_0", ".", "nan", "1,5")]
    [True, True, True, False, False, False, False]
    """
    match = _DECIMAL.fullmatch(text)
    return match is not None and bool(match[2] or match[3])


def decimal(text: str) -> fmpq:
    """The exact value; no power of ten beyond `PLACES` is ever formed.

    Raises:
        ValueError: the text is no decimal.
        OverflowError: the value has more than `PLACES` digits before the point, or after it.

    >>> decimal("1e-000005"), decimal("0e-400"), decimal("1000e-3")
    (1/100000, 0, 1)
    >>> decimal("1e-151")
    Traceback (most recent call last):
    OverflowError: 1e-151
    """
    digits, power = digits_and_power(text)
    return fmpq(digits, 10**-power) if power < 0 else fmpq(digits * 10**power)


def digits_and_power(text: str) -> tuple[int, int]:
    """The value as an integer and the power of ten that multiplies it. Raises what `decimal` raises.

    >>> digits_and_power("-12.50e3"), digits_and_power("0.00")
    ((-125, 2), (0, 0))
    """
    match = _DECIMAL.fullmatch(text)
    if match is None or not (match[2] or match[3]):
        raise ValueError(text)
    sign, whole, fraction, exponent = match[1], match[2], match[3] or "", (match[5] or "").lstrip("0")
    significant = (whole + fraction).strip("0")
    if not significant:
        return 0, 0
    if len(exponent) > _NO_TEXT_IS_SO_LONG:
        raise OverflowError(text)
    # The value is `significant` times this power of ten.
    power = int((match[4] or "") + (exponent or "0")) - len(fraction)
    power += len(whole + fraction) - len((whole + fraction).rstrip("0"))
    if power < -PLACES or len(significant) + power > PLACES:
        raise OverflowError(text)
    return int(sign + significant), power
