"""The nodes of the language that are numbers of a matrix, or matrices of matrices: each value by an unrelated route."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import mpmath as mp
import numpy as np
import pytest
import sympy as sp
from flint import arb, ctx, fmpq, nmod
from numbers_by_name import Named, drawn

from flatcert import language as fl
from flatcert.checks.arithmetic.exact import Undecidable, lifted
from flatcert.checks.arithmetic.exact_ring import ExactRing
from flatcert.checks.arithmetic.field import PRIME, FieldRing, RationalRing
from flatcert.checks.arithmetic.rings import BallRing, FloatRing
from flatcert.checks.arithmetic.stacks import Stack, StackRing, floats_of
from flatcert.checks.evaluation.evaluate import Meaningless, Scope, UnknownNode, evaluate
from flatcert.numeric.linalg.rational import rational_array
from flatcert.numeric.linalg.scalars import convert_array

m, n = sp.symbols("m n", integer=True, positive=True)
A, B = sp.MatrixSymbol("A", m, n), sp.MatrixSymbol("B", m, n)
Q, b, s = sp.MatrixSymbol("Q", n, n), sp.MatrixSymbol("b", n, 1), sp.MatrixSymbol("s", n, 1)
x = sp.Symbol("x", real=True)
SIZES = {"m": 2, "n": 3}
BITS = 192


def data(seed: int) -> dict[str, Any]:
    random = np.random.default_rng(seed)
    return {"A": drawn(random, 2, 3), "B": drawn(random, 2, 3), "Q": drawn(random, 3, 3, symmetric=True),
            "b": drawn(random, 3, 1), "x": fmpq(3, 2)}


def singular_values(matrix: Any) -> Any:
    return np.linalg.svd(matrix, compute_uv=False)


NUMBERS: dict[sp.Expr, Callable[[dict[str, Any]], float]] = {
    fl.norm_squared(A - 2 * B): lambda v: np.sum((v["A"] - 2 * v["B"]) ** 2),
    fl.spectral_norm(A): lambda v: singular_values(v["A"])[0],
    fl.nuclear_norm(A): lambda v: singular_values(v["A"]).sum(),
    fl.singular_value(A, 2): lambda v: singular_values(v["A"])[1],
    fl.singular_value(A, 3): lambda v: 0.0,
    fl.singular_value(Q, n): lambda v: singular_values(v["Q"])[2],
    fl.largest_eigenvalue(Q): lambda v: np.linalg.eigvalsh(v["Q"])[2],
    fl.smallest_eigenvalue(Q): lambda v: np.linalg.eigvalsh(v["Q"])[0],
    fl.largest_eigenvalue(A.T * A): lambda v: singular_values(v["A"])[0] ** 2,
    fl.trace(A * B.T): lambda v: np.trace(v["A"] @ v["B"].T),
    fl.determinant(Q): lambda v: np.linalg.det(v["Q"]),
    fl.dot(b, fl.Inverse(Q) * b): lambda v: (v["b"].T @ np.linalg.solve(v["Q"], v["b"])).item(),
    fl.dot(b, fl.solve(Q, b)): lambda v: (v["b"].T @ np.linalg.solve(v["Q"], v["b"])).item(),
    fl.norm_squared(fl.hadamard(A, B)): lambda v: np.sum((v["A"] * v["B"]) ** 2),
    fl.spectral_norm(fl.kronecker(A, B)): lambda v: singular_values(np.kron(v["A"], v["B"]))[0],
    fl.Expectation(fl.spectral_norm(A * s + B * b), s): lambda v: np.mean([
        np.linalg.norm(v["A"] @ np.array([[i], [j], [k]]) + v["B"] @ v["b"])
        for i in (1, -1) for j in (1, -1) for k in (1, -1)]),
    fl.Min(fl.trace(Q), x): lambda v: min(np.trace(v["Q"]), v["x"]),
}


def floats(values: dict[str, Any]) -> dict[str, Any]:
    return {name: value.astype(float) if isinstance(value, np.ndarray) else float(value)
            for name, value in values.items()}


@pytest.mark.parametrize("node", NUMBERS, ids=str)
@pytest.mark.parametrize("seed", range(3))
def test_values_agree_with_numpy(node: sp.Expr, seed: int) -> None:
    """In floats, in balls from rational arguments, in balls alone, and exactly where that can be done."""
    expected = NUMBERS[node](floats(data(seed)))
    assert float(evaluate(node, Named(FloatRing(), data(seed), SIZES))) == pytest.approx(expected, rel=1e-9, abs=1e-9)
    with ctx.workprec(BITS):
        for exact in (True, False):
            ball = arb(evaluate(node, Named(BallRing(BITS), data(seed), SIZES, exact=exact)))
            assert abs(float(ball.mid()) - expected) <= 1e-9 * (1 + abs(expected))
            assert ball.rad() < 1e-20
    try:
        sharp = evaluate(node, Named(ExactRing(), data(seed), SIZES))
    except Undecidable:
        return
    with ctx.workprec(BITS):
        assert lifted(sharp).ball(BITS).overlaps(ball)


IRRATIONAL = {
    fl.largest_eigenvalue(-sp.sqrt(2) * Q): -sp.sqrt(2) * fl.smallest_eigenvalue(Q),
    fl.nuclear_norm(sp.sqrt(3) * A): sp.sqrt(3) * fl.nuclear_norm(A),
    fl.determinant(sp.sqrt(2) * Q): 2 * sp.sqrt(2) * fl.determinant(Q),
    fl.norm_squared(sp.sqrt(2) * A - 2 * sp.sqrt(2) * B): 2 * fl.norm_squared(A - 2 * B),
    fl.norm_squared(sp.sqrt(2) * A + B): (
        2 * fl.norm_squared(A) + fl.norm_squared(B) + 2 * sp.sqrt(2) * fl.trace(A * B.T)),
    fl.trace((sp.sqrt(2) * A) * (sp.sqrt(2) * B).T): 2 * fl.trace(A * B.T),
    fl.spectral_norm(sp.sqrt(2) * A * (sp.sqrt(2) * B).T): 2 * fl.spectral_norm(A * B.T),
}


@pytest.mark.parametrize("left", IRRATIONAL, ids=str)
def test_irrational_factors_are_exact(left: sp.Expr) -> None:
    """A tie with radicals is decided, not left to balls."""
    scope = Named(ExactRing(), data(0), SIZES)
    sides = [lifted(evaluate(side, scope)) for side in (left, IRRATIONAL[left])]
    assert sides[0].compare(sides[1]) == 0


@pytest.mark.parametrize("size", [1, 2, 5])
def test_eigenvalues_against_mpmath(size: int) -> None:
    """All eigenvalues, by their place, at sixty digits; balls of positive radius are enclosed by Weyl's bound."""
    matrix = drawn(np.random.default_rng(size), size, size, symmetric=True)
    with mp.workdps(60), ctx.workprec(BITS):
        found = sorted(mp.eigsy(mp.matrix([[mp.mpf(int(e.p)) / int(e.q) for e in row] for row in matrix.tolist()]),
                                eigvals_only=True), reverse=True)
        wide = convert_array(matrix, lambda entry: arb(entry, 2.0**-60))
        for index, value in enumerate(found):
            wanted = arb(mp.nstr(value, 55))
            sharp, enclosed = (BallRing(BITS).eigenvalue(array, index) for array in (matrix, wide))
            assert abs(sharp - wanted) < 1e-45
            assert enclosed.contains(wanted.mid()) and enclosed.rad() < 1e-15
            if index in (0, size - 1):
                assert ExactRing().eigenvalue(matrix, index).ball(BITS).overlaps(sharp)


