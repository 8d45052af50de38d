"""Where the primal and the dual problem of ``S_min`` meet for several targets.

With ``V = W*Σ^{1/2}`` the primal value is ``2 g^{1/L−1} λ_max(Σ + (L−1) g VᵀV)`` at ``g > 0``, and convex in a power
of ``g``. At its minimum some unit ``z`` in the top eigenspace has ``g‖Vz‖² = zᵀΣz`` (Danskin), and the dual value at
that ``z`` is the primal one. Where the eigenvalue is simple, ``z`` is its eigenvector; at a kink two vectors of the
eigenspace, on which the difference ``g VᵀV − Σ`` has different signs, are mixed.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from scipy.optimize import brentq

from ..linalg.scalars import Array, convert_array
from .matrix_problem import MatrixProblem

_CLUSTER = 8
"""So many of the largest eigenvalues are taken for equal, at most."""
_TOLERANCE = 1e-15


class MatrixOptimum(NamedTuple):
    """float64 primal and dual value with ``g`` and the dual vector ``u`` of shape ``(d,)``, where ``z = Σ^{1/2}u``."""

    primal: float
    dual: float
    g: float
    vector: Array


def matrix_optimum(problem: MatrixProblem, depth: int) -> MatrixOptimum:
    """Near-optimal ``(g, u)`` for ``L >= 2``; proves nothing itself.

    Raises:
        ValueError: the signal energy is too small for float64.

    >>> problem = MatrixProblem.from_covariance([[1, 0], [0, 4]], [[2, 0], [0, "1/2"]])
    >>> found = matrix_optimum(problem, 2)
    >>> round(found.primal, 10), round(found.dual, 10)
    (10.0, 10.0)
    """
    search = _Search(problem, depth)
    exponent = search.root()
    return search.found(math.exp(exponent))


class _Search:
    """The problem in the eigenbasis of ``Σ``, both matrices scaled near 1."""

    def __init__(self, problem: MatrixProblem, depth: int) -> None:
        covariance, regressor = convert_array(problem.covariance, float), convert_array(problem.regressor, float)
        self.unit, self.length = float(np.trace(covariance)), float(np.linalg.norm(regressor))
        values, self.vectors = np.linalg.eigh(covariance / self.unit)
        values[values <= values.size * np.finfo(np.float64).eps * values[-1]] = 0.0
        self.values, self.depth = values, depth
        self.signal = (regressor / self.length) @ self.vectors * np.sqrt(values)
        self.energy = float(np.linalg.norm(self.signal) ** 2)
        if not self.energy > 0:
            raise ValueError("The signal energy is too small for float64: rescale the columns.")
        self.gram = self.signal.T @ self.signal

    def eigenvectors(self, g: float) -> tuple[Array, Array]:
        """The largest eigenvalues of ``Σ + (L−1) g VᵀV`` in ascending order, and their vectors."""
        values, vectors = np.linalg.eigh(np.diag(self.values) + (self.depth - 1) * g * self.gram)
        return values[-_CLUSTER:], vectors[:, -_CLUSTER:]

    def balance(self, exponent: float) -> float:
        """``g‖Vz‖² − zᵀΣz`` at the top eigenvector: negative below the optimum, positive above."""
        g = math.exp(exponent)
        z = self.eigenvectors(g)[1][:, -1]
        first, second = g * float(np.linalg.norm(self.signal @ z) ** 2), float((z * z) @ self.values)
        return (first - second) / (first + second)

    def root(self) -> float:
        low = high = math.log(float(self.values[-1]) / self.energy)
        while self.balance(low) > 0:
            low -= 2.0
        while self.balance(high) < 0:
            high += 2.0
        return low if low == high else float(brentq(self.balance, low, high, xtol=_TOLERANCE))

    def found(self, g: float) -> MatrixOptimum:
        """The values at ``g``, and at the best vector among mixtures of the top eigenvectors."""
        tops, vectors = self.eigenvectors(g)
        difference = g * self.gram - np.diag(self.values)
        candidates = [self._mixed(vectors[:, -count:], difference) for count in range(1, len(tops) + 1)]
        z = max(candidates, key=self._dual)
        power = 1 - 1 / self.depth
        scale = 2 * self.unit * self.length ** (2 * power)
        root = np.sqrt(self.values)
        u = self.vectors @ np.divide(z, root, out=np.zeros_like(z), where=root > 0)
        return MatrixOptimum(scale * g**-power * float(tops[-1]), scale * self.depth * self._dual(z),
                             g / self.length**2, u / np.abs(u).max())

    def _dual(self, z: Array) -> float:
        share = 1 / self.depth
        rayleigh, overlap = float((z * z) @ self.values), float(np.linalg.norm(self.signal @ z) ** 2)
        return float(rayleigh**share * overlap ** (1 - share)) / float(z @ z)

    def _mixed(self, basis: Array, difference: Array) -> Array:
        """A unit vector of a subspace on which the difference vanishes, or is as small as it can be."""
        values, vectors = np.linalg.eigh(basis.T @ difference @ basis)
        low, high = float(values[0]), float(values[-1])
        if low * high >= 0:
            return np.asarray(basis @ vectors[:, int(np.argmin(np.abs(values)))])
        weights = math.sqrt(high / (high - low)), math.sqrt(-low / (high - low))
        return np.asarray(basis @ (weights[0] * vectors[:, 0] + weights[1] * vectors[:, -1]))
