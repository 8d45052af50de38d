"""Real roots of rational polynomials: enclosures that separate them, and rational ones found exactly."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from flint import arb, ctx, fmpq, fmpq_poly


def squarefree(polynomial: fmpq_poly) -> fmpq_poly:
    """The polynomial with each of its roots once."""
    return polynomial / polynomial.gcd(polynomial.derivative())


def real_roots(polynomial: fmpq_poly, bits: int) -> list[arb]:
    """Disjoint enclosures of the distinct real roots, in increasing order."""
    with ctx.workprec(bits):
        found: list[Any] = squarefree(polynomial).numer().complex_roots()  # pairs (root, multiplicity)
        return sorted((root.real for root, _ in found if root.imag.contains(0)), key=lambda ball: ball.mid())


def rational_root_within(polynomial: fmpq_poly, enclosure: arb) -> fmpq | None:
    """The root that an enclosure separates from the others, if that root is rational."""
    middle, radius = enclosure.mid().fmpq(), enclosure.rad().fmpq()
    for factor, _ in polynomial.factor()[1]:
        if factor.degree() == 1:
            root = -factor[0] / factor[1]
            if abs(root - middle) <= radius:
                return root
    return None


def root_at(polynomial: fmpq_poly, index: int, bits: int) -> tuple[arb, fmpq_poly]:
    """A real root, counted with multiplicity: 0 is the index of the largest, -1 of the smallest; and its factor.

    The factor is irreducible. Its other roots do not lie in the enclosure.

    >>> root_at(fmpq_poly([-1, 1]) ** 2 * fmpq_poly([-2, 0, 1]), 2, 64)
    ([1.00000000000000 +/- 2.00e-20], x + (-1))
    """
    factors = polynomial.factor()[1]
    while True:
        found = sorted(((root, factor) for factor, multiplicity in factors for root in real_roots(factor, bits)
                        for _ in range(multiplicity)), key=lambda pair: pair[0].mid())
        if not any(low.overlaps(high) and f != g for (low, f), (high, g) in pairwise(found)):
            return found[-1 - index]
        bits *= 2


@dataclass(frozen=True)
class TopRoot:
    """The largest real root of a rational polynomial, irrational or not known rational."""

    polynomial: fmpq_poly

    def ball(self, bits: int) -> arb:
        """An enclosure that separates the root from the polynomial's other roots."""
        return real_roots(self.polynomial, bits)[-1]
