"""The printer against SymPy's own arithmetic, on every statement of the registry."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Any

import mpmath as mp
import numpy as np
import pytest
import sympy as sp
from flint import arb, ctx, fmpq

from flatcert.checks.arithmetic.field import RationalRing
from flatcert.checks.arithmetic.rings import BallRing
from flatcert.checks.evaluation.evaluate import UnknownNode, evaluate, integer
from flatcert.numeric.linalg.rational import rational_array
from flatcert.theory.language.nodes import LayerMatrix, Relation, SubProduct, dot, norm_squared, weighted_top, width
from flatcert.theory.language.norms import second_singular, spectral, weighted_bottom
from flatcert.theory.library import BUILT_IN

DIMENSION = 3
WIDTHS = (DIMENSION, 2, 4, 2, 1)
LAYER, LOWER = 2, 1  # the values of a free k and j


class Numbers:
    """Random values of every symbol: the same ones for the printer and for SymPy."""

    def __init__(self, seed: int, depth: int) -> None:
        self.random = np.random.default_rng(seed)
        self.depth = depth
        self.known: dict[Any, Any] = {"L": np.array(fmpq(depth), dtype=object)}

    def draw(self, key: Any, shape: tuple[int, ...], low: int = -5) -> Any:
        if key not in self.known:
            top, bottom = self.random.integers(low, 6, shape), self.random.integers(1, 4, shape)
            drawn = np.vectorize(lambda x, y: fmpq(int(x), int(y)), otypes=[object])(top, bottom)
            self.known[key] = drawn
        return self.known[key]

    def scalar(self, name: str) -> fmpq:
        # Gaps such as Lambda - e and E - risk_gap stay positive: e is drawn below 1, the others above it, E above 6.
        if name in ("e", "theta") and name not in self.known:
            self.known[name] = np.array(fmpq(int(self.random.integers(1, 9)), 10), dtype=object)
        return (self.draw(name, (), low=3).item() if name in ("L", "e", "theta")
                else (6 if name == "E" else 1) + self.draw(name, (), low=1).item())

    def norm(self, kind: str, family: str, index: int) -> fmpq:
        """A norm of a layer is one more number to the printer."""
        return self.draw((kind, family, index), (), low=1).item()

    def matrix(self, name: str) -> Any:
        square = self.draw(name, (DIMENSION, DIMENSION)) if name in ("Sigma", "M") else None
        if square is None:
            return self.draw(name, (DIMENSION, 1))
        return square @ square.T  # positive semidefinite

    def layer(self, family: str, index: int) -> Any:
        rows = WIDTHS[index]
        if family in ("q", "h", "left", "right"):
            return self.draw((family, index), (WIDTHS[index - (family == "right")], 1))
        if family in ("D", "D_dot"):
            return self.draw((family, index), (rows, rows))
        columns = WIDTHS[index - 1] if family in ("W", "Xi", "gradient", "adjoint") else DIMENSION
        return self.draw((family, index), (rows, columns))


class Scope:
    def __init__(self, numbers: Numbers, ring: Any) -> None:
        self.numbers, self.ring = numbers, ring
        self.integers = {"L": numbers.depth, "d": DIMENSION, "k": LAYER, "j": LOWER}

    def value(self, name: str) -> Any:
        if name in MATRICES:
            return self.ring.array(self.numbers.matrix(name))
        return self.ring.number(self.numbers.scalar(name))

    def layer(self, family: str, index: int) -> Any:
        return self.ring.array(self.numbers.layer(family, index))

    def weighted_top(self, matrix: Any) -> Any:
        return self.ring.weighted_top(matrix, self.numbers.matrix("Sigma"))

    def weighted_bottom(self, matrix: Any) -> Any:
        return -self.ring.weighted_top(-matrix, self.numbers.matrix("Sigma"))

    def function(self, name: str, indices: list[int]) -> Any:
        assert name == width.name
        return self.ring.number(fmpq(WIDTHS[indices[0]]))

    def spectral(self, family: str, index: int) -> Any:
        return self.ring.number(self.numbers.norm("spectral", family, index))

    def second_singular(self, family: str, index: int) -> Any:
        return self.ring.number(self.numbers.norm("second_singular", family, index))


def sides() -> Iterator[Any]:
    """Each side of each relation: statements, hypotheses, and those of all mutants."""
    for claim in BUILT_IN:
        for obligation in claim.obligations:
            if obligation.space in ("solution", "ensemble"):  # other modules decide them, without the printer
                continue
            for stated in (obligation, *(mutant.of(obligation) for mutant in obligation.mutants)):
                relations = [stated.relation, *(g for g in stated.given if isinstance(g, Relation))]
                for number, relation in enumerate(relations):
                    label = f"{claim.id}/{stated.name}" + (f" hypothesis {number}" if number else "")
                    yield pytest.param(relation.lhs, id=f"{label} lhs")
                    yield pytest.param(relation.rhs, id=f"{label} rhs")


SIDES = list(sides())
MATRICES = {m.name for case in SIDES for m in case.values[0].atoms(sp.MatrixSymbol)}  # type: ignore[attr-defined]


def explicit(node: Any, numbers: Numbers) -> Any:
    """The expression with explicit SymPy matrices and rationals: substituted, not evaluated."""
    if isinstance(node, sp.Sum):
        body, (index, low, high), *rest = node.args
        if rest:  # the last limit is the outermost
            outer, first, last = rest[-1]
            inner = sp.Sum(body, (index, low, high), *rest[:-1])
            span = range(value_of(first, numbers), value_of(last, numbers) + 1)
            return sum((explicit(inner.xreplace({outer: sp.Integer(i)}), numbers) for i in span), sp.S.Zero)
        span = range(value_of(low, numbers), value_of(high, numbers) + 1)
        return sum((explicit(body.xreplace({index: sp.Integer(i)}), numbers) for i in span), sp.S.Zero)
    if isinstance(node, LayerMatrix):
        return _matrix(numbers.layer(node.name, value_of(node.index, numbers)))
    if isinstance(node, SubProduct):
        j, k = (value_of(arg, numbers) for arg in node.args)
        result = sp.eye(WIDTHS[j])
        for i in range(j + 1, k):
            result = _matrix(numbers.layer("W", i)) * result
        return result
    if getattr(node, "func", None) is width:
        return sp.Integer(WIDTHS[value_of(node.args[0], numbers)])
    if isinstance(node, sp.MatrixSymbol):
        return _matrix(numbers.matrix(node.name))
    if isinstance(node, sp.Identity):
        return sp.eye(DIMENSION)
    if isinstance(node, sp.Symbol):
        return _rational(numbers.scalar(node.name))
    if isinstance(node, dot):
        x, y = (explicit(arg, numbers) for arg in node.args)
        return (x.T * y)[0, 0]
    if isinstance(node, norm_squared):
        return sum(entry**2 for entry in explicit(node.args[0], numbers))
    if isinstance(node, (spectral, second_singular)):
        layer = node.args[0]
        return _rational(numbers.norm(type(node).__name__, layer.name, value_of(layer.index, numbers)))
    if isinstance(node, weighted_bottom):
        return -_top(-explicit(node.args[0], numbers), explicit(sp.MatrixSymbol("Sigma", 1, 1), numbers))
    if isinstance(node, weighted_top):
        return _top(explicit(node.args[0], numbers), explicit(sp.MatrixSymbol("Sigma", 1, 1), numbers))
    if isinstance(node, sp.MatAdd):
        return sum((explicit(arg, numbers) for arg in node.args[1:]), explicit(node.args[0], numbers))
    if isinstance(node, sp.MatMul):
        return sp.prod([explicit(arg, numbers) for arg in node.args])
    if isinstance(node, sp.Transpose):
        return explicit(node.arg, numbers).T
    if isinstance(node, sp.Trace):
        return explicit(node.arg, numbers).trace()
    return node.func(*(explicit(arg, numbers) for arg in node.args)) if node.args else node


def value_of(index: Any, numbers: Numbers) -> int:
    values = {"L": numbers.depth, "k": LAYER, "j": LOWER}
    return int(index.xreplace({symbol: sp.Integer(values[symbol.name]) for symbol in index.free_symbols}))


def _rational(x: fmpq) -> sp.Rational:
    return sp.Rational(int(x.p), int(x.q))


def _matrix(values: Any) -> sp.Matrix:
    return sp.Matrix(*values.shape, [_rational(x) for x in values.reshape(-1)])


def _top(matrix: sp.Matrix, sigma: sp.Matrix) -> sp.Float:
    """By mpmath's Cholesky factor at 60 digits: ``F^T A F`` has the eigenvalues of ``Sigma^{1/2} A Sigma^{1/2}``."""
    with mp.workdps(60):
        factor, inner = (mp.matrix([[mp.mpf(sp.N(x, 60)) for x in row] for row in m.tolist()])
                         for m in (sigma, matrix))
        factor = mp.cholesky(factor)
        values = mp.eigsy(factor.T * inner * factor, eigvals_only=True)
        return sp.Float(max(values), 60)


