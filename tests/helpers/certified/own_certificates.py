"""Certificates of theories of one's own, made once a session: the four examples, and one that uses every node."""

from __future__ import annotations

from fractions import Fraction
from functools import cache
from itertools import islice
from pathlib import Path
from typing import Any

import sympy as sp
from flint import fmpq

from flatcert import Obligation, Setting, Theory
from flatcert.checks.arithmetic.exact import exact
from flatcert.checks.authoring.references import load, reference_of_text
from flatcert.checks.deciding.ways import certifiable
from flatcert.checks.verifying.certificates import Written, certified
from flatcert.kinds import integer, matrix, nonnegative, positive, psd, sequence, signs, size, symmetric, vector
from flatcert.language import (
    Abs,
    Expectation,
    Gradient,
    Hessian,
    Inverse,
    Max,
    Min,
    Sum,
    determinant,
    dot,
    exp,
    hadamard,
    kronecker,
    largest_eigenvalue,
    matrix_product,
    matrix_sum,
    norm_squared,
    nuclear_norm,
    singular_value,
    smallest_eigenvalue,
    solve,
    spectral_norm,
    sqrt,
    trace,
)
from flatcert.theory.library import Library

EXAMPLES = Path(__file__).parents[3] / "examples" / "theories"
FILES = sorted(EXAMPLES.glob("*.py"))

n, m, k = size("n"), size("m"), sp.Symbol("k", integer=True)
SETTING = Setting("every node", A=psd(n), B=symmetric(n), X=matrix(n, m), v=vector(n), s=signs(n), c=positive(),
                  e=nonnegative(), i=integer(), x=sequence(positive(), k, 1, m), Y=sequence(matrix(n, n), k, 0, 2))
A, B, X, v, s, c, e, i = (SETTING[name] for name in ("A", "B", "X", "v", "s", "c", "e", "i"))
x, Y = SETTING["x"], SETTING["Y"]
theory = Theory("every node", setting=SETTING)
regular = theory.hypothesis("regular", (determinant(A), ">", 0))
t = theory.symbol("t", positive=True)
times = theory.quantifier(t, lambda instance: (1, fmpq(1, 3), exact(2) ** Fraction(1, 2)))
size_of_x = theory.quantity("power", norm_squared(X), latex="p", meaning="the squared norm of X")
loss = norm_squared(X.T * v) / 2 + dot(v, A * v) ** 2
STATEMENTS: dict[str, tuple[Any, tuple[Any, ...]]] = {
    "eigenvalues": ((smallest_eigenvalue(B), "<=", largest_eigenvalue(B)), ()),
    "trace": ((smallest_eigenvalue(B) * n, "<=", trace(B)), ()),
    "norms": ((spectral_norm(X), "<=", nuclear_norm(X)), ()),
    "second": ((singular_value(X, 2) ** 2 * 2, "<=", size_of_x), ()),
    "determinant": ((determinant(A), "<=", (trace(A) / n) ** n), ()),
    "order": ((A, "psd<=", trace(A) * sp.Identity(n)), ()),
    "inverse": ((dot(v, Inverse(A) * v) * dot(v, A * v), ">=", dot(v, v) ** 2), (regular,)),
    "solution": ((A * solve(A, v), "==", v), (regular,)),
    "kronecker": ((norm_squared(kronecker(X, v)), "==", size_of_x * dot(v, v)), ()),
    "hadamard": ((smallest_eigenvalue(hadamard(A, A)), ">=", 0), ()),
    "gradient": ((Gradient(loss, v), "==", X * X.T * v + 4 * dot(v, A * v) * A * v), ()),
    "hessian": ((largest_eigenvalue(Hessian(norm_squared(X) ** 2, X)), "==", 12 * size_of_x), ()),
    "member's gradient": ((Gradient(norm_squared(Y(1) - Y(0)), Y(1)), "==", 2 * (Y(1) - Y(0))), ()),
    "absolute": ((Gradient(Abs(dot(s, v) + 7) + Max(dot(v, v), -1), v), "==", s + 2 * v), ((dot(s, v), ">", -7),)),
    "smooth": ((Gradient(sqrt(1 + dot(v, v)), v), "==", v / sqrt(1 + dot(v, v))), ()),
    "exponential": ((trace(Hessian(exp(dot(v, v) / 8), v)), ">=", exp(dot(v, v) / 8) * n / 4), ()),
    "signs": ((Expectation(dot(s, v) ** 2, s), "==", dot(v, v)), ()),
    "one sign": ((dot(s, s), "==", n), ()),
    "sums": ((Sum(x(k), (k, 1, m)) ** 2, ">=", Sum(x(k) ** 2, (k, 1, m))), ()),
    "products": ((sp.Product(x(k), (k, 1, m)), "<=", (Sum(x(k), (k, 1, m)) / m) ** m), ()),
    "members": ((norm_squared(Y(0) + Y(1) + Y(2)), "<=", 3 * Sum(norm_squared(Y(k)), (k, 0, 2))), ()),
    "product of members": ((matrix_product(Y(k), (k, 0, 2)), "==", Y(2) * Y(1) * Y(0)), ()),
    "no members": ((matrix_product(Y(k), (k, 1, 0)) + matrix_sum(Y(k), (k, 1, 0)), "==", sp.Identity(n)), ()),
    "sum of members": ((matrix_sum(k * Y(k), (k, 0, 2)) - Y(1), "==", 2 * Y(2)), ()),
    "extremes": ((Min(c, e) + Max(c, e), "==", c + e), ()),
    "integer": ((Abs(i), "<=", i**2), ()),
    "powers": ((trace(A**2), "<=", trace(A) ** 2), ()),
    "quantified": ((2 * t * c, "<=", t**2 * c**2 + 1), ()),
    "false": ((trace(A), "<=", largest_eigenvalue(A)), ()),
}
"""A statement that uses each node; the last one is false."""
CLAIM = theory.claim("nodes", "Every node", *(
    Obligation(name, relation, given=given, over=(times,) if name == "quantified" else ())
    for name, (relation, given) in STATEMENTS.items()))


def library_of(file: Path) -> Library:
    return load(reference_of_text(str(file)))


@cache
def of_every_node() -> tuple[Written, ...]:
    """A certificate, or the reason for none, of every statement on twelve instances."""
    return tuple(certified("nodes", obligation, case, "file:/every/node.py#0")
                 for obligation in CLAIM.obligations for case in islice(certifiable(obligation).cases(0), 0, 120, 10))


@cache
def of_examples() -> tuple[Written, ...]:
    """The same of the claims of the examples and of their mutants, on four instances each."""
    return tuple(
        certified(claim.id, stated, case, library.reference)
        for library in map(library_of, FILES) for claim in library for obligation in claim.obligations
        for stated in (obligation, *(mutant.of(obligation) for mutant in obligation.mutants))
        for case in islice(certifiable(stated).cases(0), 0, 60, 15))


def certificates() -> list[dict[str, Any]]:
    return [one.certificate for one in (*of_every_node(), *of_examples()) if one.certificate is not None]
