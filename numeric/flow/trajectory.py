"""A computed trajectory of gradient flow, with what the theory says something about."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import pairwise
from typing import Literal

import numpy as np
from flint import arb, fmpq

from ..linalg.scalars import Array
from ..network.network import DeepLinearNetwork
from ..network.problem import RegressionProblem
from ..network.sharpness import sharpness
from .weight_ball import Limit, WeightBall

FlowMethod = Literal["float", "taylor", "validated"]
Status = Literal["closed", "reached", "converged", "inconclusive"]
Decided = Literal["limit of the start", "limit of the end state", "nothing"]


@dataclass(frozen=True, eq=False)
class Trajectory:
    """Samples of the flow ``Ẇ_k = −q_k h_{k−1}ᵀ``, and where it ended. `gradient_flow` makes it.

    Of ``T`` samples: ``times`` ``(T,)``, ``weights`` (``L`` arrays ``(T, d_k, d_{k−1})``), ``risks`` ``(T,)``
    above ``R_min``, ``gradient_norms`` ``(T,)`` and, validated, ``errors`` ``(T,)``: proved bounds on the
    Frobenius distance of the weights *before* their rounding to float64. All float64.

    ``end`` is the last state (exact dyadic for the Taylor methods) at ``end_time``, ``end_error`` the
    proved bound on its distance from the true state (None unless validated).

    ``status``: *closed* (validated: ``limit`` contains ``W(∞)``), *reached* (the time asked for),
    *converged* (not a proof: small gradient near a minimizer), *inconclusive* for ``reason``.
    ``restart`` is the trajectory from the end state, read as an exact initialization in its own
    right; `decided` tells which of the two limits was enclosed.
    """

    problem: RegressionProblem
    method: FlowMethod
    status: Status
    reason: str
    times: Array
    weights: tuple[Array, ...]
    risks: Array
    gradient_norms: Array
    end: DeepLinearNetwork
    end_time: fmpq
    steps: int
    errors: Array | None = None
    end_error: arb | None = None
    limit: Limit | None = None
    restart: Trajectory | None = None
    bits: int | None = None
    order: int | None = None

    @property
    def decided(self) -> Decided:
        """Which limit is enclosed: that of the start, that of the end state, or none."""
        if self.limit is not None:
            return "limit of the start"
        if self.restart is not None and self.restart.limit is not None:
            return "limit of the end state"
        return "nothing"

    @property
    def end_ball(self) -> WeightBall:
        """The ball that provably contains the true state at ``end_time``.

        Raises:
            ValueError: the trajectory is not validated.
        """
        if self.end_error is None:
            raise ValueError("Only a validated trajectory has a proved error: use method='validated'.")
        return WeightBall(self.end, self.end_error, self.bits or 128)

    @cached_property
    def network(self) -> DeepLinearNetwork:
        """The sampled states as one float64 network, batch shape ``(T,)``."""
        return DeepLinearNetwork(self.weights, _float_readout(self.end))

    def state(self, index: int) -> DeepLinearNetwork:
        """One sampled state in float64."""
        return DeepLinearNetwork([weight[index] for weight in self.weights], _float_readout(self.end))

    @cached_property
    def layer_norms(self) -> Array:
        """``σ_k = ‖W_k‖₂``, shape ``(T, L)``."""
        return np.stack([np.linalg.svd(weight, compute_uv=False)[..., 0] for weight in self.weights], axis=-1)

    @cached_property
    def rank_one_gaps(self) -> Array:
        """``‖W_k‖_F² − σ_k²``, shape ``(T, L)``: the squares of all singular values but the first."""
        values = [np.linalg.svd(weight, compute_uv=False)[..., 1:] for weight in self.weights]
        return np.stack([(value**2).sum(axis=-1) for value in values], axis=-1)

    @cached_property
    def imbalance(self) -> Array:
        """``Δ = Σ_k ‖D_k‖₂``, of shape ``(T,)``, which is constant up to rounding (claim `conservation`)."""
        norms = [np.abs(np.linalg.eigvalsh(D)).max(axis=-1) for D in self.network.imbalance()]
        return np.sum(norms, axis=0) if norms else np.zeros(len(self.times))

    @cached_property
    def alignment(self) -> Array:
        """``χ_k = ⟨v_{k+1}, u_k⟩²``, shape ``(T, L−1)`` (claim `alignment`)."""
        vectors = [np.linalg.svd(weight) for weight in self.weights]
        cosines = [(upper.Vh[..., 0, :] * lower.U[..., :, 0]).sum(axis=-1) ** 2 for lower, upper in pairwise(vectors)]
        return np.stack(cosines, axis=-1) if cosines else np.zeros((len(self.times), 0))

    @cached_property
    def sharpness(self) -> Array:
        """``S(W(t))``, the largest eigenvalue of the Hessian, of shape ``(T,)``. It is slow: see `thinned`."""
        problem = self.problem.astype(float)
        return np.array([sharpness(problem, self.state(i)).value for i in range(len(self.times))])

    def thinned(self, count: int) -> Trajectory:
        """The same trajectory with at most ``count`` samples, about evenly among the steps.

        Raises:
            ValueError: ``count`` below 2.
        """
        if count < 2:
            raise ValueError("A thinned trajectory keeps at least its two ends.")
        keep = np.unique(np.linspace(0, len(self.times) - 1, count).round().astype(int))
        return replace(
            self,
            times=self.times[keep],
            weights=tuple(weight[keep] for weight in self.weights),
            risks=self.risks[keep],
            gradient_norms=self.gradient_norms[keep],
            errors=None if self.errors is None else self.errors[keep],
        )


def _float_readout(network: DeepLinearNetwork) -> Array | None:
    return np.array([float(x) for x in network.readout]) if network.has_readout else None


@dataclass
class Samples:
    """Samples while they are collected: time, float64 layers, risk above ``R_min``, norm of the gradient, error."""

    rows: list[tuple[float, Sequence[Array], float, float, float]] = field(default_factory=list)

    def add(self, time: float, layers: Sequence[Array], risk: float, gradient_norm: float, error: float = 0.0) -> None:
        """Append one state."""
        self.rows.append((time, layers, risk, gradient_norm, error))

    def trajectory(
        self, problem: RegressionProblem, method: FlowMethod, status: Status, reason: str,
        end: DeepLinearNetwork, end_time: fmpq,
    ) -> Trajectory:
        """The trajectory of the samples, of which the first one is the start."""
        times, layers, risks, gradient_norms, errors = zip(*self.rows, strict=True)
        return Trajectory(
            problem, method, status, reason, np.array(times),
            tuple(np.stack(layer) for layer in zip(*layers, strict=True)), np.array(risks), np.array(gradient_norms),
            end, end_time, steps=len(times) - 1, errors=np.array(errors) if method == "validated" else None)


def convergence(problem: RegressionProblem, network: DeepLinearNetwork, goal: float) -> tuple[Status, str]:
    """Return whether a state of small gradient is near a minimizer, in float64 and without proof.

    The distance still to go is at most ``2√((R−R_min)/μ)`` with ``μ = 4λ_min(Σ^{1/2}MΣ^{1/2})`` on the range
    of ``Σ`` (claim `pl-inequality`): infinite at a saddle where the kernel degenerates.

    >>> problem = RegressionProblem.from_covariance([[1.0]], [1.0])
    >>> convergence(problem, DeepLinearNetwork([[[0.0]], [[0.0]]]), 1e-6)[0]
    'inconclusive'
    """
    problem, network = problem.astype(float), network.astype(float)
    values, vectors = np.linalg.eigh(problem.covariance)
    positive = values > problem.dimension * np.finfo(np.float64).eps * max(values[-1], 0.0)
    if not positive.any():
        return "converged", "the covariance is zero: every state is a minimizer"
    factor = vectors[:, positive] * np.sqrt(values[positive])
    smallest = float(np.linalg.eigvalsh(factor.T @ network.kernel() @ factor)[0])
    gap = float(problem.risk_gap(network.regressor()))
    if smallest > 0 and np.sqrt(max(gap, 0.0) / smallest) <= goal:
        return "converged", "the gradient is below the tolerance, near a minimizer"
    return (
        "inconclusive",
        f"the gradient is below the tolerance, but the risk is {gap:.3g} above its minimum: near a saddle",
    )
