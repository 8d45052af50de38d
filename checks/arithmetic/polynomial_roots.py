"""Real roots of rational polynomials: enclosures that separate them."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from flint import arb, ctx, fmpq_poly, fmpz, fmpz_poly


def squarefree(polynomial: fmpq_poly) -> fmpq_poly:
    """The polynomial with each of its roots once."""
    return polynomial / polynomial.gcd(polynomial.derivative())


def real_roots(polynomial: fmpq_poly, bits: int) -> tuple[arb, ...]:
    """Disjoint enclosures of the distinct real roots, in increasing order."""
    return _isolated(tuple(squarefree(polynomial).numer().coeffs()), bits)


@lru_cache(maxsize=1024)
def _isolated(coefficients: tuple[fmpz, ...], bits: int) -> tuple[arb, ...]:
    with ctx.workprec(bits):
        found: list[Any] = fmpz_poly(list(coefficients)).complex_roots()  # pairs (root, multiplicity)
        real = (root.real for root, _ in found if root.imag.contains(0))
        return tuple(sorted(real, key=lambda ball: ball.mid()))