@pytest.mark.parametrize("side", SIDES)
@pytest.mark.parametrize("seed", [0, 1])
def test_printer_agrees_with_sympy(side: Any, seed: int) -> None:
    """SymPy substitutes and uses mpmath at 50 digits; the printer walks the tree over Arb balls.

    Where a layer appears the values are rational and both are compared exactly.
    """
    numbers = Numbers(seed, len(WIDTHS) - 1)
    expected = explicit(side, numbers)
    if side.has(LayerMatrix, SubProduct):
        printed = evaluate(side, Scope(numbers, RationalRing()))
        printed = _matrix(printed) if isinstance(printed, np.ndarray) else _rational(printed)
        assert sp.Matrix([printed]) == sp.Matrix([expected])
        return
    with ctx.workprec(256):
        ball = arb(evaluate(side, Scope(numbers, BallRing(256))))
        target = arb(str(sp.N(expected, 50)))
        assert ball.is_finite()
        assert bool(abs(ball - target) <= (1 + abs(target)) / 10**45)
        assert ball.rel_accuracy_bits() > 150 or target.is_zero()


class Recorder:
    """A ring that keeps the numbers and exponents that reach it."""

    def __init__(self) -> None:
        self.exponents: list[Any] = []
        self.numbers: list[Any] = []

    def number(self, value: Any) -> float:
        self.numbers.append(value)
        return float(Fraction(int(value.p), int(value.q)))

    def power(self, base: Any, exponent: Any) -> Any:
        self.exponents.append(exponent)
        return base ** float(exponent)


