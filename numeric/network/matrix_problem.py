"""Regression problems with several targets: ``(Σ, W*, R_min)``."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from flint import fmpq

from ..linalg.eigenvalues import RangeFactor, range_factor
from ..linalg.rational import exact_product, rational
from ..linalg.scalars import Array, as_array, convert_array, scalar_kind
from .problem import RegressionProblem


@dataclass(frozen=True, eq=False)
class MatrixProblem:
    """Least squares ``R(W) = R_min + tr((W − W*) Σ (W − W*)ᵀ)`` with ``m`` targets: ``1/n`` and no ``1/2``.

    ``covariance`` is ``Σ`` of shape ``(d, d)``, ``regressor`` the minimizer ``W*`` of minimum norm, shape ``(m, d)``.
    The constructor checks nothing; `from_data` and `from_covariance` check.

    >>> problem = MatrixProblem.from_covariance([[1, 0], [0, 4]], [[2, 0], [0, "1/2"]])
    >>> problem.dimension, problem.outputs, problem.energy
    (2, 2, 5)
    """

    covariance: Array
    regressor: Array
    risk_min: Any = 0
    samples: int | None = None

    @classmethod
    def from_data(cls, features: Any, targets: Any) -> MatrixProblem:
        """From ``X`` of shape ``(n, d)`` and ``Y`` of shape ``(n, m)``, one target a column.

        Raises:
            ValueError: as `RegressionProblem.from_data`, or ``Y`` is no matrix with a column.
        """
        Y = as_array(targets)
        if Y.ndim != 2 or 0 in Y.shape:
            raise ValueError(f"The targets must be a matrix, rows by columns, not of shape {Y.shape}.")
        return cls.of([RegressionProblem.from_data(features, column) for column in Y.T])

    @classmethod
    def from_covariance(cls, covariance: Any, regressor: Any, risk_min: Any = 0) -> MatrixProblem:
        """From ``Σ`` of shape ``(d, d)`` and ``W*`` of shape ``(m, d)``.

        Raises:
            ValueError: ``W*`` is no matrix with a row, or as `RegressionProblem.from_covariance`.
        """
        W = as_array(regressor)
        if W.ndim != 2 or 0 in W.shape:
            raise ValueError(f"The regressor must be a matrix, targets by features, not of shape {W.shape}.")
        if scalar_kind(W) == "other":
            W = convert_array(W, rational)
        return cls.of([RegressionProblem.from_covariance(covariance, row) for row in W], risk_min)

    @classmethod
    def of(cls, problems: list[RegressionProblem], risk_min: Any = 0) -> MatrixProblem:
        """The problem whose targets are those of some problems with one covariance; their least risks are added."""
        risk = sum((problem.risk_min for problem in problems), start=risk_min)
        return cls(problems[0].covariance, np.stack([problem.regressor for problem in problems]), risk,
                   problems[0].samples)

    @property
    def dimension(self) -> int:
        """Input dimension ``d``."""
        return int(self.regressor.shape[1])

    @property
    def outputs(self) -> int:
        """The number ``m`` of targets."""
        return int(self.regressor.shape[0])

    @property
    def columns(self) -> Array:
        """``W*ᵀ``, shape ``(d, m)``."""
        return self.regressor.T

    @cached_property
    def moments(self) -> Array:
        """``W* Σ W*ᵀ``, shape ``(m, m)``: its eigenvalues are the squares of the singular values of ``W*Σ^{1/2}``."""
        if all(type(x) is fmpq for x in (*self.covariance.flat, *self.regressor.flat)):
            return exact_product(self.regressor, exact_product(self.covariance, self.columns))
        return np.asarray(self.regressor @ (self.covariance @ self.columns))

    @property
    def energy(self) -> Any:
        """Signal energy ``E = tr(W* Σ W*ᵀ)``."""
        return self.moments.trace()

    @property
    def rayleigh(self) -> Any:
        """``E/‖W*‖_F²``. Raises ZeroDivisionError if ``W* = 0``."""
        return self.energy / (self.regressor * self.regressor).sum()

    def single(self) -> RegressionProblem:
        """The problem of the only target. Raises ValueError where there are several."""
        if self.outputs != 1:
            raise ValueError(f"The problem has {self.outputs} targets, not one.")
        return RegressionProblem(self.covariance, self.regressor[0], self.risk_min, self.samples)

    def exact_factor(self, bits: int = 128) -> RangeFactor:
        """``Σ = F diag(D) Fᵀ`` for rational (or float64, read exactly) ``Σ``."""
        if bits not in self._factors:
            self._factors[bits] = range_factor(self.covariance, bits)
        return self._factors[bits]

    @cached_property
    def _factors(self) -> dict[int, RangeFactor]:
        return {}

    def astype(self, convert: Callable[[Any], Any]) -> MatrixProblem:
        """The problem with every number mapped through ``convert``."""
        return MatrixProblem(convert_array(self.covariance, convert), convert_array(self.regressor, convert),
                             convert(self.risk_min), self.samples)
