"""Gradient flow and the balance of layers bound to numbers, over any ring."""

from __future__ import annotations

from typing import Any

from ....numeric.linalg.rational import charpoly
from ...arithmetic import eigenvectors
from ...instances.instance import Instance
from ..evaluate import Undefined
from ..scope import RealScope, bound


@bound("risk_gap")
def risk_gap(scope: RealScope) -> Any:
    """A shortcut: exactly, since at minimizers balls would leave its sign open."""
    residual, image = _slope(scope.instance)
    return scope.ring.number(residual @ image / 2)


@bound("norm_gradient")
def norm_gradient(scope: RealScope) -> Any:
    """A shortcut, by the formula of claim `gradient`: ``|q_k|^2 |h_{k-1}|^2``, summed over the layers.

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


@bound("w_flow")
def regressor_along_flow(scope: RealScope) -> Any:
    """``-M g``, summed over the layers by claim `gradient`."""
    flow = -scope.instance.network.kernel_product(_slope(scope.instance)[1])
    return scope.ring.array(flow.reshape(-1, 1))
