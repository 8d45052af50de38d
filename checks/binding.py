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
from ..numeric.problem import RegressionProblem
from ..numeric.rational import rational_array
from .exact import Exact
from .instances import Instance
from .optimum import enclosed, exact_minimum, flattest_network
from .rings import BallRing, ExactRing

Bound = Callable[["RealScope"], Any]
BINDINGS: dict[str, Bound] = {}
QUANTIFIED = frozenset({"u", "z", "r", "gamma", "eta", "alpha", "tau"})
"""Names whose value comes with the quantifiers, not with the instance."""

_HALF = Fraction(1, 2)


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
        made = BINDINGS[name](self)
        if name not in DEPENDENT:
            self._memo[name] = made
        return made

    def layer(self, family: str, index: int) -> Any:
        raise TypeError(f"layers ({family}_{index}) belong to identities, decided over a field")

    def weighted_top(self, matrix: Any) -> Any:
        return self.ring.weighted_top(matrix, self._covariance())

    def rational(self, value: fmpq) -> Any:
        return self.ring.number(fmpq(value))

    def root(self, square: fmpq) -> Any:
        return self.ring.power(self.rational(square), _HALF)

    def _covariance(self) -> Any:
        exact_rings = (BallRing, ExactRing)
        return self.instance.covariance if isinstance(self.ring, exact_rings) else self.value("Sigma")

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


def _rational(name: str, compute: Callable[[Instance], Any]) -> None:
    bound(name)(lambda scope: scope.rational(compute(scope.instance)))


def _column(name: str, compute: Callable[[Instance], Any]) -> None:
    bound(name)(lambda scope: scope.ring.array(compute(scope.instance).reshape(-1, 1)))


_rational("L", lambda i: fmpq(i.depth))
_rational("trace_Sigma", lambda i: np.trace(i.covariance))
_rational("E", lambda i: i.energy)
_rational("a", lambda i: i.energy / (i.regressor @ i.regressor))
_rational("b", lambda i: _squared(i.covariance @ i.regressor) / i.energy)
_rational("e", lambda i: i.energy / (i.regressor @ i.regressor))
_column("w_star", lambda i: i.regressor)
_column("w", lambda i: i.network.regressor())
bound("norm_w")(lambda s: s.root(_squared(s.instance.regressor)))
bound("norm_p")(lambda s: s.root(s.instance.readout_norm_squared))
bound("norm_q1")(lambda s: s.root(_squared(s.instance.network.backward()[1])))
bound("Sigma")(lambda s: s.ring.array(s.instance.covariance))
bound("M")(lambda s: s.ring.array(kernel(s.instance)))
bound("lambda_max")(lambda s: s.weighted_top(_identity(s.instance)))
bound("lambda_min")(lambda s: -s.ring.top(-s._covariance()))


def _squared(vector: Any) -> fmpq:
    return fmpq(vector @ vector)


def _identity(instance: Instance) -> Any:
    return rational_array(np.eye(instance.dimension, dtype=int))


def kernel(instance: Instance) -> Any:
    """The exact end-to-end kernel, computed once."""
    memo = instance.readings.setdefault("exact", {})
    if "M" not in memo:
        memo["M"] = rational_array(instance.network.kernel())
    return memo["M"]


def dense_hessian(instance: Instance) -> Any:
    """The exact dense Hessian of the risk, computed once."""
    memo = instance.readings.setdefault("exact", {})
    if "H" not in memo:
        memo["H"] = rational_array(hessian(problem(instance), instance.network))
    return memo["H"]


def problem(instance: Instance) -> RegressionProblem:
    return RegressionProblem(instance.covariance, instance.regressor)


def _with_weights(instance: Instance, weights: list[Any]) -> Instance:
    return Instance(instance.name, instance.covariance, instance.regressor, tuple(weights), instance.readout)


def rescaled(instance: Instance, gamma: fmpq) -> Instance:
    """``W_1 <- W_1/gamma, W_2 <- gamma W_2``."""
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
    flat = Instance(scope.instance.name, scope.instance.covariance, scope.instance.regressor,
                    network.weights, scope.instance.readout)
    return _sharpness(scope, flat)


def _sharpness(scope: RealScope, instance: Instance) -> Any:
    """By the d x d reduction (claim ``sharpness``) at minimizers, unless ``direct``."""
    if instance.is_minimizer and not scope.direct:
        return scope.rational(fmpq(2)) * scope.ring.weighted_top(
            scope.ring.array(kernel(instance)), scope._covariance())
    return scope.ring.top(scope.ring.array(dense_hessian(instance)))


@bound("trace")
def trace(scope: RealScope) -> Any:
    instance = scope.instance
    if instance.is_minimizer and not scope.direct:
        return scope.rational(2 * np.trace(instance.covariance @ kernel(instance)))
    return scope.rational(np.trace(dense_hessian(instance)))


@bound("S_min")
def least_sharpness(scope: RealScope) -> Any:
    if isinstance(scope.ring, ExactRing):
        return exact_minimum(scope.instance)
    enclosure = enclosed(scope.instance, max(128, getattr(scope.ring, "bits", 128))).enclosure
    return enclosure if isinstance(scope.ring, BallRing) else float(enclosure.mid())


@bound("alpha")
def direction_alpha(scope: RealScope) -> Any:
    image = scope.instance.covariance @ scope.values["z"]
    return scope.rational(_squared(image) / (scope.values["z"] @ image))


@bound("tau")
def direction_tau(scope: RealScope) -> Any:
    image = scope.instance.covariance @ scope.values["z"]
    return scope.rational((image @ scope.instance.regressor) ** 2 / (scope.values["z"] @ image))


@bound("hessian_at_zero")
def hessian_at_zero(scope: RealScope) -> Any:
    dense = dense_hessian(at_zero(scope.instance))
    return scope.rational((dense * dense).sum())


@bound("step_determinant")
def step_determinant(scope: RealScope) -> Any:
    for gamma in (2, 3, 5, 7, 11, 13):
        found = _determinant(rescaled(scope.instance, fmpq(gamma)), scope.values["eta"])
        if found != 0:
            return scope.rational(found)
    return scope.rational(fmpq(0))


@bound("step_determinant_zero")
def step_determinant_zero(scope: RealScope) -> Any:
    return scope.rational(_determinant(at_zero(scope.instance), scope.values["eta"]))


def _determinant(instance: Instance, eta: fmpq) -> fmpq:
    dense = dense_hessian(instance)
    step = [[(i == j) - eta * entry for j, entry in enumerate(row)] for i, row in enumerate(dense)]
    return fmpq_mat(step).det()


DEPENDENT = frozenset({"alpha", "tau", "S_rescaled", "step_determinant", "step_determinant_zero"})
"""Bound names that read the quantifiers, so are not remembered with the instance."""


def rayleigh_at_regressor(scope: RealScope) -> arb:
    """``2 (Sigma w*)^T M (Sigma w*) / E <= S`` at a minimizer: rational, and often all that is needed."""
    image = scope.instance.covariance @ scope.instance.regressor
    form = scope.instance.network.kernel_form(image)
    return arb(2 * fmpq(form) / scope.instance.energy)
