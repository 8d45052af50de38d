"""The vocabulary bound to numbers: one function a name, over any ring.

Rational quantities are computed exactly once an instance and then enter each ring;
eigenvalues and roots are the ring's own.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

import numpy as np
from flint import arb, fmpq, fmpq_mat

from ..numeric.hessian import hessian
from ..numeric.network import DeepLinearNetwork
from ..numeric.problem import RegressionProblem
from ..numeric.rational import rational_array
from .evaluate import UnknownNode
from .exact import Exact
from .instances import Instance
from .optimum import enclosed, exact_minimum, flattest_network
from .rings import BallRing, ExactRing, FloatRing

Bound = Callable[["RealScope"], Any]
BINDINGS: dict[str, Bound] = {}
QUANTIFIED = frozenset({"u", "z", "r", "gamma", "eta", "alpha", "tau"})
"""Names whose value comes with the quantifiers, not with the instance."""

_HALF = Fraction(1, 2)


class Undefined(ZeroDivisionError):
    """An instance has no such quantity: as undefined there as a quotient by zero."""


class RealScope:
    """An instance in a ring of real numbers, with values for the quantified names.

    ``direct`` computes sharpness and trace from the dense Hessian even at minimizers.
    """

    def __init__(
        self, instance: Instance, ring: Any, values: dict[str, Any] | None = None, *, direct: bool = False
    ) -> None:
        self.instance, self.ring, self.direct = instance, ring, direct
        self.values = values or {}
        self.integers = {"L": instance.depth, "d": instance.dimension}
        self._memo = instance.readings.setdefault((ring, direct), {})

    def value(self, name: str) -> Any:
        if name in self.values:
            return self._lift(self.values[name])
        if name in self._memo:
            return self._memo[name]
        if name not in BINDINGS:
            raise UnknownNode(f"no number is bound to the name {name!r}")
        made = BINDINGS[name](self)
        if name not in DEPENDENT:
            self._memo[name] = made
        return made

    def layer(self, family: str, index: int) -> Any:
        raise TypeError(f"layers ({family}_{index}) belong to identities, decided over a field")

    def weighted_top(self, matrix: Any) -> Any:
        return self.ring.weighted_top(matrix, self.covariance_of_ring())

    def remembered(self, key: str, make: Callable[[], Any]) -> Any:
        if key not in self._memo:
            self._memo[key] = make()
        return self._memo[key]

    @property
    def sigma(self) -> Any:
        return self.remembered("Sigma", lambda: self.ring.array(self.instance.covariance))

    @property
    def network(self) -> DeepLinearNetwork:
        made: DeepLinearNetwork = self.remembered("network", lambda: in_ring(self.ring, self.instance))
        return made

    @property
    def w_star(self) -> Any:
        """``w*`` of shape ``(d,)``; from the ring's own network where no projection is needed."""
        return self.remembered("regressor", lambda: self.network.regressor()
                               if self.instance.regressor_is_end_to_end else self.ring.array(self.instance.regressor))

    @property
    def image(self) -> Any:
        """``Sigma w*``."""
        return self.remembered("image", lambda: self.sigma @ self.w_star)

    def root(self, square: Any) -> Any:
        return self.ring.power(square, _HALF)

    def covariance_of_ring(self) -> Any:
        """Certified and exact eigenvalues take the exact covariance, floats their own."""
        return self.sigma if isinstance(self.ring, FloatRing) else self.instance.covariance

    def _lift(self, value: Any) -> Any:
        if isinstance(value, np.ndarray):
            return self.ring.array(value)
        if isinstance(value, Exact):
            return self.ring.lift(value)
        return self.ring.number(value)


def bound(name: str) -> Callable[[Bound], Bound]:
    """Bind a name of the vocabulary. Raises ValueError when it is bound already."""

    def register(function: Bound) -> Bound:
        if name in BINDINGS:
            raise ValueError(f"the name {name!r} is bound twice")
        BINDINGS[name] = function
        return function

    return register


def in_ring(ring: Any, instance: Instance) -> DeepLinearNetwork:
    """The network over the arrays of a ring."""
    readout = None if instance.readout is None else ring.array(instance.readout)
    return DeepLinearNetwork([ring.array(layer) for layer in instance.weights], readout)


def _column(vector: Any) -> Any:
    return vector.reshape(-1, 1)


bound("L")(lambda s: s.ring.number(fmpq(s.instance.depth)))
bound("Sigma")(lambda s: s.sigma)
bound("trace_Sigma")(lambda s: np.trace(s.sigma))
bound("w_star")(lambda s: _column(s.w_star))
bound("w")(lambda s: _column(s.network.regressor()))
bound("M")(lambda s: s.network.kernel())
bound("E")(lambda s: s.w_star @ s.image)
bound("a")(lambda s: s.value("E") / (s.w_star @ s.w_star))
bound("b")(lambda s: s.image @ s.image / s.value("E"))
bound("e")(lambda s: s.value("E") / (s.w_star @ s.w_star))
bound("norm_w")(lambda s: s.root(s.w_star @ s.w_star))
bound("norm_p")(lambda s: s.root(s.network.readout @ s.network.readout))
bound("norm_q1")(lambda s: s.root(s.network.backward()[1] @ s.network.backward()[1]))
bound("lambda_max")(lambda s: s.weighted_top(_identity(s.instance)))
bound("lambda_min")(lambda s: -s.ring.top(-s.covariance_of_ring()))


