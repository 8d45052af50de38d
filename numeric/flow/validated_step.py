"""One validated step of gradient flow: the new state with a proved bound on its error.

From an exact (dyadic) state ``W_0`` with the true state within ``δ``, one step takes the Taylor
polynomial ``p`` of order ``N`` of the flow from ``W_0``. Its coefficients are enclosed, so the defect
``ṗ + ∇R(p)`` is a polynomial whose coefficients below ``N`` vanish *exactly*. On the complex disc
``|t| <= H`` the polynomial stays within ``ρ = Σ_{n>=1} ‖W^{(n)}‖Hⁿ`` of ``W_0``, and by Cauchy's estimate
the others are at most ``G(ρ)/Hⁿ`` with ``G`` a bound of ``‖∇R‖`` on that ball. Hence, for ``h < H``,

    ∫_0^h ‖defect‖ dt <= G(ρ) h (h/H)^N / ((N+1)(1 − h/H)) = ε.

The error ``e = W(t) − p(t)`` obeys ``d‖e‖/dt <= m‖e‖ + ‖defect‖`` where ``m`` bounds ``−λ_min`` of the
Hessian (the logarithmic norm of the flow) on the tube ``‖W − W_0‖ <= r``; so it is at most
``e^{mh}(δ + ε)``, and the tube is not left if ``Σ‖W^{(n)}‖hⁿ + e^{mh}(δ + ε) < r``. The next state is the
rounded midpoint of ``p(h)``; the rounding is added to the error.

The defect needs no a-priori tube, so steps follow the actual radius of convergence of
the series instead of ``ρ/sup‖∇R‖``, which is many times smaller.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from flint import arb, arb_mat, ctx, fmpq

from ..linalg.norm_bounds import NORM_BITS, norm_above, radius_above
from ..linalg.scalars import Array
from .logarithmic_norm import BallBounds
from .series import FlowSystem, evaluate

# The error may grow by at most this exponent in one step; shorter steps see smaller tubes.
_EXPONENT = 0.5
# Trial radii of the disc, in units of the root test of the last coefficients.
_DISCS = np.geomspace(0.05, 1.5, 48)
_SHRINKS = 60


@dataclass(frozen=True, eq=False)
class ValidatedStep:
    """One accepted step: exact new ``layers`` at distance at most ``error`` from the true state.

    ``time`` is the exact length of the step, ``growth`` the bound of ``e^{mh}``, ``defect`` the
    integral ``ε``, ``rounding`` the distance of the new midpoint from ``p(h)``; all rounded up.
    ``slope`` is ``‖∇R‖_F`` at the old state, rounded up.
    """

    layers: list[arb_mat]
    error: arb
    time: fmpq
    growth: arb
    defect: arb
    rounding: arb
    slope: arb


def validated_step(
    system: FlowSystem,
    layers: Sequence[arb_mat],
    error: arb,
    order: int,
    tolerance: float,
    remaining: fmpq | None = None,
) -> ValidatedStep | None:
    """One step of the flow from within ``error`` of the exact ``layers``, at the current precision.

    ``tolerance`` is the defect aimed at (not the error, which is what it is) and ``remaining`` the
    time at which to stop exactly. None if no step could be verified.

    >>> from ..network.network import DeepLinearNetwork
    >>> from ..network.problem import RegressionProblem
    >>> problem = RegressionProblem.from_covariance([[1.0]], [1.0])
    >>> with ctx.workprec(160):
    ...     system = FlowSystem.of(problem, DeepLinearNetwork([[[2.0]]]))
    ...     step = validated_step(system, [arb_mat([[2]])], arb(0), 20, 1e-25)
    ...     true = 1 + (arb(step.time) * -2).exp()
    >>> step.error < 1e-24, abs(true - step.layers[0][0, 0]) <= step.error
    (True, True)
    """
    series = system.series(layers, order)
    bounds = BallBounds(system, layers)
    norms = [norm_above(coefficients) for coefficients in series[1:]]
    if error.is_zero() and all(norm.is_zero() for norm in norms):
        # An exact stationary point.
        return ValidatedStep(list(layers), error, remaining or fmpq(1), arb(1), arb(0), arb(0), arb(0))
    proposal = _proposal(bounds, norms, order, tolerance, error)
    if proposal is None:
        return None
    disc, length = proposal
    for _ in range(_SHRINKS):
        exact = fmpq(*length.as_integer_ratio())
        if remaining is not None and exact >= remaining:
            exact = remaining
        verified = _verified(bounds, norms, order, arb(disc), exact, error)
        if verified is not None:
            growth, defect = verified
            ends = evaluate(series, arb(exact))
            middle = [layer.mid() for layer in ends]
            rounding = radius_above(ends)
            with ctx.workprec(NORM_BITS):
                new_error = (growth * (error + defect) + rounding).upper()
            return ValidatedStep(middle, new_error, exact, growth, defect, rounding, norms[0])
        length *= 0.7
    return None


def _proposal(
    bounds: BallBounds, norms: list[arb], order: int, tolerance: float, error: arb
) -> tuple[float, float] | None:
    """A disc ``H`` and a step ``h`` for which the defect is about the tolerance, in float64. They prove nothing."""
    if all(norm.is_zero() for norm in norms):
        # The centre is stationary: only the error grows.
        length = 0.8 * _EXPONENT / max(float(bounds.expansion(2 * error)), 1e-3)
        return 2 * length, length
    logarithms = np.array([_logarithm(norm) for norm in norms])
    degrees = np.arange(1, len(norms) + 1)
    tail = slice(-(len(norms) // 3) or None, None)
    scale = -np.max(logarithms[tail] / degrees[tail])
    if not np.isfinite(scale):
        scale = -np.max(logarithms / degrees)
    discs: Array = np.exp(scale) * _DISCS
    with np.errstate(all="ignore"):
        radii = np.exp(logarithms + degrees * np.log(discs)[:, None]).sum(axis=1)
        gradients = bounds.gradient_float(radii)
        steps = np.log(tolerance * (order + 1)) + order * np.log(discs) - np.log(gradients)
        lengths = np.minimum(np.exp(steps / (order + 1)), 0.8 * discs)
    lengths[~np.isfinite(lengths)] = 0
    best = int(np.argmax(lengths))
    if not lengths[best] > 0:
        return None
    return float(discs[best]), float(lengths[best])


def _logarithm(norm: arb) -> float:
    # Coefficients of high order leave the range of floats.
    return float(norm.log()) if norm > 0 else -np.inf


def _verified(
    bounds: BallBounds, norms: list[arb], order: int, disc: arb, exact: fmpq, error: arb
) -> tuple[arb, arb] | None:
    """``(e^{mh}, ε)`` if tube and disc are proved to contain what they must, else None."""
    with ctx.workprec(NORM_BITS):
        step = arb(exact)
        ratio = (step / disc).upper()
        if not ratio < 1:
            return None
        moved, far = arb(0), arb(0)
        for norm in reversed(norms):
            moved, far = (moved + norm) * step, (far + norm) * disc
        defect = bounds.gradient(far.upper()) * step * ratio**order / ((order + 1) * (1 - ratio))
        defect = defect.upper()
        tube = (moved + 2 * (error + defect)).upper() * arb("1.0001")
        exponent = (bounds.expansion(tube.upper()) * step).upper()
        if not exponent < _EXPONENT:
            return None
        growth = exponent.exp().upper()
        if not moved + growth * (error + defect) < tube.lower():
            return None
        return growth, defect
