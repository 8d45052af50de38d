"""The exercises and examples of Tao's tool `estimates` (github.com/teorth/estimates), rewritten in our language.

An estimate up to a constant there is one with a constant here, and magnitudes of Littlewood-Paley type are numbers that
obey the triangle inequality. The exercises of propositional logic are left out. The last three are false.
"""

from __future__ import annotations

from typing import Any

from flatcert import Setting
from flatcert.kinds import nonnegative, positive, real
from flatcert.language import Max, Min, Rational, sqrt

NUMBERS = Setting("numbers", **{name: positive() for name in ("x", "y", "z", "w", "N", "A", "B", "C", "K", "L", "M")},
                  r=real(), s=real(), t=real(), q=real(), u=nonnegative(), v=nonnegative())
x, y, z, w, N, A, B, C, K, L, M, r, s, t, q, u, v = (NUMBERS[name] for name in "xyzwNABCKLMrstquv")
THIRD, QUARTER = Rational(1, 3), Rational(1, 4)
TRIANGLE = (A, "<=", B + C), (B, "<=", A + C), (C, "<=", A + B)
OTHER_TRIANGLE = (K, "<=", L + M), (L, "<=", K + M), (M, "<=", K + L)

Statement = tuple[Any, ...]
"""What is to be shown, and the hypotheses: ``(lhs, op, rhs)`` each."""
EXERCISES: dict[str, Statement] = {
    "linear": ((x, "<", 7 * z + 2), (x, "<", 2 * y), (y, "<", 3 * z + 1)),
    "two sides": ((r + s, "<", 3), (r, ">", -1), (r, "<", 1), (s, ">", -2), (s, "<", 2)),
    "pigeonhole": ((r + s, "<=", 5), (r, "<=", 2), (s, "<=", 3)),
    "both orders": ((r, "==", s), (r, "<=", s), (r, ">=", s)),
    "integers": ((z, "==", 1), (r + y + z, "<=", 3), (r, ">=", y), (y, ">=", z), (z, ">=", 1)),
    "min and max": ((Min(r, s), "<=", Max(r, s)),),
    "weaker": ((r, ">=", 0), (r, ">", 0)),
    "positive square": ((r**2, ">", 0), (r, ">", 0)),
    "nonnegative cube": ((r**3, ">=", 0), (r, ">=", 0)),
    "product, easy": ((x * y, "<=", 6 * N**4), (N, ">=", 1), (x, "<=", 2 * N**2), (y, "<", 3 * N)),
    "product, hard": ((x * y, "<=", 21 * N**3), (N, ">=", 1), (x, "<=", 2 * N**2 + 1), (y, "<", 3 * N + 4)),
    "means": ((2 * u * v, "<=", u**2 + v**2),),
    "bracket": ((sqrt(1 + r**2 * s**2), "<=", sqrt(1 + r**2) * sqrt(1 + s**2)),),
    "Littlewood-Paley": ((Min(A, B, C) * Max(A, B, C) ** 2, "<=", 2 * A * B * C), *TRIANGLE),
    "Littlewood-Paley, complex": (
        (sqrt(Max(1, B)) * sqrt(Min(K, L, M)) * sqrt(A * B * C), "<=", 2 * Max(1, A) ** QUARTER * sqrt(K * L) * N),
        *TRIANGLE, *OTHER_TRIANGLE, (N, ">=", 1), (Max(A, B, C), "==", N), (Max(K, L, M), ">=", A * B * C)),
    "substitution": ((r - s, "==", t**2 - q**2), (r, "==", t**2), (s, "==", q**2)),
    "substitution of all": ((r + s + t, "<=", N**2), (r, "<=", N), (s, "<=", N), (t, "<=", N), (N, "==", 10)),
    "min below max": ((Min(x, y), "<=", Max(x, y)),),
    "mean below max": (((x * y * z) ** THIRD, "<=", Max(x, y, z)),),
    "mean below the mean": (((x * y * z) ** THIRD, "<=", (x + y + z) / 3),),
    "orders": ((x * z, "<=", y * w), (x, "<=", y), (y, "<=", z), (z, "<=", w)),
    "powers of orders": ((x * y**2, ">", 1), (x, ">", 1), (y, ">=", 1)),
    "false: linear": ((x, "<", 7 * z), (x, "<", 2 * y), (y, "<", 3 * z + 1)),
    "false: product": ((x * y, "<=", 21 * N**2), (N, ">=", 1), (x, "<=", 2 * N**2 + 1), (y, "<", 3 * N + 4)),
    "false: orders": ((x * w, "<=", y * z), (x, "<=", y), (y, "<=", z), (z, "<=", w)),
}
