"""Identities re-computed entry by entry, on matrices of independent symbols of a few small shapes.

This certifies those shapes only, by a route that shares nothing with the derivations: weights are
matrices of symbols, the risk is a polynomial in them, derivatives are SymPy's.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property, lru_cache

import sympy as sp

from ...language import quantities as Q
from ...language.nodes import LayerMatrix, Relation, SubProduct, dot, norm_squared
from ..rule import Refused, require, rule
from .common import Inference, To, stated

SHAPES: tuple[tuple[int, ...], ...] = ((2, 2, 1), (1, 2, 1), (2, 2), (1, 2, 1, 1))
"""Widths ``d_0, ..., d_L``; the read-out has the last one as its size."""


def _entries(name: str, rows: int, cols: int) -> sp.ImmutableMatrix:
    return sp.ImmutableMatrix(rows, cols, lambda i, j: sp.Symbol(f"{name}_{i}{j}", real=True))


class GenericNetwork:
    """A network whose entries are symbols; every quantity by its definition, as a polynomial."""

    def __init__(self, widths: tuple[int, ...], minimizer: bool = False) -> None:
        self.depth = len(widths) - 1
        self.layers = [_entries(f"W{i}", widths[i], widths[i - 1]) for i in range(1, self.depth + 1)]
        self.directions = [_entries(f"X{i}", *layer.shape) for i, layer in enumerate(self.layers, 1)]
        self.readout = _entries("p", widths[-1], 1)
        self.u = _entries("u", widths[0], 1)
        half = _entries("c", widths[0], widths[0])
        self.covariance = half + half.T
        self.t = sp.Symbol("t", real=True)
        self.regressor = self.backward(0, self.layers)
        self.target = self.regressor if minimizer else _entries("v", widths[0], 1)

    def backward(self, k: int, layers: Sequence[sp.ImmutableMatrix]) -> sp.ImmutableMatrix:
        """``q_k = W_{k+1}^T ... W_L^T p``."""
        vector = self.readout
        for layer in reversed(layers[k:]):
            vector = layer.T * vector
        return vector

    def forward(self, k: int) -> sp.ImmutableMatrix:
        """``P_k = W_k ... W_1``."""
        product = sp.eye(self.u.rows)
        for layer in self.layers[:k]:
            product = layer * product
        return product.as_immutable()

    @cached_property
    def gradient_in_w(self) -> sp.ImmutableMatrix:
        return 2 * self.covariance * (self.regressor - self.target)

    @cached_property
    def moved(self) -> list[sp.ImmutableMatrix]:
        """Derivatives of ``w(W + t Xi)`` at ``t = 0``, of order 0, 1 and 2."""
        layers = [layer + self.t * x for layer, x in zip(self.layers, self.directions, strict=True)]
        path = self.backward(0, layers).applyfunc(sp.expand)
        return [path.diff(self.t, n).subs(self.t, 0) if n else self.regressor for n in range(3)]

    def risk(self, regressor: sp.ImmutableMatrix) -> sp.Expr:
        """The risk up to its minimum, ``(w - w*)^T Sigma (w - w*)``."""
        gap = regressor - self.target
        return (gap.T * self.covariance * gap)[0]

    @cached_property
    def curvature(self) -> sp.Expr:
        """The second derivative of the risk along the directions, differentiated as a polynomial."""
        zeroth, first, second = self.moved
        gap = zeroth + self.t * first + self.t**2 * second / 2 - self.target
        return sp.expand((gap.T * self.covariance * gap)[0]).coeff(self.t, 2) * 2

    @lru_cache(maxsize=32)  # noqa: B019 - networks are made once per shape and kept
    def slope(self, k: int, what: str) -> sp.ImmutableMatrix:
        """The gradient of the risk, or of ``u^T w``, with respect to layer ``k``, entry by entry."""
        layer = self.layers[k - 1]
        value = self.risk(self.regressor) if what == "gradient" else (self.u.T * self.regressor)[0]
        return layer.applyfunc(lambda x: sp.diff(value, x))

    @cached_property
    def flow(self) -> sp.ImmutableMatrix:
        """The derivative of ``w`` when every layer moves along minus its gradient."""
        along = {x: -y for k, xs in enumerate(self.directions, 1)
                 for x, y in zip(xs, self.slope(k, "gradient"), strict=True)}
        return self.moved[1].xreplace(along)

    @cached_property
    def vectors(self) -> dict[sp.Basic, sp.ImmutableMatrix]:
        return {
            Q.Sigma: self.covariance, Q.w_star: self.target, Q.w: self.regressor, Q.u: self.u,
            Q.g: self.gradient_in_w, Q.w_dot: self.moved[1], Q.w_ddot: self.moved[2],
        }

    def family(self, name: str, k: int) -> sp.ImmutableMatrix:
        """One member of a layer family. Raises Refused for a layer that is not there."""
        require(LayerMatrix(name, k).first <= k <= self.depth, "there is no {}_{} at depth {}", name, k, self.depth)
        if name in ("gradient", "adjoint"):
            return self.slope(k, name)
        return {
            "W": lambda: self.layers[k - 1], "Xi": lambda: self.directions[k - 1],
            "P": lambda: self.forward(k), "q": lambda: self.backward(k, self.layers),
            "h": lambda: self.forward(k) * self.gradient_in_w,
        }[name]()

    def value(self, expr: sp.Basic) -> sp.Expr | sp.ImmutableMatrix:
        """A statement's side as a polynomial, or a matrix of polynomials."""
        if expr == Q.curvature:
            return self.curvature
        if expr == Q.w_flow:
            return self.flow
        if expr in self.vectors:
            return self.vectors[expr]
        if isinstance(expr, LayerMatrix):
            return self.family(expr.name, int(expr.index))
        if isinstance(expr, SubProduct):
            low, high = (int(x) for x in expr.args)
            product = sp.eye(self.layers[low - 1].rows)
            for layer in self.layers[low : high - 1]:
                product = layer * product
            return product
        if isinstance(expr, dot):
            x, y = (self.value(arg) for arg in expr.args)
            return (x.T * y)[0]
        if isinstance(expr, norm_squared):
            return sum(x**2 for x in self.value(expr.args[0]))
        if isinstance(expr, sp.Trace):
            return self.value(expr.arg).trace()
        if isinstance(expr, sp.Sum):
            return self._sum(expr.function, expr.limits)
        if isinstance(expr, sp.Transpose):
            return self.value(expr.arg).T
        if isinstance(expr, sp.Add | sp.MatAdd):
            first, *rest = (self.value(arg) for arg in expr.args)
            return sum(rest, first)
        if isinstance(expr, sp.Mul | sp.MatMul):
            product = sp.S.One
            for arg in expr.args:
                product = product * self.value(arg)
            return product
        if expr.is_Number or expr.is_Symbol:
            return expr
        raise Refused(f"no generic value for {expr}")

    def _sum(self, body: sp.Expr, limits: Sequence[sp.Tuple]) -> sp.Expr | sp.ImmutableMatrix:
        if not limits:
            return self.value(body)
        index, low, high = limits[-1]
        total = sp.S.Zero
        for n in range(int(low), int(high) + 1):
            inner = [sp.Tuple(x[0], *(y.xreplace({index: sp.Integer(n)}) for y in x[1:])) for x in limits[:-1]]
            total += self._sum(body.xreplace({index: sp.Integer(n)}), inner)
        return total


_network = lru_cache(maxsize=None)(GenericNetwork)


@rule("generic entries", "Every entry is expanded as a polynomial in independent symbols, for the widths "
      "named only; no obligation rests on it.", indices=True, general=False)
def generic_entries(at: Inference, to: To, widths: tuple[int, ...]) -> Relation:
    goal = stated(to)
    require(all(x == int(x) > 0 for x in widths), "{} are no widths", widths)
    network = _network(tuple(int(x) for x in widths), "minimizer" in at.facts)
    require(goal.op == "==", "entries are compared for identities")
    layers = range(1, network.depth + 1) if Q.k in at.ranges else [0]
    for layer in layers:
        exchange = {Q.L: sp.Integer(network.depth), Q.k: sp.Integer(layer)}
        if not at.ranges:
            exchange.pop(Q.k)
        left, right = (network.value(side.xreplace(exchange)) for side in goal.sides)
        gap = left - right
        entries = list(gap) if getattr(gap, "is_Matrix", False) else [gap]
        require(all(sp.expand(x) == 0 for x in entries), "an entry differs at widths {}", widths)
    return goal
