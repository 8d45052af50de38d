"""A ball of weights that provably contains a state or a limit, and what follows for it."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

from flint import arb, ctx

from ..linalg.eigenvalues import ball_matrix, top_eigenvalue
from ..linalg.norm_bounds import norm_above
from ..linalg.pencil import working_precision
from ..linalg.rational import ball
from ..linalg.rounding import float_above
from ..linalg.scalars import Array, object_array
from ..network.network import DeepLinearNetwork
from ..network.problem import RegressionProblem
from ..network.sharpness import sharpness
from .logarithmic_norm import BallBounds
from .series import FlowSystem


@dataclass(frozen=True, eq=False)
class WeightBall:
    """The weights with ``‖W − centre‖_F <= radius``, among which are the *true* ones.

    ``centre`` has exact (dyadic) entries, ``radius`` is exact, over all layers together.
    """

    centre: DeepLinearNetwork
    radius: arb
    bits: int = 128

    @property
    def radius_above(self) -> float:
        """The radius as a float, rounded up."""
        return float_above(self.radius)

    @cached_property
    def enclosure(self) -> DeepLinearNetwork:
        """The network with an interval for every entry of the weights."""
        with ctx.workprec(working_precision(self.bits)):
            return inflated(self.centre, self.radius)

    @cached_property
    def imbalance(self) -> arb:
        """Enclosure of ``Δ = Σ_k ‖D_k‖₂`` of the true weights."""
        with ctx.workprec(working_precision(self.bits)):
            total = arb(0)
            for D in self.enclosure.imbalance():
                total += _spectral_norm(D, self.bits)
            return total

    def contains(self, network: DeepLinearNetwork) -> bool:
        """True if the exact or ball network is proved to lie in the ball.

        >>> WeightBall(DeepLinearNetwork([[[1.0]]]), arb(1)).contains(DeepLinearNetwork([[[2.0]]]))
        True
        """
        with ctx.workprec(working_precision(self.bits)):
            return bool(self._distance(network) <= self.radius)

    def excludes(self, network: DeepLinearNetwork) -> bool:
        """True if the exact or ball network is proved to lie outside the ball.

        >>> WeightBall(DeepLinearNetwork([[[1.0]]]), arb(1)).excludes(DeepLinearNetwork([[[2.5]]]))
        True
        """
        with ctx.workprec(working_precision(self.bits)):
            return bool(self._distance(network) > self.radius)

    def _distance(self, network: DeepLinearNetwork) -> arb:
        pairs = zip(network.weights, self.centre.weights, strict=True)
        differences = [ball_matrix(a) - ball_matrix(b) for a, b in pairs]
        total = sum((x * x for layer in differences for x in layer.entries()), arb(0))
        return total.nonnegative_part().sqrt()


@dataclass(frozen=True, eq=False)
class Limit(WeightBall):
    """A ball that contains the limit ``W(∞)``, which is a minimizer of ``problem``."""

    problem: RegressionProblem = field(kw_only=True)

    @cached_property
    def sharpness(self) -> arb:
        """Enclosure of ``S(W(∞)) = 2 λ_max(Σ^{1/2} M Σ^{1/2})`` (claim `sharpness`).

        With ``Σ = F D Fᵀ`` it is ``2 σ_max(JᵀFD^{1/2})²``, and that singular value moves by at most
        ``‖D^{1/2}‖ ‖F‖ sup‖J − J_0‖`` over the ball: much less than intervals for the entries give.
        """
        with ctx.workprec(working_precision(self.bits)):
            factors = self.problem.exact_factor(self.bits)
            if not factors.inverse_pivots:
                return arb(0)
            at_centre: arb = sharpness(self.problem, self.centre, minimizer=True, bits=self.bits).value
            layers = [ball_matrix(W) for W in self.centre.weights]
            change = BallBounds(FlowSystem.of(self.problem, self.centre), layers).jacobian(self.radius)
            change *= norm_above([factors.factor]) * largest_root_pivot(factors.inverse_pivots)
            singular = (at_centre / 2).nonnegative_part().sqrt() + arb(0, change.upper())
            return 2 * singular.nonnegative_part() ** 2


def inflated(network: DeepLinearNetwork, radius: arb) -> DeepLinearNetwork:
    """Intervals around the entries: together they contain the Frobenius ball of this radius.

    >>> inflated(DeepLinearNetwork([[[1.0]]]), arb(0.5)).regressor()
    array([[1e+0 +/- 0.501]], dtype=object)
    """
    interval = arb(0, radius.upper())
    weights = [object_array([ball(x) + interval for x in W.flat], W.shape) for W in network.weights]
    return network.with_weights(weights)


def largest_root_pivot(inverse_pivots: list[arb]) -> arb:
    """Upper bound of ``‖D^{1/2}‖₂`` from the inverses of the positive ``D``.

    >>> print(largest_root_pivot([arb(1), arb(0.25)]).str(5, radius=False))
    2.0000
    """
    largest = arb(0)
    for inverse in inverse_pivots:
        largest = largest.max(1 / inverse)
    return largest.sqrt().upper()


def _spectral_norm(matrix: Array, bits: int) -> arb:
    """Enclosure of the spectral norm of a symmetric matrix of balls."""
    positive: arb = top_eigenvalue(matrix, bits)
    return positive.max(top_eigenvalue(-matrix, bits)).nonnegative_part()
