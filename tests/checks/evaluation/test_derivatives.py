"""Gradients and Hessians by Taylor arithmetic, against SymPy's derivatives in explicit entries."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import sympy as sp
from flint import arb, ctx, fmpq, nmod
from numbers_by_name import Named, drawn

from flatcert import language as fl
from flatcert.checks.arithmetic.exact_ring import ExactRing
from flatcert.checks.arithmetic.field import PRIME, FieldRing, RationalRing
from flatcert.checks.arithmetic.rings import BallRing, FloatRing
from flatcert.checks.evaluation.evaluate import UnknownNode, evaluate
from flatcert.numeric.linalg.rational import rational_array
from flatcert.numeric.network.hessian import hessian
from flatcert.numeric.network.network import DeepLinearNetwork
from flatcert.numeric.network.problem import RegressionProblem
from flatcert.theory.language.matrices import Inverse
from flatcert.theory.language.nodes import dot, norm_squared

m, r = sp.symbols("m r", integer=True, positive=True)
U, V, Y = sp.MatrixSymbol("U", m, r), sp.MatrixSymbol("V", m, r), sp.MatrixSymbol("Y", m, m)
G, h = sp.MatrixSymbol("G", r, r), sp.MatrixSymbol("h", r, 1)
SIZES = {"m": 2, "r": 2}
NET = U * V.T - Y
LOSSES = {
    "squared": norm_squared(NET) / 2,
    "cubed": norm_squared(NET) ** 3,
    "root": sp.sqrt(1 + norm_squared(NET)),
    "power": (2 + dot(U * h, U * h)) ** sp.Rational(-2, 3),
    "exponential": sp.exp(dot(U * h, Y * V * h) / 10),
    "logarithm": sp.log(3 + norm_squared(U)) * sp.Trace(V),
    "absolute value": sp.Abs(fl.trace(NET) + 100) ** 3,
    "largest": fl.Max(norm_squared(U) + 1, -norm_squared(V), 0),
    "determinant": fl.determinant(U * V.T),
    "inverse": dot(h, Inverse(G + 9 * sp.Identity(r)) * h) + norm_squared(Inverse(U.T * U + sp.Identity(r)) * V.T),
    "entrywise": norm_squared(fl.hadamard(U, V) * G - U) + fl.trace(fl.kronecker(U.T * U, G)) ** 2,
    "plain": sp.Trace(U),
}
VARIABLES = (U, V)


def values(seed: int) -> dict[str, Any]:
    random = np.random.default_rng(seed)
    return {name: drawn(random, *shape) for name, shape in
            {"U": (2, 2), "V": (2, 2), "Y": (2, 2), "G": (2, 2), "h": (2, 1)}.items()}


def explicit(node: Any, known: dict[str, sp.Matrix]) -> Any:
    """The loss in explicit matrices of SymPy."""
    if isinstance(node, sp.MatrixSymbol):
        return known[node.name]
    if isinstance(node, sp.Identity):
        return sp.eye(2)
    if not node.args:
        return node
    parts = [explicit(arg, known) for arg in node.args]
    if isinstance(node, norm_squared):
        return sum(entry**2 for entry in parts[0])
    if isinstance(node, dot):
        return (parts[0].T * parts[1])[0, 0]
    if isinstance(node, Inverse):
        return parts[0].adjugate() / parts[0].det()
    if isinstance(node, fl.determinant):
        return parts[0].det()
    if isinstance(node, fl.hadamard):
        return parts[0].multiply_elementwise(parts[1])
    if isinstance(node, fl.kronecker):
        return sp.kronecker_product(*parts)
    if isinstance(node, sp.Transpose):
        return parts[0].T
    if isinstance(node, sp.Trace):
        return parts[0].trace()
    if isinstance(node, (sp.MatAdd, sp.MatMul)):
        made = parts[0]
        for part in parts[1:]:
            made = made + part if isinstance(node, sp.MatAdd) else made * part
        return made
    return node.func(*parts)


def by_sympy(loss: sp.Expr, data: dict[str, Any]) -> tuple[sp.Matrix, sp.Matrix]:
    """Gradient and Hessian in the entries of ``U`` and ``V``, row by row."""
    known = {name: sp.Matrix(*value.shape, [sp.Rational(int(x.p), int(x.q)) for x in value.flat])
             for name, value in data.items()}
    entries = {name: sp.Matrix(2, 2, sp.symbols(f"{name}:4", real=True)) for name in "UV"}
    at = {symbol: value for name in "UV" for symbol, value in zip(entries[name], known[name], strict=True)}
    function = explicit(loss, {**known, **entries})
    if function.has(sp.Abs, sp.Max):  # the branch on which the point lies
        function = function.replace(sp.Abs, lambda x: x if x.subs(at) > 0 else -x)
        function = function.replace(sp.Max, lambda *x: max(x, key=lambda part: part.subs(at)))
    first = sp.Matrix([sp.diff(function, x) for x in at])
    return first.subs(at), sp.hessian(function, list(at)).subs(at)


@pytest.mark.parametrize("name", LOSSES)
def test_derivatives_agree_with_sympy(name: str) -> None:
    """Over balls at 128 bits, in floats, and over the rationals where no root is taken."""
    data, loss = values(1), LOSSES[name]
    gradient, bends = by_sympy(loss, data)
    nodes = (fl.Gradient(loss, U), fl.Gradient(loss, V), fl.Hessian(loss, U, V))
    with ctx.workprec(128):
        wanted = [arb(str(sp.N(x, 40))) for x in (*gradient, *bends)]
        balls = Named(BallRing(128), data, SIZES, exact=False)
        found = [arb(x) for node in nodes for x in evaluate(node, balls).flat]
        assert all(abs(x - y) < 1e-30 * (1 + abs(y)) for x, y in zip(found, wanted, strict=True))
    floats = [float(x) for node in nodes for x in evaluate(node, Named(FloatRing(), data, SIZES)).flat]
    assert floats == pytest.approx([float(x) for x in wanted], rel=1e-9, abs=1e-9)
    if name not in ("root", "power", "exponential", "logarithm"):
        exact = [sp.Rational(int(x.p), int(x.q)) for node in nodes
                 for x in evaluate(node, Named(ExactRing(), data, SIZES)).flat]
        assert exact == [*gradient, *bends]


def test_the_prime_field_agrees_with_the_rationals() -> None:
    data, node = values(2), fl.Hessian(LOSSES["inverse"], U, V)
    rational = evaluate(node, Named(RationalRing(), data, SIZES))
    residues = evaluate(node, Named(FieldRing(), data, SIZES))
    assert all(nmod(int(x.p), PRIME) / nmod(int(x.q), PRIME) == y
               for x, y in zip(rational.flat, residues.flat, strict=True))


@pytest.mark.parametrize("seed", range(3))
def test_hessian_of_the_risk_of_a_deep_linear_network(seed: int) -> None:
    """The closed form in ``numeric`` and the risk ``(w - w*)^T Sigma (w - w*)``, differentiated."""
    random = np.random.default_rng(seed)
    W1, W2, W3 = sp.MatrixSymbol("W1", 2, 3), sp.MatrixSymbol("W2", 2, 2), sp.MatrixSymbol("W3", 1, 2)
    Sigma, w_star = sp.MatrixSymbol("Sigma", 3, 3), sp.MatrixSymbol("w_star", 3, 1)
    gap = (W3 * W2 * W1).T - w_star
    root = drawn(random, 3, 3)
    data = {"W1": drawn(random, 2, 3), "W2": drawn(random, 2, 2), "W3": drawn(random, 1, 2),
            "Sigma": root @ root.T, "w_star": drawn(random, 3, 1)}
    found = evaluate(fl.Hessian(dot(gap, Sigma * gap), W1, W2, W3), Named(RationalRing(), data))
    problem = RegressionProblem(data["Sigma"], data["w_star"][:, 0])
    expected = hessian(problem, DeepLinearNetwork([data["W1"], data["W2"], data["W3"]]))
    assert (found == expected).all()


def test_a_word_that_contains_the_variable_is_differentiated() -> None:
    """``f = |U|^2``, ``g = f^2``: the derivative of ``g`` sees through both definitions."""
    words = {"f": norm_squared(U), "g": sp.Symbol("f") ** 2, "c": norm_squared(V)}
    scope = Named(RationalRing(), values(0), SIZES, words)
    through, spelled = (evaluate(fl.Hessian(loss, U), scope) for loss in (
        sp.Symbol("g") * sp.Symbol("c"), norm_squared(U) ** 2 * norm_squared(V)))
    assert (through == spelled).all() and (through != 0).any()


def test_no_derivative_at_a_kink() -> None:
    """Absolute values at zero, maxima at ties, roots of zero."""
    scope = Named(RationalRing(), {"U": rational_array(np.zeros((2, 2)))}, SIZES)
    for loss in (sp.Abs(sp.Trace(U)), fl.Max(sp.Trace(U), 0), 1 / norm_squared(U)):
        with pytest.raises(ZeroDivisionError):
            evaluate(fl.Hessian(loss, U), scope)
    with pytest.raises(ZeroDivisionError):
        evaluate(fl.Hessian(sp.sqrt(norm_squared(U)), U), Named(ExactRing(), scope.data, SIZES))


def test_a_derivative_of_a_derivative_is_refused() -> None:
    node = fl.Hessian(norm_squared(fl.Gradient(norm_squared(U) ** 2, U)), U)
    with pytest.raises(UnknownNode, match="derivative of a derivative"):
        evaluate(node, Named(RationalRing(), values(0), SIZES))


def test_a_hessian_in_eighteen_variables() -> None:
    """All second derivatives are exact, and symmetric."""
    sizes = dict.fromkeys(SIZES, 3)
    random = np.random.default_rng(0)
    scope = Named(RationalRing(), {name: drawn(random, 3, 3) for name in "UVY"}, sizes)
    found = evaluate(fl.Hessian(LOSSES["squared"], U, V), scope)
    assert found.shape == (18, 18) and isinstance(found[0, 0], fmpq) and (found == found.T).all()
