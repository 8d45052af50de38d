"""Gradient flow and the balance of layers bound to numbers, over any ring."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
from flint import fmpq

from ....numeric.linalg.rational import charpoly
from ...arithmetic import eigenvectors
from ...instances.instance import Instance
from ..evaluate import Undefined
from ..scope import RealScope, bound


@bound("risk_gap")
def risk_gap(scope: RealScope) -> Any:
    residual, image = _slope(scope.instance)
    return scope.ring.number(residual @ image / 2)


bound("risk_gap_0")(risk_gap)


@bound("norm_gradient")
def norm_gradient(scope: RealScope) -> Any:
    """By the formula of claim `gradient`: ``|q_k|^2 |h_{k-1}|^2``, summed over the layers.

    Exactly, since at minimizers balls would leave the sign of the square open.
    """
    network = scope.instance.network
    q, h = network.backward(), network.forward(_slope(scope.instance)[1])
    square = sum((q[k] @ q[k]) * (h[k - 1] @ h[k - 1]) for k in range(1, scope.instance.depth + 1))
    return scope.root(scope.ring.number(square))


def _slope(instance: Instance) -> tuple[Any, Any]:
    """``w - w*`` and ``g``, exactly."""
    residual = instance.network.regressor() - instance.regressor
    return residual, 2 * (instance.covariance @ residual)


@bound("lambda_pos")
def least_positive_eigenvalue(scope: RealScope) -> Any:
    try:
        return scope.ring.lift(eigenvectors.least_positive_root(charpoly(scope.instance.covariance)))
    except ValueError:
        raise Undefined("the covariance is zero") from None


@bound("kappa")
def condition_number(scope: RealScope) -> Any:
    if eigenvectors.is_singular(scope.instance.covariance):
        raise Undefined("the covariance is singular")
    return scope.value("lambda_max") * scope.ring.power(scope.value("lambda_min"), Fraction(-1))


@bound("norm_w_net")
def norm_of_regressor(scope: RealScope) -> Any:
    w = scope.network.regressor()
    return scope.root(w @ w)


@bound("sigma_max")
def largest_norm(scope: RealScope) -> Any:
    return scope.ring.largest([scope.spectral("W", k) for k in range(1, scope.instance.depth + 1)])


@bound("Delta")
def imbalance(scope: RealScope) -> Any:
    return sum((scope.spectral("D", k) for k in range(1, scope.instance.depth)), scope.ring.number(fmpq(0)))


@bound("theta")
def relative_imbalance(scope: RealScope) -> Any:
    w = scope.instance.network.regressor()
    square = np.dot(w, w)
    if square == 0:
        raise Undefined("the end-to-end regressor is zero")
    scale = scope.ring.power(scope.ring.number(square), Fraction(-1, scope.instance.depth))
    return (scope.instance.depth - 1) * (scope.value("Delta") * scale)


@bound("w_flow")
def regressor_along_flow(scope: RealScope) -> Any:
    """``-M g``, summed over the layers by claim `gradient`."""
    flow = -scope.instance.network.kernel_product(_slope(scope.instance)[1])
    return scope.ring.array(flow.reshape(-1, 1))
