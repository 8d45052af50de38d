"""What the theorems promise to residual networks: allowed initial risk, rate, move and sharpness, all explicit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from flint import arb, ctx
from scipy.optimize import minimize_scalar

from ..linalg.rational import ball, rational
from ..linalg.rounding import float_below
from .network import DeepLinearNetwork
from .problem import RegressionProblem
from .residual import SubProductBounds, certified_sub_product_bounds

BITS = 128


class Promise(NamedTuple):
    """What a theorem says of the flow from ``W(0)`` if ``R(W(0)) − R_min <= risk_gap``. All numbers are balls.

    The flow converges to a minimizer with rate ``rate``. The move of the layers, as the theorem measures it, is at most
    ``move`` at all times. The limit has at most this ``sharpness``.
    """

    risk_gap: arb
    rate: arb
    move: arb
    sharpness: arb


@dataclass(frozen=True)
class ResidualStart:
    """The numbers of a problem and a start that the theorems read. Singular values are bounded on the safe side.

    ``bounds`` are ``(α_0, β_0)`` over all sub-products; ``ends`` is the ``α̂_0`` of those in the kernel: the least of 1,
    ``σ_min(P_k)`` for ``k < L`` and ``‖q_k‖/‖p‖`` for ``k >= 1``. Balls: ``readout`` is ``‖p‖``, ``spectrum``
    ``(λ, Λ)``, ``risk_gap`` the actual ``R(W(0)) − R_min``.
    """

    depth: int
    bounds: SubProductBounds
    ends: float
    readout: arb
    spectrum: tuple[arb, arb]
    risk_gap: arb

    @classmethod
    def of(cls, problem: RegressionProblem, network: DeepLinearNetwork) -> ResidualStart:
        """The start of a problem with ``Σ`` ``(d, d)`` and ``L`` layers ``(d, d)``, float64 or rational, read exactly.

        Raises:
            ValueError: layers that are not square, a batch, a network that does not fit the problem, or ``p = 0``.

        >>> problem = RegressionProblem.from_covariance([[1.0]], [1.25])
        >>> start = ResidualStart.of(problem, DeepLinearNetwork([[[1.0]], [[0.5]]], [2.0]))
        >>> print(start.risk_gap, start.readout)
        0.0625000000000000 2.00000000000000
        >>> 0.4999999 < start.ends <= 0.5
        True
        """
        if network.dimension != problem.dimension:
            raise ValueError(f"The network takes {network.dimension} inputs, but the problem has {problem.dimension}.")
        exact, weights = problem.astype(rational), network.astype(rational)
        if not any(weights.readout):
            raise ValueError("The read-out is zero, so that the network is zero whatever its weights: choose another.")
        bounds, forward = certified_sub_product_bounds(weights), 1.0
        if network.depth > 1:  # P_0 = I alone belongs to the kernel at depth 1
            lower = DeepLinearNetwork(weights.weights[:-1], weights.readout)
            forward = certified_sub_product_bounds(lower, "bottom").alpha
        with ctx.workprec(BITS):
            squares = [ball(q @ q) for q in weights.backward()[1:]]
            backward = min((square / squares[-1]).sqrt().lower() for square in squares)
            return cls(
                network.depth, bounds, min(forward, float_below(backward)), squares[-1].sqrt(),
                exact.eigenvalue_range, ball(exact.risk_gap(weights.regressor())),
            )


def simple_promise(start: ResidualStart) -> Promise:
    """Claims `residual-convergence` and `residual-sharpness`, from ``(α_0, β_0)`` over all sub-products.

    ``ρ = ln(1 + α_0/(2β_0))/β_0``, ``α = α_0/2``, ``β = β_0 + α_0/2``; allowed ``ρ²α⁸β⁻⁴ λ²‖p‖²/Λ``, rate
    ``4λLα⁴‖p‖²``, sharpness ``2LΛβ⁴‖p‖²``; the move is ``L max_k ‖W_k(t) − W_k(0)‖_F <= ρ``.
    Source: theory, section 4.

    >>> problem = RegressionProblem.from_covariance([[1.0]], [1.25])
    >>> start = ResidualStart.of(problem, DeepLinearNetwork([[[1.0]], [[1.0]]], [1.0]))
    >>> print(simple_promise(start).sharpness.str(5, radius=False))  # 4 (3/2)^4
    20.250
    """
    with ctx.workprec(BITS):
        lowest, highest = (arb(x) for x in start.bounds)
        move = (1 + lowest / (2 * highest)).log() / highest
        alpha, beta = lowest / 2, highest + lowest / 2
        (small, large), squared = start.spectrum, start.readout**2
        return Promise(
            risk_gap=move**2 * alpha**8 / beta**4 * small**2 * squared / large,
            rate=4 * small * start.depth * alpha**4 * squared,
            move=move,
            sharpness=2 * start.depth * large * beta**4 * squared,
        )


def sharpness_ratio(start: ResidualStart) -> arb:
    """``(β⁴/α²) κ``, the bound of `residual-sharpness` on ``S/S_min`` of the limit; infinite if ``Σ`` is singular.

    >>> problem = RegressionProblem.from_covariance([[1.0]], [1.25])
    >>> start = ResidualStart.of(problem, DeepLinearNetwork([[[1.0]], [[1.0]]], [1.0]))
    >>> print(sharpness_ratio(start).str(5, radius=False))  # 4 (3/2)^4
    20.250
    """
    small, large = start.spectrum
    if small.is_zero() or start.bounds.alpha == 0:
        return arb("inf")
    with ctx.workprec(BITS):
        lowest, highest = (arb(x) for x in start.bounds)
        return (highest + lowest / 2) ** 4 / (lowest / 2) ** 2 * (large / small)


def sharp_promise(start: ResidualStart, radius: float | None = None) -> Promise:
    """Claim `residual-convergence-sharp`, for ``L >= 2`` and any ``ρ``; without ``radius`` for the best one.

    With ``ε = β_0(e^{β_0ρ} − 1)``, ``α = α̂_0 − ε > 0`` and ``m(x) = 2x² + (L−2)x⁴``: allowed ``ρ²λ‖p‖² m(α)/L``, rate
    ``4λ‖p‖² m(α)``, sharpness ``2Λ‖p‖² m(β_0 + ε)``; the move is ``√L ‖W(t) − W(0)‖_F <= ρ``, all layers together.
    Where ``ρ`` is too large, or at ``L = 1``, nothing is allowed.

    Proof. Layers that move by ``x_k`` change a product of them by at most ``β_0(Π(1 + β_0x_k) − 1)``, which is at most
    ``ε`` if ``Σx_k <= ρ``, hence if ``√L ‖W − W(0)‖_F <= ρ``. Then ``σ_min(P_k)`` and ``‖q_k‖/‖p‖`` are at least ``α``,
    ``M ⪰ m(α)‖p‖²I``, and ``‖∇R‖² >= 4λ m(α)‖p‖² (R − R_min)``, so that the flow has a length of at most
    ``√((R(W(0)) − R_min)/(λ m(α)‖p‖²)) <= ρ/√L``, strictly less at any finite time: it never leaves.

    The gain over `simple_promise`: measuring by the length costs neither ``κ`` nor ``β⁴/α⁴``, and nothing is halved in
    advance.

    >>> problem = RegressionProblem.from_covariance([[1.0]], [1.25])
    >>> start = ResidualStart.of(problem, DeepLinearNetwork([[[1.0]], [[1.0]]], [1.0]))
    >>> gain = sharp_promise(start).risk_gap / simple_promise(start).risk_gap
    >>> 100 < gain
    True
    """
    radius = _best_radius(start) if radius is None else radius
    small, large = start.spectrum
    with ctx.workprec(BITS):
        rho, highest = arb(radius), arb(start.bounds.beta)
        spread = highest * ((highest * rho).exp() - 1)
        alpha = (arb(start.ends) - spread).nonnegative_part()
        below = (2 * alpha**2 + (start.depth - 2) * alpha**4) * start.readout**2 if start.depth > 1 else arb(0)
        above = (highest + spread) ** 2 * (2 + (start.depth - 2) * (highest + spread) ** 2) * start.readout**2
        return Promise(rho**2 * small * below / start.depth, 4 * small * below, rho, 2 * large * above)


def _best_radius(start: ResidualStart) -> float:
    """The ``ρ`` of the largest allowed risk, in float64."""
    beta = start.bounds.beta

    def minus_allowed(rho: float) -> float:
        alpha = max(start.ends - beta * float(np.expm1(beta * rho)), 0.0)
        return -(rho**2) * (2 * alpha**2 + (start.depth - 2) * alpha**4)

    furthest = float(np.log1p(start.ends / beta)) / beta
    found = minimize_scalar(minus_allowed, bounds=(0.0, furthest), method="bounded", options={"xatol": 1e-9})
    return float(found.x)
