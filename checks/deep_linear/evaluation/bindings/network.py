"""The problem, its minimizers and their Hessian bound to numbers: one function a name, over any ring."""

from __future__ import annotations

import numpy as np
from flint import arb, fmpq, fmpq_mat

from .....numeric.linalg.eigenvalues import eigenvalue_range
from .....numeric.linalg.precision import is_narrow
from .....numeric.linalg.rational import rational_array
from .....numeric.linalg.scalars import Array
from .....numeric.network.hessian import hessian
from .....numeric.network.problem import RegressionProblem
from .....theory.language import quantities as Q
from ....arithmetic.exact_ring import ExactRing
from ....arithmetic.rings import BallRing
from ....evaluation.evaluate import Undefined, Value, evaluate
from ...instances.instance import Instance
from ..formulas import FORMULAS
from ..layers import once
from ..optimum import enclosed, exact_minimum, flattest_network
from ..scope import RealScope, bound, column

_ONE = rational_array([[1]])
"""The read-out of the plain model, which a problem has."""
bound("L")(lambda s: s.ring.number(fmpq(s.instance.depth)))
bound("Sigma")(lambda s: s.sigma)
bound("w_star")(lambda s: column(s.w_star))
bound("w")(lambda s: column(s.network.regressor()))
bound("p")(lambda s: column(s.network.readout) if not s.instance.problem_depth else s.ring.array(_ONE))
bound("M")(lambda s: s.network.kernel())
# Shortcuts: a stack knows the sizes of its covariances, and balls a least eigenvalue relative to itself.
bound("lambda_max")(lambda s: s.weighted_top(_identity(s.instance)))


@bound("lambda_min")
def smallest_eigenvalue(scope: RealScope) -> Value:
    found = -scope.ring.top(-scope.covariance_of_ring())
    if isinstance(scope.ring, BallRing) and not is_narrow(found):  # relative to itself, not to the largest
        return eigenvalue_range(scope.covariance_of_ring(), scope.ring.bits)[0]
    return found


def _identity(instance: Instance) -> Array:
    return rational_array(np.eye(instance.dimension, dtype=int))


def dense_hessian(instance: Instance) -> Array:
    """The exact dense Hessian of the risk, computed once."""
    return once(instance, "H", lambda: rational_array(hessian(problem(instance), instance.network)))


def problem(instance: Instance) -> RegressionProblem:
    return RegressionProblem(instance.covariance, instance.regressor)


def _with_weights(instance: Instance, weights: list[Array]) -> Instance:
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
def sharpness(scope: RealScope) -> Value:
    """By the d x d reduction (claim ``sharpness``) at minimizers, unless ``direct``."""
    if scope.instance.is_minimizer and not scope.direct:
        return 2 * scope.weighted_top(scope.value("M"))
    return scope.ring.top(scope.exactly(dense_hessian))


@bound("S_rescaled", dependent=True)
def sharpness_rescaled(scope: RealScope) -> Value:
    return _sharpness_at(scope, rescaled(scope.instance, scope.values["gamma"]))


@bound("S_flat")
def sharpness_flat(scope: RealScope) -> Value:
    network = flattest_network(scope.instance)
    return _sharpness_at(scope, _with_weights(scope.instance, [rational_array(w) for w in network.weights]))


def _sharpness_at(scope: RealScope, instance: Instance) -> Value:
    """With other weights, in the same ring."""
    return RealScope(instance, scope.ring, direct=scope.direct).value("S")


@bound("trace")
def trace(scope: RealScope) -> Value:
    if scope.instance.is_minimizer and not scope.direct:
        return 2 * (scope.sigma @ scope.value("M")).trace()
    return scope.exactly(dense_hessian).trace()


@bound("S_min")
def least_sharpness(scope: RealScope) -> Value:
    if scope.instance.depth > 1 and scope.instance.energy == 0:
        return scope.ring.number(fmpq(0))  # approached by rescaling, not attained
    if isinstance(scope.ring, ExactRing):
        return exact_minimum(scope.instance)
    found = enclosed(scope.instance, max(128, getattr(scope.ring, "bits", 128)))
    if isinstance(scope.ring, BallRing):
        return found.enclosure if found.rigorous else arb("nan")  # float64 decides nothing
    return float(found.enclosure.mid())


@bound("trace_min")
def least_trace(scope: RealScope) -> Value:
    """By claim `min-trace`."""
    return evaluate(FORMULAS[Q.trace_min], scope)


@bound("S_balanced")
def balanced_sharpness(scope: RealScope) -> Value:
    """By claim `balanced-sharpness`: without a read-out, and whoever names the word supposes that."""
    return evaluate(FORMULAS[Q.S_balanced], scope)


@bound("hessian_rank")
def hessian_rank(scope: RealScope) -> Value:
    """By elimination in exact rationals; no reduction is used."""
    return scope.ring.number(fmpq(fmpq_mat(dense_hessian(scope.instance).tolist()).rank()))


@bound("hessian_at_zero")
def hessian_at_zero(scope: RealScope) -> Value:
    dense = dense_hessian(at_zero(scope.instance))
    return scope.ring.number((dense * dense).sum())


@bound("step_determinant", dependent=True)
def step_determinant(scope: RealScope) -> Value:
    for power in range(1, 100):  # the nonzero eigenvalues grow like gamma^2 and pass 1/eta
        found = _determinant(rescaled(scope.instance, fmpq(2**power)), scope.values["eta"])
        if found != 0:
            return scope.ring.number(found)
    return scope.ring.number(fmpq(0))


@bound("step_determinant_zero", dependent=True)
def step_determinant_zero(scope: RealScope) -> Value:
    return scope.ring.number(_determinant(at_zero(scope.instance), scope.values["eta"]))


def _determinant(instance: Instance, eta: fmpq) -> fmpq:
    dense = dense_hessian(instance)
    step = [[(i == j) - eta * entry for j, entry in enumerate(row)] for i, row in enumerate(dense)]
    return fmpq_mat(step).det()


def rayleigh_at_regressor(scope: RealScope) -> arb:
    """``2 (Sigma w*)^T M (Sigma w*) / E <= S`` at a minimizer, often all that is needed."""
    return arb(2 * scope.network.kernel_form(scope.image) / scope.value("E"))