def _identity(instance: Instance) -> Any:
    return rational_array(np.eye(instance.dimension, dtype=int))


def dense_hessian(instance: Instance) -> Any:
    """The exact dense Hessian of the risk, computed once."""
    memo = instance.readings.setdefault("exact", {})
    if "H" not in memo:
        memo["H"] = rational_array(hessian(problem(instance), instance.network))
    return memo["H"]


def problem(instance: Instance) -> RegressionProblem:
    return RegressionProblem(instance.covariance, instance.regressor)


def _with_weights(instance: Instance, weights: list[Any]) -> Instance:
    return Instance(instance.name, instance.covariance, tuple(weights), instance.readout, instance.regressor)


def rescaled(instance: Instance, gamma: fmpq) -> Instance:
    """``W_1 <- W_1/gamma, W_2 <- gamma W_2``. Raises :class:`Undefined` at depth 1."""
    if instance.depth < 2:
        raise Undefined("there is no second layer to rescale against the first")
    first, second, *rest = instance.weights
    return _with_weights(instance, [first / gamma, second * gamma, *rest])


def at_zero(instance: Instance) -> Instance:
    return _with_weights(instance, [layer * fmpq(0) for layer in instance.weights])


@bound("S")
def sharpness(scope: RealScope) -> Any:
    return _sharpness(scope, scope.instance)


@bound("S_rescaled")
def sharpness_rescaled(scope: RealScope) -> Any:
    return _sharpness(scope, rescaled(scope.instance, scope.values["gamma"]))


@bound("S_flat")
def sharpness_flat(scope: RealScope) -> Any:
    network = flattest_network(scope.instance)
    return _sharpness(scope, _with_weights(scope.instance, [rational_array(w) for w in network.weights]))


def _sharpness(scope: RealScope, instance: Instance) -> Any:
    """By the d x d reduction (claim ``sharpness``) at minimizers, unless ``direct``."""
    if instance.is_minimizer and not scope.direct:
        kernel = in_ring(scope.ring, instance).kernel()
        return 2 * scope.ring.weighted_top(kernel, scope.covariance_of_ring())
    return scope.ring.top(scope.ring.array(dense_hessian(instance)))


@bound("trace")
def trace(scope: RealScope) -> Any:
    instance = scope.instance
    if instance.is_minimizer and not scope.direct:
        return 2 * np.trace(scope.sigma @ scope.value("M"))
    return np.trace(scope.ring.array(dense_hessian(instance)))


@bound("S_min")
def least_sharpness(scope: RealScope) -> Any:
    if scope.instance.depth > 1 and scope.instance.energy == 0:
        return scope.ring.number(fmpq(0))  # approached by rescaling, not attained
    if isinstance(scope.ring, ExactRing):
        return exact_minimum(scope.instance)
    found = enclosed(scope.instance, max(128, getattr(scope.ring, "bits", 128)))
    if isinstance(scope.ring, BallRing):
        return found.enclosure if found.rigorous else arb("nan")  # float64 decides nothing
    return float(found.enclosure.mid())


@bound("alpha")
def direction_alpha(scope: RealScope) -> Any:
    u, image = _direction(scope)
    return image @ image / (u @ image)


@bound("tau")
def direction_tau(scope: RealScope) -> Any:
    u, image = _direction(scope)
    return (image @ scope.w_star) ** 2 / (u @ image)


def _direction(scope: RealScope) -> tuple[Any, Any]:
    """``u`` with ``z = Sigma^{1/2} u / |.|``, and ``Sigma u``."""
    u = scope.ring.array(scope.values["z"])
    return u, scope.sigma @ u


@bound("hessian_at_zero")
def hessian_at_zero(scope: RealScope) -> Any:
    dense = dense_hessian(at_zero(scope.instance))
    return scope.ring.number((dense * dense).sum())


@bound("step_determinant")
def step_determinant(scope: RealScope) -> Any:
    for power in range(1, 100):  # the nonzero eigenvalues grow like gamma^2 and pass 1/eta
        found = _determinant(rescaled(scope.instance, fmpq(2**power)), scope.values["eta"])
        if found != 0:
            return scope.ring.number(found)
    return scope.ring.number(fmpq(0))


@bound("step_determinant_zero")
def step_determinant_zero(scope: RealScope) -> Any:
    return scope.ring.number(_determinant(at_zero(scope.instance), scope.values["eta"]))


def _determinant(instance: Instance, eta: fmpq) -> fmpq:
    dense = dense_hessian(instance)
    step = [[(i == j) - eta * entry for j, entry in enumerate(row)] for i, row in enumerate(dense)]
    return fmpq_mat(step).det()


DEPENDENT = frozenset({"alpha", "tau", "S_rescaled", "step_determinant", "step_determinant_zero"})
"""Bound names that read the quantifiers, so are not remembered with the instance."""


def rayleigh_at_regressor(scope: RealScope) -> arb:
    """``2 (Sigma w*)^T M (Sigma w*) / E <= S`` at a minimizer, often all that is needed."""
    return arb(2 * scope.network.kernel_form(scope.image) / scope.value("E"))
