"""The exact second moments of a table, summed up chunk by chunk: the memory does not grow with the rows.

A problem of least squares is nothing but these moments. The columns of a chunk are integers over one denominator each,
and one product of integer matrices by FLINT gives the sums of all products of two columns.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import lcm

from flint import fmpq, fmpz, fmpz_mat

from ...numeric.linalg.scalars import Array, object_array
from .scaled import Scaled


@dataclass(frozen=True, eq=False)
class Moments:
    """The number ``n`` of rows, the means ``(k,)`` of the columns, and the means ``(k, k)`` of their products."""

    count: int
    means: Array
    products: Array

    def centered(self) -> Moments:
        """The moments once the mean of each column is subtracted.

        >>> import numpy as np
        >>> made = Sums(1)
        >>> made.add([Scaled(np.array([1, 3]), 1, {})])
        >>> made.moments().centered().products
        array([[1]], dtype=object)
        """
        return Moments(self.count, self.means * 0, self.products - self.means[:, None] * self.means)

    def divided(self, by: Array) -> Moments:
        """The moments once each column is divided by its number among ``by`` ``(k,)``."""
        return Moments(self.count, self.means / by, self.products / (by[:, None] * by))


class Sums:
    """Sums of products of two columns, where a column of ones comes first.

    >>> import numpy as np
    >>> sums = Sums(2)
    >>> sums.add([Scaled(np.array([1, 2]), 10, {}), Scaled(np.array([3, 4]), 1, {})])
    >>> sums.add([Scaled(np.array([3]), 1, {}), Scaled(np.array([1]), 2, {})])
    >>> found = sums.moments()
    >>> found.count, found.means.tolist(), found.products.tolist()
    (3, [11/10, 5/2], [[181/60, 13/15], [13/15, 101/12]])
    """

    def __init__(self, width: int) -> None:
        self.count = 0
        self._denominators = [1] * (width + 1)
        self._sums = fmpz_mat(width + 1, width + 1)

    def add(self, columns: Sequence[Scaled]) -> None:
        """Add the rows of a chunk."""
        rows = len(columns[0].values)
        entries = [1] * rows
        for column in columns:
            entries += column.values.tolist()
        matrix = fmpz_mat(len(columns) + 1, rows, entries)
        denominators = [1, *(column.denominator for column in columns)]
        common = [lcm(*pair) for pair in zip(self._denominators, denominators, strict=True)]
        self._sums = (_expanded(self._sums, self._denominators, common)
                      + _expanded(matrix * matrix.transpose(), denominators, common))
        self._denominators = common
        self.count += rows

    def moments(self) -> Moments:
        """The means, exact, of at least one row."""
        width = len(self._denominators)
        entries = [fmpq(entry, fmpz(self.count) * left * right) for (left, right), entry in zip(
            ((left, right) for left in self._denominators for right in self._denominators),
            self._sums.entries(), strict=True)]
        found = object_array(entries, (width, width))
        return Moments(self.count, found[0, 1:], found[1:, 1:])


def _expanded(sums: fmpz_mat, denominators: list[int], common: list[int]) -> fmpz_mat:
    """The sums over the common denominators."""
    if denominators == common:
        return sums
    width = len(common)
    factors = [new // old for new, old in zip(common, denominators, strict=True)]
    diagonal = fmpz_mat(width, width)
    for i, factor in enumerate(factors):
        diagonal[i, i] = factor
    return diagonal * sums * diagonal