class Plain:
    def __init__(self, depth: int) -> None:
        self.ring, self.integers = Recorder(), {"L": depth}

    def value(self, name: str) -> float:
        return 2.0


L = sp.Symbol("L", integer=True, positive=True)
x = sp.Symbol("x", positive=True)


@pytest.mark.parametrize(
    "power, expected",
    [(sp.Rational(1, 3), Fraction(1, 3)), (2 - 2 / L, Fraction(12, 7)), (1 / (L - 1), Fraction(1, 6)),
     (-1 / L, Fraction(-1, 7)), (sp.Rational(1, 10) + 1 / L, Fraction(17, 70)), (2 * (L - 1), Fraction(12))],
    ids=str,
)
def test_exponents_are_exact(power: Any, expected: Fraction) -> None:
    """``1/3`` in float64 is another number; a float exponent would certify false statements."""
    scope = Plain(7)
    evaluate(x**power, scope)
    (exponent,) = scope.ring.exponents
    assert isinstance(exponent, Fraction)
    assert exponent == expected


def test_constants_are_exact() -> None:
    scope = Plain(7)
    evaluate(sp.Rational(41, 40) * x + sp.Rational(1, 3), scope)
    assert sorted(scope.ring.numbers) == [fmpq(1, 3), fmpq(41, 40)]
    assert all(isinstance(value, fmpq) for value in scope.ring.numbers)


@pytest.mark.parametrize(
    "expression",
    [sp.sin(x), sp.Float(0.1) * x, sp.pi * x, x**x, x ** sp.Float(0.5), x**sp.sqrt(2), sp.oo, sp.ceiling(x)],
    ids=str,
)
def test_unknown_nodes_are_refused(expression: Any) -> None:
    """What the printer does not know must not be approximated silently."""
    with pytest.raises((UnknownNode, KeyError)) as caught:
        evaluate(expression, Plain(2))
    # A symbol in an exponent is looked up among the integers; any other node is named.
    assert caught.type is UnknownNode or expression == x**x


def test_an_index_must_be_an_integer() -> None:
    with pytest.raises(ValueError, match="not an integer"):
        integer(1 / L, Plain(2))


def test_empty_sums_and_nested_ranges() -> None:
    """``sum_{k=1}^{L} sum_{j=1}^{k-1} 1 = L (L-1)/2``, in closed form."""
    j, k = sp.symbols("j k", integer=True, positive=True)
    for depth in range(1, 6):
        scope = Scope(Numbers(0, depth), RationalRing())
        assert evaluate(sp.Sum(sp.S.One, (j, 1, k - 1), (k, 1, L)), scope) == fmpq(depth * (depth - 1), 2)
        assert scope.integers == {"L": depth, "d": DIMENSION, "k": LAYER, "j": LOWER}


def test_rational_arrays_reach_the_ring_unchanged() -> None:
    """``dot`` is the sum of products, on numbers where float64 would lose the small one."""
    numbers = Numbers(0, 2)
    numbers.known["u"] = rational_array([[2**60], [1], [0]])
    vector = sp.MatrixSymbol("u", 3, 1)
    assert evaluate(dot(vector, vector), Scope(numbers, RationalRing())) == 2**120 + 1
