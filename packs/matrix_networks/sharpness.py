"""Sharpness of a minimizer, and the least sharpness of all minimizers."""

from flatcert import Obligation
from flatcert.language import Rational, dot, norm_squared
from flatcert.mutants import AUTOMATIC, scaled, without

from .words import RISK, L, S, V, X, minimizer, minimizers, theory, z

LOWER = 2 * L * norm_squared(X * z) ** (1 / L) * norm_squared(V * z) ** (1 - 1 / L)
least = theory.claim(
    "matrix-min-sharpness", "Least sharpness of multi-output regression",
    Obligation("lower", (S * dot(z, z), ">=", LOWER), on=(minimizers, "any"), given=(minimizer,), tight=True,
               mutants=[scaled("2L -> 2.05L", Rational(41, 40)), without(minimizer), AUTOMATIC]),
    note=f"Own; for Sigma = I known type (Mulayoff and Michaeli 2020; Kamber and Parhi 2025). {RISK}")
