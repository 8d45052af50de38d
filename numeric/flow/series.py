"""Taylor series of gradient flow: the recurrences of its polynomial system, over balls."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from flint import arb, arb_mat

from ..linalg.eigenvalues import ball_matrix
from ..linalg.rational import rational_array
from ..linalg.scalars import Array, object_array
from ..network.network import DeepLinearNetwork
from ..network.problem import RegressionProblem


@dataclass(frozen=True, eq=False)
class FlowSystem:
    """The data of the flow ``Ẇ_k = −q_k h_{k−1}ᵀ`` as balls: ``2Σ``, ``w*`` and ``p``.

    ``doubled`` has shape ``(d, d)``, ``regressor`` ``(d, 1)``, ``readout`` ``(d_L, 1)``. The balls
    have the precision at which the system was made (exact where the numbers are dyadic).
    """

    doubled: arb_mat
    regressor: arb_mat
    readout: arb_mat

    @classmethod
    def of(cls, problem: RegressionProblem, network: DeepLinearNetwork) -> FlowSystem:
        """The system of a problem and a network, at the current precision.

        >>> problem = RegressionProblem.from_covariance([[1.0]], [3.0])
        >>> print(FlowSystem.of(problem, DeepLinearNetwork([[[1.0]]])).doubled)
        [2.00000000000000]
        """
        return cls(
            ball_matrix(problem.covariance) * 2,
            ball_matrix(problem.regressor[:, None]),
            ball_matrix(network.readout[:, None]),
        )

    def series(self, weights: Sequence[arb_mat], order: int, *, midpoints: bool = False) -> list[list[arb_mat]]:
        """``[W^{(0)}, …, W^{(N)}]`` with ``W(t) = Σ_n W^{(n)} tⁿ`` from ``W(0)``, each a list of layers.

        Enclosures at the current precision; their radii grow geometrically with the order. With
        ``midpoints`` every radius is dropped where it arises: plain floating-point arithmetic,
        accurate to a few bits but without a proof. One order costs a convolution per layer for
        ``q_{k−1} = W_kᵀq_k``, one for ``h_k = W_k h_{k−1}`` and one for ``(n+1) W_k^{(n+1)}``.

        >>> problem = RegressionProblem.from_covariance([[1.0]], [3.0])
        >>> network = DeepLinearNetwork([[[1.0]]])
        >>> [print(*c) for c in FlowSystem.of(problem, network).series(ball_layers(network), 2)] and None
        [1.00000000000000]
        [4.00000000000000]
        [-4.00000000000000]
        """
        depth = len(weights)
        series = [list(weights)]
        convolved = _midpoint_convolved if midpoints else _convolved
        transposed = [[weight.transpose()] for weight in weights]
        backward: list[list[arb_mat]] = [[] for _ in range(depth)]
        backward.append([self.readout])  # constant in time
        forward: list[list[arb_mat]] = [[] for _ in range(depth)]  # as rows
        for n in range(order):
            for k in range(depth, 0, -1):
                backward[k - 1].append(convolved(transposed[k - 1], backward[k], n))
            residual = backward[0][n] - self.regressor if n == 0 else backward[0][n]
            forward[0].append((self.doubled * residual).transpose())
            for k in range(1, depth):
                forward[k].append(convolved(forward[k - 1], transposed[k - 1], n))
            factor = arb(-1) / (n + 1)
            new = [convolved(backward[k + 1], forward[k], n) * factor for k in range(depth)]
            if midpoints:
                new = [coefficient.mid() for coefficient in new]
            for layer, coefficient in zip(transposed, new, strict=True):
                layer.append(coefficient.transpose())
            series.append(new)
        return series

    def risk_gap(self, layers: Sequence[arb_mat]) -> arb:
        """``R − R_min = (w − w*)ᵀΣ(w − w*)`` at the layers.

        >>> problem = RegressionProblem.from_covariance([[1.0]], [3.0])
        >>> network = DeepLinearNetwork([[[1.0]]])
        >>> print(FlowSystem.of(problem, network).risk_gap(ball_layers(network)))
        4.00000000000000
        """
        column = self.readout
        for layer in reversed(layers):
            column = layer.transpose() * column
        residual = column - self.regressor
        return (residual.transpose() * (self.doubled * residual))[0, 0] / 2


def _convolved(left: list[arb_mat], right: list[arb_mat], n: int) -> arb_mat:
    """``Σ_i left[i] right[n−i]``, in which missing terms are zero."""
    first = max(0, n + 1 - len(right))
    total = left[first] * right[n - first]
    for i in range(first + 1, min(n + 1, len(left))):
        total += left[i] * right[n - i]
    return total


def _midpoint_convolved(left: list[arb_mat], right: list[arb_mat], n: int) -> arb_mat:
    return _convolved(left, right, n).mid()


def evaluate(series: list[list[arb_mat]], time: arb) -> list[arb_mat]:
    """``Σ_n W^{(n)} tⁿ``, layer by layer (Horner).

    >>> print(*evaluate([[arb_mat([[1]])], [arb_mat([[2]])]], arb(3)))
    [7.00000000000000]
    """
    values = list(series[-1])
    for coefficients in reversed(series[:-1]):
        values = [value * time + c for value, c in zip(values, coefficients, strict=True)]
    return values


def ball_layers(network: DeepLinearNetwork) -> list[arb_mat]:
    """The layers as ``arb_mat`` at the current precision. Dyadic entries stay exact.

    >>> print(*ball_layers(DeepLinearNetwork([[[0.5]]])))
    [0.500000000000000]
    """
    return [ball_matrix(weight) for weight in network.weights]


def network_of(layers: Sequence[arb_mat], like: DeepLinearNetwork) -> DeepLinearNetwork:
    """The network with these layers (object arrays of balls) and the readout of another.

    >>> network_of([arb_mat([[2]])], DeepLinearNetwork([[[1.0]]])).regressor()
    array([2.00000000000000], dtype=object)
    """
    weights = [object_array(layer.entries(), (layer.nrows(), layer.ncols())) for layer in layers]
    return DeepLinearNetwork(weights, rational_array(like.readout) if like.has_readout else None)


def float_layers(layers: Sequence[arb_mat]) -> list[Array]:
    """The midpoints in float64.

    >>> float_layers([arb_mat([[arb(1, 0.5)]])])
    [array([[1.]])]
    """
    return [
        np.array([float(x.mid()) for x in layer.entries()]).reshape(layer.nrows(), layer.ncols()) for layer in layers
    ]


def estimated_order(tolerance: float) -> int:
    """An order at which series of this accuracy cost nearly least.

    At order ``N`` a step costs ``N²`` and is ``tolerance^{1/N}`` radii of convergence long: best is half the
    natural logarithm. A fifth less costs 3 % more time and saves bits, which balls lose order by order.

    >>> estimated_order(1e-28)
    26
    """
    return max(8, round(-0.4 * math.log(tolerance)))
