"""The limit of gradient flow, enclosed from a point that it has nearly reached."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from flint import arb, arb_mat, ctx

from ..linalg.definite import ball_ldl_positive
from ..linalg.eigenvalues import ball_matrix
from ..linalg.norm_bounds import NORM_BITS, norm_above, radius_above
from ..linalg.scalars import object_array
from ..network.network import DeepLinearNetwork
from ..network.problem import RegressionProblem
from .logarithmic_norm import BallBounds
from .series import FlowSystem, network_of
from .weight_ball import Limit, largest_root_pivot

# Trial values for the smallest eigenvalue, as parts of the float64 one.
_PARTS = (0.99, 0.8, 0.4)


def enclose_limit(
    problem: RegressionProblem,
    layers: Sequence[arb_mat],
    error: arb,
    like: DeepLinearNetwork,
    bits: int,
) -> Limit | str:
    """Enclose the limit of the flow from anywhere within ``error`` of the exact ``layers``.

    Let ``Σ = F D Fᵀ`` and ``N = JᵀF``, so that ``e = Fᵀ(w − w*)`` has ``R − R_min = eᵀDe``, the flow is
    ``Ẇ = −2NDe``, and claim `pl-inequality` reads ``‖∇R‖² >= μ(R − R_min)``, ``√μ = 2σ_min(ND^{1/2})``.
    On a ball ``B`` of radius ``r`` around the layers the singular values of ``N`` fall by at most
    ``V = ‖F‖ sup‖J − J_0‖``. The rest of the trajectory has length ``ℓ <= 2√((R−R_min)/μ)`` and
    stays in ``B`` if ``error + ℓ < r``: so the limit exists, is a minimizer, and at most
    ``error + ℓ`` away.

    That is made quadratic in ``ℓ``. With ``γ = 2De``: ``∫‖Nγ‖dt <= ℓ``, ``∫‖γ‖dt <= ℓ/σ_min(N)``, and
    ``∫NᵀNγ dt = e`` since ``e(∞) = 0``. Let ``P = N_0(N_0ᵀN_0)⁻¹N_0ᵀ``, a projection. Then

        W(∞) = W − N_0(N_0ᵀN_0)⁻¹e − (I − P)∫(N − N_0)γ dt + N_0(N_0ᵀN_0)⁻¹∫(N − N_0)ᵀNγ dt,

    whose integrals are at most ``Vℓ/σ_min(N)`` and ``Vℓ/σ_min(N_0)``. The first two terms at the
    actual state differ from those at the layers by ``(I − P)`` of the error, plus what ``w`` has
    of second order there, over ``σ_min(N_0)``.

    Args:
        problem: exact; ``Σ`` is PSD (any rank).
        layers: exact entries.
        error: bound on the Frobenius distance of the actual state.
        like: a network with the readout.
        bits: precision.

    Returns:
        The limit, or a sentence that says why it cannot be enclosed from here.

    Raises:
        ValueError: ``Σ`` is not positive semidefinite.

    >>> problem = RegressionProblem.from_covariance([[1.0]], [1.0])
    >>> network = DeepLinearNetwork([[[1.0]], [[1.0 + 2.0**-30]]])
    >>> with ctx.workprec(128):
    ...     limit = enclose_limit(problem, [ball_matrix(W) for W in network.weights], arb(0), network, 128)
    >>> limit.radius_above < 1e-16
    True
    """
    with ctx.workprec(bits):
        return _Tail(problem, layers, error, like, bits).limit()


class _Tail:
    def __init__(
        self, problem: RegressionProblem, layers: Sequence[arb_mat], error: arb, like: DeepLinearNetwork, bits: int
    ) -> None:
        self.problem, self.layers, self.error, self.bits = problem, layers, error, bits
        self.centre = network_of(layers, like)
        factors = problem.exact_factor(bits)
        self.factor, self.inverse_pivots = factors.factor, factors.inverse_pivots
        self.bounds = BallBounds(FlowSystem.of(problem, like), layers)
        difference = ball_matrix(self.centre.regressor()[:, None]) - ball_matrix(problem.regressor[:, None])
        self.residual = self.factor.transpose() * difference
        self.gram = self.factor.transpose() * (ball_matrix(self.centre.kernel()) * self.factor)

    def limit(self) -> Limit | str:
        if not self.inverse_pivots:
            return self._limit(self.centre, self.error)  # every W is a minimizer
        pencil = _smallest(self.gram, self.inverse_pivots)
        plain = _smallest(self.gram, [arb(1)] * len(self.inverse_pivots))
        if pencil is None or plain is None:
            return "the kernel is not proved positive on the range of the covariance (a saddle too near)"
        with ctx.workprec(NORM_BITS):
            return self._closed(pencil.sqrt().lower(), plain.sqrt().lower())

    def _closed(self, weighted: arb, plain: arb) -> Limit | str:
        """Enclose the limit, given lower bounds of ``σ_min(N_0 D^{1/2})`` and ``σ_min(N_0)``."""
        stretch = norm_above([self.factor])
        pivot = largest_root_pivot(self.inverse_pivots)
        moved, curved = self.bounds.regressor(self.error)
        root = sum((e * e / c for e, c in zip(self.residual.entries(), self.inverse_pivots, strict=True)), arb(0))
        gap = (root.abs_upper().sqrt() + pivot * stretch * moved).upper()  # √(R − R_min) at the actual state
        if gap.is_zero():
            return self._limit(self.centre, self.error)
        for factor in (arb("1.001"), arb(2)):
            radius = (factor * (self.error + gap / weighted)).upper()
            variation = (stretch * self.bounds.jacobian(radius)).upper()
            smallest = (weighted - pivot * variation).lower()
            if smallest > 0:
                length = (gap / smallest).upper()  # 2√((R − R_min)/μ) with √μ = 2σ_min
                if self.error + length < radius:
                    break
        else:
            return "the bound on the length of the tail does not fit a ball on which it holds"
        first = self._limit(self.centre, (self.error + length).upper())
        spread = (plain - variation).lower()
        if not spread > 0:
            return first
        quadratic = variation * length * (1 / spread + 1 / plain) + stretch * curved / plain
        second = self._corrected((self.error + quadratic).upper())
        return second if second is not None and second.radius < first.radius else first

    def _limit(self, centre: DeepLinearNetwork, radius: arb) -> Limit:
        return Limit(centre, radius, self.bits, problem=self.problem)

    def _corrected(self, radius: arb) -> Limit | None:
        """The limit around ``W − N_0(N_0ᵀN_0)⁻¹e`` at the layers, rounded to a midpoint."""
        with ctx.workprec(self.bits):
            try:
                total = self.factor * self.gram.solve(self.residual)
            except ZeroDivisionError:
                return None
            move = self.centre.jacobian_adjoint(object_array(total.entries(), (total.nrows(),)))
            ends = [a - ball_matrix(b) for a, b in zip(self.layers, move, strict=True)]
            middle = network_of([layer.mid() for layer in ends], self.centre)
        return self._limit(middle, (radius + radius_above(ends)).upper())


def _smallest(matrix: arb_mat, weights: list[arb]) -> arb | None:
    """A proved positive lower bound of the smallest ``m`` with ``det(K − m diag(c)) = 0``, or None."""
    size = matrix.nrows()
    scale = np.array([float(c) for c in weights]) ** -0.5
    rounded = np.array([float(x.mid()) for x in matrix.entries()]).reshape(size, size) * np.outer(scale, scale)
    if not np.isfinite(rounded).all():
        return None
    guess = float(np.linalg.eigvalsh(rounded)[0])
    for part in _PARTS:
        trial = arb(part * guess)
        shifted = arb_mat(size, size, matrix.entries())
        for i, c in enumerate(weights):
            shifted[i, i] -= trial * c
        if trial > 0 and ball_ldl_positive(shifted):
            return trial
    return None
