"""The trees of certificates in float64, by other means than the checker's: NumPy, differences, float optimization."""

from __future__ import annotations

import json
from fractions import Fraction
from functools import reduce
from typing import Any

import numpy as np
import sympy as sp

from certified.language_floats import LanguageFloats, matrix, number
from flatcert.numeric.network.min_sharpness import min_sharpness
from flatcert.numeric.network.problem import RegressionProblem

Array = np.ndarray


class Floats(LanguageFloats):
    """Evaluates the trees of one certificate."""

    def __init__(self, data: dict[str, Any]) -> None:
        self.data = data
        given, ball = data["instance"], data["enclosure"]
        self.sigma = matrix(given["covariance"])
        self.p = np.array([number(x) for x in given["readout"]])
        self.start = [matrix(layer) for layer in given["weights"]]
        self.moved = [matrix(layer) for layer in ball["centre"]] if ball else self.start
        self.layers, self.values, self.direct = self.start, dict(data["values"]), data["statement"]["direct"]
        values, vectors = np.linalg.eigh(self.sigma)
        kept = vectors[:, values > 1e-9 * max(values.max(), 1e-300)]
        self.w_star = kept @ (kept.T @ self.regressor(self.start)) if given["regressor"] is None else np.array(
            [number(x) for x in given["regressor"]])
        root = vectors * np.sqrt(np.clip(values, 0, None))
        self.root = root @ vectors.T

    def regressor(self, layers: list[Array]) -> Array:
        return reduce(lambda q, layer: layer.T @ q, reversed(layers), self.p)

    def value(self, tree: list[Any]) -> Any:
        op, args = tree[0], tree[1:]
        if op == "state":
            before, self.layers = self.layers, self.moved
            found = self.value(args[0])
            self.layers = before
            return found
        if op == "rank":  # floats cannot tell whether a small number is zero
            return float(exact_rank(self.data["instance"])) if args == [["hessian"]] else float("nan")
        return super().value(tree)

    def given(self, name: str) -> Any:
        x = self.values[name]
        if isinstance(x, list):
            return [matrix(m) for m in x] if name == "Xi" else np.array([[number(y)] for y in x])
        return super().given(name)

    def _L(self) -> float:
        return float(len(self.layers))

    def _Sigma(self) -> Array:
        return self.sigma

    def _w(self) -> Array:
        return self.regressor(self.layers)[:, None]

    def _w_star(self) -> Array:
        return self.w_star[:, None]

    def _p(self) -> Array:
        return self.p[:, None]

    def _one(self) -> Array:
        return np.ones((1, 1))

    def _identity(self, size: float | None = None) -> Array:
        return np.eye(len(self.sigma)) if size is None else super()._identity(size)

    def _W(self, k: float) -> Array:
        assert 1 <= k <= len(self.layers)
        return self.layers[int(k) - 1]

    def _Xi(self, k: float) -> Array:
        assert 1 <= k <= len(self.layers)
        return self.given("Xi")[int(k) - 1]

    def _P(self, k: float) -> Array:
        assert 0 <= k <= len(self.layers)
        return reduce(lambda made, layer: layer @ made, self.layers[: int(k)], self._identity())

    def _q(self, k: float) -> Array:
        assert 0 <= k <= len(self.layers)
        return self.regressor(self.layers[int(k):])[:, None]

    def _between(self, j: float, k: float) -> Array:
        return reduce(lambda made, layer: layer @ made, self.layers[int(j): int(k) - 1],
                      np.eye(self.layers[int(j)].shape[1] if j < len(self.layers) else len(self.p)))

    def _M(self) -> Array:
        jacobian = self.jacobian()
        return jacobian @ jacobian.T

    def jacobian(self) -> Array:
        """Of the regressor in all weights: differences are exact, as it is affine in every one."""
        columns = []
        for k, layer in enumerate(self.layers):
            for index in np.ndindex(layer.shape):
                unit = np.zeros_like(layer)
                unit[index] = 1.0
                columns.append(self.regressor([*self.layers[:k], unit, *self.layers[k + 1:]]))
        return np.array(columns).T

    def _derivative(self, k: float, pull: Array) -> Array:
        flat = self.jacobian().T @ pull[:, 0]
        starts = np.cumsum([0, *(layer.size for layer in self.layers)])
        return flat[starts[int(k) - 1]: starts[int(k)]].reshape(self.layers[int(k) - 1].shape)

    def _hessian(self) -> Array:
        sizes = [layer.size for layer in self.layers]
        flat = np.concatenate([layer.reshape(-1) for layer in self.layers])

        def gradient(x: Array) -> Array:
            saved = self.layers
            pieces = np.split(x, np.cumsum(sizes)[:-1])
            self.layers = [piece.reshape(layer.shape) for piece, layer in zip(pieces, saved, strict=True)]
            found = self.jacobian().T @ (2 * self.sigma @ (self.regressor(self.layers) - self.w_star))
            self.layers = saved
            return found

        h = 1e-4 * (1 + np.abs(flat).max())
        return np.array([(gradient(flat + h * e) - gradient(flat - h * e)) / (2 * h) for e in np.eye(len(flat))])

    def _S(self) -> float:
        residual = self.sigma @ (self.regressor(self.layers) - self.w_star)
        if not self.direct and np.abs(residual).max() <= 1e-12 * (1 + np.abs(self.sigma @ self.w_star).max()):
            return 2 * self._weighted_top(self._M())
        return float(np.linalg.eigvalsh(self._hessian())[-1])

    def _S_min(self) -> float:
        if len(self.layers) > 1 and self.w_star @ self.sigma @ self.w_star <= 0:
            return 0.0
        problem = RegressionProblem.from_covariance(self.sigma, self.w_star)
        return min_sharpness(problem, len(self.layers), float(self.p @ self.p)).upper

    def _lambda_pos(self) -> float:
        values = np.linalg.eigvalsh(self.sigma)
        return float(values[values > 1e-9 * values.max()].min())

    def _line(self, i: float) -> Array:
        points = np.array([-1.0, -0.5, 0.0, 0.5, 1.0, 1.5, 2.0])
        values = np.array([self.regressor([w + t * x for w, x in zip(self.layers, self.given("Xi"), strict=True)])
                           for t in points])
        return np.polynomial.polynomial.polyfit(points, values, 6)[int(i)][:, None]

    def _second_derivative(self) -> float:
        first, second = (self._line(i)[:, 0] for i in (1, 2))
        gap = self.regressor(self.layers) - self.w_star
        return float(2 * (first @ self.sigma @ first + 2 * gap @ self.sigma @ second))

    def _flow(self) -> Array:
        gap = self.regressor(self.layers) - self.w_star
        return -(self._M() @ (2 * self.sigma @ gap))[:, None]

    def _weighted_top(self, x: Array) -> float:
        return float(np.linalg.eigvalsh(self.root @ (x + x.T) @ self.root / 2)[-1])

    def _weighted_bottom(self, x: Array) -> float:
        return float(np.linalg.eigvalsh(self.root @ (x + x.T) @ self.root / 2)[0])


