"""An analytic bound for `residual-init`: constants that depend on the scale only, for every dimension.

Let ``W_k = I + E_k``, ``E_k = σN_k``, ``σ² = s²/(dL)``, ``P_k = W_k⋯W_1``, and ``θ = c d`` with any ``c > 0``.

1. *One vector, from above.* ``|P_k x|²/|P_{k−1} x|²`` are independent, all distributed as ``|u + σg|²`` for a unit
   ``u``. As ``r^θ <= e^{θ(r−1)}``, and by the moment generating function of the noncentral χ²,
   ``E r^θ <= φ_1 = exp(θv/(1−v) − (d/2) ln(1−v))`` with ``v = 2θσ² = 2cs²/L < 1``.
2. *All k at once.* ``|P_k x|^{2θ} φ_1^{−k}`` is a nonnegative supermartingale, so by Ville's inequality
   ``P(max_k |P_k x|² > e^a) <= φ_1^L e^{−θa}``: the maximum over ``k`` is free.
3. *All vectors.* An ``ε``-net of the sphere has at most ``(1 + 2/ε)^d`` points, and ``‖A‖`` is at most the largest
   ``|Ax|`` over it, divided by ``1 − ε``.
4. *The inverse.* ``P_k^{−T} = W_k^{−T}⋯W_1^{−T}`` is a product of the same kind. In a basis with ``u`` first,
   ``v = W^{−T}u`` is orthogonal to all columns of ``W`` but the first: ``1/|v| = |n_1 + σξ|``, where ``ξ`` is standard
   Gaussian and the unit vector ``n = (n_1, ·)`` independent of it; ``n_1^{−2} = 1 + |σ(I + E')^{−1}g'|²``, with
   ``E'`` a block of ``Eᵀ`` and ``g'`` ``d − 1`` standard Gaussians. Its moments are infinite, but not on the event
   ``‖E‖ <= δ < 1/2``: there ``n_1^{−2} <= 1 + σ²|g'|²/(1−δ)² <= m = 1 + δ²/(1−δ)²``, ``|v|² = n_1^{−2}(1+x)^{−2}``
   with ``x = σξ/n_1``, ``|x| <= δ√m =: η``, and ``−ln(1+x) <= −x + x²/(2(1−η))``. Gaussian integrals give
   ``E[|v|^{2θ}; ‖E‖ <= δ] <= φ_2 = exp(2θ²σ²m/(1−2A)) (1−2A)^{−1/2} (1 − v/(1−δ)²)^{−(d−1)/2}``, ``A = vm/(2(1−η))``.
   With ``θσ² = cs²/L`` both ``φ^L`` tend to ``e^{d s²(2c²+c)}`` as ``L`` grows.
5. *The event.* ``‖N‖ >= √d(2 + τ)`` has probability at most ``e^{−dτ²/2}`` (Davidson and Szarek), so that all ``L``
   layers have ``‖E_k‖ <= δ`` but for ``L e^{−dτ²/2}``, ``τ = δ√L/s − 2``. This is where small ``L`` fails.
6. *All sub-products.* ``W_k⋯W_j = P_k P_{j−1}^{−1}``, so with ``γ`` a bound of all ``‖P_k‖`` and ``‖P_k^{−1}‖`` their
   singular values lie between ``γ^{−2}`` and ``γ²``. No union over ``j`` and ``k``, hence no
   ``ln L``; the price is the square.

Together: ``P((α, β) within (γ^{−2}, γ²)) >= 1 − 3e^{−c_0 d}`` for every ``d`` and every ``L >= L_0``, where
``2 ln γ = a − 2 ln(1−ε)`` and ``c a = c_0 + ln(1 + 2/ε) + sup (ln φ^L)/d``. Here ``c_0``, ``ε``, ``c`` are numbers,
``γ`` and ``L_0`` depend on ``s`` only, and every ``φ^L`` is taken at ``L_0``, from where on its bound decreases. What
is lost is the net (a factor ``√ln(1+2/ε)`` in the exponent) and the square in step 6. What is cited, not derived:
Ville's inequality, the size of nets, Davidson–Szarek. It is a proof on paper, no derivation that SymPy checks:
`residual-init` stays *estimated*.
"""

