"""Claim `residual-init` by Monte Carlo: an estimate of how often bounds hold that depend on the scale only."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import sympy as sp

from ....numeric.linalg.scalars import Array
from ....numeric.network.residual import SubProductBounds, residual_network, sub_product_bounds
from ....theory.deep_linear.residual.initialization import LIMIT_NORM
from ....theory.language import quantities
from ....theory.library import BUILT_IN
from ...instances.streams import generator
from ...output.proportions import CONFIDENCE, interval

DIMENSIONS = (5, 10, 20, 50, 100)
DEPTHS = (1, 2, 5, 10, 20, 50, 100)


def limit_norm(scale: float) -> float:
    """``β_∞(s)``, towards which ``‖W_L⋯W_1‖`` tends as ``d`` and then ``L`` grow; ``σ_min`` towards ``1/β_∞``.

    The product tends to free multiplicative Brownian motion ``b`` at time ``t = s²`` (Biane 1997). The law of
    ``bb*`` has the S-transform ``e^{−t(2z+1)}``: its mean is ``e^t`` and it is invariant under inversion. Its
    support ends where ``e^{−t(2z+1)} z/(1+z)`` is stationary, ``2t z(z+1) = 1``. This heuristic only
    suggests which bounds to try: the estimate does not rest on it.

    >>> round(limit_norm(1.0), 4), limit_norm(0.0)
    (4.5929, 1.0)
    """
    return _at(LIMIT_NORM, scale)


def candidate(scale: float) -> SubProductBounds:
    """``(α_0, β_0) = (β_∞^{−5/4}, β_∞^{5/4})``: the functions of ``s`` only that claim `residual-init` states.

    >>> candidate(0.0)
    SubProductBounds(alpha=1.0, beta=1.0)
    """
    below, above = (BUILT_IN.claim("residual-init").obligation(name).relation for name in ("below", "above"))
    return SubProductBounds(_at(below.rhs, scale), _at(above.rhs, scale))


def _at(expression: sp.Expr, value: float) -> float:
    return float(expression.subs(quantities.scale, sp.Rational(str(value))))


@dataclass(frozen=True, eq=False)
class Estimate:
    """Draws of ``(α, β)``, shape ``(N, 2)``, at one ``(s, d, L)``, and the bounds that they are compared with."""

    scale: float
    dimension: int
    depth: int
    bounds: SubProductBounds
    drawn: Array

    @property
    def draws(self) -> int:
        return len(self.drawn)

    @cached_property
    def held(self) -> int:
        """How many draws have ``α >= α_0`` and ``β <= β_0``."""
        return int(((self.drawn[:, 0] >= self.bounds.alpha) & (self.drawn[:, 1] <= self.bounds.beta)).sum())

    @cached_property
    def interval(self) -> tuple[float, float]:
        """Clopper–Pearson interval of the probability that the bounds hold, confidence 99 %."""
        return interval(self.held, self.draws)

    @cached_property
    def medians(self) -> SubProductBounds:
        alpha, beta = np.median(self.drawn, axis=0)
        return SubProductBounds(float(alpha), float(beta))

    def as_dict(self) -> dict[str, object]:
        lower, upper = self.interval
        return {"scale": self.scale, "dim": self.dimension, "depth": self.depth, "verdict": "estimated",
                "alpha": self.bounds.alpha, "beta": self.bounds.beta, "held": self.held, "draws": self.draws,
                "probability": {"lower": lower, "upper": upper}, "confidence": CONFIDENCE,
                "median_alpha": self.medians.alpha, "median_beta": self.medians.beta}


def estimate(
    scale: float, dimension: int, depth: int, draws: int, seed: int = 0, bounds: SubProductBounds | None = None
) -> Estimate:
    """Draw initializations ``W_k = I + (s/√(dL)) N_k`` and compare them with bounds (`candidate` by default).

    Draw ``i`` is a pure function of ``(seed, d, L, i)``: the same ``N_k`` serve every scale. Each decision is
    float64: nothing here is more than estimated. 5 s a draw at ``d = L = 100``, 20 ms at ``d = 20, L = 20``.

    Raises:
        ValueError: no draw, no layer, or no dimension.

    >>> found = estimate(0.0, 2, 3, 10)
    >>> found.held, found.interval[1]
    (10, 1.0)
    """
    if draws < 1:
        raise ValueError("An estimate needs at least one draw.")
    stream = (dimension << 32) + depth
    drawn = [
        sub_product_bounds(residual_network(dimension, depth, scale, generator(seed, stream, index)))
        for index in range(draws)
    ]
    return Estimate(scale, dimension, depth, candidate(scale) if bounds is None else bounds, np.array(drawn))


def up_to(most: int, standard: Iterable[int]) -> list[int]:
    """The standard values below the largest value wanted, and the largest value wanted.

    >>> up_to(30, DEPTHS)
    [1, 2, 5, 10, 20, 30]
    """
    return [value for value in standard if value < most] + [most]


def settled_depth(estimates: Iterable[Estimate]) -> int:
    """The least depth from which on every interval meets that of the deepest network: an estimate of ``L_0(s)``.

    The estimates are of one scale and dimension, in order of their depth. With few draws all intervals meet.

    >>> settled_depth(estimate(0.0, 2, depth, 5) for depth in (1, 2, 3))
    1
    """
    found = list(estimates)
    lower, upper = found[-1].interval
    settled = found[-1].depth
    for one in reversed(found):
        if one.interval[0] > upper or one.interval[1] < lower:
            break
        settled = one.depth
    return settled
