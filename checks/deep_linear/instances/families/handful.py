"""The handful: few exact instances, small and of every kind, on which every step of every derivation is decided.

Depth 1 to 4, singular covariances, minimizers and none, dimension 1, aligned ones, balanced and nearly balanced ones,
layers near the identity. The roots of all covariances are rational.
"""

from __future__ import annotations

from flint import fmpq

from ....instances.building import HALF
from .family import Parts, exhibits, on, scalar_layers
from .optimal import ALIGNED

_A = [[5, 3], [3, 2]]
"""The square of ``[[2, 1], [1, 1]]``."""
_B = [[5, 4, 1], [4, 6, 4], [1, 4, 5]]
_SINGULAR, _SINGULAR_3 = [[2, 2], [2, 2]], [[2, 0, 2], [0, 1, 0], [2, 0, 2]]
_14, _1_94 = [[1, 0], [0, 4]], [[1, 0], [0, fmpq(9, 4)]]


def _near_identity(*noise: int) -> list[list[fmpq]]:
    a, b, c, d = (fmpq(x, 40) for x in noise)
    return [[1 + a, b], [c, 1 + d]]


_RESIDUAL = [_near_identity(1, -2, 3, 1), _near_identity(-2, 1, 1, 3), _near_identity(0, 3, -1, -2)]
_RANK_ONE = [  # W_k = c u_k u_{k-1}^T with unit vectors, so balanced
    [[fmpq(24, 25), fmpq(32, 25)], [fmpq(18, 25), fmpq(24, 25)]], [[fmpq(8, 5), fmpq(6, 5)]], [[2]]]

