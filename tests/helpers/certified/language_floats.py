"""The nodes of the language in float64, by NumPy and by differences, whatever the setting is."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from functools import reduce
from itertools import product
from typing import Any

import numpy as np

Array = np.ndarray
SMALL = 1e-7
"""What cancels to less than this part of its terms is not known in float64."""


def number(text: Any) -> float:
    return float(Fraction(text))


def matrix(rows: Any) -> Array:
    return np.array([[number(x) for x in row] for row in rows])


class LanguageFloats:
    """Evaluates trees. ``values`` holds what names stand for, as it is read by ``given``."""

    values: dict[str, Any]

    def value(self, tree: list[Any]) -> Any:
        op, args = tree[0], tree[1:]
        if op == "rational":
            return number(args[0])
        if op == "given":
            return self.given(args[0])
        if op == "member":
            return self.given(self.named(tree))
        if op in ("sum", "largest", "product"):
            terms = [self.at(args[0], {args[1]: str(k)})
                     for k in range(int(self.value(args[2])), int(self.value(args[3])) + 1)]
            if op == "product":
                return self._mul(1.0, *terms)
            return 0.0 if not terms else sum(terms[1:], terms[0]) if op == "sum" else max(terms)
        if op == "expectation":
            columns = product((1.0, -1.0), repeat=int(self.value(args[2])))
            return np.mean([self.at(args[0], {args[1]: np.array(column)[:, None]}) for column in columns], axis=0)
        if op in ("gradient", "hessian") and args:
            return self.derivative(op, args[0], [self.named(x) for x in args[1:]])
        parts = [self.value(x) for x in args]
        return getattr(self, f"_{op}")(*parts)

    def _rows(self, x: Array) -> float:
        return float(len(x))

    def _rank(self, x: Array) -> float:
        return float("nan")  # floats cannot tell whether a small number is zero

    def at(self, tree: list[Any], values: dict[str, Any]) -> Any:
        """The value of a tree with other values of some names."""
        before = dict(self.values)
        self.values.update(values)
        found = self.value(tree)
        self.values = before
        return found

    def named(self, tree: list[Any]) -> str:
        return tree[1] if tree[0] == "given" else f"{tree[1]}[{int(self.value(tree[2]))}]"

    def given(self, name: str) -> Any:
        x = self.values[name]
        if isinstance(x, str):
            return number(x)
        if isinstance(x, dict):
            return number(x["of"]) ** (1 / x["root"])
        return x

    def derivative(self, op: str, tree: list[Any], names: list[str]) -> Array:
        """By central differences."""
        point = [self.given(name) for name in names]
        flat = np.concatenate([x.reshape(-1) for x in point])
        ends = np.cumsum([x.size for x in point])[:-1]

        def f(x: Array) -> float:
            pieces = [piece.reshape(old.shape) for piece, old in zip(np.split(x, ends), point, strict=True)]
            return float(self.at(tree, dict(zip(names, pieces, strict=True))))

        found = differences(f, flat, op == "hessian")
        return found if op == "hessian" else found.reshape(point[0].shape)

    def _add(self, *parts: Any) -> Any:
        return sum(parts[1:], parts[0])

    def _mul(self, *parts: Any) -> Any:
        return reduce(lambda x, y: x @ y if isinstance(x, Array) and isinstance(y, Array) else x * y, parts)

    def _pow(self, x: float, e: float) -> float:
        return float(np.float64(x) ** np.float64(e))

    def _dot(self, x: Array, y: Array) -> float:
        return float((x * y).sum())

    def _norm_squared(self, x: Array) -> float:
        return float((x * x).sum())

    def _max(self, *parts: float) -> float:
        return max(parts)

    def _transpose(self, x: Array) -> Array:
        return x.T

    def _trace(self, x: Array) -> float:
        return float(np.trace(x))

    def _abs(self, x: float) -> float:
        return abs(x)

    def _exp(self, x: float) -> float:
        return float(np.exp(x))

    def _identity(self, size: float) -> Array:
        return np.eye(int(size))

    def _zero(self, rows: float, columns: float) -> Array:
        return np.zeros((int(rows), int(columns)))

    def _spectral(self, x: Array) -> float:
        return float(np.linalg.norm(x, 2))

    def _singular_value(self, x: Array, k: float) -> float:
        assert k >= 1
        found = np.linalg.svd(x)[1]
        return known(float(found[int(k) - 1]), x) if k <= len(found) else 0.0

    def _nuclear_norm(self, x: Array) -> float:
        return float(np.linalg.svd(x)[1].sum())

    def _second_singular(self, x: Array) -> float:
        return float(np.linalg.svd(x)[1][1]) if min(x.shape) > 1 else 0.0

    def _least_singular(self, x: Array) -> float:
        return float(np.linalg.svd(x)[1][-1]) if x.shape[0] >= x.shape[1] else 0.0

    def _largest_eigenvalue(self, x: Array) -> float:
        return known(float(np.linalg.eigvalsh((x + x.T) / 2)[-1]), x)

    def _smallest_eigenvalue(self, x: Array) -> float:
        return known(float(np.linalg.eigvalsh((x + x.T) / 2)[0]), x)

    def _determinant(self, x: Array) -> float:
        found = float(np.linalg.det(x))
        return found if abs(found) > SMALL * np.prod(np.linalg.norm(x, axis=1)) else float("nan")

    def _inverse(self, x: Array) -> Array:
        return self._solve(x, np.eye(len(x)))

    def _solve(self, a: Array, b: Array) -> Array:
        assert a.shape[0] == a.shape[1] == b.shape[0]
        return np.linalg.solve(a, b) if np.linalg.cond(a) < 1 / SMALL else np.full(b.shape, np.nan)

    def _kronecker(self, x: Array, y: Array) -> Array:
        return np.kron(x, y)

    def _hadamard(self, x: Array, y: Array) -> Array:
        assert x.shape == y.shape
        return x * y

    def _top_vector(self, a: Array, x: Array) -> Array:
        values, vectors = np.linalg.eigh((a + a.T) / 2)
        kept = vectors[:, values >= values[-1] - 1e-9 * abs(values[-1])]
        found = kept @ (kept.T @ x)
        return found / np.linalg.norm(found)


def known(found: float, x: Array) -> float:
    """An eigenvalue or singular value; not a number where it is too small beside the matrix to be known."""
    return found if abs(found) > SMALL * np.abs(x).max() else float("nan")


def differences(f: Callable[[Array], float], x: Array, twice: bool) -> Array:
    """The gradient or the Hessian of a function, by central differences of two steps: exact for quartics."""
    h = 1e-2 * (1 + np.abs(x).max())
    near, far = (_differences(f, x, twice, step) for step in (h, 2 * h))
    return (4 * near - far) / 3


def _differences(f: Callable[[Array], float], x: Array, twice: bool, h: float) -> Array:
    units = h * np.eye(len(x))
    if not twice:
        return np.array([(f(x + e) - f(x - e)) / (2 * h) for e in units])
    return np.array([[(f(x + d + e) - f(x + d - e) - f(x - d + e) + f(x - d - e)) / (4 * h * h) for e in units]
                     for d in units])