def test_a_multiple_eigenvalue_is_found_at_each_of_its_places() -> None:
    matrix = rational_array(np.diag([2.0, 2.0, -1.0]))
    assert [ExactRing().eigenvalue(matrix, i).rational() for i in (0, 1, 2, -1)] == [2, 2, -1, -1]
    assert BallRing(64).eigenvalue(matrix, 1) == 2


def test_singular_values_of_a_singular_matrix_are_exactly_zero() -> None:
    ones = rational_array(np.ones((2, 3)))
    with ctx.workprec(64):
        for node in (fl.singular_value(A, 2), fl.nuclear_norm(A) - fl.spectral_norm(A)):
            scope = Named(BallRing(64), {"A": ones}, SIZES)
            assert arb(evaluate(node, scope)).contains(0)
    assert evaluate(fl.singular_value(A, 2), Named(ExactRing(), {"A": ones}, SIZES)).sign == 0


SINGULAR = {"Q": rational_array(np.ones((3, 3))), "b": rational_array(np.ones((3, 1)))}


@pytest.mark.parametrize("ring", [ExactRing(), BallRing(64), RationalRing(), FieldRing(), FloatRing()], ids=str)
@pytest.mark.parametrize("node", [fl.Inverse(Q), fl.solve(Q, b)], ids=str)
def test_a_singular_matrix_has_no_inverse(ring: Any, node: sp.Basic) -> None:
    with pytest.raises(ZeroDivisionError):
        evaluate(node, Named(ring, SINGULAR, SIZES))


