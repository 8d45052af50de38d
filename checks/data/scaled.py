"""Columns of numbers as integers over one denominator: decimals that are written, or floats as the dyadic numbers
that they are. Whole columns are converted at once, and no number is rounded."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ...numeric.linalg.scalars import Array
from ..arithmetic.decimals import PLACES, digits_and_power

_DIGITS = 18
"""So many digits fit into an integer of 64 bits."""
_NEWLINE, _POINT, _PLUS, _MINUS = b"\n.+-"


@dataclass(frozen=True, eq=False)
class Scaled:
    """A column: ``values[i] / denominator`` is its number ``i``.

    ``values`` ``(n,)`` holds integers, of 64 bits where they fit. ``bad`` has the text of each cell that is no number,
    or none that can be used, by its index; its value is 0.
    """

    values: Array
    denominator: int
    bad: dict[int, str]

    def without(self, rows: set[int]) -> Scaled:
        """The column without these rows, of which no cell is bad any more."""
        return Scaled(np.delete(self.values, sorted(rows)), self.denominator,
                      {row: cell for row, cell in self.bad.items() if row not in rows})


def of_texts(cells: Sequence[str], width: int, *, comma: bool = False) -> list[Scaled]:
    """The columns of a table whose cells are given row by row. With ``comma`` decimals have a comma.

    >>> [(column.values.tolist(), column.denominator) for column in of_texts(["1.5", "2", "-0.25", "1e1"], 2)]
    [([150, -25], 100), ([2, 10], 1)]
    >>> of_texts(["x"], 1)[0].bad
    {0: 'x'}
    """
    text = "\n".join(cells)
    if text.count("\n") >= len(cells):
        text = "\n".join(cell.replace("\n", " ") for cell in cells)
    return of_lines(text + "\n" if cells else "", width, comma=comma)


def of_lines(text: str, width: int, *, comma: bool = False) -> list[Scaled]:
    """The columns of a table whose cells are given row by row, each with a line end.

    >>> of_lines("1\\n2\\n", 1)[0].values.tolist()
    [1, 2]
    """
    written = text
    if comma:
        text = "\n".join(cell.replace(",", ".") if "." not in cell else "" for cell in text.split("\n"))
    plain, digits, powers = _plain_decimals(text)
    bad: dict[int, str] = {}
    cells, as_written = ([], []) if plain.all() else (text.split("\n"), written.split("\n"))
    for i in np.flatnonzero(~plain).tolist():
        cell = cells[i].strip()
        try:
            number, powers[i] = digits_and_power(cell)
        except ValueError:
            number, bad[i] = 0, as_written[i].strip()
        except OverflowError:  # with a point, so that it is known for a number
            number, bad[i] = 0, cell
        if digits.dtype != object and abs(number) >= 10**_DIGITS:
            digits = digits.astype(object)
        digits[i] = number
    return [_over_one_denominator(
        digits[j::width], powers[j::width], 10, {i // width: cell for i, cell in bad.items() if i % width == j})
        for j in range(width)]


def _plain_decimals(text: str) -> tuple[Array, Array, Array]:
    """Whether each cell is a sign, at most 18 digits and a point; its digits, and its power of ten.

    The digits and the power of other cells are zero.
    """
    content = text.encode(errors="replace")
    data = np.frombuffer(content, np.uint8)
    ends = np.flatnonzero(data == _NEWLINE)
    starts = np.concatenate(([0], ends[:-1] + 1))
    signed = (data[starts] == _MINUS) | (data[starts] == _PLUS)
    points = np.flatnonzero(data == _POINT)
    with_point = np.searchsorted(ends, points)
    points_in = np.bincount(with_point, minlength=len(ends))
    powers = np.zeros(len(ends), np.int64)
    powers[with_point] = points + 1 - ends[with_point]
    digits = ends - starts - signed - points_in
    other = (data - ord("0") > 9) & (data != _NEWLINE) & (data != _POINT)
    other[starts[signed]] = False
    plain = (points_in <= 1) & (digits >= 1) & (digits <= _DIGITS)
    plain[np.searchsorted(ends, np.flatnonzero(other))] = False
    if not plain.all():
        powers[~plain] = 0
        every = content.split(b"\n")[:-1]
        content = b"\n".join(cell if is_plain else b"0" for cell, is_plain in zip(every, plain, strict=True))
    values = np.fromstring(content.replace(b".", b""), dtype=np.int64, sep="\n")
    return plain, values, powers


def of_floats(numbers: Array) -> Scaled:
    """The column of an array of float64, each number as the dyadic rational that it is.

    >>> column = of_floats(np.array([0.75, -3.0, np.nan]))
    >>> column.values.tolist(), column.denominator, column.bad
    ([3, -12, 0], 4, {2: 'nan'})
    """
    sizes = np.abs(numbers)
    with np.errstate(invalid="ignore"):
        usable = np.isfinite(numbers) & ((numbers == 0) | ((sizes >= 10.0**-PLACES) & (sizes < 10.0**PLACES)))
    bad = {i: repr(float(numbers[i])) for i in np.flatnonzero(~usable).tolist()}
    parts, exponents = np.frexp(np.where(usable, numbers, 0.0))
    digits = (parts * 2.0**53).astype(np.int64)
    powers = exponents.astype(np.int64) - 53
    zeros = np.frexp((digits & -digits).astype(np.float64))[1].astype(np.int64) - 1  # at the end, in base two
    zeros[digits == 0] = 0
    powers[digits == 0] = 0
    return _over_one_denominator(digits >> zeros, powers + zeros, 2, bad)


def of_integers(numbers: Array) -> Scaled:
    """The column of an array of integers.

    >>> of_integers(np.array([2**64 - 1, 0], np.uint64)).values.tolist()
    [18446744073709551615, 0]
    """
    fits = numbers.dtype != np.uint64 or not numbers.size or int(numbers.max()) < 2**63
    return Scaled(numbers.astype(np.int64 if fits else object), 1, {})


def _over_one_denominator(digits: Array, powers: Array, base: int, bad: dict[int, str]) -> Scaled:
    """The numbers ``digits * base**powers`` as one column."""
    lowest = min(int(powers.min(initial=0)), 0)
    shifts = powers - lowest
    most = int(shifts.max(initial=0))
    largest = max(int(digits.max(initial=0)), -int(digits.min(initial=0)))
    if digits.dtype != object and largest * base**most < 2**63:
        values = digits * np.int64(base) ** shifts
    else:
        factors = np.array([base**shift for shift in range(most + 1)], dtype=object)
        values = digits.astype(object) * factors[shifts]
    return Scaled(values, base**-lowest, bad)
