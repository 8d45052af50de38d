"""The paper's Gaussian data."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ...numeric.linalg.scalars import Array


@dataclass(frozen=True, eq=False)
class GaussianData:
    """The data ``X`` ``(n, d)`` and ``y = Xβ + σε`` ``(n,)``, where ``y`` is scaled so that ``‖w*‖ = 1``.

    ``truth`` is ``β`` ``(d,)`` and ``noise`` is ``σ``. Both are scaled as ``y`` is.
    """

    features: Array
    target: Array
    truth: Array
    noise: float

    def population_risk(self, regressor: Array) -> Array:
        """The risk on fresh rows ``x`` of N(0, 1) for ``w`` ``(..., d)``: ``E (y − xᵀw)² = ‖w − β‖² + σ²``."""
        difference = regressor - self.truth
        risk: Array = (difference * difference).sum(axis=-1) + self.noise**2
        return risk


def gaussian_regression(rng: np.random.Generator, samples: int, dimension: int, noise: float = 1.0) -> GaussianData:
    """Draw ``X``, ``β`` and ``ε`` from the standard Gaussian, in that order, in float64.

    These are the data of the paper's figures (theory, section 5). ``w*`` is the least-squares regressor of minimum
    norm, and ``‖w*‖`` is 1 up to rounding.

    >>> made = gaussian_regression(np.random.default_rng(0), 50, 2)
    >>> print(np.linalg.norm(np.linalg.lstsq(made.features, made.target)[0]).round(12))
    1.0
    """
    X = rng.normal(size=(samples, dimension))
    truth = rng.normal(size=dimension)
    y = X @ truth + noise * rng.normal(size=samples)
    scale = np.linalg.norm(np.linalg.lstsq(X, y)[0])
    return GaussianData(X, y / scale, truth / scale, noise / float(scale))