def exact_rank(given: dict[str, Any]) -> int:
    """Of the Hessian at the weights of an instance, by second differences of the risk, which are exact.

    The risk has a degree of at most two in each weight.
    """
    def fractions(rows: Any) -> Array:
        return np.vectorize(Fraction, otypes=[object])(np.array(rows, dtype=object))

    sigma, readout, layers = fractions(given["covariance"]), fractions(given["readout"]), [
        fractions(layer) for layer in given["weights"]]
    places = [(k, index) for k, layer in enumerate(layers) for index in np.ndindex(layer.shape)]
    target = _projected(sigma, reduce(lambda q, layer: layer.T @ q, reversed(layers), readout)) if (
        given["regressor"] is None) else fractions(given["regressor"])

    def risk(*moves: tuple[tuple[int, Any], int]) -> Fraction:
        changed = [layer.copy() for layer in layers]
        for (k, index), step in moves:
            changed[k][index] += step
        gap = reduce(lambda q, layer: layer.T @ q, reversed(changed), readout) - target
        return gap @ (sigma @ gap)

    def second(x: Any, y: Any) -> Fraction:
        if x == y:
            return risk((x, 1)) - 2 * risk() + risk((x, -1))
        return sum((a * b * risk((x, a), (y, b)) for a in (1, -1) for b in (1, -1)), Fraction(0)) / 4

    return int(_rational([[second(x, y) for y in places] for x in places]).rank())


def _rational(rows: Any) -> sp.Matrix:
    return sp.Matrix([[sp.Rational(x.numerator, x.denominator) for x in row] for row in rows])


def _projected(sigma: Array, vector: Array) -> Array:
    """On the range of the covariance, by the normal equations of its independent columns."""
    columns = sp.Matrix.hstack(*_rational(sigma).columnspace() or [sp.zeros(len(vector), 1)])
    if columns.is_zero_matrix:
        return vector * Fraction(0)
    right = columns.T * _rational([[x] for x in vector])
    found = columns * (columns.T * columns).LUsolve(right)
    return np.array([Fraction(int(x.p), int(x.q)) for x in found], dtype=object)


def contradiction(data: dict[str, Any]) -> str | None:
    """What float64 finds clearly wrong with what a certificate says; None where it finds nothing, or cannot tell."""
    return disagreement(Floats(json.loads(json.dumps(data))), data)


def disagreement(floats: LanguageFloats, data: dict[str, Any]) -> str | None:
    """The same, given what evaluates the trees."""
    statement = data["statement"]
    for relation, wanted in [*((g, True) for g in statement["given"]), (statement, data["verdict"] == "held")]:
        with np.errstate(all="ignore"):
            x, y = floats.value(relation["lhs"]), floats.value(relation["rhs"])
        x, y = np.asarray(x, dtype=float), np.asarray(y, dtype=float)
        if not (np.isfinite(x).all() and np.isfinite(y).all()):
            continue
        scale = max(np.abs(x).max(), np.abs(y).max())
        apart = np.abs(x - y).max() > 1e-4 * scale + 1e-9
        op = relation["op"]
        if not apart:
            continue  # whether they are equal floats cannot tell
        true = op == "!=" if op in ("==", "!=") else (x < y).all() if op in ("<", "<=") else (x > y).all()
        if bool(true) != wanted:
            return f"{x} {op} {y} is {bool(true)}"
    return None
