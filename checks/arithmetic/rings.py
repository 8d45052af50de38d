"""The kinds of number a statement is evaluated in: float64, balls, exact, a prime field."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import reduce
from typing import Any

import numpy as np
from flint import arb, ctx, fmpq, fmpq_mat, nmod

from ...numeric.linalg.eigenvalues import range_factor, top_eigenvalue, weighted_top
from ...numeric.linalg.rational import charpoly
from ...numeric.linalg.scalars import is_zero
from . import eigenvectors
from .exact import Exact, Undecidable, exact, lifted, second_ball, second_root, top_root

PRIME = 2**61 - 1
"""The field of Schwartz-Zippel: a Mersenne prime."""


@dataclass(frozen=True)
class FloatRing:
    """float64: screens, never decides."""

    def lift(self, value: Exact) -> float:
        return float(value.ball(64).mid())

    def entry(self, value: fmpq) -> float:
        """Rounded once."""
        return float(value)

    def array(self, values: Any) -> Any:
        return values.astype(float)

    number = entry

    def exp(self, value: Any) -> Any:
        return np.exp(value)

    def log(self, value: Any) -> Any:
        return np.log(value)

    def power(self, base: Any, exponent: Fraction) -> Any:
        return np.float64(base) ** float(exponent)

    def scale(self, factor: Any, matrix: Any) -> Any:
        return factor * matrix

    def add_matrices(self, terms: list[Any]) -> Any:
        return sum(terms[1:], terms[0])

    def weighted_top(self, matrix: Any, covariance: Any) -> Any:
        values, vectors = np.linalg.eigh(covariance)
        root = vectors * np.sqrt(np.clip(values, 0, None))[..., None, :]
        return np.linalg.eigvalsh(root.mT @ np.asarray(matrix, dtype=float) @ root)[..., -1][()]

    def top(self, matrix: Any) -> Any:
        return np.linalg.eigvalsh(np.asarray(matrix, dtype=float))[..., -1][()]

    def roots(self, grams: Any) -> Any:
        """Singular values ``(..., m)`` in ascending order, from floats ``A A^T`` of shape ``(..., m, m)``."""
        return np.sqrt(np.maximum(np.linalg.eigvalsh(grams), 0))

    def root_of_top(self, gram: Any) -> Any:
        return self.roots(self.array(gram))[-1]

    def root_of_bottom(self, gram: Any) -> Any:
        if eigenvectors.is_singular(gram):  # the root of a rounding error would be no small number
            return np.float64(0)
        return self.roots(self.array(gram))[0]

    def root_of_second(self, gram: Any) -> Any:
        return self.roots(self.array(gram))[-2] if len(gram) > 1 else np.float64(0)

    def top_vector(self, gram: Any, start: Any) -> Any:
        values, vectors = np.linalg.eigh(self.array(gram))
        kept = vectors[:, values >= values[-1] * (1 - eigenvectors.NEAR)]
        found = kept @ (kept.T @ self.array(start))
        return found / np.linalg.norm(found)

    def largest(self, values: list[Any]) -> Any:
        return np.max(values)


@dataclass(frozen=True)
class BallRing:
    """Arb balls at a working precision; set it around the evaluation (``ctx.workprec``)."""

    bits: int

    def answer(self, op: str, lhs: arb, rhs: arb) -> bool | None:
        """Three answers: overlapping balls decide nothing, unless both are points (and nan compares as nothing)."""
        if lhs == rhs:  # only points compare equal
            return op in ("<=", ">=", "==")
        if lhs > rhs:
            return op in (">", ">=", "!=")
        if lhs < rhs:
            return op in ("<", "<=", "!=")
        return None

    def lift(self, value: Exact) -> arb:
        return value.ball(self.bits)

    def exp(self, value: Any) -> arb:
        return arb(value).exp()

    def log(self, value: Any) -> arb:
        return arb(value).log()

    def entry(self, value: fmpq) -> arb:
        return arb(value)

    def top(self, matrix: Any) -> arb:
        ball: arb = top_eigenvalue(matrix, self.bits)
        return ball

    def root_of_top(self, gram: Any) -> arb:
        return nonnegative_root(arb(gram[0, 0]) if len(gram) == 1 else arb(0) if is_zero(gram) else self.top(gram))

    def root_of_bottom(self, gram: Any) -> arb:
        return arb(0) if eigenvectors.is_singular(gram) else nonnegative_root(-self.top(-gram))

    def root_of_second(self, gram: Any) -> arb:
        return nonnegative_root(second_ball(charpoly(gram), self.bits)) if len(gram) > 1 else arb(0)

    def top_vector(self, gram: Any, start: Any) -> Any:
        found = eigenvectors.projected(gram, start, top_root(charpoly(gram)).ball(self.bits), arb)
        return found / arb(found @ found).sqrt()

    def largest(self, values: list[Any]) -> arb:
        largest: arb = reduce(arb.max, values)
        return largest

    def array(self, values: Any) -> Any:
        return _mapped(arb, values)

    number = entry

    def power(self, base: Any, exponent: Fraction) -> Any:
        base = arb(base)
        if exponent == 0:
            return arb(1)
        if base == 0 and exponent > 0:
            return arb(0)  # Arb has no roots of zero
        if exponent > 0 and exponent.denominator == 1 and base.contains(0):
            # Arb's own power of a ball around an exact zero is nan.
            return reduce(lambda x, y: x * y, [base] * exponent.numerator)
        if exponent.denominator == 1:
            return base ** int(exponent.numerator)
        return base.root(exponent.denominator) ** int(exponent.numerator)

    def scale(self, factor: Any, matrix: Any) -> Any:
        return factor * matrix

    def add_matrices(self, terms: list[Any]) -> Any:
        return sum(terms[1:], terms[0])

    def weighted_top(self, matrix: Any, covariance: Any) -> arb:
        return weighted_top(_mapped(arb, matrix), range_factor(covariance, self.bits), self.bits)


@dataclass(frozen=True)
class ScaledMatrix:
    """A rational matrix times an exact number: ``r I + beta w w^T`` with commensurable radicals."""

    factor: Exact
    matrix: Any


@dataclass(frozen=True)
class MixedMatrix:
    """``alpha A + beta B`` with incommensurable ``alpha`` and ``beta``, ``B`` of rank one."""

    first: ScaledMatrix
    second: ScaledMatrix


def _mixed_top(mixed: MixedMatrix, covariance: Any) -> Exact:
    """The top eigenvalue where it does not depend on ``beta`` (``w*`` an eigenvector below the top).

    As ``B`` has rank one, the characteristic polynomial of ``Sigma (A + t B)`` is affine in
    ``t``: what those at ``t = 0`` and ``t = 1`` share divides all of them. If one eigenvalue is
    left, it is what the trace leaves, and balls must show it below the largest shared one.
    """
    (alpha, a), (beta, b) = ((term.factor, covariance @ term.matrix) for term in (mixed.first, mixed.second))
    still = charpoly(a)
    shared = still.gcd(charpoly(a + b))
    degree = shared.degree()
    if alpha.ball(128) > 0 and degree == still.degree() - 1 > 0:
        top = alpha * top_root(shared)
        rest = np.trace(a) + shared[degree - 1] / shared[degree]
        with ctx.workprec(512):
            if top.ball(512) > alpha.ball(512) * arb(rest) + beta.ball(512) * arb(np.trace(b)):
                return top
    raise Undecidable("the top eigenvalue of incommensurable terms")


@dataclass(frozen=True)
class ExactRing:
    """Exact numbers, for ties."""

    def answer(self, op: str, lhs: Exact, rhs: Exact) -> bool:
        """Whether the two numbers compare so. Raises Undecidable."""
        sign = lhs.compare(rhs)
        return {"<": sign < 0, "<=": sign <= 0, "==": sign == 0, "!=": sign != 0, ">=": sign >= 0, ">": sign > 0}[op]

    def lift(self, value: Exact) -> Exact:
        return value

    def top(self, matrix: Any) -> Exact:
        return top_root(charpoly(matrix))

    def root_of_top(self, gram: Any) -> Exact:
        return self.top(gram) ** Fraction(1, 2)

    def root_of_bottom(self, gram: Any) -> Exact:
        if eigenvectors.is_singular(gram):
            return exact(0)
        return lifted(eigenvectors.least_positive_root(charpoly(gram))) ** Fraction(1, 2)

    def root_of_second(self, gram: Any) -> Exact:
        if len(gram) == 1:
            return exact(0)
        return second_root(charpoly(gram)) ** Fraction(1, 2)

    def top_vector(self, gram: Any, start: Any) -> Any:
        found = eigenvectors.projected(gram, start, self.top(gram).rational(), lambda entry: entry)
        length = exact(found @ found) ** Fraction(-1, 2)
        return _mapped(lambda entry: length * entry, found)

    def largest(self, values: list[Any]) -> Exact:
        return reduce(lambda x, y: x if x.compare(y) >= 0 else y, map(lifted, values))

    def exp(self, value: Any) -> Exact:
        if lifted(value).sign:
            raise Undecidable("an exponential that is not 1")
        return exact(1)

    def log(self, value: Any) -> Exact:
        if lifted(value).compare(exact(1)):
            raise Undecidable("a logarithm that is not 0")
        return exact(0)

    def entry(self, value: fmpq) -> fmpq:
        return value

    def array(self, values: Any) -> Any:
        return values

    def number(self, value: fmpq) -> Exact:
        return exact(value)

    def power(self, base: Any, exponent: Fraction) -> Exact:
        return lifted(base) ** exponent

    def scale(self, factor: Exact, matrix: Any) -> Any:
        try:
            return lifted(factor).rational() * matrix
        except Undecidable:
            return ScaledMatrix(lifted(factor), matrix)

    def add_matrices(self, terms: list[Any]) -> Any:
        if not any(isinstance(term, ScaledMatrix) for term in terms):
            return sum(terms[1:], terms[0])
        scaled = [t if isinstance(t, ScaledMatrix) else ScaledMatrix(exact(1), t) for t in terms]
        scaled = [t for t in scaled if t.factor.sign] or scaled[:1]
        unit = scaled[0].factor
        total = scaled[0].matrix
        try:
            for term in scaled[1:]:
                total = total + (term.factor * unit**-1).rational() * term.matrix
        except Undecidable:
            scaled.sort(key=lambda term: -_rank(term.matrix))
            if len(scaled) != 2 or _rank(scaled[1].matrix) != 1:
                raise
            return MixedMatrix(*scaled)
        return ScaledMatrix(unit, total)

    def weighted_top(self, matrix: Any, covariance: Any) -> Exact:
        if isinstance(matrix, MixedMatrix):
            return _mixed_top(matrix, covariance)
        scaled = matrix if isinstance(matrix, ScaledMatrix) else ScaledMatrix(exact(1), matrix)
        if scaled.factor.sign and not scaled.factor.ball(128) > 0:
            raise Undecidable("the top eigenvalue of a negative multiple")
        # The nonzero eigenvalues of Sigma^{1/2} A Sigma^{1/2} are those of Sigma A.
        return scaled.factor * top_root(charpoly(covariance @ scaled.matrix))


@dataclass(frozen=True)
class FieldRing:
    """Integers modulo :data:`PRIME`, for polynomial identities."""

    def entry(self, value: fmpq) -> nmod:
        return nmod(int(value.p), PRIME) / nmod(int(value.q), PRIME)

    def array(self, values: Any) -> Any:
        return _mapped(self.entry, values)

    number = entry

    def power(self, base: Any, exponent: Fraction) -> Any:
        if exponent.denominator != 1:
            raise Undecidable("a root in a polynomial identity")
        return base ** int(exponent.numerator)

    def scale(self, factor: Any, matrix: Any) -> Any:
        return factor * matrix

    def add_matrices(self, terms: list[Any]) -> Any:
        return sum(terms[1:], terms[0])


@dataclass(frozen=True)
class RationalRing(FieldRing):
    """The same over the rationals: a counterexample one can read."""

    def entry(self, value: fmpq) -> Any:
        return value

    number = entry


def nonnegative_root(value: arb) -> arb:
    """The root of a number that is known to be nonnegative, whatever its ball says."""
    return value.sqrt() if value > 0 else arb(0).union(value.abs_upper().sqrt())


def _rank(matrix: Any) -> int:
    return int(fmpq_mat(matrix.tolist()).rank())


def _mapped(convert: Any, values: Any) -> Any:
    result = np.empty(values.shape, dtype=object)
    flat, source = result.reshape(-1), values.reshape(-1)
    for i in range(flat.size):
        flat[i] = convert(source[i])
    return result