HANDFUL: list[Parts] = [
    # No minimizers: deep with a read-out, depth 1, a singular covariance, dimension 1, zero weights.
    on(_B, [[[1, 2, 0], [-1, 1, 1]], [[1, 0], [2, -1], [0, 1]], [[1, -1, 2], [0, 1, 1]]], readout=[1, -2],
       regressor=[1, 3, -1]),
    on(_A, [[[2, -1]]], regressor=[1, 1]),
    on(_A, [[[1, 2], [3, -1]]], readout=[2, 1], regressor=[1, -1]),
    on(_SINGULAR_3, [[[1, 2, -1], [0, 1, 1]], [[1, -1], [2, 1]], [[1, 2]]], regressor=[1, 2, 1]),
    on([[4]], scalar_layers(-2, 3, HALF), regressor=[2]),
    on(_A, [[[0, 0], [0, 0]], [[0, 0]]], regressor=[1, -2]),
    on(_A, [[[1, 0], [1, 2]], [[1, 1], [0, 1]], [[2, 1], [-1, 1]], [[1, -1]]], regressor=[2, 1]),
    on(_A, [[[HALF, 0], [0, HALF]], [[HALF, fmpq(1, 4)]]], regressor=[1, -2]),
    on(_B, [[[1, 2, 1], [0, 1, -1]], [[3, 1]]], readout=[2], regressor=[1, 1, 1]),
    # No signal: w* = 0, at a minimizer and elsewhere.
    on(_A, [[[1, 2], [0, 1]], [[1, -1]]], regressor=[0, 0]),
    on(_SINGULAR, [[[1, -1], [2, -2]], [[1, 3]]]),
    # Minimizers: depths 1 and 2, with a read-out, a singular covariance (w is not w*), and dimension 1.
    on(_A, [[[2, -1]]]),
    on(_A, [[[1, 0], [2, 1]]], readout=[1, 1]),
    on(_A, [[[1, 2], [-1, 1]], [[2, 1]]]),
    on(_SINGULAR, [[[1, 2], [0, 1]], [[1, -1], [2, 1]]], readout=[1, 2]),
    on(_SINGULAR, [[[1, 2], [0, 1]], [[2, -1]]]),
    on(_B, [[[1, 0, 1], [0, 1, -1]], [[1, 2], [1, -1]], [[1, 1]]]),
    on([[4]], scalar_layers(2, 3)),
    on([[1]], scalar_layers(1, 1, 1)),
    on([[1]], scalar_layers(HALF, 3), readout=[2]),
    on(_A, [[[3, 1]], [[fmpq(1, 4)]]]),
    on(_B, [[[1, -1, 0]], [[2]], [[fmpq(1, 3)]]]),
    on(_A, [[[1, 1], [0, 1]], [[2, 0], [1, 1]], [[1, -1]], [[HALF]]]),
    on([[4]], [[[1]], [[1]], [[1], [0]]], readout=[fmpq(1, 4), 1]),
    # The regressor is an eigenvector, on both sides of the kink.
    on(_14, [[[1, 0]]]),
    on(_14, [[[0, 2]]]),
    on(_14, [[[1, 0], [0, 1]], [[2, 0]]]),
    on(_14, [[[0, 1], [1, 0]], [[3, 0]]]),
    on(_1_94, [[[2, 0]], [[1]], [[HALF]]]),
    on([[1, 0], [0, 9]], [[[2, 0]], [[1]], [[HALF]]], readout=[2]),
    on([[1, 0], [0, 9]], [[[2, 0], [0, 1]], [[2, 1]]], readout=[HALF], regressor=[3, 0]),
    on(_14, [[[0, 1]], [[3]]], regressor=[0, 2]),
    on([[1, 0], [0, 9]], [[[0, 2]], [[1]], [[HALF]]], readout=[2], regressor=[0, 3]),
    # Balanced: a minimizer, with any regressor, along the regressor; with a singular covariance.
    on(_A, _RANK_ONE),
    on(_A, _RANK_ONE, regressor=[1, 2]),
    on(_14, [[[0, 3]], [[3]]], regressor=[0, 2]),
    on(_14, [[[2, 0]], [[2]], [[2]]], regressor=[1, 0]),
    on(_14, [[[1, 0]]], regressor=[3, 0]),
    on(_14, [[[0, 3]], [[3]]]),
    on(_SINGULAR, [[[fmpq(6, 5), fmpq(8, 5)]], [[2]]]),
    on(_SINGULAR, [[[fmpq(12, 5), fmpq(-9, 5)]], [[3]]]),
    on(_14, [[[0, 3]], [[fmpq(3, 2)]]], readout=[2], regressor=[0, 2]),
    # Nearly balanced: theta at most 3/4, between that and 1; w = w*, and not.
    on(_A, [[[fmpq(8, 5), fmpq(6, 5)]], [[fmpq(9, 5)]]]),
    on(_A, [[[2, 0], [0, fmpq(1, 4)]], [[2, fmpq(1, 8)]]]),
    on(_SINGULAR, [[[2, 0], [0, fmpq(1, 4)]], [[2, fmpq(1, 8)]]]),
    on(_A, [[[1, 0]], [[fmpq(21, 20)]], [[1]]]),
    on(_A, [[[1, 0], [0, HALF]], [[fmpq(7, 5), 0]]]),
    on(_SINGULAR, [[[1, 0], [0, HALF]], [[fmpq(7, 5), 0]]]),
    # Near the minimum, and below the risk of zero weights.
    on(_A, [[[1, 2], [-1, 1]], [[2, 1]]], regressor=[fmpq(3, 2), 5]),
    on(_A, [[[2, -1]]], regressor=[2, fmpq(-3, 2)]),
    # Square layers near the identity: minimizers, close to their initialization and far; starts near the minimum.
    on(_A, _RESIDUAL, readout=[1, 2]),
    on(_14, [[[2, 1], [0, 1]], [[1, 0], [-1, 3]]], readout=[1, 0]),
    on(_A, _RESIDUAL[:2], readout=[1, 2], start=[[[1, 0], [0, 1]]] * 2),
    on(_A, _RESIDUAL, readout=[1, 2], start=[[[1, 0], [0, 1]]] * 3),
    on(_A, [[[1, 1]], [[2]]], start=[[[1, 0]], [[1]]]),
    on([[1]], scalar_layers(fmpq(99, 100), fmpq(99, 100), 1), readout=[2], start=scalar_layers(1, 1, 1)),
    on([[1]], scalar_layers(1, 1), regressor=[fmpq(199, 200)]),
    on([[4]], scalar_layers(1), readout=[2], regressor=[fmpq(401, 200)]),
    on(_14, [[[1, 0], [0, 1]]] * 2, readout=[1, 1], regressor=[1, fmpq(10001, 10000)]),
    # Aligned minimizers.
    *ALIGNED,
    on(_A, [[[4, -8], [0, 0]], [[HALF, 0], [0, 0]], [[HALF, 0]]]),
    on(_A, [[[1, 2], [0, 0]], [[3, 0]]]),
    on(_A, [[[2, -1], [0, 0]], [[2, 0]], [[fmpq(6, 5)], [fmpq(8, 5)]]], readout=[fmpq(6, 5), fmpq(8, 5)]),
]
"""The parts of each instance (see :func:`~..instance.make`)."""

handful = exhibits("handful", HANDFUL)
