"""Real roots of rational polynomials: enclosures that separate them, and rational ones found exactly."""

from __future__ import annotations

from dataclasses import dataclass
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


@dataclass(frozen=True)
class TopRoot:
    """The largest real root of a rational polynomial, irrational or not known rational."""

    polynomial: fmpq_poly

    def ball(self, bits: int) -> arb:
        """An enclosure that separates the root from the polynomial's other roots."""
        return real_roots(self.polynomial, bits)[-1]
