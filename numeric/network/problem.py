"""Regression problems: everything the theory needs of the data is ``(Σ, w*, R_min)``."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Any

import numpy as np
from flint import arb, fmpq

from ..linalg.eigenvalues import RangeFactor, eigenvalue_range, range_factor
from ..linalg.rational import (
    exact_product,
    is_psd,
    is_symmetric,
    minimum_norm_solution,
    project_on_range,
    rational,
    rational_array,
)
from ..linalg.scalars import Array, Kind, as_array, convert_array, is_zero, scalar_kind
from .network import DeepLinearNetwork

# A float64 covariance counts as PSD, and a regressor as in its range, up to this.
_TOLERANCE = 1e-10


@dataclass(frozen=True, eq=False)
class RegressionProblem:
    """Least squares ``R(w) = R_min + (w − w*)ᵀ Σ (w − w*)``: ``1/n`` and no ``1/2``.

    ``covariance`` is ``Σ = XᵀX/n`` of shape ``(d, d)``, ``regressor`` the minimizer ``w*``
    of minimum norm, shape ``(d,)``, ``risk_min`` the scalar ``R_min``, ``samples`` the
    ``n`` if there are data. Entries may be float64 or any scalar of a network. The
    constructor checks nothing and is fast; `from_data` and `from_covariance` check.

    >>> problem = RegressionProblem.from_covariance([[1.0, 0.0], [0.0, 4.0]], [1.0, 0.0])
    >>> print(problem.energy, problem.rayleigh, problem.condition_number)
    1.0 1.0 4.0
    """

    covariance: Array
    regressor: Array
    risk_min: Any = 0
    samples: int | None = None

    @classmethod
    def from_data(cls, features: Any, target: Any) -> RegressionProblem:
        """From ``X`` of shape ``(n, d)`` and ``y`` of shape ``(n,)``; ``w*`` of minimum norm.

        float64 data by least squares (singular values below ``n·ε`` count as zero);
        object arrays of rationals exactly (Fractions stay Fractions, others become fmpq).

        Raises:
            ValueError: shapes that do not match, no row or column, entries not finite, or
                float64 data whose squares leave the range of float64.

        >>> RegressionProblem.from_data([[1.0], [1.0]], [1.0, 3.0]).regressor.round(12)
        array([2.])
        """
        X, y = as_array(features), as_array(target)
        if X.ndim != 2 or 0 in X.shape:
            raise ValueError(f"The features must be a matrix, rows by columns, not of shape {X.shape}.")
        if y.shape != X.shape[:1]:
            raise ValueError(f"The target must have shape ({X.shape[0]},), but has shape {y.shape}.")
        samples = X.shape[0]
        if scalar_kind(X, y) == "float":
            X, y = convert_array(X, float), convert_array(y, float)
            if not (np.isfinite(X).all() and np.isfinite(y).all()):
                raise ValueError("The data contain entries that are not finite; remove or impute them.")
            regressor = np.linalg.lstsq(X, y, rcond=None)[0]
            with np.errstate(over="ignore", invalid="ignore"):  # what overflows is refused
                residual = y - X @ regressor
                covariance, risk = X.T @ X / samples, float(residual @ residual / samples)
            if not (np.isfinite(covariance).all() and np.isfinite(regressor).all() and np.isfinite(risk)):
                raise ValueError("The squares of the data leave the range of float64 (1e308): "
                                 "rescale the columns, or give exact entries.")
            return cls(covariance, regressor, risk, samples)
        fractions = any(isinstance(x, Fraction) for x in (*X.flat, *y.flat))
        X, y = rational_array(X), rational_array(y)
        problem = cls.from_moments(exact_product(X.T, X) / rational(samples),
                                   exact_product(X.T, y) / rational(samples), y @ y / samples, samples)
        return problem.astype(lambda x: Fraction(int(x.p), int(x.q))) if fractions else problem

    @classmethod
    def from_moments(cls, covariance: Array, correlation: Array, square: Any, samples: int) -> RegressionProblem:
        """From the rational ``Σ = XᵀX/n`` ``(d, d)``, ``Xᵀy/n`` ``(d,)`` and ``yᵀy/n``: exact, however many rows.

        >>> problem = RegressionProblem.from_moments(rational_array([[1]]), rational_array([2]), 5, 2)
        >>> problem.regressor, problem.risk_min
        (array([2], dtype=object), 1)
        """
        regressor = minimum_norm_solution(covariance, correlation)
        return cls(covariance, regressor, square - correlation @ regressor, samples)

    @classmethod
    def from_covariance(cls, covariance: Any, regressor: Any, risk_min: Any = 0) -> RegressionProblem:
        """From ``Σ`` of shape ``(d, d)`` and ``w*`` of shape ``(d,)``.

        Rational entries are checked exactly, float64 and mpf up to a relative 1e-10,
        balls and symbols for shape and symmetry only.

        Raises:
            ValueError: ``Σ`` not square, symmetric, finite or PSD; ``w*`` not in its range;
                ``R_min`` negative.

        >>> RegressionProblem.from_covariance([[1, 0], [0, 0]], [1, 1])
        Traceback (most recent call last):
        ...
        ValueError: The regressor must lie in the range of the covariance: project it first.
        """
        exact = any(isinstance(x, np.ndarray) and x.dtype == object for x in (covariance, regressor))
        sigma, w = as_array(covariance, exact=exact), as_array(regressor, exact=exact)
        if sigma.ndim != 2 or sigma.shape[0] != sigma.shape[1] or 0 in sigma.shape:
            raise ValueError(f"The covariance must be a square matrix, but has shape {sigma.shape}.")
        if w.shape != sigma.shape[:1]:
            raise ValueError(f"The regressor must have shape {sigma.shape[:1]}, but has shape {w.shape}.")
        kind = scalar_kind(sigma, w)
        _check_finite(sigma, w, kind)
        if kind != "other" and risk_min < 0:
            raise ValueError(f"The minimal risk cannot be negative, but is {risk_min}.")
        if kind in ("float", "mpf"):
            _check_floating(sigma.astype(np.float64), w.astype(np.float64))
        elif not is_symmetric(sigma):
            raise ValueError("The covariance must be symmetric.")
        if kind == "rational":
            if not is_psd(sigma):
                raise ValueError("The covariance must be positive semidefinite.")
            if not is_zero(project_on_range(sigma, w) - rational_array(w)):
                raise ValueError(_OUT_OF_RANGE)
        return cls(sigma, w, risk_min)

    @property
    def dimension(self) -> int:
        """Input dimension ``d``."""
        return int(self.regressor.shape[0])

    @property
    def columns(self) -> Array:
        """``w*`` as a matrix, shape ``(d, 1)``."""
        return self.regressor[:, None]

    @cached_property
    def kind(self) -> Kind:
        """Kind of scalar of ``Σ`` and ``w*`` together."""
        return scalar_kind(self.covariance, self.regressor)

    @cached_property
    def energy(self) -> Any:
        """Signal energy ``E = w*ᵀ Σ w*``."""
        return _dot(self.regressor, self._image)

    @cached_property
    def _image(self) -> Array:
        """``Σw*``, shape ``(d,)``."""
        image: Array = _product(self.covariance, self.regressor)
        return image

    def _positive_energy(self) -> Any:
        if self.energy == 0:
            raise ValueError("The signal energy is zero (w* = 0), so a and b are undefined.")
        return self.energy

    @property
    def rayleigh(self) -> Any:
        """``a = E/‖w*‖²``. Raises ValueError if ``E = 0``."""
        return self._positive_energy() / _dot(self.regressor, self.regressor)

    @property
    def b(self) -> Any:
        """``b = ‖Σw*‖²/E``. Raises ValueError if ``E = 0``."""
        return _dot(self._image, self._image) / self._positive_energy()

    @cached_property
    def eigenvalue_range(self) -> tuple[Any, Any]:
        """``(λ, Λ)``; balls for rational and ball entries (see `eigenvalues.eigenvalue_range`)."""
        smallest, largest = eigenvalue_range(self.covariance)
        if self.kind == "float":
            # Rounding leaves a zero eigenvalue of a PSD matrix at a few ulps of the largest.
            noise = self.dimension * np.finfo(np.float64).eps * largest
            smallest = 0.0 if smallest <= noise else smallest
        return smallest, largest

    @property
    def condition_number(self) -> Any:
        """``κ = Λ/λ``, infinite if ``Σ`` is singular."""
        smallest, largest = self.eigenvalue_range
        if smallest == 0:
            return arb("inf") if isinstance(largest, arb) else float("inf")
        return largest / smallest

    @cached_property
    def float_factor(self) -> Array:
        """``B`` of shape ``(d, d)`` with ``Σ = B Bᵀ``, float64, any rank."""
        values, vectors = np.linalg.eigh(convert_array(self.covariance, float))
        factor: Array = vectors * np.sqrt(np.maximum(values, 0.0))
        return factor

    def exact_factor(self, bits: int = 128) -> RangeFactor:
        """``Σ = F diag(D) Fᵀ`` for rational (or float64, read exactly) ``Σ``."""
        if bits not in self._factors:
            self._factors[bits] = range_factor(self.covariance, bits)
        return self._factors[bits]

    @cached_property
    def _factors(self) -> dict[int, RangeFactor]:
        return {}

    def risk_gap(self, regressor: Any) -> Any:
        """``R − R_min = (w − w*)ᵀ Σ (w − w*)`` for ``w`` of shape ``(..., d)``."""
        difference = as_array(regressor, exact=self.kind != "float") - self.regressor
        gap = difference[..., None, :] @ (self.covariance @ difference[..., :, None])
        return gap[..., 0, 0][()]

    def risk(self, network: DeepLinearNetwork) -> Any:
        """``R(W) = R_min + (w − w*)ᵀ Σ (w − w*)``."""
        return self.risk_min + self.risk_gap(network.regressor())

    def risk_gradient(self, regressor: Any) -> Array:
        """``g = 2Σ(w − w*)``, shape ``(..., d)``, for ``w`` of shape ``(..., d)``."""
        difference = as_array(regressor, exact=self.kind != "float") - self.regressor
        gradient: Array = 2 * (self.covariance @ difference[..., :, None])[..., 0]
        return gradient

    def astype(self, convert: Callable[[Any], Any]) -> RegressionProblem:
        """The problem with every number mapped through ``convert``.

        >>> RegressionProblem.from_covariance([[0.5]], [1.0]).astype(rational).covariance
        array([[1/2]], dtype=object)
        """
        return RegressionProblem(
            convert_array(self.covariance, convert),
            convert_array(self.regressor, convert),
            convert(self.risk_min),
            self.samples,
        )


def _product(left: Array, right: Array) -> Any:
    """``left @ right``; over ``fmpq`` by `rational.exact_product`, as sums of fractions grow."""
    if all(type(x) is fmpq for x in (*left.flat, *right.flat)):
        return exact_product(left, right)
    return left @ right


def _dot(left: Array, right: Array) -> Any:
    return _product(left[None, :], right)[0]


_OUT_OF_RANGE = "The regressor must lie in the range of the covariance: project it first."


def _check_finite(sigma: Array, w: Array, kind: Kind) -> None:
    if kind in ("float", "mpf"):
        finite = all(np.isfinite(convert_array(array, float)).all() for array in (sigma, w))
    else:
        finite = all(x.is_finite() for x in (*sigma.flat, *w.flat) if isinstance(x, arb))
    if not finite:
        raise ValueError("The covariance and the regressor must have finite entries.")


def _check_floating(sigma: Array, w: Array) -> None:
    scale = np.abs(sigma).max()
    if np.abs(sigma - sigma.T).max() > _TOLERANCE * scale:
        raise ValueError("The covariance must be symmetric.")
    values, vectors = np.linalg.eigh(sigma)
    if values[0] < -_TOLERANCE * scale:
        raise ValueError("The covariance must be positive semidefinite.")
    # Directions of zero variance up to rounding: the regressor has none of them.
    kernel = vectors[:, values <= sigma.shape[0] * np.finfo(np.float64).eps * values[-1]]
    if np.linalg.norm(kernel.T @ w) > 1e-6 * np.linalg.norm(w):
        raise ValueError(_OUT_OF_RANGE)