from __future__ import annotations

from math import exp, inf, log, log1p, sqrt
from typing import NamedTuple

import numpy as np
from scipy.optimize import minimize

from ....numeric.linalg.scalars import Array
from ....numeric.network.residual import SubProductBounds

RATE = 0.1
"""The constant ``c_0`` in the probability ``1 − 3e^{−c_0 d}``."""
# The ``δ`` of step 4. A smaller one improves the constants a little and makes ``L_0`` larger.
_DELTA = 0.2


class AnalyticBound(NamedTuple):
    """Bounds ``(α_0, β_0)`` that hold with probability ``>= 1 − 3e^{−c_0 d}`` for all ``d`` and all ``L >= depth``."""

    bounds: SubProductBounds
    depth: int

    def probability(self, dimension: int) -> float:
        """``1 − 3e^{−c_0 d}``, or 0 where that is negative."""
        return max(0.0, 1 - 3 * exp(-RATE * dimension))


def analytic_bound(scale: float) -> AnalyticBound:
    """The explicit constants of this module's proof at a scale ``s > 0``, with ``c`` and ``ε`` optimized.

    They are computed in float64, without a proof of the rounding.

    Raises:
        ValueError: the scale is not positive.

    >>> found = analytic_bound(0.25)
    >>> found.depth, round(found.bounds.beta, 2), round(found.probability(50), 2)
    (35, 5.03, 0.98)
    """
    if not scale > 0:
        raise ValueError("The analytic bound needs a positive scale.")
    depth = least_depth(scale)

    def exponent(free: Array) -> float:
        c, mesh = exp(float(free[0])), 1 / (1 + exp(-float(free[1])))
        growth = max(upper_growth(scale, c, depth), inverse_growth(scale, c, depth))
        return (RATE + log1p(2 / mesh) + growth) / c - 2 * log1p(-mesh)

    found = minimize(exponent, np.array([-log(scale), 0.0]), method="Nelder-Mead")
    beta = exp(float(found.fun))  # all c and ε are valid
    return AnalyticBound(SubProductBounds(1 / beta, beta), depth)


def upper_growth(scale: float, c: float, depth: int) -> float:
    """``(ln φ_1^L)/d`` of step 1, which decreases in ``L``. It is infinite where the moment is.

    >>> abs(upper_growth(1.0, 1.0, 10**9) - 3.0) < 1e-6
    True
    """
    v = 2 * c * scale**2 / depth
    return inf if v >= 1 else depth * (c * v / (1 - v) - log1p(-v) / 2)


def inverse_growth(scale: float, c: float, depth: int, delta: float = _DELTA) -> float:
    """``sup_d (ln φ_2^L)/d`` of step 4 at a ``δ``, which decreases in ``L``. It is infinite where the bound is.

    >>> abs(inverse_growth(1.0, 1.0, 10**9, 1e-6) - 3.0) < 1e-4
    True
    """
    v, m = 2 * c * scale**2 / depth, 1 + (delta / (1 - delta)) ** 2
    a = v * m / (1 - delta * sqrt(m))  # 2A
    # One of d factors is (1 − 2A)^{−1/2}, and d − 1 are the others. None is larger than the largest.
    largest = max(a, v / (1 - delta) ** 2)
    return inf if largest >= 1 else 2 * c**2 * scale**2 * m / (1 - a) - depth * log1p(-largest) / 2


def least_depth(scale: float) -> int:
    """The ``L_0`` of step 5: from that depth on ``L e^{−dτ²/2} <= e^{−c_0 d}`` for every ``d >= 1``.

    >>> least_depth(0.25) < least_depth(0.5)
    True
    """
    def enough(depth: int) -> bool:
        return _DELTA * sqrt(depth) / scale - 2 >= sqrt(2 * (RATE + log(depth)))

    # A depth that is enough has δ√L/s >= 2. For L >= 8 that grows faster in ln L than √(2(c_0 + ln L)) does, so that
    # every larger depth is enough.
    upper = 8
    while not enough(upper):
        upper *= 2
    return next(depth for depth in range(max(8, upper // 2), upper + 1) if enough(depth))
