"""Gradient flow and the balance of layers bound to numbers, over any ring."""

from __future__ import annotations

from flint import fmpq

from .....numeric.linalg.rational import charpoly
from ....arithmetic import eigenvectors
from ....evaluation.evaluate import Undefined, Value
from ..layers import slope
from ..scope import RealScope, bound, column


@bound("risk_gap")
def risk_gap(scope: RealScope) -> Value:
    """A shortcut, computed exactly: at minimizers balls would not show its sign."""
    residual = scope.instance.network.regressor() - scope.instance.regressor
    twice: fmpq = residual.dot(slope(scope.instance))
    return scope.ring.number(twice / 2)


@bound("norm_gradient")
def norm_gradient(scope: RealScope) -> Value:
    """A shortcut, by the formula of claim `gradient`: ``|q_k|^2 |h_{k-1}|^2``, summed over the layers.

    It is computed exactly: at minimizers balls would not show the sign of the square.
    """
    network = scope.instance.network
    q, h = network.backward(), network.forward(slope(scope.instance))
    square = sum((q[k] @ q[k]) * (h[k - 1] @ h[k - 1]) for k in range(1, scope.instance.depth + 1))
    return scope.root(scope.ring.number(square))


@bound("lambda_pos")
def least_positive_eigenvalue(scope: RealScope) -> Value:
    try:
        return scope.ring.lift(eigenvectors.least_positive_root(charpoly(scope.instance.covariance)))
    except ValueError:
        raise Undefined("the covariance is zero") from None


@bound("w_flow")
def regressor_along_flow(scope: RealScope) -> Value:
    """``-M g``, summed over the layers by claim `gradient`."""
    flow = -scope.instance.network.kernel_product(slope(scope.instance))
    return scope.ring.array(column(flow))
