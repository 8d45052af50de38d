"""Laurent series with rational coefficients, as a ring."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from fractions import Fraction

from flint import ctx, fmpq, fmpq_series

from ...numeric.linalg.scalars import Array
from .ring import Ring

TERMS = 40
"""How many coefficients are computed."""


@contextmanager
def coefficients() -> Iterator[None]:
    """Let flint compute :data:`TERMS` coefficients of each series."""
    before, ctx.cap = ctx.cap, TERMS
    try:
        yield
    finally:
        ctx.cap = before


@dataclass(frozen=True)
class Laurent:
    """``v^shift`` times a power series in ``v`` of which finitely many coefficients are known."""

    shift: int
    series: fmpq_series

    def __add__(self, other: Laurent) -> Laurent:
        low = min(self.shift, other.shift)
        return Laurent(low, self._from(low) + other._from(low))

    def __mul__(self, other: Laurent) -> Laurent:
        return Laurent(self.shift + other.shift, self.series * other.series)

    def __pow__(self, exponent: int) -> Laurent:
        if exponent < 0:
            return self._inverse() ** -exponent
        power = monomial(0)
        for _ in range(exponent):
            power = power * self
        return power

    def _from(self, low: int) -> fmpq_series:
        """The same as a series that starts at a lower power."""
        gap = self.shift - low
        return fmpq_series([fmpq(0)] * gap + self.series.coeffs(), 1, self.series.prec + gap)

    def _inverse(self) -> Laurent:
        if self.is_zero:
            raise ZeroDivisionError("one over a series without known terms")
        first = self.valuation - self.shift
        unit = fmpq_series(self.series.coeffs()[first:], 1, self.series.prec - first)
        return Laurent(-self.valuation, 1 / unit)

    @property
    def valuation(self) -> int:
        """The lowest power with a coefficient that is not zero."""
        return self.shift + next(n for n, c in enumerate(self.series.coeffs()) if c != 0)

    @property
    def is_zero(self) -> bool:
        """Whether all known coefficients vanish."""
        return all(c == 0 for c in self.series.coeffs())

    @property
    def known(self) -> int:
        """How many coefficients are known."""
        return int(self.series.prec)


def monomial(power: int, coefficient: fmpq | int = 1) -> Laurent:
    """``coefficient v^power``."""
    return Laurent(power, fmpq_series([coefficient], 1, TERMS))


def hypergeometric(a: fmpq, b: fmpq, c: fmpq, z: Laurent) -> Laurent:
    """Gauss's series ``2F1(a, b; c; z)`` by its definition, where ``z`` has no constant term.

    >>> with coefficients():
    ...     geometric = hypergeometric(fmpq(1), fmpq(1), fmpq(1), monomial(1))
    ...     difference = geometric * (monomial(0) + monomial(1, -1)) + monomial(0, -1)
    >>> difference.is_zero, difference.known
    (True, 40)
    """
    if z.valuation < 1:
        raise ZeroDivisionError("the series is expanded at 0")
    total = power = monomial(0)
    for n in range(TERMS // z.valuation):
        power = power * z * monomial(0, (a + n) * (b + n) / ((c + n) * (n + 1)))
        total = total + power
    # The terms left out start at this power of v.
    rest = (TERMS // z.valuation + 1) * z.valuation
    return Laurent(total.shift, fmpq_series(total.series.coeffs(), 1, min(total.known, rest - total.shift)))


@dataclass(frozen=True)
class LaurentRing(Ring[Laurent, Array]):
    """Laurent series in one variable; use it under :func:`coefficients`."""

    def entry(self, value: fmpq) -> Laurent:
        return monomial(0, value)

    def power(self, base: Laurent, exponent: Fraction) -> Laurent:
        if exponent.denominator != 1:
            raise ZeroDivisionError("a root of a series")
        return base ** int(exponent)