def test_balls_alone_do_not_call_a_matrix_singular() -> None:
    """Wide balls hold singular matrices beside others: nothing is known of the inverse."""
    with ctx.workprec(64):
        found = evaluate(fl.Inverse(Q), Named(BallRing(64), SINGULAR, SIZES, exact=False))
    assert not any(entry.is_finite() for entry in found.flat)


def test_identities_hold_in_the_prime_field() -> None:
    """``det(Q) det(Q^{-1}) = 1`` and ``Q Q^{-1} b = b`` at a point whose entries are residues."""
    random = np.random.default_rng(0)
    point = {name: convert_array(random.integers(0, PRIME, (3, k)), lambda value: nmod(value, PRIME))
             for name, k in (("Q", 3), ("b", 1))}

    class Point(Named):
        def value(self, name: str) -> Any:
            return point[name]

    scope = Point(FieldRing(), {}, SIZES)
    assert evaluate(fl.determinant(Q) * fl.determinant(fl.Inverse(Q)), scope) == 1
    for node in (Q * fl.solve(Q, b), Q * (fl.Inverse(Q) * b)):
        assert (evaluate(node, scope) == point["b"]).all()
    assert evaluate(fl.determinant(Q), scope) != evaluate(fl.determinant(2 * Q), scope)


STACKED = [node for node in NUMBERS if not node.has(fl.Expectation, fl.Min, fl.kronecker, fl.Inverse,
                                                    fl.nuclear_norm) and node != fl.singular_value(Q, n)]


@pytest.mark.parametrize("node", STACKED, ids=str)
def test_batches(node: sp.Expr) -> None:
    """Many instances of one shape in one call of NumPy."""
    cases = [data(seed) for seed in range(4)]

    class Many(Named):
        def value(self, name: str) -> Stack:
            return Stack.of(floats_of([case[name] for case in cases]))

    found = evaluate(node, Many(StackRing((3,) * 4, True), {}, SIZES))
    expected = [evaluate(node, Named(FloatRing(), case, SIZES)) for case in cases]
    assert found.rows == pytest.approx(np.array(expected, dtype=float), rel=1e-9, abs=1e-9)


@pytest.mark.parametrize("ring", [ExactRing(), BallRing(64)], ids=str)
def test_only_symmetric_matrices_have_extreme_eigenvalues(ring: Any) -> None:
    scope = Named(ring, {"Q": rational_array([[0.0, 1.0, 0.0], [0.0] * 3, [0.0] * 3])}, SIZES)
    with pytest.raises(Meaningless, match="not symmetric"):
        evaluate(fl.largest_eigenvalue(Q), scope)


def test_too_many_signs_are_refused() -> None:
    scope: Scope = Named(FloatRing(), {}, {"n": 40})
    with pytest.raises(UnknownNode, match="40 signs"):
        evaluate(fl.Expectation(fl.dot(s, s), s), scope)
